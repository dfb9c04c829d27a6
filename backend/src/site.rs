//! What the instance is at this moment: its settings with what administrators changed on top, its home page, its
//! pictures. One value, put in the place of the last one in the moment a change is committed.
//!
//! Owns following the store. Never decides who may change what. What a setting means at the start alone (addresses,
//! sizes of tables, programs) is in no field that administrators change.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::config::Config;
use crate::config::custom::{Changed, in_force};
use crate::domain::site::{HOMEPAGE, Logo, SitePicture};
use crate::store::records::ActorPicture;
use crate::store::tables::{CustomKey, SitePageKey, SitePictureKey};
use crate::store::{Changes, Read, Store, StoreError};

/// The instance, as it changes.
pub struct Site {
    base: Config,
    now: RwLock<Arc<Present>>,
    /// Held while the next value is made of the last one.
    turn: Mutex<()>,
}

/// The instance, as it is.
#[derive(Clone, Debug)]
pub struct Present {
    /// The settings in force.
    pub config: Arc<Config>,
    /// What administrators changed.
    pub changed: Changed,
    /// Whether there is a home page.
    pub has_homepage: bool,
    /// The square picture beside its name.
    pub avatar: Option<ActorPicture>,
    /// The wide picture above its pages.
    pub banner: Option<ActorPicture>,
    /// Pictures for places of their own, in the order of [`Logo::ALL`].
    logos: [Option<ActorPicture>; Logo::ALL.len()],
}

impl Present {
    fn place(&mut self, which: SitePicture) -> &mut Option<ActorPicture> {
        match which {
            SitePicture::Avatar => &mut self.avatar,
            SitePicture::Banner => &mut self.banner,
            SitePicture::Logo(logo) => {
                let [favicon, wide, square, opengraph] = &mut self.logos;
                match logo {
                    Logo::Favicon => favicon,
                    Logo::HeaderWide => wide,
                    Logo::HeaderSquare => square,
                    Logo::Opengraph => opengraph,
                }
            }
        }
    }

    /// The picture of a place, where it has one of its own.
    #[must_use]
    pub fn logo(&self, logo: Logo) -> Option<&ActorPicture> {
        let [favicon, wide, square, opengraph] = &self.logos;
        match logo {
            Logo::Favicon => favicon,
            Logo::HeaderWide => wide,
            Logo::HeaderSquare => square,
            Logo::Opengraph => opengraph,
        }
        .as_ref()
    }
}

impl Site {
    /// The instance with these settings, and what the store says of it.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(base: Config, store: &Store) -> Result<Site, StoreError> {
        let changed = store.table::<CustomKey>().map(|row| row.map(|(key, value)| (key.path, value)));
        let changed: Changed = changed.collect::<Result<_, _>>()?;
        let mut present = Present {
            config: Arc::new(in_force(&base, &changed)),
            changed,
            has_homepage: store.get(&SitePageKey { name: HOMEPAGE.to_owned() })?.is_some(),
            avatar: None,
            banner: None,
            logos: [const { None }; Logo::ALL.len()],
        };
        for which in SitePicture::ALL {
            *present.place(which) = store.get(&which.key())?;
        }
        Ok(Site { base, now: RwLock::new(Arc::new(present)), turn: Mutex::new(()) })
    }

    /// The settings of file, variables and flags alone.
    #[must_use]
    pub fn base(&self) -> &Config {
        &self.base
    }

    /// The instance as it is now.
    #[must_use]
    pub fn present(&self) -> Arc<Present> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Follows a commit. Gives whether settings changed.
    ///
    /// # Errors
    /// [`StoreError`] for a row that cannot be read, which this process wrote a moment ago.
    pub fn follow(&self, changes: &Changes) -> Result<bool, StoreError> {
        let customs: Vec<_> = changes.of::<CustomKey>().collect::<Result<_, _>>()?;
        let pages: Vec<_> = changes.of::<SitePageKey>().collect::<Result<_, _>>()?;
        let pictures: Vec<_> = changes.of::<SitePictureKey>().collect::<Result<_, _>>()?;
        if customs.is_empty() && pages.is_empty() && pictures.is_empty() {
            return Ok(false);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = Present::clone(&self.present());
        let has_new_settings = !customs.is_empty();
        for (key, value) in customs {
            match value {
                Some(value) => next.changed.insert(key.path, value),
                None => next.changed.remove(&key.path),
            };
        }
        if has_new_settings {
            next.config = Arc::new(in_force(&self.base, &next.changed));
        }
        for (_, page) in pages.into_iter().filter(|(key, _)| key.name == HOMEPAGE) {
            next.has_homepage = page.is_some();
        }
        for (key, picture) in pictures {
            if let Some(which) = SitePicture::ALL.into_iter().find(|which| which.key() == key) {
                *next.place(which) = picture;
            }
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        Ok(has_new_settings)
    }
}
