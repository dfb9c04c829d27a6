//! Threads, their replies, and what happens to them.

use std::rc::Rc;

use shared::api::{Comment, CommentThreads, CommentTree, Page};
use shared::id::CommentId;
use yew::Reducible;

use crate::api::{Failure, Window};

/// Threads, or replies, of one page.
pub const ROWS: usize = 10;

/// Threads to ask for, and in which round: another order begins another.
pub type Question = (u32, Window);

/// How threads are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    #[default]
    Newest,
    Replies,
}

impl Sort {
    /// As the API spells it.
    pub fn spelled(self) -> &'static str {
        match self {
            Sort::Newest => "-createdAt",
            Sort::Replies => "-totalReplies",
        }
    }
}

/// A comment and what of its replies is here.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// What was said.
    pub comment: Rc<Comment>,
    /// The first of its replies.
    pub replies: Vec<Node>,
    /// How many there are to be fetched: of a thread that was not opened, all in it.
    pub total: u64,
    /// Whether they are shown.
    pub fold: Fold,
}

/// Whether replies are shown.
#[derive(Clone, PartialEq, Debug)]
pub enum Fold {
    Closed,
    Coming,
    Open,
    Failed(Failure),
}

/// What comes next.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Next {
    /// More threads, when somebody comes near.
    #[default]
    More,
    Coming,
    End,
    Failed(Failure),
}

/// All that is said of a video.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Talk {
    pub threads: Vec<Node>,
    pub next: Next,
    pub sort: Sort,
    /// Comments and replies in all; none before the first answer.
    pub count: Option<u64>,
    /// The comment one writes an answer to.
    pub answering: Option<CommentId>,
    /// The comment one is asked about before it is removed.
    pub doomed: Option<Rc<Comment>>,
    /// What became of the last thing one did, for those who do not see it.
    pub said: Option<Said>,
    /// Why the last thing one did was refused.
    pub refusal: Option<Failure>,
    /// Threads the instance was asked for.
    asked: usize,
    /// Answers to questions of an earlier order are not ours any more.
    round: u32,
}

/// What one said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    Shown,
    Held,
}

/// What happens.
pub enum Act {
    /// Threads are asked for.
    Want,
    /// They came, to this question.
    Came(Question, CommentThreads),
    /// They did not come.
    Broke(Question, Failure),
    /// One wants another order.
    Sort(Sort),
    /// A thread that was asked for by its address came.
    Pin(CommentTree),
    /// Replies are asked for.
    Open(CommentId),
    /// A thread came with its first replies.
    Opened(CommentTree),
    /// More replies to a comment came.
    Replied(CommentId, Page<CommentTree>),
    /// Replies to a comment did not come.
    OpenBroke(CommentId, Failure),
    /// Replies are folded away.
    Close(CommentId),
    /// Replies that are here are shown again.
    Unfold(CommentId),
    /// One writes an answer, or stops.
    Answer(Option<CommentId>),
    /// What one wrote was taken.
    Said(Comment),
    /// One is to be asked before a comment goes, or changes one's mind.
    Doom(Option<Rc<Comment>>),
    /// A comment was removed.
    Gone(CommentId),
    /// A comment is shown to everybody.
    Approved(CommentId),
    /// Something one did was refused.
    Refused(Failure),
}

impl Node {
    fn of_thread(comment: Comment) -> Node {
        let total = comment.total_replies;
        Node { comment: Rc::new(comment), replies: Vec::new(), total, fold: Fold::Closed }
    }

    fn of_tree(tree: CommentTree) -> Node {
        let replies: Vec<Node> = tree.children.into_iter().map(Node::of_tree).collect();
        let here = u64::try_from(replies.len()).unwrap_or(u64::MAX);
        Node {
            comment: Rc::new(tree.comment),
            replies,
            total: tree.total_children.max(here),
            fold: Fold::Open,
        }
    }

    /// Whether there are replies to it that are not here.
    pub fn has_more(&self) -> bool {
        u64::try_from(self.replies.len()).is_ok_and(|here| here < self.total)
    }

    /// The replies that come next.
    pub fn window(&self) -> Window {
        Window { start: self.replies.len(), count: ROWS }
    }

    fn find(&mut self, id: CommentId) -> Option<&mut Node> {
        if self.comment.id == id {
            return Some(self);
        }
        self.replies.iter_mut().find_map(|reply| reply.find(id))
    }
}

/// Takes a comment out; where others answered it, its place stays, as on the instance.
fn remove(nodes: &mut Vec<Node>, id: CommentId) {
    nodes.retain_mut(|node| {
        if node.comment.id != id {
            let before = node.replies.len();
            remove(&mut node.replies, id);
            node.total = node.total.saturating_sub(u64::from(node.replies.len() < before));
            return true;
        }
        if node.total == 0 {
            return false;
        }
        let comment = Rc::make_mut(&mut node.comment);
        comment.is_deleted = true;
        comment.text.clear();
        comment.account = None;
        true
    });
}

