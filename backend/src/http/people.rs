//! `/users` for those who manage logins.

use std::collections::HashMap;

use http::StatusCode;
use shared::api::{MadeUser, MadeUserAccount, MadeUserId, ManagedUser, Page};
use shared::id::{AccountId, UserId};
use shared::limits::USER_BLOCK_REASON_LENGTH;

use super::channel::{NAME_MESSAGE, a_name, order_of, total};
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::me::{a_password, an_email, hash_of, remove, user_exists};
use super::problem::Failure;
use super::proof::send_password_proof;
use super::respond::{Outcome, json, no_content};
use super::signup::{self, NEWS, writer};
use super::user::view;
use crate::app::App;
use crate::bootstrap::letters;
use crate::directory::Cut;
use crate::domain::abuse;
use crate::domain::account::{
    self, CreateError, ManageError, More, NewUser, Ruling, channels_of, deletable, manageable, set_blocked,
};
use crate::domain::outbox;
use crate::domain::quota::Used;
use crate::domain::right::{Right, may_manage};
use crate::domain::wrong::Wrong;
use crate::store::records::{Role, User};
use crate::store::tables::{AccountKey, TallyKey, UserKey};
use crate::store::{Durability, Read, StoreError};

/// A login's fields, escaped.
const USER_BYTES_MAX: usize = 16 * 1024;
/// Names that are offered to complete one (PeerTube's number).
const COMPLETIONS_MAX: usize = 20;
/// Bits of what somebody is exempted from; PeerTube knows one.
const FLAGS_MAX: u32 = 0xff;

/// `GET /api/v1/users`
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageUsers).await?;
    let cut = found(&ask)?;
    let count = cut.total;
    let rows = ask
        .app
        .blocking(move |app| cut.rows.iter().map(|user| managed(app, user)).collect::<Result<Vec<_>, _>>())
        .await?;
    json(&Page { total: total(count), data: rows.into_iter().flatten().collect() })
}

/// The page of logins that a request asks for.
fn found(ask: &Ask) -> Result<Cut<User>, Failure> {
    let page = ask.page()?;
    let pairs = ask.pairs();
    let given = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let blocked = ask.truth("blocked")?;
    let search = given("search").unwrap_or_default().trim().to_lowercase();
    let wanted = |user: &User| {
        let names = [&user.username, &user.email];
        let is_found = search.is_empty() || names.iter().any(|name| name.to_lowercase().contains(&search));
        is_found && blocked.is_none_or(|blocked| user.blocked.is_some() == blocked)
    };
    let by_age = |one: &User, other: &User| one.id.cmp(&other.id);
    let by_name = |one: &User, other: &User| one.username.cmp(&other.username);
    let by_email = |one: &User, other: &User| one.email.cmp(&other.email);
    let by_login = |one: &User, other: &User| one.last_login_at.cmp(&other.last_login_at);
    let by_role = |one: &User, other: &User| rank(one.role).cmp(&rank(other.role));
    let weights = if given("sort").is_some_and(|sort| sort.ends_with("videoQuotaUsed")) {
        weights(&ask.app)
    } else {
        HashMap::new()
    };
    let weight = |user: &User| weights.get(&user.account).copied().unwrap_or_default().total;
    let by_weight = |one: &User, other: &User| weight(one).cmp(&weight(other));
    let order = order_of(
        ask,
        &[
            ("createdAt", &by_age),
            ("id", &by_age),
            ("username", &by_name),
            ("email", &by_email),
            ("lastLoginDate", &by_login),
            ("role", &by_role),
            ("videoQuotaUsed", &by_weight),
        ],
    )?;
    Ok(ask.app.directory().users((page.start, page.count), wanted, order.as_deref()))
}

fn rank(role: Role) -> u8 {
    match role {
        Role::Administrator => 0,
        Role::Moderator => 1,
        Role::User => 2,
    }
}

/// What everybody's videos weigh, in one pass.
fn weights(app: &App) -> HashMap<AccountId, Used> {
    let now = app.clock().now();
    let mut weights: HashMap<AccountId, Used> = HashMap::new();
    for entry in app.catalogue().all() {
        weights.entry(entry.publisher.account.id).or_default().add(&entry.listed.video, now);
    }
    weights
}

/// A login with what its videos weigh; none where it went this very moment. Blocks.
fn managed(app: &App, user: &User) -> Result<Option<ManagedUser>, StoreError> {
    let Some(account) = app.store().get(&AccountKey { account: user.account })? else { return Ok(None) };
    let channels = channels_of(app.store(), user.account)?;
    let used = app.catalogue().used(user.account, app.clock().now());
    Ok(Some(ManagedUser {
        user: view(&app.config(), app.url(), user, &account, &channels),
        total_video_file_size: used.total,
        video_quota_used: used.total,
        video_quota_used_daily: used.daily,
        videos_count: None,
        abuses_count: None,
        abuses_accepted_count: None,
        abuses_created_count: None,
        video_comments_count: None,
    }))
}

