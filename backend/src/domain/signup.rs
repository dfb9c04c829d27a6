//! Coming in: strangers who make themselves a login, or ask for one and wait for somebody's yes.

use shared::id::{RegistrationId, UserId};
use shared::limits::CHANNEL_NAME_LENGTH;
use shared::time::Timestamp;

use crate::domain::account::{self, CreateError, More, NewUser, is_email_taken, is_name_taken};
use crate::domain::event::Event;
use crate::store::records::{Registration, RegistrationState, Role};
use crate::store::tables::{RegistrationEmailKey, RegistrationKey, RegistrationNameKey};
use crate::store::{Read, StoreError, Write};

/// How strangers may come in at this moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Whether they may at all: it is allowed, and there is room for one more.
    pub allowed: bool,
    /// Whether somebody must say yes.
    pub requires_approval: bool,
    /// Whether they must show that mail reaches them.
    pub requires_email_verification: bool,
    /// How old they should be, in years.
    pub minimum_age: u32,
}

/// Requests that wait at most: what a moderator reads in a day or two. Behind it nobody can ask until some are judged.
pub const REGISTRATIONS_PENDING_MAX: usize = 1000;

/// Somebody who wants to come in. The texts were found right.
#[derive(Clone, PartialEq, Eq)]
pub struct Applicant {
    /// Login name to be.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// argon2id, in PHC form.
    pub password: String,
    /// Name people are to see.
    pub display_name: Option<String>,
    /// The first channel, by its name in addresses and the one people are to see.
    pub channel: Option<(String, String)>,
    /// The language of its pages and mails, where that is known.
    pub language: Option<String>,
}

/// What a new login begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beginning {
    /// Bytes of video in all; none for no bound.
    pub quota: Option<u64>,
    /// Bytes of video in 24 hours; none for no bound.
    pub quota_daily: Option<u64>,
    /// The first channel's name, where nobody chose another; $1 stands for the login's.
    pub channel_name: String,
    /// Whether it is noted what is watched.
    pub history: bool,
}

impl Beginning {
    /// What the first channel of this login is called.
    #[must_use]
    pub fn channel_name_of(&self, username: &str) -> String {
        let name = self.channel_name.replace("$1", username);
        name.chars().take(*CHANNEL_NAME_LENGTH.end()).collect()
    }
}

/// Makes a login of somebody who may come in.
///
/// # Errors
/// [`CreateError`].
pub fn register(
    write: &mut Write<'_>,
    now: Timestamp,
    applicant: Applicant,
    email_verified: Option<bool>,
    beginning: Beginning,
) -> Result<UserId, CreateError> {
    let (channel, channel_display_name) = match applicant.channel {
        Some((name, display_name)) => (name, display_name),
        None => {
            let shown = beginning.channel_name_of(&applicant.username);
            (account::first_channel(write, &applicant.username)?, shown)
        }
    };
    let new = NewUser {
        channel,
        username: applicant.username,
        email: applicant.email,
        password: applicant.password,
        role: Role::User,
        video_quota: beginning.quota,
        video_quota_daily: beginning.quota_daily,
    };
    let more = More {
        display_name: applicant.display_name,
        channel_display_name: Some(channel_display_name),
        email_verified,
        admin_flags: 0,
        language: applicant.language,
        no_history: !beginning.history,
    };
    let user = account::create_with(write, now, new, more)?;
    write.note(Event::UserRegistered(user));
    Ok(user)
}

/// Why nobody was let in, or nobody could ask.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Somebody has the name or the address, or asked for it.
    #[error("the name or the e-mail address is taken")]
    Taken,
    /// An account or channel has the name that was meant for the channel.
    #[error("the channel's name is taken")]
    ChannelTaken(String),
    /// As many wait as may.
    #[error("at most {REGISTRATIONS_PENDING_MAX} requests wait")]
    TooManyWait,
    /// There is no such request.
    #[error("there is no such request")]
    NoSuchRegistration,
    /// It was judged before.
    #[error("the request was judged before")]
    Judged,
    /// The login could not be made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// The store failed.
    #[error("the request could not be stored")]
    Store(#[from] StoreError),
}

