use std::process::Command;

use http::{Method, Request};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::*;
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
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let path = rig.folder.path().join("got.mp4");
    std::fs::write(&path, &bytes).unwrap();
    let said = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).split_whitespace().collect::<Vec<_>>(), ["h264", "aac"]);
    let decoded =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&path).args(["-f", "null", "-"]).output();
    assert_eq!(String::from_utf8_lossy(&decoded.unwrap().stderr), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_leaves_frees_its_place() {
    let rig = rig().with_files();
    let path = format!("/download/videos/generate/{PUBLIC}?videoFileIds[]=145");
    for _ in 0..AT_ONCE_MAX + 2 {
        // A place is free again once the program has noticed that nobody reads.
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while rig.status(&path).await == 503 {
            assert!(std::time::Instant::now() < deadline, "the places stay taken");
            tokio::task::yield_now().await;
        }
    }
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
        (format!("/download/videos/generate/{PUBLIC}?videoFileIds=1"), 500),
    ] {
        assert_eq!(rig.status(&path).await, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_head_makes_no_file() {
    let rig = rig();
    let front = front::<http_body_util::Empty<Bytes>>(routes(&rig.app), Dice);
    // The record names files that are not there, so whoever starts to make one fails.
    let path = format!("/download/videos/generate/{PUBLIC}?videoFileIds=145");
    for (method, status) in [(Method::GET, 500), (Method::HEAD, 200)] {
        let request = Request::builder().method(method).uri(&path);
        let Ok(answer) = front(request.body(http_body_util::Empty::new()).unwrap()).await;
        assert_eq!(answer.status(), status);
        if status == 200 {
            assert_eq!(answer.headers()["content-type"], "video/mp4");
            assert!(answer.headers()["content-disposition"].to_str().unwrap().contains("-144p.mp4"));
        }
    }
}
