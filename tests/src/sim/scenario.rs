//! What kind of run it is to be.

use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Everything a run depends on.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// How many honest viewers.
    pub viewers: usize,
    /// What all chance comes from.
    pub seed: u64,
    /// How long the film is.
    pub film: Duration,
    /// Lines and bits per second of its renditions, lowest first.
    pub ladder: Vec<(u32, u64)>,
    /// So long after one viewer the next begins.
    pub stagger: Duration,
    /// They share.
    pub sharing: bool,
    /// Messages that have to be sent again, in percent.
    pub loss_percent: u64,
    /// Pairs of viewers that never connect, in percent.
    pub nat_percent: u64,
    /// Answers of the origin that break off half-way, in percent.
    pub breaks_percent: u64,
    /// Viewers that leave before the end, without a word, in percent.
    pub churn_percent: u64,
    /// Peers that send other bytes.
    pub liars: usize,
    /// Peers that begin to send and stop.
    pub stallers: usize,
    /// Peers that send announcements without end.
    pub flooders: usize,
    /// What the origin sends in all, bits per second.
    pub origin_rate: u64,
    /// What a viewer receives, and sends, bits per second.
    pub down_rate: u64,
    /// See `down_rate`.
    pub up_rate: u64,
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            viewers: 4,
            seed: 1,
            film: Duration::from_secs(600),
            ladder: vec![(240, 400_000), (480, 1_200_000), (720, 2_500_000)],
            stagger: Duration::ZERO,
            sharing: true,
            loss_percent: 0,
            nat_percent: 0,
            breaks_percent: 0,
            churn_percent: 0,
            liars: 0,
            stallers: 0,
            flooders: 0,
            origin_rate: 10_000_000_000,
            down_rate: 20_000_000,
            up_rate: 10_000_000,
        }
    }
}

/// What `sim` understands.
pub const WORDS: &str = "\
  --viewers N        honest viewers (4)
  --seed S           all chance comes from it (1)
  --minutes M        length of the film (10)
  --heights LIST     renditions as LINES:BITS,… lowest first (240:400000,480:1200000,720:2500000)
  --stagger S        seconds between two arrivals (0)
  --off              nobody shares
  --loss P           messages that have to be sent again, percent
  --nat P            pairs that never connect, percent
  --breaks P         answers of the origin that break off half-way, percent
  --churn P          viewers that leave early, percent
  --liars N          peers that send other bytes
  --stallers N       peers that stop in the middle
  --flooders N       peers that never stop announcing
  --slow-origin      the origin sends 1 Mbit/s for each viewer
  --origin M         the origin sends M Mbit/s in all (10000)
  --down M, --up M   a viewer's line, Mbit/s (20, 10)
";

impl Scenario {
    /// Reads the words of a command line.
    ///
    /// # Errors
    /// An unknown word, or one that lacks its number.
    pub fn read(words: &[String]) -> Result<Scenario> {
        let mut scenario = Scenario::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut number = || -> Result<u64> {
                let text = words.next().with_context(|| format!("{word} needs a number"))?;
                text.parse().with_context(|| format!("{word} {text}"))
            };
            let megabits = 1_000_000;
            match word.as_str() {
                "--viewers" => scenario.viewers = usize::try_from(number()?)?,
                "--seed" => scenario.seed = number()?,
                "--minutes" => scenario.film = Duration::from_secs(number()? * 60),
                "--stagger" => scenario.stagger = Duration::from_secs(number()?),
                "--off" => scenario.sharing = false,
                "--loss" => scenario.loss_percent = number()?,
                "--nat" => scenario.nat_percent = number()?,
                "--breaks" => scenario.breaks_percent = number()?,
                "--churn" => scenario.churn_percent = number()?,
                "--liars" => scenario.liars = usize::try_from(number()?)?,
                "--stallers" => scenario.stallers = usize::try_from(number()?)?,
                "--flooders" => scenario.flooders = usize::try_from(number()?)?,
                "--slow-origin" => scenario.origin_rate = scenario.viewers as u64 * megabits,
                "--origin" => scenario.origin_rate = number()? * megabits,
                "--down" => scenario.down_rate = number()? * megabits,
                "--up" => scenario.up_rate = number()? * megabits,
                "--heights" => {
                    let list = words.next().context("--heights needs a list")?;
                    let one = |pair: &str| -> Result<(u32, u64)> {
                        let (height, bits) = pair.split_once(':').context("LINES:BITS")?;
                        Ok((height.parse()?, bits.parse()?))
                    };
                    scenario.ladder = list.split(',').map(one).collect::<Result<_>>()?;
                }
                "--help" => bail!("there are\n{WORDS}"),
                other => bail!("`{other}` is not understood; there are\n{WORDS}"),
            }
        }
        Ok(scenario)
    }
}
