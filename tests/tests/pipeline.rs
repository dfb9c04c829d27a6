//! From an uploaded file to a published video, with a whole server in this process: what its owner sees, what lies on
//! the disk, and what is left when something goes wrong half-way.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use backend::app::App;
use backend::config::Config;
use backend::domain::video::edit::{self, Arrival, Pictures};
use backend::domain::viewer::Person;
use backend::jobs;
use backend::store::records::{Facts, Playlist, Rendition, Role, Source, Video, VideoState};
use backend::store::tables::{AccountKey, ChannelKey, JobKey, VideoKey, VideoUuidKey};
use backend::store::{Durability, Read, StoreError};
use backend::{Running, Server};
use sha2::Digest as _;
use shared::api::{NewVideo, Processing, Stage};
use shared::digests::Digests;
use shared::hls::{Segment, parse_media};
use shared::id::{Uuid, VideoId};
use tests::rig::{Clip, clip, eventually, file_of};

const DEADLINE: Duration = Duration::from_secs(120);

struct World {
    folder: tempfile::TempDir,
    server: Option<Running>,
}

impl World {
    async fn start() -> Result<World> {
        let mut world = World { folder: tempfile::tempdir()?, server: None };
        world.launch().await?;
        Ok(world)
    }

    async fn launch(&mut self) -> Result<()> {
        self.launch_with(|_| {}).await
    }

    async fn launch_with(&mut self, change: impl FnOnce(&mut Config)) -> Result<()> {
        let mut config = Config::new(self.folder.path());
        config.server.listen.set_port(0);
        config.transcoding.niceness = 0;
        change(&mut config);
        self.server = Some(Server::start(config).await?);
        Ok(())
    }

    async fn stop(&mut self) -> Result<()> {
        self.server.take().context("it runs")?.stop().await?;
        Ok(())
    }

    fn app(&self) -> &App {
        self.server.as_ref().expect("it runs").app()
    }

    /// What an upload's last byte does.
    async fn arrive(&self, file: &Path, wait_transcoding: bool) -> Result<Uuid> {
        let app = self.app();
        let uuid = app.dice().uuid();
        let extension =
            format!(".{}", file.extension().and_then(|extension| extension.to_str()).context("it has one")?);
        fs::copy(file, app.layout().source(uuid, &extension))?;
        let source = Source {
            extension,
            filename: "a".to_owned(),
            bytes: fs::metadata(file)?.len(),
            file: None,
            take: 0,
        };
        app.write(Durability::Flushed, move |write, now| {
            let (channel, _) = write.table::<ChannelKey>().next().context("root has a channel")??;
            let form = NewVideo {
                name: Some("a clip".to_owned()),
                wait_transcoding: Some(wait_transcoding),
                ..NewVideo::default()
            };
            let facts =
                Facts { duration_ms: 0, width: 0, height: 0, fps: 0, has_audio: true, has_video: true };
            let channel = channel.channel;
            let arrival = Arrival {
                uuid,
                channel,
                form,
                source,
                facts,
                chapters: Vec::new(),
                pictures: Pictures::default(),
                host: "films.example".into(),
            };
            edit::create(write, now, arrival)?;
            Ok::<_, anyhow::Error>(())
        })
        .await?;
        Ok(uuid)
    }

    async fn video(&self, uuid: Uuid) -> Result<Option<Video>> {
        let read = self.app().read(move |store| -> Result<Option<Video>, StoreError> {
            let Some(id) = store.get(&VideoUuidKey { uuid })? else { return Ok(None) };
            store.get(&VideoKey { video: id })
        });
        Ok(read.await?)
    }

    async fn processing(&self, video: VideoId) -> Result<Option<Processing>> {
        let mut all = self.app().blocking(move |app| jobs::processing(app, &[video])).await?;
        Ok(all.remove(&video))
    }

    /// Waits until the video's pipeline has ended, well or badly.
    async fn ended(&self, uuid: Uuid) -> Result<(Video, Option<Processing>)> {
        eventually("the pipeline ends", DEADLINE, async || {
            let id = self.video(uuid).await?.context("it is there")?.id;
            let processing = self.processing(id).await?;
            let has_ended = processing.as_ref().is_none_or(|processing| processing.stage == Stage::Failed);
            // Read after the jobs, or the last one may end in between.
            let video = self.video(uuid).await?.context("it is there")?;
            Ok(has_ended.then_some((video, processing)))
        })
        .await
    }

