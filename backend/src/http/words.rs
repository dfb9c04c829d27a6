//! `/watched-words` and `/automatic-tags`: lists of words, the tags that follow from them, and what these hold back.

use http::StatusCode;
use shared::api::{
    AbuseMadeId, AvailableTag, AvailableTags, CommentTagPolicies, WordList as View, WordListMade,
};
use shared::id::{AccountId, WordListId};
use shared::limits::{WATCHED_WORD_LENGTH, WATCHED_WORDS_MAX, WATCHED_WORDS_NAME_LENGTH};

use super::actor::find_account;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::domain::mute::INSTANCE;
use crate::domain::right::Right;
use crate::domain::word_subscription;
use crate::domain::words::{self, EXTERNAL_LINK, ListChange, WordsError};
use crate::store::{Durability, StoreError};

/// 500 words of 100 letters in JSON's longest spelling: twelve bytes a letter.
const LIST_BYTES_MAX: usize = 700 * 1024;
/// More tags than anybody can have.
const TAGS_MAX: usize = 100;

/// Whose lists a path is about, if whoever asks may see them: their own, or as who keeps order.
pub(super) async fn owner(name: &Segment, ask: &Ask) -> Result<AccountId, Failure> {
    let who = ask.person().await?;
    let account = find_account(name, ask).await?.id;
    if account == who.account || who.has(Right::ManageUsers) {
        Ok(account)
    } else {
        Err(Failure::forbidden("Cannot manage the words of another user"))
    }
}

/// `GET /api/v1/watched-words/accounts/{name}/lists`
pub async fn of_account(name: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    lists(ask, owner).await
}

/// `GET /api/v1/watched-words/server/lists`
pub async fn of_instance(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    lists(ask, INSTANCE).await
}

/// `POST /api/v1/watched-words/accounts/{name}/lists`
pub async fn make_for_account(name: Segment, ask: Ask, body: Body) -> Outcome {
    let owner = owner(&name, &ask).await?;
    make(ask, body, owner).await
}

/// `POST /api/v1/watched-words/server/lists`
pub async fn make_for_instance(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    make(ask, body, INSTANCE).await
}

/// `PUT /api/v1/watched-words/accounts/{name}/lists/{id}`
pub async fn change_of_account(name: Segment, id: Segment, ask: Ask, body: Body) -> Outcome {
    let owner = owner(&name, &ask).await?;
    change(&id, ask, body, owner).await
}

/// `PUT /api/v1/watched-words/server/lists/{id}`
pub async fn change_of_instance(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    change(&id, ask, body, INSTANCE).await
}

/// `DELETE /api/v1/watched-words/accounts/{name}/lists/{id}`
pub async fn remove_of_account(name: Segment, id: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    remove(&id, ask, owner).await
}

/// `DELETE /api/v1/watched-words/server/lists/{id}`
pub async fn remove_of_instance(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageInstanceWatchedWords).await?;
    remove(&id, ask, INSTANCE).await
}

async fn lists(ask: Ask, owner: AccountId) -> Outcome {
    let page = ask.page()?;
    let (lists, subscriptions) = ask
        .app
        .read(move |store| {
            Ok::<_, StoreError>((words::lists(store, owner)?, word_subscription::list(store, owner)?))
        })
        .await?;
    let url_of =
        |id| subscriptions.iter().find(|subscription| subscription.id == id).map(|of| of.url.clone());
    let view = |list: crate::store::records::WordList| View {
        id: list.id,
        list_name: list.name,
        words: list.words,
        subscription_url: list.subscription.and_then(url_of),
        created_at: list.created_at,
        updated_at: list.updated_at,
    };
    json(&page.cut(lists.into_iter().map(view).collect()))
}

