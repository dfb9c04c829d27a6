//! Doing what others sent, in the order they sent it.
//!
//! Owns the rounds: a room decides, or says what it lacks, which is gathered within bounds; what it decides is done in one
//! unit of work with the removal of what came and a note of what became of it. Servers are worked on side by side, each in
//! its order, so that a slow one holds up itself alone. A crash anywhere repeats a step that changes nothing the second time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use shared::time::Instant;
use tokio::task::JoinSet;

use super::about::about;
use super::apply::{ApplyError, Around, apply};
use super::find::Budget;
use super::gather::{GatherError, gather};
use super::receive::{ActorFact, Decision, Effect, Fact, Facts, Here, Need, Said, Trust, receive};
use super::sign::linked::{self, Contexts};
use super::verify::{self, Unverified};
use super::vocab::{self, Activity, Deed, Part, Thing, host_of};
use super::{find, follows};
use crate::app::App;
use crate::domain::arrival::{self, ATTEMPTS_MAX, About, delay};
use crate::store::records::{Arrived, Fate};
use crate::store::tables::{HeardKey, InboxKey};
use crate::store::{Durability, Read, StoreError};

/// Servers that are worked on at once. Nearly all of the time is spent waiting for others.
const HOSTS_AT_ONCE: usize = 32;
/// How often a room may ask for more.
const ROUNDS_MAX: usize = 8;
/// What is gathered for one activity.
const NEEDS_MAX: usize = 24;
/// How long others may take for one activity.
const GATHERING_MAX: Duration = Duration::from_secs(30);
/// When the store failed, or something of ours did.
const TROUBLE: Duration = Duration::from_secs(60);
/// Signed words that are passed on; a comment has a tenth of it.
const WORDS_BYTES_MAX: usize = 100_000;
/// How long ago what others bring may have been signed: as long as it is tried to deliver something.
const BROUGHT_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How often what was heard long ago is forgotten, some rows at a time: all are looked at within a day or two.
const FORGET_EVERY: Duration = Duration::from_secs(60);
const FORGET_ROWS: usize = 2000;

