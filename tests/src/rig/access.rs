//! What people who see, hear or move differently would stumble over, as axe-core judges a page.
//!
//! Owns the judge and the words of its findings. The surprise: the judge is given to the page through the driver, since
//! the pages' own policy would not let it be loaded.

use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::browser::Browser;
use super::instance::in_checkout;

/// Something on a page that keeps somebody out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// The judge's name of the rule.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// The element, as a selector; one inside a shadow root as those that lead there.
    pub node: String,
    /// What is wrong with it.
    pub why: String,
}

impl Finding {
    /// Whether it keeps somebody from using the page.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        matches!(self.impact.as_str(), "serious" | "critical")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) at {}: {}", self.rule, self.impact, self.node, self.why)
    }
}

const JUDGE: &str = "
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => ({
        rule: rule.id,
        impact: rule.impact,
        node: node.target.flat().join(' >>> ') + '  ' + node.html.slice(0, 120),
        why: node.failureSummary.replaceAll(/\\s+/g, ' '),
    })))";

/// Everything the judge finds on the page as it is now.
///
/// # Errors
/// When axe-core was not fetched, or it cannot judge.
pub async fn findings(browser: &Browser) -> Result<Vec<Finding>> {
    if browser.value("window.axe === undefined").await? == Value::Bool(true) {
        let path = in_checkout("target/npm/node_modules/axe-core/axe.min.js");
        let judge = fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: `cargo xtask fetch` brings it", path.display()))?;
        browser.run(&judge, Vec::new()).await?;
    }
    let found = browser.run(JUDGE, Vec::new()).await?;
    let rows = found.as_array().context("axe-core gave no list")?;
    Ok(rows.iter().map(finding).collect())
}

fn finding(row: &Value) -> Finding {
    let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Finding { rule: field("rule"), impact: field("impact"), node: field("node"), why: field("why") }
}
