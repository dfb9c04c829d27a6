//! Making a list, or changing what is said of one.

use std::rc::Rc;

use shared::api::VideoPlaylist;
use web_sys::Blob;
use yew::prelude::*;

use super::list::keeps;
use crate::api::{self, Failure, Person, PlaylistWish};
use crate::components::{Glyph, Heading, Loading, empty, failed, gate, use_loaded};
use crate::library_route::Library;
use crate::locale::use_locale;
use crate::navigation;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::Form;
use crate::studio::people::picture::{Pick, Shape};
use crate::text::words::shelves::ListWords;

/// Twice the size it is shown at.
const PICTURE: Shape = Shape { width: 560, height: 314, see_through: false };

/// What [`EditList`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which; none for one to be made.
    pub list: Option<String>,
}

/// Making a list, or changing what is said of one.
#[component]
pub fn EditList(props: &Props) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded(props.list.clone(), move |list: &Option<String>| {
        let list = list.clone();
        async move {
            Ok(match list {
                Some(list) => Some(api::playlist(&client, &list).await?),
                None => None,
            })
        }
    });
    let title = if props.list.is_some() { words.edit_title } else { words.new_title };
    let page = match &props.list {
        Some(list) => Library::Edit(list.clone()),
        None => Library::New,
    };
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(all, words.gate, &Route::Library(page)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, all),
        (Viewer::Person(me), Loading::Here(found)) => match &**found {
            Some(list) if !keeps(me, list) => empty(Glyph::Lock, words.not_yours, "", Html::default()),
            found => html! { <Sheet list={found.clone().map(Rc::new)} me={me.clone()} /> },
        },
    };
    html! { <div class="page page-settings"><Heading {title} /><div class="sections">{ body }</div></div> }
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct SheetProps {
    list: Option<Rc<VideoPlaylist>>,
    me: Rc<Person>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let locale = use_locale();
    let words = ListWords::of(locale.language());
    let all = locale.words();
    let client = use_session().client;
    let picture = use_state(|| None::<Blob>);
    let form = use_form("playlist", || match &props.list {
        Some(list) => Form::of([
            ("displayName", list.display_name.clone()),
            ("description", list.description.clone().unwrap_or_default()),
            ("privacy", list.privacy.id.to_string()),
            (
                "videoChannelId",
                list.video_channel.as_ref().map(|channel| channel.id.to_string()).unwrap_or_default(),
            ),
        ]),
        None => Form::of([("privacy", "3".to_owned())]),
    });
    let onsubmit = {
        let (client, picture) = (client.clone(), (*picture).clone());
        let known = props.list.as_ref().map(|list| list.short_uuid.clone());
        on_submit(&form, &["displayName"], &[], move |form| {
            let (client, picture, known) = (client.clone(), picture.clone(), known.clone());
            async move {
                let wish = PlaylistWish {
                    display_name: form.trimmed("displayName").to_owned(),
                    description: Some(form.filled("description")),
                    privacy: form.trimmed("privacy").parse().ok(),
                    video_channel_id: Some(form.trimmed("videoChannelId").parse().ok()),
                };
                let list = match known {
                    Some(list) => {
                        api::change_playlist(&client, &list, &wish).await?;
                        list
                    }
                    None => api::create_playlist(&client, &wish).await?.short_uuid,
                };
                if let Some(picture) = &picture {
                    api::set_playlist_picture(&client, &list, picture).await?;
                }
                navigation::go(&Route::Library(Library::Videos(list)));
                Ok::<_, Failure>(())
            }
        })
    };
    let on_pick = {
        let picture = picture.setter();
        Callback::from(move |chosen: Blob| picture.set(Some(chosen)))
    };
    let privacies = [("1", words.public), ("2", words.unlisted), ("3", words.private)]
        .map(|(id, name)| (id.to_owned(), name.to_owned()));
    let channels: Vec<(String, String)> = std::iter::once((String::new(), words.no_channel.to_owned()))
        .chain(
            props.me.channels().iter().map(|channel| (channel.id.to_string(), channel.display_name.clone())),
        )
        .collect();
    let thumbnail = props.list.as_ref().and_then(|list| list.thumbnail_path.clone());
    let fields = Fields { id: "playlist", form: &form, locale: &locale };
    html! {
        <section class="sheet section">
            <form id="playlist" class="section-form" {onsubmit} novalidate=true>
                { fields.text("displayName", words.name, "", Kind::Line("off")) }
                { fields.text("description", all.field_description, "", Kind::Lines(4)) }
                { fields.choice("privacy", words.privacy, "", &privacies) }
                { fields.choice("videoChannelId", words.channel, words.channel_hint, &channels) }
                <div class="field">
                    <p class="field-name">{ words.picture }</p>
                    if let Some(thumbnail) = thumbnail {
                        <img class="playlist-picture" src={thumbnail} alt="" width="280" height="157" />
                    }
                    <Pick id="playlist-picture" label={all.choose_picture} shape={PICTURE} {on_pick} />
                    <p class="field-hint" role="status">if picture.is_some() { { words.picture_chosen } }</p>
                </div>
                { fields.outcome("") }
                <div class="form-acts">
                    <a class="button" href={Route::Library(Library::Lists).to_string()}>{ all.cancel }</a>
                    { fields.send(if props.list.is_some() { all.save } else { words.create }, "button-main") }
                </div>
            </form>
        </section>
    }
}
