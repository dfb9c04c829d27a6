//! `shoal backup`, `shoal restore` and `shoal user`: what a keeper does now and then.

use std::io::BufRead;

use backend::admin;
use backend::bootstrap::letters;
use backend::dice::Dice;
use backend::domain::password;
use backend::files::layout::Layout;

use super::arguments::{Backup, ResetPassword, Restore};
use super::run::Outcome;

/// Writes a backup.
pub fn back_up(command: &Backup) -> Outcome {
    let config = command.place.settings()?;
    let layout = Layout::new(&config.data);
    let rows = admin::back_up(&layout, &command.file)?;
    println!(
        "{} holds all {rows} rows: users, videos' titles and settings, jobs, sessions.",
        command.file.display()
    );
    println!("The files of videos are not in it. Copy them now, after the backup:");
    for folder in layout.media_folders() {
        println!("  {}", folder.display());
    }
    Ok(())
}

/// Makes an instance of a backup.
pub fn restore(command: &Restore) -> Outcome {
    let config = command.place.settings()?;
    let layout = Layout::new(&config.data);
    let rows = admin::restore(&layout, &command.file)?;
    println!("{rows} rows were restored into {}.", layout.data().display());
    println!("Put the copied files of videos back into it, then start the instance:");
    for folder in layout.media_folders() {
        println!("  {}", folder.display());
    }
    Ok(())
}

/// Gives a login another password.
pub fn reset_password(command: &ResetPassword) -> Outcome {
    let config = command.place.settings()?;
    let chosen = if command.stdin { Some(read_line()?) } else { None };
    let new = chosen.clone().unwrap_or_else(|| letters(Dice));
    let hash = password::hash(&new, Dice.bytes())?;
    admin::reset_password(&Layout::new(&config.data), &command.name, &hash)?;
    match chosen {
        Some(_) => println!("{} has the new password. All sessions of {} ended.", command.name, command.name),
        None => println!("The new password of {} is {new} (all sessions ended)", command.name),
    }
    Ok(())
}

fn read_line() -> std::io::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
