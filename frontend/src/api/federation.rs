//! Why something did not arrive, and whom the instance could not follow.

use shared::api::{Explained, FailedFollow, FederationServer, LedgerRow, Page};
use shared::id::JobId;

use super::client::Client;
use super::failure::Failure;
use super::videos::Window;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

const ROOT: &str = "/api/v1/server/federation";
const FAILURES: &str = "/api/v1/server/following/failures";

/// Which rows are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ledger {
    /// What others are still to be told.
    Waiting,
    /// What became of what they were told.
    Told,
    /// What came and is not done yet.
    Arriving,
    /// What became of what came.
    Received,
}

impl Ledger {
    fn name(self) -> &'static str {
        match self {
            Ledger::Waiting => "waiting",
            Ledger::Told => "told",
            Ledger::Arriving => "arriving",
            Ledger::Received => "received",
        }
    }
}

/// What is known of a server, of somebody or of a thing, by a host, a handle or an address.
///
/// # Errors
/// As the instance refuses: 404 where it is none of these.
pub async fn explain_arrival(client: &Client, about: &str) -> Result<Explained, Failure> {
    client.get(&format!("{ROOT}/explain?about={}", encode(about))).await
}

/// What was told and heard of it, row by row.
///
/// # Errors
/// As the instance refuses.
pub async fn ledger_rows(
    client: &Client,
    ledger: Ledger,
    about: &str,
    window: Window,
) -> Result<Page<LedgerRow>, Failure> {
    let (name, about) = (ledger.name(), encode(about));
    client.get(&format!("{ROOT}/explain/{name}?about={about}&{window}")).await
}

/// Other servers whose host has this text: those that cannot be reached first.
///
/// # Errors
/// As the instance refuses.
pub async fn federation_servers(
    client: &Client,
    search: &str,
    window: Window,
) -> Result<Page<FederationServer>, Failure> {
    client.get(&format!("{ROOT}/servers?search={}&{window}", encode(search.trim()))).await
}

/// Has a server told now what waits for it.
///
/// # Errors
/// As the instance refuses.
pub async fn try_server(client: &Client, host: &str) -> Result<(), Failure> {
    match client.send("POST", &format!("{ROOT}/servers/{}/try", encode(host)), &Body::Nothing).await {
        // It was told meanwhile: nothing waits any more.
        Err(failure) if failure.status() == Some(404) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Whom the instance was to follow, and could not, last asked first.
///
/// # Errors
/// As the instance refuses.
pub async fn failed_follows(client: &Client, window: Window) -> Result<Page<FailedFollow>, Failure> {
    client.get(&format!("{FAILURES}?{window}")).await
}

/// Has somebody followed once more, or takes note that they could not be.
///
/// # Errors
/// As the instance refuses.
pub async fn act_on_failed_follow(client: &Client, job: JobId, again: bool) -> Result<(), Failure> {
    let sent = if again {
        client.send("POST", &format!("/api/v1/jobs/{job}/retry"), &Body::Nothing).await
    } else {
        client.send("DELETE", &format!("{FAILURES}/{job}"), &Body::Nothing).await
    };
    match sent {
        // Done in another tab.
        Err(failure) if matches!(failure.status(), Some(404 | 409)) => Ok(()),
        outcome => outcome.map(drop),
    }
}
