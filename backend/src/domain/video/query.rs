//! What a list request asks for: the parameters behind the question mark, read or refused by name.
//!
//! Owns the parameters' names and bounds. Unknown ones are let be, since old clients send what newer servers forgot.
//! Lists of values come as a repeated name, as `name[]` or as `name[0]`.

use std::sync::Arc;

use shared::id::{AccountId, ChannelId, VideoId};
use shared::limits::{PAGE_COUNT_DEFAULT, PAGE_COUNT_MAX};

use super::labels;
use super::order::{Order, Sort};
use crate::domain::host;
use crate::domain::truth::truth;
use crate::domain::wrong::Wrong;
use crate::store::records::Privacy;

/// More values than any page offers; a longer list only costs us time.
const VALUES_MAX: usize = 50;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;

/// One list request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query {
    /// Rows to skip.
    pub start: usize,
    /// Rows to give.
    pub count: usize,
    /// In which order.
    pub order: Order,
    /// Which rows.
    pub filter: Filter,
    /// Leave the total out.
    pub skip_count: bool,
}

/// Which videos a list holds. What is not said filters nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Filter {
    /// Of this instance, or of others.
    pub is_local: Option<bool>,
    /// Of this other server, in lower case.
    pub host: Option<String>,
    /// Streams, or files.
    pub is_live: Option<bool>,
    /// Not for all eyes, or for all.
    pub nsfw: Option<bool>,
    /// Of what is not for all eyes also this, in bits, where the rest is left out.
    pub nsfw_flags_shown: u32,
    /// Never this, in bits.
    pub nsfw_flags_hidden: u32,
    /// With an adaptive stream, or without.
    pub has_hls: Option<bool>,
    /// With plain files, or without.
    pub has_web_videos: Option<bool>,
    /// One of these categories.
    pub categories: Vec<u32>,
    /// One of these licences.
    pub licences: Vec<u32>,
    /// One of these languages; `_unknown` for those that say none.
    pub languages: Vec<String>,
    /// At least one of these tags, in lower case.
    pub tags_any: Vec<String>,
    /// All of these tags, in lower case.
    pub tags_all: Vec<String>,
    /// Each of these words in the name, in lower case.
    pub words: Vec<String>,
    /// One of these privacies, for who keeps order.
    pub privacies: Vec<Privacy>,
    /// In one of these states by number, for who keeps order.
    pub states: Vec<u32>,
    /// With at least one of these automatic tags, for who keeps order.
    pub automatic_tags: Vec<String>,
    /// What only who keeps order may ask for (PeerTube's bits; 1: videos that are not published).
    pub include: u32,
    /// In one of these channels; no request says so.
    pub channels: Option<Arc<[ChannelId]>>,
    /// Whose videos are left out, in the order of their numbers; no request says so.
    pub muted: Arc<[AccountId]>,
    /// Which videos are left out, in the order of their numbers; no request says so.
    pub watched: Arc<[VideoId]>,
}

/// What a list does where the request says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Defaults {
    /// The order.
    pub order: Order,
    /// Whether videos that are not for all eyes are left out.
    pub hides_nsfw: bool,
    /// Of those also this, in bits.
    pub nsfw_flags_shown: u32,
    /// Never this, in bits.
    pub nsfw_flags_hidden: u32,
}

impl Defaults {
    /// An order, with everything or without what is not for all eyes.
    #[must_use]
    pub fn new(order: Order, hides_nsfw: bool) -> Defaults {
        Defaults { order, hides_nsfw, nsfw_flags_shown: 0, nsfw_flags_hidden: 0 }
    }
}

/// Reads a request's parameters, decoded but otherwise as they came; `host` is ours. The page is judged first, then the order, then the
/// rest, and whoever is refused hears of the first kind alone, as PeerTube has it (capture `errors/400-bad-params`).
///
/// # Errors
/// Every wrong parameter of one kind.
pub fn read(pairs: &[(String, String)], host: &str, defaults: Defaults) -> Result<Query, Vec<Wrong>> {
    let mut reader = Reader { pairs, wrongs: Vec::new() };
    let (start, count) = (reader.start(), reader.count());
    reader.judge()?;
    let order = reader.order(defaults.order);
    reader.judge()?;
    let asked = (reader.host(), reader.truth("isLocal"));
    let (is_local, of_host) = match asked {
        (None, is_local) => (is_local, None),
        (Some(asked), None | Some(true)) if asked == host => (Some(true), None),
        // What is asked for as ours and as another's is nothing.
        (Some(asked), is_local) => (is_local.or(Some(false)), Some(asked)),
    };
    let filter = Filter {
        is_local,
        host: of_host,
        is_live: reader.truth("isLive"),
        nsfw: reader.nsfw(defaults.hides_nsfw),
        nsfw_flags_shown: reader.number("nsfwFlagsIncluded", defaults.nsfw_flags_shown),
        nsfw_flags_hidden: reader.number("nsfwFlagsExcluded", defaults.nsfw_flags_hidden),
        has_hls: reader.truth("hasHLSFiles"),
        has_web_videos: reader.truth("hasWebVideoFiles"),
        categories: reader.numbers("categoryOneOf"),
        licences: reader.numbers("licenceOneOf"),
        languages: reader.values("languageOneOf"),
        tags_any: lower(reader.values("tagsOneOf")),
        tags_all: lower(reader.values("tagsAllOf")),
        words: reader.words(),
        privacies: reader.privacies(),
        states: reader.numbers("stateOneOf"),
        automatic_tags: reader.values("autoTagOneOf"),
        include: reader.number("include", 0),
        channels: None,
        muted: Arc::default(),
        watched: Arc::default(),
    };
    let skip_count = reader.truth("skipCount").unwrap_or(false);
    reader.judge()?;
    Ok(Query { start, count, order, filter, skip_count })
}

