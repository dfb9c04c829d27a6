//! From the instance's answers to rows: what they say, and what may be done with them.

use serde_json::{Value, json};
use shared::api::{
    Abuse, BlockedVideo, BlocklistSubscription, BlocklistSubscriptionSummary, CommentTagPolicies, ListFault,
    MutedAccount, MutedServer, Page, ReviewedComment, WordList, WordSubscription,
};
use shared::time::Timestamp;

use crate::api::{Client, Failure, Window};
use crate::components::Glyph;
use crate::desk::Desk;
use crate::locale::Locale;
use crate::route::Route;
use crate::text::addresses::encode;
use crate::text::words::order::OrderWords;

/// One row.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// Tells it from others.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// Where that is.
    pub href: Option<String>,
    /// Short words beside.
    pub facts: Vec<String>,
    /// What somebody wrote.
    pub text: String,
    /// What went wrong.
    pub wrong: Option<String>,
    /// A report's number, where it can be talked about.
    pub talk: Option<u64>,
    /// What may be done.
    pub deeds: Vec<Deed>,
}

/// Something that may be done.
#[derive(Clone, PartialEq, Debug)]
pub struct Deed {
    /// What the button says.
    pub label: &'static str,
    /// What it shows.
    pub glyph: Glyph,
    /// `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Where.
    pub path: String,
    /// What goes along; the fields add to it.
    pub body: Value,
    /// What is asked for before.
    pub fields: Vec<Field>,
    /// Whether it is asked about, since it cannot be taken back.
    pub is_grave: bool,
    /// What is said of that, where it is more than that it cannot be taken back.
    pub warning: &'static str,
}

/// What is asked for before something is done.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Its name for people.
    pub label: &'static str,
    /// Its name on the wire.
    pub key: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What stands in it already.
    pub value: String,
}

/// What a field takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One line.
    Line,
    /// Some lines, as one text.
    Text,
    /// A list with an entry a line.
    List,
}

impl Deed {
    fn new(label: &'static str, glyph: Glyph, method: &'static str, path: String) -> Deed {
        Deed { label, glyph, method, path, body: json!({}), fields: Vec::new(), is_grave: false, warning: "" }
    }

    fn with(self, body: Value) -> Deed {
        Deed { body, ..self }
    }

    fn asking(mut self, label: &'static str, key: &'static str, kind: Kind, value: String) -> Deed {
        self.fields.push(Field { label, key, kind, value });
        self
    }

    fn grave(self) -> Deed {
        Deed { is_grave: true, ..self }
    }

    fn warning(self, warning: &'static str) -> Deed {
        Deed { warning, ..self }
    }
}

/// Rows, and how many there are in all.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rows {
    /// In all.
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<Row>,
    /// Whether some of them are about to change by themselves.
    pub is_moving: bool,
}

/// What a list is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Which page.
    pub desk: Desk,
    /// The reader's account.
    pub account: String,
    /// A word to look for.
    pub search: String,
    /// One of [`choices`].
    pub choice: &'static str,
}

/// What a list may be narrowed to: what people read, and what it means on the wire.
pub fn choices(desk: Desk, words: &'static OrderWords) -> Vec<(&'static str, &'static str)> {
    match desk {
        Desk::Abuses | Desk::OwnAbuses => vec![
            (words.all, ""),
            (words.pending, "state=1"),
            (words.accepted, "state=3"),
            (words.rejected, "state=2"),
        ],
        Desk::Comments => {
            vec![
                (words.all, ""),
                (words.held, "isHeldForReview=true"),
                (words.shown, "isHeldForReview=false"),
            ]
        }
        Desk::Blocks => vec![(words.all, ""), (words.by_moderators, "type=1"), (words.automatic, "type=2")],
        Desk::Jobs => vec![
            (words.all, ""),
            (words.job_failed, "failed"),
            (words.job_active, "active"),
            (words.job_waiting, "waiting"),
            (words.job_delayed, "delayed"),
        ],
        Desk::Logs => {
            vec![
                (words.log_info, "level=info"),
                (words.log_warn, "level=warn"),
                (words.log_error, "level=error"),
            ]
        }
        Desk::OwnMutes
        | Desk::OwnServers
        | Desk::OwnWords
        | Desk::OwnSharedWords
        | Desk::Mutes
        | Desk::Servers
        | Desk::SharedMutes
        | Desk::Words
        | Desk::SharedWords
        | Desk::Audit => Vec::new(),
    }
}

