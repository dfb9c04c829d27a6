//! What the signed-in person had brought from elsewhere: `/my-library/video-imports`.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use shared::api::{ImportFault, VideoImport};
use yew::prelude::*;

use crate::api::{self, Failure, ImportAct};
use crate::browser::spawn::spawn;
use crate::components::{
    ASK_EVERY_MS, Dialog, Glyph, Heading, Loading, complaint, empty, failed, icon, use_loaded,
};
use crate::locale::{Locale, use_locale};
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::people::pager::window;
use crate::studio::people::users::rows;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// Where an import stands, by the number the instance gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Waiting,
    Running,
    Done,
    CalledOff,
    Failed,
}

impl State {
    fn of(import: &VideoImport) -> State {
        match import.state.id {
            1 => State::Waiting,
            2 => State::Done,
            5 => State::CalledOff,
            6 => State::Running,
            _ => State::Failed,
        }
    }

    fn is_open(self) -> bool {
        matches!(self, State::Waiting | State::Running)
    }

    fn name(self, makers: &MakerWords) -> &'static str {
        match self {
            State::Waiting => makers.import_waits,
            State::Running => makers.import_runs,
            State::Done => makers.import_done,
            State::CalledOff => makers.import_called_off,
            State::Failed => makers.import_failed,
        }
    }
}

/// All that was brought, or is on its way.
#[component]
pub fn Imports() -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let start = use_state(|| 0usize);
    let refused = use_state(|| None::<Failure>);
    let doomed = use_state(|| None::<VideoImport>);
    let client = session.client.clone();
    let loaded = use_loaded((session.person().map(|me| me.id), *start), move |(id, start)| {
        let (is_known, start) = (id.is_some(), *start);
        async move { if is_known { api::imports(&client, window(start)).await } else { Err(Failure::Unreadable) } }
    });
    let here = match &loaded.state {
        Loading::Here(page) => Some(page.clone()),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    // Each answer is another page, even where it says the same: the next look follows each.
    use_effect_with(here.as_ref().map(Rc::as_ptr), {
        let again = loaded.again.clone();
        let is_moving = here.is_some_and(|page| page.data.iter().any(|import| State::of(import).is_open()));
        move |_| {
            let timer = is_moving.then(|| Timeout::new(ASK_EVERY_MS, move || again.emit(())));
            move || drop(timer)
        }
    });
    let act = {
        let (client, again, refused, doomed) =
            (session.client.clone(), loaded.again.clone(), refused.setter(), doomed.setter());
        Callback::from(move |(import, act): (VideoImport, ImportAct)| {
            let (client, again, refused, doomed) =
                (client.clone(), again.clone(), refused.clone(), doomed.clone());
            spawn(async move {
                let done = api::act_on_import(&client, import.id, act).await;
                // Another state by now, or gone: what it is stands in the list in a moment.
                refused.set(done.err().filter(|failure| !matches!(failure.status(), Some(404 | 409))));
                doomed.set(None);
                again.emit(());
            });
        })
    };
    let on_doom = {
        let doomed = doomed.setter();
        Callback::from(move |import: VideoImport| doomed.set(Some(import)))
    };
    let row = |import: &VideoImport| row(import, &locale, &act, &on_doom);
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, makers.imports_gate, &Route::People(PeoplePage::Imports)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(page)) if page.data.is_empty() && *start == 0 => empty(
            Glyph::Down,
            makers.imports_none,
            makers.imports_none_text,
            html! {
                <a class="button" href={Route::Upload.to_string()}>{ words.publish }</a>
            },
        ),
        (Viewer::Person(_), Loading::Here(page)) => rows(page, row, *start, &locale, &start.setter()),
    };
    let close = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={makers.imports} />
                <a class="button button-quiet" href={PeoplePage::Syncs.to_string()}>{ makers.syncs }</a>
                <a class="button button-quiet" href={Route::Mine.to_string()}>{ words.my_videos }</a>
            </div>
            if let Some(failure) = &*refused { { complaint(explain(failure, words)) } }
            { body }
            if let Some(import) = &*doomed {
                <Dialog title={makers.import_forget_title} on_close={close.clone()}>
                    <p>{ if import.video.is_some() { makers.import_forget_stays } else { makers.import_forget_text } }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.keep }</button>
                        <button type="button" class="button button-bad" onclick={
                            let import = import.clone();
                            act.reform(move |_: MouseEvent| (import.clone(), ImportAct::Forget))
                        }>{ makers.import_forget }</button>
                    </div>
                </Dialog>
            }
        </div>
    }
}

