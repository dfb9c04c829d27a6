//! What somebody says they did.

use serde_json::Value;
use shared::time::Timestamp;

use super::actor::cut;
use super::read::{Flaw, Thing, is_url, url_of};

/// Letters of a kind's name that are kept.
const KIND_LENGTH_MAX: usize = 100;
/// Activities in one body that are read: some servers send a collection of them.
const IN_A_BODY_MAX: usize = 100;
/// Letters of a report that are read: PeerTube's own bound.
const REPORT_LENGTH_MAX: usize = 3000;
/// Reasons of a report: PeerTube has nine.
const REASONS_MAX: usize = 20;
/// Letters of one.
const REASON_LENGTH_MAX: usize = 50;
/// Things one report may be about: Mastodon names an account and up to a hundred of its posts.
const REPORTED_MAX: usize = 20;

/// Something somebody says they did.
#[derive(Clone, PartialEq, Debug)]
pub struct Activity {
    /// Its address; none where its kind needs none and the sender gave none.
    pub id: Option<String>,
    /// Who did it.
    pub actor: String,
    /// What.
    pub deed: Deed,
    /// Whom it is for: `to` and `cc`, everybody as [`super::PUBLIC`].
    pub audience: Vec<String>,
    /// Whether something that calls itself a signature of linked data is in it. It says nothing before it was verified, and
    /// then the reading made of what was signed counts in place of this.
    pub has_signature: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Debug)]
pub enum Deed {
    /// Something was made: what was sent of it, which only its address's own server can vouch for.
    Create(Value),
    /// Something changed.
    Update(Value),
    /// Something is gone, by its address.
    Delete(String),
    /// Somebody wants to hear of all that this actor does.
    Follow(String),
    /// A wish to follow was granted: as much of the wish as was told.
    Accept(Wish),
    /// It was not.
    Reject(Wish),
    /// A thing is passed on, by its address; in groups as Lemmy's it is somebody's activity.
    Announce(String),
    /// Somebody likes something.
    Like(String),
    /// Somebody does not.
    Dislike(String),
    /// A deed is taken back: its kind, its address, and what it was about.
    Undo(Box<Undone>),
    /// Somebody looked at something.
    View(Seen),
    /// Something is reported.
    Flag(Report),
    /// A reply may be shown, says whose talk it is.
    ApproveReply(Reply),
    /// It may not.
    RejectReply(Reply),
    /// Somebody is elsewhere now.
    Move(String),
    /// What nobody here minds.
    Other(String),
}

/// A wish to follow, as it is told back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wish {
    /// The address of the wish.
    pub id: Option<String>,
    /// Who follows.
    pub follower: Option<String>,
    /// Whom.
    pub followed: Option<String>,
}

/// A deed that is taken back.
#[derive(Clone, PartialEq, Debug)]
pub struct Undone {
    /// Its address.
    pub id: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Who did it.
    pub actor: Option<String>,
    /// What it was about, by its address.
    pub object: Option<String>,
    /// What it was about, where that was sent whole.
    pub thing: Option<Value>,
}

/// A look at something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// At what, by its address.
    pub object: String,
    /// Until when the viewer counts as watching; none for a view that is over.
    pub until: Option<Timestamp>,
    /// How many watch there (PeerTube 6.1).
    pub viewers: Option<u64>,
}

/// A report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// What it is about, by their addresses.
    pub objects: Vec<String>,
    /// What is wrong with it, in the reporter's words.
    pub content: String,
    /// What is wrong with it, in PeerTube's names.
    pub reasons: Vec<String>,
    /// From which second.
    pub start: Option<u64>,
    /// To which.
    pub end: Option<u64>,
}

/// What is said of a reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// Which, by its address.
    pub reply: String,
    /// To what.
    pub in_reply_to: Option<String>,
}

/// The activities of a body: one, or those of a collection.
///
/// # Errors
/// [`Flaw`] where it is neither. Those of a collection that cannot be read are left out.
pub fn activities(body: &Value) -> Result<Vec<Activity>, Flaw> {
    let root = Thing::of(body).ok_or(Flaw { field: "type", why: "is not there: the body is no object" })?;
    let lists = ["Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"];
    if lists.iter().any(|list| root.is(list)) {
        let items = root.things("orderedItems").chain(root.things("items")).take(IN_A_BODY_MAX);
        return Ok(items.filter_map(|thing| Activity::read(thing).ok()).collect());
    }
    Activity::read(root).map(|activity| vec![activity])
}

