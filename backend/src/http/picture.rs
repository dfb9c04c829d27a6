//! Pictures of accounts and channels as they are sent: read, cut and written before a row names them.

use bytes::Bytes;
use shared::limits::{AVATAR_WIDTHS, BANNER_SIZES, IMAGE_BYTES_MAX};

use super::extract::{Ask, Body};
use super::form::sent_picture;
use super::problem::{Failure, no_space_left};
use crate::app::App;
use crate::domain::site::Logo;
use crate::domain::wrong::Wrong;
use crate::files::actor_picture::{self, PictureError};
use crate::files::disk;
use crate::files::picture::Size;
use crate::files::remove::remove_all_of;
use crate::store::records::ActorPicture;

/// Which of the kinds of pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Square.
    Avatar,
    /// Wide.
    Banner,
    /// For a place of the instance's own.
    Logo(Logo),
}

impl Kind {
    fn field(self) -> &'static str {
        match self {
            Kind::Avatar => "avatarfile",
            Kind::Banner => "bannerfile",
            Kind::Logo(_) => "logofile",
        }
    }

    fn sizes(self) -> Vec<Size> {
        match self {
            Kind::Avatar => AVATAR_WIDTHS.iter().map(|side| Size { width: *side, height: *side }).collect(),
            Kind::Banner => sizes(BANNER_SIZES),
            Kind::Logo(logo) => sizes(logo.sizes()),
        }
    }
}

fn sizes(sizes: &[(u32, u32)]) -> Vec<Size> {
    sizes.iter().map(|(width, height)| Size { width: *width, height: *height }).collect()
}

/// Reads the picture of a form and writes it in all sizes. Who sent it was found to be allowed to.
///
/// # Errors
/// 400, 413 or 507.
pub async fn receive(ask: &Ask, body: Body, kind: Kind) -> Result<ActorPicture, Failure> {
    let bytes: Bytes = sent_picture(ask, body, kind.field()).await?;
    // As many at once as of any other pictures: each takes a core and a hundred megabytes.
    let permit = ask.app.uploads().picture_permit().await;
    let written = ask
        .app
        .blocking(move |app| {
            let (layout, name) = (app.layout(), app.dice().uuid());
            let path = |file: &str| match kind {
                Kind::Avatar | Kind::Logo(_) => layout.avatar(file),
                Kind::Banner => layout.banner(file),
            };
            let written = actor_picture::write(layout, path, &bytes, &kind.sizes(), name, app.clock().now());
            drop(permit);
            written
        })
        .await;
    written.map_err(|error| match error {
        PictureError::NotAPicture(_) => {
            let message = format!(
                "Should be a JPEG, PNG or WebP picture of at most {} MB",
                IMAGE_BYTES_MAX / 1024 / 1024
            );
            Wrong::body(kind.field(), None, message).into()
        }
        PictureError::Disk(error) if disk::is_full(&error) => no_space_left(),
        PictureError::Disk(error) => Failure::internal(&error),
    })
}

/// Removes the files of a picture that no row came to name.
pub async fn discard(app: &App, picture: &ActorPicture) {
    let name = picture.name;
    if let Err(error) = app.blocking(move |app| remove_all_of(app.layout(), name)).await {
        tracing::warn!(%error, "a picture that nothing names could not be removed");
    }
}