/// Works until the server stops.
pub async fn run(app: App) {
    let contexts = Arc::new(Contexts::bundled());
    let mut working = JoinSet::new();
    let mut round = tokio::time::interval(FORGET_EVERY);
    let mut forgotten = FIRST;
    loop {
        while working.len() < HOSTS_AT_ONCE
            && let Some((host, number)) = app.arrivals().take(app.clock().instant())
        {
            let turn = Turn { app: app.clone(), host, number, held: Some(TROUBLE) };
            working.spawn(work(turn, contexts.clone()));
        }
        // With all hands full, one has to come back first.
        let due = app.arrivals().next_due().filter(|_| working.len() < HOSTS_AT_ONCE);
        let now = app.clock().instant();
        let next_due = async {
            match due {
                Some(due) => tokio::time::sleep(due.since(now)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = app.stopping().cancelled() => break,
            () = app.arrivals().woken() => {}
            Some(ended) = working.join_next() => if let Err(error) = ended {
                tracing::error!(%error, "what came could not be done");
            },
            () = next_due => {}
            _ = round.tick() => forgotten = forget(&app, forgotten).await,
        }
    }
    // Each of them hears of it, too.
    while working.join_next().await.is_some() {}
}

/// Before all.
const FIRST: HeardKey = HeardKey { digest: [0; 16] };

/// Forgets what was heard long ago, among a few rows. Gives where to go on.
async fn forget(app: &App, after: HeardKey) -> HeardKey {
    let looked =
        app.write(Durability::Relaxed, move |write, now| arrival::drop_heard(write, now, after, FORGET_ROWS));
    match looked.await {
        Ok(next) => next.unwrap_or(FIRST),
        Err(error) => {
            tracing::error!(%error, "what was heard long ago could not be forgotten");
            FIRST
        }
    }
}

/// A server's turn, which ends whatever happens.
struct Turn {
    app: App,
    host: String,
    number: u64,
    /// How long to let it lie; none where it is dealt with.
    held: Option<Duration>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let now: Instant = self.app.clock().instant();
        let held = self.held.map(|held| (self.number, now + held));
        self.app.arrivals().release(&self.host, held);
    }
}

/// Why something is not dealt with.
enum Unfinished {
    /// It is tried again.
    Later(String),
    /// The server stops.
    Stopping,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Unfinished {
    fn from(error: StoreError) -> Unfinished {
        Unfinished::Store(error)
    }
}

impl From<GatherError> for Unfinished {
    fn from(error: GatherError) -> Unfinished {
        match error {
            GatherError::Later(why) => Unfinished::Later(why),
            GatherError::Store(error) => Unfinished::Store(error),
        }
    }
}

async fn work(mut turn: Turn, contexts: Arc<Contexts>) {
    let (app, number) = (turn.app.clone(), turn.number);
    let arrived = match app.read(move |store| store.get(&InboxKey { number })).await {
        Ok(Some(arrived)) => arrived,
        Ok(None) => {
            turn.held = None;
            return;
        }
        Err(error) => return tracing::error!(%error, "what came could not be read"),
    };
    turn.held = match deal_with(&app, number, &arrived, &contexts).await {
        Ok(()) => None,
        Err(Unfinished::Stopping) => Some(Duration::ZERO),
        Err(Unfinished::Later(why)) => put_off(&app, number, why).await,
        Err(Unfinished::Store(error)) => {
            tracing::error!(%error, "what came could not be done");
            Some(TROUBLE)
        }
    };
}

/// Tries it again later, or gives it up. Gives how long it lies.
async fn put_off(app: &App, number: u64, why: String) -> Option<Duration> {
    let noted = app.write(Durability::Relaxed, move |write, _| {
        let attempts = arrival::again(write, number)?;
        if ATTEMPTS_MAX <= attempts {
            arrival::finish(write, number, About::default(), Fate::Failed(why))?;
            return Ok::<_, StoreError>(None);
        }
        Ok(Some(delay(attempts)))
    });
    match noted.await {
        Ok(held) => held,
        Err(error) => {
            tracing::error!(%error, "what came could not be put off");
            Some(TROUBLE)
        }
    }
}

/// What is to be believed of what came.
struct Believed {
    activity: Activity,
    trust: Trust,
    /// Whether its words show by themselves whose they are.
    is_linked: bool,
}

async fn deal_with(
    app: &App,
    number: u64,
    arrived: &Arrived,
    contexts: &Arc<Contexts>,
) -> Result<(), Unfinished> {
    let gathering = tokio::time::timeout(GATHERING_MAX, decide(app, arrived, contexts));
    let decided = tokio::select! {
        decided = gathering => decided.map_err(|_| Unfinished::Later("others take too long".to_owned()))??,
        () = app.stopping().cancelled() => return Err(Unfinished::Stopping),
    };
    let Decided { believed, by, decision, mut budget } = decided;
    let about = believed.as_ref().map(|believed| about(&believed.activity.deed)).unwrap_or_default();
    let effects = match decision {
        Decision::Do(effects) => effects,
        Decision::Refuse(why) => return Ok(close(app, number, about, Fate::Refused(why)).await?),
        Decision::Need(_) => {
            let fate = Fate::Failed("more than is gathered for one activity".to_owned());
            return Ok(close(app, number, about, fate).await?);
        }
        Decision::Follow => {
            let (Some(Believed { activity, .. }), Some(by)) = (believed, by) else {
                let fate = Fate::Failed("nobody said it".to_owned());
                return Ok(close(app, number, about, fate).await?);
            };
            let (within, inbox) = (app.clone(), arrived.inbox);
            return Ok(app
                .write(Durability::Relaxed, move |write, now| {
                    let fate = follows::heard(write, now, &within, (&by, inbox), &activity)?;
                    arrival::finish(write, number, about, fate)
                })
                .await?);
        }
    };
    if let Some(why) = paced(app, &effects)? {
        return Ok(close(app, number, about, Fate::Refused(why)).await?);
    }
    let parts = tokio::select! {
        parts = parts(app, &mut budget, &effects) => parts,
        () = app.stopping().cancelled() => return Err(Unfinished::Stopping),
    };
    let watching: Vec<Effect> =
        effects.iter().filter(|effect| matches!(effect, Effect::Watching { .. })).cloned().collect();
    let is_linked = believed.is_some_and(|believed| believed.is_linked);
    let words = (is_linked && arrived.body.len() <= WORDS_BYTES_MAX).then(|| arrived.body.clone());
    let (sender, noted) = (host_of(&arrived.signer).unwrap_or_default(), about.clone());
    let within = app.clone();
    let done = app.write(Durability::Relaxed, move |write, now| {
        let fate = if effects.is_empty() { Fate::Nothing } else { Fate::Done };
        let name = || within.dice().uuid();
        let around = Around {
            app: &within,
            name: &name,
            sender: &sender,
            parts: parts.as_deref(),
            words: words.as_deref(),
        };
        apply(write, now, effects, &around)?;
        Ok::<_, ApplyError>(arrival::finish(write, number, noted, fate)?)
    });
    match done.await {
        Ok(()) => {
            watch(app, watching);
            Ok(())
        }
        Err(ApplyError::Store(error)) => Err(error.into()),
        Err(ApplyError::Refused(why)) => Ok(close(app, number, about, Fate::Refused(why)).await?),
    }
}

/// Takes out what is dealt with.
async fn close(app: &App, number: u64, about: About, fate: Fate) -> Result<(), StoreError> {
    app.write(Durability::Relaxed, move |write, _| arrival::finish(write, number, about, fate)).await
}

/// Why it is not taken. An account elsewhere reports no faster than one here, and is let finish what it says.
fn paced(app: &App, effects: &[Effect]) -> Result<Option<String>, Unfinished> {
    for effect in effects {
        if let Effect::Report { reporter, .. } = effect
            && app.report_pace(*reporter).is_err()
        {
            return Ok(Some("they report too much".to_owned()));
        }
        if let Effect::KeepComment { at, .. } = effect
            && app.comment_pace(at.author).is_err()
        {
            return Err(Unfinished::Later("they say too much at once".to_owned()));
        }
    }
    Ok(None)
}

/// The parts of a video that is to be kept, as its server tells them; none where it does not, now.
async fn parts(app: &App, budget: &mut Budget, effects: &[Effect]) -> Option<Vec<Part>> {
    let video = effects
        .iter()
        .find_map(|effect| if let Effect::KeepVideo { said, .. } = effect { Some(said) } else { None })?;
    let Some(url) = video.parts.clone() else { return Some(Vec::new()) };
    match budget.document(app, &url).await {
        Ok(document) => Some(vocab::parts(&document.value)),
        Err(error) => {
            tracing::debug!(url, %error, "the parts of a video are not to be had");
            None
        }
    }
}

/// Who watches elsewhere is known in memory alone.
fn watch(app: &App, effects: Vec<Effect>) {
    let now = app.clock().now();
    for effect in effects {
        if let Effect::Watching { video, by, viewers, until } = effect {
            app.watching().hear_elsewhere(app.clock(), video, by, viewers, until.since(now));
        }
    }
}

/// What was decided, and of what.
struct Decided {
    believed: Option<Believed>,
    by: Option<ActorFact>,
    decision: Decision,
    /// What may still be asked for it.
    budget: Budget,
}

impl Decided {
    fn refuse(why: impl Into<String>) -> Decided {
        Decided::only(Decision::Refuse(why.into()))
    }

    fn nothing() -> Decided {
        Decided::only(Decision::Do(Vec::new()))
    }

    fn only(decision: Decision) -> Decided {
        Decided { believed: None, by: None, decision, budget: Budget::new() }
    }
}

/// Asks the rooms, and gathers what they lack.
async fn decide(app: &App, arrived: &Arrived, contexts: &Arc<Contexts>) -> Result<Decided, Unfinished> {
    let Some((value, activity)) = read(&arrived.body) else {
        return Ok(Decided::refuse("it is no activity"));
    };
    let mut believed = believe(app, arrived, value, activity, contexts).await?;
    let actor = believed.activity.actor.clone();
    let mut facts = Facts::default();
    let is_removal = matches!(believed.activity.deed, Deed::Delete(_));
    // Nobody gets to know somebody because they are gone.
    let need = if is_removal { Need::Known(actor) } else { Need::Actor(actor) };
    let mut budget = Budget::new();
    let by = match gather(app, &mut budget, &need).await? {
        Fact::Actor(by) => by,
        Fact::Gone | Fact::Nothing if is_removal => return Ok(Decided::nothing()),
        Fact::Gone => return Ok(Decided::refuse("who says it is gone")),
        Fact::Failed(why) => return Ok(Decided::refuse(format!("who says it cannot be asked: {why}"))),
        Fact::Video(_) | Fact::Comment(_) | Fact::Playlist(_) | Fact::Document(_) | Fact::Nothing => {
            return Ok(Decided::refuse("who says it is nobody"));
        }
    };
    if by.host.is_none() {
        return Ok(Decided::refuse("nobody else speaks for who is here"));
    }
    let config = app.config();
    let elsewhere = find::elsewhere(app, &config);
    let here = Here { host: app.url().host(), elsewhere, accept_from: config.remote_redundancy.accept_from };
    let bringer = host_of(&arrived.signer).unwrap_or_default();
    let mut gathered = 0;
    let mut decision = Decision::Need(Vec::new());
    for _ in 0..=ROUNDS_MAX {
        let said = Said {
            activity: &believed.activity,
            by: &by,
            bringer: &bringer,
            trust: believed.trust,
            at: arrived.at,
        };
        decision = receive(&said, &facts, &here);
        let Decision::Need(needs) = &decision else { break };
        gathered += needs.len();
        if NEEDS_MAX < gathered {
            break;
        }
        for need in needs {
            facts.add(need.clone(), gather(app, &mut budget, need).await?);
        }
    }
    let is_passed = |effect: &Effect| matches!(effect, Effect::PassOn(_) | Effect::PassOnApproved { .. });
    let passes_on = matches!(&decision, Decision::Do(effects) if effects.iter().any(is_passed));
    if passes_on && !believed.is_linked && believed.activity.has_signature {
        believed.is_linked = is_linked(app, arrived, &believed.activity.actor, contexts).await?;
    }
    Ok(Decided { believed: Some(believed), by: Some(by), decision, budget })
}

/// What came, as it is understood.
fn read(body: &str) -> Option<(Value, Activity)> {
    let value: Value = serde_json::from_str(body).ok()?;
    let activity = Activity::read(Thing::of(&value)?).ok()?;
    Some((value, activity))
}

/// Why what came may be believed. What somebody else than its actor brought is taken from what its actor signed of it, and
/// never from the words around that.
async fn believe(
    app: &App,
    arrived: &Arrived,
    value: Value,
    activity: Activity,
    contexts: &Arc<Contexts>,
) -> Result<Believed, Unfinished> {
    // What waited may have been taken back meanwhile: it is asked for where it is.
    let is_late = 0 < arrived.attempts
        && matches!(&activity.deed, Deed::Create(object) | Deed::Update(object)
            if !Thing::of(object).is_some_and(|object| object.is("CacheFile")));
    if activity.actor == arrived.signer {
        let trust = if is_late { Trust::Hint } else { Trust::Word };
        return Ok(Believed { activity, trust, is_linked: false });
    }
    if !is_late
        && activity.has_signature
        && may_be_brought(&activity.deed)
        && let Some(reading) = linked_reading(app, value, &activity.actor, contexts).await?
        && let Ok(read) = Activity::read_linked(&reading)
        && read.actor == activity.actor
        && may_be_brought(&read.deed)
    {
        return Ok(Believed { activity: read, trust: Trust::Word, is_linked: true });
    }
    Ok(Believed { activity, trust: Trust::Hint, is_linked: false })
}

/// Whether a deed counts by what its actor signed within [`BROUGHT_WITHIN`], whoever brings it. What may have changed since is
/// asked for where it is.
fn may_be_brought(deed: &Deed) -> bool {
    match deed {
        Deed::Create(object) => !Thing::of(object).is_some_and(|object| object.is("Video")),
        Deed::Update(object) => Thing::of(object).is_some_and(|object| object.is("CacheFile")),
        Deed::Undo(undone) => matches!(undone.kind.as_str(), "Create" | "Announce"),
        Deed::Delete(_) | Deed::Announce(_) | Deed::View(_) => true,
        Deed::Follow(_)
        | Deed::Accept(_)
        | Deed::Reject(_)
        | Deed::Like(_)
        | Deed::Dislike(_)
        | Deed::Flag(_)
        | Deed::ApproveReply(_)
        | Deed::RejectReply(_)
        | Deed::Move(_)
        | Deed::Other(_) => false,
    }
}

/// Whether the words of what its actor brought show by themselves whose they are.
async fn is_linked(
    app: &App,
    arrived: &Arrived,
    actor: &str,
    contexts: &Arc<Contexts>,
) -> Result<bool, Unfinished> {
    let Ok(value) = serde_json::from_str(&arrived.body) else { return Ok(false) };
    Ok(linked_reading(app, value, actor, contexts).await?.is_some())
}

/// What an actor signed of a document; none where they did not.
async fn linked_reading(
    app: &App,
    value: Value,
    actor: &str,
    contexts: &Arc<Contexts>,
) -> Result<Option<Value>, Unfinished> {
    let contexts = contexts.clone();
    // Putting it into its canonical form is work.
    let claim = app.blocking(move |_| linked::read(&value, &contexts)).await;
    let Ok(claim) = claim else { return Ok(None) };
    if BROUGHT_WITHIN < app.clock().now().since(claim.created()) {
        return Ok(None);
    }
    match verify::reading(app, claim, actor).await {
        Ok(reading) => Ok(Some(reading.into_activity())),
        Err(Unverified::Store(error)) => Err(error.into()),
        Err(Unverified::Later(_) | Unverified::Away) => {
            Err(Unfinished::Later("a key is not to be had now".to_owned()))
        }
        Err(
            Unverified::Refused(_)
            | Unverified::Unlinked(_)
            | Unverified::Keyless(_)
            | Unverified::Gone { .. },
        ) => Ok(None),
    }
}
