//! What is suggested for which text, and which line is chosen.

use std::rc::Rc;

use yew::Reducible;

use crate::route::Route;

/// A page that may be meant.
#[derive(Clone, PartialEq, Debug)]
pub struct Suggestion {
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub whose: String,
    /// Whether it is a channel.
    pub is_channel: bool,
    /// Where it is.
    pub route: Route,
}

/// The list under the field.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Finder {
    /// What is typed.
    text: String,
    /// What is suggested.
    pub rows: Rc<Vec<Suggestion>>,
    /// Which line the keyboard is on; none while it is in the field.
    pub active: Option<usize>,
    /// Whether the list is seen.
    pub is_open: bool,
}

/// What happens to it.
pub enum Act {
    /// The text is another.
    Typed(String),
    /// What is suggested for a text has come.
    Came(String, Vec<Suggestion>),
    /// One line down, behind the last back into the field.
    Down,
    /// One line up.
    Up,
    /// The list is not wanted any more.
    Close,
}

impl Finder {
    /// The chosen line.
    pub fn chosen(&self) -> Option<&Suggestion> {
        self.active.filter(|_| self.is_open).and_then(|active| self.rows.get(active))
    }
}

impl Reducible for Finder {
    type Action = Act;

    #[inline(never)]
    fn reduce(self: Rc<Finder>, act: Act) -> Rc<Finder> {
        let mut finder = (*self).clone();
        let last = finder.rows.len().checked_sub(1);
        match act {
            Act::Typed(text) => {
                let is_empty = text.trim().is_empty();
                finder.text = text;
                finder.active = None;
                if is_empty {
                    finder.rows = Rc::default();
                    finder.is_open = false;
                }
            }
            // An answer that was overtaken by the next letter is none.
            Act::Came(text, _) if text != finder.text => return self,
            Act::Came(_, rows) => {
                finder.is_open = !rows.is_empty();
                finder.rows = Rc::new(rows);
                finder.active = None;
            }
            Act::Down => {
                finder.is_open = last.is_some();
                finder.active = match finder.active {
                    None => last.map(|_| 0),
                    Some(active) if Some(active) == last => None,
                    Some(active) => Some(active + 1),
                };
            }
            Act::Up => {
                finder.is_open = last.is_some();
                finder.active = match finder.active {
                    None => last,
                    Some(active) => active.checked_sub(1),
                };
            }
            Act::Close => {
                finder.is_open = false;
                finder.active = None;
            }
        }
        Rc::new(finder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggestion(name: &str) -> Suggestion {
        Suggestion { name: name.into(), whose: String::new(), is_channel: false, route: Route::watch(name) }
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Finder> {
        acts.into_iter().fold(Rc::default(), Finder::reduce)
    }

    fn came(text: &str) -> Act {
        Act::Came(text.into(), vec![suggestion("one"), suggestion("two")])
    }

    #[test]
    fn arrows_go_through_the_lines_and_back_into_the_field() {
        let mut finder = run([Act::Typed("o".into()), came("o")]);
        for expected in [Some(0), Some(1), None, Some(0)] {
            finder = finder.reduce(Act::Down);
            assert_eq!(finder.active, expected);
        }
        for expected in [None, Some(1), Some(0)] {
            finder = finder.reduce(Act::Up);
            assert_eq!(finder.active, expected);
        }
        assert_eq!(finder.chosen().map(|row| row.name.as_str()), Some("one"));
        let finder = finder.reduce(Act::Close);
        assert_eq!((finder.chosen(), finder.is_open), (None, false));
        assert!(finder.reduce(Act::Down).is_open, "an arrow opens it again");
    }

    #[test]
    fn an_answer_to_an_older_text_is_none() {
        let finder = run([Act::Typed("on".into()), came("o")]);
        assert!(finder.rows.is_empty() && !finder.is_open);
    }

    #[test]
    fn an_empty_field_suggests_nothing() {
        let finder = run([Act::Typed("o".into()), came("o"), Act::Typed(" ".into())]);
        assert!(finder.rows.is_empty() && !finder.is_open);
        assert_eq!(finder.reduce(Act::Down).active, None);
    }
}
