//! Whose turn it is, and what becomes of a job that failed.
//!
//! Owns the order, the delays and the number of tries. Pure: time is an argument. The surprise is that a try is counted
//! when it begins, so that a job that takes the server down with it does not do so for ever.

use std::time::Duration;

use shared::id::JobId;
use shared::time::Timestamp;

use crate::store::records::JobKind;

/// Tries of what may go better next time.
pub const ATTEMPTS_MAX: u32 = 5;
/// Tries of what will hardly go better.
const DOUBTFUL_ATTEMPTS_MAX: u32 = 2;
/// How often room is looked for.
const DELAY_FOR_ROOM: Duration = Duration::from_secs(30);
/// The delay before the second try; each further one is five times as long.
const DELAY_FIRST: Duration = Duration::from_secs(10);
const DELAY_MAX: Duration = Duration::from_secs(60 * 60);

/// Which jobs a worker takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Short ones, which somebody waits for, so that a video is playable at once while others are encoded for hours.
    Quick,
    /// All but those that ask other servers.
    Any,
    /// Those that ask other servers: they wait most of the time, and nobody else is to wait with them.
    Network,
}

/// A job that may be due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its number.
    pub job: JobId,
    /// When it may be taken.
    pub due: Timestamp,
    /// What it does.
    pub kind: JobKind,
    /// Whether another job on the same video runs.
    pub is_blocked: bool,
}

/// The job to take: quick ones first, and of these the one that waits longest. `waiting` is in the order of the queue.
#[must_use]
pub fn choose(waiting: &[Waiting], lane: Lane, now: Timestamp) -> Option<JobId> {
    let ready = waiting.iter().filter(|waiting| waiting.due <= now && !waiting.is_blocked);
    let mut first = None;
    for waiting in ready {
        let asks_others = matches!(waiting.kind, JobKind::Network(_));
        if asks_others != (lane == Lane::Network) {
            continue;
        }
        match (is_quick(&waiting.kind), lane) {
            (true, _) => return Some(waiting.job),
            (false, Lane::Any) => first = first.or(Some(waiting.job)),
            (false, Lane::Quick | Lane::Network) => {}
        }
    }
    first
}

/// Whether a job ends soon, or is the one that makes a video playable.
fn is_quick(kind: &JobKind) -> bool {
    match kind {
        // Torrents read a video's files once, about as long as packaging one took.
        JobKind::Package(_)
        | JobKind::Torrents(_)
        | JobKind::Captions(_)
        | JobKind::RemoveSource(_)
        | JobKind::RemoveFormer(_)
        | JobKind::RemoveFiles(_)
        | JobKind::Talk(_)
        | JobKind::Network(_) => true,
        JobKind::Transcode(_) | JobKind::Replace(_) | JobKind::Storyboard(_) | JobKind::Transcribe(_) => {
            false
        }
    }
}

/// Whether two jobs of one video may run at the same time. Torrents are made of files that are there for ever, so they
/// need not wait for hours of encoding; all others change what the next one builds on.
#[must_use]
pub fn may_overlap(one: &JobKind, other: &JobKind) -> bool {
    match (one, other) {
        // Rows alone, each piece in a unit of work of its own.
        (JobKind::Talk(_) | JobKind::Network(_), _) | (_, JobKind::Talk(_) | JobKind::Network(_)) => true,
        (JobKind::Torrents(_), JobKind::Torrents(_) | JobKind::RemoveFiles(_))
        | (JobKind::RemoveFiles(_), JobKind::Torrents(_)) => false,
        (JobKind::Torrents(_), _) | (_, JobKind::Torrents(_)) => true,
        (_, _) => false,
    }
}

/// What is to be expected of another try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outlook {
    /// There was no room on the disk to begin with, so that the try cost nothing.
    Room,
    /// The disk filled up, or the machine was busy.
    Better,
    /// A program failed, which it may do for reasons of the file or of the moment.
    Doubtful,
    /// The same again.
    None,
}

/// What becomes of a job that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is due again then.
    Retry(Timestamp),
    /// It is due again then, and this try does not count.
    Wait(Timestamp),
    /// It is not tried again.
    Dead,
}

/// Decides after the `attempts`-th try failed.
#[must_use]
pub fn judge(attempts: u32, outlook: Outlook, now: Timestamp) -> Verdict {
    let attempts_max = match outlook {
        // Whoever keeps the instance may take days to make room.
        Outlook::Room => return Verdict::Wait(now.after(DELAY_FOR_ROOM)),
        Outlook::Better => ATTEMPTS_MAX,
        Outlook::Doubtful => DOUBTFUL_ATTEMPTS_MAX,
        Outlook::None => 0,
    };
    if attempts_max <= attempts {
        return Verdict::Dead;
    }
    let delay = DELAY_FIRST.saturating_mul(5u32.saturating_pow(attempts.saturating_sub(1)));
    Verdict::Retry(now.after(delay.min(DELAY_MAX)))
}

