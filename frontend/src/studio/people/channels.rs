//! The channels of the signed-in person: `/my-library/video-channels`, and the form that makes or changes one.

use std::rc::Rc;

use shared::api::{Channel, ChannelChange, Me, NewChannel};
use shared::limits::CHANNELS_PER_ACCOUNT_MAX;
use web_sys::Blob;
use yew::prelude::*;

use super::deeds::Deeds;
use super::editors::{Edited, Editors, Invitations};
use super::farewell::{Farewell, work};
use super::fields::{Fields, Kind, on_submit, use_form};
use super::form::Form;
use super::give::Give;
use super::picture::{AVATAR, BANNER, Pick};
use crate::api::{self, ChannelPicture, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{
    Glyph, Heading, Loaded, Loading, avatar, complaint, empty, failed, icon, use_loaded,
};
use crate::locale::use_locale;
use crate::navigation;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Session, Viewer, use_session};
use crate::studio::gate::gate;
use crate::text::problems::explain;

/// Everything the instance holds of the person: their channels with it.
#[hook]
fn use_me(session: &Session) -> Loaded<Me> {
    let client = session.client.clone();
    let id = session.person().map(|me| me.id);
    use_loaded(id, move |id| {
        let is_known = id.is_some();
        async move { if is_known { api::my_settings(&client).await } else { Err(Failure::Unreadable) } }
    })
}

/// The channels of the signed-in person.
#[component]
pub fn Channels() -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let loaded = use_me(&session);
    let doomed = use_state(|| None::<Channel>);
    let spare = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, people.gate_channels, &Route::People(PeoplePage::Channels)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(me)) => html! {
            <div class="channel-parts">
            <Invitations on_change={loaded.again.clone()} />
            <ul class="lines lines-apart">
                { for me.video_channels.iter().map(|channel| {
                    let onclick = {
                        let (doomed, channel) = (doomed.setter(), channel.clone());
                        Callback::from(move |_: MouseEvent| doomed.set(Some(channel.clone())))
                    };
                    html! {
                        <li class="line" key={channel.id.to_string()}>
                            { avatar(&channel.display_name, &channel.avatars, 48) }
                            <div class="line-words">
                                <h2 class="row-title">
                                    <a href={Route::Channel(channel.name.clone()).to_string()}>{ &channel.display_name }</a>
                                </h2>
                                <p class="row-facts">
                                    <span>{ "@" }{ &channel.name }</span>
                                    <span>{ locale.count(channel.followers_count, &words.followers) }</span>
                                </p>
                            </div>
                            <div class="line-acts">
                                <a class="button" href={PeoplePage::EditChannel(channel.name.clone()).to_string()}
                                    aria-label={words.edit_named.replacen("{}", &channel.display_name, 1)}>
                                    { icon(Glyph::Pencil) }{ words.edit }
                                </a>
                                <button type="button" class="button button-quiet" {onclick}
                                    aria-label={words.delete_named.replacen("{}", &channel.display_name, 1)}>
                                    { icon(Glyph::Bin) }{ words.delete }
                                </button>
                            </div>
                        </li>
                    }
                }) }
            </ul>
            <Edited me={me.clone()} on_change={loaded.again.clone()} />
            </div>
        },
    };
    let has_room =
        matches!(&loaded.state, Loading::Here(me) if me.video_channels.len() < CHANNELS_PER_ACCOUNT_MAX);
    let farewell = (*doomed).clone().map(|channel| {
        let act = {
            let (client, again, session, name) =
                (session.client.clone(), loaded.again.clone(), session.clone(), channel.name.clone());
            Callback::from(move |()| {
                let (client, again, session, name) =
                    (client.clone(), again.clone(), session.clone(), name.clone());
                work(async move {
                    api::delete_channel(&client, &name).await?;
                    again.emit(());
                    session.renew();
                    Ok(())
                })
            })
        };
        let text = people.delete_channel_text.replacen("{}", &channel.display_name, 1);
        html! { <Farewell title={people.delete_channel} {text} name={channel.name} {act} on_close={spare} /> }
    });
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={words.my_channels} />
                if has_room {
                    <a class="button button-main" href={PeoplePage::NewChannel.to_string()}>{ people.new_channel }</a>
                }
            </div>
            { body }
            { farewell }
        </div>
    }
}

/// What [`EditChannel`] takes.
#[derive(Properties, PartialEq)]
pub struct EditProps {
    /// Which; none for one to be made.
    pub name: Option<String>,
}

/// Making or changing a channel.
#[component]
pub fn EditChannel(props: &EditProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let loaded = use_me(&session);
    let title = if props.name.is_some() { people.edit_channel } else { people.new_channel };
    let next = match &props.name {
        Some(name) => PeoplePage::EditChannel(name.clone()),
        None => PeoplePage::NewChannel,
    };
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, people.gate_channels, &Route::People(next)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(me)) => {
            let own = me.video_channels.iter().map(|channel| (channel, true));
            let edited = me.video_channel_collaborations.iter().map(|channel| (channel, false));
            let found = own.chain(edited).find(|(channel, _)| Some(&channel.name) == props.name.as_ref());
            if props.name.is_some() && found.is_none() {
                empty(Glyph::Lock, people.not_your_channel, "", Html::default())
            } else {
                let own = found.filter(|(_, is_own)| *is_own).map(|(channel, _)| channel);
                let channel = found.map(|(channel, _)| Rc::new(channel.clone()));
                html! {
                    <>
                        <Sheet {channel} on_change={loaded.again.clone()} />
                        if let Some(channel) = own {
                            <Editors channel={channel.name.clone()} />
                        }
                        if let Some((channel, _)) = found {
                            <Deeds channel={channel.name.clone()} />
                        }
                        if let Some(channel) = own {
                            <Give channel={channel.name.clone()} display_name={channel.display_name.clone()} />
                        }
                    </>
                }
            }
        }
    };
    html! { <div class="page page-settings"><Heading {title} /><div class="sections">{ body }</div></div> }
}

