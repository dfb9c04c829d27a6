//! Whom the instance follows, and who follows it: two lists, each with what an administrator may do about it.

use shared::api::{Follow, FollowActor, FollowingWish, Page};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::arrival::place;
use super::failed_follows::FailedFollows;
use super::say::Say;
use crate::api::{self, Failure, FollowAct, FollowList};
use crate::browser::spawn::spawn;
use crate::components::{
    Dialog, Glyph, Loading, Tone, alert, avatar, complaint, empty, failed, icon, use_loaded,
};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;
use crate::studio::people::fields::choice;
use crate::studio::people::pager::{pager, window};
use crate::text::problems::explain;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const SEARCH: Say = say("Search by name or host", "Chercher un nom ou un serveur");
const STATE: Say = say("Which", "Lesquels");
const ALL: Say = say("All", "Tous");
const PENDING: Say = say("Waiting for an answer", "En attente de réponse");
const ACCEPTED: Say = say("Accepted", "Acceptés");
const REJECTED: Say = say("Refused", "Refusés");
const STATES: [(&str, Say); 4] =
    [("", ALL), ("pending", PENDING), ("accepted", ACCEPTED), ("rejected", REJECTED)];
const IS_PENDING: Say = say("waits for an answer", "attend une réponse");
const IS_ACCEPTED: Say = say("accepted", "accepté");
const IS_REJECTED: Say = say("refused", "refusé");
const SILENT: Say = say("cannot be reached at the moment", "injoignable en ce moment");
const ACCEPT: Say = say("Accept", "Accepter");
const REFUSE: Say = say("Refuse", "Refuser");
const REMOVE: Say = say("Remove", "Retirer");
const UNFOLLOW: Say = say("Unfollow", "Ne plus suivre");
const NOBODY_FOLLOWS: Say = say("Nobody follows this instance yet", "Personne ne suit encore cette instance");
const FOLLOWS_NOBODY: Say = say("This instance follows nobody yet", "Cette instance ne suit encore personne");
const NOTHING_FOUND: Say = say("Nothing was found", "Rien n’a été trouvé");
const FOLLOWERS_TEXT: Say = say(
    "Instances that follow this one show its public videos on their pages.",
    "Les instances qui suivent celle-ci montrent ses vidéos publiques sur leurs pages.",
);
const FOLLOWING_TEXT: Say = say(
    "Public videos of instances that are followed are shown here, too.",
    "Les vidéos publiques des instances suivies sont aussi montrées ici.",
);
const COPY: Say = say("Copy its videos", "Copier ses vidéos");
const COPY_HINT: Say = say(
    "Whoever’s videos may be copied has them served from here, too, as the rules in the settings file choose them.",
    "Les vidéos dont la copie est permise sont aussi servies d’ici, selon les règles du fichier de réglages.",
);
const COPY_END_TITLE: Say = say("Copy its videos no more?", "Ne plus copier ses vidéos ?");
const COPY_END_TEXT: Say = say(
    "All copies of its videos that are here are removed, and it is told so.",
    "Toutes les copies de ses vidéos qui sont ici sont retirées, et elle en est avertie.",
);
const COPY_END: Say = say("Remove the copies", "Retirer les copies");
const REJECT_TITLE: Say = say("Refuse this follower?", "Refuser cet abonné ?");
const REJECT_TEXT: Say = say(
    "It is told so, and hears nothing of new videos any more. You can accept it later.",
    "Il en est averti et n’apprend plus rien des nouvelles vidéos. Vous pourrez l’accepter plus tard.",
);
const REMOVE_TITLE: Say = say("Remove this follower?", "Retirer cet abonné ?");
const REMOVE_TEXT: Say = say(
    "It is told so, and hears nothing of new videos any more. It may ask again.",
    "Il en est averti et n’apprend plus rien des nouvelles vidéos. Il pourra redemander.",
);
const UNFOLLOW_TITLE: Say = say("Unfollow?", "Ne plus suivre ?");
const UNFOLLOW_TEXT: Say = say(
    "New videos of it do not come any more. Those that are here stay.",
    "Ses nouvelles vidéos n’arriveront plus. Celles qui sont ici restent.",
);
const ADD: Say = say("Follow others", "Suivre d’autres instances");
const ADD_FIELD: Say = say("Hosts or handles, one a line", "Serveurs ou identifiants, un par ligne");
const ADD_HINT: Say = say(
    "films.example follows a whole instance, channel@films.example one channel or account of it.",
    "films.example suit toute une instance, chaine@films.example une seule chaîne ou un seul compte.",
);
const FOLLOW: Say = say("Follow", "Suivre");
const WHY: Say = say("Why?", "Pourquoi ?");
const ADDED: Say = say(
    "They are being asked. Those that answer appear in the list in a moment.",
    "Les demandes partent. Celles qui aboutissent apparaissent dans la liste dans un instant.",
);
const NOT_ONE: Say =
    say("This is neither a host nor a handle:", "Ceci n’est ni un serveur ni un identifiant :");
