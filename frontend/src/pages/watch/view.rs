//! Fetches a video and draws its page.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::join4;
use gloo::timers::callback::Interval;
use shared::api::VideoDetails;
use shared::id::Uuid;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::beside::{Beside, use_goes_on};
use super::comments::Comments;
use super::download::Download;
use super::facts::Facts;
use super::password::{Ask, asks_password};
use super::queue::{Place, panel};
use super::share::Share;
use super::state::{Readiness, Seen, here, needs_token, readiness, resume_at};
use super::upcoming::{Next, Upcoming, advanced};
use crate::api::{self, Client, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{
    ASK_EVERY_MS, Glyph, Heading, Loading, empty, failed, icon, is_underway, processing_bar, use_loaded,
};
use crate::locale::{Locale, use_locale};
use crate::player_view::{Options, PlayerView, Remote, Track, preload};
use crate::route::{Route, Shelf};
use crate::sensitive::{Care, care};
use crate::session::{Viewer, use_session};
use crate::text::durations;
use crate::text::words::Words;

/// What [`Watch`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number, UUID or short UUID.
    pub video: String,
    /// Seconds to start at.
    pub start: Option<u32>,
    /// Seconds to stop at.
    pub stop: Option<u32>,
    /// The thread one came for.
    pub thread: Option<u64>,
    /// Its place in the list it is watched in.
    #[prop_or_default]
    pub place: Option<Place>,
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    /// The share dialog, with the seconds it was opened at.
    Share(u32),
    Download,
}

async fn see(client: &Client, id: &str) -> Result<Seen, Failure> {
    let (video, storyboard, captions, chapters) = join4(
        api::video(client, id),
        api::storyboard(client, id),
        api::captions(client, id),
        api::chapters(client, id),
    )
    .await;
    let video = video?;
    client.also_called(id, [video.card.uuid.to_string(), video.card.short_uuid.clone()]);
    let file_token = if needs_token(&video) { Some(api::file_token(client, id).await?) } else { None };
    // A video without pictures for its scrub bar, captions or chapters can be watched all the same.
    Ok(Seen {
        video,
        file_token,
        storyboard: storyboard.unwrap_or(None),
        captions: captions.unwrap_or_default(),
        chapters: chapters.unwrap_or_default(),
        access_token: client.bearer().await,
    })
}

/// Asks how far a video is. Key, pictures and captions stay as they are.
fn look_again(client: &Client, latest: &Rc<RefCell<Option<Rc<Seen>>>>, put: &Callback<Rc<Seen>>) {
    let (client, latest, put) = (client.clone(), latest.clone(), put.clone());
    spawn(async move {
        let Some(seen) = latest.borrow().clone() else { return };
        // A try that failed leaves the page as it is; the next comes soon.
        if let Ok(video) = api::video(&client, &seen.video.card.uuid.to_string()).await {
            put.emit(Rc::new(Seen { video, ..(*seen).clone() }));
        }
    });
}

