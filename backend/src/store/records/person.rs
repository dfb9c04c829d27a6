//! Logins, the persons and channels that publish, and their tokens.

use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ChannelId, CollaboratorId, SessionId, UserId, Uuid};
use shared::meeting::Meeting;
use shared::time::Timestamp;

use super::remote::RemoteActor;
use super::video::PlayerTheme;
use crate::store::Record;

/// What a login may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything.
    Administrator,
    /// Keep order.
    Moderator,
    /// Publish.
    User,
}

/// A login.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct User {
    /// Its number.
    pub id: UserId,
    /// Login name, as it was typed.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// argon2id, in PHC form.
    pub password: String,
    /// What it may do.
    pub role: Role,
    /// The person that publishes.
    pub account: AccountId,
    /// Bytes of video allowed in all; none for no bound.
    pub video_quota: Option<u64>,
    /// Bytes of video allowed in 24 hours; none for no bound.
    pub video_quota_daily: Option<u64>,
    /// Why it was kept out; none while it was not.
    pub blocked: Option<String>,
    /// Whether somebody showed that mail reaches them there; none while nobody asked.
    #[serde(default)]
    pub email_verified: Option<bool>,
    /// A new address, which becomes `email` when its mail arrived.
    #[serde(default)]
    pub pending_email: Option<String>,
    /// What it is exempted from, as PeerTube's bits.
    #[serde(default)]
    pub admin_flags: u32,
    /// How the person likes the pages.
    #[serde(default)]
    pub preferences: Preferences,
    /// Whether a second proof is asked for at login.
    #[serde(default)]
    pub two_factor: bool,
    /// Opens the person's feeds to programs that cannot log in; made when it is first asked for.
    #[serde(default)]
    pub feed_token: Option<Uuid>,
    /// When somebody last logged in with the password.
    #[serde(default)]
    pub last_login_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for User {}

/// What to do with sensitive content.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    /// Show it like any other.
    Display,
    /// Say so before it plays.
    Warn,
    /// Blur its picture.
    Blur,
    /// Leave it out of lists.
    DoNotList,
}

impl Sensitive {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sensitive::Display => "display",
            Sensitive::Warn => "warn",
            Sensitive::Blur => "blur",
            Sensitive::DoNotList => "do_not_list",
        }
    }

    /// What the word on the wire means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Sensitive> {
        let all = [Sensitive::Display, Sensitive::Warn, Sensitive::Blur, Sensitive::DoNotList];
        all.into_iter().find(|policy| policy.as_str() == word)
    }
}

/// How a person likes the pages. What nobody chose is as a new PeerTube user has it (capture `rest/users-me`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in PeerTube's API")]
pub struct Preferences {
    /// What to do with sensitive content; none to do as the instance does.
    pub sensitive: Option<Sensitive>,
    /// Kinds of it to show in spite of that, as PeerTube's bits.
    pub sensitive_displayed: u32,
    /// Kinds to leave out of lists.
    pub sensitive_hidden: u32,
    /// Kinds to warn of.
    pub sensitive_warned: u32,
    /// Kinds to blur.
    pub sensitive_blurred: u32,
    /// Whether others see the e-mail address.
    pub email_public: bool,
    /// Whether the player may share segments.
    pub p2p: bool,
    /// Whether watched videos are remembered.
    pub history: bool,
    /// Start playing when a watch page opens.
    pub autoplay: bool,
    /// Go on to the next video at the end.
    pub autoplay_next: bool,
    /// Go on to the next of a playlist at the end.
    pub autoplay_playlist: bool,
    /// Languages to list; none for all.
    pub video_languages: Option<Vec<String>>,
    /// The name of a theme; none for the instance's.
    pub theme: Option<String>,
    /// The language pages and mails are in, as an ISO 639 code; none where the browser says.
    pub language: Option<String>,
    /// Seen and dismissed: the warning that the instance is not configured.
    pub no_instance_config_warning: bool,
    /// Seen and dismissed: the welcome.
    pub no_welcome: bool,
    /// Seen and dismissed: the hint that the account says nothing of itself.
    pub no_account_setup_warning: bool,
    /// Seen and dismissed: news of the pages, as PeerTube's bits.
    pub new_features_read: u32,
}

impl Default for Preferences {
    fn default() -> Preferences {
        Preferences {
            sensitive: None,
            sensitive_displayed: 0,
            sensitive_hidden: 0,
            sensitive_warned: 0,
            sensitive_blurred: 0,
            email_public: false,
            p2p: true,
            history: true,
            autoplay: true,
            autoplay_next: false,
            autoplay_playlist: true,
            video_languages: None,
            theme: None,
            language: None,
            no_instance_config_warning: false,
            no_welcome: false,
            no_account_setup_warning: false,
            new_features_read: 0,
        }
    }
}

/// A picture of an account or a channel, in all its sizes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ActorPicture {
    /// What the names of its files begin with, so that they are found when it goes.
    pub name: Uuid,
    /// Pixels, largest first; one file each.
    pub widths: Vec<u32>,
    /// Whether the files are PNG, since something in them can be seen through; else they are JPEG.
    pub is_png: bool,
    /// When it was stored.
    pub created_at: Timestamp,
}

