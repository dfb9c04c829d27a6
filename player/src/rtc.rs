//! One connection to one peer: a `RTCPeerConnection` with one data channel.
//!
//! Owns the connection, its channel and the bytes on the way out. Never decides whom to connect to or what to send. The
//! surprise is that descriptions wait until every candidate is in them: the tracker carries one message each way, so
//! nothing can be said later (P2P-WIRE: non-trickle).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{ArrayBuffer, JSON, Object, Uint8Array};
use shared::peer::{MESSAGE_BYTES_MAX, is_command_by_ends};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, Window};

use crate::js::{self, Listener, Timer};

/// More than this waiting in the channel, and the next piece is not asked for (as the reference has it).
const WAITING_BYTES_MAX: f64 = 65_536.0;
/// Candidates that take longer than this, in milliseconds, come too late: the offer itself lives 50 s.
const GATHERING_MAX: i32 = 3_000;
/// The label means nothing.
const LABEL: &str = "segments";

/// What a link says.
pub enum Report {
    /// Our description is complete: its JSON text.
    Described(String),
    Opened,
    /// Gone, or never to be.
    Closed,
    Message(ArrayBuffer),
    /// What was sent is on its way.
    Drained,
}

/// One link; dropping it closes it.
pub struct Link {
    connection: JsValue,
    channel: Rc<RefCell<Option<Channel>>>,
    _listeners: Vec<Listener>,
    _gathering: Rc<Timer>,
}

struct Channel {
    channel: JsValue,
    /// A piece was sent that was not yet reported as drained.
    owes: Rc<Cell<bool>>,
    report: Rc<dyn Fn(Report)>,
    _listeners: [Listener; 3],
}

impl Link {
    /// Makes an offer.
    pub fn offer(window: &Window, servers: &JsValue, report: Rc<dyn Fn(Report)>) -> Result<Link, JsValue> {
        let link = Link::new(window, servers, &report)?;
        let channel = js::call(&link.connection, "createDataChannel", &[&LABEL.into()])?;
        *link.channel.borrow_mut() = Some(Channel::new(channel, report.clone()));
        link.describe(None, report);
        Ok(link)
    }

    /// Answers an offer.
    pub fn answer(
        window: &Window,
        servers: &JsValue,
        offer: &str,
        report: Rc<dyn Fn(Report)>,
    ) -> Result<Link, JsValue> {
        let offer = description("offer", offer)?;
        let link = Link::new(window, servers, &report)?;
        link.describe(Some(offer), report);
        Ok(link)
    }

    /// Takes the answer to our offer.
    pub fn take_answer(&self, answer: &str, report: Rc<dyn Fn(Report)>) -> Result<(), JsValue> {
        let answer = description("answer", answer)?;
        let taken = js::call(&self.connection, "setRemoteDescription", &[&answer])?;
        spawn_local(async move {
            if js::settled(taken).await.is_err() {
                report(Report::Closed);
            }
        });
        Ok(())
    }

    /// Sends a message.
    pub fn send(&self, message: &[u8]) {
        if let Some(channel) = &*self.channel.borrow() {
            channel.send(&Uint8Array::from(message));
        }
    }

    /// Sends a part of a body, and reports when there is room for more.
    pub fn send_payload(&self, bytes: &ArrayBuffer, from: u64, length: u64) {
        if let Some(channel) = &*self.channel.borrow() {
            channel.send_payload(bytes, from, length);
        }
    }

    fn new(window: &Window, servers: &JsValue, report: &Rc<dyn Fn(Report)>) -> Result<Link, JsValue> {
        let settings = Object::new();
        js::set(&settings, "iceServers", servers);
        let connection = js::construct("RTCPeerConnection", &[&settings])?;
        let target: &EventTarget = connection.unchecked_ref();
        let channel: Rc<RefCell<Option<Channel>>> = Rc::default();
        let complete = Rc::new(Described {
            connection: connection.clone(),
            report: report.clone(),
            said: Cell::new(false),
        });
        let late = complete.clone();
        let gathering = Rc::new(Timer::new(window, move || late.say()));
        let timer = gathering.clone();
        let gathered = Listener::new(target, &["icegatheringstatechange"], move |_| {
            match js::text(&complete.connection, "iceGatheringState").as_deref() {
                Some("complete") => {
                    timer.stop();
                    complete.say();
                }
                Some("gathering") => timer.set(GATHERING_MAX),
                _ => {}
            }
        });
        let (watched, lost) = (connection.clone(), report.clone());
        let state = Listener::new(target, &["connectionstatechange"], move |_| {
            if let Some("failed" | "closed") = js::text(&watched, "connectionState").as_deref() {
                lost(Report::Closed);
            }
        });
        let (slot, report) = (Rc::downgrade(&channel), report.clone());
        let offered = Listener::new(target, &["datachannel"], move |event| {
            let came = js::get(&event, "channel");
            // One channel a link; a peer that opens a second is not listened to there.
            let Some(slot) = slot.upgrade().filter(|slot| slot.borrow().is_none()) else { return };
            let is_open = js::text(&came, "readyState").as_deref() == Some("open");
            *slot.borrow_mut() = Some(Channel::new(came, report.clone()));
            // One that is open before it is listened to does not say so again.
            if is_open {
                report(Report::Opened);
            }
        });
        Ok(Link { connection, channel, _listeners: vec![gathered, state, offered], _gathering: gathering })
    }

