//! What the instance says of itself.
//!
//! Owns the few fields of `GET /config` that pages read. The answer has a hundred more, for other clients.

use serde::Deserialize;

use super::client::Client;
use super::failure::Failure;

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
}

/// Who the instance is.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct About {
    /// Its name.
    pub name: String,
    /// One sentence.
    pub short_description: String,
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