/// `GET /api/v1/users/autocomplete`
pub async fn complete(ask: Ask) -> Outcome {
    ask.person().await?;
    let pairs = ask.pairs();
    let search = pairs.iter().find(|(name, _)| name == "search").map_or("", |(_, value)| value.as_str());
    let search = search.trim().to_lowercase();
    if search.is_empty() {
        return Err(Wrong::query("search", None, "Should not be empty").into());
    }
    let by_name = |one: &User, other: &User| one.username.cmp(&other.username);
    let found = ask.app.directory().users(
        (0, COMPLETIONS_MAX),
        |user| user.username.to_lowercase().contains(&search),
        Some(&by_name),
    );
    json(&found.rows.iter().map(|user| user.username.clone()).collect::<Vec<_>>())
}

/// `GET /api/v1/users/{id}`
pub async fn show(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageUsers).await?;
    let id = user_id(&id)?;
    let with_stats = ask.with_stats()?;
    let found = ask.app.blocking(move |app| -> Result<_, StoreError> {
        let Some(user) = app.store().get(&UserKey { user: id })? else {
            return Ok(None);
        };
        let Some(found) = managed(app, &user)? else { return Ok(None) };
        Ok(Some(if with_stats { with_counts(app, user.account, found)? } else { found }))
    });
    json(&found.await?.ok_or_else(no_such_user)?)
}

/// A login with what its person did. Blocks.
fn with_counts(app: &App, account: AccountId, found: ManagedUser) -> Result<ManagedUser, StoreError> {
    let reports = abuse::counts(app.store(), account)?;
    let tally = app.store().get(&TallyKey { account })?.unwrap_or_default();
    Ok(ManagedUser {
        videos_count: Some(total(app.catalogue().count_of(account))),
        abuses_count: Some(reports.received),
        abuses_accepted_count: Some(reports.accepted),
        abuses_created_count: Some(reports.made),
        video_comments_count: Some(tally.comments),
        ..found
    })
}

fn no_such_user() -> Failure {
    Failure::not_found("User not found")
}

/// The number of a login in a path.
pub(super) fn user_id(segment: &Segment) -> Result<UserId, Failure> {
    segment.parse("id", "Should be a number")
}

/// `POST /api/v1/users`
pub async fn create(ask: Ask, body: Body) -> Outcome {
    let who = ask.person_with(Right::ManageUsers).await?;
    let mut fields = Fields::read(&ask, body, USER_BYTES_MAX).await?;
    let username = fields.parsed("username", NAME_MESSAGE, a_name);
    // Nothing, where a mail lets the person choose one.
    let chooses =
        ask.app.can_mail() && fields.text("password", 0..=usize::MAX).is_none_or(|text| text.is_empty());
    let password = if chooses {
        letters(ask.app.dice())
    } else {
        let password = a_password(&mut fields, "password");
        fields.required("password", password)
    };
    let email = fields.parsed("email", "Should be an e-mail address", an_email);
    let role = a_role(&mut fields);
    let username = fields.required("username", username);
    let email = fields.required("email", email);
    if role.is_none() && !fields.has("role") {
        fields.wrong("role", "Should be there");
    }
    let channel = fields.parsed("channelName", NAME_MESSAGE, a_name);
    let (quota, daily) = (a_quota(&mut fields, "videoQuota"), a_quota(&mut fields, "videoQuotaDaily"));
    let admin_flags = fields.number("adminFlags", 0..=FLAGS_MAX).unwrap_or(0);
    fields.end()?;
    let role = role.unwrap_or(Role::User);
    if !may_manage(who.role, role) {
        return Err(Failure::forbidden("You can only create users (and not administrators or moderators)"));
    }
    let beginning = signup::beginning(&ask.app);
    let more = More {
        admin_flags,
        channel_display_name: Some(beginning.channel_name_of(&username)),
        no_history: !beginning.history,
        ..More::default()
    };
    let new = NewUser {
        channel: match channel {
            Some(channel) => channel,
            None => {
                let name = username.clone();
                ask.app.read(move |store| account::first_channel(store, &name)).await?
            }
        },
        username,
        email,
        password: hash_of(&ask, password).await?,
        role,
        video_quota: quota.unwrap_or(beginning.quota),
        video_quota_daily: daily.unwrap_or(beginning.quota_daily),
    };
    let made = ask.app.write(Durability::Flushed, move |write, now| {
        let user = account::create_with(write, now, new, more)?;
        Ok::<_, CreateError>(write.get(&UserKey { user })?)
    });
    let user = made.await?.ok_or_else(no_such_user)?;
    let (id, account) = (user.id, user.account);
    if chooses {
        send_password_proof(&ask.app, &user, true).await?;
    }
    json(&MadeUser { user: MadeUserId { id, account: MadeUserAccount { id: account } } })
}

