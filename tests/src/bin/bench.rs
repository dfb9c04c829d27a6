//! `bench [NAME…]`: measures, beside a rival, what is named, or everything.

use anyhow::{Result, bail};
use tests::bench::BENCHES;

#[tokio::main]
async fn main() -> Result<()> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = names.iter().find(|name| !BENCHES.iter().any(|bench| bench.name == **name)) {
        let known: Vec<String> =
            BENCHES.iter().map(|bench| format!("  {:12} {}", bench.name, bench.about)).collect();
        bail!("there is no bench `{unknown}`; there are\n{}", known.join("\n"));
    }
    for bench in
        BENCHES.iter().filter(|bench| names.is_empty() || names.iter().any(|name| name == bench.name))
    {
        eprintln!("{}: {}", bench.name, bench.about);
        (bench.run)().await?;
    }
    Ok(())
}