/// Decides about a job that was running when the server died, after its `attempts`-th beginning.
#[must_use]
pub fn judge_interrupted(attempts: u32, now: Timestamp) -> Verdict {
    if ATTEMPTS_MAX <= attempts { Verdict::Dead } else { Verdict::Retry(now) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use shared::id::{Uuid, VideoId};

    /// A queue as it stands in the store, and one worker for each lane.
    #[derive(Default)]
    struct Story {
        waiting: Vec<Waiting>,
        attempts: Vec<u32>,
        running: Vec<(JobId, JobKind)>,
        trace: String,
    }

    impl Story {
        fn say(&mut self, now: u64, words: &str) {
            self.trace += &format!("at {now} s: {words}\n");
        }

        fn ask(&mut self, now: u64, kind: JobKind) {
            let job = JobId(self.attempts.len() as u64);
            self.attempts.push(0);
            self.waiting.push(Waiting { job, due: at(now), kind, is_blocked: false });
        }

        fn take(&mut self, now: u64, lane: Lane) {
            for waiting in &mut self.waiting {
                let in_the_way = |running: &JobKind| {
                    video(running) == video(&waiting.kind) && !may_overlap(running, &waiting.kind)
                };
                waiting.is_blocked = self.running.iter().any(|(_, running)| in_the_way(running));
            }
            self.waiting.sort_by_key(|waiting| (waiting.due, waiting.job));
            let Some(job) = choose(&self.waiting, lane, at(now)) else {
                return self.say(now, &format!("{lane:?} finds nothing"));
            };
            let place = self.waiting.iter().position(|waiting| waiting.job == job).unwrap();
            let kind = self.waiting.remove(place).kind;
            self.say(now, &format!("{lane:?} takes {kind:?}"));
            self.attempts[usize::try_from(job.0).unwrap()] += 1;
            self.running.push((job, kind));
        }

        fn end(&mut self, now: u64, outlook: Option<Outlook>) {
            let (job, kind) = self.running.remove(0);
            let attempts = self.attempts[usize::try_from(job.0).unwrap()];
            match outlook.map(|outlook| judge(attempts, outlook, at(now))) {
                None => self.say(now, &format!("{kind:?} is done")),
                Some(Verdict::Dead) => self.say(now, &format!("{kind:?} is dead")),
                Some(Verdict::Wait(due) | Verdict::Retry(due)) => {
                    self.say(now, &format!("{kind:?} failed, again at {} s", due.0 / 1000));
                    self.waiting.push(Waiting { job, due, kind, is_blocked: false });
                }
            }
        }
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp(0).after(Duration::from_secs(seconds))
    }

    fn video(kind: &JobKind) -> u64 {
        match kind {
            JobKind::Package(video)
            | JobKind::Transcode(video)
            | JobKind::Replace(video)
            | JobKind::Storyboard(video)
            | JobKind::Torrents(video)
            | JobKind::Captions(video)
            | JobKind::Transcribe(video)
            | JobKind::RemoveSource(video)
            | JobKind::RemoveFormer(video) => video.0,
            JobKind::RemoveFiles(uuid) => u64::try_from(uuid.0).unwrap(),
            JobKind::Talk(_) | JobKind::Network(_) => 0,
        }
    }

    fn check(story: Story, expect: Expect) {
        expect.assert_eq(&story.trace);
    }

    #[test]
    fn a_new_video_is_packaged_while_another_is_encoded() {
        let mut story = Story::default();
        story.ask(0, JobKind::Transcode(VideoId(1)));
        story.ask(0, JobKind::Storyboard(VideoId(1)));
        story.ask(1, JobKind::Transcode(VideoId(2)));
        story.take(2, Lane::Any);
        story.ask(3, JobKind::Package(VideoId(3)));
        story.take(3, Lane::Quick);
        story.take(3, Lane::Quick);
        story.take(4, Lane::Any);
        check(
            story,
            expect![[r#"
                at 2 s: Any takes Transcode(VideoId(1))
                at 3 s: Quick takes Package(VideoId(3))
                at 3 s: Quick finds nothing
                at 4 s: Any takes Transcode(VideoId(2))
            "#]],
        );
    }

    #[test]
    fn nothing_of_one_video_runs_at_the_same_time() {
        let mut story = Story::default();
        story.ask(0, JobKind::Transcode(VideoId(7)));
        story.take(0, Lane::Any);
        story.ask(1, JobKind::RemoveFiles(Uuid(7)));
        story.take(1, Lane::Quick);
        story.end(2, None);
        story.take(2, Lane::Quick);
        check(
            story,
            expect![[r#"
                at 0 s: Any takes Transcode(VideoId(7))
                at 1 s: Quick finds nothing
                at 2 s: Transcode(VideoId(7)) is done
                at 2 s: Quick takes RemoveFiles(00000000-0000-0000-0000-000000000007)
            "#]],
        );
    }

    #[test]
    fn torrents_are_made_beside_the_encoding_but_not_while_files_go() {
        let mut story = Story::default();
        story.ask(0, JobKind::Transcode(VideoId(7)));
        story.take(0, Lane::Any);
        story.ask(1, JobKind::Torrents(VideoId(7)));
        story.take(1, Lane::Quick);
        story.ask(2, JobKind::Torrents(VideoId(7)));
        story.ask(2, JobKind::RemoveFiles(Uuid(7)));
        story.end(2, None);
        story.take(2, Lane::Quick);
        story.end(3, None);
        story.take(3, Lane::Quick);
        story.end(4, None);
        story.take(4, Lane::Quick);
        check(
            story,
            expect![[r#"
                at 0 s: Any takes Transcode(VideoId(7))
                at 1 s: Quick takes Torrents(VideoId(7))
                at 2 s: Transcode(VideoId(7)) is done
                at 2 s: Quick finds nothing
                at 3 s: Torrents(VideoId(7)) is done
                at 3 s: Quick takes Torrents(VideoId(7))
                at 4 s: Torrents(VideoId(7)) is done
                at 4 s: Quick takes RemoveFiles(00000000-0000-0000-0000-000000000007)
            "#]],
        );
    }

    #[test]
    fn what_may_go_better_is_tried_later_and_later() {
        let mut story = Story::default();
        story.ask(0, JobKind::Package(VideoId(1)));
        for now in [0, 9, 10, 60, 70, 320, 330, 1590] {
            story.take(now, Lane::Any);
            if !story.running.is_empty() {
                story.end(now, Some(Outlook::Better));
            }
        }
        check(
            story,
            expect![[r#"
                at 0 s: Any takes Package(VideoId(1))
                at 0 s: Package(VideoId(1)) failed, again at 10 s
                at 9 s: Any finds nothing
                at 10 s: Any takes Package(VideoId(1))
                at 10 s: Package(VideoId(1)) failed, again at 60 s
                at 60 s: Any takes Package(VideoId(1))
                at 60 s: Package(VideoId(1)) failed, again at 310 s
                at 70 s: Any finds nothing
                at 320 s: Any takes Package(VideoId(1))
                at 320 s: Package(VideoId(1)) failed, again at 1570 s
                at 330 s: Any finds nothing
                at 1590 s: Any takes Package(VideoId(1))
                at 1590 s: Package(VideoId(1)) is dead
            "#]],
        );
    }

    #[test]
    fn room_is_waited_for_as_long_as_it_takes() {
        for attempts in [1, ATTEMPTS_MAX, 1000] {
            assert_eq!(judge(attempts, Outlook::Room, at(7)), Verdict::Wait(at(37)));
        }
    }

    #[test]
    fn what_will_hardly_go_better_is_tried_once_more() {
        let mut story = Story::default();
        story.ask(0, JobKind::Package(VideoId(1)));
        for now in [0, 10] {
            story.take(now, Lane::Any);
            story.end(now, Some(Outlook::Doubtful));
        }
        story.ask(20, JobKind::Package(VideoId(2)));
        story.take(20, Lane::Any);
        story.end(20, Some(Outlook::None));
        check(
            story,
            expect![[r#"
                at 0 s: Any takes Package(VideoId(1))
                at 0 s: Package(VideoId(1)) failed, again at 10 s
                at 10 s: Any takes Package(VideoId(1))
                at 10 s: Package(VideoId(1)) is dead
                at 20 s: Any takes Package(VideoId(2))
                at 20 s: Package(VideoId(2)) is dead
            "#]],
        );
    }

    #[test]
    fn a_job_that_kills_the_server_dies_in_the_end() {
        let verdicts: Vec<_> =
            (1..=ATTEMPTS_MAX).map(|attempts| judge_interrupted(attempts, at(9))).collect();
        let (last, others) = verdicts.split_last().unwrap();
        assert_eq!(*last, Verdict::Dead);
        assert!(others.iter().all(|verdict| *verdict == Verdict::Retry(at(9))));
    }
}
