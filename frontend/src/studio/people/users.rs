//! Other people's logins: `/admin/overview/users`.

use std::rc::Rc;

use shared::api::{ManagedUser, NewUser, Page, UserChange};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::farewell::{Farewell, work};
use super::fields::{Fields, Kind, choice, on_submit, use_form};
use super::form::Form;
use super::gigabytes;
use super::pager::{pager, window};
use crate::api::{self, Failure, UserQuery};
use crate::browser::spawn::spawn;
use crate::components::{
    Dialog, Glyph, Heading, Loading, avatar, complaint, empty, failed, icon, use_loaded,
};
use crate::locale::{Locale, use_locale};
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::text::problems::explain;
use crate::text::words::people::PeopleWords;

/// What one does with a login.
#[derive(Clone, PartialEq)]
enum Doing {
    Create,
    Edit(ManagedUser),
    Block(ManagedUser),
    Delete(ManagedUser),
}

/// The numbers of roles on the wire.
const ROLES: [u32; 3] = [2, 1, 0];

fn role_name(role: u32, people: &PeopleWords) -> &'static str {
    match role {
        0 => people.role_administrator,
        1 => people.role_moderator,
        _ => people.role_user,
    }
}

/// Roles that somebody of this role may give (the server's `may_manage`).
fn roles_of(actor: u32, people: &PeopleWords) -> Vec<(String, String)> {
    let given = ROLES.into_iter().filter(|role| actor == 0 || *role == 2);
    given.map(|role| (role.to_string(), role_name(role, people).to_owned())).collect()
}

