//! Videos that somebody offers the signed-in person: `/my-library/ownership`.

use std::rc::Rc;

use shared::api::OwnershipChange;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{
    Glyph, Heading, Loading, Tone, alert, complaint, empty, failed, icon, picture, use_loaded,
};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// All that is offered.
#[component]
pub fn Offers() -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let client = session.client.clone();
    let loaded = use_loaded(session.person().map(|me| me.id), move |id| {
        let is_known = id.is_some();
        async move { if is_known { api::offers(&client).await } else { Err(Failure::Unreadable) } }
    });
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => gate(words, makers.offers_gate, &Route::People(PeoplePage::Offers)),
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(page)) if page.data.is_empty() => {
            empty(Glyph::Film, makers.offers_none, makers.offers_none_text, Html::default())
        }
        (Viewer::Person(_), Loading::Here(page)) => html! {
            <ul class="rows">
                { for page.data.iter().map(|offer| html! {
                    <Row key={offer.id.to_string()} offer={Rc::new(offer.clone())} />
                }) }
            </ul>
        },
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
    let card = &offer.video.card;
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
                <h2 class="row-title">{ &card.name }</h2>
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