impl Talk {
    /// What to ask for next.
    pub fn question(&self) -> Question {
        (self.round, Window { start: self.asked, count: ROWS })
    }

    /// Whether nothing was asked for in this order yet.
    pub fn is_fresh(&self) -> bool {
        self.asked == 0 && self.next == Next::More
    }

    /// The replies of a comment that come next.
    pub fn reply_window(&self, id: CommentId) -> Window {
        let mut threads = self.threads.clone();
        let found = threads.iter_mut().find_map(|thread| thread.find(id));
        found.map_or(Window { start: 0, count: ROWS }, |node| node.window())
    }

    fn find(&mut self, id: CommentId) -> Option<&mut Node> {
        self.threads.iter_mut().find_map(|thread| thread.find(id))
    }

    fn took(&mut self, page: CommentThreads) {
        self.asked += ROWS;
        self.count = Some(page.total_not_deleted_comments);
        let came = page.data.len();
        for comment in page.data {
            // One that was written meanwhile moves all others down: one then comes twice.
            if !self.threads.iter().any(|known| known.comment.id == comment.id) {
                self.threads.push(Node::of_thread(comment));
            }
        }
        let total = usize::try_from(page.total).unwrap_or(usize::MAX);
        self.next = if came == 0 || total <= self.asked { Next::End } else { Next::More };
    }

    fn say(&mut self, comment: Comment) {
        self.said = Some(if comment.held_for_review { Said::Held } else { Said::Shown });
        self.answering = None;
        self.count = self.count.map(|count| count + 1);
        let node = Node { total: 0, fold: Fold::Open, ..Node::of_thread(comment) };
        match node.comment.in_reply_to_comment_id.and_then(|parent| self.find(parent)) {
            Some(parent) => {
                parent.total += 1;
                parent.fold = Fold::Open;
                parent.replies.push(node);
            }
            None => self.threads.insert(0, node),
        }
    }

    fn removed(&mut self, id: CommentId) {
        remove(&mut self.threads, id);
        self.count = self.count.map(|count| count.saturating_sub(1));
        self.doomed = None;
    }

    fn set_fold(&mut self, id: CommentId, fold: Fold) {
        if let Some(node) = self.find(id) {
            node.fold = fold;
        }
    }

    fn open(&mut self, tree: CommentTree) {
        let opened = Node::of_tree(tree);
        if let Some(node) = self.find(opened.comment.id) {
            *node = opened;
        }
    }

    fn more_replies(&mut self, id: CommentId, page: Page<CommentTree>) {
        if let Some(node) = self.find(id) {
            node.total = page.total;
            node.fold = Fold::Open;
            for reply in page.data {
                if !node.replies.iter().any(|known| known.comment.id == reply.comment.id) {
                    node.replies.push(Node::of_tree(reply));
                }
            }
        }
    }
}

impl Reducible for Talk {
    type Action = Act;

