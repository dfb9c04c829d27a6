//! Changing what is said of a video: `/videos/update/{id}`.

use std::rc::Rc;

use shared::api::{UploadedVideo, VideoDetails, privacy};
use web_sys::{File, Url};
use yew::prelude::*;

use super::embedding::EmbedSheet;
use super::file::{FileSheet, OwnerSheet};
use super::form::DetailsForm;
use super::frame::Frame;
use super::gate::gate;
use super::timeline::{Captions, Chapters};
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Heading, Loading, complaint, empty, failed, use_loaded};
use crate::locale::use_locale;
use crate::navigation;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::uploads::Replacing;
use crate::studio::uploads::draft::{Draft, Edit as Change};
use crate::text::problems::explain;

/// What [`Edit`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number, UUID or short UUID.
    pub video: String,
    /// The files that are to replace others.
    pub replacing: Replacing,
}

/// Changing what is said of a video.
#[component]
pub fn Edit(props: &Props) -> Html {
    let words = use_locale().words();
    let session = use_session();
    let client = session.client.clone();
    // Asked again once one is signed in.
    let key = (props.video.clone(), session.person().map(|me| me.id));
    let loaded = use_loaded(key, move |(video, _)| {
        let video = video.clone();
        async move {
            let video = api::video(&client, &video).await?;
            let id = video.card.uuid.to_string();
            let passwords = match video.card.privacy.id {
                // Who may not change it hears so from the page.
                privacy::PASSWORD => api::passwords(&client, &id).await.unwrap_or_default(),
                _ => Vec::new(),
            };
            Ok::<_, Failure>((video, passwords))
        }
    });
    let me = match &session.viewer {
        Viewer::Person(me) => me,
        Viewer::Arriving => {
            return html! { <div class="page"><Heading title={words.edit_title} waiting=true /></div> };
        }
        Viewer::Stranger => {
            return html! {
                <div class="page">
                    <Heading title={words.edit_title} unseen=true />
                    { gate(words, words.gate_edit, &Route::Edit(props.video.clone())) }
                </div>
            };
        }
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(found)
            if !me.manages(found.0.account.id, found.0.channel.id) && !me.keeps_the_site() =>
        {
            html! { { empty(Glyph::Lock, words.not_yours, "", Html::default()) } }
        }
        Loading::Here(found) => html! {
            <>
                <Sheet found={found.clone()} />
                <Captions video={found.0.card.uuid.to_string()} />
                <Chapters video={found.0.card.uuid.to_string()} />
                <EmbedSheet video={found.0.card.uuid.to_string()} />
                <FileSheet video={names_of(&found.0)} replacing={props.replacing.clone()} on_replaced={loaded.again.clone()} />
                // Editors do not give away what is not theirs.
                if found.0.account.id == me.account.id || me.keeps_the_site() {
                    <OwnerSheet video={names_of(&found.0)} />
                }
            </>
        },
    };
    html! {
        <div class="page page-upload">
            <Heading title={words.edit_title} />
            { body }
        </div>
    }
}

fn names_of(video: &VideoDetails) -> UploadedVideo {
    let card = &video.card;
    UploadedVideo { id: card.id, short_uuid: card.short_uuid.clone(), uuid: card.uuid }
}

/// Where the form is.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    /// Somebody pressed Save, and a field was wrong.
    Wrong,
    Sending,
    Refused(Failure),
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct SheetProps {
    /// The video, and what opens it.
    found: Rc<(VideoDetails, Vec<String>)>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let words = use_locale().words();
    let session = use_session();
    let (video, passwords) = &*props.found;
    let draft = use_state(|| Draft::of_video(video, passwords));
    let picture = use_state(|| None::<File>);
    let stage = use_state(|| Stage::Open);
    let on_edit = {
        let draft = draft.clone();
        Callback::from(move |change: Change| {
            let mut next = (*draft).clone();
            next.apply(change);
            draft.set(next);
        })
    };
    let on_picture = {
        let picture = picture.setter();
        Callback::from(move |file| picture.set(file))
    };
    // A picture taken from the video, with its address in this page.
    let frame = use_state(|| None::<AttrValue>);
    let on_frame = {
        let (picture, frame) = (picture.setter(), frame.setter());
        Callback::from(move |file: File| {
            frame.set(Url::create_object_url_with_blob(&file).ok().map(AttrValue::from));
            picture.set(Some(file));
        })
    };
    use_effect_with((*frame).clone(), |frame| {
        let frame = frame.clone();
        move || {
            if let Some(address) = frame {
                let _ = Url::revoke_object_url(&address);
            }
        }
    });
    let shown = (*frame).clone().unwrap_or_else(|| AttrValue::from(video.card.preview_path.clone()));
    let onsubmit = {
        let (draft, picture, stage, client) =
            (draft.clone(), picture.clone(), stage.clone(), session.client.clone());
        let id = video.card.uuid.to_string();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !draft.wrongs().is_empty() {
                stage.set(Stage::Wrong);
                return;
            }
            stage.set(Stage::Sending);
            let (said, picture, stage, client, id) =
                (draft.said(), (*picture).clone(), stage.setter(), client.clone(), id.clone());
            spawn(async move {
                match api::update(&client, &id, &said, picture.as_ref()).await {
                    Ok(()) => navigation::go(&Route::Mine),
                    Err(failure) => stage.set(Stage::Refused(failure)),
                }
            });
        })
    };
    let shown_as = shown.to_string();
    let channels = session.person().map(|me| me.channels()).unwrap_or_default();
    // Somebody else's video, seen by an administrator, stays in its channel.
    let channels =
        if channels.iter().any(|channel| channel.id == video.channel.id) { channels } else { Vec::new() };
    html! {
        <form class="sheet" {onsubmit} novalidate=true>
            <DetailsForm key={shown_as} id="edit" draft={(*draft).clone()} {on_edit} {on_picture} {channels}
                picture={shown} show_wrong={*stage != Stage::Open} />
            <Frame video={video.clone()} on_picture={on_frame} />
            {
                match &*stage {
                    Stage::Wrong => complaint(words.form_wrong),
                    Stage::Refused(failure) => complaint(explain(failure, words)),
                    Stage::Open | Stage::Sending => Html::default(),
                }
            }
            <div class="form-acts">
                <a class="button button-quiet" href={Route::watch(&video.card.short_uuid).to_string()}>{ words.watch }</a>
                <span class="form-note" role="status">{ if *stage == Stage::Sending { words.saving } else { "" } }</span>
                <a class="button" href={Route::Mine.to_string()}>{ words.cancel }</a>
                <button type="submit" class="button button-main" disabled={*stage == Stage::Sending}>{ words.save }</button>
            </div>
        </form>
    }
}
