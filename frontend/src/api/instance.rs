//! What the instance says of itself.
//!
//! Owns the few fields of `GET /config` that pages read. The answer has a hundred more, for other clients.

use serde::{Deserialize, Serialize};
use shared::api::Image;

use super::client::Client;
use super::failure::Failure;
use crate::browser::fetch::Body;

/// The part of `GET /api/v1/config` that our pages read.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Instance {
    /// Who it is.
    pub instance: About,
    /// What runs it. Shoal's own field: `serverVersion` is the PeerTube it speaks like.
    pub server_software: Software,
    /// What clients should do.
    pub client: ClientAdvice,
    /// What new videos are unless their maker says otherwise.
    pub defaults: Defaults,
    /// How renditions are made.
    pub transcoding: Transcoding,
    /// Bounds of a new user.
    pub user: UserBounds,
    /// Whether strangers may make accounts.
    pub signup: Signup,
    /// Whether it can send mail.
    pub email: Mail,
    /// Whether one may write to who keeps it.
    pub contact_form: Switch,
    /// What it brings from elsewhere.
    pub import: Imports,
}

/// What the instance brings from elsewhere.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Imports {
    /// Videos.
    pub videos: VideoImports,
    /// Channels, as they publish.
    pub video_channel_synchronization: Switch,
}

/// From where the instance brings videos.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct VideoImports {
    /// From addresses.
    pub http: Switch,
    /// By torrents and magnet addresses.
    pub torrent: Switch,
}

/// Something that is on or off.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Switch {
    /// It is on.
    pub enabled: bool,
}

/// Who the instance is.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    /// Its name.
    pub name: String,
    /// One sentence.
    pub short_description: String,
    /// Where its machine stands.
    pub server_country: String,
    /// How people support it.
    pub support: Support,
    /// Where else it is.
    pub social: Social,
}

/// How people support the instance.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Support {
    /// Markdown.
    pub text: String,
}

/// Where else the instance is: addresses, or nothing.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Social {
    /// Its own site.
    pub external_link: String,
    /// On Mastodon.
    pub mastodon_link: String,
    /// On Bluesky.
    pub bluesky_link: String,
    /// On X.
    pub x_link: String,
}

/// What runs the instance.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Software {
    /// Its version.
    pub version: String,
}

/// What clients should do.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClientAdvice {
    /// About videos.
    pub videos: VideoAdvice,
}

/// What clients should do about videos.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VideoAdvice {
    /// About resumable uploads.
    pub resumable_upload: UploadAdvice,
}

/// What clients should do about resumable uploads.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UploadAdvice {
    /// Bytes of a chunk at most; 0 for no bound.
    pub max_chunk_size: u64,
}

/// What new videos are unless their maker says otherwise.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Defaults {
    /// About publication.
    pub publish: PublishDefaults,
}

/// What new videos are unless their maker says otherwise.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PublishDefaults {
    /// Whether viewers are offered the files.
    pub download_enabled: bool,
    /// 1 enabled, 2 disabled, 3 after approval.
    pub comments_policy: u32,
    /// Who may see it.
    pub privacy: u32,
    /// None where the maker should choose.
    pub licence: Option<u32>,
}

impl Default for PublishDefaults {
    /// PeerTube's, for an instance that says nothing.
    fn default() -> PublishDefaults {
        PublishDefaults { download_enabled: true, comments_policy: 1, privacy: 1, licence: None }
    }
}

/// How renditions are made.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Transcoding {
    /// Heights that are made.
    pub enabled_resolutions: Vec<u32>,
}

/// Bounds of a new user.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserBounds {
    /// Bytes in all; -1 for no bound.
    pub video_quota: i64,
    /// Bytes in 24 hours; -1 for no bound.
    pub video_quota_daily: i64,
}

impl Default for UserBounds {
    fn default() -> UserBounds {
        UserBounds { video_quota: -1, video_quota_daily: -1 }
    }
}

/// Whether strangers may make accounts.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Signup {
    /// They may.
    pub allowed: bool,
    /// Somebody judges each of them first.
    pub requires_approval: bool,
    /// Mail has to reach them first.
    pub requires_email_verification: bool,
    /// In years.
    pub minimum_age: u32,
}

/// Whether the instance can send mail.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// It can.
    pub enabled: bool,
}

/// Who keeps the instance and by which rules, as `GET /api/v1/config/about` says it; texts are markdown.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Texts {
    /// What it is for.
    pub description: String,
    /// Terms of use.
    pub terms: String,
    /// What is welcome and what is not.
    pub code_of_conduct: String,
    /// How reports are dealt with.
    pub moderation_information: String,
    /// Who is behind it.
    pub administrator: String,
    /// Why it was made.
    pub creation_reason: String,
    /// How long it is meant to stay.
    pub maintenance_lifetime: String,
    /// Who pays for it.
    pub business_model: String,
    /// What it runs on.
    pub hardware_information: String,
    /// Codes of the languages spoken there.
    pub languages: Vec<String>,
    /// Numbers of what its videos are about.
    pub categories: Vec<u32>,
    /// Its square picture, in several sizes.
    pub avatars: Vec<Image>,
    /// Its wide picture, in several sizes.
    pub banners: Vec<Image>,
}

/// The rules and people behind the instance.
///
/// # Errors
/// As the instance refuses.
pub async fn texts(client: &Client) -> Result<Texts, Failure> {
    #[derive(Deserialize)]
    struct Whole {
        instance: Texts,
    }
    client.get("/api/v1/config/about").await.map(|whole: Whole| whole.instance)
}

/// How much there is on the instance, the part that everybody is told.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Numbers {
    /// Accounts.
    pub total_users: u64,
    /// Public videos.
    pub total_local_videos: u64,
    /// How often they were watched.
    pub total_local_video_views: u64,
    /// What was said below them.
    pub total_local_video_comments: u64,
}

/// How much there is on the instance.
///
/// # Errors
/// As the instance refuses.
pub async fn numbers(client: &Client) -> Result<Numbers, Failure> {
    client.get("/api/v1/server/stats").await
}

/// A letter to who keeps the instance.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// Who writes.
    pub from_name: String,
    /// Where they read the answer.
    pub from_email: String,
    /// What it is about.
    pub subject: String,
    /// What they write.
    pub body: String,
}

/// Sends a letter to who keeps the instance.
///
/// # Errors
/// As the instance refuses.
pub async fn write_to_keeper(client: &Client, letter: &Letter) -> Result<(), Failure> {
    let body = serde_json::to_string(letter).map_err(|_| Failure::Unreadable)?;
    client.send("POST", "/api/v1/server/contact", &Body::Text("application/json", body)).await.map(drop)
}

/// What the instance says of itself.
///
/// # Errors
/// As the instance refuses.
pub async fn instance(client: &Client) -> Result<Instance, Failure> {
    client.get("/api/v1/config").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_may_say_less_than_we_read() {
        let bare: Instance = serde_json::from_str(r#"{"instance":{"name":"Reef"}}"#).unwrap();
        assert_eq!(bare.instance.name, "Reef");
        assert_eq!(bare.defaults.publish, PublishDefaults::default());
        assert_eq!(bare.user.video_quota, -1);
    }
}
