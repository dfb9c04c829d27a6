//! Channels elsewhere that the signed-in person has watched: `/my-library/video-channel-syncs`.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use shared::api::{Page, VideoChannelSync};
use yew::prelude::*;

use crate::api::{self, Failure, Instance, Person, SyncAct, SyncWish};
use crate::browser::spawn::spawn;
use crate::components::{
    ASK_EVERY_MS, Dialog, Glyph, Heading, Loading, Tone, alert, complaint, empty, failed, icon, use_loaded,
};
use crate::locale::{Locale, use_locale};
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::imports::sentence;
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::{Form, Stage};
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What the page shows: the instance, since it may watch nothing, and what it watches.
#[derive(Clone, PartialEq)]
struct Shown {
    instance: Rc<Instance>,
    page: Page<VideoChannelSync>,
}

/// Where a synchronisation stands, by the number the instance gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Waiting,
    Processing,
    Synced,
    Failed,
}

impl State {
    fn of(sync: &VideoChannelSync) -> State {
        match sync.state.id {
            1 => State::Waiting,
            2 => State::Processing,
            3 => State::Synced,
            _ => State::Failed,
        }
    }

    fn is_moving(self) -> bool {
        matches!(self, State::Waiting | State::Processing)
    }
}

/// Where a synchronisation stands, for people: why, where something failed.
fn said(sync: &VideoChannelSync, makers: &MakerWords) -> String {
    match State::of(sync) {
        State::Waiting => makers.sync_waits.to_owned(),
        State::Processing => makers.sync_looks.to_owned(),
        State::Synced => makers.sync_done.to_owned(),
        State::Failed => {
            let known = sync.error_code.and_then(|fault| sentence(fault, makers));
            let about = sync.error_about.as_deref().unwrap_or_default();
            let unknown = || sync.error.clone().unwrap_or_else(|| makers.import_no_reason.to_owned());
            known.map_or_else(unknown, |sentence| sentence.replacen("{}", about, 1))
        }
    }
}

/// All channels elsewhere that are watched, and a form for one more.
#[component]
pub fn Syncs() -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let refused = use_state(|| None::<Failure>);
    let doomed = use_state(|| None::<VideoChannelSync>);
    let client = session.client.clone();
    let account = session.person().map(|me| me.account.name.clone());
    let loaded = use_loaded(account, move |account| {
        let account = account.clone();
        async move {
            let account = account.ok_or(Failure::Unreadable)?;
            let instance = Rc::new(api::instance(&client).await?);
            Ok(Shown { instance, page: api::syncs(&client, &account).await? })
        }
    });
    let here = match &loaded.state {
        Loading::Here(shown) => Some(shown.clone()),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    // Each answer is another, even where it says the same: the next look follows each.
    use_effect_with(here.as_ref().map(Rc::as_ptr), {
        let again = loaded.again.clone();
        let is_moving =
            here.is_some_and(|shown| shown.page.data.iter().any(|one| State::of(one).is_moving()));
        move |_| {
            let timer = is_moving.then(|| Timeout::new(ASK_EVERY_MS, move || again.emit(())));
            move || drop(timer)
        }
    });
    let act = {
        let (client, again, refused, doomed) =
            (session.client.clone(), loaded.again.clone(), refused.setter(), doomed.setter());
        Callback::from(move |(sync, act): (VideoChannelSync, SyncAct)| {
            let (client, again, refused, doomed) =
                (client.clone(), again.clone(), refused.clone(), doomed.clone());
            spawn(async move {
                let done = api::act_on_sync(&client, sync.id, act).await;
                // Gone by now: the list says so in a moment.
                refused.set(done.err().filter(|failure| failure.status() != Some(404)));
                doomed.set(None);
                again.emit(());
            });
        })
    };
    let on_doom = {
        let doomed = doomed.setter();
        Callback::from(move |sync: VideoChannelSync| doomed.set(Some(sync)))
    };
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, makers.syncs_gate, &Route::People(PeoplePage::Syncs)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(me), Loading::Here(shown)) => {
            let is_open = shown.instance.import.video_channel_synchronization.enabled;
            let text = if is_open { makers.syncs_none_text } else { makers.syncs_closed };
            html! {
                <>
                    if shown.page.data.is_empty() {
                        { empty(Glyph::Waves, makers.syncs_none, text, Html::default()) }
                    } else {
                        <ul id="syncs" class="lines">
                            { for shown.page.data.iter().map(|sync| row(sync, &locale, &act, &on_doom)) }
                        </ul>
                    }
                    if is_open { <Add me={me.clone()} on_added={loaded.again.clone()} /> }
                </>
            }
        }
    };
    let close = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={makers.syncs} />
                <a class="button button-quiet" href={PeoplePage::Imports.to_string()}>{ makers.imports }</a>
            </div>
            <p>{ makers.syncs_text }</p>
            if let Some(failure) = &*refused { { complaint(explain(failure, words)) } }
            { body }
            if let Some(sync) = &*doomed {
                <Dialog title={makers.sync_remove_title} on_close={close.clone()}>
                    <p class="long">{ &sync.external_channel_url }</p>
                    <p>{ makers.sync_remove_text }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.keep }</button>
                        <button type="button" class="button button-bad" onclick={
                            let sync = sync.clone();
                            act.reform(move |_: MouseEvent| (sync.clone(), SyncAct::Remove))
                        }>{ makers.sync_remove }</button>
                    </div>
                </Dialog>
            }
        </div>
    }
}

