//! x
use crate::app::App;
use crate::federation::vocab::Activity;
use crate::store::records::{Fate, Party};
use crate::store::{StoreError, Write};
use shared::time::Timestamp;
pub(super) fn heard(
    _w: &mut Write<'_>,
    _n: Timestamp,
    _a: &App,
    _b: (Party, Option<Party>),
    _c: &Activity,
) -> Result<Fate, StoreError> {
    todo!()
}
pub(super) fn moved(
    _w: &mut Write<'_>,
    _n: Timestamp,
    _h: &str,
    _a: Party,
    _b: Party,
) -> Result<(), StoreError> {
    todo!()
}
