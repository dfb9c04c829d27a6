//! What kind of run it is to be.

use std::ops::RangeInclusive;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::network::Dice;

const MEGA: u64 = 1_000_000;
/// What may be said without a number.
const PLAGUES: [&str; 7] = ["--loss", "--nat", "--breaks", "--churn", "--liars", "--stallers", "--flooders"];

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
    /// From when to when the origin answers every request for a segment with an error.
    pub outage: Option<(Duration, Duration)>,
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
    /// A viewer gives no more than this, bits per second; none for as much as its line takes.
    pub give_rate_max: Option<u64>,
    /// A viewer keeps no more bytes than this to be given; none for what is usual.
    pub keep_bytes_max: Option<u64>,
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
            outage: None,
            churn_percent: 0,
            liars: 0,
            stallers: 0,
            flooders: 0,
            origin_rate: 10_000_000_000,
            down_rate: 20_000_000,
            up_rate: 10_000_000,
            give_rate_max: None,
            keep_bytes_max: None,
        }
    }
}

/// What describes a run.
pub const WORDS: &str = "\
  --viewers N        honest viewers (4)
  --seed S           all chance comes from it (1)
  --minutes M        length of the film (10)
  --heights LIST     renditions as LINES:BITS,… lowest first (240:400000,480:1200000,720:2500000)
  --stagger S        seconds between two arrivals (0)
  --off              nobody shares
  --loss [P]         messages that have to be sent again, percent (5, if the word stands alone)
  --nat [P]          pairs that never connect, percent (30)
  --breaks [P]       answers of the origin that break off half-way, percent (5)
  --churn [P]        viewers that leave early, percent (40)
  --liars [N]        peers that send other bytes (a fifth of the viewers, and one)
  --stallers [N]     peers that stop in the middle (a tenth, and one)
  --flooders [N]     peers that never stop announcing (1)
  --slow-origin      the origin sends 1 Mbit/s for each viewer
  --origin M         the origin sends M Mbit/s in all (10000)
  --down M, --up M   a viewer's line, Mbit/s (20, 10)
  --give M           a viewer gives no more than this, Mbit/s (no bound but the line)
  --keep M           a viewer keeps no more than this to be given, MB (268)
";

/// What ladders a random mix has.
const LADDERS: [&[(u32, u64)]; 3] = [
    &[(240, 400_000), (480, 1_200_000), (720, 2_500_000)],
    &[(360, 700_000)],
    &[(240, 300_000), (360, 600_000), (480, 1_200_000), (720, 2_500_000), (1080, 5_000_000)],
];

impl Scenario {
    /// Reads the words of a command line.
    ///
    /// # Errors
    /// An unknown word, or one that lacks its number.
    pub fn read(words: &[String]) -> Result<Scenario> {
        let mut scenario = Scenario::default();
        let mut words = words.iter().peekable();
        // Words that stand alone mean a part of the viewers, of whom we may hear later.
        let mut alone = Vec::new();
        while let Some(word) = words.next() {
            if PLAGUES.contains(&word.as_str()) && words.peek().is_none_or(|next| next.starts_with("--")) {
                alone.push(word.as_str());
                continue;
            }
            let mut number = || -> Result<u64> {
                let text = words.next().with_context(|| format!("{word} needs a number"))?;
                text.parse().with_context(|| format!("{word} {text}"))
            };
            let count = |number: u64| usize::try_from(number).context("so many");
            match word.as_str() {
                "--viewers" => scenario.viewers = count(number()?)?,
                "--seed" => scenario.seed = number()?,
                "--minutes" => scenario.film = Duration::from_secs(number()? * 60),
                "--stagger" => scenario.stagger = Duration::from_secs(number()?),
                "--off" => scenario.sharing = false,
                "--loss" => scenario.loss_percent = number()?,
                "--nat" => scenario.nat_percent = number()?,
                "--breaks" => scenario.breaks_percent = number()?,
                "--churn" => scenario.churn_percent = number()?,
                "--liars" => scenario.liars = count(number()?)?,
                "--stallers" => scenario.stallers = count(number()?)?,
                "--flooders" => scenario.flooders = count(number()?)?,
                "--slow-origin" => alone.push(word.as_str()),
                "--origin" => scenario.origin_rate = number()? * MEGA,
                "--down" => scenario.down_rate = number()? * MEGA,
                "--up" => scenario.up_rate = number()? * MEGA,
                "--give" => scenario.give_rate_max = Some(number()? * MEGA),
                "--keep" => scenario.keep_bytes_max = Some(number()? * MEGA),
                "--heights" => {
                    let list = words.next().context("--heights needs a list")?;
                    let one = |pair: &str| -> Result<(u32, u64)> {
                        let (height, bits) = pair.split_once(':').context("LINES:BITS")?;
                        Ok((height.parse()?, bits.parse()?))
                    };
                    scenario.ladder = list.split(',').map(one).collect::<Result<_>>()?;
                }
                other => bail!("`{other}` is not understood; there are\n{WORDS}"),
            }
        }
        for word in alone {
            match word {
                "--loss" => scenario.loss_percent = 5,
                "--nat" => scenario.nat_percent = 30,
                "--breaks" => scenario.breaks_percent = 5,
                "--churn" => scenario.churn_percent = 40,
                "--liars" => scenario.liars = scenario.viewers / 5 + 1,
                "--stallers" => scenario.stallers = scenario.viewers / 10 + 1,
                "--flooders" => scenario.flooders = 1,
                _ => scenario.origin_rate = scenario.viewers as u64 * MEGA,
            }
        }
        Ok(scenario)
    }