fn row(
    sync: &VideoChannelSync,
    locale: &Locale,
    act: &Callback<(VideoChannelSync, SyncAct)>,
    on_doom: &Callback<VideoChannelSync>,
) -> Html {
    let makers = MakerWords::of(locale.language());
    let (state, url, channel) = (State::of(sync), &sync.external_channel_url, &sync.channel);
    let named = |template: &'static str| template.replacen("{}", url, 1);
    let import_all = {
        let sync = sync.clone();
        act.reform(move |_: MouseEvent| (sync.clone(), SyncAct::ImportAll))
    };
    let doom = {
        let sync = sync.clone();
        on_doom.reform(move |_: MouseEvent| sync.clone())
    };
    html! {
        <li class="line" key={sync.id.to_string()}>
            <div class="line-words">
                <h2 class="row-title long">{ url }</h2>
                <p class="row-facts">
                    <a href={Route::Channel(channel.name.clone()).to_string()}>{ makers.sync_into.replacen("{}", &channel.display_name, 1) }</a>
                    if let Some(at) = sync.last_sync_at {
                        <span>{ makers.sync_looked }{ " " }<time datetime={at.to_string()}>{ locale.age(at) }</time></span>
                    }
                </p>
                if state == State::Failed {
                    <p class="row-wrong">{ icon(Glyph::Alert) }{ said(sync, makers) }</p>
                } else {
                    <p class="row-facts" role="status">{ said(sync, makers) }</p>
                }
            </div>
            <div class="line-acts">
                <button type="button" class="button" onclick={import_all} disabled={state == State::Processing} aria-label={named(makers.sync_all_named)}>{ icon(Glyph::Down) }{ makers.sync_all }</button>
                <button type="button" class="button button-quiet" onclick={doom} aria-label={named(makers.sync_remove_named)}>{ icon(Glyph::Bin) }{ makers.sync_remove }</button>
            </div>
        </li>
    }
}

/// What [`Add`] takes.
#[derive(Properties, PartialEq)]
struct AddProps {
    /// Who asks.
    me: Rc<Person>,
    /// That there is one more.
    on_added: Callback<()>,
}

const NEW: &str = "new";
const ALL: &str = "all";

