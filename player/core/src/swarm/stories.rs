//! Stories: one swarm among scripted peers, told as the trace of what it does.

use std::fmt::Write as _;
use std::time::Duration;

use expect_test::{Expect, expect};
use shared::id::{OfferId, PeerId};
use shared::peer::{Message, Parts, RequestId, SegmentId, SegmentSet, frames};
use shared::time::Instant;

use super::*;
use crate::dice::Dice;
use crate::io::BodyId;

const KIB: u64 = 1024;
const SEGMENT: u64 = 100 * KIB;

fn peer(name: char) -> PeerId {
    let mut id = [u8::try_from(u32::from(name)).unwrap(); 20];
    id[..8].copy_from_slice(PeerId::PREFIX);
    PeerId(id)
}

fn set(ids: impl IntoIterator<Item = i64>) -> SegmentSet {
    ids.into_iter().map(SegmentId).collect()
}

/// One swarm, a clock, and what it did since last asked.
struct Story {
    now: Instant,
    swarm: Swarm,
    parts: Parts,
    trace: String,
    bodies: u64,
}

impl Story {
    fn new(change: impl FnOnce(&mut Config)) -> Story {
        let mut config = Config { offers_max: 0, ..Config::viewer(peer('m')) };
        change(&mut config);
        let swarm = Swarm::new(Instant::ZERO, config, 7);
        Story { now: Instant::ZERO, swarm, parts: Parts::default(), trace: String::new(), bodies: 0 }
    }

    fn at(&mut self, milliseconds: u64) -> &mut Story {
        while let Some(deadline) = self.swarm.deadline().filter(|at| *at <= Instant(milliseconds * 1000)) {
            self.now = deadline.max(self.now);
            self.give(Input::Tick);
            assert!(self.swarm.deadline().is_none_or(|next| self.now < next), "time stands still");
        }
        self.now = Instant(milliseconds * 1000);
        self
    }

    fn give(&mut self, input: Input) -> &mut Story {
        self.swarm.handle(self.now, input);
        self.drain()
    }

    fn drain(&mut self) -> &mut Story {
        let mut assembled = Vec::new();
        while let Some(output) = self.swarm.poll() {
            let what = match output {
                Output::Announce { event, offers } => format!("announce {event:?}, {} offers", offers.len()),
                Output::Answer { to, .. } => format!("answer {to:?}"),
                Output::MakeOffer { link } => format!("make offer {}", link.0),
                Output::TakeOffer { link, .. } => format!("take offer {}", link.0),
                Output::TakeAnswer { link, .. } => format!("take answer {}", link.0),
                Output::Close { link } => format!("close {}", link.0),
                Output::Send { link, message } => {
                    let body = self.parts.take(&message).unwrap();
                    format!("-> {} {}", link.0, name(&Message::decode(&body).unwrap()))
                }
                Output::SendPayload { link, body, from, bytes } => {
                    format!("-> {} body {} from {from}: {bytes} bytes", link.0, body.0)
                }
                Output::Keep { assembly, at, .. } => format!("keep {} at {at}", assembly.0),
                Output::Join { assembly, body, at, .. } => {
                    format!("join {} body {} at {at}", assembly.0, body.0)
                }
                Output::Assemble { assembly } => {
                    assembled.push(assembly);
                    format!("assemble {}", assembly.0)
                }
                Output::Discard { assembly } => format!("discard {}", assembly.0),
                Output::Release { body } => format!("release {}", body.0),
            };
            writeln!(self.trace, "{:<6} {what}", self.now.0 / 1000).unwrap();
        }
        for assembly in assembled {
            self.bodies += 1;
            self.give(Input::Assembled { assembly, body: BodyId(100 + self.bodies) });
        }
        self
    }

    /// A peer offers, and the link opens.
    fn meet(&mut self, name: char) -> LinkId {
        let offer_id = OfferId([u8::try_from(u32::from(name)).unwrap(); 20]);
        self.swarm
            .handle(self.now, Input::OfferHeard { from: peer(name), offer_id, description: "o".into() });
        let mut made = None;
        while let Some(output) = self.swarm.poll() {
            if let Output::TakeOffer { link, .. } = output {
                made = Some(link);
            }
        }
        let link = made.expect("the offer is taken");
        self.give(Input::Described { link, description: "a".into() });
        self.give(Input::Opened { link });
        link
    }