/// Notes that somebody asks to come in.
///
/// # Errors
/// [`RegistrationError`].
pub fn ask(
    write: &mut Write<'_>,
    now: Timestamp,
    applicant: Applicant,
    reason: String,
    email_verified: Option<bool>,
    pending: usize,
) -> Result<(RegistrationId, Registration), RegistrationError> {
    if REGISTRATIONS_PENDING_MAX <= pending {
        return Err(RegistrationError::TooManyWait);
    }
    let name = RegistrationNameKey { name: applicant.username.to_lowercase() };
    let email = RegistrationEmailKey { email: applicant.email.to_lowercase() };
    let is_asked = write.get(&name)?.is_some() || write.get(&email)?.is_some();
    if is_asked || is_name_taken(write, &applicant.username)? || is_email_taken(write, &applicant.email)? {
        return Err(RegistrationError::Taken);
    }
    let (channel, channel_display_name) = applicant.channel.unzip();
    if let Some(channel) = &channel
        && (is_name_taken(write, channel)? || *channel == applicant.username)
    {
        return Err(RegistrationError::ChannelTaken(channel.clone()));
    }
    let id = RegistrationId(write.next_number("registrations")?);
    let record = Registration {
        state: RegistrationState::Pending,
        reason,
        answer: None,
        username: applicant.username,
        email: applicant.email,
        email_verified,
        password: applicant.password,
        display_name: applicant.display_name,
        channel,
        channel_display_name,
        language: applicant.language,
        user: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&name, &id)?;
    write.insert(&email, &id)?;
    write.insert(&RegistrationKey { registration: id }, &record)?;
    write.note(Event::RegistrationAsked(id));
    Ok((id, record))
}

/// A request by the name or the address somebody tries to log in with.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn registration_by_login(read: &impl Read, login: &str) -> Result<Option<Registration>, StoreError> {
    let name = login.trim().to_lowercase();
    let mut id = read.get(&RegistrationNameKey { name: name.clone() })?;
    if id.is_none() {
        id = read.get(&RegistrationEmailKey { email: name })?;
    }
    id.map_or(Ok(None), |registration| read.get(&RegistrationKey { registration }))
}

/// What a moderator says to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// Come in.
    Accept,
    /// Stay out.
    Reject,
}

/// Judges a request: one that is accepted becomes a login. Gives the request as it is now.
///
/// # Errors
/// [`RegistrationError`].
pub fn judge(
    write: &mut Write<'_>,
    now: Timestamp,
    id: RegistrationId,
    judgement: Judgement,
    answer: String,
    beginning: Beginning,
) -> Result<Registration, RegistrationError> {
    let key = RegistrationKey { registration: id };
    let mut record = write.get(&key)?.ok_or(RegistrationError::NoSuchRegistration)?;
    if record.state != RegistrationState::Pending {
        return Err(RegistrationError::Judged);
    }
    match judgement {
        Judgement::Reject => record.state = RegistrationState::Rejected,
        Judgement::Accept => {
            let channel = record.channel.clone();
            let applicant = Applicant {
                username: record.username.clone(),
                email: record.email.clone(),
                // The login has it from now on.
                password: std::mem::take(&mut record.password),
                display_name: record.display_name.clone(),
                channel: channel.map(|name| {
                    let shown = record.channel_display_name.clone().unwrap_or_else(|| name.clone());
                    (name, shown)
                }),
                language: record.language.clone(),
            };
            record.user = Some(register(write, now, applicant, record.email_verified, beginning)?);
            record.state = RegistrationState::Accepted;
        }
    }
    record.answer = Some(answer);
    record.updated_at = now;
    write.insert(&key, &record)?;
    Ok(record)
}

/// Notes that mail reaches who asked. Nothing happens where the request is gone.
///
/// # Errors
/// [`StoreError`].
pub fn confirm(write: &mut Write<'_>, now: Timestamp, id: RegistrationId) -> Result<(), StoreError> {
    let key = RegistrationKey { registration: id };
    if let Some(mut record) = write.get(&key)? {
        record.email_verified = Some(true);
        record.updated_at = now;
        write.insert(&key, &record)?;
    }
    Ok(())
}

/// Forgets a request. Gives whether there was one.
///
/// # Errors
/// [`StoreError`].
pub fn forget(write: &mut Write<'_>, id: RegistrationId) -> Result<bool, StoreError> {
    let key = RegistrationKey { registration: id };
    let Some(record) = write.get(&key)? else { return Ok(false) };
    write.use_reserve();
    write.remove(&RegistrationNameKey { name: record.username.to_lowercase() });
    write.remove(&RegistrationEmailKey { email: record.email.to_lowercase() });
    write.remove(&key);
    Ok(true)
}

/// Forgets how a login came in, which goes with the login.
///
/// # Errors
/// [`StoreError`].
pub fn forget_of(write: &mut Write<'_>, username: &str) -> Result<(), StoreError> {
    if let Some(id) = write.get(&RegistrationNameKey { name: username.to_lowercase() })? {
        forget(write, id)?;
    }
    Ok(())
}
