//! The rounds in which things are read again.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use super::enlist::enlist;
use super::read::{host_of_target, read};
use crate::app::App;
use crate::domain::pace::Pace;
use crate::domain::repair::{LANE_IN_TURNS, LANE_URGENT, Outcome, due, put_off, settle};
use crate::store::records::RepairTarget;
use crate::store::tables::FollowKey;
use crate::store::{Durability, StoreError};

/// Servers that are asked at the same time, one thing at a time each.
const HOSTS_AT_ONCE: usize = 4;
/// How often it is looked what is due. A date that jumps is seen as soon, whatever timers count.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// What is looked at for hosts that are free.
const LOOK_AHEAD: usize = 200;
/// Of these at one server. What of it is due beyond waits, so that nobody stands before all others.
const LOOK_AHEAD_PER_HOST: usize = 50;
/// Things that are read in turns within an hour, each with some questions: one every six seconds. What somebody waits for
/// is beside it, and bounded by who looks.
const IN_TURNS_PER_HOUR: u32 = 600;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// How often some of those who are followed are enlisted: two thousand are in forty minutes.
const ENLIST_EVERY: Duration = Duration::from_secs(60);
/// How long one thing may take.
const READING_MAX: Duration = Duration::from_secs(120);

/// Reads again what is due, until the instance stops.
pub async fn run(app: App) {
    let mut reading = JoinSet::new();
    let mut busy: HashMap<Id, (RepairTarget, String)> = HashMap::new();
    let mut in_turns = Pace::new(IN_TURNS_PER_HOUR, HOUR);
    let mut enlisting = tokio::time::interval(ENLIST_EVERY);
    let mut enlisted: Option<FollowKey> = None;
    loop {
        if app.config().federation.enabled && busy.len() < HOSTS_AT_ONCE {
            match look(&app, busy.values().cloned().collect()).await {
                Ok(chosen) => {
                    for (target, host, lane) in chosen {
                        let now = app.clock().instant();
                        if lane == LANE_IN_TURNS && in_turns.step(now, &()).is_err() {
                            break;
                        }
                        let id = reading.spawn(work(app.clone(), target)).id();
                        busy.insert(id, (target, host));
                    }
                }
                Err(error) => tracing::error!(%error, "what is to be read again could not be seen"),
            }
        }
        tokio::select! {
            biased;
            () = app.stopping().cancelled() => break,
            _ = enlisting.tick() => enlisted = go_through(&app, enlisted).await,
            Some(ended) = reading.join_next_with_id() => {
                let id = match &ended {
                    Ok((id, ())) => *id,
                    Err(error) => error.id(),
                };
                busy.remove(&id);
                if let Err(error) = ended {
                    tracing::error!(%error, "something could not be read again");
                }
            }
            () = app.repairs().woken() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    while reading.join_next().await.is_some() {}
}

/// What is chosen of what is due, in the order in which it is.
#[derive(Default)]
struct Choice {
    /// Servers that are asked something.
    hosts: BTreeSet<String>,
    of_host: HashMap<String, usize>,
    chosen: Vec<(RepairTarget, String, u64)>,
    /// What makes room for what is of other servers.
    later: Vec<RepairTarget>,
}

impl Choice {
    fn weigh(&mut self, target: RepairTarget, host: String, lane: u64) {
        let seen = self.of_host.entry(host.clone()).or_default();
        *seen += 1;
        if LOOK_AHEAD_PER_HOST < *seen {
            self.later.push(target);
        } else if self.hosts.len() < HOSTS_AT_ONCE && self.hosts.insert(host.clone()) {
            self.chosen.push((target, host, lane));
        }
    }
}

/// What is read now: of each server one thing, what somebody waits for first.
async fn look(
    app: &App,
    busy: BTreeMap<RepairTarget, String>,
) -> Result<Vec<(RepairTarget, String, u64)>, StoreError> {
    let now = app.clock().now();
    let looking = app.read(move |store| {
        let mut choice = Choice { hosts: busy.values().cloned().collect(), ..Choice::default() };
        let mut gone = Vec::new();
        for lane in [LANE_URGENT, LANE_IN_TURNS] {
            for target in due(store, now, lane, LOOK_AHEAD)? {
                if busy.contains_key(&target) {
                    continue;
                }
                match host_of_target(store, target)? {
                    Some(host) => choice.weigh(target, host, lane),
                    None => gone.push(target),
                }
            }
        }
        Ok::<_, StoreError>((choice.chosen, gone, choice.later))
    });
    let (chosen, gone, later) = looking.await?;
    if !gone.is_empty() || !later.is_empty() {
        app.write(Durability::Relaxed, move |write, now| {
            gone.into_iter().try_for_each(|target| settle(write, now, target, Outcome::Never))?;
            later.into_iter().try_for_each(|target| put_off(write, now, target))
        })
        .await?;
    }
    Ok(chosen)
}

async fn work(app: App, target: RepairTarget) {
    let reading = tokio::time::timeout(READING_MAX, read(&app, target));
    let outcome = tokio::select! {
        outcome = reading => outcome.unwrap_or(Outcome::Failed),
        () = app.stopping().cancelled() => return,
    };
    let settling = app.write(Durability::Relaxed, move |write, now| settle(write, now, target, outcome));
    if let Err(error) = settling.await {
        tracing::error!(%error, "what became of a reading could not be noted");
    }
}

/// Enlists some of those who are followed. Gives where to go on.
async fn go_through(app: &App, after: Option<FollowKey>) -> Option<FollowKey> {
    let going = app.write(Durability::Relaxed, move |write, now| enlist(write, now, after.as_ref()));
    match going.await {
        Ok(next) => next,
        Err(error) => {
            tracing::error!(%error, "who is followed could not be gone through");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::id::VideoId;

    use super::*;

    #[test]
    fn one_server_with_much_to_read_stands_before_no_other() {
        let mut choice = Choice { hosts: BTreeSet::from(["busy.example".to_owned()]), ..Choice::default() };
        let much = u64::try_from(LOOK_AHEAD_PER_HOST).unwrap() + 10;
        for number in 0..much {
            choice.weigh(RepairTarget::Video(VideoId(number)), "much.example".to_owned(), LANE_URGENT);
        }
        choice.weigh(RepairTarget::Video(VideoId(much)), "busy.example".to_owned(), LANE_URGENT);
        for number in 1..9 {
            let host = format!("{number}.example");
            choice.weigh(RepairTarget::Video(VideoId(much + number)), host, LANE_IN_TURNS);
        }
        let hosts: Vec<_> = choice.chosen.iter().map(|(_, host, _)| host.as_str()).collect();
        assert_eq!(
            hosts,
            ["much.example", "1.example", "2.example"],
            "one each, beside the one that is busy"
        );
        assert_eq!(choice.chosen.first().unwrap().0, RepairTarget::Video(VideoId(0)));
        let later: Vec<_> = (much - 10..much).map(|number| RepairTarget::Video(VideoId(number))).collect();
        assert_eq!(choice.later, later);
    }
}
