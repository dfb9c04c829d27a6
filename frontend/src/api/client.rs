//! Sends requests, with a token where there is one, and renews it where it is spent.
//!
//! Owns the tokens of this browser. Never words anything. The surprise: a refresh token serves once, so renewals
//! are taken in turns between all tabs, and a tab first looks whether another has just renewed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Promise;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::api::{ProblemCode, Tokens};
use shared::time::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::failure::Failure;
use super::login::{refresh_form, renew};
use crate::browser::bus::{Word, tell};
use crate::browser::fetch::{Answer, Asked, Body, NoAnswer, fetch};
use crate::browser::{locks, page, storage};

/// Where the tokens are kept. PeerTube's SPA keeps them in the same kind of place.
pub const SESSION_STORED_AS: &str = "shoal.session";

/// A token that ends so soon is renewed before it is used.
const RENEW_BEFORE_END: Duration = Duration::from_secs(60);

/// Tokens as the browser keeps them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Kept {
    access: String,
    refresh: String,
    ends: i64,
}

/// The one door to the API. Clones share tokens.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    /// The renewal under way in this tab, so that ten refused requests renew once.
    renewal: RefCell<Option<Promise>>,
    /// What opens videos, by each of their names; forgotten with the page.
    passwords: RefCell<BTreeMap<String, String>>,
}

impl PartialEq for Client {
    fn eq(&self, other: &Client) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Client {
    /// A client with the tokens of this browser. Tells the window whether the instance answers, and when it no longer
    /// knows the tokens.
    pub fn new() -> Client {
        Client(Rc::new(Inner { renewal: RefCell::new(None), passwords: RefCell::default() }))
    }

    /// Whether this browser has tokens.
    pub fn has_tokens(&self) -> bool {
        kept().is_some()
    }

    /// Keeps the tokens of a login.
    pub fn keep(&self, tokens: &Tokens) {
        keep(tokens);
    }

    /// Forgets the tokens.
    pub fn forget(&self) {
        storage::remove(SESSION_STORED_AS);
    }

    /// Says this password wherever it asks for the video of this name.
    pub fn open_with(&self, video: &str, password: String) {
        self.0.passwords.borrow_mut().insert(video.to_owned(), password);
    }

    /// Says for a video's other names too what opens it.
    pub fn also_called(&self, video: &str, names: [String; 2]) {
        let mut passwords = self.0.passwords.borrow_mut();
        if let Some(password) = passwords.get(video).cloned() {
            passwords.extend(names.map(|name| (name, password.clone())));
        }
    }

    /// What opens the video that a path leads to.
    fn password_of(&self, path: &str) -> Option<String> {
        let rest = path.strip_prefix("/api/v1/videos/")?;
        let name = rest.split(['/', '?']).next()?;
        self.0.passwords.borrow().get(name).cloned()
    }

    /// `GET` of JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(&self.send("GET", path, &Body::Nothing).await?)
    }

    /// Any request whose answer is JSON.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        body: &Body,
    ) -> Result<T, Failure> {
        read(&self.send(method, path, body).await?)
    }

    /// Any request; its answer is a success.
    pub async fn send(&self, method: &'static str, path: &str, body: &Body) -> Result<Answer, Failure> {
        let bearer = self.bearer().await;
        let answer = self.once(method, path, body, bearer.as_deref()).await?;
        if answer.status != 401 || bearer.is_none() || is_about_a_password(&answer) {
            return judge(answer);
        }
        // The token was refused: renew it, or go on as a stranger, who may see most things too.
        let bearer = self.renewed(bearer).await;
        judge(self.once(method, path, body, bearer.as_deref()).await?)
    }

    /// A request without a token, whoever is signed in.
    pub async fn send_as_stranger(
        &self,
        method: &'static str,
        path: &str,
        body: &Body,
    ) -> Result<Answer, Failure> {
        judge(self.once(method, path, body, None).await?)
    }

    /// The same with one more header.
    pub async fn send_as_stranger_with(
        &self,
        method: &'static str,
        path: &str,
        body: &Body,
        header: Option<(&'static str, &str)>,
    ) -> Result<Answer, Failure> {
        judge(self.told(fetch(Asked { method, path, body, bearer: None, header }).await)?)
    }

    /// A token that is good for a while, where anybody is signed in.
    pub async fn bearer(&self) -> Option<String> {
        let kept = kept()?;
        let ends = Timestamp(kept.ends);
        if RENEW_BEFORE_END < ends.since(page::now()) {
            return Some(kept.access);
        }
        self.renewed(Some(kept.access)).await
    }

    /// A token other than `spent`, which the instance refused.
    pub async fn renewed(&self, spent: Option<String>) -> Option<String> {
        let running = self.0.renewal.borrow().clone();
        let renewal = running.unwrap_or_else(|| {
            let client = self.clone();
            let promise = future_to_promise(async move {
                let worker = client.clone();
                locks::exclusively(SESSION_STORED_AS, async move { worker.renew(spent).await }).await;
                client.0.renewal.replace(None);
                Ok(JsValue::UNDEFINED)
            });
            self.0.renewal.replace(Some(promise.clone()));
            promise
        });
        let _ = JsFuture::from(renewal).await;
        kept().map(|kept| kept.access)
    }

    async fn renew(&self, spent: Option<String>) {
        let Some(kept) = kept() else { return };
        if spent.is_some_and(|spent| spent != kept.access) {
            return;
        }
        match renew(self, &refresh_form(&kept.refresh)).await {
            Ok(tokens) => keep(&tokens),
            // Without an answer the tokens may still be good.
            Err(Failure::Unreachable | Failure::Unreadable) => {}
            Err(Failure::Refused { problem, .. }) if 500 <= problem.status || problem.status == 429 => {}
            Err(Failure::Refused { .. }) => {
                self.forget();
                tell(Word::Session, "");
            }
        }
    }

    async fn once(
        &self,
        method: &'static str,
        path: &str,
        body: &Body,
        bearer: Option<&str>,
    ) -> Result<Answer, Failure> {
        let password = self.password_of(path);
        let header = password.as_deref().map(|password| ("x-peertube-video-password", password));
        self.told(fetch(Asked { method, path, body, bearer, header }).await)
    }

    fn told(&self, answer: Result<Answer, NoAnswer>) -> Result<Answer, Failure> {
        self.reached(answer.is_ok());
        answer.map_err(|_| Failure::Unreachable)
    }

    /// Tells the app whether the instance answered.
    pub fn reached(&self, reached: bool) {
        tell(Word::Reached, if reached { "true" } else { "false" });
    }
}

fn kept() -> Option<Kept> {
    storage::read(SESSION_STORED_AS)
}

fn keep(tokens: &Tokens) {
    let ends = page::now().after(Duration::from_secs(tokens.expires_in));
    let kept =
        Kept { access: tokens.access_token.clone(), refresh: tokens.refresh_token.clone(), ends: ends.0 };
    storage::write(SESSION_STORED_AS, &kept);
}

/// Whether a 401 speaks of a password that was shown beside a change: the token is good then, and the same password
/// again would only count as one more wrong try.
fn is_about_a_password(answer: &Answer) -> bool {
    let failure = Failure::from_answer(answer.status, &answer.text, None);
    failure.code() == Some(&ProblemCode::CurrentPasswordIsInvalid)
}

fn judge(answer: Answer) -> Result<Answer, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer);
    }
    Err(Failure::from_answer(answer.status, &answer.text, answer.header("Retry-After").as_deref()))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    serde_json::from_str(&answer.text).map_err(|_| Failure::Unreadable)
}
