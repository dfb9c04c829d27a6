//! Judging passwords: bounded in number, off the threads that answer requests.
//!
//! Owns the counters of failed tries and the places where argon2 may run. Never decides who a person is.

use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::id::VideoId;
use shared::time::Instant;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::catalogue::Entry;
use crate::config::Config;
use crate::domain::password::{self, NotAPassword};
use crate::domain::session::{AddressBlock, Allowance, Tries, TriesLeft, TryOutcome};
use crate::domain::video::password::opens as password_opens;

/// More at once than this only makes each slower: every judgement fills a core and 19 MiB.
const JUDGES_MAX: usize = 4;

/// What one address may do only now and then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bounded {
    /// Make a login, or ask for one.
    Signups,
    /// Ask for a mail.
    Mails,
    /// Write to who keeps the instance.
    Contacts,
}

/// What strangers may do now and then, counted.
struct Allowances {
    signups: Allowance<AddressBlock>,
    mails: Allowance<AddressBlock>,
    contacts: Allowance<AddressBlock>,
    mailboxes: Allowance<String>,
    guesses: Allowance<(AddressBlock, VideoId)>,
    file_guesses: Allowance<VideoId>,
}

/// How often one address may miss the password of one video in five minutes: a class behind one address mistypes it.
const GUESSES_MAX: u32 = 30;

/// How often everybody together may miss the password of one video at its files in five minutes: one a second. The room
/// of files does not know who asks, and players bring a token instead.
const FILE_GUESSES_MAX: u32 = 300;

/// What became of a guess at a video's password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guess {
    /// It opens the video.
    Right,
    /// It does not.
    Wrong,
    /// It was not looked at, after too many that did not.
    TooMany,
}

/// The desk where passwords are judged.
pub struct Logins {
    tries: Mutex<Tries>,
    allowances: Mutex<Allowances>,
    judges: Semaphore,
}

impl Logins {
    /// A desk with the bounds of the settings.
    #[must_use]
    pub fn new(config: &Config) -> Logins {
        let settings = &config.login;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Logins {
            tries: Mutex::new(Tries::new(
                settings.failures_per_address_max,
                settings.failures_per_account_max,
            )),
            allowances: Mutex::new(Allowances {
                signups: Allowance::new(config.signup.per_address_max),
                mails: Allowance::new(config.smtp.per_address_max),
                contacts: Allowance::new(config.contact.per_address_max),
                mailboxes: Allowance::new(config.smtp.per_address_max),
                guesses: Allowance::new(GUESSES_MAX),
                file_guesses: Allowance::new(FILE_GUESSES_MAX),
            }),
            // One core stays with everybody else.
            judges: Semaphore::new(cores.saturating_sub(1).clamp(1, JUDGES_MAX)),
        }
    }

    /// Counts a try; see [`Tries::begin`].
    pub fn begin(&self, now: Instant, address: IpAddr, name: &str) -> TryOutcome {
        self.tries().begin(now, address, name)
    }

    /// Gives a right try back; see [`Tries::succeed`].
    pub fn succeed(&self, now: Instant, address: IpAddr, name: &str) -> TriesLeft {
        self.tries().succeed(now, address, name)
    }

    /// Counts one use of something by an address.
    pub fn take(&self, now: Instant, what: Bounded, address: IpAddr) -> TryOutcome {
        let block = AddressBlock::of(address);
        let mut allowances = self.allowances();
        match what {
            Bounded::Signups => allowances.signups.take(now, block),
            Bounded::Mails => allowances.mails.take(now, block),
            Bounded::Contacts => allowances.contacts.take(now, block),
        }
    }

    /// Gives a use back that came to nothing.
    pub fn give_back(&self, now: Instant, what: Bounded, address: IpAddr) {
        let block = AddressBlock::of(address);
        let mut allowances = self.allowances();
        match what {
            Bounded::Signups => allowances.signups.give_back(now, &block),
            Bounded::Mails => allowances.mails.give_back(now, &block),
            Bounded::Contacts => allowances.contacts.give_back(now, &block),
        }
    }

    /// Compares what somebody says with the passwords of a video, and counts it where it is none of them.
    pub fn guess(&self, now: Instant, address: IpAddr, entry: &Entry, said: &str) -> Guess {
        let key = (AddressBlock::of(address), entry.listed.video.id);
        guess(&mut self.allowances().guesses, now, key, entry, said)
    }

    /// As [`Logins::guess`], by somebody who asks for a file.
    pub fn guess_at_files(&self, now: Instant, entry: &Entry, said: &str) -> Guess {
        guess(&mut self.allowances().file_guesses, now, entry.listed.video.id, entry, said)
    }

    /// Whether one more mail that somebody asked for may go to this mailbox, wherever those come from who ask.
    pub fn take_mailbox(&self, now: Instant, email: &str) -> bool {
        matches!(self.allowances().mailboxes.take(now, email.to_lowercase()), TryOutcome::Go(_))
    }

    fn allowances(&self) -> MutexGuard<'_, Allowances> {
        self.allowances.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tries(&self) -> MutexGuard<'_, Tries> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a password is the hashed one; without a hash it takes as long and is not.
    pub async fn verify(&self, app: &App, password: String, hash: Option<String>) -> bool {
        let _judge = self.judges.acquire().await;
        app.blocking(move |_| password::verify(&password, hash.as_deref())).await
    }

    /// The hash to keep of a new password.
    ///
    /// # Errors
    /// [`NotAPassword`].
    pub async fn hash(&self, app: &App, password: String) -> Result<String, NotAPassword> {
        let _judge = self.judges.acquire().await;
        app.blocking(move |app| password::hash(&password, app.dice().bytes())).await
    }
}

fn guess<K: Eq + Hash + Clone>(
    allowance: &mut Allowance<K>,
    now: Instant,
    key: K,
    entry: &Entry,
    said: &str,
) -> Guess {
    match allowance.take(now, key.clone()) {
        TryOutcome::Wait(_) => Guess::TooMany,
        TryOutcome::Go(_) if password_opens(&entry.listed.video, said) => {
            allowance.give_back(now, &key);
            Guess::Right
        }
        TryOutcome::Go(_) => Guess::Wrong,
    }
}