impl ActorPicture {
    /// The name of the file in one size.
    #[must_use]
    pub fn file(&self, width: u32) -> String {
        format!("{}-{width}.{}", self.name, if self.is_png { "png" } else { "jpg" })
    }
}

/// A publishing person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// The login behind it; none for somebody of another server.
    #[serde(default)]
    pub user: Option<UserId>,
    /// What is known of it where it is of another server; none where it is of this one.
    #[serde(default)]
    pub remote: Option<Box<RemoteActor>>,
    /// Its picture.
    #[serde(default)]
    pub avatar: Option<ActorPicture>,
    /// Tokens for seeders that were made before count no more; none where all count.
    #[serde(default)]
    pub seeders_since: Option<Timestamp>,
    /// How many channels it follows.
    #[serde(default)]
    pub following: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Account {}

/// Where an account publishes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Channel {
    /// Its number.
    pub id: ChannelId,
    /// Name in addresses.
    pub name: String,
    /// Name people see.
    pub display_name: String,
    /// Markdown.
    pub description: Option<String>,
    /// Markdown: how to support its makers.
    pub support: Option<String>,
    /// Who may meet over its videos at most; none where that is left to the instance.
    #[serde(default)]
    pub sharing: Option<Meeting>,
    /// Its picture.
    #[serde(default)]
    pub avatar: Option<ActorPicture>,
    /// The picture above its page.
    #[serde(default)]
    pub banner: Option<ActorPicture>,
    /// How the player of its videos looks.
    #[serde(default)]
    pub player_theme: PlayerTheme,
    /// What is known of it where it is of another server; none where it is of this one.
    #[serde(default)]
    pub remote: Option<Box<RemoteActor>>,
    /// Whose it is.
    pub account: AccountId,
    /// Who was asked to edit it, first asked first. A row of the channel, since who may change a video asks for them at
    /// every look.
    #[serde(default)]
    pub collaborators: Vec<Collaborator>,
    /// How many follow it.
    #[serde(default)]
    pub followers: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Record for Channel {}

impl Account {
    /// The server it is of; none where that is this one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.remote.as_ref().map(|remote| remote.host.as_str())
    }
}

impl Channel {
    /// The server it is of; none where that is this one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.remote.as_ref().map(|remote| remote.host.as_str())
    }
}

/// Somebody's part in another's channel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Collaborator {
    /// Its number.
    pub id: CollaboratorId,
    /// Whose.
    pub account: AccountId,
    /// What was answered.
    pub state: CollaboratorState,
    /// When they were asked.
    pub created_at: Timestamp,
    /// When they answered; until then, when they were asked.
    pub updated_at: Timestamp,
}

/// What somebody answered who was asked to edit a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollaboratorState {
    /// Nothing yet.
    Pending,
    /// They edit it.
    Accepted,
    /// They do not want to.
    Rejected,
}

/// What an access token opens. The token itself is nowhere: its hash is the key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// Whom it stands for.
    pub user: UserId,
    /// The refresh token of the same pair, by hash, so that both go together.
    pub refresh: [u8; 32],
    /// The session it belongs to; none for a token that is older than sessions are.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Record for AccessToken {}

/// What a refresh token opens, once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RefreshToken {
    /// Whom it stands for.
    pub user: UserId,
    /// The access token of the same pair, by hash.
    pub access: [u8; 32],
    /// The session it belongs to; none for a token that is older than sessions are.
    #[serde(default)]
    pub session: Option<SessionId>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Record for RefreshToken {}

/// Somebody who logged in with one program, until they log out there or the last of its tokens ends.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The access token of its newest pair, by hash.
    pub access: [u8; 32],
    /// The refresh token of its newest pair, by hash.
    pub refresh: [u8; 32],
    /// The login.
    pub began: Presence,
    /// When it last asked for new tokens, which programs do about once a day.
    pub last: Presence,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

impl Record for Session {}

/// When and whence somebody came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Presence {
    /// The program and what it ran on: `Firefox on Linux`.
    pub device: String,
    /// The network, never the whole address.
    pub network: String,
    /// When.
    pub at: Timestamp,
}

/// The second proof at login. A row of its own, so that nothing that lists logins holds a secret.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct TwoFactor {
    /// What the person's app makes codes of; none until its first code was shown.
    pub secret: Option<[u8; 20]>,
    /// The step of the last code that was used.
    pub last_step: Option<i64>,
    /// Words that each let in once, by hash.
    pub recovery: Vec<[u8; 32]>,
    /// A secret whose first code is waited for.
    pub request: Option<TwoFactorRequest>,
}

impl Record for TwoFactor {}

/// A secret whose first code is waited for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TwoFactorRequest {
    /// What is shown along with the code, by hash.
    pub token: [u8; 32],
    /// What the app makes codes of.
    pub secret: [u8; 20],
    /// When it is waited for no more.
    pub expires_at: Timestamp,
}