/// From where an import comes.
fn source(import: &VideoImport) -> String {
    let named = import.target_url.as_ref().or(import.torrent_name.as_ref()).or(import.magnet_uri.as_ref());
    named.cloned().unwrap_or_default()
}

/// Why an import failed, for whoever asked. What an instance of tomorrow means stands in its own words.
fn wrong(import: &VideoImport, makers: &MakerWords) -> String {
    let unknown = || import.error.clone().unwrap_or_else(|| makers.import_no_reason.to_owned());
    let sentence = import.error_code.and_then(|fault| sentence(fault, makers));
    let about = import.error_about.as_deref().unwrap_or_default();
    sentence.map_or_else(unknown, |sentence| sentence.replacen("{}", about, 1))
}

/// What is said of a fault, with a place for what it is about; none for one that is not known.
pub fn sentence(fault: ImportFault, makers: &MakerWords) -> Option<&'static str> {
    Some(match fault {
        ImportFault::NoCare => makers.import_fault_no_care,
        ImportFault::NoAccount => makers.import_fault_no_account,
        ImportFault::NoChannel => makers.import_fault_no_channel,
        ImportFault::TooSlow => makers.import_fault_too_slow,
        ImportFault::NotAVideo => makers.import_fault_not_a_video,
        ImportFault::TooLarge => makers.import_fault_too_large,
        ImportFault::OverQuota => makers.import_fault_over_quota,
        ImportFault::DiskFull => makers.import_fault_disk_full,
        ImportFault::ManyUploads => makers.import_fault_many_uploads,
        ImportFault::Unreadable => makers.import_fault_unreadable,
        ImportFault::Busy => makers.import_fault_busy,
        ImportFault::NoWeb => makers.import_fault_no_web,
        ImportFault::HostUnknown => makers.import_fault_host_unknown,
        ImportFault::HostClosed => makers.import_fault_host_closed,
        ImportFault::HostSilent => makers.import_fault_host_silent,
        ImportFault::HostUntrusted => makers.import_fault_host_untrusted,
        ImportFault::LineBroken => makers.import_fault_line_broken,
        ImportFault::HostLate => makers.import_fault_host_late,
        ImportFault::HostRefuses => makers.import_fault_host_refuses,
        ImportFault::LeadsOn => makers.import_fault_leads_on,
        ImportFault::FilesOnly => makers.import_fault_files_only,
        ImportFault::NoFilm => makers.import_fault_no_film,
        ImportFault::PageSays => makers.import_fault_page_says,
        ImportFault::PagesProgramMissing | ImportFault::TorrentsProgramMissing => {
            makers.import_fault_no_program
        }
        ImportFault::ProgramFailed => makers.import_fault_program_failed,
        ImportFault::MagnetUnreadable => makers.import_fault_magnet_unreadable,
        ImportFault::TorrentGone => makers.import_fault_torrent_gone,
        ImportFault::TorrentUnreadable => makers.import_fault_torrent_unreadable,
        ImportFault::TorrentManyFiles => makers.import_fault_torrent_many,
        ImportFault::TorrentNodes => makers.import_fault_torrent_nodes,
        ImportFault::NoTracker => makers.import_fault_no_tracker,
        ImportFault::NoPeer => makers.import_fault_no_peer,
        ImportFault::SomeFailed => makers.import_fault_some_failed,
        ImportFault::Other => return None,
    })
}