    /// Sets our side of the description, which begins the gathering that ends in [`Report::Described`].
    fn describe(&self, offer: Option<JsValue>, report: Rc<dyn Fn(Report)>) {
        let connection = self.connection.clone();
        spawn_local(async move {
            let done = async {
                let make = match &offer {
                    Some(offer) => {
                        js::settled(js::call(&connection, "setRemoteDescription", &[offer])?).await?;
                        "createAnswer"
                    }
                    None => "createOffer",
                };
                let ours = js::settled(js::call(&connection, make, &[])?).await?;
                js::settled(js::call(&connection, "setLocalDescription", &[&ours])?).await
            };
            if done.await.is_err() {
                report(Report::Closed);
            }
        });
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // The listeners go first, or closing would be reported.
        self._listeners.clear();
        self.channel.borrow_mut().take();
        js::forget(js::call(&self.connection, "close", &[]));
    }
}

/// Says once what we are reached at.
struct Described {
    connection: JsValue,
    report: Rc<dyn Fn(Report)>,
    said: Cell<bool>,
}

impl Described {
    fn say(&self) {
        if self.said.replace(true) {
            return;
        }
        let ours = js::get(&self.connection, "localDescription");
        let complete = Object::new();
        js::set(&complete, "type", &js::get(&ours, "type"));
        let sdp = js::text(&ours, "sdp").unwrap_or_default();
        // What is not done is not promised.
        js::set(&complete, "sdp", &sdp.replace("a=ice-options:trickle\r\n", "").into());
        let text = JSON::stringify(&complete).ok().and_then(|text| text.as_string());
        (self.report)(text.map_or(Report::Closed, Report::Described));
    }
}

/// A description as the browser takes it. The kind is ours to say, whatever the peer wrote.
fn description(kind: &str, text: &str) -> Result<JsValue, JsValue> {
    let sdp = js::text(&JSON::parse(text)?, "sdp").ok_or(JsValue::UNDEFINED)?;
    let description = Object::new();
    js::set(&description, "type", &kind.into());
    js::set(&description, "sdp", &sdp.into());
    Ok(description.into())
}

impl Channel {
    fn new(channel: JsValue, report: Rc<dyn Fn(Report)>) -> Channel {
        js::set(&channel, "binaryType", &"arraybuffer".into());
        js::set(&channel, "bufferedAmountLowThreshold", &WAITING_BYTES_MAX.into());
        let owes = Rc::new(Cell::new(false));
        let target: &EventTarget = channel.unchecked_ref();
        let said = report.clone();
        let heard = Listener::new(target, &["message"], move |event| {
            // Texts are nobody's: every message of this protocol is bytes.
            if let Ok(bytes) = js::get(&event, "data").dyn_into::<ArrayBuffer>() {
                said(Report::Message(bytes));
            }
        });
        let said = report.clone();
        let state = Listener::new(target, &["open", "close", "error"], move |event| {
            said(if event.type_() == "open" { Report::Opened } else { Report::Closed });
        });
        let (said, owed) = (report.clone(), owes.clone());
        let drained = Listener::new(target, &["bufferedamountlow"], move |_| {
            if owed.take() {
                said(Report::Drained);
            }
        });
        Channel { channel, owes, report, _listeners: [heard, state, drained] }
    }

    fn send(&self, bytes: &Uint8Array) {
        // A channel that does not take it is closing, and says so by itself.
        let _ = js::call(&self.channel, "send", &[bytes]);
    }

    fn send_payload(&self, bytes: &ArrayBuffer, from: u64, length: u64) {
        let (from, length) = (clamp(from), clamp(length));
        let whole = Uint8Array::new_with_byte_offset_and_length(bytes, from, length);
        let most = clamp(MESSAGE_BYTES_MAX as u64);
        let mut at = 0;
        while at < length {
            let longest = most.min(length - at);
            // As `shared::peer::slices` cuts, without the bytes passing through our memory.
            let slice = whole.subarray(at, at + longest);
            let cut = u32::from(is_command(&slice));
            self.send(&whole.subarray(at, at + longest - cut));
            at += longest - cut;
        }
        self.owes.set(true);
        let waiting = js::number(&self.channel, "bufferedAmount").unwrap_or(0.0);
        if waiting <= WAITING_BYTES_MAX && self.owes.take() {
            (self.report)(Report::Drained);
        }
    }
}

/// Whether a message is a command, by its ends alone.
pub fn is_command(message: &Uint8Array) -> bool {
    let length = message.length();
    let end = |from: u32| {
        let mut bytes = [0; 4];
        (4 <= length).then(|| message.subarray(from, from + 4).copy_to(&mut bytes)).map(|()| bytes)
    };
    match (end(0), end(length.saturating_sub(4))) {
        (Some(first), Some(last)) => is_command_by_ends(usize::try_from(length).unwrap_or(0), first, last),
        _ => false,
    }
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
