//! Stories of one file on its way, in virtual time.

use std::time::Duration;

use expect_test::{Expect, expect};
use shared::api::UploadedVideo;
use shared::id::{Uuid, VideoId};
use shared::time::Instant;

use super::{Input, Output, Stage, Transfer};
use crate::api::Failure;

const MB: u64 = 1_000_000;

fn at(seconds: u64) -> Instant {
    Instant(seconds * 1_000_000)
}

fn video() -> UploadedVideo {
    UploadedVideo { id: VideoId(7), short_uuid: Uuid(7).short(), uuid: Uuid(7) }
}

/// Plays inputs at seconds against a file of 20 MB in chunks of 8 MB, and shows what it does.
fn check(story: impl IntoIterator<Item = (u64, Input)>, expected: Expect) -> Transfer {
    let mut transfer = Transfer::new(20 * MB, 8 * MB);
    let mut trace = String::new();
    for (seconds, input) in story {
        let said = format!("{input:?}");
        transfer.handle(at(seconds), input);
        let mut does: Vec<String> = std::iter::from_fn(|| transfer.poll())
            .map(|output| match output {
                Output::Send { from, to } => format!("send {}..{} MB", from / MB, to / MB),
                Output::Begin | Output::Ask | Output::Abort => format!("{output:?}").to_lowercase(),
            })
            .collect();
        if let Some(until) = transfer.deadline() {
            does.push(format!("wait until {} s", until.0 / 1_000_000));
        }
        if matches!(transfer.progress().stage, Stage::Done(_)) {
            does.push("done".into());
        }
        if matches!(transfer.progress().stage, Stage::Failed(_)) {
            does.push("failed".into());
        }
        trace.push_str(&format!(
            "{seconds}s {} -> {}\n",
            said.split('(').next().unwrap_or(""),
            does.join(", ")
        ));
    }
    expected.assert_eq(&trace);
    transfer
}

#[test]
fn a_file_goes_out_in_chunks() {
    check(
        [
            (0, Input::Start { known: false }),
            (1, Input::Begun),
            (2, Input::Has(8 * MB)),
            (3, Input::Has(16 * MB)),
            (4, Input::Finished(video())),
        ],
        expect![[r#"
            0s Start { known: false } -> begin
            1s Begun -> send 0..8 MB
            2s Has -> send 8..16 MB
            3s Has -> send 16..20 MB
            4s Finished -> done
        "#]],
    );
}

#[test]
fn after_a_loss_it_waits_longer_each_time_and_then_asks() {
    check(
        [
            (0, Input::Start { known: false }),
            (0, Input::Begun),
            (1, Input::Lost { retry_after: None }),
            (2, Input::Tick),
            (2, Input::Lost { retry_after: None }),
            (3, Input::Tick),
            (4, Input::Tick),
            (4, Input::Lost { retry_after: Some(Duration::from_secs(20)) }),
            (24, Input::Tick),
            (25, Input::Has(5 * MB)),
            (26, Input::Lost { retry_after: None }),
        ],
        expect![[r#"
            0s Start { known: false } -> begin
            0s Begun -> send 0..8 MB
            1s Lost { retry_after: None } -> wait until 2 s
            2s Tick -> ask
            2s Lost { retry_after: None } -> wait until 4 s
            3s Tick -> wait until 4 s
            4s Tick -> ask
            4s Lost { retry_after: Some -> wait until 24 s
            24s Tick -> ask
            25s Has -> send 5..13 MB
            26s Lost { retry_after: None } -> wait until 27 s
        "#]],
    );
}

#[test]
fn a_pause_stops_the_request_and_its_late_answer_changes_nothing() {
    let transfer = check(
        [
            (0, Input::Start { known: false }),
            (0, Input::Begun),
            (1, Input::Left(3 * MB)),
            (2, Input::Pause),
            (2, Input::Has(8 * MB)),
            (2, Input::Lost { retry_after: None }),
            (9, Input::Resume),
            (9, Input::Has(4 * MB)),
        ],
        expect![[r#"
            0s Start { known: false } -> begin
            0s Begun -> send 0..8 MB
            1s Left -> 
            2s Pause -> abort
            2s Has -> 
            2s Lost { retry_after: None } -> 
            9s Resume -> ask
            9s Has -> send 4..12 MB
        "#]],
    );
    assert_eq!(transfer.progress().sent, 4 * MB);
}

#[test]
fn an_upload_of_an_earlier_visit_goes_on_where_it_was() {
    let transfer = check(
        [(0, Input::Start { known: true }), (0, Input::Has(13 * MB)), (1, Input::Finished(video()))],
        expect![[r#"
            0s Start { known: true } -> ask
            0s Has -> send 13..20 MB
            1s Finished -> done
        "#]],
    );
    assert_eq!(transfer.progress().resumed_at, 13 * MB);
}

#[test]
fn an_upload_the_instance_forgot_is_begun_anew_but_not_for_ever() {
    check(
        [
            (0, Input::Start { known: true }),
            (0, Input::Vanished),
            (0, Input::Begun),
            (1, Input::Vanished),
            (1, Input::Begun),
            (2, Input::Vanished),
        ],
        expect![[r#"
            0s Start { known: true } -> ask
            0s Vanished -> begin
            0s Begun -> send 0..8 MB
            1s Vanished -> begin
            1s Begun -> send 0..8 MB
            2s Vanished -> failed
        "#]],
    );
}

#[test]
fn a_refusal_ends_it_and_its_maker_may_try_again() {
    check(
        [
            (0, Input::Start { known: false }),
            (0, Input::Refused(Failure::Unreadable)),
            (1, Input::Tick),
            (2, Input::Resume),
        ],
        expect![[r#"
            0s Start { known: false } -> begin
            0s Refused -> failed
            1s Tick -> failed
            2s Resume -> begin
        "#]],
    );
}

#[test]
fn all_bytes_stored_without_a_video_is_asked_again() {
    check(
        [(0, Input::Start { known: true }), (0, Input::Has(20 * MB)), (1, Input::Tick)],
        expect![[r#"
            0s Start { known: true } -> ask
            0s Has -> wait until 1 s
            1s Tick -> ask
        "#]],
    );
}

#[test]
fn speed_and_time_left_follow_the_last_seconds() {
    let mut transfer = Transfer::new(100 * MB, 50 * MB);
    let mut handle = |seconds, input| {
        transfer.handle(at(seconds), input);
        while transfer.poll().is_some() {}
        transfer.progress()
    };
    handle(0, Input::Start { known: false });
    handle(0, Input::Begun);
    assert_eq!(handle(1, Input::Left(MB)).speed, None);
    let progress = handle(10, Input::Left(20 * MB));
    assert_eq!(
        (progress.speed, progress.left(), progress.percent()),
        (Some(2 * MB), Some(Duration::from_secs(40)), 20)
    );
    let progress = handle(20, Input::Left(50 * MB));
    assert_eq!(progress.speed, Some(3 * MB));
    assert_eq!(handle(21, Input::Lost { retry_after: None }).speed, None);
}

#[test]
fn the_last_byte_leads_to_the_check() {
    let mut transfer = Transfer::new(MB, 8 * MB);
    for input in [Input::Start { known: false }, Input::Begun, Input::Left(MB)] {
        transfer.handle(at(0), input);
        while transfer.poll().is_some() {}
    }
    assert_eq!((transfer.progress().stage, transfer.progress().percent()), (Stage::Checking, 100));
}