/// Whether a list can be searched.
pub fn is_searched(desk: Desk) -> bool {
    matches!(
        desk,
        Desk::Abuses | Desk::Comments | Desk::Blocks | Desk::Mutes | Desk::Servers | Desk::OwnMutes
    )
}

/// What a page is for, where its name does not say it.
pub fn about(desk: Desk, words: &'static OrderWords) -> Option<&'static str> {
    match desk {
        Desk::SharedMutes => Some(words.about_shared_mutes),
        Desk::SharedWords | Desk::OwnSharedWords => Some(words.about_shared_words),
        Desk::OwnAbuses
        | Desk::OwnMutes
        | Desk::OwnServers
        | Desk::OwnWords
        | Desk::Abuses
        | Desk::Blocks
        | Desk::Comments
        | Desk::Mutes
        | Desk::Servers
        | Desk::Words
        | Desk::Jobs
        | Desk::Logs
        | Desk::Audit => None,
    }
}

/// What may be done above a list.
pub fn deeds(desk: Desk, account: &str, words: &'static OrderWords) -> Vec<Deed> {
    let add = |label, path: String| Deed::new(label, Glyph::Plus, "POST", path);
    match desk {
        Desk::OwnMutes | Desk::Mutes => {
            vec![add(words.mute_account, format!("{}/accounts", mutes(desk))).asking(
                words.account_name,
                "accountName",
                Kind::Line,
                String::new(),
            )]
        }
        Desk::OwnServers | Desk::Servers => {
            vec![add(words.mute_server, format!("{}/servers", mutes(desk))).asking(
                words.host,
                "host",
                Kind::Line,
                String::new(),
            )]
        }
        Desk::OwnWords | Desk::Words => vec![
            add(words.new_list, lists(desk, account))
                .asking(words.list_name, "listName", Kind::Line, String::new())
                .asking(words.list_words, "words", Kind::List, String::new()),
        ],
        Desk::SharedMutes | Desk::SharedWords | Desk::OwnSharedWords => {
            vec![add(words.subscribe, subscriptions(desk, account)).asking(
                words.list_url,
                "url",
                Kind::Line,
                String::new(),
            )]
        }
        Desk::Jobs => vec![
            Deed::new(words.pause_jobs, Glyph::Pause, "POST", "/api/v1/jobs/pause".to_owned()),
            Deed::new(words.resume_jobs, Glyph::Play, "POST", "/api/v1/jobs/resume".to_owned()),
        ],
        Desk::OwnAbuses | Desk::Abuses | Desk::Blocks | Desk::Comments | Desk::Logs | Desk::Audit => {
            Vec::new()
        }
    }
}

fn mutes(desk: Desk) -> &'static str {
    if matches!(desk, Desk::Mutes | Desk::Servers) {
        "/api/v1/server/blocklist"
    } else {
        "/api/v1/users/me/blocklist"
    }
}

fn lists(desk: Desk, account: &str) -> String {
    if desk == Desk::Words {
        "/api/v1/watched-words/server/lists".to_owned()
    } else {
        format!("/api/v1/watched-words/accounts/{}/lists", encode(account))
    }
}

/// Where subscriptions to lists are that others keep.
fn subscriptions(desk: Desk, account: &str) -> String {
    if desk == Desk::SharedMutes {
        "/api/v1/server/blocklist/subscriptions".to_owned()
    } else if desk == Desk::SharedWords {
        "/api/v1/watched-words/server/subscriptions".to_owned()
    } else {
        format!("/api/v1/watched-words/accounts/{}/subscriptions", encode(account))
    }
}