const TOO_MANY: Say = say("At most 100 at a time.", "100 au plus à la fois.");
const EMPTY: Say = say("Name at least one.", "Indiquez-en au moins un.");

/// Whom one request names at most.
const WISHES_MAX: usize = 100;

/// What [`Follows`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which list.
    pub list: FollowList,
}

/// One of the two lists.
#[component]
pub fn Follows(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let list = props.list;
    let search = use_state(String::new);
    let state = use_state(String::new);
    let start = use_state(|| 0usize);
    let doomed = use_state(|| None::<(Follow, FollowAct)>);
    let refused = use_state(|| None::<Failure>);
    let key = ((*search).clone(), (*state).clone(), *start);
    let loaded = use_loaded(key, {
        let client = session.client.clone();
        move |(search, state, start)| {
            let (search, state, start) = (search.clone(), state.clone(), *start);
            async move { api::network_follows(&client, list, (&search, &state), window(start)).await }
        }
    });
    let act = {
        let (client, again) = (session.client.clone(), loaded.again.clone());
        let (refused, doomed) = (refused.setter(), doomed.setter());
        Callback::from(move |(follow, act): (Follow, FollowAct)| {
            let (client, again) = (client.clone(), again.clone());
            let (refused, doomed) = (refused.clone(), doomed.clone());
            spawn(async move {
                let done = api::act_on_follow(&client, list, &handle(other(&follow, list)), act).await;
                refused.set(done.err());
                doomed.set(None);
                again.emit(());
            });
        })
    };
    let copied_no_more = use_state(|| None::<String>);
    let allow = {
        let (client, again) = (session.client.clone(), loaded.again.clone());
        let (refused, asked) = (refused.setter(), copied_no_more.setter());
        Callback::from(move |(host, is_allowed): (String, bool)| {
            let (client, again) = (client.clone(), again.clone());
            let (refused, asked) = (refused.clone(), asked.clone());
            spawn(async move {
                refused.set(api::allow_copies(&client, &host, is_allowed).await.err());
                asked.set(None);
                again.emit(());
            });
        })
    };
    // What takes copies away is asked about.
    let on_copy = {
        let (allow, asked) = (allow.clone(), copied_no_more.setter());
        Callback::from(move |(host, is_allowed): (String, bool)| match is_allowed {
            true => allow.emit((host, true)),
            false => asked.set(Some(host)),
        })
    };
    let onsearch = {
        let (search, start) = (search.setter(), start.setter());
        Callback::from(move |event: Event| {
            start.set(0);
            search.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let on_state = {
        let (state, start) = (state.setter(), start.setter());
        Callback::from(move |chosen: String| {
            start.set(0);
            state.set(chosen);
        })
    };
    let on_doom = {
        let doomed = doomed.setter();
        Callback::from(move |asked: (Follow, FollowAct)| doomed.set(Some(asked)))
    };
    let is_narrowed = !search.is_empty() || !state.is_empty();
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) if page.data.is_empty() => {
            let nobody = if list == FollowList::Followers { NOBODY_FOLLOWS } else { FOLLOWS_NOBODY };
            let text = if is_narrowed { NOTHING_FOUND } else { nobody };
            empty(Glyph::Waves, text.of(&locale), "", Html::default())
        }
        Loading::Here(page) => {
            rows(page, (list, *start), &locale, (&act, &on_doom, &on_copy), &start.setter())
        }
    };
    let states = STATES.map(|(value, name)| (value.to_owned(), name.of(&locale).to_owned()));
    let text = if list == FollowList::Followers { FOLLOWERS_TEXT } else { FOLLOWING_TEXT };
    html! {
        <>
            <p>{ text.of(&locale) }</p>
            if list == FollowList::Following {
                <Add on_added={loaded.again.clone()} />
                <FailedFollows on_retried={loaded.again.clone()} />
            }
            <div class="filters" role="search">
                <div class="field">
                    <label for="follow-search">{ SEARCH.of(&locale) }</label>
                    <input id="follow-search" type="search" maxlength="200" value={(*search).clone()} onchange={onsearch} autocomplete="off" />
                </div>
                { choice("follow-state", STATE.of(&locale), "", &state, &states, on_state) }
            </div>
            if let Some(failure) = &*refused { { complaint(explain(failure, words)) } }
            { body }
            if let Some(host) = &*copied_no_more {
                <CopyEnd host={host.clone()} on_sure={allow} on_close={
                    let asked = copied_no_more.setter();
                    Callback::from(move |()| asked.set(None))
                } />
            }
            if let Some((follow, asked)) = &*doomed {
                <Doom follow={follow.clone()} act={*asked} {list} on_close={
                    let doomed = doomed.setter();
                    Callback::from(move |()| doomed.set(None))
                } on_sure={act.clone()} />
            }
        </>
    }
}

/// Takes what is to be done about whom.
type Deeds = Callback<(Follow, FollowAct)>;

/// Takes whether videos of a server may be copied.
type Allow = Callback<(String, bool)>;

fn rows(
    page: &Page<Follow>,
    (list, start): (FollowList, usize),
    locale: &Locale,
    acts: (&Deeds, &Deeds, &Allow),
    on_start: &UseStateSetter<usize>,
) -> Html {
    let on_start = {
        let on_start = on_start.clone();
        Callback::from(move |start: usize| on_start.set(start))
    };
    html! {
        <>
            <ul id="follows" class="lines">{ for page.data.iter().map(|follow| row(follow, list, locale, acts)) }</ul>
            { pager(start, page.total, locale, &on_start) }
        </>
    }
}

fn row(
    follow: &Follow,
    list: FollowList,
    locale: &Locale,
    (act, on_doom, on_copy): (&Deeds, &Deeds, &Allow),
) -> Html {
    let who = other(follow, list);
    let name = handle(who);
    let state = match follow.state.as_str() {
        "accepted" => IS_ACCEPTED,
        "rejected" => IS_REJECTED,
        _ => IS_PENDING,
    };
    let press = |act: FollowAct, on: &Callback<(Follow, FollowAct)>| {
        let follow = follow.clone();
        on.reform(move |_: MouseEvent| (follow.clone(), act))
    };
    let named = |word: Say| format!("{}: {name}", word.of(locale));
    let is_follower = list == FollowList::Followers;
    let remove = if is_follower { REMOVE } else { UNFOLLOW };
    let is_copied = follow.following.host_redundancy_allowed;
    let copy = {
        let host = who.host.clone();
        on_copy.reform(move |_: MouseEvent| (host.clone(), !is_copied))
    };
    html! {
        <li class="line" key={follow.id.0.to_string()}>
            { avatar(&who.name, &[], 40) }
            <div class="line-words">
                <h2 class="row-title long"><a href={who.url.clone()} rel="noopener noreferrer">{ shown(who) }</a></h2>
                <p class="row-facts">
                    <span class="chip">{ state.of(locale) }</span>
                    <time datetime={follow.created_at.to_string()}>{ locale.age(follow.created_at) }</time>
                    if follow.score < 1000 { <span>{ icon(Glyph::Alert) }{ SILENT.of(locale) }</span> }
                    <a href={place(&who.host)} aria-label={format!("{} {}", WHY.of(locale), who.host)}>{ WHY.of(locale) }</a>
                </p>
            </div>
            <div class="line-acts">
                if is_follower && follow.state != "accepted" {
                    <button type="button" class="button button-main" onclick={press(FollowAct::Accept, act)} aria-label={named(ACCEPT)}>{ icon(Glyph::Check) }{ ACCEPT.of(locale) }</button>
                }
                if is_follower && follow.state != "rejected" {
                    <button type="button" class="button" onclick={press(FollowAct::Reject, on_doom)} aria-label={named(REFUSE)}>{ icon(Glyph::Close) }{ REFUSE.of(locale) }</button>
                }
                if !is_follower && follow.state == "accepted" {
                    <button type="button" class="button" onclick={copy} aria-pressed={is_copied.to_string()} aria-label={named(COPY)} title={COPY_HINT.of(locale)}>{ icon(if is_copied { Glyph::Check } else { Glyph::Copy }) }{ COPY.of(locale) }</button>
                }
                <button type="button" class="button button-quiet" onclick={press(FollowAct::Remove, on_doom)} aria-label={named(remove)}>{ icon(Glyph::Bin) }{ remove.of(locale) }</button>
            </div>
        </li>
    }
}

/// Who is at the other end.
fn other(follow: &Follow, list: FollowList) -> &FollowActor {
    match list {
        FollowList::Followers => &follow.follower,
        FollowList::Following => &follow.following,
    }
}

/// How the instance knows them.
fn handle(who: &FollowActor) -> String {
    format!("{}@{}", who.name, who.host)
}

/// How people read them: an instance by its host.
fn shown(who: &FollowActor) -> String {
    if who.url.ends_with("/accounts/peertube") { who.host.clone() } else { handle(who) }
}

/// What [`Doom`] takes.
#[derive(Properties, PartialEq)]
struct DoomProps {
    follow: Follow,
    act: FollowAct,
    list: FollowList,
    on_close: Callback<()>,
    on_sure: Callback<(Follow, FollowAct)>,
}

/// Asks whether somebody is sure.
#[component]
fn Doom(props: &DoomProps) -> Html {
    let locale = use_locale();
    let (title, text, word) = match (props.list, props.act) {
        (FollowList::Following, _) => (UNFOLLOW_TITLE, UNFOLLOW_TEXT, UNFOLLOW),
        (FollowList::Followers, FollowAct::Reject) => (REJECT_TITLE, REJECT_TEXT, REFUSE),
        (FollowList::Followers, FollowAct::Accept | FollowAct::Remove) => (REMOVE_TITLE, REMOVE_TEXT, REMOVE),
    };
    let sure = {
        let asked = (props.follow.clone(), props.act);
        props.on_sure.reform(move |_: MouseEvent| asked.clone())
    };
    html! {
        <Dialog title={title.of(&locale)} on_close={props.on_close.clone()}>
            <p class="long">{ handle(other(&props.follow, props.list)) }</p>
            <p>{ text.of(&locale) }</p>
            <div class="dialog-acts">
                <button type="button" class="button" onclick={props.on_close.reform(|_: MouseEvent| ())}>{ locale.words().keep }</button>
                <button type="button" class="button button-bad" onclick={sure}>{ word.of(&locale) }</button>
            </div>
        </Dialog>
    }
}

/// What [`CopyEnd`] takes.
#[derive(Properties, PartialEq)]
struct CopyEndProps {
    host: String,
    on_close: Callback<()>,
    on_sure: Allow,
}

/// Asks whether somebody is sure that copies shall go.
#[component]
fn CopyEnd(props: &CopyEndProps) -> Html {
    let locale = use_locale();
    let sure = {
        let host = props.host.clone();
        props.on_sure.reform(move |_: MouseEvent| (host.clone(), false))
    };
    html! {
        <Dialog title={COPY_END_TITLE.of(&locale)} on_close={props.on_close.clone()}>
            <p class="long">{ &props.host }</p>
            <p>{ COPY_END_TEXT.of(&locale) }</p>
            <div class="dialog-acts">
                <button type="button" class="button" onclick={props.on_close.reform(|_: MouseEvent| ())}>{ locale.words().keep }</button>
                <button type="button" class="button button-bad" onclick={sure}>{ COPY_END.of(&locale) }</button>
            </div>
        </Dialog>
    }
}

/// Why a text names nobody to follow.
#[derive(Clone, PartialEq, Eq, Debug)]
enum NoWish {
    Empty,
    TooMany,
    /// This line is none.
    NotOne(String),
}

/// Whom a text names, one a line.
fn read(text: &str) -> Result<FollowingWish, NoWish> {
    let mut wish = FollowingWish::default();
    let lines = text.split(['\n', ',', ' ', '\t']).map(str::trim).filter(|line| !line.is_empty());
    for line in lines {
        // An address that was copied out of the browser.
        let bare = line.strip_prefix("https://").or_else(|| line.strip_prefix("http://")).unwrap_or(line);
        let bare = bare.trim_end_matches('/').trim_start_matches('@');
        let (name, host) = bare.split_once('@').map_or((None, bare), |(name, host)| (Some(name), host));
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.:".contains(letter))
        };
        let is_host = is_name(host) && (host.contains('.') || host.contains(':')) && !host.contains('_');
        if !is_host || !name.is_none_or(is_name) {
            return Err(NoWish::NotOne(line.to_owned()));
        }
        match name {
            Some(_) => wish.handles.push(bare.to_owned()),
            None => wish.hosts.push(bare.to_owned()),
        }
    }
    match wish.hosts.len() + wish.handles.len() {
        0 => Err(NoWish::Empty),
        many if WISHES_MAX < many => Err(NoWish::TooMany),
        _ => Ok(wish),
    }
}

