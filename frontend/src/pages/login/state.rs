//! What the sign-in form knows.

use std::rc::Rc;

use yew::Reducible;

use crate::api::Failure;

/// The sign-in form.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Form {
    /// As typed.
    pub name: String,
    /// As typed.
    pub password: String,
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

    /// The field that is missing.
    pub fn missing(&self) -> Option<Field> {
        if self.name_to_send().is_empty() {
            Some(Field::Name)
        } else if self.password.is_empty() {
            Some(Field::Password)
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
            (Act::Refused(failure), _) => Form { stage: Stage::Refused(failure), ..form },
            (Act::Type(..) | Act::Send, Stage::Sending) => form,
            (Act::Type(Field::Name, name), _) => Form { name, stage: Stage::Open, ..form },
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
