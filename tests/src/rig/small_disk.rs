//! A disk of a story's own, small enough to be full.
//!
//! Owns the mount and the ballast on it. Mounting takes rights that not every machine gives: then a story says so and
//! tells nothing.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustix::fs::{FallocateFlags, fallocate, statvfs};
use tempfile::TempDir;

/// A file system in memory, gone when this is dropped. Drop what lives on it first.
pub struct SmallDisk {
    place: TempDir,
    ballast: File,
}

impl SmallDisk {
    /// Mounts one of so many bytes; none where this machine does not let us, which is said aloud.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn mount(bytes: u64) -> Result<Option<SmallDisk>> {
        let place = tempfile::Builder::new().prefix("shoal-disk-").tempdir()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "shoal-story"])
            .arg(place.path())
            .output();
        let why = match mounted {
            Ok(output) if output.status.success() => {
                let ballast = File::create(place.path().join("ballast"))?;
                return Ok(Some(SmallDisk { place, ballast }));
            }
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        say(&format!("NOT TOLD: this story needs a disk of its own, and none can be mounted here ({why})"));
        Ok(None)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Bytes that may still be written to it.
    ///
    /// # Errors
    /// What the system says.
    pub fn bytes_free(&self) -> Result<u64> {
        let disk = statvfs(self.path())?;
        Ok(disk.f_bavail * disk.f_frsize)
    }

    /// Fills it, or makes room, until so many bytes are free.
    ///
    /// # Errors
    /// When what others wrote leaves less.
    pub fn leave(&self, bytes: u64) -> Result<()> {
        let ballast = self.ballast.metadata()?.len();
        let wanted = (self.bytes_free()? + ballast).checked_sub(bytes);
        let wanted = wanted.with_context(|| format!("the disk has never had {bytes} bytes"))?;
        if wanted < ballast {
            self.ballast.set_len(wanted)?;
        } else if ballast < wanted {
            fallocate(&self.ballast, FallocateFlags::empty(), 0, wanted)?;
        }
        // Whole pages, and whatever a server wrote in this very moment.
        let left = self.bytes_free()?;
        ensure!(left.abs_diff(bytes) < 1024 * 1024, "{left} bytes are free instead of {bytes}");
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.place.path()).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} could not be unmounted", self.place.path().display());
        }
    }
}

/// Says something that is heard although the story that says it ends well: what is printed there is not shown.
pub fn say(words: &str) {
    // Whoever closed our output does not want to hear it.
    let _ = writeln!(std::io::stderr(), "{words}");
}
