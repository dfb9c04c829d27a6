//! What becomes of reports when their reporter goes: they stay, and nobody's list holds them any more.

use shared::id::AccountId;

use crate::store::tables::{AbusesBy, AccountReportsKey};
use crate::store::{Read, StoreError, Write};

/// Takes at most `rows_max` reports off the list of an account that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&AbusesBy(account)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, ()) in &rows {
        write.remove(key);
    }
    if rows.is_empty() {
        write.remove(&AccountReportsKey { account });
    }
    Ok(rows.len())
}