    /// Waits until a film is watched while it is being made.
    async fn growing(&self, uuid: Uuid) -> Result<(Video, Playlist)> {
        eventually("it is watched while it is made", DEADLINE, async || {
            let video = self.video(uuid).await?.context("it is there")?;
            let growing = video.playlist.clone().filter(Playlist::is_growing);
            Ok(growing.map(|playlist| (video, playlist)))
        })
        .await
    }

    /// What each rendition's list says: its segments, and whether it says that these are all. Every segment it names
    /// is there and has its digest.
    fn lists(&self, uuid: Uuid, playlist: &Playlist) -> Result<Vec<(Vec<Segment>, bool)>> {
        let layout = self.app().layout();
        let listed = |rendition: &Rendition| -> Result<(Vec<Segment>, bool)> {
            let media = parse_media(&fs::read_to_string(layout.stream(uuid, &rendition.playlist_name))?)?;
            // The list of digests may only be ahead.
            let digests = Digests::parse(&fs::read_to_string(layout.stream(uuid, &playlist.digests))?)?;
            let file = fs::read(layout.stream(uuid, &rendition.file_name))?;
            let inits = media.segments.first().and_then(|segment| segment.init.as_ref()?.range);
            for range in inits.into_iter().chain(media.segments.iter().filter_map(|segment| segment.range)) {
                let (from, to) = (usize::try_from(range.offset())?, usize::try_from(range.end())?);
                let bytes = file.get(from..to).context("a segment that is named is not there")?;
                let found: [u8; 32] = sha2::Sha256::digest(bytes).into();
                let digest = digests.get(&rendition.file_name, range).context("a segment has no digest")?;
                ensure!(
                    found == digest.0,
                    "{range:?} of {} is not what its digest says",
                    rendition.file_name
                );
            }
            Ok((media.segments, media.ended))
        };
        playlist.renditions.iter().map(listed).collect()
    }

    /// All files of the data folder but the store's and the settings.
    fn files(&self) -> Result<BTreeSet<PathBuf>> {
        let mut found = BTreeSet::new();
        for folder in self.app().layout().folders() {
            collect(&folder, &mut found)?;
        }
        Ok(found)
    }

    /// What the record names is there, and nothing else.
    fn holds_exactly(&self, video: &Video) -> Result<()> {
        let layout = self.app().layout();
        let mut named: BTreeSet<PathBuf> = BTreeSet::new();
        if let Some(playlist) = &video.playlist {
            named.extend([&playlist.master, &playlist.digests].map(|name| layout.stream(video.uuid, name)));
            for rendition in &playlist.renditions {
                let names = [&rendition.playlist_name, &rendition.file_name];
                named.extend(names.map(|name| layout.stream(video.uuid, name)));
            }
        }
        if video.source.file.is_some() {
            named.insert(layout.source(video.stem(), &video.source.extension));
        }
        named.extend(video.thumbnail.iter().map(|name| layout.thumbnail(name)));
        named.extend(video.preview.iter().map(|name| layout.preview(name)));
        named.extend(video.storyboard.iter().map(|storyboard| layout.storyboard(&storyboard.file_name)));
        let found = self.files()?;
        ensure!(found == named, "found {found:#?}, named {named:#?}");
        Ok(())
    }
}

fn collect(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<()> {
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_type()?.is_dir() {
            collect(&file.path(), found)?;
        } else {
            found.insert(file.path());
        }
    }
    Ok(())
}

