//! Videos and channels that somebody offers the signed-in person: `/my-library/ownership`.

use std::rc::Rc;

use shared::api::{Account, OwnershipChange};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{
    Dialog, Glyph, Heading, Loading, Tone, alert, avatar, complaint, empty, failed, icon, picture, use_loaded,
};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What waits for an answer.
struct Waiting {
    videos: Vec<OwnershipChange>,
    /// Also those of one's own that wait for another's.
    channels: Vec<OwnershipChange>,
}

/// All that is offered.
#[component]
pub fn Offers() -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded(session.person().map(|me| me.id), move |id| {
        let is_known = id.is_some();
        async move {
            if !is_known {
                return Err(Failure::Unreadable);
            }
            let videos = api::offers(&client).await?;
            Ok(Waiting { videos: videos.data, channels: api::channel_offers(&client).await?.data })
        }
    });
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, makers.offers_gate, &Route::People(PeoplePage::Offers)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(me), Loading::Here(waiting)) => {
            let is_mine = |offer: &&OwnershipChange| offer.next_owner_account.id == me.account.id;
            let channels: Vec<_> = waiting.channels.iter().filter(is_mine).collect();
            if channels.is_empty() && waiting.videos.is_empty() {
                empty(Glyph::Film, makers.offers_none, makers.offers_none_text, Html::default())
            } else {
                html! {
                    <div class="channel-parts">
                        if !channels.is_empty() {
                            <section aria-labelledby="offered-channels-title">
                                <h2 id="offered-channels-title">{ makers.offers_channels }</h2>
                                <ul id="offered-channels" class="lines lines-apart">
                                    { for channels.into_iter().map(|offer| html! {
                                        <ChannelRow key={offer.id.to_string()} offer={Rc::new(offer.clone())} />
                                    }) }
                                </ul>
                            </section>
                        }
                        if !waiting.videos.is_empty() {
                            <section aria-labelledby="offered-videos-title">
                                <h2 id="offered-videos-title">{ makers.offers_videos }</h2>
                                <ul class="rows">
                                    { for waiting.videos.iter().map(|offer| html! {
                                        <Row key={offer.id.to_string()} offer={Rc::new(offer.clone())} />
                                    }) }
                                </ul>
                            </section>
                        }
                    </div>
                }
            }
        }
    };
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={makers.offers} />
                <a class="button button-quiet" href={Route::Mine.to_string()}>{ words.my_videos }</a>
            </div>
            { body }
        </div>
    }
}

/// What [`Row`] takes.
#[derive(Properties, PartialEq)]
struct RowProps {
    offer: Rc<OwnershipChange>,
}

/// What became of an offer.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    Taken,
    Left,
    Refused(Failure),
}