fn lower(values: Vec<String>) -> Vec<String> {
    values.into_iter().map(|value| value.to_lowercase()).collect()
}

/// `tagsOneOf`, `tagsOneOf[]` and `tagsOneOf[3]` are one parameter.
fn is_named(given: &str, name: &str) -> bool {
    match given.strip_prefix(name) {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|index| index.bytes().all(|letter| letter.is_ascii_digit())),
        None => false,
    }
}

struct Reader<'p> {
    pairs: &'p [(String, String)],
    wrongs: Vec<Wrong>,
}

impl<'p> Reader<'p> {
    /// What was wrong so far.
    fn judge(&mut self) -> Result<(), Vec<Wrong>> {
        if self.wrongs.is_empty() { Ok(()) } else { Err(std::mem::take(&mut self.wrongs)) }
    }

    /// The parameter's last value; one that is empty says nothing.
    fn value(&self, name: &str) -> Option<&'p str> {
        let mut values = self.pairs.iter().rev().filter(|(given, _)| given == name);
        values.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn values(&mut self, name: &str) -> Vec<String> {
        let all = self.pairs.iter().filter(|(given, value)| is_named(given, name) && !value.is_empty());
        let values: Vec<String> = all.take(VALUES_MAX + 1).map(|(_, value)| value.clone()).collect();
        if VALUES_MAX < values.len() {
            self.wrongs.push(Wrong::query(name, None, format!("Should have at most {VALUES_MAX} values")));
        }
        values
    }

    fn wrong(&mut self, name: &str, value: &str, message: &str) {
        self.wrongs.push(Wrong::query(name, Some(value), message));
    }

    fn number(&mut self, name: &str, default: u32) -> u32 {
        match self.value(name).map(|value| (value, value.parse())) {
            None => default,
            Some((_, Ok(number))) => number,
            Some((value, Err(_))) => {
                self.wrong(name, value, "Invalid value");
                default
            }
        }
    }

