//! Sentences of these pages, in each language: a program that viewers never load need not carry them.

use crate::locale::{Language, Locale};

/// A sentence in each of our languages. In French, blanks before `: ; ! ?` are no-break (U+00A0).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Say {
    /// English.
    pub en: &'static str,
    /// French.
    pub fr: &'static str,
}

/// Nothing to say.
pub const NOTHING: Say = Say { en: "", fr: "" };

impl Say {
    /// In the viewer's language.
    pub fn of(self, locale: &Locale) -> &'static str {
        match locale.language() {
            Language::English => self.en,
            Language::French => self.fr,
        }
    }
}