/// Rows of a list.
///
/// # Errors
/// As the instance refuses.
pub async fn fetch(
    client: &Client,
    asked: &Asked,
    window: Window,
    locale: &Locale,
    words: &'static OrderWords,
) -> Result<Rows, Failure> {
    let search = if asked.search.trim().is_empty() {
        String::new()
    } else {
        format!("&search={}", encode(asked.search.trim()))
    };
    let choice = asked.choice;
    let query = format!("{window}{search}&{choice}");
    match asked.desk {
        Desk::Abuses => {
            let page: Page<Abuse> = client.get(&format!("/api/v1/abuses?{query}")).await?;
            Ok(page_of(page, |row| abuse(row, locale, words, true)))
        }
        Desk::OwnAbuses => {
            let page: Page<Abuse> = client.get(&format!("/api/v1/users/me/abuses?{query}")).await?;
            Ok(page_of(page, |row| abuse(row, locale, words, false)))
        }
        Desk::Blocks => {
            let page: Page<BlockedVideo> = client.get(&format!("/api/v1/videos/blacklist?{query}")).await?;
            Ok(page_of(page, |row| block(row, locale, words)))
        }
        Desk::Comments => {
            let page: Page<ReviewedComment> = client.get(&format!("/api/v1/videos/comments?{query}")).await?;
            Ok(page_of(page, |row| comment(row, locale, words)))
        }
        Desk::Mutes | Desk::OwnMutes => {
            let base = mutes(asked.desk);
            let page: Page<MutedAccount> = client.get(&format!("{base}/accounts?{query}")).await?;
            Ok(page_of(page, |row| muted_account(row, base, locale, words)))
        }
        Desk::Servers | Desk::OwnServers => {
            let base = mutes(asked.desk);
            let page: Page<MutedServer> = client.get(&format!("{base}/servers?{query}")).await?;
            Ok(page_of(page, |row| muted_server(row, base, locale, words)))
        }
        Desk::Words | Desk::OwnWords => word_lists(client, asked, &query, words).await,
        Desk::SharedMutes => {
            let base = subscriptions(asked.desk, &asked.account);
            let page: Page<BlocklistSubscription> = client.get(&format!("{base}?{query}")).await?;
            let is_moving = page.data.iter().any(|row| is_moving(row.state.id));
            let row = |row: BlocklistSubscription| {
                let mut facts = read(row.state.id, row.last_sync_at, locale, words);
                facts.push(locale.count(row.muted_accounts_count, &words.accounts_muted()));
                facts.push(locale.count(row.muted_servers_count, &words.servers_muted()));
                let of = Subscribed {
                    id: row.id.0,
                    name: row.name,
                    url: row.url,
                    error: fault(row.error_code, row.error, words),
                };
                subscribed(of, facts, &base, words.unsubscribe_mutes, words)
            };
            Ok(Rows { is_moving, ..page_of(page, row) })
        }
        Desk::SharedWords | Desk::OwnSharedWords => {
            let base = subscriptions(asked.desk, &asked.account);
            let page: Page<WordSubscription> = client.get(&format!("{base}?{query}")).await?;
            let is_moving = page.data.iter().any(|row| is_moving(row.state.id));
            let row = |row: WordSubscription| {
                let mut facts = read(row.state.id, row.last_sync_at, locale, words);
                facts.push(locale.count(row.imported_words_count, &words.words_watched()));
                let of = Subscribed {
                    id: row.id.0,
                    name: row.name,
                    url: row.url,
                    error: fault(row.error_code, row.error, words),
                };
                subscribed(of, facts, &base, words.unsubscribe_words, words)
            };
            Ok(Rows { is_moving, ..page_of(page, row) })
        }
        Desk::Jobs => {
            let page: Page<Value> = client.get(&format!("/api/v1/jobs/{choice}?{window}")).await?;
            Ok(page_of(page, |row| job(&row, locale, words)))
        }
        Desk::Logs => {
            let path = format!("/api/v1/server/logs?startDate=1970-01-01&{choice}");
            let mut lines: Vec<Value> = client.get(&path).await?;
            lines.reverse();
            Ok(cut(lines, window, |at, line| Row {
                key: at.to_string(),
                title: text(line, "message"),
                facts: vec![
                    words.level(&text(line, "level")).to_owned(),
                    moment(line, "timestamp", locale),
                    text(line, "label"),
                ],
                ..Row::default()
            }))
        }
        Desk::Audit => {
            let path = "/api/v1/server/audit-logs?startDate=1970-01-01";
            let mut lines: Vec<Value> = client.get(path).await?;
            lines.reverse();
            Ok(cut(lines, window, |at, line| Row {
                key: at.to_string(),
                title: words.deed.replacen("{}", words.action(&text(line, "action")), 1).replacen(
                    "{}",
                    words.domain(&text(line, "domain")),
                    1,
                ),
                facts: vec![text(line, "user"), moment(line, "timestamp", locale)],
                text: text(line, "path"),
                ..Row::default()
            }))
        }
    }
}

fn page_of<T>(page: Page<T>, row: impl Fn(T) -> Row) -> Rows {
    Rows { total: page.total, rows: page.data.into_iter().map(row).collect(), is_moving: false }
}

