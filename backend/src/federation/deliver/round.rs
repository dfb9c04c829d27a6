//! Which servers are told something now.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use shared::id::ServerId;
use tokio::task::{Id, JoinSet};

use super::teller::tell;
use crate::app::App;
use crate::domain::delivery::{due, next_due};
use crate::store::StoreError;

/// Servers that are told something at the same time: each is a task and a connection that mostly waits.
const TELLERS_MAX: usize = 1000;
/// How often the ledger is looked at when nobody rings.
const NAP: Duration = Duration::from_secs(5);
/// What comes together is looked at together: every answer rings.
const GATHERED_FOR: Duration = Duration::from_millis(50);

/// Tells servers what they have not heard until the instance stops.
pub async fn run(app: App) {
    let mut tellers = JoinSet::new();
    // Which server each of them tells, and whether it is ill.
    let mut telling: HashMap<Id, (ServerId, bool)> = HashMap::new();
    loop {
        while let Some(ended) = tellers.try_join_next_with_id() {
            let id = match &ended {
                Ok((id, ())) => *id,
                Err(error) => error.id(),
            };
            telling.remove(&id);
            if let Err(error) = ended {
                tracing::error!(%error, "a server could not be told anything");
            }
        }
        let busy = telling.values().copied().collect();
        let looked =
            if app.config().federation.enabled { look(&app, busy).await } else { Ok((Vec::new(), NAP)) };
        let nap = match looked {
            Ok((chosen, nap)) => {
                for (server, is_ill) in chosen {
                    let id = tellers.spawn(tell(app.clone(), server)).id();
                    telling.insert(id, (server, is_ill));
                }
                nap
            }
            Err(error) => {
                tracing::error!(%error, "what others are to be told could not be read");
                NAP
            }
        };
        app.deliveries().sums.set_telling(telling.len());
        tokio::select! {
            biased;
            () = app.stopping().cancelled() => break,
            () = tokio::time::sleep(nap) => {}
            () = app.deliveries().woken() => tokio::select! {
                () = app.stopping().cancelled() => break,
                () = tokio::time::sleep(GATHERED_FOR) => {}
            },
        }
    }
    // They stop by themselves, and let go of the store.
    while tellers.join_next().await.is_some() {}
}

/// The servers whose turn it is, and how long to wait before the next look.
async fn look(
    app: &App,
    busy: BTreeMap<ServerId, bool>,
) -> Result<(Vec<(ServerId, bool)>, Duration), StoreError> {
    let now = app.clock().now();
    app.read(move |store| {
        let chosen = due(store, now, &busy, TELLERS_MAX)?;
        // What is due and was not chosen waits for somebody who is being told: they ring when they are done.
        let next = next_due(store)?.filter(|next| now < *next);
        Ok((chosen, next.map_or(NAP, |next| next.since(now).min(NAP))))
    })
    .await
}
