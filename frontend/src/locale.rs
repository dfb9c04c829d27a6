//! The viewer's language: words, numbers, dates.
//!
//! Owns the choice between the languages we speak and the `Intl` formatters of the chosen one. Never holds a
//! sentence itself: those stand in `text::words`, one file a language.

use std::rc::Rc;

use shared::time::Timestamp;
use yew::prelude::*;

use crate::browser::bus::{Word, hear, tell};
use crate::browser::{intl, page, storage};
use crate::text::words::people::{self, PeopleWords};
use crate::text::words::{Plural, Words, en, fr};
use crate::text::{ages, bytes};

const STORED_AS: &str = "shoal.language";

/// A language we speak.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    English,
    French,
}

impl Language {
    /// All of them, in the order of the menu.
    pub const ALL: [Language; 2] = [Language::English, Language::French];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
        }
    }

    /// Its own name for itself.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::French => "Français",
        }
    }

    fn words(self) -> &'static Words {
        match self {
            Language::English => &en::WORDS,
            Language::French => &fr::WORDS,
        }
    }

    /// The first of the viewer's languages that we speak.
    pub fn choose<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Language {
        wanted.into_iter().find_map(Language::spoken).unwrap_or(Language::English)
    }

    /// The language of a tag, if we speak it.
    pub fn spoken(tag: &str) -> Option<Language> {
        let primary = tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        Language::ALL.into_iter().find(|language| language.tag() == primary)
    }
}

/// The viewer's language, ready to use.
#[derive(Clone)]
pub struct Locale {
    language: Language,
    formats: Rc<Formats>,
    choose: Callback<Language>,
}

impl PartialEq for Locale {
    fn eq(&self, other: &Locale) -> bool {
        self.language == other.language
    }
}

struct Formats {
    numbers: Option<intl::NumberFormat>,
    compact: Option<intl::NumberFormat>,
    percent: Option<intl::NumberFormat>,
    dates: Option<intl::DateTimeFormat>,
    moments: Option<intl::DateTimeFormat>,
    ages: Option<intl::RelativeTimeFormat>,
    languages: Option<intl::DisplayNames>,
    order: Option<intl::Collator>,
}

