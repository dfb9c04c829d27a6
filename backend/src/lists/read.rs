//! From what publishers write to what they say. Pure.
//!
//! The format is PeerTube 9's (`auto-mute-list.model.ts`, `watched-words-subscription-actions.model.ts`): an object with a
//! `name` and `actions`, each of which has a `type`, a `createdAt`, and a `target` or a `word`. A list of which one line
//! cannot be read is not read at all: half of what somebody decided may be its opposite.

use serde_json::Value;
use shared::time::Timestamp;

use crate::domain::blocklist::Target;
use crate::domain::reading::{Action, Told};

/// Actions of a list of mutes (PeerTube's bound).
const MUTE_ACTIONS_MAX: usize = 10_000;
/// Actions of a list of words: five for each word that a list may have (PeerTube's bound).
const WORD_ACTIONS_MAX: usize = 2500;
/// Letters of the name of a list of mutes: PeerTube's column.
const NAME_LENGTH_MAX: usize = 255;
/// Letters of a target, or of a word, that are looked at.
const WHAT_LENGTH_MAX: usize = 1000;

/// Why a text is no list. A sentence for whoever subscribed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotAList {
    /// It is no JSON object.
    #[error("It is no list: the answer is no JSON object.")]
    NoObject,
    /// It has no name.
    #[error("It is no list: it has no name.")]
    NoName,
    /// The name is too long.
    #[error("The name of the list is longer than {NAME_LENGTH_MAX} letters.")]
    LongName,
    /// It has no actions.
    #[error("It is no list: it has no actions.")]
    NoActions,
    /// There are too many.
    #[error("The list has more than {0} actions.")]
    TooMany(usize),
    /// An action is none, by its number from 1 on.
    #[error("Action {0} of the list cannot be read: {1}.")]
    Action(usize, &'static str),
}

/// How a list of mutes names whom it mutes.
pub struct MuteNames<'h> {
    /// The host of this instance.
    pub own_host: &'h str,
}

/// How a list of words names them.
pub struct WordNames;

/// What differs between the two kinds.
struct Kind {
    puts: &'static str,
    takes: &'static str,
    what: &'static str,
    actions_max: usize,
}

impl MuteNames<'_> {
    /// Reads a list of mutes. Targets that name neither an account nor another instance are left out: lists may be made
    /// for other programs, too. So are accounts of this instance that are to be muted: whoever keeps a list elsewhere does
    /// not silence people here, and those who keep order least of all.
    ///
    /// # Errors
    /// [`NotAList`].
    pub fn read(&self, text: &[u8]) -> Result<Told<Target>, NotAList> {
        let kind = Kind { puts: "block", takes: "unblock", what: "target", actions_max: MUTE_ACTIONS_MAX };
        let Told { name, actions } = told(text, &kind)?;
        let known = |Action { puts, what, at }: Action<String>| {
            let target = Target::parse(&what, self.own_host);
            let target = target.filter(|target| !puts || !matches!(target, Target::Local(_)));
            target.map(|what| Action { puts, what, at })
        };
        Ok(Told { name, actions: actions.into_iter().filter_map(known).collect() })
    }
}

impl WordNames {
    /// Reads a list of words.
    ///
    /// # Errors
    /// [`NotAList`].
    pub fn read(text: &[u8]) -> Result<Told<String>, NotAList> {
        told(text, &Kind { puts: "add", takes: "remove", what: "word", actions_max: WORD_ACTIONS_MAX })
    }
}

fn told(text: &[u8], kind: &Kind) -> Result<Told<String>, NotAList> {
    let list: Value = serde_json::from_slice(text).map_err(|_| NotAList::NoObject)?;
    let list = list.as_object().ok_or(NotAList::NoObject)?;
    let name = list.get("name").and_then(Value::as_str).map_or("", str::trim);
    if name.is_empty() {
        return Err(NotAList::NoName);
    }
    if NAME_LENGTH_MAX < name.chars().count() {
        return Err(NotAList::LongName);
    }
    let actions = list.get("actions").and_then(Value::as_array).ok_or(NotAList::NoActions)?;
    if kind.actions_max < actions.len() {
        return Err(NotAList::TooMany(kind.actions_max));
    }
    let read =
        |(at, value): (usize, &Value)| action(value, kind).map_err(|why| NotAList::Action(at + 1, why));
    let actions = actions.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    // Letters that nobody sees would make two names of one.
    let name = name.chars().filter(|letter| !letter.is_control()).collect();
    Ok(Told { name, actions })
}