fn cut(lines: Vec<Value>, window: Window, row: impl Fn(usize, &Value) -> Row) -> Rows {
    let total = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    let shown = lines.iter().enumerate().skip(window.start).take(window.count);
    Rows { total, rows: shown.map(|(at, line)| row(at, line)).collect(), is_moving: false }
}

fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A date of an answer, for people.
fn moment(value: &Value, name: &str, locale: &Locale) -> String {
    let date = text(value, name);
    date.parse::<Timestamp>().map_or(date, |date| locale.moment(date))
}

fn abuse(row: Abuse, locale: &Locale, words: &'static OrderWords, judges: bool) -> Row {
    let whose = row.flagged_account.as_ref().map_or(String::new(), |account| account.display_name.clone());
    let (title, href) = match (&row.video, &row.comment) {
        (Some(video), _) => {
            let start = video.start_at.and_then(|second| u32::try_from(second).ok());
            let stop = video.end_at.and_then(|second| u32::try_from(second).ok());
            let route = Route::Watch { video: video.uuid.to_string(), start, stop, thread: None };
            (words.of_video.replacen("{}", &video.name, 1), (!video.deleted).then(|| route.to_string()))
        }
        (None, Some(comment)) => {
            let route = Route::watch(&comment.video.uuid.to_string());
            (words.of_comment.replacen("{}", &comment.video.name, 1), Some(route.to_string()))
        }
        (None, None) => {
            let name = row.flagged_account.as_ref().map(|account| account.name.clone());
            (words.of_account.replacen("{}", &whose, 1), name.map(|name| Route::Account(name).to_string()))
        }
    };
    let state = match row.state.id {
        2 => words.rejected,
        3 => words.accepted,
        _ => words.pending,
    };
    let mut facts = vec![state.to_owned(), locale.age(row.created_at)];
    if let Some(Some(reporter)) = &row.reporter_account {
        facts.push(format!("{} {}", words.reported_by, reporter.display_name));
    }
    if !whose.is_empty() {
        facts.push(format!("{} {whose}", words.against));
    }
    let predefined = row.predefined_reasons.iter().map(|word| words.reason(word));
    facts.extend(predefined.map(str::to_owned));
    let mut said = row.reason.clone();
    if let Some(comment) = &row.comment
        && !comment.text.is_empty()
    {
        said = format!("{said}\n\n« {} »", comment.text);
    }
    let note = row.moderation_comment.clone().flatten();
    if let Some(note) = &note {
        said = format!("{said}\n\n{}: {note}", words.note);
    }
    let path = format!("/api/v1/abuses/{}", row.id);
    let mut deeds = Vec::new();
    if judges {
        if row.state.id != 3 {
            deeds
                .push(Deed::new(words.accept, Glyph::Check, "PUT", path.clone()).with(json!({ "state": 3 })));
        }
        if row.state.id != 2 {
            deeds
                .push(Deed::new(words.reject, Glyph::Close, "PUT", path.clone()).with(json!({ "state": 2 })));
        }
        let note = note.unwrap_or_default();
        let noting = Deed::new(words.edit_note, Glyph::Pencil, "PUT", path.clone());
        deeds.push(noting.asking(words.note, "moderationComment", Kind::Text, note));
        if let Some(video) = row.video.as_ref().filter(|video| !video.deleted && !video.blacklisted) {
            let block = format!("/api/v1/videos/{}/blacklist", video.uuid);
            let block = Deed::new(words.block, Glyph::Lock, "POST", block);
            deeds.push(block.asking(words.block_reason, "reason", Kind::Text, String::new()));
        }
        deeds.push(Deed::new(words.delete, Glyph::Bin, "DELETE", path).grave());
    }
    Row { key: row.id.to_string(), title, href, facts, text: said, talk: Some(row.id.0), deeds, wrong: None }
}

fn block(row: BlockedVideo, locale: &Locale, words: &'static OrderWords) -> Row {
    let card = &row.video.card;
    let path = format!("/api/v1/videos/{}/blacklist", card.uuid);
    let kind = if row.kind == 2 { words.automatic } else { words.by_moderators };
    let edit = Deed::new(words.edit_reason, Glyph::Pencil, "PUT", path.clone());
    let reason = row.reason.clone().unwrap_or_default();
    Row {
        key: row.id.to_string(),
        title: card.name.clone(),
        href: Some(Route::watch(&card.short_uuid).to_string()),
        facts: vec![kind.to_owned(), locale.age(row.created_at), row.video.channel.display_name.clone()],
        text: reason.clone(),
        deeds: vec![
            Deed::new(words.unblock, Glyph::Eye, "DELETE", path),
            edit.asking(words.block_reason, "reason", Kind::Text, reason),
        ],
        ..Row::default()
    }
}

