//! Light or dark.
//!
//! Owns the choice and where it is remembered; the colours are in `www/styles/tokens.css`. The surprise:
//! `www/start.js` applies a remembered choice before anything is painted, and reads the same name in storage.

use yew::prelude::*;

use crate::browser::bus::{Word, hear, tell};
use crate::browser::{page, storage};
use crate::locale::ProviderProps;

const STORED_AS: &str = "shoal.theme";

/// What the viewer chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// As the system is.
    Auto,
    Light,
    Dark,
}

impl Choice {
    /// All of them, in the order of the menu.
    pub const ALL: [Choice; 3] = [Choice::Auto, Choice::Light, Choice::Dark];

    /// The name in storage and in `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Choice::Auto => "auto",
            Choice::Light => "light",
            Choice::Dark => "dark",
        }
    }

    /// The choice of a name, if it is one.
    pub fn known(name: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|choice| choice.name() == name)
    }

    fn parse(name: &str) -> Choice {
        Choice::known(name).unwrap_or(Choice::Auto)
    }

    /// What this browser remembers, or else what the server wrote into the page.
    pub fn remembered() -> Choice {
        let chosen = storage::read_text(STORED_AS).or_else(|| page::root().get_attribute("data-theme"));
        Choice::parse(&chosen.unwrap_or_default())
    }
}

/// The theme, and how to change it.
#[derive(Clone, PartialEq)]
pub struct Theme {
    /// What the viewer chose.
    pub choice: Choice,
    /// Changes it, now and for later visits.
    pub choose: Callback<Choice>,
}

/// Changes the theme, in all programs of this window and for later visits.
pub fn choose(chosen: Choice) {
    storage::write_text(STORED_AS, chosen.name());
    tell(Word::Theme, chosen.name());
}

/// The theme, in any component under [`ThemeProvider`].
#[hook]
pub fn use_theme() -> Theme {
    use_context::<Theme>().expect("the app stands in a ThemeProvider")
}

/// Gives its children the theme.
#[component]
pub fn ThemeProvider(props: &ProviderProps) -> Html {
    let choice = use_state(Choice::remembered);
    use_effect_with((), {
        let choice = choice.setter();
        move |()| {
            let chosen = hear(Word::Theme, move |name| choice.set(Choice::parse(&name)));
            move || drop(chosen)
        }
    });
    let choose = Callback::from(choose);
    use_effect_with(*choice, |choice| {
        let _ = page::root().set_attribute("data-theme", choice.name());
    });
    html! {
        <ContextProvider<Theme> context={Theme { choice: *choice, choose }}>
            { props.children.clone() }
        </ContextProvider<Theme>>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_back() {
        for choice in Choice::ALL {
            assert_eq!(Choice::parse(choice.name()), choice);
        }
        assert_eq!(Choice::parse("sepia"), Choice::Auto);
    }
}