/// What a body says of a list.
fn said(fields: &mut Fields) -> (Option<String>, Option<Vec<String>>) {
    let name = fields.text("listName", WATCHED_WORDS_NAME_LENGTH);
    let is_word = |word: &str| WATCHED_WORD_LENGTH.contains(&word.trim().chars().count());
    let words = fields.texts_or_null("words", WATCHED_WORDS_MAX, is_word).flatten();
    let mut words = words.map(|words| words.iter().map(|word| word.trim().to_owned()).collect::<Vec<_>>());
    if words.as_ref().is_some_and(Vec::is_empty) {
        fields.wrong("words", "Should have a word");
        words = None;
    }
    (name, words)
}

async fn make(ask: Ask, body: Body, owner: AccountId) -> Outcome {
    let mut fields = Fields::read(&ask, body, LIST_BYTES_MAX).await?;
    let (name, words) = said(&mut fields);
    let (name, words) = (fields.required("listName", name), fields.required("words", words));
    fields.end()?;
    let id = ask
        .app
        .write(Durability::Flushed, move |write, now| words::make(write, now, owner, name, words))
        .await?;
    json(&WordListMade { watched_words_list: AbuseMadeId { id } })
}

async fn change(id: &Segment, ask: Ask, body: Body, owner: AccountId) -> Outcome {
    let id = list_id(id)?;
    let mut fields = Fields::read(&ask, body, LIST_BYTES_MAX).await?;
    let (name, words) = said(&mut fields);
    fields.end()?;
    let change = ListChange { name, words };
    ask.app
        .write(Durability::Flushed, move |write, now| words::change(write, now, owner, id, change))
        .await?;
    Ok(no_content())
}

async fn remove(id: &Segment, ask: Ask, owner: AccountId) -> Outcome {
    let id = list_id(id)?;
    ask.app.write(Durability::Flushed, move |write, _| words::remove(write, owner, id)).await?;
    Ok(no_content())
}

fn list_id(segment: &Segment) -> Result<WordListId, Failure> {
    segment.parse("listId", "Should be a number")
}

/// `GET /api/v1/automatic-tags/policies/accounts/{name}/comments`
pub async fn policies(name: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    let review = ask.app.read(move |store| words::held_tags(store, owner)).await?;
    json(&CommentTagPolicies { review })
}

/// `PUT /api/v1/automatic-tags/policies/accounts/{name}/comments`
pub async fn set_policies(name: Segment, ask: Ask, body: Body) -> Outcome {
    let owner = owner(&name, &ask).await?;
    let mut fields = Fields::read(&ask, body, LIST_BYTES_MAX).await?;
    let tags = fields.texts_or_null("review", TAGS_MAX, |_| true).flatten();
    let tags = fields.required("review", tags);
    fields.end()?;
    ask.app.write(Durability::Flushed, move |write, _| words::hold(write, owner, tags)).await?;
    Ok(no_content())
}

/// `GET /api/v1/automatic-tags/accounts/{name}/available`
pub async fn available_to_account(name: Segment, ask: Ask) -> Outcome {
    let owner = owner(&name, &ask).await?;
    available(ask, owner).await
}

/// `GET /api/v1/automatic-tags/server/available`
pub async fn available_to_instance(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageInstanceAutoTags).await?;
    available(ask, INSTANCE).await
}

async fn available(ask: Ask, owner: AccountId) -> Outcome {
    let lists = ask.app.read(move |store| words::lists(store, owner)).await?;
    let tag = |name: String, kind: &str| AvailableTag { name, kind: kind.to_owned() };
    let core = tag(EXTERNAL_LINK.to_owned(), "core");
    let of_lists = lists.into_iter().map(|list| tag(list.name, "watched-words-list"));
    json(&AvailableTags { available: std::iter::once(core).chain(of_lists).collect() })
}

impl From<WordsError> for Failure {
    fn from(error: WordsError) -> Failure {
        match error {
            WordsError::NoSuchList => Failure::not_found("Watched words list not found"),
            WordsError::NameTaken => {
                Failure::new(StatusCode::CONFLICT, "A list or a tag with this name exists already")
            }
            WordsError::TooMany => Failure::new(StatusCode::CONFLICT, "There are too many lists"),
            WordsError::NoSuchTag => Failure::bad_request("A tag of review does not exist"),
            WordsError::Store(error) => error.into(),
        }
    }
}