    fn hear(&mut self, link: LinkId, message: Message) -> &mut Story {
        for message in frames(&message.encode(), 60_000) {
            self.give(Input::Command { link, message });
        }
        self
    }

    fn held(&mut self, link: LinkId, ids: impl IntoIterator<Item = i64>) -> &mut Story {
        self.hear(link, Message::Announcement { held: set(ids), loading: SegmentSet::default() })
    }

    fn payload(&mut self, link: LinkId, bytes: u64) -> &mut Story {
        self.give(Input::Payload { link, bytes })
    }

    fn want(&mut self, segments: &[i64]) -> &mut Story {
        let wish = |segment: &i64| Wish {
            segment: SegmentId(*segment),
            bytes: SEGMENT,
            due: Instant(u64::try_from(*segment).unwrap() * 4_000_000),
            ask: true,
        };
        let wishes: Vec<Wish> = segments.iter().map(wish).collect();
        self.swarm.want(self.now, &wishes);
        self.drain()
    }

    fn store(&mut self, segment: i64, bytes: u64) -> &mut Story {
        let body = BodyId(u64::try_from(segment).unwrap());
        self.swarm.store(SegmentId(segment), body, bytes, true);
        self.drain()
    }

    fn forget(&mut self) -> &mut Story {
        self.trace.clear();
        self
    }

    fn told(&mut self, expected: &Expect) {
        expected.assert_eq(&std::mem::take(&mut self.trace));
    }
}

fn name(message: &Message) -> String {
    let list = |set: &SegmentSet| set.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(" ");
    match message {
        Message::Announcement { held, loading } => {
            format!("held [{}] loading [{}]", list(held), list(loading))
        }
        Message::Request { segment, request, from } => {
            format!("request {} as {} from {from}", segment.0, request.0)
        }
        Message::Data { segment, request, bytes } => format!("data {} as {}: {bytes}", segment.0, request.0),
        Message::Completed { segment, request } => format!("completed {} as {}", segment.0, request.0),
        Message::Absent { segment, request } => format!("absent {} as {}", segment.0, request.0),
        Message::Cancel { segment, request } => format!("cancel {} as {}", segment.0, request.0),
    }
}

fn data(segment: i64, request: i64, bytes: u64) -> Message {
    Message::Data { segment: SegmentId(segment), request: RequestId(request), bytes }
}

fn request(segment: i64, request: i64, from: u64) -> Message {
    Message::Request { segment: SegmentId(segment), request: RequestId(request), from }
}

fn completed(segment: i64, request: i64) -> Message {
    Message::Completed { segment: SegmentId(segment), request: RequestId(request) }
}

fn absent(segment: i64, request: i64) -> Message {
    Message::Absent { segment: SegmentId(segment), request: RequestId(request) }
}

