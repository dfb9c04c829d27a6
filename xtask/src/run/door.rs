//! The door of `run`: its steps, and what it says when it is done.
//!
//! Owns the order. The surprise is that with nothing changed it does all steps in well under three seconds, so there is
//! no other way to start an instance from a checkout.

use anyhow::{Context, Result};

use super::clips;
use super::publish::Publisher;
use super::server::{Server, Told};
use crate::build;
use crate::shop::{Package, Program, Root, Steps, need};

/// Where the instance listens unless told otherwise after `--`.
const LISTEN: &str = "127.0.0.1:9000";
/// Names the administrator's password, on the first start and for `--demo`.
const PASSWORD_VARIABLE: &str = "SHOAL_ADMIN_PASSWORD";
const ADMINISTRATOR: &str = "root";

struct Wish {
    demo: bool,
    /// For the server, after ours.
    server: Vec<String>,
}

impl Wish {
    fn read(words: &[String]) -> Result<Wish> {
        let mut wish = Wish { demo: false, server: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--demo" => wish.demo = true,
                "--" => {
                    wish.server = words.cloned().collect();
                    break;
                }
                other => anyhow::bail!(
                    "`run` does not know `{other}`; what the server shall know comes after `--`"
                ),
            }
        }
        Ok(wish)
    }

    fn listen(&self) -> &str {
        let mut words = self.server.iter().skip_while(|word| *word != "--listen");
        words.nth(1).map_or(LISTEN, String::as_str)
    }
}

/// `cargo xtask run`.
///
/// # Errors
/// When something is missing that may not be installed, does not build, or the server ends by itself.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    let wish = Wish::read(words)?;
    let mut steps = Steps::new(if wish.demo { 6 } else { 4 });
    steps.step("look for ffmpeg", || {
        need(&[Package::program("ffmpeg", "ffmpeg"), Package::program("ffprobe", "ffmpeg")])
    })?;
    steps.step("build the player and the pages", || build::build(root, build::Options::default()))?;
    steps.step("build the server", || {
        Program::cargo().args(["build", "--release", "--locked", "-p", "backend"]).within(root.path()).run()
    })?;
    let listen = wish.listen().to_owned();
    let server = steps
        .step("start the instance", || Server::start(root, &listen, &wish.server).context("the instance"))?;
    tell(server.told());

    if wish.demo {
        match demo(root, &mut steps, server.told()) {
            Ok(()) => tell(server.told()),
            Err(error) => {
                server.stop()?;
                return Err(error);
            }
        }
    }
    server.wait()
}

fn demo(root: &Root, steps: &mut Steps, told: &Told) -> Result<()> {
    let missing = Publisher::missing(&told.address, clips::CLIPS)?;
    let files = steps.step("make three clips with ffmpeg, once", || {
        missing.iter().map(|clip| Ok((*clip, clips::make(root, clip)?))).collect::<Result<Vec<_>>>()
    })?;
    steps.step("publish them", || {
        if files.is_empty() {
            tell!("      they are there already");
            return Ok(());
        }
        let chosen = std::env::var(PASSWORD_VARIABLE).ok().filter(|password| !password.is_empty());
        let password = told.password.clone().or(chosen).with_context(|| {
            format!("publishing needs the password of `{ADMINISTRATOR}`: name it in {PASSWORD_VARIABLE}")
        })?;
        let publisher = Publisher::sign_in(&told.address, ADMINISTRATOR, &password)?;
        files.iter().try_for_each(|(clip, file)| publisher.publish(clip, file))
    })
}

fn tell(told: &Told) {
    say!("\n  Shoal is at   {}", told.address);
    if let Some(password) = &told.password {
        say!("  sign in as    {ADMINISTRATOR}\n  password      {password}   (shown this once: keep it)");
    }
    say!("  Ctrl-C stops it.\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(words: &[&str]) -> Result<Wish> {
        Wish::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_comes_after_two_dashes_is_the_servers() {
        let read = wish(&["--demo", "--", "--listen", "127.0.0.1:8000"]).unwrap();
        assert!(read.demo);
        assert_eq!(read.listen(), "127.0.0.1:8000");
        assert_eq!(read.server, ["--listen", "127.0.0.1:8000"]);
    }

    #[test]
    fn a_word_nobody_knows_is_refused() {
        assert!(wish(&["--dmeo"]).is_err());
    }
}
