//! What a form knows: its texts by the names the instance gives them, and where it is.
//!
//! Owns which field a refusal belongs to. Never words anything. The surprise: names are those of the API's parameters,
//! so that what the instance finds wrong finds its field by itself.

use std::collections::BTreeMap;
use std::rc::Rc;

use shared::api::{Problem, ProblemCode};
use yew::Reducible;

use crate::api::Failure;

/// A form.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Form {
    texts: BTreeMap<&'static str, String>,
    /// Where it is.
    pub stage: Stage,
}

/// Where a form is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Stage {
    /// Being filled in.
    #[default]
    Open,
    /// Sent back: these fields are empty.
    Missing(Vec<&'static str>),
    /// Sent.
    Sending,
    /// Sent back by the instance.
    Refused(Failure),
    /// The instance took it.
    Done,
}

/// What happens to a form.
pub enum Act {
    /// Somebody types.
    Type(&'static str, String),
    /// Somebody sends it, who may not leave these empty.
    Send(&'static [&'static str]),
    /// The instance refuses.
    Refused(Failure),
    /// The instance took it; these texts are emptied.
    Done(&'static [&'static str]),
}

/// What is wrong with a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong<'f> {
    /// Nothing stands there.
    Missing,
    /// Somebody has it already.
    Taken,
    /// It is not the password of whoever is signed in.
    NotThePassword,
    /// The instance says so.
    Told(&'f str),
}

