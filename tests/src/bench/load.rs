//! Load from wrk, over connections that are kept.
//!
//! Owns the command line and the reading of what it prints. A server that answers badly under load has not answered.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// How many connections at once.
pub const CONNECTIONS: u32 = 64;
/// Long enough for tens of thousands of requests.
pub const TURN: Duration = Duration::from_secs(3);

/// What a turn came to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Load {
    /// How many requests were answered.
    pub requests: f64,
    /// Half of the answers came within this.
    pub half_ms: f64,
    /// All but a hundredth did within this.
    pub most_ms: f64,
}

/// Asks for `path` for [`TURN`]. A script in Lua may make each request another.
///
/// # Errors
/// When wrk is not there, or not every request was answered well.
pub fn wrk(address: SocketAddr, path: &str, script: Option<&Path>) -> Result<Load> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", &format!("-c{CONNECTIONS}"), &format!("-d{}s", TURN.as_secs()), "--latency"]);
    if let Some(script) = script {
        wrk.arg("-s").arg(script);
    }
    let output = wrk.arg(format!("http://{address}{path}")).output().context("could not start wrk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {said}{}", String::from_utf8_lossy(&output.stderr));
    // A faster wrong answer is none.
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        bail!("not every request was answered well:\n{said}");
    }
    read(&said).with_context(|| format!("wrk printed something else:\n{said}"))
}

fn read(said: &str) -> Option<Load> {
    let lines = || said.lines().map(str::trim);
    let (count, _) = lines().find_map(|line| line.split_once(" requests in "))?;
    let within = |share: &str| lines().find_map(|line| milliseconds(line.strip_prefix(share)?.trim()));
    Some(Load { requests: count.parse().ok()?, half_ms: within("50%")?, most_ms: within("99%")? })
}

/// wrk's `641.00us`, `1.21ms`, `2.00s`.
fn milliseconds(text: &str) -> Option<f64> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: f64 = digits.parse().ok()?;
    match text.get(digits.len()..)? {
        "us" => Some(number / 1000.0),
        "ms" => Some(number),
        "s" => Some(number * 1000.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_prints_is_read() {
        let said = "Running 3s test @ http://127.0.0.1:9000/\n  1 threads and 64 connections\n  \
                    Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency     1.30ms  400.12us  12.20ms   91.00%\n  \
                    Latency Distribution\n     50%  641.00us\n     75%    1.45ms\n     90%    2.05ms\n     99%    1.02s \n  \
                    120345 requests in 3.00s, 4.20GB read\nRequests/sec:  40115.00\n";
        assert_eq!(read(said), Some(Load { requests: 120_345.0, half_ms: 0.641, most_ms: 1020.0 }));
        assert_eq!(read("nothing"), None);
    }
}
