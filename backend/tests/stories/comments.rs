//! Threads of comments: said, answered, held, approved, removed.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;
use backend::domain::comment::{self, NewComment};
use backend::domain::viewer::Person;
use backend::store::records::{CommentsPolicy, Privacy, Role, Video};
use backend::store::tables::{AccountCommentKey, CommentKey, JobKey, TallyKey};
use backend::store::{Durability, Read};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::{AccountId, CommentId, UserId};

struct Talk {
    instance: Instance,
    root: Maker,
    bob: Maker,
    video: Video,
}

/// Root's video, which Bob may comment.
async fn talk(change: fn(&mut Video)) -> Talk {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", change).await;
    Talk { instance, root, bob, video }
}

impl Talk {
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/videos/{}/{rest}", self.video.uuid)
    }

    async fn send(&self, who: &Maker, rest: &str, text: &Value) -> Answer {
        let ask = self.instance.post(&self.path(rest)).bearer(&who.token);
        ask.json(&json!({ "text": text })).send().await
    }

    /// Begins a thread, or answers a comment, and gives the number.
    async fn say(&self, who: &Maker, parent: Option<u64>, text: &str) -> u64 {
        let rest = parent.map_or("comment-threads".to_owned(), |parent| format!("comments/{parent}"));
        let answer = self.send(who, &rest, &json!(text)).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.json()["comment"]["id"].as_u64().unwrap()
    }

    async fn get(&self, who: Option<&Maker>, rest: &str) -> Answer {
        let ask = self.instance.get(&self.path(rest));
        match who {
            Some(who) => ask.bearer(&who.token).send().await,
            None => ask.send().await,
        }
    }

    /// The texts of a list of threads, and both totals.
    async fn threads(&self, who: Option<&Maker>, query: &str) -> (Vec<String>, u64, u64) {
        let answer = self.get(who, &format!("comment-threads?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        let page = answer.json();
        let text = |row: &Value| row["text"].as_str().unwrap().to_owned();
        let texts = page["data"].as_array().unwrap().iter().map(text).collect();
        (texts, page["total"].as_u64().unwrap(), page["totalNotDeletedComments"].as_u64().unwrap())
    }

    async fn remove(&self, who: &Maker, comment: u64) -> StatusCode {
        let path = self.path(&format!("comments/{comment}"));
        self.instance.ask(Method::DELETE, &path).bearer(&who.token).send().await.status
    }

    async fn approve(&self, who: &Maker, comment: u64) -> StatusCode {
        let path = self.path(&format!("comments/{comment}/approve"));
        self.instance.post(&path).bearer(&who.token).send().await.status
    }

    async fn review(&self, who: &Maker, path: &str) -> (Vec<String>, u64) {
        let answer = self.instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        let page = answer.json();
        let text = |row: &Value| row["text"].as_str().unwrap().to_owned();
        (page["data"].as_array().unwrap().iter().map(text).collect(), page["total"].as_u64().unwrap())
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_grows_and_looks_as_captured() {
    let talk = talk(|_| ()).await;
    let made = talk.send(&talk.bob, "comment-threads", &json!("First! Hello @root **bold**")).await;
    assert_eq!(made.status, StatusCode::OK);
    let mut expected = shape(&captured("comment-thread-create"));
    assert_eq!(shape(&made.json()), expected);
    let first = made.json()["comment"].clone();
    assert_eq!((&first["threadId"], &first["heldForReview"]), (&first["id"], &json!(false)));
    let reply = talk.say(&talk.root, Some(1), "Reply from the owner").await;
    talk.say(&talk.bob, Some(reply), "Reply to the reply").await;

    let tree = talk.get(None, "comment-threads/1").await.json();
    expected = shape(&captured("comment-thread"));
    // Those who page through replies need to know how many there are; PeerTube says it since 8.3.
    let counted: Vec<String> =
        shape(&tree).into_iter().filter(|path| !path.contains("totalChildren")).collect();
    assert_eq!(
        counted.iter().filter(|path| !path.contains("children[].children")).count(),
        expected.iter().filter(|path| !path.contains("children[].children")).count()
    );
    assert_eq!(
        (&tree["comment"]["totalReplies"], &tree["comment"]["totalRepliesFromVideoAuthor"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(tree["children"][0]["children"][0]["comment"]["text"], "Reply to the reply");
    assert_eq!((&tree["totalChildren"], &tree["children"][0]["totalChildren"]), (&json!(1), &json!(1)));
    assert_eq!(tree["children"][0]["comment"]["inReplyToCommentId"], 1);

    let list = talk.get(None, "comment-threads").await.json();
    let mut shown = captured("comment-threads");
    shown["data"] = json!([shown["data"].as_array().unwrap().last().unwrap()]);
    assert_eq!(shape(&list), shape(&shown));
    assert_eq!((&list["total"], &list["totalNotDeletedComments"]), (&json!(1), &json!(3)));
    let by_number = talk.instance.get("/api/v1/videos/1/comment-threads").send().await.json();
    assert_eq!(by_number, list);
    for (rest, status) in
        [("comment-threads/2", 404), ("comment-threads/99", 404), ("comment-threads/x", 400)]
    {
        assert_eq!(talk.get(None, rest).await.status.as_u16(), status, "{rest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn threads_are_sorted_and_paged() {
    let talk = talk(|_| ()).await;
    for text in ["one", "two", "three", "four"] {
        talk.say(&talk.bob, None, text).await;
    }
    for parent in [2, 2, 4] {
        talk.say(&talk.root, Some(parent), "answer").await;
    }
    for (query, expected) in [
        ("", &["four", "three", "two", "one"][..]),
        ("sort=createdAt", &["one", "two", "three", "four"]),
        ("sort=-totalReplies", &["two", "four", "three", "one"]),
        ("sort=totalReplies", &["one", "three", "four", "two"]),
        ("start=1&count=2", &["three", "two"]),
        ("start=9", &[]),
    ] {
        assert_eq!(talk.threads(None, query).await, (texts(expected), 4, 7), "{query}");
    }
    for query in ["sort=name", "count=101", "start=-1"] {
        let answer = talk.get(None, &format!("comment-threads?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_threads_are_cut_and_read_page_by_page() {
    let talk = talk(|_| ()).await;
    let app = talk.instance.running.app();
    let who = Person { user: UserId(2), account: AccountId(2), role: Role::User };
    let video = talk.video.id;
    app.write(Durability::Relaxed, move |write, now| {
        let mut say = |parent: Option<u64>, text: String| {
            let parent = parent.map(CommentId);
            comment::say(
                write,
                now,
                &who,
                NewComment { video, parent, text, is_suspicious: false, tags: Vec::new() },
            )
        };
        say(None, "root".into())?;
        for number in 0..25 {
            say(Some(1), format!("reply {number}"))?;
        }
        // Comments 27 to 36, each an answer to the one before, the first of them to reply 0.
        for depth in 0..10 {
            say(Some(if depth == 0 { 2 } else { 26 + depth }), format!("deep {depth}"))?;
        }
        Ok::<_, comment::CommentError>(())
    })
    .await
    .unwrap();
    let tree = talk.get(None, "comment-threads/1").await.json();
    assert_eq!((tree["children"].as_array().unwrap().len(), &tree["totalChildren"]), (10, &json!(25)));
    assert_eq!(tree["comment"]["totalReplies"], 35);
    let mut depth = 0;
    let mut at = &tree;
    while let Some(child) = at["children"].get(0) {
        at = child;
        depth += 1;
    }
    assert_eq!((depth, &at["totalChildren"]), (5, &json!(1)));
    let page = talk.get(None, "comments/1/replies?start=20&count=3").await.json();
    let text = |row: &Value| row["comment"]["text"].as_str().unwrap().to_owned();
    let rows: Vec<String> = page["data"].as_array().unwrap().iter().map(text).collect();
    assert_eq!((rows, &page["total"]), (texts(&["reply 20", "reply 21", "reply 22"]), &json!(25)));
    let first = talk.get(None, "comments/1/replies?count=1").await.json();
    assert_eq!(first["data"][0]["totalChildren"], 1);
    assert_eq!(talk.get(None, "comments/99/replies").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_texts_are_refused_and_nothing_is_stored() {
    let talk = talk(|_| ()).await;
    let mut expected = captured("error-400-empty-comment");
    expected["instance"] = json!(talk.path("comment-threads"));
    assert_eq!(talk.send(&talk.bob, "comment-threads", &json!("")).await.json(), expected);
    for text in [json!("  \n"), json!(null), json!(7), json!(["x"]), json!("x".repeat(10_001))] {
        for rest in ["comment-threads", "comments/1"] {
            let answer = talk.send(&talk.bob, rest, &text).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{rest}");
        }
    }
    let post = talk.instance.post(&talk.path("comment-threads"));
    let anonymous = post.json(&json!({ "text": "x" })).send().await;
    assert_eq!((anonymous.status.as_u16(), anonymous.json()), (401, captured("error-401-comment-anon")));
    let big = talk.instance.post(&talk.path("comment-threads")).bearer(&talk.bob.token);
    assert_eq!(big.bytes(vec![b' '; 10_000_000]).send().await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(talk.send(&talk.bob, "comments/99", &json!("x")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(talk.threads(None, "").await, (vec![], 0, 0));
    let longest = "é".repeat(10_000);
    talk.say(&talk.bob, None, &longest).await;
    assert_eq!(talk.threads(None, "").await.0, [longest]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_comment_leaves_its_place_while_it_is_answered() {
    let talk = talk(|_| ()).await;
    let first = talk.say(&talk.bob, None, "first").await;
    let answer = talk.say(&talk.root, Some(first), "answer").await;
    let alone = talk.say(&talk.bob, None, "alone").await;
    assert_eq!(talk.remove(&talk.bob, answer).await, StatusCode::FORBIDDEN);
    assert_eq!(talk.remove(&talk.bob, first).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.remove(&talk.bob, alone).await, StatusCode::NO_CONTENT);
    let list = talk.get(None, "comment-threads").await.json();
    assert_eq!((&list["total"], &list["totalNotDeletedComments"]), (&json!(1), &json!(1)));
    let place = &list["data"][0];
    assert_eq!(
        (&place["isDeleted"], &place["account"], &place["text"]),
        (&json!(true), &json!(null), &json!(""))
    );
    assert!(place["deletedAt"].is_string());
    let deleted = captured("comment-threads")["data"][0].clone();
    assert_eq!(shape(place), shape(&deleted));
    assert_eq!(talk.remove(&talk.bob, first).await, StatusCode::CONFLICT);
    assert_eq!(talk.send(&talk.bob, "comments/1", &json!("late")).await.status, StatusCode::CONFLICT);
    let app = talk.instance.running.app();
    assert_eq!(app.store().get(&TallyKey { account: AccountId(2) }).unwrap().unwrap().comments, 0);
    // The place goes with the last answer. Who owns the video removes what others said there.
    assert_eq!(talk.remove(&talk.root, answer).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.threads(None, "").await, (vec![], 0, 0));
    assert_eq!(app.store().table::<CommentKey>().count(), 0);
    let again = talk.say(&talk.bob, None, "again").await;
    assert_eq!(talk.remove(&talk.root, again).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.remove(&talk.root, 99).await, StatusCode::NOT_FOUND);
    let anonymous = talk.instance.ask(Method::DELETE, &talk.path("comments/1")).send().await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_wait_for_the_owner_where_the_owner_wants_it() {
    let talk = talk(|video| video.comments_policy = CommentsPolicy::RequiresApproval).await;
    let open = talk.say(&talk.root, None, "from the owner").await;
    let made = talk.send(&talk.bob, "comment-threads", &json!("Needs approval")).await.json();
    assert_eq!(made["comment"]["heldForReview"], true);
    let held = made["comment"]["id"].as_u64().unwrap();
    let reply = talk.say(&talk.bob, Some(open), "held reply").await;
    assert_eq!(talk.threads(None, "").await, (texts(&["from the owner"]), 1, 1));
    let both = (texts(&["Needs approval", "from the owner"]), 2, 1);
    assert_eq!(talk.threads(Some(&talk.bob), "").await, both);
    assert_eq!(talk.threads(Some(&talk.root), "").await, both);
    let replies =
        async |who: Option<&Maker>| talk.get(who, "comment-threads/1").await.json()["totalChildren"].clone();
    assert_eq!((replies(None).await, replies(Some(&talk.bob)).await), (json!(0), json!(1)));
    assert_eq!(talk.get(None, &format!("comment-threads/{held}")).await.status, StatusCode::NOT_FOUND);
    let early = talk.send(&talk.root, &format!("comments/{held}"), &json!("x")).await;
    assert_eq!(early.status, StatusCode::CONFLICT);

    let path = "users/me/videos/comments?isHeldForReview=true&sort=-createdAt";
    assert_eq!(talk.review(&talk.root, path).await, (texts(&["held reply", "Needs approval"]), 2));
    let rows =
        talk.instance.get(&format!("/api/v1/{path}&count=1")).bearer(&talk.root.token).send().await.json();
    let mut expected = shape(&captured("users-me-videos-comments-held"));
    // The captured author is of another instance, which keeps its logins to itself.
    expected.push(".data[].account.userId".to_owned());
    expected.sort();
    assert_eq!(shape(&rows), expected);
    assert_eq!(talk.review(&talk.bob, path).await, (vec![], 0));

    assert_eq!(talk.approve(&talk.bob, held).await, StatusCode::FORBIDDEN);
    assert_eq!(talk.approve(&talk.root, held).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.approve(&talk.root, held).await, StatusCode::BAD_REQUEST);
    assert_eq!(talk.approve(&talk.root, reply).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.threads(None, "").await, (texts(&["Needs approval", "from the owner"]), 2, 3));
    assert_eq!(replies(None).await, 1);
    let last = talk.say(&talk.bob, None, "never seen").await;
    assert_eq!(talk.remove(&talk.root, last).await, StatusCode::NO_CONTENT);
    assert_eq!(talk.review(&talk.root, path).await, (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_may_take_no_comments_and_a_hidden_one_shows_none() {
    let talk = talk(|video| video.comments_policy = CommentsPolicy::Disabled).await;
    let answer = talk.send(&talk.bob, "comment-threads", &json!("x")).await;
    assert_eq!(
        (answer.status, answer.json()["error"].clone()),
        (StatusCode::CONFLICT, json!("Video comments are disabled for this video."))
    );
    assert_eq!(talk.threads(None, "").await, (vec![], 0, 0));
    let hidden =
        publish(&talk.instance, &talk.root, "Hidden", |video| video.privacy = Privacy::Private).await;
    let path = format!("/api/v1/videos/{}/comment-threads", hidden.uuid);
    let status = async |who: Option<&Maker>| {
        let get = talk.instance.get(&path);
        who.map_or(talk.instance.get(&path), |who| get.bearer(&who.token)).send().await.status
    };
    assert_eq!(status(None).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(Some(&talk.bob)).await, StatusCode::FORBIDDEN);
    assert_eq!(status(Some(&talk.root)).await, StatusCode::OK);
    let say = talk.instance.post(&path).bearer(&talk.bob.token).json(&json!({ "text": "x" })).send().await;
    assert_eq!(say.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_finds_comments_and_filters_them() {
    let talk = talk(|_| ()).await;
    publish(&talk.instance, &talk.bob, "Bob's boat", |_| ()).await;
    talk.say(&talk.bob, None, "on the first").await;
    let post = talk.instance.post("/api/v1/videos/2/comment-threads").bearer(&talk.root.token);
    assert_eq!(post.json(&json!({ "text": "On the SECOND" })).send().await.status, StatusCode::OK);
    talk.say(&talk.root, Some(1), "answer").await;
    for (path, expected) in [
        ("videos/comments", &["answer", "On the SECOND", "on the first"][..]),
        ("videos/comments?sort=createdAt&count=1", &["on the first"]),
        ("videos/comments?start=1&count=1", &["On the SECOND"]),
        ("videos/comments?search=second", &["On the SECOND"]),
        ("videos/comments?searchVideo=boat", &["On the SECOND"]),
        ("videos/comments?searchAccount=bob", &["on the first"]),
        ("videos/comments?videoId=1&isHeldForReview=false", &["answer", "on the first"]),
        ("videos/comments?isLocal=false", &[]),
        ("videos/comments?isHeldForReview=true", &[]),
        ("videos/comments?autoTagOneOf[]=spam", &[]),
        ("users/me/videos/comments", &["answer", "on the first"]),
        ("users/me/videos/comments?videoId=2", &[]),
    ] {
        assert_eq!(talk.review(&talk.root, path).await.0, expected, "{path}");
    }
    assert_eq!(talk.review(&talk.root, "videos/comments?count=1").await.1, 3);
    assert_eq!(talk.review(&talk.bob, "users/me/videos/comments").await, (texts(&["On the SECOND"]), 1));
    let rows =
        talk.instance.get("/api/v1/videos/comments?count=1").bearer(&talk.root.token).send().await.json();
    assert_eq!(shape(&rows), shape(&captured("admin-comments")));
    let others = talk.instance.get("/api/v1/videos/comments").bearer(&talk.bob.token).send().await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    assert_eq!(talk.instance.get("/api/v1/videos/comments").send().await.status, StatusCode::UNAUTHORIZED);
    let wrong =
        talk.instance.get("/api/v1/videos/comments?sort=x&videoId=y&isLocal=z").bearer(&talk.root.token);
    assert_eq!(wrong.send().await.json()["invalid-params"].as_object().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_comments_of_somebody_go_at_once() {
    let talk = talk(|_| ()).await;
    publish(&talk.instance, &talk.bob, "Bob's", |_| ()).await;
    let first = talk.say(&talk.bob, None, "bob's first").await;
    talk.say(&talk.root, Some(first), "root's answer").await;
    talk.say(&talk.bob, None, "bob's second").await;
    let post = talk.instance.post("/api/v1/videos/2/comment-threads").bearer(&talk.bob.token);
    assert_eq!(post.json(&json!({ "text": "at home" })).send().await.status, StatusCode::OK);
    let bulk = async |who: &Maker, name: &str, scope: &str| {
        let post = talk.instance.post("/api/v1/bulk/remove-comments-of").bearer(&who.token);
        post.json(&json!({ "accountName": name, "scope": scope })).send().await.status
    };
    assert_eq!(bulk(&talk.bob, "root", "instance").await, StatusCode::FORBIDDEN);
    assert_eq!(bulk(&talk.root, "nobody", "instance").await, StatusCode::NOT_FOUND);
    assert_eq!(bulk(&talk.root, "a b", "instance").await, StatusCode::BAD_REQUEST);
    assert_eq!(bulk(&talk.root, "bob", "everywhere").await, StatusCode::BAD_REQUEST);
    let app = talk.instance.running.app();
    let left = || {
        let rows = app.store().table::<AccountCommentKey>().map(|row| row.unwrap().0);
        rows.filter(|key| key.account == AccountId(2)).count()
    };
    assert_eq!(bulk(&talk.root, "bob", "my-videos").await, StatusCode::NO_CONTENT);
    until(|| left() == 1).await;
    assert_eq!(talk.threads(None, "").await, (texts(&[""]), 1, 1));
    assert_eq!(bulk(&talk.root, "bob@127.0.0.1", "instance").await, StatusCode::NOT_FOUND);
    assert_eq!(bulk(&talk.root, "bob", "instance").await, StatusCode::NO_CONTENT);
    until(|| left() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_survive_a_restart_and_go_with_their_video() {
    let mut talk = talk(|_| ()).await;
    let first = talk.say(&talk.bob, None, "first").await;
    talk.say(&talk.root, Some(first), "answer").await;
    talk.instance = talk.instance.restart().await;
    assert_eq!(talk.threads(None, "").await, (texts(&["first"]), 1, 2));
    let delete = talk.instance.ask(Method::DELETE, "/api/v1/videos/1").bearer(&talk.root.token).send().await;
    assert_eq!(delete.status, StatusCode::NO_CONTENT);
    let app = talk.instance.running.app();
    until(|| app.store().table::<CommentKey>().count() == 0).await;
    until(|| app.store().table::<AccountCommentKey>().count() == 0).await;
    until(|| app.store().table::<JobKey>().next().is_none()).await;
    assert_eq!(talk.get(None, "comment-threads").await.status, StatusCode::NOT_FOUND);
    assert_eq!(talk.review(&talk.root, "videos/comments").await, (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_talks_too_fast_waits() {
    let talk = talk(|_| ()).await;
    let mut last = StatusCode::OK;
    for number in 0..100 {
        let answer = talk.send(&talk.bob, "comment-threads", &json!(format!("comment {number}"))).await;
        last = answer.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(answer.json()["code"], "too_many_requests");
            assert!((1..=300).contains(&answer.header("retry-after").parse::<u64>().unwrap()));
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    talk.say(&talk.root, None, "others go on").await;
}
