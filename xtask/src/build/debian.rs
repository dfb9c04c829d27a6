//! Debian's compiler for the browser: `rustc-web`, with a standard library for wasm32 that we build once.
//!
//! Owns a private sysroot in the person's cache. Never writes into `/usr/lib`. Three surprises, each found the hard
//! way: lints must not be capped while the standard library is built, since cargo reads one of them; its vendored
//! crates lack a few, so cargo must fetch them; and without `-Zforce-unstable-if-unmarked` what comes out cannot
//! be used by stable code.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::toolchain::{TARGET, Toolchain};
use crate::shop::{Package, Program, digest_hex, need};

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
/// Changes when we lay the sysroot out differently.
const LAYOUT: &str = "1";
/// What rustup or an outer cargo left in the environment, and would lead Debian's cargo to the wrong compiler.
const FOREIGN_ENV: &[&str] = &[
    "RUSTUP_TOOLCHAIN",
    "RUSTUP_HOME",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
    "CARGO",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_TARGET_DIR",
    "LD_LIBRARY_PATH",
];

/// What `rustc -vV` says of itself.
struct Compiler {
    release: String,
    host: String,
    llvm_major: String,
    identity: String,
}

/// Installs Debian's packages where they are missing and builds the standard library once.
///
/// # Errors
/// When the packages cannot be installed or the standard library does not build.
pub fn prepare() -> Result<Toolchain> {
    need(&[
        Package { file: RUSTC.into(), debian: "rustc-web".into() },
        Package { file: CARGO.into(), debian: "cargo-web".into() },
    ])?;
    let compiler = Compiler::ask()?;
    let sources = PathBuf::from(format!("/usr/src/rustc-{}/library", compiler.release));
    let linker = PathBuf::from(format!("/usr/lib/llvm-{}/bin/lld", compiler.llvm_major));
    need(&[
        Package { file: sources.display().to_string(), debian: "rust-web-src".into() },
        Package { file: linker.display().to_string(), debian: format!("lld-{}", compiler.llvm_major) },
    ])?;

    let cache = cache_folder()?;
    fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
    let sysroot = cache.join(format!("wasm-sysroot-{}", compiler.identity));
    // Two checkouts may get here at once; the second waits and finds the work done.
    let guard = File::create(cache.join("wasm-sysroot.lock"))?;
    guard.lock().context("could not lock the cache")?;
    if !sysroot.is_dir() {
        tell!("            building the standard library for {TARGET} once (about a minute)");
        let work = tempfile::Builder::new().prefix("wasm-sysroot-new-").tempdir_in(&cache)?;
        compile_std(&sources, work.path())?;
        let laid = work.path().join("sysroot");
        lay_out(&compiler, work.path(), &laid, &sysroot, &linker)?;
        fs::rename(&laid, &sysroot).with_context(|| format!("could not make {}", sysroot.display()))?;
    }
    Ok(Toolchain::Debian { sysroot })
}

/// Debian's cargo, led to the private sysroot.
pub fn cargo(sysroot: &Path) -> Program {
    Program::new(CARGO)
        .without_env(FOREIGN_ENV)
        .env("RUSTC", sysroot.join("bin/rustc"))
        .env("RUSTDOC", sysroot.join("bin/rustdoc"))
}

impl Compiler {
    fn ask() -> Result<Compiler> {
        let said = Program::new(RUSTC).without_env(FOREIGN_ENV).arg("-vV").read()?;
        Compiler::read(&said)
            .with_context(|| format!("{RUSTC} described itself in words we do not know:\n{said}"))
    }

    fn read(said: &str) -> Option<Compiler> {
        let field = |name: &str| said.lines().find_map(|line| line.strip_prefix(name));
        let llvm = field("LLVM version: ")?;
        Some(Compiler {
            release: field("release: ")?.to_owned(),
            host: field("host: ")?.to_owned(),
            llvm_major: llvm.split('.').next()?.to_owned(),
            identity: digest_hex(format!("{LAYOUT}\n{said}").as_bytes()).chars().take(16).collect(),
        })
    }
}

fn cache_folder() -> Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache =
        std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME says where your cache is")?.join("shoal"))
}

fn compile_std(sources: &Path, work: &Path) -> Result<()> {
    copy_tree(sources, &work.join("library"))?;
    Program::new(CARGO)
        .without_env(FOREIGN_ENV)
        .args(["build", "--quiet", "--release", "--target", TARGET])
        .args(["--no-default-features", "--features", "compiler-builtins-mem"])
        .env("RUSTC", RUSTC)
        // The standard library is written in the unstable dialect.
        .env("RUSTC_BOOTSTRAP", "1")
        // Bitcode lets the final `lto = "fat"` reach into it.
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .within(&work.join("library/sysroot"))
        .run()
}

/// Rustc looks for a target's libraries and for its linker below its sysroot; everything else there is Debian's own.
fn lay_out(compiler: &Compiler, work: &Path, laid: &Path, home: &Path, linker: &Path) -> Result<()> {
    let libraries = laid.join("lib/rustlib").join(TARGET).join("lib");
    let host = laid.join("lib/rustlib").join(&compiler.host);
    let bin = laid.join("bin");
    for folder in [&libraries, &host.join("bin"), &bin] {
        fs::create_dir_all(folder)?;
    }
    let mut copied = 0;
    for entry in fs::read_dir(work.join("target").join(TARGET).join("release/deps"))? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "rlib") {
            fs::copy(&file, libraries.join(file.file_name().context("a library has no name")?))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!("building the standard library left no libraries");
    }
    symlink(Path::new("/usr/lib/rustlib").join(&compiler.host).join("lib"), host.join("lib"))?;
    symlink(linker, host.join("bin/rust-lld"))?;
    for tool in ["rustc", "rustdoc"] {
        let path = bin.join(tool);
        let mut file = File::create(&path)?;
        writeln!(file, "#!/bin/sh\nexec /usr/bin/{tool} --sysroot \"{}\" \"$@\"", home.display())?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if fs::metadata(&source)?.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_tells_its_release_host_and_llvm() {
        let said = "rustc 1.96.0 (abc 2026-05-25)\nhost: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.2";
        let compiler = Compiler::read(said).unwrap();
        assert_eq!(
            (compiler.release.as_str(), compiler.host.as_str(), compiler.llvm_major.as_str()),
            ("1.96.0", "x86_64-unknown-linux-gnu", "22")
        );
    }

    #[test]
    fn words_we_do_not_know_are_refused() {
        assert!(Compiler::read("gcc 12").is_none());
    }
}
