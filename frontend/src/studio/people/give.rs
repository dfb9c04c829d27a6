//! Giving a channel to somebody else: the offer, and the way to take it back as long as nobody answered.

use shared::api::OwnershipChange;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Loading, Tone, alert, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What [`Give`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The channel's name, which is one's own.
    pub channel: AttrValue,
    /// What people call it.
    pub display_name: AttrValue,
}

/// Where an offer stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Asked,
    Sending,
    Withdrawn,
    /// It was answered before it was taken back.
    Answered,
    Refused(Failure),
}

/// A channel's offer, for its owner.
#[component]
pub fn Give(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let name = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let loaded = {
        let client = client.clone();
        use_loaded(props.channel.clone(), move |channel| {
            let channel = channel.clone();
            async move { api::offer_of_channel(&client, &channel).await }
        })
    };
    let oninput = {
        let (name, stage) = (name.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            name.set(event.target_unchecked_into::<HtmlInputElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (stage, name) = (stage.setter(), name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !name.trim().is_empty() {
                stage.set(Stage::Asked);
            }
        })
    };
    let close = {
        let stage = stage.setter();
        Callback::from(move |()| stage.set(Stage::Open))
    };
    let offer = {
        let (stage, client, channel, again) =
            (stage.setter(), client.clone(), props.channel.clone(), loaded.again.clone());
        let (to, field) = (name.trim().to_owned(), name.setter());
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (stage, client, channel, again) =
                (stage.clone(), client.clone(), channel.clone(), again.clone());
            let (to, field) = (to.clone(), field.clone());
            spawn(async move {
                stage.set(match api::offer_channel(&client, &channel, &to).await {
                    Ok(()) => {
                        field.set(String::new());
                        again.emit(());
                        Stage::Open
                    }
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let withdraw = |number: u64| {
        let (stage, client, again) = (stage.setter(), client.clone(), loaded.again.clone());
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (stage, client, again) = (stage.clone(), client.clone(), again.clone());
            spawn(async move {
                stage.set(match api::withdraw_channel_offer(&client, number).await {
                    Ok(()) => Stage::Withdrawn,
                    Err(failure) if failure.status() == Some(404) => Stage::Answered,
                    Err(failure) => Stage::Refused(failure),
                });
                again.emit(());
            });
        })
    };
    let outcome = match &*stage {
        Stage::Withdrawn => alert(Tone::Good, html! { <p>{ makers.give_withdrawn }</p> }),
        Stage::Answered => alert(Tone::Good, html! { <p>{ makers.give_answered }</p> }),
        Stage::Refused(failure) if failure.status() == Some(400) => complaint(makers.give_already),
        Stage::Refused(failure) => complaint(explain(failure, words)),
        Stage::Open | Stage::Asked | Stage::Sending => Html::default(),
    };
    let waits = |offer: &OwnershipChange| {
        let to = &offer.next_owner_account;
        html! {
            <>
                <p id="give-waits">
                    { makers.give_waits.replacen("{}", &format!("{} (@{})", to.display_name, to.name), 1) }
                </p>
                { outcome.clone() }
                <div class="form-acts">
                    <button type="button" class="button" disabled={*stage == Stage::Sending} onclick={withdraw(offer.id)}>
                        { makers.give_withdraw }
                    </button>
                </div>
            </>
        }
    };
    let form = || {
        html! {
            <form id="give" class="section-form" {onsubmit} novalidate=true>
                <div class="field">
                    <label for="give-name">{ makers.owner_name }</label>
                    <input id="give-name" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" value={(*name).clone()} {oninput} />
                </div>
                { outcome.clone() }
                <div class="form-acts">
                    <button type="submit" class="button" disabled={*stage == Stage::Sending}>{ makers.give_offer }</button>
                </div>
            </form>
        }
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <p role="status">{ words.loading }</p> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) => page.data.first().map_or_else(form, waits),
    };
    html! {
        <section class="sheet section" aria-labelledby="give-title">
            <h2 id="give-title">{ makers.give }</h2>
            <p>{ makers.give_text }</p>
            { body }
            if matches!(*stage, Stage::Asked) {
                <Dialog title={makers.give_title.replacen("{}", &props.display_name, 1)} on_close={close.clone()}>
                    <p>{ makers.give_sure.replacen("{}", name.trim(), 1) }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.cancel }</button>
                        <button type="button" class="button button-bad" onclick={offer}>{ makers.give_offer }</button>
                    </div>
                </Dialog>
            }
        </section>
    }
}
