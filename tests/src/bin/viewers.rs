//! `viewers --url URL [--count N] …`: native viewers of one video of a running instance, all from this machine.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tests::rig::crowd::{Crowd, gather};

const WORDS: &str = "\
  --url URL          the page of a video
  --count N          viewers (8)
  --stagger MS       milliseconds between two arrivals (0)
  --seconds S        each stops after so much of the film (all of it)
  --off              nobody shares
";

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let mut url = None;
    let (mut count, mut stagger, mut stop, mut sharing) = (8, Duration::ZERO, None, true);
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--url" => url = Some(value()?),
            "--count" => count = value()?.parse()?,
            "--stagger" => stagger = Duration::from_millis(value()?.parse()?),
            "--seconds" => stop = Some(Duration::from_secs(value()?.parse()?)),
            "--off" => sharing = false,
            other => bail!("`{other}` is not understood; there are\n{WORDS}"),
        }
    }
    let page = url.with_context(|| format!("there are\n{WORDS}"))?;
    let page = page.parse().map_err(|_| anyhow::anyhow!("{page} is not the page of a video"))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let seen = runtime.block_on(gather(Crowd { page, count, stagger, stop, sharing }))?;
    print!("{seen}");
    if seen.failures.is_empty() { Ok(()) } else { bail!("{} viewers failed", seen.failures.len()) }
}
