//! The captions of the video, and where they are drawn while the picture is away from the page.

use super::door::Mounted;
use crate::ui::{Caption, Captions};

impl Mounted {
    pub(super) fn set_captions(&mut self, list: Vec<Caption>) {
        let captions = Captions::new(self.dom.clone(), list);
        self.screen.captions = captions.labels();
        let remembered = self.memory.captions().filter(|language| !language.is_empty());
        let place = remembered.and_then(|language| captions.place(&language));
        self.screen.caption = place;
        captions.choose(place);
        self.captions = Some(captions);
    }

    pub(super) fn set_away(&mut self, away: bool, name: &str) {
        if name.ends_with("pictureinpicture") {
            self.screen.picture = away;
        } else {
            self.screen.fullscreen = away;
        }
        if let Some(captions) = &self.captions {
            captions.set_away(away);
        }
    }
}