/// Which channel to watch, and into which its videos come.
#[component]
fn Add(props: &AddProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let channels = props.me.video_channels.clone();
    let first = channels.first().map(|channel| channel.id.to_string()).unwrap_or_default();
    let form = use_form("sync", || {
        Form::of([
            ("externalChannelUrl", String::new()),
            ("videoChannelId", first.clone()),
            ("existing", NEW.to_owned()),
        ])
    });
    let known: Vec<_> =
        channels.iter().map(|channel| (channel.id.to_string(), channel.display_name.clone())).collect();
    let on_added = props.on_added.clone();
    let onsubmit = on_submit(&form, &["externalChannelUrl"], &["externalChannelUrl"], move |form: Form| {
        let (client, on_added) = (client.clone(), on_added.clone());
        let chosen = form.text("videoChannelId");
        let channel = channels.iter().find(|channel| channel.id.to_string() == chosen);
        let wish = channel.map(|channel| SyncWish {
            url: form.trimmed("externalChannelUrl").to_owned(),
            channel: channel.id.0,
            channel_name: channel.name.clone(),
            with_existing: form.text("existing") == ALL,
        });
        async move {
            let added = api::watch_channel(&client, &wish.ok_or(Failure::Unreadable)?).await;
            on_added.emit(());
            added
        }
    });
    let fields = Fields { id: "sync", form: &form, locale: &locale };
    let existing = [(NEW, makers.sync_existing_new), (ALL, makers.sync_existing_all)]
        .map(|(value, name)| (value.to_owned(), name.to_owned()));
    html! {
        <section class="sheet" aria-labelledby="sync-title">
            <form id="sync" class="section-form" {onsubmit} novalidate=true>
                <h2 id="sync-title">{ makers.sync_add }</h2>
                { fields.text("externalChannelUrl", makers.sync_address, makers.sync_address_hint, Kind::Handle("off")) }
                if 1 < known.len() {
                    { fields.choice("videoChannelId", words.field_channel, "", &known) }
                }
                { fields.choice("existing", makers.sync_existing, makers.sync_existing_hint, &existing) }
                {
                    match &form.stage {
                        Stage::Done => alert(Tone::Good, html! { <p>{ makers.sync_added }</p> }),
                        Stage::Refused(failure) if failure.status() == Some(403) => complaint(makers.sync_refused),
                        Stage::Refused(failure) if failure.status() == Some(400) && !form.has_wrong() => complaint(makers.sync_many),
                        Stage::Refused(failure) if !form.has_wrong() => complaint(explain(failure, words)),
                        Stage::Open | Stage::Missing(_) | Stage::Sending | Stage::Refused(_) => Html::default(),
                    }
                }
                <div class="form-acts">
                    <button type="submit" class="button button-main" disabled={form.is_sending()}>{ icon(Glyph::Plus) }{ makers.sync_add }</button>
                </div>
            </form>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    fn sync(id: u32, more: &str) -> VideoChannelSync {
        let text = format!(
            r#"{{"id":1,"state":{{"id":{id},"label":"x"}},"externalChannelUrl":"https://a.example/c",
            "createdAt":"2026-11-22T12:00:00.000Z","channel":{{"id":1,"name":"a","displayName":"A",
            "url":"https://b.example/c/a","host":"b.example","avatars":[]}}{more}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn where_it_stands_is_a_sentence_and_what_is_unknown_is_a_failure() {
        let makers = MakerWords::of(Language::French);
        let states = [1, 2, 3, 4, 9].map(|id| State::of(&sync(id, "")));
        assert_eq!(states.map(State::is_moving), [true, true, false, false, false]);
        assert_eq!(said(&sync(3, ""), makers), makers.sync_done);
        let failed = sync(4, r#","errorCode":"host-silent","errorAbout":"a.example","error":"x""#);
        assert_eq!(said(&failed, makers), "Le serveur a.example ne répond pas.");
        assert_eq!(said(&sync(4, r#","error":"In English.""#), makers), "In English.");
        assert_eq!(said(&sync(9, ""), makers), makers.import_no_reason);
    }
}