/// Other people's logins.
#[component]
pub fn Users() -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let query = use_state(|| UserQuery { sort: "-createdAt", ..UserQuery::default() });
    let start = use_state(|| 0usize);
    let doing = use_state(|| None::<Doing>);
    let refused = use_state(|| None::<Failure>);
    let client = session.client.clone();
    let role = session.person().map(|me| me.role.id);
    let loaded = use_loaded(((*query).clone(), *start, role), move |(query, start, role)| {
        let (query, start, is_known) = (query.clone(), *start, role.is_some());
        async move {
            if is_known { api::users(&client, &query, window(start)).await } else { Err(Failure::Unreadable) }
        }
    });
    let ask = {
        let (query, start) = (query.clone(), start.setter());
        move |change: &dyn Fn(UserQuery) -> UserQuery| {
            start.set(0);
            query.set(change((*query).clone()));
        }
    };
    let onsearch = {
        let ask = ask.clone();
        Callback::from(move |event: Event| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            ask(&|query| UserQuery { search: text.clone(), ..query });
        })
    };
    let on_blocked = {
        let ask = ask.clone();
        Callback::from(move |chosen: String| {
            ask(&|query| UserQuery { blocked: chosen.parse().ok(), ..query });
        })
    };
    let on_sort = Callback::from(move |chosen: String| {
        let known = SORTS.iter().find(|known| **known == chosen).copied();
        ask(&|query| UserQuery { sort: known.unwrap_or("-createdAt"), ..query });
    });
    let on_close = {
        let (doing, again) = (doing.setter(), loaded.again.clone());
        Callback::from(move |()| {
            doing.set(None);
            again.emit(());
        })
    };
    let unblock = {
        let (client, again, refused) = (session.client.clone(), loaded.again.clone(), refused.setter());
        move |user: &ManagedUser| {
            let (client, again, refused, id) = (client.clone(), again.clone(), refused.clone(), user.user.id);
            Callback::from(move |_: MouseEvent| {
                let (client, again, refused) = (client.clone(), again.clone(), refused.clone());
                spawn(async move {
                    refused.set(api::unblock_user(&client, id).await.err());
                    again.emit(());
                });
            })
        }
    };
    let me = match &session.viewer {
        Viewer::Person(me) if me.manages_people() => me.clone(),
        Viewer::Arriving => {
            return html! { <div class="page"><Heading title={words.admin_users} waiting=true /></div> };
        }
        Viewer::Stranger => {
            return html! {
                <div class="page">
                    <Heading title={words.admin_users} unseen=true />
                    { gate(words, people.gate_managing, &Route::People(PeoplePage::Users)) }
                </div>
            };
        }
        Viewer::Person(_) => return forbidden(words.admin_users, &locale),
    };
    let press = |what: Doing| {
        let doing = doing.setter();
        Callback::from(move |_: MouseEvent| doing.set(Some(what.clone())))
    };
    let row = |user: &ManagedUser| {
        // Oneself is changed in the settings; moderators change users alone.
        let is_mine = user.user.id == me.id;
        let may = !is_mine && (me.role.id == 0 || user.user.role.id == 2);
        let name = &user.user.username;
        html! {
            <li class="line" key={user.user.id.to_string()}>
                { avatar(&user.user.account.display_name, &user.user.account.avatars, 48) }
                <div class="line-words">
                    <h2 class="row-title"><a href={Route::Account(name.clone()).to_string()}>{ name }</a></h2>
                    { facts(user, &locale) }
                </div>
                if may {
                    <div class="line-acts">
                        <button type="button" class="button" onclick={press(Doing::Edit(user.clone()))}
                            aria-label={words.edit_named.replacen("{}", name, 1)}>{ icon(Glyph::Pencil) }{ words.edit }</button>
                        if user.user.blocked {
                            <button type="button" class="button" onclick={unblock(user)}
                                aria-label={format!("{}: {name}", people.unblock)}>{ people.unblock }</button>
                        } else {
                            <button type="button" class="button" onclick={press(Doing::Block(user.clone()))}
                                aria-label={format!("{}: {name}", people.block)}>{ icon(Glyph::Lock) }{ people.block }</button>
                        }
                        <button type="button" class="button button-quiet" onclick={press(Doing::Delete(user.clone()))}
                            aria-label={words.delete_named.replacen("{}", name, 1)}>{ icon(Glyph::Bin) }{ words.delete }</button>
                    </div>
                }
            </li>
        }
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) if page.data.is_empty() => {
            empty(Glyph::Person, people.nobody_found, "", Html::default())
        }
        Loading::Here(page) => rows(page, row, *start, &locale, &start.setter()),
    };
    let blocked = [("", people.filter_all), ("false", people.filter_active), ("true", people.filter_blocked)]
        .map(|(value, name)| (value.to_owned(), name.to_owned()));
    let sorts = [people.sort_newest, people.sort_name, people.sort_seen, people.sort_used];
    let sorts: Vec<(String, String)> =
        SORTS.iter().zip(sorts).map(|(value, name)| ((*value).to_owned(), name.to_owned())).collect();
    let chosen = query.blocked.map(|blocked| blocked.to_string()).unwrap_or_default();
    html! {
        <div class="page page-list">
            <div class="page-head">
                <Heading title={words.admin_users} />
                <button type="button" class="button button-main" onclick={press(Doing::Create)}>{ people.create_user }</button>
            </div>
            <div class="filters" role="search">
                <div class="field">
                    <label for="user-search">{ people.search }</label>
                    <input id="user-search" type="search" value={query.search.clone()} onchange={onsearch} autocomplete="off" />
                </div>
                { choice("user-blocked", people.filter, "", &chosen, &blocked, on_blocked) }
                { choice("user-sort", people.sort, "", query.sort, &sorts, on_sort) }
            </div>
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
            { body }
            { match (*doing).clone() {
                None => Html::default(),
                Some(Doing::Create) => html! { <Make role={me.role.id} {on_close} /> },
                Some(Doing::Edit(user)) => html! { <Edit {user} role={me.role.id} {on_close} /> },
                Some(Doing::Block(user)) => html! { <Block {user} {on_close} /> },
                Some(Doing::Delete(user)) => {
                    let (client, id) = (session.client.clone(), user.user.id);
                    let act = Callback::from(move |()| {
                        let client = client.clone();
                        work(async move { api::delete_user(&client, id).await })
                    });
                    let text = people.delete_user_text.replacen("{}", &user.user.username, 1);
                    html! { <Farewell title={people.delete_user} {text} name={user.user.username} {act} {on_close} /> }
                }
            } }
        </div>
    }
}

