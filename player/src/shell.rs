//! The only loop: whatever happens anywhere becomes an [`Event`], events are taken one after another, and what may
//! have changed is drawn once at the end.
//!
//! Owns the inbox and the outbox of one mounted player. Never decides. The surprise is why both boxes exist: the
//! browser calls back in the middle of our own calls (`focus` does), and a page's listener may call us from an event
//! we send; such calls must find nothing borrowed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use js_sys::Function;
use shared::hls::Resolution;
use wasm_bindgen::JsValue;

use crate::engine;
use crate::js;
use crate::mounted::Mounted;
use crate::resolve::Resolved;
use crate::sharing::Ways;
use crate::ui::{Heard, Place, Trouble, Wish};

/// Something that happened.
pub enum Event {
    /// The viewer did something.
    Heard(Heard),
    /// The page's script asks for something, without the signs a viewer gets.
    Asked(Asked),
    /// The media element reports, by the name of its event.
    Media(String),
    /// The document or the window reports.
    Page(String),
    Engine(engine::Event),
    /// The player has another size on the screen, in its pixels.
    Resized(Resolution),
    /// What the video's name leads to.
    Found(Result<Resolved, Trouble>),
    /// The captions, the small pictures or the parts, as the instance tells them.
    Beside(JsValue),
    FirstFrame,
    /// How peers are reached, once that is known; none where the code that needs it could not be loaded.
    Ways(Option<Ways>),
    /// The timer ran out.
    Rang,
}

/// What a page's script may ask for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Asked {
    Wish(Wish),
    Muted(bool),
    Theater(bool),
}

/// What is done once nothing is borrowed.
pub enum Effect {
    /// An event for the page's script.
    Emit(&'static str, JsValue),
    Focus(Place),
}

/// How rooms tell the loop that something happened.
#[derive(Clone)]
pub struct Sink(Weak<Shell>);

impl Sink {
    /// Takes an event; after the player is gone, nothing.
    pub fn happen(&self, event: Event) {
        if let Some(shell) = self.0.upgrade() {
            shell.happen(event);
        }
    }
}

/// One player and its loop.
pub struct Shell {
    inbox: RefCell<VecDeque<Event>>,
    running: Cell<bool>,
    mounted: RefCell<Option<Mounted>>,
    emit: Function,
}

impl Shell {
    /// Makes a player; `build` gets the way to tell it things.
    pub fn start(
        emit: Function,
        build: impl FnOnce(Sink) -> Result<Mounted, JsValue>,
    ) -> Result<Rc<Shell>, JsValue> {
        let shell = Rc::new(Shell {
            inbox: RefCell::default(),
            running: Cell::new(true),
            mounted: RefCell::default(),
            emit,
        });
        let mounted = build(Sink(Rc::downgrade(&shell)))?;
        *shell.mounted.borrow_mut() = Some(mounted);
        shell.running.set(false);
        shell.run();
        Ok(shell)
    }

    /// Takes one event, and all that follow from it.
    pub fn happen(&self, event: Event) {
        self.inbox.borrow_mut().push_back(event);
        self.run();
    }

    /// Looks at the player; nothing while it is at work or gone.
    pub fn look<T>(&self, at: impl FnOnce(&Mounted) -> T) -> Option<T> {
        self.mounted.try_borrow().ok()?.as_ref().map(at)
    }

    /// Ends everything.
    pub fn stop(&self) {
        self.inbox.borrow_mut().clear();
        // Taken out before it is dropped: its parts call back while they go.
        let mounted = self.mounted.try_borrow_mut().ok().and_then(|mut mounted| mounted.take());
        drop(mounted);
    }

    fn run(&self) {
        if self.running.replace(true) {
            return;
        }
        loop {
            for effect in self.work() {
                self.carry_out(effect);
            }
            // Drawing and the page's listeners may have called back meanwhile.
            if self.inbox.borrow().is_empty() {
                break;
            }
        }
        self.running.set(false);
    }

    /// Empties the inbox, then draws.
    fn work(&self) -> Vec<Effect> {
        let mut guard = self.mounted.borrow_mut();
        let Some(mounted) = guard.as_mut() else {
            // Nobody is left to hear it, and an inbox that stays full would be looked at for ever.
            self.inbox.borrow_mut().clear();
            return Vec::new();
        };
        loop {
            let event = self.inbox.borrow_mut().pop_front();
            let Some(event) = event else { break };
            mounted.handle(event);
        }
        mounted.finish()
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Emit(name, detail) => {
                // The page's listeners are guarded on the other side.
                let _ = self.emit.call2(&JsValue::NULL, &name.into(), &detail);
            }
            Effect::Focus(place) => {
                let target = self.look(|mounted| mounted.place(place)).flatten();
                if let Some(target) = target {
                    let _ = js::call(&target, "focus", &[]);
                }
            }
        }
    }
}
