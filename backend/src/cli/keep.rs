//! `shoal backup`, `shoal restore`, `shoal user` and `shoal federation`: what a keeper does now and then.

use std::io::BufRead;

use backend::admin;
use backend::bootstrap::letters;
use backend::config::PublicUrl;
use backend::dice::Dice;
use backend::domain::password;
use backend::files::layout::Layout;

use super::arguments::{Backup, Explain, ResetPassword, Restore};
use super::run::Outcome;
use super::say::say;

/// Writes a backup.
pub fn back_up(command: &Backup) -> Outcome {
    let config = command.place.settings()?;
    let layout = Layout::new(&config.data);
    let rows = admin::back_up(&layout, &command.file)?;
    say(&format!(
        "{} holds all {rows} rows: users, videos' titles and settings, jobs, sessions.",
        command.file.display()
    ))?;
    say("The files of videos are not in it. Copy them now, after the backup:")?;
    say_folders(&layout)
}

/// Makes an instance of a backup.
pub fn restore(command: &Restore) -> Outcome {
    let config = command.place.settings()?;
    let layout = Layout::new(&config.data);
    let rows = admin::restore(&layout, &command.file)?;
    say(&format!("{rows} rows were restored into {}.", layout.data().display()))?;
    say("Put the copied files of videos back into it, then start the instance:")?;
    say_folders(&layout)
}

fn say_folders(layout: &Layout) -> Outcome {
    for folder in layout.media_folders() {
        say(&format!("  {}", folder.display()))?;
    }
    Ok(())
}

/// Prints what is between the instance and another server.
pub fn explain(command: &Explain) -> Outcome {
    let config = command.place.settings()?;
    let listen = config.server.listen;
    let url = config.server.url.clone().unwrap_or_else(|| PublicUrl::of_listener(listen));
    let text = admin::explain(&Layout::new(&config.data), &url, &command.about)?;
    Ok(say(text.trim_end())?)
}

/// Gives a login another password.
pub fn reset_password(command: &ResetPassword) -> Outcome {
    let config = command.place.settings()?;
    let chosen = if command.stdin { Some(read_line()?) } else { None };
    let new = chosen.clone().unwrap_or_else(|| letters(Dice));
    let hash = password::hash(&new, Dice.bytes())?;
    admin::reset_password(&Layout::new(&config.data), &command.name, &hash)?;
    Ok(say(&match chosen {
        Some(_) => format!("{} has the new password. All sessions of {} ended.", command.name, command.name),
        None => format!("The new password of {} is {new} (all sessions ended)", command.name),
    })?)
}

fn read_line() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