/// Orders of the list, as the instance names them.
const SORTS: [&str; 4] = ["-createdAt", "username", "-lastLoginDate", "-videoQuotaUsed"];

/// What somebody sees who may not.
pub(super) fn forbidden(title: &'static str, locale: &Locale) -> Html {
    let words = locale.words();
    html! {
        <div class="page">
            <Heading {title} unseen=true />
            { empty(Glyph::Lock, words.problem_forbidden, "", Html::default()) }
        </div>
    }
}

/// The rows of a page, and the way to the others.
pub(in crate::studio) fn rows<T>(
    page: &Rc<Page<T>>,
    row: impl Fn(&T) -> Html,
    start: usize,
    locale: &Locale,
    set: &UseStateSetter<usize>,
) -> Html {
    let set = set.clone();
    let on_start = Callback::from(move |start| set.set(start));
    html! {
        <>
            <ul class="lines lines-apart">{ for page.data.iter().map(row) }</ul>
            { pager(start, page.total, locale, &on_start) }
        </>
    }
}

fn facts(user: &ManagedUser, locale: &Locale) -> Html {
    let people = locale.people();
    let used = locale.bytes(user.video_quota_used);
    let room = match u64::try_from(user.user.video_quota) {
        Ok(quota) => people.used_of.replacen("{}", &used, 1).replacen("{}", &locale.bytes(quota), 1),
        Err(_) => used,
    };
    html! {
        <>
            <p class="row-facts">
                if user.user.role.id != 2 { <span class="chip">{ role_name(user.user.role.id, people) }</span> }
                if user.user.blocked { <span class="chip chip-bad">{ people.blocked }</span> }
                <span class="long">{ &user.user.email }</span>
                if user.user.email_verified == Some(false) { <span>{ people.not_confirmed }</span> }
                <span>{ room }</span>
                <span>{ match user.user.last_login_date {
                    Some(date) => people.seen.replacen("{}", &locale.age(date), 1),
                    None => people.never_seen.to_owned(),
                } }</span>
            </p>
            if let Some(reason) = user.user.blocked_reason.as_ref().filter(|reason| !reason.is_empty()) {
                <blockquote class="quote">{ reason }</blockquote>
            }
        </>
    }
}

/// What [`Make`] takes.
#[derive(Properties, PartialEq)]
struct MakeProps {
    /// Of whoever makes it.
    role: u32,
    on_close: Callback<()>,
}

