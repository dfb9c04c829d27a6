//! The commands and their flags.

use std::net::SocketAddr;
use std::path::PathBuf;

use backend::config::{Config, ConfigError, Sources, environment};
use backend::seed::mirror::Address;
use clap::{Args, Parser, Subcommand};

/// A federated video platform in one program.
#[derive(Parser)]
#[command(name = "shoal", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run an instance until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Keep copies of videos of other instances here, and share them with their viewers, until Ctrl-C
    Seed(Seed),
    /// Look after logins
    #[command(subcommand)]
    User(User),
    /// Write all the instance knows to FILE, while it runs or not; the files of videos are copied by other means
    Backup(Backup),
    /// Make an instance of a backup, in an empty folder
    Restore(Restore),
    /// Look at what other servers were told and what they said
    #[command(subcommand)]
    Federation(Federation),
    /// Print every setting with its meaning and its value, as shoal.toml
    Settings(Place),
}

#[derive(Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    /// Address and port to listen on (setting server.listen)
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<String>,
    /// The address people type, such as https://films.example (setting server.url)
    #[arg(long, value_name = "PUBLIC_URL")]
    pub url: Option<String>,
}

#[derive(Args)]
pub struct Seed {
    /// Pages of videos, such as https://films.example/w/rrBjcMzUHp9vw19EDscPnD
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<Address>,
    /// What to keep at most, in GB: 20, 0.5; copies of other videos make room, the oldest first
    #[arg(long, value_name = "N", default_value = "20", value_parser = gigabytes)]
    pub max_gb: u64,
    /// What to give at most, in Mbit a second
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub up_mbit: u64,
    /// Folder of the copies
    #[arg(long, value_name = "DIR", default_value = "shoal-seed")]
    pub folder: PathBuf,
    /// UDP address and port that peers reach; a port opened in the router helps
    #[arg(long, value_name = "ADDR:PORT", default_value = "0.0.0.0:0")]
    pub listen: SocketAddr,
    /// File with the word by which an instance admits its seeders
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// File with certificates (PEM) to believe beside those that browsers believe
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// Bytes of so many gigabytes.
fn gigabytes(text: &str) -> Result<u64, &'static str> {
    const WRONG: &str = "not a number of GB, such as 20 or 0.5";
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit());
    if !digits(whole) || !digits(part) || 9 < part.len() {
        return Err(WRONG);
    }
    let part: u64 = format!("{part:0<9}").parse().map_err(|_| WRONG)?;
    let whole: u64 = whole.parse().map_err(|_| WRONG)?;
    whole.checked_mul(1_000_000_000).and_then(|bytes| bytes.checked_add(part)).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gigabytes_are_read_to_the_byte() {
        for (text, bytes) in
            [("20", 20_000_000_000), ("0", 0), ("0.5", 500_000_000), ("1.000000001", 1_000_000_001)]
        {
            assert_eq!(gigabytes(text), Ok(bytes), "{text}");
        }
        for text in ["", ".5", "1.", "-1", "1e3", "1.0000000001", "99999999999999999999", "18446744074"] {
            assert!(gigabytes(text).is_err(), "{text}");
        }
    }
}

#[derive(Subcommand)]
pub enum User {
    /// Give NAME a new password and end its sessions; prints the password unless --stdin gives one
    ResetPassword(ResetPassword),
}

#[derive(Args)]
pub struct ResetPassword {
    /// Login name or e-mail address
    pub name: String,
    /// Read the new password from standard input, where no list of processes shows it
    #[arg(long)]
    pub stdin: bool,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Subcommand)]
pub enum Federation {
    /// Tell what waits for another server, what became of the last it was told, and what came from it
    Explain(Explain),
}

#[derive(Args)]
pub struct Explain {
    /// A host such as films.example, a handle such as alice@films.example, or an address, theirs or ours
    #[arg(value_name = "URL|HOST")]
    pub about: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Backup {
    /// The file to write; it must not be there yet
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Restore {
    /// The backup
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Place {
    /// File with the settings, instead of DATA/shoal.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of all the instance keeps; SHOAL_DATA, or ./data
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

impl Place {
    /// The settings of this place.
    pub fn settings(&self) -> Result<Config, ConfigError> {
        Config::load(&self.sources())
    }

    fn sources(&self) -> Sources {
        Sources {
            file: self.config.clone(),
            data: self.data.clone(),
            flags: Vec::new(),
            environment: environment(),
        }
    }
}

impl Serve {
    /// The settings, flags last.
    pub fn settings(&self) -> Result<Config, ConfigError> {
        let mut sources = self.place.sources();
        let flags = [("--listen", "server.listen", &self.listen), ("--url", "server.url", &self.url)];
        for (flag, key, value) in flags {
            sources.flags.extend(value.clone().map(|value| (flag, key, value)));
        }
        Config::load(&sources)
    }
}
