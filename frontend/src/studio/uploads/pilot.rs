//! Sends one file: obeys its [`Transfer`], and tells it what came of each request.
//!
//! Owns the file, the request on its way and one timer. Never decides when to try again.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use shared::api::UploadedVideo;
use shared::time::Instant;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};
use yew::Callback;

use super::ledger::{Likeness, SAMPLE_BYTES, fingerprint};
use super::transfer::{Input, Output, Progress, Transfer};
use crate::api::{self, Client, Failure, Heard};
use crate::browser::page;
use crate::browser::send::Sending;
use crate::browser::spawn::spawn;

/// Where a file goes.
pub struct Aim {
    /// The body that announces the file.
    pub announcement: String,
    /// The video whose file it is to replace; none where it becomes one of its own.
    pub replaces: Option<UploadedVideo>,
    /// Where an earlier visit was sending this file.
    pub address: Option<String>,
}

/// Sends one file. Dropping it stops it.
#[derive(Clone)]
pub struct Pilot(Rc<Inner>);

struct Inner {
    client: Client,
    file: File,
    size: u64,
    /// The video whose file it is to replace; none where it becomes one of its own.
    replaces: Option<UploadedVideo>,
    /// The body that announces the file.
    announcement: String,
    address: RefCell<Option<String>>,
    transfer: RefCell<Transfer>,
    sending: RefCell<Option<Rc<Sending>>>,
    timer: RefCell<Option<Timeout>>,
    /// Counts requests, so that the answer to a stopped one is known as such.
    request: Cell<u32>,
    report: Callback<(Progress, Option<String>)>,
}

impl Pilot {
    /// Begins to send. Reports progress, and the address
    /// once there is one.
    pub fn start(
        client: Client,
        file: File,
        chunk: u64,
        aim: Aim,
        report: Callback<(Progress, Option<String>)>,
    ) -> Pilot {
        let size = size_of(&file);
        let Aim { announcement, replaces, address } = aim;
        let known = address.is_some();
        let pilot = Pilot(Rc::new(Inner {
            client,
            file,
            size,
            replaces,
            announcement,
            address: RefCell::new(address),
            transfer: RefCell::new(Transfer::new(size, chunk)),
            sending: RefCell::new(None),
            timer: RefCell::new(None),
            request: Cell::new(0),
            report,
        }));
        pilot.tell(Input::Start { known });
        pilot
    }

    /// Stops for now.
    pub fn pause(&self) {
        self.tell(Input::Pause);
    }

    /// Goes on; also tries again at once what failed or waits.
    pub fn resume(&self) {
        self.tell(Input::Resume);
    }

    /// Tries again at once where it waits for a lost connection.
    pub fn network_is_back(&self) {
        self.tell(Input::Online);
    }

    /// Stops for good, and lets the instance forget what it has.
    pub fn cancel(&self) {
        self.tell(Input::Pause);
        if let Some(address) = self.0.address.take() {
            let client = self.0.client.clone();
            spawn(async move { drop(api::discard(&client, &address).await) });
        }
    }

    fn tell(&self, input: Input) {
        let outputs: Vec<Output> = {
            let mut transfer = self.0.transfer.borrow_mut();
            transfer.handle(now(), input);
            std::iter::from_fn(|| transfer.poll()).collect()
        };
        for output in outputs {
            self.obey(output);
        }
        let (deadline, progress) = {
            let transfer = self.0.transfer.borrow();
            (transfer.deadline(), transfer.progress())
        };
        let timer = deadline.map(|deadline| {
            let pilot = self.clone();
            let wait = u32::try_from(deadline.since(now()).as_millis()).unwrap_or(u32::MAX).saturating_add(1);
            Timeout::new(wait, move || pilot.tell(Input::Tick))
        });
        self.0.timer.replace(timer);
        self.0.report.emit((progress, self.0.address.borrow().clone()));
    }

    fn obey(&self, output: Output) {
        let request = self.0.request.get() + 1;
        self.0.request.set(request);
        if let Some(old) = self.0.sending.take() {
            old.abort();
        }
        if output == Output::Abort {
            return;
        }
        let pilot = self.clone();
        spawn(async move {
            let input = pilot.ask(output, request).await;
            if pilot.0.request.get() == request {
                pilot.0.sending.replace(None);
                pilot.tell(input);
            }
        });
    }

