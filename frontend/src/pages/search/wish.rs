//! What is looked for, as the address says it.

use std::collections::BTreeMap;

use shared::time::Timestamp;

use crate::route::Route;
use crate::text::addresses::{encode, query_value};
use crate::text::words::{CATEGORIES, LICENCES};

/// What kind of thing is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Videos.
    #[default]
    Videos,
    /// Channels.
    Channels,
    /// Lists of videos.
    Playlists,
    /// What is said in videos.
    Said,
}

impl Kind {
    /// All of them, in the order of the page.
    pub const ALL: [Kind; 4] = [Kind::Videos, Kind::Channels, Kind::Playlists, Kind::Said];

    fn name(self) -> &'static str {
        match self {
            Kind::Videos => "videos",
            Kind::Channels => "channels",
            Kind::Playlists => "playlists",
            Kind::Said => "captions",
        }
    }
}

/// What narrows or sorts the videos, by its name in the address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Facet {
    /// How long ago it was published.
    Published,
    /// How long it is.
    Length,
    /// By number.
    Category,
    /// By number.
    Licence,
    /// By code.
    Language,
    /// Words with commas between them.
    Tags,
    /// A stream, or not.
    Live,
    /// Whether what is not for all eyes is shown.
    Sensitive,
    /// In which order.
    Sort,
}

/// Ages a video may have, with their days.
pub const AGES: [(&str, i64); 4] = [("day", 1), ("week", 7), ("month", 30), ("year", 365)];
/// Lengths a video may have (PeerTube's bounds), with what they ask of its seconds.
pub const LENGTHS: [(&str, &str); 3] = [
    ("short", "&durationMax=239"),
    ("medium", "&durationMin=240&durationMax=600"),
    ("long", "&durationMin=601"),
];
/// Orders other than the best match first.
pub const SORTS: [&str; 6] = ["-publishedAt", "publishedAt", "-views", "-likes", "-duration", "name"];
/// What may be asked of sensitive content.
pub const SENSITIVE: [&str; 3] = ["both", "true", "false"];
/// Longer than all tags a video may have.
const TAGS_LENGTH_MAX: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Facet {
    /// All of them.
    pub const ALL: [Facet; 9] = [
        Facet::Published,
        Facet::Length,
        Facet::Category,
        Facet::Licence,
        Facet::Language,
        Facet::Tags,
        Facet::Live,
        Facet::Sensitive,
        Facet::Sort,
    ];

    /// Its name in the address; PeerTube's, where it has one.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Published => "published",
            Facet::Length => "duration",
            Facet::Category => "categoryOneOf",
            Facet::Licence => "licenceOneOf",
            Facet::Language => "languageOneOf",
            Facet::Tags => "tagsAllOf",
            Facet::Live => "isLive",
            Facet::Sensitive => "nsfw",
            Facet::Sort => "sort",
        }
    }

    /// Whether it can have this value.
    fn takes(self, value: &str) -> bool {
        let number_of = |known: &[u32]| value.parse().is_ok_and(|number| known.contains(&number));
        match self {
            Facet::Published => AGES.iter().any(|(name, _)| *name == value),
            Facet::Length => LENGTHS.iter().any(|(name, _)| *name == value),
            Facet::Category => number_of(&CATEGORIES),
            Facet::Licence => number_of(&LICENCES),
            Facet::Language => {
                (1..=20).contains(&value.len())
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            }
            Facet::Tags => value.chars().count() <= TAGS_LENGTH_MAX && tags(value).next().is_some(),
            Facet::Live => matches!(value, "true" | "false"),
            Facet::Sensitive => SENSITIVE.contains(&value),
            Facet::Sort => SORTS.contains(&value),
        }
    }
}

fn tags(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty())
}

/// What is looked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wish {
    /// The words.
    pub words: String,
    /// Of what kind.
    pub kind: Kind,
    /// Whether the index of other servers is to be asked, or this one; none where nobody said.
    pub elsewhere: Option<bool>,
    chosen: BTreeMap<Facet, String>,
}

impl Wish {
    /// Reads the query of an address. What cannot be meant is let be, so that the page shows what is in force.
    pub fn of(query: &str) -> Wish {
        let kind = query_value(query, "resultType").unwrap_or_default();
        let value = |facet: Facet| Some((facet, query_value(query, facet.name())?));
        Wish {
            words: query_value(query, "search").unwrap_or_default().trim().to_owned(),
            kind: Kind::ALL.into_iter().find(|known| known.name() == kind).unwrap_or_default(),
            elsewhere: match query_value(query, "searchTarget").as_deref() {
                Some("search-index") => Some(true),
                Some("local") => Some(false),
                Some(_) | None => None,
            },
            chosen: Facet::ALL
                .into_iter()
                .filter_map(value)
                .filter(|(facet, value)| facet.takes(value))
                .collect(),
        }
    }

    /// What is chosen of a facet; nothing for no choice.
    pub fn chosen(&self, facet: Facet) -> &str {
        self.chosen.get(&facet).map_or("", String::as_str)
    }

