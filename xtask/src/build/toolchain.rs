//! A compiler that can build for wasm32: rustup's where it has the target or can fetch it, else Debian's.
//!
//! Owns the choice. Never changes a toolchain the person uses: rustup gets a target added, Debian's standard
//! library goes to a private sysroot. The surprise is that `rustup target add` can hang rather than fail where
//! its server cannot be reached, hence the limit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use super::debian;
use crate::shop::{Program, Root, find_on_path};

/// What we compile for.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Forces one of the two: `rustup` or `debian`.
pub const CHOICE_VARIABLE: &str = "SHOAL_WASM_TOOLCHAIN";
/// The target is 20 MB; a slow line needs a minute.
const TARGET_ADD_DURATION_MAX: Duration = Duration::from_secs(90);

/// A cargo and its compiler.
pub enum Toolchain {
    /// The one that runs this workshop.
    Own,
    /// Debian's, with the folder that holds its standard library for wasm.
    Debian {
        /// The private sysroot.
        sysroot: PathBuf,
    },
}

impl Toolchain {
    /// A cargo command that uses it, to be run in the checkout.
    pub fn cargo(&self, root: &Root) -> Program {
        let cargo = match self {
            Toolchain::Own => Program::cargo(),
            Toolchain::Debian { sysroot } => debian::cargo(sysroot),
        };
        // Flags of the person's own would replace those of `.cargo/config.toml`, which web-sys needs.
        cargo.without_env(&["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"]).within(root.path())
    }
}

/// Finds or prepares one.
///
/// # Errors
/// When neither is to be had, or the variable names none of the two.
pub fn find(root: &Root) -> Result<Toolchain> {
    let choice = std::env::var(CHOICE_VARIABLE).unwrap_or_default();
    match choice.as_str() {
        "" => {
            if own_has_target(root)? || add_target(root)? {
                return Ok(Toolchain::Own);
            }
            tell!("            rustup cannot bring {TARGET} here; using Debian's compiler for it");
            debian::prepare()
        }
        "rustup" => {
            if own_has_target(root)? || add_target(root)? {
                Ok(Toolchain::Own)
            } else {
                bail!("`rustup target add {TARGET}` failed, and {CHOICE_VARIABLE} allows no other compiler")
            }
        }
        "debian" => debian::prepare(),
        other => bail!("{CHOICE_VARIABLE} is `{other}`; it may be `rustup` or `debian`"),
    }
}

fn own_has_target(root: &Root) -> Result<bool> {
    let sysroot = Program::new("rustc").args(["--print", "sysroot"]).within(root.path()).read()?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn add_target(root: &Root) -> Result<bool> {
    if find_on_path("rustup").is_none() {
        return Ok(false);
    }
    tell!("            rustup target add {TARGET}");
    Program::new("rustup")
        .args(["target", "add", TARGET])
        .within(root.path())
        .run_within(TARGET_ADD_DURATION_MAX)
}
