//! What the sign-in form knows.

use std::rc::Rc;

use shared::api::ProblemCode;
use yew::Reducible;

use crate::api::Failure;

/// The sign-in form.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Form {
    /// As typed.
    pub name: String,
    /// As typed.
    pub password: String,
    /// The second proof, as typed.
    pub code: String,
    /// Whether a second proof is asked for.
    pub asks_code: bool,
    /// Where it is.
    pub stage: Stage,
}

/// Where the form is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Stage {
    /// Being filled in.
    #[default]
    Open,
    /// Sent.
    Sending,
    /// Sent back: a field is empty.
    Incomplete(Field),
    /// Sent back by the instance.
    Refused(Failure),
}

/// A field of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Name,
    Password,
    Code,
}

/// What happens to the form.
pub enum Act {
    /// Somebody types.
    Type(Field, String),
    /// Somebody sends it.
    Send,
    /// The instance refuses.
    Refused(Failure),
}

impl Form {
    /// The name to send: people copy blanks along.
    pub fn name_to_send(&self) -> &str {
        self.name.trim()
    }

    /// The second proof to send, where one is asked for.
    pub fn code_to_send(&self) -> Option<&str> {
        Some(self.code.trim()).filter(|code| self.asks_code && !code.is_empty())
    }

    /// The field that is missing.
    pub fn missing(&self) -> Option<Field> {
        if self.name_to_send().is_empty() {
            Some(Field::Name)
        } else if self.password.is_empty() {
            Some(Field::Password)
        } else if self.asks_code && self.code_to_send().is_none() {
            Some(Field::Code)
        } else {
            None
        }
    }
}

impl Reducible for Form {
    type Action = Act;

    fn reduce(self: Rc<Form>, act: Act) -> Rc<Form> {
        let form = (*self).clone();
        Rc::new(match (act, &form.stage) {
            // It is no refusal to be asked for more.
            (Act::Refused(failure), _) if failure.code() == Some(&ProblemCode::MissingTwoFactor) => {
                Form { asks_code: true, stage: Stage::Open, ..form }
            }
            (Act::Refused(failure), _) => Form { stage: Stage::Refused(failure), ..form },
            (Act::Type(..) | Act::Send, Stage::Sending) => form,
            // Another person may need none.
            (Act::Type(Field::Name, name), _) => Form { name, asks_code: false, stage: Stage::Open, ..form },
            (Act::Type(Field::Code, code), _) => Form { code, stage: Stage::Open, ..form },
            (Act::Type(Field::Password, password), _) => Form { password, stage: Stage::Open, ..form },
            (Act::Send, _) => {
                let stage = form.missing().map_or(Stage::Sending, Stage::Incomplete);
                Form { stage, ..form }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Form> {
        acts.into_iter().fold(Rc::default(), Form::reduce)
    }

    fn filled() -> [Act; 2] {
        [Act::Type(Field::Name, " root ".into()), Act::Type(Field::Password, "secret".into())]
    }

    #[test]
    fn an_incomplete_form_names_the_field_and_is_not_sent() {
        assert_eq!(run([Act::Send]).stage, Stage::Incomplete(Field::Name));
        let form = run([Act::Type(Field::Name, "root".into()), Act::Send]);
        assert_eq!(form.stage, Stage::Incomplete(Field::Password));
    }

    #[test]
    fn blanks_around_the_name_are_not_sent() {
        assert_eq!(run(filled()).name_to_send(), "root");
    }

    #[test]
    fn a_second_proof_is_asked_for_where_the_instance_wants_one() {
        let wants = r#"{"type":"x","status":401,"code":"missing_two_factor","detail":"Missing"}"#;
        let form = run(filled()).reduce(Act::Send);
        let form = form.reduce(Act::Refused(Failure::from_answer(401, wants, None)));
        assert_eq!((form.asks_code, &form.stage, form.code_to_send()), (true, &Stage::Open, None));
        assert_eq!(form.clone().reduce(Act::Send).stage, Stage::Incomplete(Field::Code));
        let form = form.reduce(Act::Type(Field::Code, " 123456 ".into()));
        assert_eq!((form.missing(), form.code_to_send()), (None, Some("123456")));
        assert!(!form.reduce(Act::Type(Field::Name, "carol".into())).asks_code);
    }

    #[test]
    fn nothing_changes_while_it_is_sent() {
        let form = run(filled()).reduce(Act::Send);
        assert_eq!(form.stage, Stage::Sending);
        assert_eq!(form.clone().reduce(Act::Type(Field::Password, "other".into())), form);
        assert_eq!(form.clone().reduce(Act::Send), form);
    }

    #[test]
    fn a_refusal_keeps_what_was_typed_until_one_types_again() {
        let form = run(filled()).reduce(Act::Send).reduce(Act::Refused(Failure::Unreachable));
        assert_eq!((form.password.as_str(), &form.stage), ("secret", &Stage::Refused(Failure::Unreachable)));
        assert_eq!(form.reduce(Act::Type(Field::Password, "better".into())).stage, Stage::Open);
    }
}
