//! Channels as their owner changes them.

use serde::de::IgnoredAny;
use shared::api::{ChannelChange, MadeChannel, NewChannel};
use web_sys::Blob;

use super::client::Client;
use super::failure::Failure;
use super::people::{json, picture, told};
use crate::browser::fetch::Body;
use crate::text::addresses::encode;

/// Which of a channel's pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelPicture {
    /// Square.
    Avatar,
    /// Wide.
    Banner,
}

impl ChannelPicture {
    fn name(self) -> &'static str {
        match self {
            ChannelPicture::Avatar => "avatar",
            ChannelPicture::Banner => "banner",
        }
    }
}

fn path(name: &str) -> String {
    format!("/api/v1/video-channels/{}", encode(name))
}

/// Makes a channel.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields, 409 says that the name is taken.
pub async fn create_channel(client: &Client, new: &NewChannel) -> Result<(), Failure> {
    let _: MadeChannel = client.ask("POST", "/api/v1/video-channels", &json(new)).await?;
    Ok(())
}

/// Changes what a channel says of itself.
///
/// # Errors
/// As the instance refuses: 400 names the wrong fields.
pub async fn change_channel(client: &Client, name: &str, change: &ChannelChange) -> Result<(), Failure> {
    told(client, "PUT", &path(name), change).await
}

/// Puts a new picture in the place of one of a channel's, or takes it off.
///
/// # Errors
/// As the instance refuses.
pub async fn set_channel_picture(
    client: &Client,
    name: &str,
    which: ChannelPicture,
    new: Option<&Blob>,
) -> Result<(), Failure> {
    let path = format!("{}/{}", path(name), which.name());
    match new {
        Some(new) => {
            let field = format!("{}file", which.name());
            picture::<IgnoredAny>(client, &format!("{path}/pick"), &field, new).await.map(drop)
        }
        None => client.send("DELETE", &path, &Body::Nothing).await.map(drop),
    }
}

/// Deletes a channel with its videos for ever.
///
/// # Errors
/// As the instance refuses.
pub async fn delete_channel(client: &Client, name: &str) -> Result<(), Failure> {
    client.send("DELETE", &path(name), &Body::Nothing).await.map(drop)
}
