//! Installing what is missing with apt-get, or saying the one command that does.
//!
//! Owns the list of Debian packages we may ask for. Never asks for a password: who is not root is told what to
//! type. The surprise is that a package index is often absent on a fresh machine, so a first failure is answered
//! by `apt-get update` and a second try.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::program::{Program, find_on_path};

/// What a program is found by, and the Debian package that brings it.
pub struct Package {
    /// Path or name of a file whose presence means it is installed.
    pub file: String,
    /// Its name for apt-get.
    pub debian: String,
}

impl Package {
    /// A program on `PATH`.
    pub fn program(name: &str, debian: &str) -> Package {
        Package { file: name.to_owned(), debian: debian.to_owned() }
    }

    fn is_present(&self) -> bool {
        if self.file.contains('/') {
            PathBuf::from(&self.file).exists()
        } else {
            find_on_path(&self.file).is_some()
        }
    }
}

/// Makes sure that all are there. Returns at once when they are.
///
/// # Errors
/// When one is missing and we may not or cannot install it; the sentence holds the command to type.
pub fn need(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !package.is_present())
        .map(|package| package.debian.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_root() || find_on_path("apt-get").is_none() {
        bail!(
            "some programs are missing. Type this, then the same command again:\n\n  sudo apt-get install -y --no-install-recommends {names}\n"
        );
    }
    tell!("      installing {names} with apt-get");
    if install(&missing).is_err() {
        apt_get().args(["-qq", "update"]).run()?;
        install(&missing)?;
    }
    match packages.iter().find(|package| !package.is_present()) {
        Some(package) => {
            bail!("apt-get installed {}, but {} is still not there", package.debian, package.file)
        }
        None => Ok(()),
    }
}

fn install(names: &[&str]) -> Result<()> {
    apt_get()
        .args(["-qq", "install", "-y", "--no-install-recommends", "-o=Dpkg::Use-Pty=0"])
        .args(names)
        .run()
}

fn apt_get() -> Program {
    Program::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_not_installed_again() {
        let here =
            [Package::program("sh", "no-such-package"), Package::program("/bin/sh", "no-such-package")];
        assert!(need(&here).is_ok());
    }
}