#[test]
fn a_segment_comes_from_a_peer_that_has_it() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.at(100).want(&[5]).at(200).held(link, [4, 5]);
    story.at(300).hear(link, data(5, 1, SEGMENT)).payload(link, 65_535);
    // Announcements come in the middle of it.
    story.held(link, [4, 5, 6]).payload(link, SEGMENT - 65_535).hear(link, completed(5, 1));
    story.told(&expect![[r#"
        0      answer -SL0100-aaaaaaaaaaaa
        0      -> 1 held [] loading []
        200    -> 1 request 5 as 1 from 0
        300    keep 1 at 0
        300    keep 1 at 65535
        300    assemble 1
    "#]]);
    let fetched = Fetched { segment: SegmentId(5), body: BodyId(101), bytes: SEGMENT, is_trusted: false };
    assert_eq!(story.swarm.take_fetched(), Some(fetched));
    assert_eq!(story.swarm.deadline(), None);
}

#[test]
fn a_silent_peer_is_taken_back_and_the_rest_asked_of_another() {
    let mut story = Story::new(|_| {});
    let (one, other) = (story.meet('a'), story.meet('b'));
    story.held(one, [5]).forget().want(&[5]).hear(one, data(5, 1, SEGMENT)).payload(one, 40_000);
    story.at(1000).held(other, [5]).at(1900).at(2500);
    story.told(&expect![[r#"
        0      -> 1 request 5 as 1 from 0
        0      keep 1 at 0
        2000   -> 1 cancel 5 as 1
        2000   -> 2 request 5 as 2 from 40000
    "#]]);
    // Late bytes of the first are let go.
    story.payload(one, 1000).hear(other, data(5, 2, SEGMENT - 40_000)).payload(other, SEGMENT - 40_000);
    story.told(&expect![[r#"
        2500   keep 1 at 40000
        2500   assemble 1
    "#]]);
    assert_eq!(story.swarm.figures().bytes_wasted, 1000);
}

#[test]
fn who_is_silent_three_times_is_left_alone_for_a_minute() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.forget().want(&[5]);
    for time in [0, 3000, 6000] {
        story.at(time).held(link, [5]);
    }
    story.at(9000);
    story.told(&expect![[r#"
        0      -> 1 request 5 as 1 from 0
        2000   -> 1 cancel 5 as 1
        3000   -> 1 request 5 as 2 from 0
        5000   -> 1 cancel 5 as 2
        6000   -> 1 request 5 as 3 from 0
        8000   -> 1 cancel 5 as 3
        8000   close 1
    "#]]);
    let offer = Input::OfferHeard { from: peer('a'), offer_id: OfferId([1; 20]), description: "o".into() };
    story.give(offer.clone()).told(&expect![""]);
    story.at(68_001).give(offer).told(&expect![[r#"
        68001  take offer 2
    "#]]);
}

#[test]
fn who_promises_another_length_or_sends_too_much_is_closed() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.held(link, [5]).forget().want(&[5]).hear(link, data(5, 1, SEGMENT - 1));
    story.told(&expect![[r#"
        0      -> 1 request 5 as 1 from 0
        0      -> 1 cancel 5 as 1
        0      close 1
    "#]]);
    let link = story.meet('b');
    story.held(link, [5]).forget();
    story.hear(link, data(5, 2, SEGMENT)).payload(link, SEGMENT - 1).payload(link, 2);
    story.told(&expect![[r#"
        0      keep 1 at 0
        0      close 2
    "#]]);
    assert_eq!(story.swarm.missing(SegmentId(5)), None, "nothing of it is believed");
    let link = story.meet('c');
    story.held(link, [5]).forget();
    story.hear(link, data(5, 3, SEGMENT)).payload(link, SEGMENT - 1).hear(link, completed(5, 3));
    story.told(&expect![[r#"
        0      keep 1 at 0
        0      close 3
    "#]]);
}

#[test]
fn who_has_nothing_left_of_a_segment_is_asked_for_others_but_not_for_ever() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.held(link, [5, 6, 7, 8, 9]).want(&[5]).forget();
    story.hear(link, data(5, 1, 0)).hear(link, completed(5, 1)).want(&[6]);
    story.hear(link, data(6, 2, SEGMENT)).payload(link, SEGMENT).hear(link, completed(6, 2)).want(&[]);
    story.told(&expect![[r#"
        0      -> 1 cancel 5 as 1
        0      -> 1 request 6 as 2 from 0
        0      keep 2 at 0
        0      assemble 2
    "#]]);
    story.held(link, [5, 7, 8, 9]);
    for (request, segment) in [(3, 7), (4, 8), (5, 9)] {
        assert_eq!(story.swarm.figures().links, 1, "before {segment}");
        story.want(&[segment]).hear(link, data(segment, request, 0)).hear(link, completed(segment, request));
    }
    assert_eq!((story.swarm.figures().links, story.swarm.figures().shunned), (0, 1));
}

#[test]
fn answers_that_were_not_asked_for_change_nothing() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.forget();
    story
        .hear(link, data(5, 1, SEGMENT))
        .payload(link, 1000)
        .hear(link, completed(5, 1))
        .hear(link, absent(5, 1));
    story.give(Input::Command { link, message: b"cstrrubbishcend".to_vec() });
    story.give(Input::Described { link, description: "again".into() }).give(Input::Opened { link });
    story.give(Input::Drained { link: LinkId(99) }).give(Input::Closed { link: LinkId(99) });
    story.told(&expect![""]);
    assert_eq!(story.swarm.figures().links, 1);
}

#[test]
fn absent_sends_us_to_another_peer() {
    let mut story = Story::new(|_| {});
    let (one, other) = (story.meet('a'), story.meet('b'));
    story.held(one, [5]).forget().want(&[5]).held(other, [5]).hear(one, absent(5, 1));
    story.told(&expect![[r#"
        0      -> 1 request 5 as 1 from 0
        0      -> 2 request 5 as 2 from 0
    "#]]);
}

#[test]
fn a_large_segment_comes_from_two_peers_by_halves() {
    let mut story = Story::new(|_| {});
    let total = 2000 * KIB;
    let (one, other) = (story.meet('a'), story.meet('b'));
    story.held(one, [5]).held(other, [5]).forget();
    let wish = Wish { segment: SegmentId(5), bytes: total, due: Instant(4_000_000), ask: true };
    story.swarm.want(story.now, &[wish]);
    story.drain();
    // Chance decides who begins.
    let is_first = story.trace.contains("-> 1 request 5 as 1 from 0");
    let (one, other) = if is_first { (one, other) } else { (other, one) };
    assert!(story.trace.contains(&format!("-> {} request 5 as 2 from 1024000", other.0)), "{}", story.trace);
    story.at(100).hear(one, data(5, 1, total)).hear(other, data(5, 2, total - 1_024_000));
    for time in 0..20 {
        story.at(150 + time * 50).payload(one, 51_200).payload(other, 51_200);
    }
    assert!(story.trace.contains(&format!("-> {} cancel 5 as 1", one.0)), "{}", story.trace);
    assert!(story.trace.contains("assemble 1"), "{}", story.trace);
}

#[test]
fn what_is_not_wanted_any_more_is_cancelled_and_thrown_away() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.held(link, [5, 6]).want(&[5, 6]).hear(link, data(5, 1, SEGMENT)).payload(link, 10).forget();
    story.want(&[6]).told(&expect![[r#"
        0      -> 1 cancel 5 as 1
        0      discard 1
        0      -> 1 request 6 as 2 from 0
    "#]]);
}

#[test]
fn the_origin_brings_what_peers_did_not() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.held(link, [5]).want(&[5]).hear(link, data(5, 1, SEGMENT)).payload(link, 10_000).forget();
    assert_eq!(story.swarm.missing(SegmentId(5)), Some((10_000, SEGMENT)));
    let now = story.now;
    let wish = Wish { segment: SegmentId(5), bytes: SEGMENT, due: now, ask: false };
    story.swarm.want(now, &[wish]);
    assert!(story.swarm.join(now, SegmentId(5), 10_000, BodyId(7), SEGMENT - 10_000));
    assert!(!story.swarm.join(now, SegmentId(6), 0, BodyId(8), 10), "nobody wanted it");
    story.drain().told(&expect![[r#"
        0      -> 1 cancel 5 as 1
        0      join 1 body 7 at 10000
        0      assemble 1
    "#]]);
}

#[test]
fn a_liar_is_left_alone_and_of_several_suspects_who_is_there_again() {
    let bring = |story: &mut Story, link, segment, at: i64, from, bytes| {
        story.hear(link, data(segment, at, SEGMENT - from)).payload(link, bytes);
    };
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    story.held(link, [5]).want(&[5]);
    bring(&mut story, link, 5, 1, 0, SEGMENT);
    story.forget().swarm.judge(Instant::ZERO, SegmentId(5), false);
    story.drain().told(&expect![[r#"
        0      close 1
    "#]]);
    assert!(story.swarm.prospect(story.now, SegmentId(5), SEGMENT, 4).is_doubtful);

    let (one, other) = (story.meet('b'), story.meet('c'));
    for (segment, at) in [(6, 2), (7, 4)] {
        let start = story.now.0 / 1000;
        story.held(one, [segment]).held(other, []).want(&[segment]);
        bring(&mut story, one, segment, at, 0, 1000);
        story.held(other, [segment]).at(start + 2100);
        bring(&mut story, other, segment, at + 1, 1000, SEGMENT - 1000);
        story.forget();
        let now = story.now;
        story.swarm.judge(now, SegmentId(segment), false);
        story.drain();
    }
    story.told(&expect![[r#"
        4200   close 2
        4200   close 3
    "#]]);
    assert_eq!(story.swarm.figures().forged, 3);
}

#[test]
fn a_peer_is_served_as_fast_as_its_link_drains() {
    let mut story = Story::new(|_| {});
    story.store(3, 200_000);
    let link = story.meet('a');
    story.forget().hear(link, request(3, 77, 0)).at(50).give(Input::Drained { link });
    story.at(60).give(Input::Drained { link });
    story.told(&expect![[r#"
        0      -> 1 data 3 as 77: 200000
        0      -> 1 body 3 from 0: 65535 bytes
        0      -> 1 body 3 from 65535: 65535 bytes
        50     -> 1 held [3] loading []
        50     -> 1 body 3 from 131070: 65535 bytes
        50     -> 1 body 3 from 196605: 3395 bytes
        50     -> 1 completed 3 as 77
    "#]]);
    assert_eq!(story.swarm.figures().bytes_out, 200_000);
}

#[test]
fn requests_are_answered_as_the_wire_has_it() {
    let mut story = Story::new(|_| {});
    story.store(3, 400_000).store(4, 1000);
    let link = story.meet('a');
    story
        .forget()
        .hear(link, request(9, 1, 0))
        .hear(link, request(4, 2, 5000))
        .hear(link, request(4, 3, 990));
    story.told(&expect![[r#"
        0      -> 1 absent 9 as 1
        0      -> 1 data 4 as 2: 0
        0      -> 1 completed 4 as 2
        0      -> 1 data 4 as 3: 10
        0      -> 1 body 4 from 990: 10 bytes
        0      -> 1 completed 4 as 3
    "#]]);
    // A second request replaces the first, and only the right cancel stops it.
    story.give(Input::Drained { link }).hear(link, request(3, 4, 0)).hear(link, request(3, 5, 200_000));
    let cancel = |request| Message::Cancel { segment: SegmentId(3), request: RequestId(request) };
    story.forget().hear(link, cancel(4)).give(Input::Drained { link });
    assert!(story.trace.contains("body 3 from 200000"), "{}", story.trace);
    story.forget().hear(link, cancel(5)).give(Input::Drained { link }).told(&expect![""]);
}

#[test]
fn only_so_many_are_served_at_once_and_each_in_turn() {
    let mut story = Story::new(|config| config.uploads_max = 2);
    story.store(3, 10_000_000);
    let links = ['a', 'b', 'c'].map(|name| story.meet(name));
    story.forget();
    for link in links {
        story.hear(link, request(3, 1, 0));
    }
    assert!(story.trace.contains("-> 3 absent 3 as 1"), "{}", story.trace);
    story.forget();
    for _ in 0..10 {
        for link in &links[..2] {
            story.give(Input::Drained { link: *link });
        }
    }
    let sent = |link: &str| story.trace.lines().filter(|line| line.contains(link)).count();
    assert_eq!((sent("-> 1 body"), sent("-> 2 body")), (20, 20));
}

#[test]
fn uploads_keep_their_budget() {
    let mut story = Story::new(|config| config.upload_rate_max = Some(100_000));
    story.store(3, 10_000_000);
    let links = ['a', 'b'].map(|name| story.meet(name));
    for link in links {
        story.hear(link, request(3, 1, 0));
    }
    for tenth in 1..=200 {
        story.at(tenth * 100);
        for link in links {
            story.give(Input::Drained { link });
        }
    }
    let sent = story.swarm.figures().bytes_out;
    assert!((2_000_000..2_500_000).contains(&sent), "{sent} bytes in 20 s");
    let of = |link: &str| story.trace.lines().filter(|line| line.contains(link)).count();
    assert!(of("-> 1 body").abs_diff(of("-> 2 body")) <= 1);
}

#[test]
fn who_does_not_upload_says_so_once_and_serves_nothing() {
    let mut story = Story::new(|_| {});
    story.store(3, 1000);
    let link = story.meet('a');
    story.at(100).forget().swarm.set_uploads(false);
    story.drain().hear(link, request(3, 1, 0)).store(4, 1000).at(1000);
    story.told(&expect![[r#"
        100    -> 1 held [] loading []
        100    -> 1 absent 3 as 1
    "#]]);
}

#[test]
fn news_are_told_together_and_as_they_are_then() {
    let mut story = Story::new(|_| {});
    story.meet('a');
    story.at(1000).forget();
    story.swarm.set_loading(set([7]));
    story.store(5, 10).give(Input::Tick).at(1010).store(6, 10);
    story.swarm.set_loading(set([]));
    story.at(1020).at(2000).told(&expect![[r#"
        1000   -> 1 held [5] loading [7]
        1050   -> 1 held [5 6] loading []
    "#]]);
}

#[test]
fn the_store_keeps_its_budget_and_lets_go_of_what_is_least_useful() {
    let mut story = Story::new(|config| config.store_bytes_max = 300);
    story.swarm.set_focus(SegmentId(10));
    for segment in 8..=12 {
        story.store(segment, 100);
    }
    // Behind us first, then farthest ahead.
    story.told(&expect![[r#"
        0      release 8
        0      release 9
    "#]]);
    let link = story.meet('a');
    story.held(link, [6, 7, 10]).forget();
    story.swarm.set_focus(SegmentId(13));
    story.store(13, 100);
    // The peer has 10 already, but 11 and 12 before it.
    story.told(&expect![[r#"
        0      release 10
    "#]]);
    story.swarm.store(SegmentId(14), BodyId(14), 100, false);
    story.swarm.store(SegmentId(15), BodyId(15), 100, false);
    story.swarm.store(SegmentId(16), BodyId(16), 100, false);
    story.forget().swarm.store(SegmentId(17), BodyId(17), 100, false);
    story.drain();
    assert!(story.swarm.is_stored(SegmentId(17), BodyId(17)), "what the owner holds is not thrown out");
    story.forget().swarm.spare(SegmentId(14));
    story.drain().told(&expect![[r#"
        0      release 14
    "#]]);
}

#[test]
fn an_announce_waits_for_its_offers_and_comes_again() {
    let mut story = Story::new(|config| config.offers_max = 2);
    story.give(Input::TrackerUp);
    story.at(100).give(Input::Described { link: LinkId(1), description: "x".into() });
    story.at(200).give(Input::Described { link: LinkId(2), description: "y".into() });
    story.at(300).give(Input::Announced { interval: Duration::from_secs(120), peers: 1 });
    story.at(60_000).told(&expect![[r#"
        0      make offer 1
        0      make offer 2
        200    announce Started, 2 offers
        50100  close 1
        50200  close 2
    "#]]);
    // The second offer is never described.
    story.at(120_300).give(Input::Described { link: LinkId(3), description: "x".into() }).at(130_000);
    story.told(&expect![[r#"
        120200 make offer 3
        120200 make offer 4
        126200 close 4
        126200 announce Update, 1 offers
    "#]]);
    story.give(Input::TrackerDown).at(300_000).forget().give(Input::TrackerUp);
    for link in 5..=6 {
        story.give(Input::Described { link: LinkId(link), description: "x".into() });
    }
    story.swarm.leave();
    story.drain().told(&expect![[r#"
        300000 make offer 5
        300000 make offer 6
        300000 announce Started, 2 offers
        300000 announce Stopped, 0 offers
        300000 close 5
        300000 close 6
    "#]]);
}

#[test]
fn an_answered_offer_becomes_a_link_and_one_that_never_connects_is_given_up() {
    let mut story = Story::new(|config| config.offers_max = 1);
    story.swarm.handle(story.now, Input::TrackerUp);
    story.swarm.poll();
    story.swarm.handle(story.now, Input::Described { link: LinkId(1), description: "x".into() });
    let Some(Output::Announce { offers, .. }) = story.swarm.poll() else { panic!("an announce") };
    let (offer_id, _) = offers[0].clone();
    let answer = |from, offer_id| Input::AnswerHeard { from: peer(from), offer_id, description: "a".into() };
    story.give(answer('a', OfferId([9; 20]))).told(&expect![""]);
    story.give(answer('a', offer_id)).give(answer('b', offer_id)).at(20_000).told(&expect![[r#"
        0      take answer 1
        15000  close 1
    "#]]);
}

#[test]
fn our_own_offer_and_a_full_house_are_passed_over() {
    let mut story = Story::new(|config| config.links_max = 2);
    let offer =
        |name| Input::OfferHeard { from: peer(name), offer_id: OfferId([3; 20]), description: "o".into() };
    story.give(offer('m')).told(&expect![""]);
    let first = story.meet('a');
    story.at(10_000).meet('b');
    story.forget().give(offer('c')).told(&expect![""]);
    // Who has been of no use for long makes room; who is linked already is not linked again.
    story.at(30_000).give(offer('b')).give(offer('c'));
    assert_eq!(first, LinkId(1));
    story.told(&expect![[r#"
        30000  close 1
        30000  take offer 3
    "#]]);
}

/// Two links to one peer are open: 1 was offered by us, 2 by the peer.
fn met_twice(name: char) -> Story {
    let mut story = Story::new(|config| config.offers_max = 1);
    story.swarm.handle(story.now, Input::TrackerUp);
    story.swarm.poll();
    story.swarm.handle(story.now, Input::Described { link: LinkId(1), description: "x".into() });
    let Some(Output::Announce { offers, .. }) = story.swarm.poll() else { panic!("an announce") };
    let description = "a".to_owned();
    story.give(Input::AnswerHeard { from: peer(name), offer_id: offers[0].0, description });
    let theirs = OfferId([4; 20]);
    story.give(Input::OfferHeard { from: peer(name), offer_id: theirs, description: "o".into() });
    story.give(Input::Described { link: LinkId(2), description: "a".into() });
    story.give(Input::Opened { link: LinkId(1) });
    story.give(Input::Opened { link: LinkId(2) });
    story.forget();
    story
}

#[test]
fn of_two_links_to_one_peer_the_newest_is_asked_and_one_is_closed_later() {
    for (name, closed) in [('a', 1), ('z', 2)] {
        let mut story = met_twice(name);
        story.held(LinkId(1), [5]).held(LinkId(2), [5]).want(&[5]);
        assert!(story.trace.contains("-> 2 request 5"), "{}", story.trace);
        story.forget().hear(LinkId(2), data(5, 1, SEGMENT)).payload(LinkId(2), SEGMENT);
        // Both sides close the same one: that offered by the higher name.
        story.at(5000);
        assert!(story.trace.contains(&format!("5000   close {closed}\n")), "{name}: {}", story.trace);
        assert_eq!(story.swarm.figures().links, 1);
        story.want(&[5]);
        assert!(story.trace.contains(&format!("-> {} request 5", 3 - closed)), "{}", story.trace);
    }
}

#[test]
fn of_two_links_to_one_peer_the_one_it_speaks_on_is_asked_and_stays() {
    for (name, spoken) in [('a', 1), ('a', 2), ('z', 1), ('z', 2)] {
        let mut story = met_twice(name);
        story.held(LinkId(spoken), [5]).want(&[5]);
        assert!(story.trace.contains(&format!("-> {spoken} request 5")), "{name}: {}", story.trace);
        story.at(1000).hear(LinkId(spoken), data(5, 1, SEGMENT)).payload(LinkId(spoken), SEGMENT);
        story.forget().at(5000);
        let closed = 3 - spoken;
        assert!(story.trace.contains(&format!("5000   close {closed}\n")), "{name}: {}", story.trace);
        assert_eq!(story.swarm.figures().links, 1);
    }
}

#[test]
fn what_remains_of_two_links_to_one_peer_is_asked() {
    for gone in [1, 2] {
        let mut story = met_twice('a');
        story.held(LinkId(1), [5]).held(LinkId(2), [5]);
        story.give(Input::Closed { link: LinkId(gone) }).want(&[5]);
        assert!(story.trace.contains(&format!("-> {} request 5", 3 - gone)), "{}", story.trace);
        assert_eq!(story.swarm.prospect(story.now, SegmentId(5), SEGMENT, 0).holders, 1);
    }
}

#[test]
fn who_floods_us_is_closed() {
    let mut story = Story::new(|_| {});
    let link = story.meet('a');
    for _ in 0..499 {
        story.held(link, [1]);
    }
    assert_eq!(story.swarm.figures().links, 1);
    for _ in 0..10 {
        story.held(link, [1]);
    }
    assert_eq!((story.swarm.figures().links, story.swarm.figures().shunned), (0, 1));
}

#[test]
fn a_newcomer_waits_for_peers_it_hears_of_but_not_for_long() {
    let mut story = Story::new(|_| {});
    let is_settling = |story: &Story| story.swarm.is_settling(story.now);
    story.give(Input::TrackerUp);
    assert!(is_settling(&story));
    story.give(Input::Announced { interval: Duration::from_secs(120), peers: 1 });
    assert!(!is_settling(&story), "nobody else is there");
    story.give(Input::Announced { interval: Duration::from_secs(120), peers: 2 });
    assert!(is_settling(&story));
    let link = story.at(500).meet('a');
    assert!(is_settling(&story));
    story.held(link, []);
    assert!(!is_settling(&story));
    story.give(Input::Closed { link });
    assert!(is_settling(&story));
    story.at(4000);
    assert!(!is_settling(&story));
}

#[test]
fn whatever_strangers_do_the_swarm_stays_within_bounds() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let mut story = Story::new(|config| {
            (config.offers_max, config.links_max) = (2, 4);
            config.store_bytes_max = 1_000_000;
            config.upload_rate_max = Some(500_000);
        });
        story.give(Input::TrackerUp);
        let mut now = 0;
        for _ in 0..400 {
            now += dice.roll(400);
            story.at(now);
            let link = LinkId(dice.roll(12));
            let name = char::from(b'a' + u8::try_from(dice.roll(8)).unwrap());
            let segment = i64::try_from(dice.roll(12)).unwrap();
            let number = i64::try_from(dice.roll(20)).unwrap();
            let bytes = dice.roll(2) * dice.roll(SEGMENT) + dice.roll(70_000);
            let description = "d".to_owned();
            match dice.roll(18) {
                0 => story.give(Input::Announced {
                    interval: Duration::from_secs(dice.roll(500)),
                    peers: dice.roll(9),
                }),
                1 => story.give(Input::OfferHeard {
                    from: peer(name),
                    offer_id: OfferId([1; 20]),
                    description,
                }),
                2 => story.give(if dice.roll(2) == 0 { Input::TrackerUp } else { Input::TrackerDown }),
                3 => story.give(Input::Described { link, description }),
                4 => story.give(Input::Opened { link }),
                5 => story.give(Input::Closed { link }),
                6 => story.held(link, segment..segment + 4),
                7 => story.hear(link, request(segment, number, bytes)),
                8 | 9 => story.hear(link, data(segment, number, SEGMENT - bytes.min(SEGMENT))),
                10 => story.hear(link, data(segment, story.swarm.requests_made, SEGMENT)),
                11 => story.hear(link, completed(segment, number)),
                12 => story.payload(link, bytes),
                13 => story.give(Input::Drained { link }),
                14 => story.store(segment, bytes),
                15 => story.want(&[segment, segment + 1, segment + 3]),
                16 => {
                    let message = (0..dice.roll(40)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
                    story.give(Input::Command { link, message })
                }
                _ => {
                    let now = story.now;
                    story.swarm.judge(now, SegmentId(segment), dice.roll(2) == 0);
                    story.drain()
                }
            };
            while story.swarm.take_fetched().is_some() {}
            assert!(story.swarm.links.len() <= 4 + 2 * 2 + 1, "seed {seed}");
            assert!(story.swarm.figures().bytes_stored <= 1_000_000);
            assert!(story.swarm.wants.len() <= 32 && story.trace.len() < 1_000_000);
        }
    }
}