    async fn ask(&self, output: Output, request: u32) -> Input {
        let inner = &self.0;
        let bearer = inner.client.bearer().await;
        let sending = match output {
            Output::Begin => api::begin(
                &api::upload_path(inner.replaces.as_ref()),
                &inner.file.name(),
                &inner.file.type_(),
                inner.size,
                &inner.announcement,
                bearer.as_deref(),
            ),
            Output::Ask => api::ask_offset(&self.address(), inner.size, bearer.as_deref()),
            Output::Send { from, to } => match self.slice(from, to) {
                Some(chunk) => {
                    let pilot = self.clone();
                    api::send_chunk(
                        &self.address(),
                        (from, to, inner.size),
                        &chunk,
                        bearer.as_deref(),
                        move |left| {
                            if pilot.0.request.get() == request {
                                pilot.tell(Input::Left(left));
                            }
                        },
                    )
                }
                None => None,
            },
            Output::Abort => None,
        };
        let Some(sending) = sending.map(Rc::new) else { return Input::Lost { retry_after: None } };
        // A pause may have come while the token was renewed.
        if inner.request.get() == request {
            inner.sending.replace(Some(sending.clone()));
        }
        let sent = sending.answer().await;
        if inner.request.get() == request {
            inner.client.reached(sent.status != 0);
        }
        let path = api::upload_path(inner.replaces.as_ref());
        match (api::hear(&path, &sent), &inner.replaces) {
            (Heard::Began(address), _) => {
                inner.address.replace(Some(address));
                Input::Begun
            }
            (Heard::Has(bytes), _) => Input::Has(bytes),
            (Heard::Finished(video), None) => Input::Finished(video),
            (Heard::Taken, Some(video)) => Input::Finished(video.clone()),
            (Heard::Finished(_), Some(_)) | (Heard::Taken, None) => Input::Refused(Failure::Unreadable),
            (Heard::Lost(retry_after), _) => Input::Lost { retry_after },
            (Heard::Vanished, _) => Input::Vanished,
            (Heard::Refused(failure), _) if failure.status() == Some(401) && bearer.is_some() => {
                match inner.client.renewed(bearer).await {
                    Some(_) => Input::Lost { retry_after: Some(Duration::ZERO) },
                    None => Input::Refused(failure),
                }
            }
            (Heard::Refused(failure), _) => Input::Refused(failure),
        }
    }

    fn address(&self) -> String {
        self.0.address.borrow().clone().unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "files are below 2^53 bytes")]
    fn slice(&self, from: u64, to: u64) -> Option<Blob> {
        self.0.file.slice_with_f64_and_f64(from as f64, to as f64).ok()
    }
}

/// The time the machine is told.
fn now() -> Instant {
    let performance = page::window().performance().map_or(0.0, |performance| performance.now());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "microseconds since the page opened"
    )]
    Instant((performance * 1000.0) as u64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "files are below 2^53 bytes")]
fn size_of(file: &File) -> u64 {
    file.size() as u64
}

/// What tells a file from another.
#[expect(clippy::cast_possible_truncation, reason = "a date in milliseconds")]
pub async fn likeness(file: &File) -> Likeness {
    let size = size_of(file);
    let head = read(file, 0, size.min(SAMPLE_BYTES)).await;
    let tail = read(file, size.saturating_sub(SAMPLE_BYTES), size).await;
    Likeness {
        name: file.name(),
        size,
        modified: file.last_modified() as i64,
        fingerprint: fingerprint(&head, &tail),
    }
}

#[expect(clippy::cast_precision_loss, reason = "files are below 2^53 bytes")]
async fn read(file: &File, from: u64, to: u64) -> Vec<u8> {
    let Ok(slice) = file.slice_with_f64_and_f64(from as f64, to as f64) else { return Vec::new() };
    match JsFuture::from(slice.array_buffer()).await {
        Ok(buffer) => Uint8Array::new(&buffer).to_vec(),
        Err(_) => Vec::new(),
    }
}