/// H.264 and AAC, long enough to be encoded for a while.
fn film() -> Result<PathBuf> {
    clip(&Clip { seconds: 20, width: 854, height: 480, ..Clip::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_is_published_at_once_and_completed_later() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&film()?, false).await?;
    let early = eventually("it is published", DEADLINE, async || {
        Ok(world.video(uuid).await?.filter(|video| video.state == VideoState::Published))
    })
    .await?;
    let places: Vec<_> = early.playlist.context("it plays")?.renditions;
    assert_eq!(places.iter().map(|rendition| rendition.resolution()).collect::<Vec<_>>(), [480, 0]);
    assert!(early.thumbnail.is_some() && early.preview.is_some());
    let processing = world.processing(early.id).await?.context("there is more to do")?;
    assert!(matches!(processing.stage, Stage::Transcoding) && processing.percent < 100, "{processing:?}");

    let (video, failed) = world.ended(uuid).await?;
    assert_eq!(failed, None);
    world.holds_exactly(&video)?;
    let playlist = video.playlist.context("it plays")?;
    // Those that were there first keep their places.
    assert!(playlist.renditions.starts_with(&places));
    let all: Vec<_> = playlist.renditions.iter().map(|rendition| rendition.resolution()).collect();
    assert_eq!(all, [480, 0, 240, 360]);
    assert_eq!(video.facts.context("it was probed")?.duration_ms / 100, 200);
    assert!(video.storyboard.is_some());
    let digests = fs::read_to_string(world.app().layout().stream(uuid, &playlist.digests))?;
    let digests = shared::digests::Digests::parse(&digests)?;
    assert_eq!(digests.count(), 4 * 6, "five segments and a header each");
    world.stop().await
}

/// What no browser shows, and no ffmpeg is done with in a moment.
fn odd_film() -> Result<PathBuf> {
    file_of("pipeline-odd.mkv", |target| {
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=40"])
            .args(["-f", "lavfi", "-i", "sine=440:d=41", "-c:v", "mpeg4", "-q:v", "5", "-c:a", "flac"])
            .args(["-f", "matroska"])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make an odd film");
        Ok(())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_is_encoded_is_watched_meanwhile() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&odd_film()?, false).await?;
    let (early, growing) = world.growing(uuid).await?;
    assert_eq!(early.state, VideoState::Published);
    assert!(early.thumbnail.is_some() && early.facts.is_some());
    let resolutions = |playlist: &Playlist| {
        playlist.renditions.iter().map(|rendition| rendition.resolution()).collect::<Vec<_>>()
    };
    assert_eq!(resolutions(&growing), [360, 0]);
    let seen = world.lists(uuid, &growing)?;
    assert!(seen.iter().all(|(segments, is_all)| !segments.is_empty() && !is_all), "{seen:?}");
    assert_eq!(growing.whole_files().count(), 0, "half a file is nothing to take away");
    let longer = eventually("it grows", DEADLINE, async || {
        let lists = world.lists(uuid, &growing)?;
        let has_grown = lists.iter().zip(&seen).all(|((now, _), (before, _))| before.len() < now.len());
        Ok(has_grown.then_some(lists))
    })
    .await?;

    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, failed), (VideoState::Published, None));
    assert_eq!(video.published_at, early.published_at);
    world.holds_exactly(&video)?;
    let playlist = video.playlist.context("it plays")?;
    assert_eq!(resolutions(&playlist), [360, 0, 240, 480, 720]);
    assert!(!playlist.is_growing() && playlist.id == growing.id);
    for (whole, growing) in playlist.renditions.iter().zip(&growing.renditions) {
        assert_eq!((whole.file, &whole.file_name), (growing.file, &growing.file_name));
        assert!(whole.bandwidth <= growing.bandwidth, "what was promised to be enough is enough");
    }
    let all = world.lists(uuid, &playlist)?;
    for lists in [&seen, &longer] {
        for ((before, _), (whole, is_all)) in lists.iter().zip(&all) {
            assert!(whole.starts_with(before) && *is_all, "what was seen once stays as it was");
        }
    }
    let starts = |(segments, _): &(Vec<Segment>, bool)| -> Vec<Duration> {
        let ends = segments.iter().scan(Duration::ZERO, |end, segment| {
            *end += segment.duration;
            Some(*end)
        });
        ends.collect()
    };
    let [first, _, others @ ..] = &all[..] else { panic!("there are several") };
    for other in others {
        assert_eq!(starts(other), starts(first), "all are cut at the same times");
    }
    assert_eq!(first.0.first().map(|segment| segment.duration), Some(Duration::from_secs(2)));
    assert!(first.0.iter().skip(2).all(|segment| segment.duration == Duration::from_secs(4)));
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_watched_stays_while_it_is_made_anew_after_a_stop() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&odd_film()?, false).await?;
    let (_, growing) = world.growing(uuid).await?;
    let seen = eventually("it grows", DEADLINE, async || {
        let lists = world.lists(uuid, &growing)?;
        Ok(lists.iter().all(|(segments, _)| 2 < segments.len()).then_some(lists))
    })
    .await?;
    world.stop().await?;
    world.launch().await?;
    let (_, still) = world.growing(uuid).await?;
    assert_eq!(still, growing);
    loop {
        for ((now, _), (before, _)) in world.lists(uuid, &growing)?.iter().zip(&seen) {
            assert!(now.starts_with(before), "what was seen once is still there");
        }
        if !world.video(uuid).await?.context("it is there")?.playlist.is_some_and(|all| all.is_growing()) {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, failed), (VideoState::Published, None));
    world.holds_exactly(&video)?;
    assert_eq!(video.playlist.context("it plays")?.renditions.len(), 5);
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_film_that_breaks_off_while_it_is_watched_is_withdrawn() -> Result<()> {
    let mut world = World { folder: tempfile::tempdir()?, server: None };
    // The real one, which says at the end of this kind of work that it failed.
    let folder = tempfile::tempdir()?;
    let broken = folder.path().join("ffmpeg");
    let script = "#!/bin/sh\nffmpeg \"$@\" || exit\ncase \"$*\" in *-flush_packets*) exit 1;; esac\n";
    fs::write(&broken, script)?;
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755))?;
    world.launch_with(|config| config.transcoding.ffmpeg = broken).await?;
    let uuid = world.arrive(&odd_film()?, false).await?;
    let (video, _) = world.growing(uuid).await?;
    assert_eq!(video.state, VideoState::Published);
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, video.playlist), (VideoState::TranscodingFailed, None));
    assert!(failed.and_then(|processing| processing.failure).is_some());
    // They go after the word that they are of no use is on the disk.
    let streams = world.app().layout().hls(uuid);
    eventually("nothing of half a film is kept", DEADLINE, async || {
        Ok((!world.files()?.iter().any(|file| file.starts_with(&streams))).then_some(()))
    })
    .await?;
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_waits_is_published_whole() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&film()?, true).await?;
    eventually("it plays for its owner", DEADLINE, async || {
        let video = world.video(uuid).await?.context("it is there")?;
        assert!(video.state == VideoState::ToTranscode || world.processing(video.id).await?.is_none());
        Ok(video.playlist.map(|_| ()))
    })
    .await?;
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, failed), (VideoState::Published, None));
    assert_eq!(video.playlist.context("it plays")?.renditions.len(), 4);
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_alone_is_published_with_a_picture() -> Result<()> {
    let mut world = World::start().await?;
    let song = file_of("pipeline-song.mp3", |target| {
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=440:d=6", "-f", "mp3"])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make a song");
        Ok(())
    })?;
    let uuid = world.arrive(&song, false).await?;
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, failed), (VideoState::Published, None));
    world.holds_exactly(&video)?;
    let picture = fs::read(world.app().layout().preview(&video.preview.context("it has one")?))?;
    assert!(picture.starts_with(&[0xff, 0xd8]));
    assert_eq!(video.playlist.context("it plays")?.renditions.len(), 1);
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_film_stops_being_encoded_and_leaves_nothing() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&film()?, false).await?;
    let id = eventually("it is encoded", DEADLINE, async || {
        let video = world.video(uuid).await?.context("it is there")?;
        let processing = world.processing(video.id).await?;
        Ok(processing.filter(|processing| processing.stage == Stage::Transcoding).map(|_| video.id))
    })
    .await?;
    world
        .app()
        .write(Durability::Flushed, move |write, now| {
            let (_, account) = write.table::<AccountKey>().next().context("root has an account")??;
            let root = Person { user: account.user.unwrap(), account: account.id, role: Role::Administrator };
            edit::delete(write, now, &root, id)?;
            Ok::<_, anyhow::Error>(())
        })
        .await?;
    eventually("all of it is gone", DEADLINE, async || {
        let jobs = world.app().read(|store| store.table::<JobKey>().collect::<Result<Vec<_>, _>>()).await?;
        Ok((jobs.is_empty() && world.files()?.is_empty()).then_some(()))
    })
    .await?;
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_loses_nothing() -> Result<()> {
    let mut world = World::start().await?;
    let uuid = world.arrive(&film()?, false).await?;
    for stage in [Stage::Packaging, Stage::Transcoding] {
        eventually("the stage is reached", DEADLINE, async || {
            let video = world.video(uuid).await?.context("it is there")?;
            let processing = world.processing(video.id).await?;
            Ok(processing.is_none_or(|processing| stage <= processing.stage).then_some(()))
        })
        .await?;
        world.stop().await?;
        world.launch().await?;
    }
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!((video.state, failed), (VideoState::Published, None));
    assert_eq!(video.playlist.as_ref().context("it plays")?.renditions.len(), 4);
    world.holds_exactly(&video)?;
    world.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_fails_with_a_reason() -> Result<()> {
    let mut world = World::start().await?;
    let folder = tempfile::tempdir()?;
    let rubbish = folder.path().join("rubbish.mp4");
    fs::write(&rubbish, "this is not a video at all")?;
    let uuid = world.arrive(&rubbish, false).await?;
    let (video, failed) = world.ended(uuid).await?;
    assert_eq!(video.state, VideoState::TranscodingFailed);
    assert_eq!(failed.and_then(|processing| processing.failure).as_deref(), Some("The file is unreadable."));
    let left = world.files()?;
    assert_eq!(left.len(), 1, "its source alone is kept: {left:?}");
    world.stop().await
}