#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Wrong(NoWish),
    Sending,
    Added,
    Refused(Failure),
}

/// What [`Add`] takes.
#[derive(Properties, PartialEq)]
struct AddProps {
    /// That there may be more.
    on_added: Callback<()>,
}

/// Whom to follow, too.
#[component]
fn Add(props: &AddProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let text = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let oninput = {
        let (text, stage) = (text.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (text, stage, on_added) = (text.clone(), stage.setter(), props.on_added.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wish = match read(&text) {
                Ok(wish) => wish,
                Err(wrong) => return stage.set(Stage::Wrong(wrong)),
            };
            stage.set(Stage::Sending);
            let (client, text, stage, on_added) =
                (client.clone(), text.setter(), stage.clone(), on_added.clone());
            spawn(async move {
                match api::follow_others(&client, &wish).await {
                    Ok(()) => {
                        text.set(String::new());
                        stage.set(Stage::Added);
                        on_added.emit(());
                    }
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    let wrong = match &*stage {
        Stage::Wrong(NoWish::Empty) => Some(EMPTY.of(&locale).to_owned()),
        Stage::Wrong(NoWish::TooMany) => Some(TOO_MANY.of(&locale).to_owned()),
        Stage::Wrong(NoWish::NotOne(line)) => Some(format!("{} {line}", NOT_ONE.of(&locale))),
        Stage::Open | Stage::Sending | Stage::Added | Stage::Refused(_) => None,
    };
    html! {
        <form class="sheet section-form" {onsubmit} novalidate=true>
            <h2>{ ADD.of(&locale) }</h2>
            <div class="field">
                <label for="follow-hosts">{ ADD_FIELD.of(&locale) }</label>
                <textarea id="follow-hosts" rows="4" value={(*text).clone()} {oninput} spellcheck="false" autocapitalize="off"
                    aria-describedby="follow-hosts-hint" aria-invalid={wrong.is_some().to_string()} />
                <p class="field-hint" id="follow-hosts-hint">{ ADD_HINT.of(&locale) }</p>
            </div>
            {
                match (&*stage, wrong) {
                    (_, Some(wrong)) => complaint(wrong),
                    (Stage::Added, None) => alert(Tone::Good, html! { <p>{ ADDED.of(&locale) }</p> }),
                    (Stage::Refused(failure), None) => complaint(explain(failure, words)),
                    (Stage::Open | Stage::Sending | Stage::Wrong(_), None) => Html::default(),
                }
            }
            <div class="form-acts">
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ icon(Glyph::Plus) }{ FOLLOW.of(&locale) }</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_handles_are_told_apart() {
        let wish = read("films.example\n @tides@sea.example:9000, https://harbour.example/ ").unwrap();
        assert_eq!(wish.hosts, ["films.example", "harbour.example"]);
        assert_eq!(wish.handles, ["tides@sea.example:9000"]);
    }

    #[test]
    fn what_names_nobody_is_told() {
        assert_eq!(read(" \n "), Err(NoWish::Empty));
        assert_eq!(read("a.example\nnobody"), Err(NoWish::NotOne("nobody".to_owned())));
        assert_eq!(read("a.example/c/films"), Err(NoWish::NotOne("a.example/c/films".to_owned())));
        let many: Vec<String> = (0..101).map(|number| format!("h{number}.example")).collect();
        assert_eq!(read(&many.join("\n")), Err(NoWish::TooMany));
    }
}