impl Formats {
    fn new(tag: &str) -> Formats {
        Formats {
            numbers: intl::numbers(tag, "{}"),
            compact: intl::numbers(tag, r#"{"notation":"compact","maximumFractionDigits":1}"#),
            percent: intl::numbers(tag, r#"{"style":"percent"}"#),
            dates: intl::dates(tag, r#"{"dateStyle":"long"}"#),
            moments: intl::dates(tag, r#"{"dateStyle":"medium","timeStyle":"short"}"#),
            ages: intl::ages(tag),
            languages: intl::languages(tag),
            order: intl::order(tag),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts for people; none reaches 2^53")]
impl Locale {
    fn new(language: Language, choose: Callback<Language>) -> Locale {
        Locale { language, formats: Rc::new(Formats::new(language.tag())), choose }
    }

    /// Which language it is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Changes the language, now and for later visits.
    pub fn choose(&self, language: Language) {
        self.choose.emit(language);
    }

    /// All our sentences in this language.
    pub fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// The sentences of people and their settings, which the studio alone draws.
    pub fn people(&self) -> &'static PeopleWords {
        match self.language {
            Language::English => &people::en::WORDS,
            Language::French => &people::fr::WORDS,
        }
    }

    /// `12,345`.
    pub fn number(&self, number: u64) -> String {
        match &self.formats.numbers {
            Some(format) => format.format(number as f64),
            None => number.to_string(),
        }
    }

    /// `12K views`: a count people glance at.
    pub fn count(&self, number: u64, plural: &Plural) -> String {
        let text = match &self.formats.compact {
            Some(format) => format.format(number as f64),
            None => number.to_string(),
        };
        let one = match self.language {
            Language::English => number == 1,
            Language::French => number < 2,
        };
        if one { plural.one } else { plural.other }.replacen("{}", &text, 1)
    }

    /// `42%`.
    pub fn percent(&self, percent: u8) -> String {
        match &self.formats.percent {
            Some(format) => format.format(f64::from(percent) / 100.0),
            None => format!("{percent}%"),
        }
    }

    /// `3 days ago`.
    pub fn age(&self, then: Timestamp) -> String {
        let (number, unit) = ages::age(then, page::now());
        match &self.formats.ages {
            Some(format) => format.format(f64::from(number), unit.name()),
            None => self.date(then),
        }
    }

    /// `21 November 2026`.
    pub fn date(&self, date: Timestamp) -> String {
        let formatted = self.formats.dates.as_ref().and_then(|format| format.format(date.0 as f64).ok());
        formatted.unwrap_or_else(|| date.to_string().chars().take(10).collect())
    }

    /// `21 Nov 2026, 14:05`.
    pub fn moment(&self, date: Timestamp) -> String {
        let formatted = self.formats.moments.as_ref().and_then(|format| format.format(date.0 as f64).ok());
        formatted.unwrap_or_else(|| date.to_string())
    }

    /// `12.3 MB`.
    pub fn bytes(&self, count: u64) -> String {
        let (number, unit) = bytes::size(count);
        let options = format!(r#"{{"style":"unit","unit":"{}","unitDisplay":"short"}}"#, unit.name());
        match intl::numbers(self.language.tag(), &options) {
            Some(format) => format.format(number),
            None => format!("{count} B"),
        }
    }

    /// Sorts by names, as the viewer's language does.
    pub fn sort<T>(&self, rows: &mut [T], name: impl Fn(&T) -> &str) {
        let collator = self.formats.order.as_ref();
        rows.sort_by(|left, right| match collator {
            Some(order) => order.compare(name(left), name(right)).cmp(&0),
            None => name(left).cmp(name(right)),
        });
    }

    /// The name of a language by its code; `label` where the browser knows none.
    pub fn language_name(&self, code: &str, label: &str) -> String {
        let name = self.formats.languages.as_ref().and_then(|names| names.of(code).ok().flatten());
        let name = name.filter(|name| name != code).unwrap_or_else(|| label.to_owned());
        let mut letters = name.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

/// The viewer's language, in any component under [`LocaleProvider`].
#[hook]
pub fn use_locale() -> Locale {
    use_context::<Locale>().expect("the app stands in a LocaleProvider")
}

/// Changes the language, in all programs of this window and for later visits.
pub fn choose(chosen: Language) {
    storage::write_text(STORED_AS, chosen.tag());
    tell(Word::Language, chosen.tag());
}

/// What the providers take.
#[derive(Properties, PartialEq)]
pub struct ProviderProps {
    /// What stands under it.
    pub children: Html,
}

/// Gives its children the viewer's language.
#[component]
pub fn LocaleProvider(props: &ProviderProps) -> Html {
    let language = use_state(|| {
        let remembered = storage::read_text(STORED_AS);
        let wanted: Vec<String> =
            page::window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
        Language::choose(remembered.iter().chain(&wanted).map(String::as_str))
    });
    let choose = Callback::from(choose);
    use_effect_with((), {
        let language = language.setter();
        move |()| {
            let chosen = hear(Word::Language, move |tag| language.set(Language::choose([tag.as_str()])));
            move || drop(chosen)
        }
    });
    let locale = use_memo(*language, |language| Locale::new(*language, choose));
    use_effect_with(*language, |language| {
        let _ = page::root().set_attribute("lang", language.tag());
    });
    html! {
        <ContextProvider<Locale> context={(*locale).clone()}>{ props.children.clone() }</ContextProvider<Locale>>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_spoken_language_is_chosen() {
        assert_eq!(Language::choose(["de-DE", "fr-CA", "en"]), Language::French);
        assert_eq!(Language::choose(["en_US", "fr"]), Language::English);
        assert_eq!(Language::choose(["de", ""]), Language::English);
    }
}
