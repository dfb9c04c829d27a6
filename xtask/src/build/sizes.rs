//! What a visitor downloads, weighed against the budgets of `xtask/budgets.toml`.
//!
//! Owns the table the build prints. The surprise is that a build over budget fails although everything in it works:
//! weight that slips in is not noticed otherwise.

use std::fs;

use anyhow::{Context, Result, bail};

use super::bundle::Pages;
use super::compress::{brotli, gzip};
use super::door::Options;
use crate::shop::Root;

/// Bytes after gzip that we allow ourselves.
#[derive(Debug, PartialEq, Eq)]
pub struct Budgets {
    /// The player's script and wasm.
    pub player_gzip_bytes_max: u64,
    /// What the player loads after the first picture, if it shares.
    pub sharing_gzip_bytes_max: u64,
    /// All that the browse page needs to show itself.
    pub browse_gzip_bytes_max: u64,
}

impl Budgets {
    /// Reads `xtask/budgets.toml`.
    ///
    /// # Errors
    /// When it is absent or a number is missing or not positive.
    pub fn read(root: &Root) -> Result<Budgets> {
        let file = root.join("xtask/budgets.toml");
        let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
        Budgets::parse(&text).context("xtask/budgets.toml")
    }

    fn parse(text: &str) -> Result<Budgets> {
        let table: toml::Table = text.parse()?;
        let number = |name: &str| -> Result<u64> {
            let value = table.get(name).and_then(toml::Value::as_integer);
            let bytes = value.and_then(|value| u64::try_from(value).ok()).filter(|bytes| 0 < *bytes);
            bytes.with_context(|| format!("{name} must be a number of bytes above 0"))
        };
        Ok(Budgets {
            player_gzip_bytes_max: number("player_gzip_bytes_max")?,
            sharing_gzip_bytes_max: number("sharing_gzip_bytes_max")?,
            browse_gzip_bytes_max: number("browse_gzip_bytes_max")?,
        })
    }
}

#[derive(Default)]
struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the table.
///
/// # Errors
/// When a sum is over its budget.
pub fn weigh(root: &Root, pages: &Pages, options: Options) -> Result<()> {
    if options.dev {
        tell!("            not weighed: a --dev build is neither optimised nor compressed");
        return Ok(());
    }
    let budgets = Budgets::read(root)?;
    let rows = [
        ("player: script and wasm", weigh_files(root, &pages.player)?, budgets.player_gzip_bytes_max),
        ("player: sharing, loaded later", weigh_files(root, &pages.sharing)?, budgets.sharing_gzip_bytes_max),
        (
            "first load of the browse page",
            weigh_files(root, &pages.first_load)?,
            budgets.browse_gzip_bytes_max,
        ),
    ];
    tell!("{:42}{:>10}{:>10}{:>10}{:>16}", "            kB", "raw", "gzip", "brotli", "gzip allowed");
    for (what, weight, allowed) in &rows {
        let [raw, gzip, brotli, allowed] = [weight.raw, weight.gzip, weight.brotli, *allowed].map(kilobytes);
        tell!("            {what:30}{raw:>10}{gzip:>10}{brotli:>10}{allowed:>16}");
    }
    for (what, weight, allowed) in &rows {
        if *allowed < weight.gzip {
            bail!(
                "{what} is {} kB after gzip; {} kB are allowed",
                kilobytes(weight.gzip),
                kilobytes(*allowed)
            );
        }
    }
    Ok(())
}

fn weigh_files(root: &Root, files: &[String]) -> Result<Weight> {
    let mut sum = Weight::default();
    for name in files {
        let path = root.target("www").join(name);
        let raw = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let packed = |ending: &str, pack: fn(&[u8]) -> Result<Vec<u8>>| -> Result<u64> {
            match fs::metadata(root.target("www").join(format!("{name}.{ending}"))) {
                Ok(facts) => Ok(facts.len()),
                Err(_) => Ok(pack(&raw)?.len() as u64),
            }
        };
        sum.gzip += packed("gz", gzip)?;
        sum.brotli += packed("br", brotli)?;
        sum.raw += raw.len() as u64;
    }
    Ok(sum)
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout(player: &str) -> (tempfile::TempDir, Root, Pages) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::at(folder.path());
        for inside in ["target/www/player", "xtask"] {
            fs::create_dir_all(root.join(inside)).unwrap();
        }
        fs::write(
            root.join("xtask/budgets.toml"),
            "player_gzip_bytes_max = 100\nsharing_gzip_bytes_max = 100\nbrowse_gzip_bytes_max = 100",
        )
        .unwrap();
        fs::write(root.target("www/player/p.js"), player).unwrap();
        let player = vec!["player/p.js".to_owned()];
        (folder, root, Pages { first_load: Vec::new(), player, sharing: Vec::new() })
    }

    #[test]
    fn a_player_over_its_budget_fails_the_build() {
        let noise: String = (0..200_u32).map(|n| n.wrapping_mul(2_654_435_761).to_string()).collect();
        let (_folder, root, pages) = checkout(&noise);
        let error = weigh(&root, &pages, Options::default()).unwrap_err().to_string();
        assert!(error.starts_with("player: script and wasm is"), "{error}");
    }

    #[test]
    fn a_player_within_its_budget_passes() {
        let (_folder, root, pages) = checkout(&"a".repeat(5000));
        weigh(&root, &pages, Options::default()).unwrap();
    }

    #[test]
    fn a_budget_of_nothing_is_refused() {
        let error = Budgets::parse("player_gzip_bytes_max = 0\nbrowse_gzip_bytes_max = 1").unwrap_err();
        assert_eq!(error.to_string(), "player_gzip_bytes_max must be a number of bytes above 0");
    }
}