/// One video.
#[component]
#[inline(never)]
pub fn Watch(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let client = session.client.clone();
    use_effect_with((), |()| preload());
    // Whoever signs in may see more.
    let key = (props.video.clone(), session.viewer == Viewer::Stranger);
    let loaded = use_loaded(key, {
        let client = client.clone();
        move |(video, _)| {
            let video = video.clone();
            async move { see(&client, &video).await }
        }
    });
    let remote = use_memo((), |()| Remote::default());
    let remote = (*remote).clone();
    let theater = use_state(|| false);
    let open = use_state(|| Open::Nothing);
    let stage = use_node_ref();
    let is_advanced = *use_memo((), |()| advanced());
    let is_over = use_state_eq(|| false);
    let beside = use_state(|| None::<Next>);
    let goes_on = use_goes_on();

    // What is still being made is looked at again.
    let wait = match &loaded.state {
        Loading::Here(seen) => is_underway(&seen.video),
        Loading::Waiting | Loading::Failed(_) => false,
    };
    let latest = use_mut_ref(|| None::<Rc<Seen>>);
    if let Loading::Here(seen) = &loaded.state {
        latest.replace(Some(seen.clone()));
    }
    use_effect_with((wait, props.video.clone()), {
        let (client, put) = (client.clone(), loaded.put.clone());
        move |(wait, _): &(bool, String)| {
            let timer = wait.then(|| Interval::new(ASK_EVERY_MS, move || look_again(&client, &latest, &put)));
            move || drop(timer)
        }
    });
    let ratio = match &loaded.state {
        Loading::Here(seen) => seen.video.card.aspect_ratio,
        Loading::Waiting | Loading::Failed(_) => None,
    };
    use_effect_with((ratio, stage.clone()), |(ratio, stage)| {
        if let (Some(ratio), Some(stage)) = (ratio, stage.cast::<HtmlElement>()) {
            let _ = stage.style().set_property("--ratio", &page::number(*ratio));
        }
    });

    // Where one stopped the last time: asked for anew, it would follow the player.
    let first = use_mut_ref(|| None::<Option<u32>>);
    let resumed = match &loaded.state {
        Loading::Here(seen) => *first.borrow_mut().get_or_insert_with(|| resumed(seen, props)),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    let dismissed = use_state(|| false);
    // What somebody said yes to, who was asked before it plays.
    let accepted = use_state(|| None::<Uuid>);

    let seen = match &loaded.state {
        Loading::Here(seen) => Some(seen.clone()),
        Loading::Waiting => None,
        Loading::Failed(failure) if asks_password(failure) => {
            let (failure, again) = (failure.clone(), loaded.again.clone());
            return html! { <Ask video={props.video.clone()} {failure} {again} /> };
        }
        Loading::Failed(failure) => return refused(failure, props, &session.viewer, &loaded.again, &locale),
    };
    let on_moment = {
        let (remote, stage) = (remote.clone(), stage.clone());
        Callback::from(move |seconds| {
            remote.jump(seconds);
            if let Some(stage) = stage.cast::<HtmlElement>() {
                stage.scroll_into_view();
            }
        })
    };
    let from_start = {
        let (on_moment, dismissed) = (on_moment.clone(), dismissed.setter());
        Callback::from(move |_: MouseEvent| {
            dismissed.set(true);
            on_moment.emit(0);
        })
    };
    let on_theater = {
        let theater = theater.setter();
        Callback::from(move |on| theater.set(on))
    };
    let on_end = {
        let is_over = is_over.setter();
        Callback::from(move |over: bool| is_over.set(over))
    };
    let stay = {
        let is_over = is_over.setter();
        Callback::from(move |()| is_over.set(false))
    };
    let next = match &props.place {
        Some(place) => {
            place.next().filter(|_| session.person().is_none_or(|me| me.auto_play_next_video_playlist))
        }
        None => (*beside).clone().filter(|_| goes_on.is_on),
    };
    let on_next = {
        let beside = beside.setter();
        Callback::from(move |next: Option<Next>| beside.set(next))
    };
    let on_share = {
        let (open, remote) = (open.setter(), remote.clone());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a video")]
        Callback::from(move |_: MouseEvent| open.set(Open::Share(remote.time().unwrap_or(0.0) as u32)))
    };
    let on_download = {
        let open = open.setter();
        Callback::from(move |_: MouseEvent| open.set(Open::Download))
    };
    let on_close = {
        let open = open.setter();
        Callback::from(move |()| open.set(Open::Nothing))
    };
    html! {
        <div class={if *theater { "watch watch-theater" } else { "watch" }}>
            <div class="watch-player">
                <div ref={stage} class="player">
                    {
                        match &seen {
                            // What they chose for themselves counts from the first second.
                            Some(_) if session.viewer == Viewer::Arriving => Html::default(),
                            Some(seen) if *accepted != Some(seen.video.card.uuid) && is_asked(seen, &session.viewer) => {
                                let (accepted, uuid) = (accepted.setter(), seen.video.card.uuid);
                                asked(seen, Callback::from(move |_: MouseEvent| accepted.set(Some(uuid))), words)
                            }
                            Some(seen) => {
                                let likes = Likes {
                                    plays: is_advanced || *accepted == Some(seen.video.card.uuid) || session.person().is_none_or(|me| me.auto_play_video),
                                    shares: session.person().is_none_or(|me| me.p2p_enabled),
                                };
                                screen(seen, props, (resumed, likes), &remote, (on_theater, on_end), &locale)
                            }
                            None => Html::default(),
                        }
                    }
                    if let (true, Some(next)) = (*is_over, next) {
                        <Upcoming {next} on_stay={stay} />
                    }
                </div>
            </div>
            <div class="watch-info">
                {
                    match &seen {
                        Some(seen) => html! {
                            <>
                                if let Some(position) = resumed.filter(|_| !*dismissed) {
                                    <div class="resumed" role="status">
                                        <span>{ words.stopped_at.replacen("{}", &durations::clock(position.into()), 1) }</span>
                                        <button type="button" class="button" onclick={from_start}>{ words.from_start }</button>
                                    </div>
                                }
                                if let Some(processing) = &seen.video.processing {
                                    { processing_bar(processing, &locale) }
                                }
                                <Facts seen={seen.clone()} on_moment={on_moment.clone()} {on_share} {on_download} />
                                <Comments seen={seen.clone()} thread={props.thread} {on_moment} />
                            </>
                        },
                        None => html! {
                            <div class="skeleton"><Heading title={words.loading} unseen=true waiting=true /><span class="bone bone-tall" /><span class="bone" /><span class="bone bone-short" /></div>
                        },
                    }
                }
            </div>
            {
                match &seen {
                    Some(_) if props.place.is_some() => {
                        props.place.as_ref().map(|place| panel(place, &locale)).unwrap_or_default()
                    }
                    Some(seen) => html! { <Beside video={seen.video.card.uuid} {goes_on} {on_next} /> },
                    None => html! { <aside class="beside" /> },
                }
            }
            {
                match (*open, &seen) {
                    (Open::Share(now), Some(seen)) => html! { <Share card={seen.video.card.clone()} is_for_frames={is_for_frames(&seen.video)} {now} {on_close} /> },
                    (Open::Download, Some(seen)) => html! { <Download seen={seen.clone()} {on_close} /> },
                    (Open::Nothing, _) | (_, None) => Html::default(),
                }
            }
        </div>
    }
}

/// Where the viewer stopped the last time, unless they asked for a moment.
fn resumed(seen: &Seen, props: &Props) -> Option<u32> {
    let card = &seen.video.card;
    let position = card.user_history.map(|history| history.current_time);
    resume_at(position, card.duration).filter(|_| props.start.is_none())
}

/// What its viewer wants of the player.
#[derive(Clone, Copy)]
struct Likes {
    /// It begins by itself.
    plays: bool,
    /// It may share.
    shares: bool,
}

/// Whether one is asked before it plays.
fn is_asked(seen: &Seen, viewer: &Viewer) -> bool {
    let card = &seen.video.card;
    care(viewer, card.nsfw, card.nsfw_flags) != Care::Show
}

/// What stands in place of the player until one has said yes.
fn asked(seen: &Seen, onclick: Callback<MouseEvent>, words: &'static Words) -> Html {
    let card = &seen.video.card;
    let reasons = [(1, words.nsfw_violence), (2, words.nsfw_sex)];
    let reasons: Vec<_> =
        reasons.into_iter().filter(|(bit, _)| card.nsfw_flags & bit != 0).map(|(_, name)| name).collect();
    html! {
        <div class="player-notice">
            <p class="empty-title">{ words.sensitive_title }</p>
            if !reasons.is_empty() { <p>{ reasons.join(" · ") }</p> }
            if let Some(summary) = &card.nsfw_summary { <p>{ summary }</p> }
            <p><button type="button" class="button" {onclick}>{ icon(Glyph::Play) }{ words.sensitive_watch }</button></p>
        </div>
    }
}

/// The player, or why there is none yet.
fn screen(
    seen: &Rc<Seen>,
    props: &Props,
    (resumed, likes): (Option<u32>, Likes),
    remote: &Remote,
    (on_theater, on_end): (Callback<bool>, Callback<bool>),
    locale: &Locale,
) -> Html {
    let words = locale.words();
    let card = &seen.video.card;
    let origin = page::origin();
    let whole = |path: &str| if path.starts_with('/') { format!("{origin}{path}") } else { path.to_owned() };
    match readiness(&seen.video, &origin) {
        Readiness::NotYet => html! {
            <div class="player-notice"><p class="empty-title">{ words.not_yet }</p><p>{ words.not_yet_text }</p></div>
        },
        Readiness::Failed => html! {
            <div class="player-notice"><p class="empty-title">{ words.processing_failed }</p></div>
        },
        Readiness::Ready { src, sha256, mirrors } => {
            let storyboard = seen.storyboard.clone().map(|storyboard| shared::api::Storyboard {
                storyboard_path: whole(&storyboard.storyboard_path),
                ..storyboard
            });
            let captions = seen.captions.iter().map(|caption| Track {
                language: caption.language.id.clone(),
                label: locale.language_name(&caption.language.id, &caption.language.label),
                src: if caption.file_url.is_empty() {
                    whole(&caption.caption_path)
                } else {
                    here(&caption.file_url, &origin)
                },
            });
            let options = Options {
                src,
                sha256,
                mirrors,
                video: card.uuid.to_string(),
                title: card.name.clone(),
                poster: whole(&card.preview_path),
                duration: card.duration,
                aspect_ratio: card.aspect_ratio,
                storyboard,
                captions: captions.collect(),
                chapters: seen.chapters.clone(),
                start: props.start.or(resumed),
                stop: props.stop,
                file_token: seen.file_token.clone(),
                access_token: seen.access_token.clone(),
                trackers: if likes.shares { seen.video.tracker_urls.clone() } else { Vec::new() },
                sharing: seen.video.sharing_in_force.map(|held| held.mode).filter(|_| likes.shares),
                language: locale.language().tag(),
                autoplay: likes.plays,
                theater: true,
                page_keys: true,
            };
            html! { <PlayerView {options} remote={remote.clone()} {on_theater} {on_end} /> }
        }
    }
}

/// Whether other sites may show a video in a frame, all or some: as PeerTube 8 numbers it, 3 is as its own server decides,
/// and 4 is nowhere.
fn is_for_frames(video: &VideoDetails) -> bool {
    video.embed_privacy_policy.as_ref().is_none_or(|policy| !matches!(policy.id, 3 | 4))
}

/// Why one cannot see it, and what one can do.
fn refused(failure: &Failure, props: &Props, viewer: &Viewer, again: &Callback<()>, locale: &Locale) -> Html {
    let words = locale.words();
    let page = |glyph: Glyph, title: &'static str, text: &'static str, act: Html| {
        html! {
            <div class="page">
                <Heading {title} unseen=true />
                { empty(glyph, title, text, html! { <>{ act }</> }) }
            </div>
        }
    };
    let to_videos =
        html! { <a class="button" href={Route::Browse(Shelf::Recent).to_string()}>{ words.to_videos }</a> };
    match failure.status() {
        Some(404 | 400) => page(Glyph::Film, words.no_video, words.no_video_text, to_videos),
        Some(401) | Some(403) if *viewer == Viewer::Stranger => {
            let Props { video, start, stop, thread, place: _ } = props;
            let route = Route::Watch { video: video.clone(), start: *start, stop: *stop, thread: *thread };
            let login = Route::Login { next: Some(route.to_string()) };
            let act = html! { <a class="button button-main" href={login.to_string()}>{ words.log_in }</a> };
            page(Glyph::Lock, words.private, words.private_text, act)
        }
        Some(401 | 403) => page(Glyph::Lock, words.private, words.private_other, to_videos),
        _ => html! {
            <div class="page">
                <Heading title={words.video} unseen=true />
                { failed(failure, again, words) }
            </div>
        },
    }
}