/// What [`Sheet`] takes.
#[derive(Properties, PartialEq)]
struct SheetProps {
    channel: Option<Rc<Channel>>,
    on_change: Callback<()>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let form = use_form("channel", || {
        let Some(channel) = &props.channel else { return Form::default() };
        Form::of([
            ("displayName", channel.display_name.clone()),
            ("description", channel.description.clone().unwrap_or_default()),
            ("support", channel.support.clone().unwrap_or_default()),
        ])
    });
    let known = props.channel.as_ref().map(|channel| channel.name.clone());
    let onsubmit = {
        let (session, known) = (session.clone(), known.clone());
        let required: &'static [&'static str] =
            if known.is_some() { &["displayName"] } else { &["displayName", "name"] };
        on_submit(&form, required, &[], move |form| {
            let (session, known) = (session.clone(), known.clone());
            async move {
                let next = match known {
                    Some(name) => {
                        let change = ChannelChange {
                            display_name: Some(form.trimmed("displayName").to_owned()),
                            description: Some(form.filled("description")),
                            support: Some(form.filled("support")),
                            ..ChannelChange::default()
                        };
                        api::change_channel(&session.client, &name, &change).await?;
                        PeoplePage::Channels
                    }
                    None => {
                        let new = NewChannel {
                            name: form.trimmed("name").to_owned(),
                            display_name: form.trimmed("displayName").to_owned(),
                            description: form.filled("description"),
                            support: form.filled("support"),
                        };
                        api::create_channel(&session.client, &new).await?;
                        // Pictures come next.
                        PeoplePage::EditChannel(new.name)
                    }
                };
                session.renew();
                navigation::go(&Route::People(next));
                Ok::<_, Failure>(())
            }
        })
    };
    let fields = Fields { id: "channel", form: &form, locale: &locale };
    let address = format!("{}/c/{}", page::origin(), form.trimmed("name"));
    html! {
        <>
            if let Some(channel) = &props.channel {
                <Pictures channel={channel.clone()} on_change={props.on_change.clone()} />
            }
            <section class="sheet section">
                <form id="channel" class="section-form" {onsubmit} novalidate=true>
                    { fields.text("displayName", people.field_channel_name, "", Kind::Line("off")) }
                    if known.is_none() {
                        { fields.text("name", people.field_channel_handle, &address, Kind::Handle("off")) }
                    }
                    { fields.text("description", words.field_description, people.field_markdown_hint, Kind::Lines(5)) }
                    { fields.text("support", words.field_support, words.field_support_hint, Kind::Lines(3)) }
                    { fields.outcome("") }
                    <div class="form-acts">
                        <a class="button" href={PeoplePage::Channels.to_string()}>{ words.cancel }</a>
                        { fields.send(if known.is_some() { words.save } else { people.create_channel }, "button-main") }
                    </div>
                </form>
            </section>
        </>
    }
}

/// What [`Pictures`] takes.
#[derive(Properties, PartialEq)]
struct PicturesProps {
    channel: Rc<Channel>,
    on_change: Callback<()>,
}

/// The face and the banner of a channel.
#[component]
fn Pictures(props: &PicturesProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let refused = use_state(|| None::<Failure>);
    let channel = &props.channel;
    let set = {
        let (session, refused, on_change, name) =
            (session.clone(), refused.setter(), props.on_change.clone(), channel.name.clone());
        move |which: ChannelPicture, new: Option<Blob>| {
            let (session, refused, on_change, name) =
                (session.clone(), refused.clone(), on_change.clone(), name.clone());
            spawn(async move {
                match api::set_channel_picture(&session.client, &name, which, new.as_ref()).await {
                    Ok(()) => {
                        refused.set(None);
                        on_change.emit(());
                        session.renew();
                    }
                    Err(failure) => refused.set(Some(failure)),
                }
            });
        }
    };
    let on_pick = |which: ChannelPicture| {
        let set = set.clone();
        Callback::from(move |new: Blob| set(which, Some(new)))
    };
    let on_drop = |which: ChannelPicture| {
        let set = set.clone();
        Callback::from(move |_: MouseEvent| set(which, None))
    };
    // The widest.
    let banner = channel.banners.iter().max_by_key(|image| image.width);
    html! {
        <section class="sheet section">
            <h2>{ &channel.display_name }</h2>
            if let Some(banner) = banner {
                <img class="actor-banner" src={banner.path.clone()} alt="" width="1920" height="317" />
            }
            <div class="face">
                { avatar(&channel.display_name, &channel.avatars, 96) }
                <div class="face-words">
                    <p class="row-facts"><span>{ "@" }{ &channel.name }{ "@" }{ &channel.host }</span></p>
                    <div class="face-acts">
                        <Pick id="channel-face" label={words.choose_picture} shape={AVATAR} on_pick={on_pick(ChannelPicture::Avatar)} />
                        if !channel.avatars.is_empty() {
                            <button type="button" class="button button-quiet" onclick={on_drop(ChannelPicture::Avatar)}>{ people.drop_avatar }</button>
                        }
                        <Pick id="channel-banner" label={people.choose_banner} shape={BANNER} on_pick={on_pick(ChannelPicture::Banner)} />
                        if banner.is_some() {
                            <button type="button" class="button button-quiet" onclick={on_drop(ChannelPicture::Banner)}>{ people.drop_banner }</button>
                        }
                    </div>
                </div>
            </div>
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
        </section>
    }
}
