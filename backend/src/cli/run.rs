//! From what was typed to what is done, and to how it ended.

use std::error::Error;
use std::process::ExitCode;

use backend::store::CHECK_THREAD;
use clap::Parser;

use super::arguments::{Arguments, Command, Federation, User};
use super::say::complain;
use super::{keep, seed, serve};

/// Runs the command that was typed. What fails is one sentence on standard error.
pub fn run() -> ExitCode {
    quiet_checks();
    let outcome = match Arguments::parse().command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Seed(command) => seed::run(command),
        Command::User(User::ResetPassword(command)) => keep::reset_password(&command),
        Command::Backup(command) => keep::back_up(&command),
        Command::Restore(command) => keep::restore(&command),
        Command::Federation(Federation::Explain(command)) => keep::explain(&command),
        Command::Settings(place) => serve::print_settings(&place),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("shoal: {}", sentence(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

/// A panic of the thread that checks the store means a damaged store, and is reported as one.
fn quiet_checks() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(CHECK_THREAD) {
            report(panic);
        }
    }));
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
pub(super) type Outcome = Result<(), Box<dyn Error>>;
