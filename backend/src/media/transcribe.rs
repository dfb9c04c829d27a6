//! Words out of sound: what a program that takes Whisper's command line is told, and what it gives.
//!
//! Owns its arguments and how its files are read. Which program that is, and which model it uses, the settings say.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::run::Invocation;
use crate::config::Transcription;

/// What was heard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heard {
    /// Its language, where the program says one.
    pub language: Option<String>,
    /// What was said, as WebVTT.
    pub words: Vec<u8>,
}

/// What is run to write down what is said in `sound`. Its files go into `folder` and are named after the sound.
#[must_use]
pub fn invocation(engine: &Transcription, sound: &Path, folder: &Path, language: Option<&str>) -> Invocation {
    let mut arguments: Vec<OsString> = vec![sound.into(), "--model".into(), engine.model.clone().into()];
    // All of its formats: one has the words, another the language.
    arguments.extend(["--task", "transcribe", "--output_format", "all", "--output_dir"].map(OsString::from));
    arguments.push(folder.into());
    if let Some(language) = language {
        arguments.extend(["--language".into(), language.into()]);
    }
    arguments.extend(engine.arguments.iter().map(OsString::from));
    Invocation { program: engine.engine.clone(), arguments }
}

#[derive(Deserialize)]
struct Told {
    language: Option<String>,
}

/// What it wrote of `sound`; nothing where it wrote no words.
///
/// # Errors
/// What the system says.
pub fn heard(sound: &Path, folder: &Path) -> io::Result<Option<Heard>> {
    let Some(stem) = sound.file_stem() else { return Ok(None) };
    let path = |ending| folder.join(stem).with_extension(ending);
    let words = match std::fs::read(path("vtt")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        words => words?,
    };
    // Without it the language is unknown, and no more.
    let told = std::fs::read(path("json")).unwrap_or_default();
    let language = serde_json::from_slice::<Told>(&told).ok().and_then(|told| told.language);
    Ok(Some(Heard { language, words }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_what_the_settings_say() {
        let engine = Transcription {
            model: "tiny".to_owned(),
            arguments: vec!["--model_directory".to_owned(), "/models".to_owned()],
            ..Transcription::default()
        };
        let told = |language| -> String {
            let invocation = invocation(&engine, Path::new("/tmp/speech.wav"), Path::new("/tmp"), language);
            let words: Vec<_> = invocation.arguments.iter().map(|word| word.to_string_lossy()).collect();
            words.join(" ")
        };
        let begins = "/tmp/speech.wav --model tiny --task transcribe --output_format all --output_dir /tmp";
        assert_eq!(told(None), format!("{begins} --model_directory /models"));
        assert_eq!(told(Some("fr")), format!("{begins} --language fr --model_directory /models"));
    }

    #[test]
    fn what_it_wrote_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let sound = folder.path().join("speech.wav");
        assert_eq!(heard(&sound, folder.path()).unwrap(), None);
        std::fs::write(folder.path().join("speech.vtt"), "WEBVTT\n").unwrap();
        let words = b"WEBVTT\n".to_vec();
        let of = |language| Some(Heard { language, words: words.clone() });
        assert_eq!(heard(&sound, folder.path()).unwrap(), of(None));
        std::fs::write(folder.path().join("speech.json"), r#"{"text":"Bonjour","language":"fr"}"#).unwrap();
        assert_eq!(heard(&sound, folder.path()).unwrap(), of(Some("fr".to_owned())));
    }
}
