//! The bodies in hand: fetched, on their way through verification, waiting to be appended.
//!
//! Owns each body's handle and its standing with the publisher's digests. Never fetches, never appends, never sees a
//! byte. The surprise is in the types: only [`Unverified::verify`] and the publisher's silence make a [`Verified`], and
//! nothing else can be appended.

use shared::digests::Digests;
use shared::hls::file_name;
use shared::id::Digest;

use crate::fault::Fault;
use crate::io::BodyId;
use crate::ladder::StreamId;
use crate::table::Table;
use crate::timeline::Resource;

/// What a body is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Piece {
    /// An init segment, by its place among its timeline's.
    Init { stream: StreamId, index: usize },
    /// A segment, by its place in its timeline.
    Segment { stream: StreamId, index: usize },
}

impl Piece {
    pub(crate) fn stream(self) -> StreamId {
        match self {
            Piece::Init { stream, .. } | Piece::Segment { stream, .. } => stream,
        }
    }
}

/// A body as it came from the network.
#[derive(Debug)]
pub(crate) struct Unverified(BodyId);

/// A body whose digest is the published one, or which the publisher does not vouch for either way.
#[derive(Debug)]
pub(crate) struct Verified(BodyId);

/// The publisher gives no digest for a body of this kind. Only [`Trust`] can say so.
struct NotPublished(());

impl Unverified {
    fn verify(self, found: &Digest, published: &Digest) -> Result<Verified, Unverified> {
        if found == published { Ok(Verified(self.0)) } else { Err(self) }
    }

    fn accept(self, _: NotPublished) -> Verified {
        Verified(self.0)
    }
}

impl Verified {
    /// The handle, for an append.
    pub(crate) fn body(&self) -> BodyId {
        self.0
    }
}

/// What the publisher vouches for.
#[derive(Debug)]
pub(crate) enum Trust {
    /// The video has no list of digests.
    Unpublished,
    /// It has one, not here yet.
    Awaited,
    /// Here it is.
    Listed(Digests),
}

enum Verdict {
    Accept(NotPublished),
    Compare(Digest),
    Wait,
    Refuse,
}

impl Trust {
    fn judge(&self, piece: Piece, resource: &Resource) -> Verdict {
        let digests = match self {
            Trust::Unpublished => return Verdict::Accept(NotPublished(())),
            Trust::Awaited => return Verdict::Wait,
            Trust::Listed(digests) => digests,
        };
        let published = resource.range.and_then(|range| digests.get(file_name(&resource.url), range));
        match (published, piece) {
            (Some(published), _) => Verdict::Compare(published),
            // PeerTube lists segments only. A forged init segment can spoil the picture, but show none of its own.
            (None, Piece::Init { .. }) => Verdict::Accept(NotPublished(())),
            (None, Piece::Segment { .. }) => Verdict::Refuse,
        }
    }
}

#[derive(Debug)]
enum Standing {
    /// With the digest the shell computed, once it has.
    Unverified(Unverified, Option<Digest>),
    Verified(Verified),
}

#[derive(Debug)]
struct Held {
    standing: Standing,
    resource: Resource,
    bytes: u64,
    source: Source,
}

/// Where a body came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Origin,
    /// Some of it, at least.
    Peers,
}

impl Held {
    fn body(&self) -> BodyId {
        match &self.standing {
            Standing::Unverified(Unverified(body), _) | Standing::Verified(Verified(body)) => *body,
        }
    }
}

/// All bodies in hand.
#[derive(Debug)]
pub(crate) struct Library {
    held: Table<Piece, Held>,
    trust: Trust,
    /// Bodies that were verified and are kept elsewhere since.
    lent: Table<BodyId, Piece>,
}

/// What became of a body at its trial.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Refused {
    pub(crate) piece: Piece,
    pub(crate) body: BodyId,
    pub(crate) fault: Fault,
    pub(crate) source: Source,
}

impl Library {
    pub(crate) fn new(trust: Trust) -> Library {
        Library { held: Table::default(), trust, lent: Table::default() }
    }

    /// Takes a body in, unless it is here already. Whether it needs a digest.
    pub(crate) fn insert(
        &mut self,
        piece: Piece,
        resource: Resource,
        (body, bytes): (BodyId, u64),
        source: Source,
    ) -> bool {
        let standing = Standing::Unverified(Unverified(body), None);
        self.held.insert(piece, Held { standing, resource, bytes, source });
        // Hashing need not wait for the list.
        !matches!(self.trust, Trust::Unpublished)
    }

