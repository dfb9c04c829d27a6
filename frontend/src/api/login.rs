//! Signing in, staying in, signing out; and who is signed in.

use serde::Deserialize;
use shared::api::{AccountSummary, ChannelSummary, OAuthClient, Role, TokenGrant, Tokens};
use shared::id::{AccountId, ChannelId, UserId};

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Trades a name and a password for tokens; with a code of the person's app, or one of the words kept for the day that
/// app is lost, where a second proof is asked for.
///
/// # Errors
/// [`Failure::Refused`] with the code `invalid_grant` for a wrong name or password, `missing_two_factor` where a second
/// proof is asked for.
pub async fn log_in(
    client: &Client,
    username: &str,
    password: &str,
    proof: Option<&str>,
) -> Result<Tokens, Failure> {
    let grant = TokenGrant {
        grant_type: "password".to_owned(),
        username: Some(username.to_owned()),
        password: Some(password.to_owned()),
        ..TokenGrant::default()
    };
    ask_tokens(client, &grant, proof).await
}

/// Trades a refresh token for new tokens.
pub fn refresh_form(refresh_token: &str) -> TokenGrant {
    TokenGrant {
        grant_type: "refresh_token".to_owned(),
        refresh_token: Some(refresh_token.to_owned()),
        ..TokenGrant::default()
    }
}

/// Asks for tokens.
///
/// # Errors
/// As the instance refuses.
pub async fn renew(client: &Client, grant: &TokenGrant) -> Result<Tokens, Failure> {
    ask_tokens(client, grant, None).await
}

/// What carries the second proof (PeerTube's header).
const OTP: &str = "x-peertube-otp";

async fn ask_tokens(client: &Client, grant: &TokenGrant, proof: Option<&str>) -> Result<Tokens, Failure> {
    let answer = client.send_as_stranger("GET", "/api/v1/oauth-clients/local", &Body::Nothing).await?;
    let app: OAuthClient = serde_json::from_str(&answer.text).map_err(|_| Failure::Unreadable)?;
    let fields = [
        ("client_id", Some(&app.client_id)),
        ("client_secret", Some(&app.client_secret)),
        ("grant_type", Some(&grant.grant_type)),
        ("username", grant.username.as_ref()),
        ("password", grant.password.as_ref()),
        ("refresh_token", grant.refresh_token.as_ref()),
    ];
    let form: Vec<String> =
        fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encode(value?)))).collect();
    let body = Body::Text("application/x-www-form-urlencoded", form.join("&"));
    let header = proof.map(|proof| (OTP, proof));
    let answer = client.send_as_stranger_with("POST", "/api/v1/users/token", &body, header).await?;
    serde_json::from_str(&answer.text).map_err(|_| Failure::Unreadable)
}

/// Ends the session on the instance. The browser's tokens are forgotten by the caller, whatever the answer.
///
/// # Errors
/// As the instance refuses.
pub async fn log_out(client: &Client) -> Result<(), Failure> {
    client.send("POST", "/api/v1/users/revoke-token", &Body::Nothing).await.map(drop)
}

/// The part of `GET /api/v1/users/me` that our pages read.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// Number on this instance.
    pub id: UserId,
    /// What the person may do: 0 for an administrator.
    pub role: Role,
    /// The publishing person.
    pub account: AccountSummary,
    /// First channel first.
    pub video_channels: Vec<ChannelSummary>,
    /// Channels of others that the person edits.
    #[serde(default)]
    pub video_channel_collaborations: Vec<ChannelSummary>,
    /// Whether it is noted what they watch.
    #[serde(default)]
    pub videos_history_enabled: bool,
    /// The language the person chose, as a code; none where the browser says.
    #[serde(default)]
    pub language: Option<String>,
    /// The appearance the person chose, or `instance-default`.
    #[serde(default)]
    pub theme: String,
    /// Whether videos begin by themselves.
    #[serde(default = "yes")]
    pub auto_play_video: bool,
    /// Whether the next video begins by itself at the end of one.
    #[serde(default)]
    pub auto_play_next_video: bool,
    /// Whether it does in a list.
    #[serde(default = "yes")]
    pub auto_play_next_video_playlist: bool,
    /// Whether the player may share.
    #[serde(default = "yes")]
    pub p2p_enabled: bool,
    /// What they want done with what is not for all eyes: `display`, `warn`, `blur` or `do_not_list`.
    #[serde(default)]
    pub nsfw_policy: String,
    /// Kinds of it to show in spite of that, as PeerTube's bits.
    #[serde(default)]
    pub nsfw_flags_displayed: u32,
    /// Kinds to leave out of lists.
    #[serde(default)]
    pub nsfw_flags_hidden: u32,
    /// Kinds to warn of.
    #[serde(default)]
    pub nsfw_flags_warned: u32,
    /// Kinds to blur.
    #[serde(default)]
    pub nsfw_flags_blurred: u32,
}

fn yes() -> bool {
    true
}

impl Person {
    /// The channels the person publishes in: their own, then those of others that they edit.
    pub fn channels(&self) -> Vec<ChannelSummary> {
        self.video_channels.iter().chain(&self.video_channel_collaborations).cloned().collect()
    }

    /// Whether the person manages what an account publishes in a channel.
    pub fn manages(&self, account: AccountId, channel: ChannelId) -> bool {
        self.account.id == account || self.video_channel_collaborations.iter().any(|one| one.id == channel)
    }

    /// Whether the person may see and change other people's logins, and judge who asks to be let in. A hint for what is
    /// shown: the instance judges by itself (`backend`'s `domain::right`).
    pub fn manages_people(&self) -> bool {
        matches!(self.role.id, 0 | 1)
    }

    /// Whether the person may change the instance itself. The same kind of hint.
    pub fn keeps_the_site(&self) -> bool {
        self.role.id == 0
    }
}

/// Who is signed in.
///
/// # Errors
/// As the instance refuses.
pub async fn me(client: &Client) -> Result<Person, Failure> {
    client.get("/api/v1/users/me").await
}