fn comment(row: ReviewedComment, locale: &Locale, words: &'static OrderWords) -> Row {
    let author = row.account.as_ref().map_or(String::new(), |account| account.display_name.clone());
    let path = format!("/api/v1/videos/{}/comments/{}", row.video.uuid, row.id);
    let mut facts = vec![locale.age(row.created_at), row.video.name.clone()];
    if row.held_for_review {
        facts.insert(0, words.held.to_owned());
    }
    facts.extend(row.automatic_tags.iter().cloned());
    let mut deeds = Vec::new();
    if row.held_for_review {
        deeds.push(Deed::new(words.approve, Glyph::Check, "POST", format!("{path}/approve")));
    }
    deeds.push(Deed::new(words.delete, Glyph::Bin, "DELETE", path).grave());
    if let Some(account) = &row.account {
        let all =
            Deed::new(words.remove_all, Glyph::Bin, "POST", "/api/v1/bulk/remove-comments-of".to_owned());
        deeds.push(all.with(json!({ "accountName": account.name, "scope": "instance" })).grave());
    }
    Row {
        key: row.id.to_string(),
        title: author,
        href: Some(Route::watch(&row.video.uuid.to_string()).to_string()),
        facts,
        text: row.text,
        deeds,
        ..Row::default()
    }
}

/// Whether a list waits to be read, or is being read (PeerTube's numbers).
fn is_moving(state: u32) -> bool {
    state <= 2
}

/// When a list was last read.
fn read(state: u32, read_at: Option<Timestamp>, locale: &Locale, words: &'static OrderWords) -> Vec<String> {
    let at = read_at.map(|at| words.list_read.replacen("{}", &locale.age(at), 1));
    let at = at.unwrap_or_else(|| words.list_unread.to_owned());
    let moving = is_moving(state).then(|| words.list_reading.to_owned());
    moving.into_iter().chain([at]).collect()
}

/// Why a list could not be read, in the reader's language; as the instance says it where no word stands for it.
fn fault(code: Option<ListFault>, error: Option<String>, words: &OrderWords) -> Option<String> {
    let sentence = code.map(|code| match code {
        ListFault::Unreachable => words.list_unreachable,
        ListFault::Unreadable => words.list_unreadable,
        ListFault::Late => words.list_late,
        ListFault::Refused => words.list_refused,
        ListFault::Leads => words.list_leads,
        ListFault::NotAList => words.list_is_none,
        ListFault::TooLong => words.list_too_long,
        ListFault::Line => words.list_line,
        ListFault::Full => words.list_full,
        ListFault::NameTaken => words.list_name_taken,
        ListFault::NoCare => words.list_no_care,
    });
    error.map(|error| sentence.map_or(error, str::to_owned))
}

/// A list that others keep.
struct Subscribed {
    id: u64,
    name: String,
    url: String,
    error: Option<String>,
}

fn subscribed(
    list: Subscribed,
    facts: Vec<String>,
    base: &str,
    warning: &'static str,
    words: &'static OrderWords,
) -> Row {
    let end = Deed::new(words.unsubscribe, Glyph::Bin, "DELETE", format!("{base}/{}", list.id));
    Row {
        key: list.id.to_string(),
        title: list.name,
        facts,
        text: list.url,
        wrong: list.error,
        deeds: vec![end.grave().warning(warning)],
        ..Row::default()
    }
}

/// Where an address of the web leads.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// The list that brought a mute, where one did.
fn brought_by(list: Option<BlocklistSubscriptionSummary>, words: &'static OrderWords) -> Option<String> {
    list.map(|list| words.from_list.replacen("{}", &list.name, 1))
}

fn muted_account(row: MutedAccount, base: &str, locale: &Locale, words: &'static OrderWords) -> Row {
    let account = row.blocked_account;
    let path = format!("{base}/accounts/{}", encode(&account.name));
    Row {
        key: account.id.to_string(),
        title: account.display_name,
        href: Some(Route::Account(account.name.clone()).to_string()),
        facts: [format!("@{}", account.name), locale.age(row.created_at)]
            .into_iter()
            .chain(brought_by(row.blocklist_subscription, words))
            .collect(),
        deeds: vec![Deed::new(words.unmute, Glyph::Eye, "DELETE", path)],
        ..Row::default()
    }
}