    /// Lends a body to a swarm, which keeps it from now on, too: only one whose digest was found to be the published one.
    pub(crate) fn lend(&mut self, piece: Piece) -> Option<(BodyId, u64)> {
        let is_listed = matches!(self.trust, Trust::Listed(_));
        let (verified, bytes) = self.verified(piece).filter(|_| is_listed)?;
        let body = verified.body();
        self.lent.insert(body, piece);
        Some((body, bytes))
    }

    /// Takes a body back into hand that was lent and is still kept there; verified it was then. Whether it was.
    pub(crate) fn take_back(
        &mut self,
        piece: Piece,
        resource: Resource,
        (body, bytes): (BodyId, u64),
    ) -> bool {
        let was_lent = self.lent.get(&body) == Some(&piece);
        if was_lent && !self.holds(piece) {
            let standing = Standing::Verified(Verified(body));
            self.held.insert(piece, Held { standing, resource, bytes, source: Source::Peers });
        }
        was_lent
    }

    /// A body that was lent is gone.
    pub(crate) fn forget_lent(&mut self, body: BodyId) {
        self.lent.remove(&body);
    }

    /// Notes the digest of a body.
    pub(crate) fn set_digest(&mut self, body: BodyId, digest: Digest) {
        for held in self.held.values_mut() {
            match &mut held.standing {
                Standing::Unverified(Unverified(known), found) if *known == body => *found = Some(digest),
                Standing::Unverified(..) | Standing::Verified(_) => {}
            }
        }
    }

    /// The list has come, or has come anew.
    pub(crate) fn set_digests(&mut self, digests: Digests) {
        self.trust = Trust::Listed(digests);
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Tries every body that can be tried. What fails is no longer held; its handle is to be released.
    ///
    /// While the list is known to be behind (`is_lagging`), what it does not name waits for the next one.
    pub(crate) fn judge(&mut self, is_lagging: bool) -> Vec<Refused> {
        let mut refused = Vec::new();
        for (piece, mut held) in std::mem::take(&mut self.held) {
            let body = held.body();
            let judged = match held.standing {
                Standing::Verified(verified) => Ok(Standing::Verified(verified)),
                Standing::Unverified(unverified, found) => {
                    match (self.trust.judge(piece, &held.resource), found) {
                        (Verdict::Accept(nothing), _) => Ok(Standing::Verified(unverified.accept(nothing))),
                        (Verdict::Compare(published), Some(found)) => unverified
                            .verify(&found, &published)
                            .map(Standing::Verified)
                            .map_err(|_| Fault::Forged),
                        (Verdict::Wait, _) | (Verdict::Compare(_), None) => {
                            Ok(Standing::Unverified(unverified, found))
                        }
                        (Verdict::Refuse, _) if is_lagging => Ok(Standing::Unverified(unverified, found)),
                        (Verdict::Refuse, _) => Err(Fault::Unlisted),
                    }
                }
            };
            match judged {
                Ok(standing) => {
                    held.standing = standing;
                    self.held.insert(piece, held);
                }
                Err(fault) => refused.push(Refused { piece, body, fault, source: held.source }),
            }
        }
        refused
    }

    /// A body that may be appended, and its size.
    pub(crate) fn verified(&self, piece: Piece) -> Option<(&Verified, u64)> {
        match self.held.get(&piece)? {
            Held { standing: Standing::Verified(verified), bytes, .. } => Some((verified, *bytes)),
            Held { standing: Standing::Unverified(..), .. } => None,
        }
    }

    pub(crate) fn holds(&self, piece: Piece) -> bool {
        self.held.contains_key(&piece)
    }

    /// Every piece in hand, in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.held.keys().copied()
    }

