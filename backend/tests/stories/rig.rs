//! An instance in a temporary folder, and the smallest HTTP client that can talk to it.

use std::net::SocketAddr;

use backend::config::Config;
use backend::private::Private;
use backend::{Running, Server};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use crate::openapi;

/// The administrator's password in tests.
pub const PASSWORD: &str = "correct horse battery";

/// An instance whose folder goes when it goes.
pub struct Instance {
    pub running: Running,
    pub folder: tempfile::TempDir,
}

/// An instance on a free port.
pub async fn instance() -> Instance {
    instance_with(|_| {}).await
}

/// An instance on a free port with other settings.
pub async fn instance_with(change: impl FnOnce(&mut Config)) -> Instance {
    let folder = tempfile::tempdir().unwrap();
    let mut config = settings(folder.path());
    change(&mut config);
    Instance { running: Server::start(config).await.unwrap(), folder }
}

/// Settings for tests.
pub fn settings(data: &std::path::Path) -> Config {
    let mut config = Config::new(data);
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.admin_password = Some(Private(PASSWORD.to_owned()));
    config
}

/// An answer, whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {:?}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What is asked of an instance.
pub struct Asking {
    address: SocketAddr,
    asked: (Method, String),
    request: http::request::Builder,
    body: Vec<u8>,
}

/// A part of a multipart form.
#[derive(Clone, Copy)]
pub enum Part<'p> {
    Text(&'p str, &'p str),
    File(&'p str, &'p str, &'p [u8]),
}

/// Where an instance answers, in this process or another.
#[derive(Clone, Copy)]
pub struct Door(pub SocketAddr);

impl Door {
    pub fn get(self, path: &str) -> Asking {
        self.ask(Method::GET, path)
    }

    pub fn post(self, path: &str) -> Asking {
        self.ask(Method::POST, path)
    }

    pub fn ask(self, method: Method, path: &str) -> Asking {
        let request = Request::builder().method(method.clone()).uri(path);
        Asking { address: self.0, asked: (method, path.to_owned()), request, body: Vec::new() }
    }

    /// The id and secret every program sends along.
    pub async fn client(self) -> String {
        client_of(&self.get("/api/v1/oauth-clients/local").send().await)
    }

    /// Tries to log in.
    pub async fn log_in(self, name: &str, password: &str) -> Answer {
        let form = format!("{}&grant_type=password&username={name}&password={password}", self.client().await);
        self.post("/api/v1/users/token").form(&form).send().await
    }

    /// An access token of the administrator.
    pub async fn token(self) -> String {
        let answer = self.log_in("root", &PASSWORD.replace(' ', "+")).await;
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// An access token of the administrator, if the instance lives to give it.
    pub async fn try_token(self) -> Option<String> {
        let client = self.get("/api/v1/oauth-clients/local").try_send().await?;
        let form = format!("{}&grant_type=password&username=root&password={PASSWORD}", client_of(&client));
        let answer = self.post("/api/v1/users/token").form(&form).try_send().await?;
        Some(answer.json()["access_token"].as_str().unwrap().to_owned())
    }
}

fn client_of(answer: &Answer) -> String {
    let client = answer.json();
    let text = |name: &str| client[name].as_str().unwrap().to_owned();
    format!("client_id={}&client_secret={}", text("client_id"), text("client_secret"))
}

impl Instance {
    /// The same instance, stopped in order and started again.
    pub async fn restart(self) -> Instance {
        let Instance { running, folder } = self;
        running.stop().await.unwrap();
        let running = Server::start(settings(folder.path())).await.unwrap();
        Instance { running, folder }
    }

    pub fn port(&self) -> u16 {
        self.door().0.port()
    }

    pub fn door(&self) -> Door {
        Door(self.running.addr)
    }

    pub fn get(&self, path: &str) -> Asking {
        self.door().get(path)
    }

    pub fn post(&self, path: &str) -> Asking {
        self.door().post(path)
    }

    pub fn ask(&self, method: Method, path: &str) -> Asking {
        self.door().ask(method, path)
    }

    pub async fn client(&self) -> String {
        self.door().client().await
    }

    pub async fn log_in(&self, name: &str, password: &str) -> Answer {
        self.door().log_in(name, password).await
    }

    pub async fn token(&self) -> String {
        self.door().token().await
    }
}

impl Asking {
    pub fn header(mut self, name: &str, value: &str) -> Asking {
        self.request = self.request.header(name, value);
        self
    }

    pub fn bearer(self, token: &str) -> Asking {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn form(mut self, form: &str) -> Asking {
        self.body = form.as_bytes().to_vec();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    pub fn json(mut self, body: &Value) -> Asking {
        self.body = body.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Asking {
        self.body = body.into();
        self
    }

    /// A multipart form of texts and files, in the order given. A file is a name, a file name and its bytes.
    pub fn parts(mut self, parts: &[Part<'_>]) -> Asking {
        for part in parts {
            let (name, file_name, bytes) = match part {
                Part::Text(name, text) => (name, None, text.as_bytes()),
                Part::File(name, file_name, bytes) => (name, Some(file_name), *bytes),
            };
            let file_name = file_name.map_or(String::new(), |file| format!("; filename=\"{file}\""));
            let head = format!("--X7\r\ncontent-disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
            self.body.extend(head.as_bytes());
            self.body.extend(bytes);
            self.body.extend(b"\r\n");
        }
        self.body.extend(b"--X7--\r\n");
        self.header("content-type", "multipart/form-data; boundary=X7")
    }

    pub async fn send(self) -> Answer {
        self.try_send().await.expect("the instance answers")
    }

    /// The answer, unless the instance died over it. It is held against the document that programs read.
    pub async fn try_send(self) -> Option<Answer> {
        let (address, (method, path)) = (self.address, self.asked.clone());
        let answer = self.exchange().await?;
        openapi::hold(address, &method, &path, &answer).await;
        Some(answer)
    }

    /// The answer, unless the instance died over it, whatever it is.
    pub async fn exchange(self) -> Option<Answer> {
        let stream = tokio::net::TcpStream::connect(self.address).await.ok()?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        let driving = tokio::spawn(connection);
        let has_host = self.request.headers_ref().is_some_and(|headers| headers.contains_key("host"));
        let request =
            if has_host { self.request } else { self.request.header("host", self.address.to_string()) };
        let request = request.body(Full::new(Bytes::from(self.body))).unwrap();
        let response = sender.send_request(request).await.ok()?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        drop(sender);
        driving.abort();
        Some(Answer { status: head.status, headers: head.headers, body })
    }
}
