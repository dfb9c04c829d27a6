//! Lists of instances that are published elsewhere, all of which this one follows where administrators want that.
//!
//! Owns when the list is looked at, and what of it is new. Each instance is followed by a job of its own.

use std::time::Duration;

use http::Uri;
use serde::Deserialize;
use shared::time::Timestamp;

use crate::app::App;
use crate::domain::{host, work};
use crate::imports::Guard;
use crate::outside::{OutsideError, document};
use crate::seed::mirror::DialError;
use crate::store::records::{JobKind, NetworkJob, Setting};
use crate::store::tables::SettingKey;
use crate::store::{Durability, Read, StoreError};

/// How often it is looked whether a list is to be read: whoever switches it on waits no longer.
const LOOK_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often a list is read.
const READ_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Instances that are followed because of one reading: as many as are asked for.
const HOSTS_MAX: usize = 1000;
/// A thousand hosts with all that may stand beside them.
const LIST_BYTES_MAX: usize = 2 * 1024 * 1024;

#[derive(Deserialize)]
struct Listed {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    host: String,
}

/// Why a list was not read.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("its address is none")]
    Address,
    #[error(transparent)]
    Outside(#[from] OutsideError),
    #[error("it is no list of instances: {0}")]
    NotAList(#[from] serde_json::Error),
    #[error(transparent)]
    Guard(#[from] DialError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the list once a day, until the server stops.
pub async fn run(app: App) {
    loop {
        tokio::select! {
            read = round(&app) => if let Err(error) = read {
                tracing::warn!(%error, "the list of instances to follow could not be read");
            },
            () = app.stopping().cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.stopping().cancelled() => return,
        }
    }
}

async fn round(app: &App) -> Result<(), Trouble> {
    let config = app.config();
    let url = config.followings.auto_follow_index_url.trim().to_owned();
    if !config.followings.auto_follow_index || url.is_empty() {
        return Ok(());
    }
    let now = app.clock().now();
    let key = read_at_key(&url);
    let last = app.read(move |store| store.get(&key)).await?;
    let last = match last {
        Some(Setting::Counter(at)) => i64::try_from(at).ok().map(Timestamp),
        Some(_) | None => None,
    };
    if last.is_some_and(|last| now.since(last) < READ_EVERY) {
        return Ok(());
    }
    let address: Uri = question(&url, last).parse().map_err(|_| Trouble::Address)?;
    let text = document(&Guard::of(app)?, &address, LIST_BYTES_MAX).await?;
    let hosts = hosts(&text, app.url().host())?;
    tracing::info!(hosts = hosts.len(), "a list of instances to follow was read");
    // Who is listed while this is read is asked for next time.
    app.write(Durability::Flushed, move |write, written_at| {
        for host in hosts {
            let job = NetworkJob::FollowHost { host, by_itself: true };
            work::ask(write, written_at, JobKind::Network(job))?;
        }
        write.insert(&read_at_key(&url), &Setting::Counter(u64::try_from(now.0).unwrap_or(0)))
    })
    .await?;
    Ok(())
}

/// What is asked: those that are new since the last time.
fn question(url: &str, since: Option<Timestamp>) -> String {
    let and = if url.contains('?') { '&' } else { '?' };
    let since = since.map_or_else(String::new, |since| format!("&since={since}"));
    format!("{url}{and}count={HOSTS_MAX}{since}")
}

/// The hosts of a list, each once, without our own and what is none.
fn hosts(text: &[u8], own: &str) -> Result<Vec<String>, serde_json::Error> {
    let listed: Listed = serde_json::from_slice(text)?;
    let mut hosts: Vec<String> = Vec::new();
    for row in listed.data.into_iter().take(HOSTS_MAX) {
        if let Some(host) = host::parse(&row.host)
            && host != own
            && !hosts.contains(&host)
        {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

/// Where is noted when a list was read. Another list begins anew.
fn read_at_key(url: &str) -> SettingKey {
    let url: String = url.chars().take(500).collect();
    SettingKey { name: format!("follow-index-read {url}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_instances_are_asked_for_and_each_is_followed_once() {
        let url = "https://index.example/api/v1/instances/hosts";
        assert_eq!(question(url, None), format!("{url}?count=1000"));
        let since = Timestamp(0);
        assert_eq!(
            question(&format!("{url}?a=b"), Some(since)),
            format!("{url}?a=b&count=1000&since={since}")
        );
        let text = br#"{ "total": 4, "data": [{ "host": "A.example" }, { "host": "a.example" },
            { "host": "films.example" }, { "host": "no host" }, { "host": "b.example:8443", "more": 1 }] }"#;
        assert_eq!(hosts(text, "films.example").unwrap(), ["a.example", "b.example:8443"]);
        assert!(hosts(b"[]", "films.example").is_err());
    }
}
