use std::process::Command;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::*;
use crate::app::App;
use crate::dice::Dice;
use crate::http::front::front;
use crate::http::sample::{self, PRIVATE, PUBLIC};
use crate::routes::routes;
use crate::store::records::{Playlist, Privacy, Video};
use shared::id::FileId;

/// A fragmented file of two seconds, as the pipeline makes them.
fn clip(path: &std::path::Path, source: &str, codec: &[&str]) {
    let made = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", source, "-t", "2"])
        .args(codec)
        .args(["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4"])
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

fn rendition(height: u32) -> Rendition {
    Rendition {
        file: FileId(u64::from(height) + 1),
        playlist_name: format!("u-{height}.m3u8"),
        file_name: format!("u-{height}-fragmented.mp4"),
        width: height * 16 / 9,
        height,
        fps: 10,
        bytes: 1,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: String::new(),
        channels: u32::from(height == 0),
        has_audio: height == 0,
        has_video: height != 0,
        torrent: None,
    }
}

struct Rig {
    app: App,
    folder: tempfile::TempDir,
}

fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    let renditions = vec![rendition(144), rendition(0)];
    let playlist = Playlist { id: 1, master: "m".into(), digests: "d".into(), renditions };
    for (id, uuid, privacy) in [(1, PUBLIC, Privacy::Public), (3, PRIVATE, Privacy::Private)] {
        let playlist = Some(playlist.clone());
        sample::put_video(&app, &Video { uuid, privacy, playlist, ..sample::plain_video(id) });
    }
    Rig { app, folder }
}

impl Rig {
    fn with_files(self) -> Rig {
        let hls = self.app.layout().hls(PUBLIC);
        std::fs::create_dir_all(&hls).unwrap();
        let x264 = ["-c:v", "libx264", "-preset", "ultrafast"];
        clip(&hls.join("u-144-fragmented.mp4"), "testsrc2=size=256x144:rate=10", &x264);
        clip(&hls.join("u-0-fragmented.mp4"), "sine=frequency=440", &["-c:a", "aac"]);
        self
    }

    async fn get(&self, path: &str) -> Response {
        let request = Request::get(path).body(http_body_util::Empty::<Bytes>::new()).unwrap();
        TowerToHyperService::new(warp::service(routes(&self.app))).call(request).await.unwrap()
    }

    /// The status a failure will get, or the response's own.
    async fn status(&self, path: &str) -> u16 {
        let response = self.get(path).await;
        match response.extensions().get::<Failure>() {
            Some(Failure::Problem(problem)) => problem.status,
            Some(Failure::Internal(_)) => 500,
            None => response.status().as_u16(),
        }
    }
}

async fn body(response: Response) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

/// What ffprobe says of a file, a line a stream.
fn probe(path: &std::path::Path, entries: &str) -> Vec<String> {
    let said = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
    String::from_utf8_lossy(&said.stdout).lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_sound_leave_as_one_file() {
    let rig = rig().with_files();
    let response =
        rig.get(&format!("/download/videos/generate/{PUBLIC}?videoFileIds=145&videoFileIds=1")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"Test pattern 30 s (updated)-144p.mp4\""
    );
    assert_eq!(response.headers()["accept-ranges"], "bytes");
    let length: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let bytes = body(response).await;
    assert_eq!(bytes.len(), length);
    let path = rig.folder.path().join("got.mp4");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(probe(&path, "stream=codec_name"), ["h264", "aac"]);
    assert_eq!(probe(&path, "stream=nb_read_frames")[0], "20", "two seconds of ten frames");
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i"])
        .arg(&path)
        .args(["-f", "null", "-"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&decoded.stderr), "");
    assert!(decoded.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_the_same_bytes_as_those_of_the_whole() {
    let rig = rig().with_files();
    let path = format!("/download/videos/generate/{PUBLIC}?videoFileIds=145&videoFileIds=1");
    let whole = rig.get(&path).await;
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    let whole = body(whole).await;
    assert_eq!(body(rig.get(&path).await).await, whole, "the same bytes each time");
    let last = whole.len() - 1;
    for (first, to) in [(0, 0), (0, 99), (1, last), (last, last), (700, 9_000), (last / 2, last / 2 + 5_000)]
    {
        let to = to.min(last);
        for (if_range, status) in [(None, 206), (Some(tag.as_str()), 206), (Some("\"other\""), 200)] {
            let mut request = Request::get(&path).header("range", format!("bytes={first}-{to}"));
            if let Some(tag) = if_range {
                request = request.header("if-range", tag);
            }
            let request = request.body(http_body_util::Empty::<Bytes>::new()).unwrap();
            let service = TowerToHyperService::new(warp::service(routes(&rig.app)));
            let part = service.call(request).await.unwrap();
            assert_eq!(part.status(), status);
            if status == 206 {
                let range = format!("bytes {first}-{to}/{}", whole.len());
                assert_eq!(part.headers()["content-range"], range.as_str());
                assert!(body(part).await == whole[first..=to], "{first}-{to}");
            } else {
                assert!(body(part).await == whole);
            }
        }
    }
    let beyond = Request::get(&path).header("range", format!("bytes={}-", whole.len()));
    let request = beyond.body(http_body_util::Empty::<Bytes>::new()).unwrap();
    let service = TowerToHyperService::new(warp::service(routes(&rig.app)));
    assert_eq!(service.call(request).await.unwrap().status(), 416);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_is_refused() {
    let rig = rig();
    for (path, status) in [
        (format!("/download/videos/generate/{PUBLIC}"), 404),
        (format!("/download/videos/generate/{PUBLIC}?videoFileIds=99"), 404),
        (format!("/download/videos/generate/{PUBLIC}?videoFileIds=x"), 400),
        (format!("/download/videos/generate/{PRIVATE}?videoFileIds=1"), 401),
        ("/download/videos/generate/99?videoFileIds=1".to_owned(), 404),
        ("/download/videos/generate/nothing?videoFileIds=1".to_owned(), 400),
        // The record names files that are not there.
        (format!("/download/videos/generate/{PUBLIC}?videoFileIds=1"), 404),
    ] {
        assert_eq!(rig.status(&path).await, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_files_that_are_gone_is_not_found() {
    let rig = rig();
    let front = front::<http_body_util::Empty<Bytes>>(routes(&rig.app), Dice);
    let path = format!("/download/videos/generate/{PUBLIC}?videoFileIds=145");
    let request = Request::builder().method(Method::HEAD).uri(&path);
    let Ok(answer) = front(request.body(http_body_util::Empty::new()).unwrap()).await;
    assert_eq!(answer.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_tells_the_length_alone() {
    let rig = rig().with_files();
    let front = front::<http_body_util::Empty<Bytes>>(routes(&rig.app), Dice);
    let path = format!("/download/videos/generate/{PUBLIC}?videoFileIds=145");
    let mut lengths = Vec::new();
    for (method, is_empty) in [(Method::GET, false), (Method::HEAD, true)] {
        let request = Request::builder().method(method).uri(&path);
        let Ok(answer) = front(request.body(http_body_util::Empty::new()).unwrap()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "video/mp4");
        assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("-144p.mp4"));
        lengths.push(answer.headers()["content-length"].clone());
        assert_eq!(body(answer).await.is_empty(), is_empty);
    }
    assert_eq!(lengths[0], lengths[1]);
}
