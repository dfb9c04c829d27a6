//! What is typed after `shoal`, and what is answered in the terminal.

mod arguments;
mod log;
mod serve;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs the command that was typed. What fails is one sentence on standard error.
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Settings(settings) => serve::print_settings(&settings),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shoal: {}", sentence(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, in one line.
fn sentence(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// What a command gives: a sentence, when it fails.
type Outcome = Result<(), Box<dyn Error>>;
