//! Reports of our people about what is elsewhere.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, deed};
use crate::store::records::{Party, Said};
use crate::store::tables::{AbuseKey, AccountKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for change in write.changes_of::<AbuseKey>()? {
        let (None, Some(abuse)) = change else { continue };
        let reporter = write.get(&AccountKey { account: abuse.reporter })?;
        let flagged = write.get(&AccountKey { account: abuse.flagged })?;
        let (Some(reporter), Some(flagged)) = (reporter, flagged) else { continue };
        if reporter.remote.is_some() {
            continue;
        }
        let mut origin = Hearers::new(here);
        origin.add_account(write, &flagged)?;
        origin.say(write, now, Party::Account(reporter.id), Said::Flagged(abuse.id), &deed())?;
    }
    Ok(())
}
