//! Those who edit a channel beside its owner: whom the owner invites, and what the invited sees of it.

use std::rc::Rc;

use shared::api::{COLLABORATOR_PENDING, Channel, Collaborator, Me, NotificationCollaborator};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Loading, Tone, alert, avatar, complaint, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What [`Editors`] takes.
#[derive(Properties, PartialEq)]
pub struct EditorsProps {
    /// The name of the channel, which is one's own.
    pub channel: AttrValue,
}

/// Where an invitation stands.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    Sending,
    /// Who was invited.
    Done(String),
    Refused(Failure),
}

/// Who edits a channel, for its owner.
#[component]
pub fn Editors(props: &EditorsProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let name = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let doomed = use_state(|| None::<Collaborator>);
    let loaded = {
        let client = client.clone();
        use_loaded(props.channel.clone(), move |channel| {
            let channel = channel.clone();
            async move { api::editors(&client, &channel).await }
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
        let (stage, name, client, channel, again) =
            (stage.setter(), name.clone(), client.clone(), props.channel.clone(), loaded.again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let invited = name.trim().to_owned();
            if invited.is_empty() {
                return;
            }
            stage.set(Stage::Sending);
            let (stage, client, channel, again, field) =
                (stage.clone(), client.clone(), channel.clone(), again.clone(), name.setter());
            spawn(async move {
                stage.set(match api::invite_editor(&client, &channel, &invited).await {
                    Ok(()) => {
                        field.set(String::new());
                        again.emit(());
                        Stage::Done(invited)
                    }
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let spare = {
        let doomed = doomed.setter();
        Callback::from(move |()| doomed.set(None))
    };
    let row = |one: &Collaborator| {
        let account = &one.account;
        let onclick = {
            let (doomed, one) = (doomed.setter(), one.clone());
            Callback::from(move |_: MouseEvent| doomed.set(Some(one.clone())))
        };
        let state =
            if one.state.id == COLLABORATOR_PENDING { makers.editor_waits } else { makers.editor_edits };
        html! {
            <li class="line" key={one.id.0.to_string()}>
                { avatar(&account.display_name, &account.avatars, 48) }
                <div class="line-words">
                    <h3 class="row-title"><a href={Route::Account(account.name.clone()).to_string()}>{ &account.display_name }</a></h3>
                    <p class="row-facts"><span>{ "@" }{ &account.name }</span><span>{ state }</span></p>
                </div>
                <div class="line-acts">
                    <button type="button" class="button button-quiet" {onclick}
                        aria-label={makers.editor_remove_named.replacen("{}", &account.display_name, 1)}>
                        { icon(Glyph::Bin) }{ makers.editor_remove }
                    </button>
                </div>
            </li>
        }
    };
    html! {
        <section class="sheet section" aria-labelledby="editors-title">
            <h2 id="editors-title">{ makers.editors }</h2>
            <p>{ makers.editors_text }</p>
            {
                match &loaded.state {
                    Loading::Waiting => html! { <p role="status">{ words.loading }</p> },
                    Loading::Failed(failure) => failed(failure, &loaded.again, words),
                    Loading::Here(page) if page.data.is_empty() => html! { <p id="editors-none">{ makers.editors_none }</p> },
                    Loading::Here(page) => html! { <ul id="editors" class="lines">{ for page.data.iter().map(row) }</ul> },
                }
            }
            <form id="editor-invite" class="section-form" {onsubmit} novalidate=true>
                <div class="field">
                    <label for="editor-name">{ makers.owner_name }</label>
                    <input id="editor-name" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" value={(*name).clone()} {oninput} />
                </div>
                {
                    match &*stage {
                        Stage::Done(invited) => alert(Tone::Good, html! { <p>{ makers.editor_invited.replacen("{}", invited, 1) }</p> }),
                        Stage::Refused(failure) => match failure.status() {
                            Some(404) => complaint(makers.editor_nobody),
                            Some(409) => complaint(makers.editor_already),
                            Some(400) => complaint(makers.editor_full),
                            _ => complaint(explain(failure, words)),
                        },
                        Stage::Open | Stage::Sending => Html::default(),
                    }
                }
                <div class="form-acts">
                    <button type="submit" class="button" disabled={*stage == Stage::Sending}>{ makers.editor_invite }</button>
                </div>
            </form>
            if let Some(doomed) = &*doomed {
                <Out channel={props.channel.clone()} number={doomed.id.0}
                    title={makers.editor_remove_title.replacen("{}", &doomed.account.display_name, 1)}
                    text={makers.editor_remove_text} verb={makers.editor_remove} on_gone={loaded.again.clone()} on_close={spare} />
            }
        </section>
    }
}

/// What [`Out`] takes.
#[derive(Properties, PartialEq)]
struct OutProps {
    channel: AttrValue,
    number: u64,
    title: AttrValue,
    text: AttrValue,
    verb: AttrValue,
    on_gone: Callback<()>,
    on_close: Callback<()>,
}

/// Asks before somebody edits a channel no more.
#[component]
fn Out(props: &OutProps) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let is_sent = use_state(|| false);
    let refused = use_state(|| None::<Failure>);
    let keep = props.on_close.reform(|_: MouseEvent| ());
    let onclick = {
        let (client, channel, number) = (client, props.channel.clone(), props.number);
        let (is_sent, refused) = (is_sent.setter(), refused.setter());
        let (on_gone, on_close) = (props.on_gone.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            is_sent.set(true);
            let (client, channel, is_sent, refused, on_gone, on_close) = (
                client.clone(),
                channel.clone(),
                is_sent.clone(),
                refused.clone(),
                on_gone.clone(),
                on_close.clone(),
            );
            spawn(async move {
                match api::remove_editor(&client, &channel, number).await {
                    // Taken out in another tab: it is done all the same.
                    Err(failure) if failure.status() != Some(404) => {
                        is_sent.set(false);
                        refused.set(Some(failure));
                    }
                    Ok(()) | Err(_) => {
                        on_close.emit(());
                        on_gone.emit(());
                    }
                }
            });
        })
    };
    html! {
        <Dialog title={props.title.clone()} on_close={props.on_close.clone()}>
            <p>{ &props.text }</p>
            if let Some(failure) = &*refused {
                { complaint(explain(failure, words)) }
            }
            <div class="dialog-acts">
                <button type="button" class="button" onclick={keep}>{ words.cancel }</button>
                <button type="button" class="button button-bad" disabled={*is_sent} {onclick}>{ &props.verb }</button>
            </div>
        </Dialog>
    }
}

/// What [`Invitations`] takes.
#[derive(Properties, PartialEq)]
pub struct InvitationsProps {
    /// Something was accepted.
    pub on_change: Callback<()>,
}

/// The channels that one is asked to edit; nothing where there is none.
#[component]
pub fn Invitations(props: &InvitationsProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let loaded = use_loaded((), move |()| {
        let client = client.clone();
        async move { api::invitations(&client).await }
    });
    let waiting: Vec<Rc<NotificationCollaborator>> = match &loaded.state {
        Loading::Waiting => return Html::default(),
        Loading::Failed(failure) => return failed(failure, &loaded.again, words),
        Loading::Here(page) => {
            let parts = page.data.iter().filter_map(|told| told.video_channel_collaborator.clone());
            parts.filter(|part| part.state.id == COLLABORATOR_PENDING).map(Rc::new).collect()
        }
    };
    if waiting.is_empty() {
        return Html::default();
    }
    html! {
        <section class="sheet section" aria-labelledby="invitations-title">
            <h2 id="invitations-title">{ makers.invitations }</h2>
            <ul id="invitations" class="lines">
                { for waiting.iter().map(|part| html! {
                    <Invitation key={part.id.0.to_string()} part={part.clone()} on_change={props.on_change.clone()} />
                }) }
            </ul>
        </section>
    }
}

/// What [`Invitation`] takes.
#[derive(Properties, PartialEq)]
struct InvitationProps {
    part: Rc<NotificationCollaborator>,
    on_change: Callback<()>,
}

/// What became of an invitation.
#[derive(Clone, PartialEq)]
enum Answer {
    Open,
    Sending,
    Accepted,
    Left,
    Refused(Failure),
}

/// One invitation. It stays when it was answered, and says how.
#[component]
fn Invitation(props: &InvitationProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let stage = use_state(|| Answer::Open);
    let (channel, owner) = (&props.part.channel, &props.part.channel_owner);
    let answer = |accepts: bool| {
        let (stage, session, name, number) =
            (stage.setter(), session.clone(), channel.name.clone(), props.part.id.0);
        let on_change = props.on_change.clone();
        Callback::from(move |_: MouseEvent| {
            stage.set(Answer::Sending);
            let (stage, session, name, on_change) =
                (stage.clone(), session.clone(), name.clone(), on_change.clone());
            spawn(async move {
                match api::answer_invitation(&session.client, &name, number, accepts).await {
                    Ok(()) if accepts => {
                        stage.set(Answer::Accepted);
                        session.renew();
                        on_change.emit(());
                    }
                    Ok(()) => stage.set(Answer::Left),
                    Err(failure) => stage.set(Answer::Refused(failure)),
                }
            });
        })
    };
    let named = |template: &'static str| template.replacen("{}", &channel.display_name, 1);
    let is_open = matches!(*stage, Answer::Open | Answer::Sending | Answer::Refused(_));
    let is_sent = *stage == Answer::Sending;
    html! {
        <li class="line">
            { avatar(&channel.display_name, &channel.avatars, 48) }
            <div class="line-words">
                <h3 class="row-title"><a href={Route::Channel(channel.name.clone()).to_string()}>{ &channel.display_name }</a></h3>
                <p>{ makers.invitation_text.replacen("{}", &owner.display_name, 1) }</p>
                {
                    match &*stage {
                        Answer::Accepted => alert(Tone::Good, html! { <p>{ named(makers.invitation_accepted) }</p> }),
                        Answer::Left => alert(Tone::Good, html! { <p>{ named(makers.invitation_left) }</p> }),
                        Answer::Refused(failure) if failure.status() == Some(404) => complaint(makers.invitation_gone),
                        Answer::Refused(failure) => complaint(explain(failure, words)),
                        Answer::Open | Answer::Sending => Html::default(),
                    }
                }
            </div>
            if is_open {
                <div class="line-acts">
                    <button type="button" class="button button-main" disabled={is_sent} onclick={answer(true)}
                        aria-label={named(makers.invitation_accept_named)}>{ icon(Glyph::Check) }{ makers.invitation_accept }</button>
                    <button type="button" class="button button-quiet" disabled={is_sent} onclick={answer(false)}
                        aria-label={named(makers.invitation_refuse_named)}>{ makers.offer_leave }</button>
                </div>
            }
        </li>
    }
}

/// What [`Edited`] takes.
#[derive(Properties, PartialEq)]
pub struct EditedProps {
    /// Who looks.
    pub me: Rc<Me>,
    /// One edits another channel, or one fewer.
    pub on_change: Callback<()>,
}

/// The channels of others that one edits; nothing where there is none.
#[component]
pub fn Edited(props: &EditedProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let session = use_session();
    let leaving = use_state(|| None::<(Channel, u64)>);
    let refused = use_state(|| None::<Failure>);
    let channels = &props.me.video_channel_collaborations;
    if channels.is_empty() {
        return Html::default();
    }
    let spare = {
        let leaving = leaving.setter();
        Callback::from(move |()| leaving.set(None))
    };
    let on_gone = {
        let (session, on_change) = (session.clone(), props.on_change.clone());
        Callback::from(move |()| {
            session.renew();
            on_change.emit(());
        })
    };
    let row = |channel: &Channel| {
        let onclick = {
            let (leaving, refused, client, channel, me) = (
                leaving.setter(),
                refused.setter(),
                session.client.clone(),
                channel.clone(),
                props.me.account.id,
            );
            Callback::from(move |_: MouseEvent| {
                let (leaving, refused, client, channel) =
                    (leaving.clone(), refused.clone(), client.clone(), channel.clone());
                spawn(async move {
                    // One's own place in the channel has a number that only the channel tells.
                    match api::editors(&client, &channel.name).await {
                        Ok(page) => {
                            let own = page.data.iter().find(|one| one.account.id == me);
                            leaving.set(own.map(|own| (channel, own.id.0)));
                        }
                        Err(failure) => refused.set(Some(failure)),
                    }
                });
            })
        };
        let owner = channel.owner_account.as_ref().map_or("", |owner| owner.display_name.as_str());
        html! {
            <li class="line" key={channel.id.to_string()}>
                { avatar(&channel.display_name, &channel.avatars, 48) }
                <div class="line-words">
                    <h3 class="row-title"><a href={Route::Channel(channel.name.clone()).to_string()}>{ &channel.display_name }</a></h3>
                    <p class="row-facts">
                        <span>{ "@" }{ &channel.name }</span>
                        <span>{ makers.edited_of.replacen("{}", owner, 1) }</span>
                    </p>
                </div>
                <div class="line-acts">
                    <a class="button" href={PeoplePage::EditChannel(channel.name.clone()).to_string()}
                        aria-label={words.edit_named.replacen("{}", &channel.display_name, 1)}>
                        { icon(Glyph::Pencil) }{ words.edit }
                    </a>
                    <button type="button" class="button button-quiet" {onclick}
                        aria-label={makers.edited_leave_named.replacen("{}", &channel.display_name, 1)}>
                        { makers.edited_leave }
                    </button>
                </div>
            </li>
        }
    };
    html! {
        <section aria-labelledby="edited-title">
            <h2 id="edited-title">{ makers.edited }</h2>
            if let Some(failure) = &*refused {
                { complaint(explain(failure, words)) }
            }
            <ul id="edited" class="lines lines-apart">{ for channels.iter().map(row) }</ul>
            if let Some((channel, number)) = &*leaving {
                <Out channel={channel.name.clone()} number={*number}
                    title={makers.edited_leave_title.replacen("{}", &channel.display_name, 1)}
                    text={makers.edited_leave_text} verb={makers.edited_leave} {on_gone} on_close={spare} />
            }
        </section>
    }
}