fn row(
    import: &VideoImport,
    locale: &Locale,
    act: &Callback<(VideoImport, ImportAct)>,
    on_doom: &Callback<VideoImport>,
) -> Html {
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let (state, from) = (State::of(import), source(import));
    let card = import
        .video
        .as_ref()
        .map(|video| (video.video.card.name.clone(), Route::watch(&video.video.card.short_uuid)));
    let name = card.as_ref().map_or_else(|| from.clone(), |(name, _)| name.clone());
    let press = |wish: ImportAct| {
        let import = import.clone();
        act.reform(move |_: MouseEvent| (import.clone(), wish))
    };
    let doom = {
        let import = import.clone();
        on_doom.reform(move |_: MouseEvent| import.clone())
    };
    let named = |template: &'static str| template.replacen("{}", &name, 1);
    let shown = if state == State::Failed { "chip chip-bad" } else { "chip" };
    html! {
        <li class="line" key={import.id.to_string()}>
            <div class="line-words">
                <h2 class="row-title">
                    if let Some((name, route)) = &card { <a href={route.to_string()}>{ name }</a> } else { { &from } }
                </h2>
                <p class="row-facts">
                    <span class={shown}>{ state.name(makers) }</span>
                    <time datetime={import.created_at.to_string()}>{ locale.age(import.created_at) }</time>
                    if card.is_some() { <span class="long">{ &from }</span> }
                </p>
                if state == State::Running {
                    <div class="row-progress">
                        <progress class="progress" max="100" value={import.progress.map(|percent| percent.to_string())} aria-label={named(makers.import_progress)} />
                        if let Some(percent) = import.progress { <span>{ locale.percent(percent) }</span> }
                    </div>
                }
                if state == State::Failed {
                    <p class="row-wrong">{ icon(Glyph::Alert) }{ wrong(import, makers) }</p>
                }
            </div>
            <div class="line-acts">
                if state.is_open() {
                    <button type="button" class="button" onclick={press(ImportAct::Cancel)} aria-label={named(makers.import_cancel_named)}>{ icon(Glyph::Close) }{ words.cancel }</button>
                }
                if matches!(state, State::Failed | State::CalledOff) {
                    <button type="button" class="button" onclick={press(ImportAct::Retry)} aria-label={named(makers.import_retry_named)}>{ words.try_again }</button>
                }
                if !state.is_open() {
                    <button type="button" class="button button-quiet" onclick={doom} aria-label={named(makers.import_forget_named)}>{ icon(Glyph::Bin) }{ makers.import_forget }</button>
                }
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Language;

    #[test]
    fn what_an_instance_of_tomorrow_says_is_a_failure_and_not_a_wait() {
        let import = |id: u32| -> VideoImport {
            let text = format!(
                r#"{{"id":1,"targetUrl":"https://a.example/b.mp4","magnetUri":null,"torrentName":null,"attempts":1,
                "state":{{"id":{id},"label":"x"}},"error":null,"updatedAt":"2026-11-22T12:00:00.000Z",
                "createdAt":"2026-11-22T12:00:00.000Z"}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let states = [1, 2, 3, 4, 5, 6, 9].map(|id| State::of(&import(id)));
        assert_eq!(states.map(State::is_open), [true, false, false, false, false, true, false]);
        assert_eq!(states[3], State::Failed);
        assert_eq!(source(&import(1)), "https://a.example/b.mp4");
    }

    #[test]
    fn a_failure_says_why_in_the_reader_s_language() {
        let import = |code: &str| -> VideoImport {
            let text = format!(
                r#"{{"id":1,"targetUrl":"https://a.example/b.mp4","magnetUri":null,"torrentName":null,"attempts":1,
                "state":{{"id":3,"label":"Failed"}},"error":"In English.","errorCode":"{code}",
                "errorAbout":"a.example","updatedAt":"2026-11-22T12:00:00.000Z",
                "createdAt":"2026-11-22T12:00:00.000Z"}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let french = MakerWords::of(Language::French);
        assert_eq!(wrong(&import("host-silent"), french), "Le serveur a.example ne répond pas.");
        assert_eq!(wrong(&import("no-film"), french), french.import_fault_no_film);
        assert_eq!(wrong(&import("of-tomorrow"), french), "In English.");
    }
}