/// PeerTube's number of a role.
fn a_role(fields: &mut Fields) -> Option<Role> {
    fields.number("role", 0..=2).map(|number| match number {
        0 => Role::Administrator,
        1 => Role::Moderator,
        _ => Role::User,
    })
}

/// Bytes; -1 for no bound.
fn a_quota(fields: &mut Fields, path: &str) -> Option<Option<u64>> {
    fields.number(path, -1..=i64::MAX).map(|bytes| u64::try_from(bytes).ok())
}

/// `PUT /api/v1/users/{id}`
pub async fn update(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person_with(Right::ManageUsers).await?;
    let id = user_id(&id)?;
    ask.app.read(move |store| manageable(store, &who, id)).await?;
    let mut fields = Fields::read(&ask, body, USER_BYTES_MAX).await?;
    let password = a_password(&mut fields, "password");
    let mut ruling = Ruling {
        password: None,
        email: fields.parsed("email", "Should be an e-mail address", an_email),
        email_verified: fields.truth("emailVerified"),
        video_quota: a_quota(&mut fields, "videoQuota"),
        video_quota_daily: a_quota(&mut fields, "videoQuotaDaily"),
        role: a_role(&mut fields),
        admin_flags: fields.number("adminFlags", 0..=FLAGS_MAX),
    };
    fields.end()?;
    if let Some(password) = password {
        ruling.password = Some(hash_of(&ask, password).await?);
    }
    ask.app.write(Durability::Flushed, move |write, now| account::rule(write, now, &who, id, ruling)).await?;
    Ok(no_content())
}

/// `DELETE /api/v1/users/{id}`
pub async fn delete(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person_with(Right::ManageUsers).await?;
    let id = user_id(&id)?;
    ask.app.read(move |store| deletable(store, &who, id)).await?;
    remove(&ask, id).await?;
    Ok(no_content())
}

/// `POST /api/v1/users/{id}/block`
pub async fn block(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person_with(Right::ManageUsers).await?;
    let id = user_id(&id)?;
    let mut fields = Fields::read(&ask, body, USER_BYTES_MAX).await?;
    let reason = fields.text_or_null("reason", USER_BLOCK_REASON_LENGTH).flatten();
    fields.end()?;
    let reason = reason.unwrap_or_default();
    let app = ask.app.clone();
    let blocked = ask.app.write(Durability::Flushed, move |write, now| {
        let user = set_blocked(write, now, &who, id, Some(reason.clone()))?;
        if app.can_mail() {
            let config = app.config();
            let writer = writer(&config, user.preferences.language.as_deref());
            outbox::post(write, now, &user.email, writer.blocked(&user.username, &reason), NEWS)?;
        }
        Ok::<_, ManageError>(())
    });
    blocked.await?;
    Ok(no_content())
}

/// `POST /api/v1/users/{id}/unblock`
pub async fn unblock(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person_with(Right::ManageUsers).await?;
    let id = user_id(&id)?;
    let app = ask.app.clone();
    let unblocked = ask.app.write(Durability::Flushed, move |write, now| {
        let user = set_blocked(write, now, &who, id, None)?;
        if app.can_mail() {
            let config = app.config();
            let writer = writer(&config, user.preferences.language.as_deref());
            let letter = writer.unblocked(&user.username, format!("{}/login", app.url()));
            outbox::post(write, now, &user.email, letter, NEWS)?;
        }
        Ok::<_, ManageError>(())
    });
    unblocked.await?;
    Ok(no_content())
}

impl From<ManageError> for Failure {
    fn from(error: ManageError) -> Failure {
        match error {
            ManageError::NoSuchUser => no_such_user(),
            ManageError::TooHigh => Failure::forbidden("Users can only be managed by moderators or admins."),
            ManageError::Root(_) | ManageError::Oneself(_) => {
                Failure::bad_request(capital(&error.to_string()))
            }
            ManageError::EmailTaken => user_exists(),
            ManageError::Store(error) => error.into(),
        }
    }
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Failure {
        match error {
            CreateError::BadName(name) => Wrong::body("username", Some(&name), NAME_MESSAGE).into(),
            CreateError::NameTaken(_) | CreateError::EmailTaken => user_exists(),
            CreateError::ChannelTaken(name) => {
                Failure::new(StatusCode::CONFLICT, format!("Channel with name {name} already exists."))
            }
            CreateError::Store(error) => error.into(),
        }
    }
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}