    fn numbers(&mut self, name: &str) -> Vec<u32> {
        let mut numbers = Vec::new();
        for value in self.values(name) {
            match value.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => self.wrong(name, &value, "Should have numbers"),
            }
        }
        numbers
    }

    fn start(&mut self) -> usize {
        let Some(value) = self.value("start") else { return 0 };
        value.parse().unwrap_or_else(|_| {
            self.wrong("start", value, "Invalid value");
            0
        })
    }

    fn count(&mut self) -> usize {
        let count = match self.value("count").map(|value| (value, value.parse::<u64>())) {
            None => PAGE_COUNT_DEFAULT,
            Some((_, Ok(count))) if count <= PAGE_COUNT_MAX => count,
            Some((value, _)) => {
                self.wrong("count", value, &format!("Should have a number count (max: {PAGE_COUNT_MAX})"));
                0
            }
        };
        usize::try_from(count).unwrap_or(0)
    }

    fn order(&mut self, default: Order) -> Order {
        let Some(value) = self.value("sort") else { return default };
        let (name, descending) = match value.strip_prefix('-') {
            Some(name) => (name, true),
            None => (value, false),
        };
        match Sort::parse(name) {
            Some(sort) => Order { sort, descending },
            None => {
                self.wrong("sort", value, "Invalid value");
                default
            }
        }
    }

    fn truth(&mut self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        let said = truth(value);
        if said.is_none() {
            self.wrong(name, value, "Should be true or false");
        }
        said
    }

    fn nsfw(&mut self, hides: bool) -> Option<bool> {
        match self.value("nsfw") {
            None => hides.then_some(false),
            Some("both") => None,
            Some(value) => {
                let said = truth(value);
                if said.is_none() {
                    self.wrong("nsfw", value, "Should be true, false or both");
                }
                said
            }
        }
    }

    fn host(&mut self) -> Option<String> {
        let value = self.value("host")?;
        let host = host::parse(value);
        if host.is_none() {
            self.wrong("host", value, "Should be a host");
        }
        host
    }

    fn words(&mut self) -> Vec<String> {
        let Some(search) = self.value("search") else { return Vec::new() };
        if SEARCH_LENGTH_MAX < search.chars().count() {
            let message = format!("Should be at most {SEARCH_LENGTH_MAX} characters long");
            self.wrongs.push(Wrong::query("search", None, message));
            return Vec::new();
        }
        search.split_whitespace().map(str::to_lowercase).collect()
    }

    fn privacies(&mut self) -> Vec<Privacy> {
        let mut privacies = Vec::new();
        for number in self.numbers("privacyOneOf") {
            match labels::privacy(number) {
                Some(privacy) => privacies.push(privacy),
                None => self.wrong("privacyOneOf", &number.to_string(), "Should have privacies from 1 to 5"),
            }
        }
        privacies
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULTS: Defaults = Defaults {
        order: Order { sort: Sort::PublishedAt, descending: true },
        hides_nsfw: true,
        nsfw_flags_shown: 0,
        nsfw_flags_hidden: 0,
    };

    fn ask(query: &str) -> Result<Query, Vec<(String, String)>> {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        read(&pairs, "films.example", DEFAULTS)
            .map_err(|wrongs| wrongs.into_iter().map(|wrong| (wrong.path, wrong.message)).collect())
    }

    fn wrong_names(query: &str) -> Vec<String> {
        ask(query).unwrap_err().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn nothing_asked_gives_the_first_page_of_the_newest() {
        let query = ask("").unwrap();
        assert_eq!((query.start, query.count, query.skip_count), (0, 15, false));
        assert_eq!(query.order, DEFAULTS.order);
        assert_eq!(query.filter, Filter { nsfw: Some(false), ..Filter::default() });
        assert_eq!(ask("sort=&isLocal=&start=").unwrap(), query, "empty says nothing");
    }

    #[test]
    fn wrong_parameters_are_named() {
        for (query, names) in [
            ("start=-1&count=x&sort=foo&nsfw=maybe", &["start", "count"][..]),
            ("sort=foo&nsfw=maybe", &["sort"]),
            ("nsfw=maybe&isLive=x", &["isLive", "nsfw"]),
            ("sort=foo", &["sort"]),
            ("sort=--name", &["sort"]),
            ("count=500", &["count"]),
            ("count=-1", &["count"]),
            ("isLocal=perhaps", &["isLocal"]),
            ("categoryOneOf=1&categoryOneOf=x", &["categoryOneOf"]),
            ("privacyOneOf=9", &["privacyOneOf"]),
            ("include=x", &["include"]),
            ("stateOneOf=x", &["stateOneOf"]),
            ("host=two%20words/", &["host"]),
        ] {
            assert_eq!(wrong_names(query), names, "{query}");
        }
        assert_eq!(ask("count=500").unwrap_err()[0].1, "Should have a number count (max: 100)");
        assert_eq!(wrong_names(&format!("search={}", "x".repeat(201))), ["search"]);
        assert_eq!(wrong_names(&"tagsOneOf=a&".repeat(51)), ["tagsOneOf"]);
    }

    #[test]
    fn lists_come_in_three_spellings() {
        for query in [
            "tagsOneOf=Sea&tagsOneOf=boat",
            "tagsOneOf[]=Sea&tagsOneOf[]=boat",
            "tagsOneOf[0]=Sea&tagsOneOf[1]=boat",
        ] {
            assert_eq!(ask(query).unwrap().filter.tags_any, ["sea", "boat"], "{query}");
        }
        assert!(ask("tagsOneOfX=a&tagsOneOf[x]=b").unwrap().filter.tags_any.is_empty());
    }

    #[test]
    fn unknown_parameters_are_let_be() {
        assert_eq!(ask("filter=local&videoLayout=x&count=2&count=3").unwrap().count, 3);
    }

    #[test]
    fn another_servers_videos_are_not_ours() {
        for (query, is_local, host) in [
            ("host=Films.example", Some(true), None),
            ("host=Films.example&isLocal=true", Some(true), None),
            ("host=Films.example&isLocal=false", Some(false), Some("films.example")),
            ("host=other.example", Some(false), Some("other.example")),
            ("host=other.example&isLocal=true", Some(true), Some("other.example")),
        ] {
            let filter = ask(query).unwrap().filter;
            assert_eq!((filter.is_local, filter.host.as_deref()), (is_local, host), "{query}");
        }
    }

    #[test]
    fn nsfw_is_hidden_unless_asked_for() {
        for (query, nsfw) in
            [("", Some(false)), ("nsfw=both", None), ("nsfw=true", Some(true)), ("nsfw=false", Some(false))]
        {
            assert_eq!(ask(query).unwrap().filter.nsfw, nsfw, "{query}");
        }
    }
}
