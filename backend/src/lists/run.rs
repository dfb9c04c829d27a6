//! Asks for the lists that are due, a few at a time, and has done what they say.

use std::time::Duration;

use futures_util::StreamExt;
use http::Uri;
use shared::api::ListFault;
use shared::id::{AccountId, BlocklistSubscriptionId, WordSubscriptionId};
use shared::time::Timestamp;

use super::desk::Which;
use super::read::{MuteNames, NotAList, WordNames};
use crate::app::App;
use crate::domain::blocklist::{self, BlocklistError, Target};
use crate::domain::reading::{self, Failed, Known, Told};
use crate::domain::word_subscription::{self, WordSubscriptionError};
use crate::imports::Guard;
use crate::imports::guard::ReachError;
use crate::outside::{Document, OutsideError, changed};
use crate::seed::mirror::DialError;
use crate::store::records::Reading;
use crate::store::tables::{BlocklistSubscriptionKey, WordSubscriptionKey};
use crate::store::{Durability, Read, StoreError};

/// Rings may be missed, and what is due by itself rings nobody.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Lists that are asked for at a time: one host that says nothing does not hold up all others.
const AT_ONCE_MAX: usize = 4;
/// Ten thousand actions with all that may stand beside them.
const LIST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Actions that a publisher tells at once who has more of them (PeerTube's number): then it is asked again.
const FULL_ANSWER: usize = 500;
/// How often it is asked again at a time: a list is read whole once, and told of its news after that.
const ANSWERS_MAX: usize = 40;
/// All that one list takes, however often it is asked again: others wait for the place meanwhile.
const LIST_DURATION_MAX: Duration = Duration::from_secs(60);
/// Mutes that one unit of work changes: some milliseconds of the writer's lock.
const MUTES_PER_WORK: usize = 500;

/// Why a list was not read or not done. A sentence for whoever subscribed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It did not come.
    #[error(transparent)]
    Outside(#[from] OutsideError),
    /// It is none.
    #[error(transparent)]
    NotAList(#[from] NotAList),
    /// What it says of mutes could not be done.
    #[error(transparent)]
    Mutes(#[from] BlocklistError),
    /// What it says of words could not be done.
    #[error(transparent)]
    Words(#[from] WordSubscriptionError),
    /// TLS could not be set up.
    #[error("The instance cannot ask other servers.")]
    Guard(#[from] DialError),
    /// The store failed.
    #[error("The instance could not look after it.")]
    Store(#[from] StoreError),
}

const _: () = assert!(size_of::<Trouble>() < 128);

impl Trouble {
    /// Whether nobody is subscribed any more.
    fn is_over(&self) -> bool {
        matches!(
            self,
            Trouble::Mutes(BlocklistError::NoSuchSubscription)
                | Trouble::Words(WordSubscriptionError::NoSuchSubscription)
        )
    }

    /// What it is, for who reads another language than the sentence's.
    fn fault(&self) -> ListFault {
        match self {
            Trouble::Outside(error) => match error {
                OutsideError::Reach(_) => ListFault::Unreachable,
                OutsideError::Broken => ListFault::Unreadable,
                OutsideError::Late => ListFault::Late,
                OutsideError::Status(_) => ListFault::Refused,
                OutsideError::Hops => ListFault::Leads,
            },
            Trouble::NotAList(error) => match error {
                NotAList::NoObject | NotAList::NoName | NotAList::NoActions => ListFault::NotAList,
                NotAList::LongName | NotAList::TooMany(_) => ListFault::TooLong,
                NotAList::Action(..) => ListFault::Line,
            },
            Trouble::Mutes(error) => match error {
                BlocklistError::TooMany | BlocklistError::TooLong => ListFault::Full,
                BlocklistError::NoSuchSubscription | BlocklistError::Known | BlocklistError::Store(_) => {
                    ListFault::NoCare
                }
            },
            Trouble::Words(error) => match error {
                WordSubscriptionError::TooMany => ListFault::Full,
                WordSubscriptionError::TooLong | WordSubscriptionError::Name => ListFault::TooLong,
                WordSubscriptionError::NameTaken => ListFault::NameTaken,
                WordSubscriptionError::Word => ListFault::Line,
                WordSubscriptionError::NoSuchSubscription
                | WordSubscriptionError::Known
                | WordSubscriptionError::Store(_) => ListFault::NoCare,
            },
            Trouble::Guard(_) | Trouble::Store(_) => ListFault::NoCare,
        }
    }

    /// What is told of it: nothing of the store's inside.
    fn told(&self) -> String {
        match self {
            Trouble::Mutes(BlocklistError::Store(error))
            | Trouble::Words(WordSubscriptionError::Store(error)) => {
                tracing::error!(%error, "what a list says could not be done");
                "The instance could not look after it.".to_owned()
            }
            Trouble::Outside(_)
            | Trouble::NotAList(_)
            | Trouble::Mutes(_)
            | Trouble::Words(_)
            | Trouble::Guard(_)
            | Trouble::Store(_) => self.to_string(),
        }
    }
}

/// Reads lists until the server stops.
pub async fn run(app: App) {
    loop {
        tokio::select! {
            () = round(&app) => {}
            () = app.stopping().cancelled() => return,
        }
        tokio::select! {
            () = app.lists().woken() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = app.stopping().cancelled() => return,
        }
    }
}

/// Reads the lists that are due now.
pub async fn round(app: &App) {
    let now = app.clock().now();
    match app.read(move |store| due(store, now)).await {
        Ok(due) => {
            // Whom everybody is to be spared comes before anybody's own words, of which there may be very many.
            let (mutes, words): (Vec<Which>, Vec<Which>) =
                due.into_iter().partition(|which| matches!(which, Which::Mutes(_)));
            for some in [mutes, words] {
                let reading = some.into_iter().map(|which| read(app, which));
                futures_util::stream::iter(reading).buffer_unordered(AT_ONCE_MAX).collect::<Vec<()>>().await;
            }
        }
        Err(error) => tracing::error!(%error, "the lists to read could not be found"),
    }
}

fn due(store: &impl Read, now: Timestamp) -> Result<Vec<Which>, StoreError> {
    let is_due = |reading: &Reading| reading.due <= now;
    let mut all = Vec::new();
    for row in store.table::<BlocklistSubscriptionKey>() {
        let (key, subscription) = row?;
        all.extend(is_due(&subscription.reading).then_some(Which::Mutes(key.subscription)));
    }
    for row in store.table::<WordSubscriptionKey>() {
        let (key, subscription) = row?;
        all.extend(is_due(&subscription.reading).then_some(Which::Words(key.owner, key.subscription)));
    }
    Ok(all)
}

/// Whether a list is to be read still; not where nobody is subscribed any more.
fn is_due(store: &impl Read, which: Which, now: Timestamp) -> Result<bool, StoreError> {
    let reading = match which {
        Which::Mutes(subscription) => {
            store.get(&BlocklistSubscriptionKey { subscription })?.map(|found| found.reading)
        }
        Which::Words(owner, subscription) => {
            store.get(&WordSubscriptionKey { owner, subscription })?.map(|found| found.reading)
        }
    };
    Ok(reading.is_some_and(|reading| reading.due <= now))
}

async fn read(app: &App, which: Which) {
    if !app.lists().begin(which) {
        return;
    }
    let _end = End(app, which);
    let now = app.clock().now();
    match app.read(move |store| is_due(store, which, now)).await {
        // Somebody else has read it since it was found to be due.
        Ok(false) => return,
        Ok(true) => {}
        Err(error) => return tracing::error!(%error, "a list could not be found"),
    }
    let reading = async {
        match which {
            Which::Mutes(id) => mutes(app, id).await,
            Which::Words(owner, id) => words(app, owner, id).await,
        }
    };
    // What was done of it is kept, and the rest comes when it is due again.
    let outcome = tokio::time::timeout(LIST_DURATION_MAX, reading).await;
    let outcome = outcome.unwrap_or_else(|_| Err(OutsideError::Late.into()));
    let Err(trouble) = outcome else { return };
    if trouble.is_over() {
        return;
    }
    tracing::warn!(?which, %trouble, "a list could not be read");
    let failed = Failed { fault: trouble.fault(), why: trouble.told() };
    let noted = app.write(Durability::Flushed, move |write, now| match which {
        Which::Mutes(id) => blocklist::note_failed(write, now, id, &failed).map_err(Trouble::from),
        Which::Words(owner, id) => {
            word_subscription::note_failed(write, now, owner, id, &failed).map_err(Trouble::from)
        }
    });
    if let Err(error) = noted.await
        && !error.is_over()
    {
        tracing::error!(%error, "the failure of a list could not be noted");
    }
}

/// Lets others read a list, also where the reading is broken off.
struct End<'a>(&'a App, Which);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lists().end(self.1);
    }
}

async fn mutes(app: &App, id: BlocklistSubscriptionId) -> Result<(), Trouble> {
    for _ in 0..ANSWERS_MAX {
        let key = BlocklistSubscriptionKey { subscription: id };
        let found = app.read(move |store| store.get(&key)).await?;
        let subscription = found.ok_or(BlocklistError::NoSuchSubscription)?;
        let Some((text, known)) = fetch(app, &subscription.url, &subscription.reading).await? else {
            let noted =
                app.write(Durability::Flushed, move |write, now| blocklist::note_same(write, now, id));
            return Ok(noted.await?);
        };
        let told = MuteNames { own_host: app.url().host() }.read(&text)?;
        let is_full = FULL_ANSWER <= told.actions.len();
        let news = reading::news(told.actions, subscription.reading.upto, app.clock().now());
        let is_last = !is_full || news.says.is_empty();
        for piece in news.says.chunks(MUTES_PER_WORK) {
            let piece: Vec<(Target, bool)> = piece.to_vec();
            // Not on the disk before the note that follows is, which is not written if this is lost.
            let done =
                app.write(Durability::Relaxed, move |write, now| blocklist::apply(write, now, id, &piece));
            done.await?;
        }
        let (name, upto) = (told.name, news.upto);
        let noted = app.write(Durability::Flushed, move |write, now| {
            blocklist::note_done(write, now, id, name, (upto, known))
        });
        noted.await?;
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

async fn words(app: &App, owner: AccountId, id: WordSubscriptionId) -> Result<(), Trouble> {
    for _ in 0..ANSWERS_MAX {
        let key = WordSubscriptionKey { owner, subscription: id };
        let found = app.read(move |store| store.get(&key)).await?;
        let subscription = found.ok_or(WordSubscriptionError::NoSuchSubscription)?;
        let Some((text, known)) = fetch(app, &subscription.url, &subscription.reading).await? else {
            let noted = app.write(Durability::Flushed, move |write, now| {
                word_subscription::note_same(write, now, owner, id)
            });
            return Ok(noted.await?);
        };
        let told = WordNames::read(&text)?;
        let is_full = FULL_ANSWER <= told.actions.len();
        let news = reading::news(told.actions, subscription.reading.upto, app.clock().now());
        let is_last = !is_full || news.says.is_empty();
        let name = told.name;
        let done = app.write(Durability::Flushed, move |write, now| {
            let found = (news.upto, known);
            word_subscription::apply(write, now, (owner, id), name, &news.says, found)
        });
        done.await?;
        if is_last {
            return Ok(());
        }
    }
    Ok(())
}

/// What a list says since it was last done; none where it is as it was.
async fn fetch(app: &App, url: &str, reading: &Reading) -> Result<Option<(bytes::Bytes, Known)>, Trouble> {
    let since = reading.upto.map_or_else(String::new, |upto| {
        format!("{}startDate={upto}", if url.contains('?') { '&' } else { '?' })
    });
    let address = address(&format!("{url}{since}"))?;
    let known = Known { etag: reading.etag.clone(), modified: reading.modified.clone() };
    match changed(&Guard::of(app)?, &address, &known, LIST_BYTES_MAX).await? {
        Document::Same => Ok(None),
        Document::New { text, known } => Ok(Some((text, known))),
    }
}

fn address(text: &str) -> Result<Uri, Trouble> {
    text.parse().map_err(|_| OutsideError::from(ReachError::NoWeb).into())
}

/// Looks whether there is a list at an address, before anybody subscribes to it, and gives what it says of itself.
///
/// # Errors
/// [`Trouble`].
pub async fn look<T>(
    app: &App,
    url: &str,
    read: impl FnOnce(&[u8]) -> Result<Told<T>, NotAList>,
) -> Result<Told<T>, Trouble> {
    let guard = Guard::of(app)?;
    match changed(&guard, &address(url)?, &Known::default(), LIST_BYTES_MAX).await? {
        Document::New { text, .. } => Ok(read(&text)?),
        // It was not asked whether it is as it was.
        Document::Same => Err(OutsideError::Broken.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn a_list_that_was_read_meanwhile_is_not_due() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (early, late) = (Timestamp(1_000), Timestamp(i64::MAX / 2));
        let made = store.write(Durability::Relaxed, |write| {
            let one = blocklist::subscribe(write, early, "https://a.example/1".into(), "One".into())?;
            let two = blocklist::subscribe(write, early, "https://a.example/2".into(), "Two".into())?;
            blocklist::note_same(write, early, two.id)?;
            Ok::<_, BlocklistError>((one.id, two.id))
        });
        let (one, two) = made.unwrap();
        assert_eq!(due(&store, early).unwrap(), [Which::Mutes(one)]);
        let is_due = |which, now| is_due(&store, which, now).unwrap();
        assert!(is_due(Which::Mutes(one), early) && !is_due(Which::Mutes(two), early));
        assert!(is_due(Which::Mutes(two), late));
        assert!(!is_due(Which::Words(AccountId(1), WordSubscriptionId(1)), late), "there is none");
    }
}
