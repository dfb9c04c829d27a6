//! Gathering settings: defaults, then the file, then variables, then flags; the later wins.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::{Config, SETTINGS};
use crate::files::layout::Layout;
use crate::private::Private;

/// Where the instance lives when nobody says.
const DATA_DEFAULT: &str = "data";

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config`; else `DATA/shoal.toml`, where there is one.
    pub file: Option<PathBuf>,
    /// `--data`; else `SHOAL_DATA`, else `./data`.
    pub data: Option<PathBuf>,
    /// Flags that stand for a setting: the flag, the setting's key, the text.
    pub flags: Vec<(&'static str, &'static str, String)>,
    /// Variables that begin with `SHOAL_`.
    pub environment: BTreeMap<String, String>,
}

/// The variables of this process that begin with `SHOAL_`.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(|(name, value)| (text(name), text(value)))
        .filter(|(name, _)| name.starts_with("SHOAL_"))
        .collect()
}

/// Where a value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Variable(String),
    /// A flag on the command line.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::File(path) => write!(f, "in {}", path.display()),
            Origin::Variable(name) => write!(f, "in the variable {name}"),
            Origin::Flag(name) => write!(f, "after {name}"),
        }
    }
}

/// Why the settings are no good.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("the settings in {} could not be read", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{} is not TOML: {message}", path.display())]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        message: String,
    },
    /// There is no such setting.
    #[error("there is no setting {key} ({origin}){}", hint.as_ref().map_or_else(String::new, |hint| format!("; did you mean {hint}?")))]
    Unknown {
        /// Its name.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// A setting with a name like it.
        hint: Option<&'static str>,
    },
    /// The value does not fit the setting.
    #[error("the setting {key} is wrong ({origin}): {why}")]
    Wrong {
        /// Its name.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// What is wrong.
        why: String,
    },
}

/// Variables that are no settings.
const OTHER_VARIABLES: &[&str] = &["SHOAL_DATA", "SHOAL_ADMIN_PASSWORD"];

impl Config {
    /// Gathers the settings.
    ///
    /// # Errors
    /// [`ConfigError`], a sentence that names the setting and where it stands.
    pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
        let data = sources.data.clone().or_else(|| sources.environment.get("SHOAL_DATA").map(PathBuf::from));
        let mut config = Config::new(&data.unwrap_or_else(|| PathBuf::from(DATA_DEFAULT)));
        config.load_file(sources)?;
        config.load_environment(&sources.environment)?;
        config.admin_password = sources.environment.get("SHOAL_ADMIN_PASSWORD").cloned().map(Private);
        for (flag, key, text) in &sources.flags {
            config.apply_text(key, text, Origin::Flag(flag))?;
        }
        Ok(config)
    }

    fn load_file(&mut self, sources: &Sources) -> Result<(), ConfigError> {
        let path = sources.file.clone().unwrap_or_else(|| Layout::new(&self.data).config());
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && sources.file.is_none() => {
                return Ok(());
            }
            Err(source) => return Err(ConfigError::Read { path, source }),
        };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Syntax {
            path: path.clone(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        let origin = Origin::File(path);
        for (section, value) in &table {
            let Some(values) = value.as_table() else {
                return Err(unknown(section, origin));
            };
            if values.is_empty() && !is_section(section) {
                return Err(unknown(section, origin));
            }
            for (name, value) in values {
                let key = format!("{section}.{name}");
                match self.set_toml(&key, value) {
                    None => return Err(unknown(&key, origin)),
                    Some(Err(why)) => return Err(ConfigError::Wrong { key, origin, why }),
                    Some(Ok(())) => {}
                }
            }
        }
        Ok(())
    }

    /// A variable of no section of ours is let be: Kubernetes gives every container `SHOAL_PORT` and
    /// `SHOAL_SERVICE_HOST` as soon as a service is called shoal.
    fn load_environment(&mut self, environment: &BTreeMap<String, String>) -> Result<(), ConfigError> {
        for (variable, text) in environment {
            let setting = SETTINGS.iter().find(|setting| setting.variable() == *variable);
            let rest = variable.trim_start_matches("SHOAL_").to_ascii_lowercase();
            let origin = Origin::Variable(variable.clone());
            match setting {
                Some(setting) => self.apply_text(setting.key, text, origin)?,
                None if OTHER_VARIABLES.contains(&variable.as_str()) => {}
                None => {
                    if let Some((section, name)) =
                        rest.split_once('_').filter(|(section, _)| is_section(section))
                    {
                        return Err(unknown(&format!("{section}.{name}"), origin));
                    }
                }
            }
        }
        Ok(())
    }

    fn apply_text(&mut self, key: &str, text: &str, origin: Origin) -> Result<(), ConfigError> {
        match self.set_text(key, text) {
            None => Err(unknown(key, origin)),
            Some(outcome) => outcome.map_err(|why| ConfigError::Wrong { key: key.to_owned(), origin, why }),
        }
    }
}

fn is_section(name: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.key.split('.').next() == Some(name))
}

fn unknown(key: &str, origin: Origin) -> ConfigError {
    let hint = SETTINGS
        .iter()
        .map(|setting| (distance(setting.key, key), setting.key))
        .min()
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, key)| key);
    ConfigError::Unknown { key: key.to_owned(), origin, hint }
}

/// How many letters to add, drop or change (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = above;
        let mut last = above + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(right.chars()) {
            let next = (diagonal + usize::from(letter != other)).min(*cell + 1).min(last + 1);
            diagonal = *cell;
            *cell = next;
            last = next;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Where this program lies, if the system says.
#[must_use]
pub fn program() -> Option<std::path::PathBuf> {
    std::env::current_exe().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ByteSize, LogFormat};

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// Settings of a data folder whose `shoal.toml` holds `text`; an error as its sentence, without the folder.
    fn load(text: &str, pairs: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("shoal.toml"), text).unwrap();
        let sources = Sources {
            data: Some(folder.path().to_owned()),
            environment: variables(pairs),
            ..Sources::default()
        };
        let here = format!("{}/", folder.path().display());
        Config::load(&sources).map_err(|error| error.to_string().replace(&here, ""))
    }

    #[test]
    fn variables_win_over_the_file_and_flags_over_both() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("shoal.toml"),
            "[server]\nlisten = \"127.0.0.1:1\"\n[log]\nformat = \"json\"\n[user]\nvideo_quota = \"1 GB\"\n",
        )
        .unwrap();
        let config = Config::load(&Sources {
            file: None,
            data: Some(folder.path().to_owned()),
            flags: vec![("--listen", "server.listen", "127.0.0.1:3".to_owned())],
            environment: variables(&[
                ("SHOAL_SERVER_LISTEN", "127.0.0.1:2"),
                ("SHOAL_SERVER_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
                ("SHOAL_USER_VIDEO_QUOTA", ""),
                ("SHOAL_UPLOAD_FILE_BYTES_MAX", "2 GiB"),
            ]),
        })
        .unwrap();
        assert_eq!(config.server.listen.port(), 3);
        assert_eq!(config.server.trusted_proxies.len(), 2);
        assert_eq!(config.log.format, LogFormat::Json);
        assert_eq!(config.user.video_quota, None);
        assert_eq!(config.upload.file_bytes_max, ByteSize(2 << 30));
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_place() {
        for (text, pairs, sentence) in [
            (
                "[server]\nlisten = \"here\"",
                &[][..],
                "the setting server.listen is wrong (in shoal.toml): \"here\" is not an address and port, such as \"127.0.0.1:9000\"",
            ),
            (
                "[login]\nfailures_per_address_max = -1",
                &[],
                "the setting login.failures_per_address_max is wrong (in shoal.toml): -1 is not a whole number from 0 to 4294967295",
            ),
            (
                "[server]\nlisen = \"127.0.0.1:1\"",
                &[],
                "there is no setting server.lisen (in shoal.toml); did you mean server.listen?",
            ),
            ("[serve]\n", &[], "there is no setting serve (in shoal.toml)"),
            ("listen = 1", &[], "there is no setting listen (in shoal.toml)"),
            (
                "",
                &[("SHOAL_LOG_FORMAT", "xml")],
                "the setting log.format is wrong (in the variable SHOAL_LOG_FORMAT): \"xml\" is not \"text\" or \"json\"",
            ),
            (
                "",
                &[("SHOAL_LOG_FORMATS", "text")],
                "there is no setting log.formats (in the variable SHOAL_LOG_FORMATS); did you mean log.format?",
            ),
            (
                "",
                &[("SHOAL_LOG_FILTER", "in=fo=x")],
                "the setting log.filter is wrong (in the variable SHOAL_LOG_FILTER): \"in=fo=x\" is not a filter of messages, such as \"info\" or \"warn,backend=debug\"",
            ),
        ] {
            assert_eq!(load(text, pairs).map(|_| ()).unwrap_err(), sentence);
        }
        assert!(load("[server", &[]).unwrap_err().starts_with("shoal.toml is not TOML: "));
    }

    #[test]
    fn variables_of_no_section_of_ours_are_let_be() {
        assert!(load("", &[("SHOAL_PORT", "tcp://10.0.0.1:80"), ("SHOAL_SERVICE_HOST", "10.0.0.1")]).is_ok());
    }

    #[test]
    fn a_named_file_must_be_there_but_the_usual_one_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
        assert!(Config::load(&sources).is_ok());
        sources.file = Some(folder.path().join("mine.toml"));
        assert!(matches!(Config::load(&sources), Err(ConfigError::Read { .. })));
    }

    #[test]
    fn what_is_printed_is_read_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path());
        config.server.url = Some("https://films.example".parse().unwrap());
        config.instance.name = "Fish \"and\" chips".to_owned();
        std::fs::write(folder.path().join("shoal.toml"), config.to_toml()).unwrap();
        let sources = Sources { data: Some(folder.path().to_owned()), ..Sources::default() };
        assert_eq!(Config::load(&sources).unwrap(), config);
    }

    #[test]
    fn every_setting_says_what_it_is_for() {
        for setting in SETTINGS {
            assert!(setting.about.iter().any(|line| 10 < line.len()), "{}", setting.key);
        }
    }
}
