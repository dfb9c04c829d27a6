//! Keys and captured requests for unit tests.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};
use shared::time::Timestamp;

use super::{PrivateKey, PublicKey, Request};

/// A key of a PeerTube in test mode.
pub(super) const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----\n\
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCpuv9LYHDVWMYsdKJhq7O+Ewns\n\
    D/W29WWSZKhSD/K9nUqJj/PlFWj71sU79a8WygojwwtlqhpsIAVR3jWoBaOzWg4A\n\
    3sJ3A2qDkBxFTEEx64c29rFCWPLCgpjQA5bEBic5mfwK6H4J22SjGd9uLpDXmCLR\n\
    mGe4xlB9jY8RemIJKwIDAQAB\n-----END PUBLIC KEY-----\n";
/// An elliptic one.
pub(super) const ECC_P256: &str = "-----BEGIN PUBLIC KEY-----\n\
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqZPw83jryQ/FwwioyatBJzWuJLPn\n\
    KG8nbT6g0yEe3dmLAeQIDtt4djJoHj+p7g3X+c4jgYPrORjjlwoKMdJH8A==\n-----END PUBLIC KEY-----\n";

/// Our own key in tests.
pub(super) fn private() -> PrivateKey {
    PrivateKey::from_pkcs8(include_bytes!("../../../../tests/vectors/federation/key-2048.pk8")).unwrap()
}

/// What others know it by.
pub(super) fn public() -> PublicKey {
    PublicKey::from_pem(&private().public_pem()).unwrap()
}

/// A request as it was sent.
#[derive(Clone)]
pub(super) struct Captured {
    pub name: String,
    pub method: Method,
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: String,
}

impl Captured {
    pub fn request(&self) -> Request<'_> {
        Request {
            method: &self.method,
            scheme: "http",
            authority: self.headers.get("host").unwrap().to_str().unwrap(),
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
            body: self.body.as_bytes(),
        }
    }

    /// When it was sent.
    pub fn date(&self) -> Timestamp {
        let date = httpdate::parse_http_date(self.headers.get("date").unwrap().to_str().unwrap()).unwrap();
        let since = date.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_millis()).unwrap())
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
}

/// What two PeerTubes sent each other: one request of each kind.
pub(super) fn captured() -> Vec<Captured> {
    read_all(include_str!("../../../../tests/vectors/federation/peertube-6.3-signed.json"))
}

/// All that they told each other on one evening, in its order.
pub(super) fn evening() -> Vec<Captured> {
    read_all(EVENING)
}

const EVENING: &str = include_str!("../../../../tests/vectors/federation/peertube-6.3-traffic.json");

/// The requests of a list that has what was shown between them, too.
fn read_all(text: &str) -> Vec<Captured> {
    let all: Vec<Map<String, Value>> = serde_json::from_str(text).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |one: &Map<String, Value>| {
        let target = text(&one["target"]);
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (target, None),
        };
        let headers = one["headers"].as_object().unwrap().iter();
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), text(value).parse().unwrap()));
        Captured {
            name: text(&one["name"]),
            method: text(&one["method"]).parse().unwrap(),
            path,
            query,
            headers: headers.collect(),
            body: text(&one["body"]),
        }
    };
    all.iter().filter(|one| one.contains_key("body")).map(read).collect()
}

/// The captured request whose name holds that.
pub(super) fn captured_one(part: &str) -> Captured {
    captured().into_iter().find(|one| one.name.contains(part)).unwrap()
}

/// The key that an actor of theirs published.
pub(super) fn captured_key(actor: &str) -> PublicKey {
    let keys: Map<String, Value> =
        serde_json::from_str(include_str!("../../../../tests/vectors/federation/peertube-6.3-keys.json"))
            .unwrap();
    let shown = || {
        let all: Vec<Value> = serde_json::from_str(EVENING).unwrap();
        let document = all.into_iter().map(|one| one["document"].clone()).find(|one| one["id"] == actor);
        document.unwrap()["publicKey"]["publicKeyPem"].clone()
    };
    let key = keys.get(actor).cloned().unwrap_or_else(shown);
    PublicKey::of_any_size(key.as_str().unwrap()).unwrap()
}