impl Form {
    /// A form in which these texts stand.
    pub fn of<const N: usize>(texts: [(&'static str, String); N]) -> Form {
        Form { texts: BTreeMap::from(texts), stage: Stage::Open }
    }

    /// What stands in a field.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The same without the blanks around it, which people copy along.
    pub fn trimmed(&self, name: &str) -> &str {
        self.text(name).trim()
    }

    /// The same; none where nothing stands there.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.trimmed(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// Whether somebody typed into a field, or it began with something.
    pub fn has(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// Whether a box is ticked.
    pub fn is_on(&self, name: &str) -> bool {
        self.text(name) == ON
    }

    /// The first of these fields that nothing stands in, and the others.
    pub fn missing(&self, required: &[&'static str]) -> Vec<&'static str> {
        required.iter().copied().filter(|name| self.trimmed(name).is_empty()).collect()
    }

    /// Whether it is on its way.
    pub fn is_sending(&self) -> bool {
        self.stage == Stage::Sending
    }

    /// Why the instance refused, where it did.
    pub fn refusal(&self) -> Option<&Failure> {
        match &self.stage {
            Stage::Refused(failure) => Some(failure),
            Stage::Open | Stage::Missing(_) | Stage::Sending | Stage::Done => None,
        }
    }

    /// What is wrong with a field.
    pub fn wrong(&self, name: &str) -> Option<Wrong<'_>> {
        if let Stage::Missing(fields) = &self.stage {
            return fields.contains(&name).then_some(Wrong::Missing);
        }
        let problem = match self.refusal()? {
            Failure::Refused { problem, .. } => problem,
            Failure::Unreachable | Failure::Unreadable => return None,
        };
        if let Some(wrong) = problem.invalid_params.get(name) {
            return Some(Wrong::Told(&wrong.msg));
        }
        if problem.code == Some(ProblemCode::CurrentPasswordIsInvalid) && name == "currentPassword" {
            return Some(Wrong::NotThePassword);
        }
        taken(problem).contains(&name).then_some(Wrong::Taken)
    }

    /// Whether any field is shown to be wrong.
    pub fn has_wrong(&self) -> bool {
        let is_taken = match self.refusal() {
            Some(Failure::Refused { problem, .. }) => !taken(problem).is_empty(),
            Some(Failure::Unreachable | Failure::Unreadable) | None => false,
        };
        // Of what is wrong with a parameter that nobody typed, no field could tell.
        matches!(self.stage, Stage::Missing(_))
            || is_taken
            || self.texts.keys().any(|name| self.wrong(name).is_some())
    }
}

/// What a ticked box says.
pub const ON: &str = "true";

/// The fields whose text somebody has already. The instance says which by its sentence alone, as PeerTube does.
fn taken(problem: &Problem) -> &'static [&'static str] {
    match problem.status {
        409 if problem.detail.starts_with("Channel") => &["channel.name", "channelName"],
        409 if problem.detail.starts_with("User") => &["username", "email"],
        409 if problem.detail.starts_with("Another actor") => &["name"],
        _ => &[],
    }
}

impl Reducible for Form {
    type Action = Act;

    fn reduce(self: Rc<Form>, act: Act) -> Rc<Form> {
        let mut form = (*self).clone();
        match act {
            Act::Type(..) | Act::Send(_) if form.is_sending() => return self,
            Act::Type(name, text) => {
                form.texts.insert(name, text);
                form.stage = Stage::Open;
            }
            Act::Send(required) => {
                let missing = form.missing(required);
                form.stage = if missing.is_empty() { Stage::Sending } else { Stage::Missing(missing) };
            }
            Act::Refused(failure) => form.stage = Stage::Refused(failure),
            Act::Done(emptied) => {
                form.texts.retain(|name, _| !emptied.contains(name));
                form.stage = Stage::Done;
            }
        }
        Rc::new(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Form> {
        acts.into_iter().fold(Rc::default(), Form::reduce)
    }

    fn refused(status: u16, body: &str) -> Act {
        Act::Refused(Failure::from_answer(status, body, None))
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_sent() {
        let form = run([Act::Type("username", "  ".into()), Act::Send(&["username", "email"])]);
        assert_eq!(form.stage, Stage::Missing(vec!["username", "email"]));
        assert_eq!((form.wrong("username"), form.wrong("password")), (Some(Wrong::Missing), None));
        let form = form.reduce(Act::Type("username", "carol".into()));
        assert_eq!(form.stage, Stage::Open);
    }

    #[test]
    fn what_the_instance_finds_wrong_stands_beside_its_field_until_somebody_types() {
        let form = run([
            Act::Type("channel.name", "C A".into()),
            refused(
                400,
                r#"{"type":"about:blank","status":400,"detail":"x","invalid-params":{"channel.name":
                {"type":"field","msg":"Small letters","path":"channel.name","location":"body"}}}"#,
            ),
        ]);
        assert_eq!(form.wrong("channel.name"), Some(Wrong::Told("Small letters")));
        assert!(form.has_wrong() && form.wrong("username").is_none());
        assert!(!form.reduce(Act::Type("channel.name", "ca".into())).has_wrong());
    }

    #[test]
    fn a_taken_name_stands_beside_the_field_it_was_typed_into() {
        let typed = || [Act::Type("username", "root".into()), Act::Type("channel.name", "films".into())];
        let user = r#"{"type":"x","status":409,"detail":"User with this username or email already exists."}"#;
        let channel = r#"{"type":"x","status":409,"detail":"Channel with name films already exists."}"#;
        let form = run(typed().into_iter().chain([refused(409, user)]));
        assert_eq!((form.wrong("username"), form.wrong("channel.name")), (Some(Wrong::Taken), None));
        let form = run(typed().into_iter().chain([refused(409, channel)]));
        assert_eq!((form.wrong("username"), form.wrong("channel.name")), (None, Some(Wrong::Taken)));
    }

    #[test]
    fn a_wrong_password_stands_beside_it() {
        let body = r#"{"type":"x","status":401,"code":"current_password_is_invalid","detail":"no"}"#;
        let form = run([Act::Type("currentPassword", "x".into()), refused(401, body)]);
        assert_eq!(form.wrong("currentPassword"), Some(Wrong::NotThePassword));
    }

    #[test]
    fn nothing_changes_while_it_is_sent_and_secrets_do_not_stay() {
        let form = run([Act::Type("password", "secret".into()), Act::Send(&["password"])]);
        assert_eq!(form.clone().reduce(Act::Type("password", "other".into())), form);
        let form = form.reduce(Act::Done(&["password"]));
        assert_eq!((form.text("password"), &form.stage), ("", &Stage::Done));
    }
}