fn muted_server(row: MutedServer, base: &str, locale: &Locale, words: &'static OrderWords) -> Row {
    let host = row.blocked_server.host;
    let path = format!("{base}/servers/{}", encode(&host));
    let list = brought_by(row.blocklist_subscription, words);
    Row {
        key: host.clone(),
        title: host,
        facts: std::iter::once(locale.age(row.created_at)).chain(list).collect(),
        deeds: vec![Deed::new(words.unmute, Glyph::Eye, "DELETE", path)],
        ..Row::default()
    }
}

/// Lists of words, and for one's own whether comments with their tags wait.
async fn word_lists(
    client: &Client,
    asked: &Asked,
    query: &str,
    words: &'static OrderWords,
) -> Result<Rows, Failure> {
    let base = lists(asked.desk, &asked.account);
    let page: Page<WordList> = client.get(&format!("{base}?{query}")).await?;
    let policy = format!("/api/v1/automatic-tags/policies/accounts/{}/comments", encode(&asked.account));
    let held: Option<CommentTagPolicies> =
        if asked.desk == Desk::OwnWords { Some(client.get(&policy).await?) } else { None };
    let hold = |name: &str| -> (Vec<String>, Vec<Deed>) {
        let Some(CommentTagPolicies { review }) = &held else { return (Vec::new(), Vec::new()) };
        let waits = review.iter().any(|tag| tag == name);
        let mut next = review.clone();
        if waits {
            next.retain(|tag| tag != name);
        } else {
            next.push(name.to_owned());
        }
        let (label, glyph) = if waits { (words.let_pass, Glyph::Eye) } else { (words.hold, Glyph::Lock) };
        let deed = Deed::new(label, glyph, "PUT", policy.clone()).with(json!({ "review": next }));
        (waits.then(|| words.comments_wait.to_owned()).into_iter().collect(), vec![deed])
    };
    let mut rows = page_of(page, |list| {
        let path = format!("{base}/{}", list.id);
        let (mut facts, mut deeds) = hold(&list.list_name);
        let text = list.words.join(", ");
        // What is written elsewhere is not changed here: it would come back with the next reading.
        if let Some(url) = &list.subscription_url {
            facts.push(words.from_list.replacen("{}", host_of(url), 1));
            return Row {
                key: list.id.to_string(),
                title: list.list_name,
                facts,
                text,
                deeds,
                ..Row::default()
            };
        }
        let edit = Deed::new(words.edit, Glyph::Pencil, "PUT", path.clone())
            .asking(words.list_name, "listName", Kind::Line, list.list_name.clone())
            .asking(words.list_words, "words", Kind::List, list.words.join("\n"));
        deeds.extend([edit, Deed::new(words.delete, Glyph::Bin, "DELETE", path).grave()]);
        Row { key: list.id.to_string(), title: list.list_name, facts, text, deeds, ..Row::default() }
    });
    if held.is_some() && query.starts_with("start=0&") {
        let (facts, deeds) = hold("external-link");
        let links = Row {
            key: "external-link".to_owned(),
            title: words.links.to_owned(),
            facts,
            text: words.links_text.to_owned(),
            deeds,
            ..Row::default()
        };
        rows.rows.insert(0, links);
        rows.total += 1;
    }
    Ok(rows)
}

fn job(row: &Value, locale: &Locale, words: &'static OrderWords) -> Row {
    let (id, state) = (text(row, "id"), text(row, "state"));
    let said = match state.as_str() {
        "failed" => words.job_failed,
        "active" => words.job_active,
        "delayed" => words.job_delayed,
        _ => words.job_waiting,
    };
    let mut facts = vec![said.to_owned(), moment(row, "createdAt", locale)];
    if state == "active" {
        let percent =
            row.get("progress").and_then(Value::as_u64).and_then(|percent| u8::try_from(percent).ok());
        facts.extend(percent.map(|percent| locale.percent(percent)));
    }
    let data = row.get("data").map(|data| text(data, "videoName")).unwrap_or_default();
    let retry = Deed::new(words.retry, Glyph::Play, "POST", format!("/api/v1/jobs/{id}/retry"));
    Row {
        key: id,
        title: words.job(&text(row, "type")).to_owned(),
        facts,
        text: data,
        wrong: Some(text(row, "error")).filter(|error| !error.is_empty()),
        deeds: if state == "failed" { vec![retry] } else { Vec::new() },
        ..Row::default()
    }
}
