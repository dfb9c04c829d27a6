//! What administrators change of the instance itself: settings, home page, pictures. Who may is judged before.

use shared::time::Timestamp;

use super::event::Event;
use crate::store::records::{ActorPicture, Custom, SitePage};
use crate::store::tables::{CustomKey, SitePageKey, SitePictureKey};
use crate::store::{Read, StoreError, Write};

/// The name of the home page's row.
pub const HOMEPAGE: &str = "homepage";

/// Which picture of the instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SitePicture {
    /// The square one beside its name.
    Avatar,
    /// The wide one above its pages.
    Banner,
    /// One for a place of its own.
    Logo(Logo),
}

/// A place that has a picture of its own, under PeerTube 8's names (`logo-type.type.ts`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Logo {
    /// In the tabs of browsers.
    Favicon,
    /// In the place of logo and name at the top of wide pages.
    HeaderWide,
    /// Beside the name at the top of pages.
    HeaderSquare,
    /// Where other sites show a link to the instance.
    Opengraph,
}

impl Logo {
    /// All of them.
    pub const ALL: [Logo; 4] = [Logo::Favicon, Logo::HeaderWide, Logo::HeaderSquare, Logo::Opengraph];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Logo::Favicon => "favicon",
            Logo::HeaderWide => "header-wide",
            Logo::HeaderSquare => "header-square",
            Logo::Opengraph => "opengraph",
        }
    }

    /// Widths and heights in pixels, largest first: PeerTube's, and before those of headers what screens need that have
    /// three pixels for one.
    #[must_use]
    pub fn sizes(self) -> &'static [(u32, u32)] {
        match self {
            Logo::Favicon => &[(32, 32)],
            Logo::HeaderWide => &[(774, 144), (258, 48)],
            Logo::HeaderSquare => &[(144, 144), (48, 48)],
            Logo::Opengraph => &[(1200, 650)],
        }
    }
}

impl SitePicture {
    /// All of them.
    pub const ALL: [SitePicture; 6] = [
        SitePicture::Avatar,
        SitePicture::Banner,
        SitePicture::Logo(Logo::Favicon),
        SitePicture::Logo(Logo::HeaderWide),
        SitePicture::Logo(Logo::HeaderSquare),
        SitePicture::Logo(Logo::Opengraph),
    ];

    /// Its row.
    #[must_use]
    pub fn key(self) -> SitePictureKey {
        let name = match self {
            SitePicture::Avatar => "avatar",
            SitePicture::Banner => "banner",
            SitePicture::Logo(logo) => logo.name(),
        };
        SitePictureKey { name: name.to_owned() }
    }
}

/// Changes fields of the custom configuration; a field without a value is as the settings say again.
///
/// # Errors
/// [`StoreError`].
pub fn customise(
    write: &mut Write<'_>,
    fields: Vec<(&'static str, Option<Custom>)>,
) -> Result<(), StoreError> {
    for (path, value) in fields {
        let key = CustomKey { path: path.to_owned() };
        match value {
            Some(value) => write.insert(&key, &value)?,
            None => write.remove(&key),
        }
    }
    Ok(())
}

/// Takes all changes back, also those of fields that this program does not have.
///
/// # Errors
/// [`StoreError`].
pub fn reset(write: &mut Write<'_>) -> Result<(), StoreError> {
    let keys: Vec<CustomKey> =
        write.table::<CustomKey>().map(|row| row.map(|(key, _)| key)).collect::<Result<_, _>>()?;
    for key in &keys {
        write.remove(key);
    }
    Ok(())
}

/// Writes the home page; an empty one is none.
///
/// # Errors
/// [`StoreError`].
pub fn set_homepage(write: &mut Write<'_>, now: Timestamp, content: String) -> Result<(), StoreError> {
    let key = SitePageKey { name: HOMEPAGE.to_owned() };
    if content.trim().is_empty() {
        write.remove(&key);
        return Ok(());
    }
    write.insert(&key, &SitePage { content, updated_at: now })
}

/// Gives the instance another picture, or none.
///
/// # Errors
/// [`StoreError`].
pub fn set_picture(
    write: &mut Write<'_>,
    which: SitePicture,
    picture: Option<ActorPicture>,
) -> Result<(), StoreError> {
    let key = which.key();
    if let Some(old) = write.get(&key)? {
        write.note(Event::PictureDropped { name: old.name });
    }
    match picture {
        Some(picture) => write.insert(&key, &picture)?,
        None => write.remove(&key),
    }
    Ok(())
}