    /// Whether anything narrows what is found.
    pub fn is_narrowed(&self) -> bool {
        0 < self.filters()
    }

    /// How many filters are set.
    pub fn filters(&self) -> usize {
        self.chosen.keys().filter(|facet| **facet != Facet::Sort).count()
    }

    /// The same with another choice; nothing for none.
    pub fn with(&self, facet: Facet, value: &str) -> Wish {
        let mut next = self.clone();
        next.chosen.remove(&facet);
        if facet.takes(value) {
            next.chosen.insert(facet, value.to_owned());
        }
        next
    }

    /// The same words, for another kind of thing.
    pub fn of_kind(&self, kind: Kind) -> Wish {
        Wish { kind, ..self.clone() }
    }

    /// The same words, of this server or of others.
    pub fn at(&self, elsewhere: bool) -> Wish {
        Wish { elsewhere: Some(elsewhere), ..self.clone() }
    }

    /// The same words without any choice.
    pub fn plain(&self) -> Wish {
        Wish { chosen: BTreeMap::new(), ..self.clone() }
    }

    fn target(&self) -> &'static str {
        match self.elsewhere {
            Some(true) => "&searchTarget=search-index",
            Some(false) => "&searchTarget=local",
            None => "",
        }
    }

    /// Its page.
    pub fn route(&self) -> Route {
        let mut query = format!("search={}", encode(&self.words));
        if self.kind != Kind::default() {
            query += &format!("&resultType={}", self.kind.name());
        }
        query += self.target();
        for (facet, value) in &self.chosen {
            query += &format!("&{}={}", facet.name(), encode(value));
        }
        Route::Search(query)
    }

    /// What the instance is asked.
    pub fn asked(&self, now: Timestamp) -> String {
        let mut query = format!("search={}{}", encode(&self.words), self.target());
        if self.kind != Kind::Videos {
            return query;
        }
        for (facet, value) in &self.chosen {
            match facet {
                Facet::Published => {
                    let days = AGES.iter().find(|(name, _)| name == value).map_or(0, |(_, days)| *days);
                    let from = Timestamp(now.0 - days * DAY_MS);
                    query += &format!("&startDate={}", encode(&from.to_string()));
                }
                Facet::Length => {
                    query += LENGTHS.iter().find(|(name, _)| name == value).map_or("", |(_, asked)| *asked);
                }
                Facet::Tags => {
                    for tag in tags(value) {
                        query += &format!("&tagsAllOf={}", encode(tag));
                    }
                }
                Facet::Category
                | Facet::Licence
                | Facet::Language
                | Facet::Live
                | Facet::Sensitive
                | Facet::Sort => query += &format!("&{}={}", facet.name(), encode(value)),
            }
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(route: &Route) -> String {
        let Route::Search(query) = route else { panic!("{route}") };
        query.clone()
    }

    #[test]
    fn what_is_chosen_stands_in_the_address_and_is_read_back() {
        let mut wish = Wish::of("search=big+buck");
        assert_eq!((wish.words.as_str(), wish.kind, wish.is_narrowed()), ("big buck", Kind::Videos, false));
        for (facet, value) in [
            (Facet::Published, "week"),
            (Facet::Length, "medium"),
            (Facet::Category, "2"),
            (Facet::Licence, "7"),
            (Facet::Language, "zh-Hans"),
            (Facet::Tags, "sea, big boats"),
            (Facet::Live, "false"),
            (Facet::Sensitive, "both"),
            (Facet::Sort, "-views"),
        ] {
            wish = wish.with(facet, value);
            assert_eq!(Wish::of(&query(&wish.route())), wish, "{facet:?}");
        }
        assert!(wish.is_narrowed() && !wish.plain().is_narrowed());
        let asked = wish.asked(Timestamp(1_000_000_000_000));
        assert_eq!(
            asked,
            "search=big%20buck&startDate=2001-09-02T01:46:40.000Z&durationMin=240&durationMax=600\
             &categoryOneOf=2&licenceOneOf=7&languageOneOf=zh-Hans&tagsAllOf=sea&tagsAllOf=big%20boats\
             &isLive=false&nsfw=both&sort=-views"
        );
        let channels = wish.of_kind(Kind::Channels);
        assert_eq!(Wish::of(&query(&channels.route())), channels);
        assert_eq!(channels.asked(Timestamp(0)), "search=big%20buck");
        let elsewhere = channels.at(true);
        assert_eq!(Wish::of(&query(&elsewhere.route())), elsewhere);
        assert_eq!(elsewhere.plain().asked(Timestamp(0)), "search=big%20buck&searchTarget=search-index");
        assert_eq!(elsewhere.at(false).asked(Timestamp(0)), "search=big%20buck&searchTarget=local");
    }

    #[test]
    fn what_cannot_be_meant_is_let_be() {
        let wish = Wish::of(
            "search=x&sort=colour&categoryOneOf=99&isLive=maybe&duration=&tagsAllOf=,&published=ever",
        );
        assert_eq!(wish, Wish::of("search=x"));
        assert_eq!(wish.with(Facet::Sort, ""), wish);
    }
}
