//! With the feature `embedded`: writes the table of built pages that the program carries inside.
//!
//! The plain form of a file is left out where a gzipped one is there, since the program can unpack that at its start.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SHOAL_BUILD_WWW");
    if env::var_os("CARGO_FEATURE_EMBEDDED").is_none() {
        return Ok(());
    }
    let variable = |name: &str| env::var_os(name).map(PathBuf::from);
    let beside = variable("CARGO_MANIFEST_DIR").unwrap_or_default().join("../target/www");
    let www = fs::canonicalize(variable("SHOAL_BUILD_WWW").unwrap_or(beside))
        .map_err(|error| io::Error::new(error.kind(), "no built pages: run `cargo xtask build` first"))?;
    println!("cargo::rerun-if-changed={}", www.display());
    let mut files = Vec::new();
    list(&www, "", &mut files)?;
    files.sort();
    let mut table = String::from("pub(super) static FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in &files {
        let is_packed = files.iter().any(|(other, _)| other.strip_suffix(".gz") == Some(name));
        if !is_packed {
            let _ = writeln!(table, "    ({name:?}, include_bytes!({path:?})),");
        }
    }
    table.push_str("];\n");
    fs::write(variable("OUT_DIR").unwrap_or_default().join("www.rs"), table)
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &name, files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}
