//! The line to the instance on which news come at once: opened again, ever more slowly, when it breaks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use serde::Deserialize;
use shared::api::{Notification, SocketToken};

use super::state::knock_after_ms;
use crate::api::Client;
use crate::browser::bus::{Word, hear};
use crate::browser::page;
use crate::browser::socket::{Socket, Told};
use crate::browser::spawn::spawn;

const PATH: &str = "/api/v1/users/me/notifications/socket";
/// The instance's code for a token that is no good, or no longer.
const CLOSE_UNAUTHORIZED: u16 = 4401;

/// What the instance says: [`shared::api::SocketWord`], read with less code than a tagged enum takes.
#[derive(Deserialize)]
pub struct Heard {
    /// How many are unread, at the beginning.
    pub unread: Option<u64>,
    /// Something new.
    pub notification: Option<Notification>,
}

/// A line that is hung up when dropped.
pub struct Line {
    inner: Rc<Inner>,
    _retried: EventListener,
}

struct Inner {
    client: Client,
    told: Box<dyn Fn(Heard)>,
    socket: RefCell<Option<Socket>>,
    timer: RefCell<Option<Timeout>>,
    tries: Cell<usize>,
    /// The token it was opened with.
    token: RefCell<Option<String>>,
    is_over: Cell<bool>,
}

impl Line {
    /// Opens the line of whoever's tokens the client has.
    pub fn open(client: Client, told: impl Fn(Heard) + 'static) -> Line {
        let inner = Rc::new(Inner {
            client,
            told: Box::new(told),
            socket: RefCell::default(),
            timer: RefCell::default(),
            tries: Cell::default(),
            token: RefCell::default(),
            is_over: Cell::default(),
        });
        dial(&inner, None);
        // The instance answers again: no need to wait any longer.
        let waiting = inner.clone();
        let retried = hear(Word::Retry, move |_| {
            if waiting.timer.take().is_some() {
                dial(&waiting, None);
            }
        });
        Line { inner, _retried: retried }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.inner.is_over.set(true);
        self.inner.timer.take();
        self.inner.socket.take();
    }
}

/// Opens the socket; `spent` is a token that was refused.
fn dial(inner: &Rc<Inner>, spent: Option<String>) {
    let inner = inner.clone();
    spawn(async move {
        let token = match spent {
            Some(spent) => inner.client.renewed(Some(spent)).await,
            None => inner.client.bearer().await,
        };
        // Without tokens nobody is signed in any more, and whoever holds the line lets go of it.
        if inner.is_over.get() || token.is_none() {
            return;
        }
        inner.token.replace(token);
        let line = Rc::downgrade(&inner);
        let socket = Socket::open(PATH, move |told| {
            let Some(inner) = line.upgrade() else { return };
            match told {
                Told::Open => {
                    let token = inner.token.borrow().clone().unwrap_or_default();
                    if let (Some(socket), Ok(text)) =
                        (&*inner.socket.borrow(), serde_json::to_string(&SocketToken { token }))
                    {
                        socket.say(&text);
                    }
                }
                Told::Text(text) => {
                    if let Ok(heard) = serde_json::from_str::<Heard>(&text) {
                        inner.tries.set(0);
                        (inner.told)(heard);
                    }
                }
                Told::Closed(code) => again(&inner, code == CLOSE_UNAUTHORIZED),
            }
        });
        let is_refused = socket.is_none();
        inner.socket.replace(socket);
        if is_refused {
            again(&inner, false);
        }
    });
}

/// Opens it again after a while.
fn again(inner: &Rc<Inner>, is_refused: bool) {
    if inner.is_over.get() {
        return;
    }
    let tries = inner.tries.get();
    inner.tries.set(tries + 1);
    let spent = if is_refused { inner.token.borrow().clone() } else { None };
    let line = Rc::downgrade(inner);
    let timer = Timeout::new(knock_after_ms(tries, page::chance()), move || {
        if let Some(inner) = line.upgrade() {
            // Not dropped while it runs.
            let timer = inner.timer.take();
            spawn(async move { drop(timer) });
            dial(&inner, spent);
        }
    });
    inner.timer.replace(Some(timer));
}