impl Activity {
    /// Reads one out of what somebody signed as linked data. The order of values is not signed there, and of several the
    /// first counts here: whoever passes it on could choose which.
    ///
    /// # Errors
    /// [`Flaw`], also for one of several kinds, actors or objects, or whose object has several kinds, makers or answers
    /// several things.
    pub fn read_linked(reading: &Value) -> Result<Activity, Flaw> {
        let thing = Thing::of(reading).ok_or(Flaw::missing("type"))?;
        // Reports name several things, in no order.
        let is_report = thing.is("Flag");
        one_each(thing, if is_report { &["type", "actor"] } else { &["type", "actor", "object", "id"] })?;
        for object in thing.things("object") {
            one_each(object, &["type", "id", "actor", "object", "inReplyTo", "content", "name"])?;
            // A video names its channel and its account, and says which is which.
            let makers: Vec<&Value> = object.all("attributedTo").collect();
            let is_told =
                makers.iter().all(|maker| Thing::of(maker).is_some_and(|maker| maker.kinds().count() == 1));
            if 1 < makers.len() && !is_told {
                return Err(Flaw { field: "attributedTo", why: "names several whose order nobody signed" });
            }
        }
        Activity::read(thing)
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`Flaw`].
    pub fn read(thing: Thing<'_>) -> Result<Activity, Flaw> {
        let kind = thing.kinds().next().ok_or(Flaw::missing("type"))?;
        let actor = thing.need_url("actor")?.to_owned();
        let object = || thing.need_url("object").map(str::to_owned);
        let deed = match kind {
            "Create" => Deed::Create(whole(thing)?),
            "Update" => Deed::Update(whole(thing)?),
            "Delete" => Deed::Delete(object()?),
            "Follow" => Deed::Follow(object()?),
            "Accept" => Deed::Accept(wish(thing)),
            "Reject" => Deed::Reject(wish(thing)),
            "Announce" => Deed::Announce(object()?),
            // Misskey's reactions are likes with a picture.
            "Like" => Deed::Like(object()?),
            "Dislike" => Deed::Dislike(object()?),
            "Undo" => Deed::Undo(Box::new(undone(thing)?)),
            "View" => Deed::View(Seen {
                object: object()?,
                until: thing.date("expires"),
                viewers: thing.things("result").find_map(|result| result.number("userInteractionCount")),
            }),
            "Flag" => Deed::Flag(report(thing)?),
            "ApproveReply" => Deed::ApproveReply(reply(thing)?),
            "RejectReply" => Deed::RejectReply(reply(thing)?),
            "Move" => Deed::Move(thing.need_url("target")?.to_owned()),
            other => Deed::Other(cut(other, KIND_LENGTH_MAX)),
        };
        let mut audience = thing.audience("to");
        audience.extend(thing.audience("cc"));
        Ok(Activity {
            id: thing.text("id").filter(|id| is_url(id)).map(str::to_owned),
            actor,
            deed,
            audience,
            has_signature: thing.things("signature").next().is_some(),
        })
    }
}

/// Refuses several values of a field of which one counts.
fn one_each(thing: Thing<'_>, fields: &[&'static str]) -> Result<(), Flaw> {
    for field in fields.iter().copied() {
        if 1 < thing.all(field).count() {
            return Err(Flaw { field, why: "has several values whose order nobody signed" });
        }
    }
    Ok(())
}

/// What was made or changed: an object, or the address of one.
fn whole(thing: Thing<'_>) -> Result<Value, Flaw> {
    let object = thing.all("object").next().ok_or(Flaw::missing("object"))?;
    let is_named = url_of(object).is_some();
    if is_named { Ok(object.clone()) } else { Err(Flaw { field: "object", why: "has no address" }) }
}

fn wish(thing: Thing<'_>) -> Wish {
    let Some(object) = thing.all("object").next() else { return Wish::default() };
    let id = url_of(object).map(str::to_owned);
    let told = Thing::of(object);
    let url = |field| told.and_then(|told| told.url(field)).map(str::to_owned);
    Wish { id, follower: url("actor"), followed: url("object") }
}

fn undone(thing: Thing<'_>) -> Result<Undone, Flaw> {
    let object = thing.all("object").next().ok_or(Flaw::missing("object"))?;
    let Some(told) = Thing::of(object) else {
        // Only an address: whoever knows it knows what it was.
        let id = url_of(object).ok_or(Flaw { field: "object", why: "is no web address" })?;
        let (kind, id) = (String::new(), Some(id.to_owned()));
        return Ok(Undone { id, kind, actor: None, object: None, thing: None });
    };
    Ok(Undone {
        id: told.text("id").filter(|id| is_url(id)).map(str::to_owned),
        kind: cut(told.kinds().next().unwrap_or_default(), KIND_LENGTH_MAX),
        actor: told.url("actor").map(str::to_owned),
        object: told.url("object").map(str::to_owned),
        thing: told.all("object").find(|object| object.is_object()).cloned(),
    })
}

fn report(thing: Thing<'_>) -> Result<Report, Flaw> {
    let objects: Vec<String> = thing.urls("object").take(REPORTED_MAX).map(str::to_owned).collect();
    if objects.is_empty() {
        return Err(Flaw { field: "object", why: "names nothing" });
    }
    Ok(Report {
        objects,
        content: cut(thing.text("content").unwrap_or_default(), REPORT_LENGTH_MAX),
        reasons: thing
            .things("tag")
            .filter_map(|tag| tag.text("name"))
            .filter(|name| name.len() <= REASON_LENGTH_MAX)
            .take(REASONS_MAX)
            .map(str::to_owned)
            .collect(),
        start: thing.number("startAt"),
        end: thing.number("endAt"),
    })
}

fn reply(thing: Thing<'_>) -> Result<Reply, Flaw> {
    Ok(Reply {
        reply: thing.need_url("object")?.to_owned(),
        in_reply_to: thing.url("inReplyTo").map(str::to_owned),
    })
}