/// One offer. It stays when it was answered, and says how.
#[component]
fn Row(props: &RowProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let stage = use_state(|| Stage::Open);
    let channels = session.person().map(|me| me.video_channels.clone()).unwrap_or_default();
    let channel = use_state(|| channels.first().map(|channel| channel.id.0));
    let offer = &props.offer;
    let Some(video) = &offer.video else { return Html::default() };
    let card = &video.card;
    let onchange = {
        let channel = channel.setter();
        Callback::from(move |event: Event| {
            channel.set(event.target_unchecked_into::<HtmlSelectElement>().value().parse().ok());
        })
    };
    let answer = |takes: bool| {
        let (stage, client, id, channel) =
            (stage.setter(), session.client.clone(), offer.id, (*channel).filter(|_| takes));
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (stage, client) = (stage.clone(), client.clone());
            spawn(async move {
                let answered = match channel {
                    Some(channel) => api::accept_offer(&client, id, channel).await,
                    None => api::refuse_offer(&client, id).await,
                };
                stage.set(match answered {
                    Ok(()) if channel.is_some() => Stage::Taken,
                    Ok(()) => Stage::Left,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let named = |template: &'static str| template.replacen("{}", &card.name, 1);
    let is_open = matches!(*stage, Stage::Open | Stage::Sending | Stage::Refused(_));
    let is_sent = *stage == Stage::Sending;
    let field = format!("offer-{}", offer.id);
    html! {
        <li class="row">
            <span class="row-picture">
                { picture(card, false) }
            </span>
            <div class="row-words">
                <h3 class="row-title">{ &card.name }</h3>
                <p class="row-facts">
                    <span>{ makers.offer_from.replacen("{}", &offer.initiator_account.display_name, 1) }</span>
                    <time datetime={offer.created_at.to_string()}>{ locale.age(offer.created_at) }</time>
                </p>
                if is_open {
                    <div class="field">
                        <label for={field.clone()}>{ makers.offer_channel }</label>
                        <select id={field} {onchange}>
                            { for channels.iter().map(|known| html! {
                                <option value={known.id.to_string()} selected={Some(known.id.0) == *channel}>{ &known.display_name }</option>
                            }) }
                        </select>
                    </div>
                }
                {
                    match &*stage {
                        Stage::Taken => alert(Tone::Good, html! { <p>{ named(makers.offer_taken) }</p> }),
                        Stage::Left => alert(Tone::Good, html! { <p>{ named(makers.offer_left) }</p> }),
                        Stage::Refused(failure) => complaint(explain(failure, words)),
                        Stage::Open | Stage::Sending => Html::default(),
                    }
                }
            </div>
            if is_open {
                <div class="row-acts">
                    <button type="button" class="button button-main" disabled={is_sent || channel.is_none()} onclick={answer(true)}
                        aria-label={named(makers.offer_take_named)}>{ icon(Glyph::Check) }{ makers.offer_take }</button>
                    <button type="button" class="button button-quiet" disabled={is_sent} onclick={answer(false)}
                        aria-label={named(makers.offer_leave_named)}>{ makers.offer_leave }</button>
                </div>
            }
        </li>
    }
}

/// Who edits a channel that is offered, by name.
fn editors(editors: &[Account], makers: &MakerWords) -> String {
    let named = |one: &Account| format!("{} (@{})", one.display_name, one.name);
    let names: Vec<String> = editors.iter().map(named).collect();
    if names.is_empty() {
        makers.channel_take_alone.to_owned()
    } else {
        makers.channel_take_editors.replacen("{}", &names.join(", "), 1)
    }
}

/// One channel that is offered. It stays when it was answered, and says how; what an answer means is said before it is
/// given.
#[component]
fn ChannelRow(props: &RowProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let stage = use_state(|| Stage::Open);
    // Whether one is about to take it, or to leave it.
    let asked = use_state(|| None::<bool>);
    let offer = &props.offer;
    let Some(channel) = &offer.video_channel else { return Html::default() };
    let ask = |takes: bool| {
        let asked = asked.setter();
        Callback::from(move |_: MouseEvent| asked.set(Some(takes)))
    };
    let close = {
        let asked = asked.setter();
        Callback::from(move |()| asked.set(None))
    };
    let answer = |takes: bool| {
        let (stage, asked, session, id) = (stage.setter(), asked.setter(), session.clone(), offer.id);
        Callback::from(move |_: MouseEvent| {
            asked.set(None);
            stage.set(Stage::Sending);
            let (stage, session) = (stage.clone(), session.clone());
            spawn(async move {
                stage.set(match api::answer_channel_offer(&session.client, id, takes).await {
                    Ok(()) if takes => {
                        session.renew();
                        Stage::Taken
                    }
                    Ok(()) => Stage::Left,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let named = |template: &'static str| template.replacen("{}", &channel.display_name, 1);
    let is_open = matches!(*stage, Stage::Open | Stage::Sending | Stage::Refused(_));
    let is_sent = *stage == Stage::Sending;
    html! {
        <li class="line">
            { avatar(&channel.display_name, &channel.avatars, 48) }
            <div class="line-words">
                <h3 class="row-title"><a href={Route::Channel(channel.name.clone()).to_string()}>{ &channel.display_name }</a></h3>
                <p class="row-facts">
                    <span>{ makers.offer_from.replacen("{}", &offer.initiator_account.display_name, 1) }</span>
                    <time datetime={offer.created_at.to_string()}>{ locale.age(offer.created_at) }</time>
                </p>
                {
                    match &*stage {
                        Stage::Taken => alert(Tone::Good, html! { <p>{ named(makers.offer_taken) }</p> }),
                        Stage::Left => alert(Tone::Good, html! { <p>{ named(makers.offer_left) }</p> }),
                        Stage::Refused(failure) => match failure.status() {
                            Some(400) => complaint(makers.channel_full),
                            Some(404) => complaint(makers.channel_gone),
                            Some(409) => complaint(makers.channel_lists),
                            _ => complaint(explain(failure, words)),
                        },
                        Stage::Open | Stage::Sending => Html::default(),
                    }
                }
            </div>
            if is_open {
                <div class="line-acts">
                    <button type="button" class="button button-main" disabled={is_sent} onclick={ask(true)}
                        aria-label={named(makers.offer_take_named)}>{ icon(Glyph::Check) }{ makers.offer_take }</button>
                    <button type="button" class="button button-quiet" disabled={is_sent} onclick={ask(false)}
                        aria-label={named(makers.offer_leave_named)}>{ makers.offer_leave }</button>
                </div>
            }
            if let Some(takes) = *asked {
                <Dialog title={named(if takes { makers.channel_take_title } else { makers.channel_leave_title })} on_close={close.clone()}>
                    <p>{ if takes { makers.channel_take_text } else { makers.channel_leave_text } }</p>
                    if takes {
                        <p id="channel-take-editors">{ editors(&offer.editors, makers) }</p>
                    }
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.cancel }</button>
                        <button type="button" class={if takes { "button button-main" } else { "button button-bad" }} onclick={answer(takes)}>
                            { if takes { makers.offer_take } else { makers.offer_leave } }
                        </button>
                    </div>
                </Dialog>
            }
        </li>
    }
}