fn action(value: &Value, kind: &Kind) -> Result<Action<String>, &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().trim();
    let puts = match text("type") {
        puts if puts == kind.puts => true,
        takes if takes == kind.takes => false,
        _ => return Err("its type is not known"),
    };
    let what = text(kind.what);
    if what.is_empty() {
        return Err("it says neither whom nor what it is about");
    }
    if WHAT_LENGTH_MAX < what.len() {
        return Err("what it is about is too long");
    }
    let at = text("createdAt").parse::<Timestamp>().map_err(|_| "it has no date")?;
    Ok(Action { puts, what: what.to_owned(), at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAMES: MuteNames<'static> = MuteNames { own_host: "films.example:9000" };

    fn mutes(list: &Value) -> Result<Told<Target>, NotAList> {
        NAMES.read(list.to_string().as_bytes())
    }

    fn block(target: &str) -> Value {
        json!({ "type": "block", "target": target, "createdAt": "2024-01-02T03:04:05.678Z" })
    }

    #[test]
    fn a_list_of_mutes_says_whom() {
        let list = json!({ "name": " Ours ", "else": 1, "actions": [
            block("Evil.example"),
            block("spam@evil.example:8080"),
            block("Bob@films.example:9000"),
            block("@bob"),
            { "type": "unblock", "target": "@bob", "createdAt": "2024-01-03" },
            block("other.example:443"),
            { "type": "unblock", "target": "evil.example", "createdAt": "2024-01-03", "why": "better" },
            block("films.example:9000"),
            block("two words"),
            block("a@b@c"),
        ]});
        let told = mutes(&list).unwrap();
        assert_eq!(told.name, "Ours");
        let said: Vec<_> =
            told.actions.iter().map(|action| (action.puts, action.what.key(), action.at.0)).collect();
        let at = 1_704_164_645_678;
        assert_eq!(
            said,
            [
                (true, "evil.example".to_owned(), at),
                (true, "spam@evil.example:8080".to_owned(), at),
                (false, "bob@".to_owned(), 1_704_240_000_000),
                (true, "other.example".to_owned(), at),
                (false, "evil.example".to_owned(), 1_704_240_000_000),
            ]
        );
    }

    #[test]
    fn what_is_no_list_says_why() {
        let of = |actions: Value| json!({ "name": "A", "actions": actions });
        for (list, expected) in [
            (json!([]), NotAList::NoObject),
            (json!({ "actions": [] }), NotAList::NoName),
            (json!({ "name": " ", "actions": [] }), NotAList::NoName),
            (json!({ "name": 5, "actions": [] }), NotAList::NoName),
            (json!({ "name": "x".repeat(256), "actions": [] }), NotAList::LongName),
            (json!({ "name": "A" }), NotAList::NoActions),
            (json!({ "name": "A", "actions": {} }), NotAList::NoActions),
            (of(vec![block("a"); 10_001].into()), NotAList::TooMany(10_000)),
            (of(json!([block("a"), 5])), NotAList::Action(2, "its type is not known")),
            (
                of(json!([{ "type": "add", "target": "a", "createdAt": "2024-01-01" }])),
                NotAList::Action(1, "its type is not known"),
            ),
            (
                of(json!([{ "type": "block", "target": "a", "createdAt": "soon" }])),
                NotAList::Action(1, "it has no date"),
            ),
            (of(json!([block(" ")])), NotAList::Action(1, "it says neither whom nor what it is about")),
            (of(json!([block(&"x".repeat(1001))])), NotAList::Action(1, "what it is about is too long")),
        ] {
            assert_eq!(mutes(&list).unwrap_err(), expected);
        }
        assert_eq!(NAMES.read(b"<html>").unwrap_err(), NotAList::NoObject);
        assert_eq!(NAMES.read(&[b'['; 100_000]).unwrap_err(), NotAList::NoObject, "no stack is filled");
    }

    #[test]
    fn a_list_of_words_says_which() {
        let list = json!({ "name": "Rude", "actions": [
            { "type": "add", "word": " fool ", "createdAt": "2024-01-01T00:00:00Z" },
            { "type": "remove", "word": "free offer", "createdAt": "2024-01-02T00:00:00Z" },
        ]});
        let told = WordNames::read(list.to_string().as_bytes()).unwrap();
        let said: Vec<_> = told.actions.iter().map(|action| (action.puts, action.what.as_str())).collect();
        assert_eq!(said, [(true, "fool"), (false, "free offer")]);
        assert!(
            WordNames::read(json!({ "name": "A", "actions": [block("a")] }).to_string().as_bytes()).is_err()
        );
    }
}