    fn reduce(self: Rc<Talk>, act: Act) -> Rc<Talk> {
        let mut talk = (*self).clone();
        if !matches!(act, Act::Refused(_) | Act::Came(..) | Act::Want) {
            talk.refusal = None;
        }
        match act {
            Act::Want => talk.next = Next::Coming,
            // The end of the list may come near twice before one sees that it is fetched: what comes twice counts once.
            Act::Came(question, page) if question == talk.question() => talk.took(page),
            Act::Broke(question, failure) if question == talk.question() => {
                talk.next = Next::Failed(failure);
            }
            Act::Came(..) | Act::Broke(..) => {}
            Act::Sort(sort) => {
                talk = Talk { sort, count: talk.count, round: talk.round + 1, ..Talk::default() };
            }
            Act::Pin(tree) => {
                let id = tree.comment.id;
                talk.threads.retain(|thread| thread.comment.id != id);
                talk.threads.insert(0, Node::of_tree(tree));
            }
            Act::Open(id) => talk.set_fold(id, Fold::Coming),
            Act::Opened(tree) => talk.open(tree),
            Act::Replied(id, page) => talk.more_replies(id, page),
            Act::OpenBroke(id, failure) => talk.set_fold(id, Fold::Failed(failure)),
            Act::Close(id) => talk.set_fold(id, Fold::Closed),
            Act::Unfold(id) => talk.set_fold(id, Fold::Open),
            Act::Answer(whom) => talk.answering = whom,
            Act::Said(comment) => talk.say(comment),
            Act::Doom(comment) => talk.doomed = comment,
            Act::Gone(id) => talk.removed(id),
            Act::Approved(id) => {
                if let Some(node) = talk.find(id) {
                    Rc::make_mut(&mut node.comment).held_for_review = false;
                }
            }
            Act::Refused(failure) => {
                talk.refusal = Some(failure);
                talk.doomed = None;
            }
        }
        Rc::new(talk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: u64, parent: Option<u64>, total_replies: u64) -> Comment {
        let thread = parent.unwrap_or(id);
        serde_json::from_value(serde_json::json!({
            "id": id, "url": "", "text": format!("words {id}"), "threadId": thread,
            "inReplyToCommentId": parent, "videoId": 1, "createdAt": "2026-11-22T00:00:00.000Z",
            "updatedAt": "2026-11-22T00:00:00.000Z", "deletedAt": null, "heldForReview": false,
            "isDeleted": false, "totalRepliesFromVideoAuthor": 0, "totalReplies": total_replies, "account": null,
        }))
        .unwrap()
    }

    fn page(total: u64, data: Vec<Comment>) -> CommentThreads {
        CommentThreads { total, data, total_not_deleted_comments: total }
    }

    fn leaf(id: u64, parent: u64) -> CommentTree {
        CommentTree { comment: comment(id, Some(parent), 0), children: Vec::new(), total_children: 0 }
    }

    fn run(acts: impl IntoIterator<Item = Act>) -> Rc<Talk> {
        acts.into_iter().fold(Rc::default(), Talk::reduce)
    }

    fn came(start: usize, page: CommentThreads) -> Act {
        Act::Came((0, Window { start, count: ROWS }), page)
    }

    fn ids(talk: &Talk) -> Vec<u64> {
        talk.threads.iter().map(|thread| thread.comment.id.0).collect()
    }

    #[test]
    fn threads_come_by_pages_without_doubles() {
        let first: Vec<Comment> = (1..=10).map(|id| comment(id, None, 0)).collect();
        let second: Vec<Comment> = (10..=12).map(|id| comment(id, None, 0)).collect();
        let talk = run([Act::Want, came(0, page(12, first)), Act::Want, came(ROWS, page(12, second))]);
        assert_eq!((ids(&talk), &talk.next), ((1..=12).collect(), &Next::End));
    }

    #[test]
    fn a_page_that_comes_twice_counts_once() {
        let first = || page(30, (1..=10).map(|id| comment(id, None, 0)).collect());
        let talk = run([Act::Want, came(0, first()), came(0, first())]);
        assert_eq!((talk.threads.len(), talk.question().1.start, &talk.next), (10, ROWS, &Next::More));
    }

    #[test]
    fn answers_to_an_earlier_order_are_not_taken() {
        let talk = run([Act::Want, Act::Sort(Sort::Replies), came(0, page(1, vec![comment(1, None, 0)]))]);
        assert_eq!((talk.threads.len(), talk.question().0), (0, 1));
    }

    #[test]
    fn a_thread_is_opened_and_filled() {
        let tree =
            CommentTree { comment: comment(1, None, 3), children: vec![leaf(2, 1)], total_children: 2 };
        let talk =
            run([came(0, page(1, vec![comment(1, None, 3)])), Act::Open(CommentId(1)), Act::Opened(tree)]);
        assert!(talk.threads[0].has_more());
        assert_eq!(talk.reply_window(CommentId(1)).start, 1);
        let talk =
            talk.reduce(Act::Replied(CommentId(1), Page { total: 2, data: vec![leaf(2, 1), leaf(3, 1)] }));
        assert_eq!((talk.threads[0].replies.len(), talk.threads[0].has_more()), (2, false));
    }

    #[test]
    fn what_one_says_stands_where_it_belongs() {
        let talk = run([
            came(0, page(1, vec![comment(1, None, 0)])),
            Act::Answer(Some(CommentId(1))),
            Act::Said(comment(2, Some(1), 0)),
            Act::Said(comment(3, None, 0)),
        ]);
        assert_eq!((ids(&talk), talk.count, talk.answering), (vec![3, 1], Some(3), None));
        assert_eq!(talk.threads[1].replies[0].comment.id, CommentId(2));
        assert_eq!(talk.threads[1].fold, Fold::Open);
    }

    #[test]
    fn a_removed_comment_keeps_its_place_while_others_answer_it() {
        let talk = run([
            came(0, page(1, vec![comment(1, None, 0)])),
            Act::Said(comment(2, Some(1), 0)),
            Act::Gone(CommentId(1)),
        ]);
        assert!(talk.threads[0].comment.is_deleted && talk.threads[0].comment.text.is_empty());
        let talk = talk.reduce(Act::Gone(CommentId(2)));
        assert!(talk.threads[0].replies.is_empty());
        assert!(talk.reduce(Act::Gone(CommentId(1))).threads.is_empty());
    }

    #[test]
    fn a_thread_of_an_address_stands_first_and_once() {
        let tree = CommentTree { comment: comment(7, None, 0), children: Vec::new(), total_children: 0 };
        let threads = vec![comment(9, None, 0), comment(7, None, 0)];
        let talk = run([Act::Pin(tree), came(0, page(2, threads))]);
        assert_eq!(ids(&talk), [7, 9]);
    }
}