    /// Gives a body up; its handle is to be released.
    pub(crate) fn remove(&mut self, piece: Piece) -> Option<BodyId> {
        self.held.remove(&piece).map(|held| held.body())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use shared::hls::ByteRange;

    use super::*;

    const GOOD: Digest = Digest([1; 32]);
    const BAD: Digest = Digest([2; 32]);

    fn resource(first: u64, last: u64) -> Resource {
        let range = ByteRange::from_inclusive(first, last);
        Resource { url: Arc::from("https://a.test/f.mp4?videoFileToken=t"), range }
    }

    fn segment(index: usize) -> Piece {
        Piece::Segment { stream: StreamId(0), index }
    }

    const INIT: Piece = Piece::Init { stream: StreamId(0), index: 0 };

    fn listed() -> Digests {
        let mut digests = Digests::default();
        digests.insert("f.mp4", ByteRange::from_inclusive(10, 19).unwrap(), GOOD);
        digests
    }

    #[test]
    fn nothing_may_be_appended_before_list_and_digest_agree() {
        let mut library = Library::new(Trust::Awaited);
        assert!(library.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Origin));
        assert!(library.judge(false).is_empty() && library.verified(segment(0)).is_none());
        library.set_digests(listed());
        assert!(library.judge(false).is_empty() && library.verified(segment(0)).is_none());
        library.set_digest(BodyId(1), GOOD);
        assert!(library.judge(false).is_empty());
        assert_eq!(
            library.verified(segment(0)).map(|(body, bytes)| (body.body(), bytes)),
            Some((BodyId(1), 10))
        );
    }

    #[test]
    fn a_forged_body_is_thrown_out() {
        let mut library = Library::new(Trust::Listed(listed()));
        library.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Origin);
        library.set_digest(BodyId(1), BAD);
        let refused =
            Refused { piece: segment(0), body: BodyId(1), fault: Fault::Forged, source: Source::Origin };
        assert_eq!(library.judge(false), [refused]);
        assert!(!library.holds(segment(0)));
    }

    #[test]
    fn a_list_vouches_for_segments_it_names_and_no_others() {
        let mut library = Library::new(Trust::Listed(listed()));
        library.insert(INIT, resource(0, 9), (BodyId(1), 10), Source::Origin);
        library.insert(segment(1), resource(20, 29), (BodyId(2), 10), Source::Origin);
        let refused = library.judge(false);
        let unlisted =
            Refused { piece: segment(1), body: BodyId(2), fault: Fault::Unlisted, source: Source::Origin };
        assert_eq!(refused, [unlisted]);
        assert!(library.verified(INIT).is_some());
    }

    #[test]
    fn what_a_list_that_lags_does_not_name_waits_for_the_next() {
        let mut library = Library::new(Trust::Listed(Digests::default()));
        library.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Origin);
        library.set_digest(BodyId(1), GOOD);
        assert!(library.judge(true).is_empty() && library.verified(segment(0)).is_none());
        library.set_digests(listed());
        assert!(library.judge(false).is_empty() && library.verified(segment(0)).is_some());
    }

    #[test]
    fn an_init_segment_that_is_listed_is_checked_like_any_other() {
        let mut library = Library::new(Trust::Listed(listed()));
        library.insert(INIT, resource(10, 19), (BodyId(1), 10), Source::Origin);
        library.set_digest(BodyId(1), BAD);
        assert_eq!(library.judge(false).len(), 1);
    }

    #[test]
    fn without_a_published_list_bodies_are_taken_as_they_come() {
        let mut library = Library::new(Trust::Unpublished);
        assert!(!library.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Origin));
        assert!(library.judge(false).is_empty() && library.verified(segment(0)).is_some());
    }

    #[test]
    fn only_what_was_verified_is_lent_and_only_what_was_lent_is_taken_back_unseen() {
        let mut library = Library::new(Trust::Listed(listed()));
        library.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Peers);
        assert_eq!(library.lend(segment(0)), None);
        library.set_digest(BodyId(1), GOOD);
        library.judge(false);
        assert_eq!(library.lend(segment(0)), Some((BodyId(1), 10)));
        library.remove(segment(0));
        assert!(!library.take_back(segment(0), resource(10, 19), (BodyId(2), 10)));
        assert!(library.take_back(segment(0), resource(10, 19), (BodyId(1), 10)));
        assert!(library.verified(segment(0)).is_some());
        library.remove(segment(0));
        library.forget_lent(BodyId(1));
        assert!(!library.take_back(segment(0), resource(10, 19), (BodyId(1), 10)));
        let mut unlisted = Library::new(Trust::Unpublished);
        unlisted.insert(segment(0), resource(10, 19), (BodyId(1), 10), Source::Origin);
        unlisted.judge(false);
        assert_eq!(unlisted.lend(segment(0)), None, "what nobody vouches for is not passed on");
    }
}