/// Makes a login for somebody.
#[component]
fn Make(props: &MakeProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let asking = client.clone();
    let instance = use_loaded((), move |()| async move { api::instance(&asking).await });
    let can_mail = matches!(&instance.state, Loading::Here(instance) if instance.email.enabled);
    let form = use_form("create-user", || Form::of([("role", "2".to_owned())]));
    let required: &'static [&'static str] =
        if can_mail { &["username", "email"] } else { &["username", "email", "password"] };
    let onsubmit = {
        let on_close = props.on_close.clone();
        on_submit(&form, required, &["password"], move |form| {
            let (client, on_close) = (client.clone(), on_close.clone());
            async move {
                let new = NewUser {
                    username: form.trimmed("username").to_owned(),
                    password: form.text("password").to_owned(),
                    email: form.trimmed("email").to_owned(),
                    role: form.text("role").parse().unwrap_or(2),
                    ..NewUser::default()
                };
                api::create_user(&client, &new).await?;
                on_close.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "create-user", form: &form, locale: &locale };
    let hint = if can_mail { people.empty_password_hint } else { people.field_password_hint };
    let cancel = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <Dialog title={people.create_user} on_close={props.on_close.clone()}>
            <form id="create-user" class="section-form" {onsubmit} novalidate=true>
                { fields.text("username", people.field_username, "", Kind::Handle("off")) }
                { fields.text("email", people.field_email, "", Kind::Email) }
                { fields.text("password", people.field_password, hint, Kind::Password("new-password")) }
                { fields.choice("role", people.role, "", &roles_of(props.role, people)) }
                { fields.outcome("") }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                    { fields.send(people.create_user, "button-main") }
                </div>
            </form>
        </Dialog>
    }
}

/// What [`Edit`] takes.
#[derive(Properties, PartialEq)]
struct EditProps {
    user: ManagedUser,
    /// Of whoever changes it.
    role: u32,
    on_close: Callback<()>,
}

/// Changes somebody's login.
#[component]
fn Edit(props: &EditProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let user = &props.user.user;
    let form = use_form("edit-user", || {
        Form::of([
            ("email", user.email.clone()),
            ("role", user.role.id.to_string()),
            ("videoQuota", gigabytes::text(user.video_quota)),
            ("videoQuotaDaily", gigabytes::text(user.video_quota_daily)),
        ])
    });
    let wrong_quota = use_state(|| false);
    let onsubmit = {
        let (id, on_close, before) = (user.id, props.on_close.clone(), user.email.clone());
        let wrong_quota = wrong_quota.setter();
        on_submit(&form, &["email"], &["password"], move |form| {
            let (client, on_close, before) = (client.clone(), on_close.clone(), before.clone());
            let wrong_quota = wrong_quota.clone();
            async move {
                let quotas = ["videoQuota", "videoQuotaDaily"].map(|name| gigabytes::parse(form.text(name)));
                wrong_quota.set(quotas.contains(&None));
                let [Some(total), Some(daily)] = quotas else { return Ok(()) };
                let change = UserChange {
                    password: Some(form.text("password").to_owned()).filter(|text| !text.is_empty()),
                    email: form.filled("email").filter(|email| *email != before),
                    video_quota: Some(total),
                    video_quota_daily: Some(daily),
                    role: form.text("role").parse().ok(),
                    ..UserChange::default()
                };
                api::change_user(&client, id, &change).await?;
                on_close.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "edit-user", form: &form, locale: &locale };
    let cancel = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <Dialog title={words.edit_named.replacen("{}", &user.username, 1)} on_close={props.on_close.clone()}>
            <form id="edit-user" class="section-form" {onsubmit} novalidate=true>
                { fields.text("email", people.field_email, "", Kind::Email) }
                { fields.choice("role", people.role, "", &roles_of(props.role, people)) }
                { fields.text("videoQuota", people.field_quota, people.field_quota_hint, Kind::Number) }
                { fields.text("videoQuotaDaily", people.field_quota_daily, people.field_quota_hint, Kind::Number) }
                { fields.text("password", people.field_new_password, people.keep_password_hint, Kind::Password("new-password")) }
                if *wrong_quota { { complaint(people.wrong_quota) } } else { { fields.outcome("") } }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                    { fields.send(words.save, "button-main") }
                </div>
            </form>
        </Dialog>
    }
}

/// What [`Block`] takes.
#[derive(Properties, PartialEq)]
struct BlockProps {
    user: ManagedUser,
    on_close: Callback<()>,
}

/// Keeps somebody out.
#[component]
fn Block(props: &BlockProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let client = use_session().client;
    let form = use_form("block-user", Form::default);
    let user = &props.user.user;
    let onsubmit = {
        let (id, on_close) = (user.id, props.on_close.clone());
        on_submit(&form, &[], &[], move |form| {
            let (client, on_close) = (client.clone(), on_close.clone());
            async move {
                api::block_user(&client, id, form.text("reason")).await?;
                on_close.emit(());
                Ok(())
            }
        })
    };
    let fields = Fields { id: "block-user", form: &form, locale: &locale };
    let cancel = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <Dialog title={people.block_user.replacen("{}", &user.username, 1)} on_close={props.on_close.clone()}>
            <p>{ people.block_text }</p>
            <form id="block-user" class="section-form" {onsubmit} novalidate=true>
                { fields.text("reason", people.block_reason, people.block_reason_hint, Kind::Lines(3)) }
                { fields.outcome("") }
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={cancel}>{ words.cancel }</button>
                    { fields.send(people.block, "button-bad") }
                </div>
            </form>
        </Dialog>
    }
}