    /// A mix of plagues by the seed's chance: each alone, some together, or none.
    #[must_use]
    pub fn mixed(seed: u64, viewers: RangeInclusive<usize>) -> Scenario {
        let mut dice = Dice::new(seed);
        let mut pick = |from: &[u64]| {
            let place = dice.roll(from.len() as u64);
            usize::try_from(place).ok().and_then(|place| from.get(place)).copied().unwrap_or(0)
        };
        let few = *viewers.start() as u64;
        let many = (*viewers.end() as u64).saturating_sub(few) + 1;
        // Small crowds more often than large ones: a run takes its time.
        let spread = pick(&[many, many.div_ceil(4), many.div_ceil(16), many.div_ceil(16)]).max(1);
        let viewers = few + pick(&(0..spread).collect::<Vec<_>>());
        let ladder = pick(&[0, 0, 1, 2]);
        let ladder = usize::try_from(ladder).ok().and_then(|place| LADDERS.get(place)).copied();
        let give = pick(&[0, 0, 0, 0, 1, 3]);
        let keep = pick(&[0, 0, 0, 0, 8]);
        let slow = pick(&[0, 0, viewers, 2 * viewers]);
        let people = |number: u64| usize::try_from(number).unwrap_or(0);
        Scenario {
            viewers: people(viewers),
            seed,
            film: Duration::from_secs(60 * pick(&[1, 2, 3])),
            ladder: ladder.unwrap_or_default().to_vec(),
            stagger: Duration::from_secs(pick(&[0, 0, 1, 4, 15])),
            loss_percent: pick(&[0, 0, 3, 10]),
            nat_percent: pick(&[0, 0, 20, 60]),
            breaks_percent: pick(&[0, 0, 0, 5]),
            churn_percent: pick(&[0, 0, 20, 60]),
            liars: people(pick(&[0, 0, 1, viewers / 5 + 1, viewers])),
            stallers: people(pick(&[0, 0, 1, viewers / 5 + 1])),
            flooders: people(pick(&[0, 0, 0, 1])),
            origin_rate: if slow == 0 { 10_000 * MEGA } else { slow * MEGA },
            give_rate_max: (0 < give).then_some(give * MEGA),
            keep_bytes_max: (0 < keep).then_some(keep * MEGA),
            ..Scenario::default()
        }
    }

    /// The words that describe this very run.
    #[must_use]
    pub fn words(&self) -> String {
        let ladder: Vec<String> =
            self.ladder.iter().map(|(height, bits)| format!("{height}:{bits}")).collect();
        let mut words = format!(
            "--viewers {} --seed {} --minutes {} --heights {}",
            self.viewers,
            self.seed,
            self.film.as_secs() / 60,
            ladder.join(","),
        );
        let numbers = [
            ("--stagger", self.stagger.as_secs()),
            ("--loss", self.loss_percent),
            ("--nat", self.nat_percent),
            ("--breaks", self.breaks_percent),
            ("--churn", self.churn_percent),
            ("--liars", self.liars as u64),
            ("--stallers", self.stallers as u64),
            ("--flooders", self.flooders as u64),
            ("--origin", self.origin_rate / MEGA),
            ("--down", self.down_rate / MEGA),
            ("--up", self.up_rate / MEGA),
            ("--give", self.give_rate_max.unwrap_or(0) / MEGA),
            ("--keep", self.keep_bytes_max.unwrap_or(0) / MEGA),
        ];
        for (word, number) in numbers.into_iter().filter(|(_, number)| 0 < *number) {
            words.push_str(&format!(" {word} {number}"));
        }
        words.push_str(if self.sharing { "" } else { " --off" });
        words
    }

    /// The same people and the same origin, but nobody shares. Liars and their like are people, too: they watch.
    #[must_use]
    pub fn alone(&self) -> Scenario {
        Scenario { sharing: false, ..self.clone() }
    }
}
