//! Fetches what people say and draws it.

use std::rc::Rc;

use shared::api::{Comment, VideoDetails, privacy};
use shared::id::{AccountId, CommentId};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlSelectElement};
use yew::prelude::*;

use super::super::state::Seen;
use super::editor::Editor;
use super::state::{Act, Fold, Next, Node, Question, Said, Sort, Talk};
use crate::api::{self, Client, Window};
use crate::browser::nearness::Nearness;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Markdown, Report, Reported, Tone, alert, avatar, complaint, failed, handle};
use crate::feeds::Feeds;
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;

/// How far below the window they are fetched.
const FETCH_AHEAD: &str = "400px 0px";
/// Deeper answers stand where these do: a narrow window has no room for more.
const DEPTH_SHOWN_MAX: usize = 4;
/// PeerTube's number for comments that are closed.
const CLOSED: u32 = 2;
/// PeerTube's number for comments that wait for approval.
const AFTER_APPROVAL: u32 = 3;
/// PeerTube's number for people without further rights.
const PLAIN_USER: u32 = 2;

/// What [`Comments`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What they are about.
    pub seen: Rc<Seen>,
    /// The thread one came for.
    pub thread: Option<u64>,
    /// Told the seconds of a time in a comment.
    pub on_moment: Callback<u32>,
}

/// What one asks for.
enum Wish {
    /// The first replies of a thread.
    Open(CommentId),
    /// More replies to a comment.
    More(CommentId),
    /// One has written something.
    Said(Comment),
    /// A comment may be seen by everybody.
    Approve(CommentId),
    /// Something that needs no instance.
    Do(Act),
}

/// What people say of a video, and where one says something.
#[component]
#[inline(never)]
pub fn Comments(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let state = use_reducer(Talk::default);
    let (section, heading) = (use_node_ref(), use_node_ref());
    // The comment that takes the keyboard once it is drawn.
    let arrived = use_state(|| None::<CommentId>);
    let removing = use_state(|| false);
    let video = props.seen.video.card.uuid.to_string();
    let is_closed = props.seen.video.comments_policy.id == CLOSED;

    let want = {
        let (talk, client, video) = (state.dispatcher(), session.client.clone(), video.clone());
        let (sort, question) = (state.sort, state.question());
        let is_wanted = !is_closed && matches!(state.next, Next::More | Next::Failed(_));
        Callback::from(move |()| {
            if is_wanted {
                fetch(&talk, &client, &video, sort, question);
            }
        })
    };
    use_effect_with((state.question().0, state.is_fresh()), {
        let (want, section, is_awaited) = (want.clone(), section.clone(), props.thread.is_some());
        move |(_, is_fresh): &(u32, bool)| {
            let mut near = None;
            if *is_fresh && is_awaited {
                want.emit(());
            } else if let Some(section) = section.cast::<Element>().filter(|_| *is_fresh) {
                near = Nearness::watch(&section, FETCH_AHEAD, move || want.emit(()));
            }
            move || drop(near)
        }
    });
    use_effect_with(props.thread, {
        let (talk, client, video) = (state.dispatcher(), session.client.clone(), video.clone());
        let arrived = arrived.setter();
        move |thread| {
            if let Some(thread) = thread.map(CommentId) {
                spawn(async move {
                    // One that is gone leaves the others as they are.
                    if let Ok(tree) = api::thread(&client, &video, thread).await {
                        talk.dispatch(Act::Pin(tree));
                        arrived.set(Some(thread));
                    }
                });
            }
        }
    });
    use_effect_with(*arrived, |arrived| {
        let element = arrived.and_then(|id| page::document().get_element_by_id(&anchor(id)));
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
    if is_closed {
        return html! { <section class="comments"><p class="comments-none">{ words.comments_off }</p></section> };
    }

    let on_wish = {
        let (talk, client, video) = (state.dispatcher(), session.client.clone(), video.clone());
        let (known, arrived) = (state.clone(), arrived.setter());
        Callback::from(move |wish: Wish| match wish {
            Wish::Open(id) => open(&talk, &client, &video, id),
            Wish::More(id) => more(&talk, &client, &video, id, known.reply_window(id)),
            Wish::Do(act) => talk.dispatch(act),
            Wish::Said(comment) => {
                let id = comment.id;
                talk.dispatch(Act::Said(comment));
                arrived.set(Some(id));
            }
            Wish::Approve(id) => {
                let (talk, client, video) = (talk.clone(), client.clone(), video.clone());
                spawn(async move {
                    talk.dispatch(match api::settle_comment(&client, &video, id, true).await {
                        Ok(()) => Act::Approved(id),
                        Err(failure) => Act::Refused(failure),
                    });
                });
            }
        })
    };
    let spare = {
        let talk = state.dispatcher();
        Callback::from(move |()| talk.dispatch(Act::Doom(None)))
    };
    let remove = |id: CommentId| {
        let (talk, client, video) = (state.dispatcher(), session.client.clone(), video.clone());
        let (removing, heading) = (removing.setter(), heading.clone());
        Callback::from(move |_: MouseEvent| {
            removing.set(true);
            let (talk, client, video) = (talk.clone(), client.clone(), video.clone());
            let (removing, heading) = (removing.clone(), heading.clone());
            spawn(async move {
                talk.dispatch(match api::settle_comment(&client, &video, id, false).await {
                    Ok(()) => Act::Gone(id),
                    // Removed in another tab: it is gone all the same.
                    Err(failure) if failure.status() == Some(404) => Act::Gone(id),
                    Err(failure) => Act::Refused(failure),
                });
                removing.set(false);
                // What had the keyboard is gone.
                if let Some(heading) = heading.cast::<HtmlElement>() {
                    let _ = heading.focus();
                }
            });
        })
    };
    let onchange = {
        let talk = state.dispatcher();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let by_replies = value == Sort::Replies.spelled();
            talk.dispatch(Act::Sort(if by_replies { Sort::Replies } else { Sort::Newest }));
        })
    };
    let show_more = want.reform(|_: MouseEvent| ());
    let person = session.person();
    let is_stranger = session.viewer == Viewer::Stranger;
    let context = Context {
        video: &props.seen.video,
        me: person.map(|me| (me.account.id, me.role.id)),
        is_maker: person
            .is_some_and(|me| me.manages(props.seen.video.account.id, props.seen.video.channel.id)),
        is_stranger,
        answering: state.answering,
        locale: &locale,
        on_wish: &on_wish,
        on_moment: &props.on_moment,
    };
    html! {
        <section ref={section} class="comments" aria-labelledby="comments-title">
            <div class="comments-head">
                <h2 ref={heading.clone()} id="comments-title" tabindex="-1">{ locale.count(state.count.unwrap_or(0), &words.comments) }</h2>
                <div class="comments-sort">
                    <label for="comments-sort">{ words.sort_by }</label>
                    <select id="comments-sort" {onchange}>
                        <option value={Sort::Newest.spelled()} selected={state.sort == Sort::Newest}>{ words.sort_newest }</option>
                        <option value={Sort::Replies.spelled()} selected={state.sort == Sort::Replies}>{ words.sort_replies }</option>
                    </select>
                </div>
                if matches!(props.seen.video.card.privacy.id, privacy::PUBLIC | privacy::UNLISTED) {
                    <Feeds kind="video-comments" query={format!("videoId={video}")} />
                }
            </div>
            if props.seen.video.comments_policy.id == AFTER_APPROVAL { <p class="comments-note">{ words.comments_held }</p> }
            if is_stranger {
                <p><a class="button" href={login(&props.seen.video, None)}>{ words.comment_login }</a></p>
            } else {
                <Editor id="comment-new" label={words.comment_write} video={video.clone()}
                    on_said={on_wish.reform(Wish::Said)} on_cancel={Callback::noop()} />
            }
            {
                match state.said {
                    Some(Said::Held) => alert(Tone::Good, html! { <p>{ words.comment_waits }</p> }),
                    Some(Said::Shown) => html! { <p class="unseen" role="status">{ words.comment_said }</p> },
                    None => Html::default(),
                }
            }
            if let Some(failure) = &state.refusal { { complaint(explain(failure, words)) } }
            if state.threads.is_empty() && state.next == Next::End { <p class="comments-none">{ words.no_comments }</p> }
            <ol class="comments-list" aria-busy={(state.next == Next::Coming).to_string()}>
                { for state.threads.iter().map(|thread| draw(thread, 0, &context)) }
            </ol>
            {
                match &state.next {
                    Next::Failed(failure) => failed(failure, &want, words),
                    Next::Coming => html! { <div class="skeleton" aria-hidden="true"><span class="bone" /><span class="bone bone-short" /></div> },
                    Next::More if !state.threads.is_empty() => html! {
                        <p><button type="button" class="button" onclick={show_more}>{ words.show_more }</button></p>
                    },
                    Next::More | Next::End => Html::default(),
                }
            }
            if let Some(doomed) = &state.doomed {
                <Dialog title={words.comment_delete_title} on_close={spare.clone()}>
                    <p>{ words.comment_delete_text }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={spare.reform(|_: MouseEvent| ())}>{ words.keep }</button>
                        <button type="button" class="button button-bad" disabled={*removing} onclick={remove(doomed.id)}>
                            { if *removing { words.deleting } else { words.delete } }
                        </button>
                    </div>
                </Dialog>
            }
        </section>
    }
}

fn fetch(talk: &UseReducerDispatcher<Talk>, client: &Client, video: &str, sort: Sort, question: Question) {
    talk.dispatch(Act::Want);
    let (talk, client, video) = (talk.clone(), client.clone(), video.to_owned());
    spawn(async move {
        talk.dispatch(match api::threads(&client, &video, sort.spelled(), question.1).await {
            Ok(page) => Act::Came(question, page),
            Err(failure) => Act::Broke(question, failure),
        });
    });
}

/// Fetches the first replies of a thread.
fn open(talk: &UseReducerDispatcher<Talk>, client: &Client, video: &str, id: CommentId) {
    talk.dispatch(Act::Open(id));
    let (talk, client, video) = (talk.clone(), client.clone(), video.to_owned());
    spawn(async move {
        talk.dispatch(match api::thread(&client, &video, id).await {
            Ok(tree) => Act::Opened(tree),
            Err(failure) => Act::OpenBroke(id, failure),
        });
    });
}

/// Fetches more replies to a comment.
fn more(talk: &UseReducerDispatcher<Talk>, client: &Client, video: &str, id: CommentId, window: Window) {
    talk.dispatch(Act::Open(id));
    let (talk, client, video) = (talk.clone(), client.clone(), video.to_owned());
    spawn(async move {
        talk.dispatch(match api::replies(&client, &video, id, window).await {
            Ok(page) => Act::Replied(id, page),
            Err(failure) => Act::OpenBroke(id, failure),
        });
    });
}

/// The id of a comment's element.
fn anchor(id: CommentId) -> String {
    format!("comment-{}", id.0)
}

/// The way in, and back to the video or to one of its threads.
fn login(video: &VideoDetails, thread: Option<CommentId>) -> String {
    let id = &video.card.short_uuid;
    let next = thread.map_or_else(|| Route::watch(id), |thread| Route::thread(id, thread.0));
    Route::Login { next: Some(next.to_string()) }.to_string()
}

/// What all comments are drawn with.
struct Context<'a> {
    video: &'a VideoDetails,
    /// Account and role of who looks.
    me: Option<(AccountId, u32)>,
    /// Whether they manage the video.
    is_maker: bool,
    is_stranger: bool,
    answering: Option<CommentId>,
    locale: &'a Locale,
    on_wish: &'a Callback<Wish>,
    on_moment: &'a Callback<u32>,
}

impl Context<'_> {
    fn press(&self, wish: impl Fn() -> Wish + 'static) -> Callback<MouseEvent> {
        self.on_wish.reform(move |_: MouseEvent| wish())
    }

    /// Whether who looks decides what is said about this video.
    fn may_review(&self) -> bool {
        self.is_maker || self.me.is_some_and(|(_, role)| role != PLAIN_USER)
    }
}

fn draw(node: &Node, depth: usize, context: &Context<'_>) -> Html {
    let comment = &node.comment;
    let class = if depth < DEPTH_SHOWN_MAX { "comment-replies" } else { "comment-replies comment-deep" };
    html! {
        <li key={comment.id.0.to_string()} class="comment">
            { draw_one(node, context) }
            if node.fold != Fold::Closed && !node.replies.is_empty() {
                <ol {class}>{ for node.replies.iter().map(|reply| draw(reply, depth + 1, context)) }</ol>
            }
            { draw_fold(node, depth, context) }
        </li>
    }
}

fn draw_one(node: &Node, context: &Context<'_>) -> Html {
    let (comment, locale) = (&node.comment, context.locale);
    let words = locale.words();
    let id = comment.id;
    let Some(author) = comment.account.as_ref().filter(|_| !comment.is_deleted) else {
        return html! {
            <article id={anchor(id)} class="comment-body" tabindex="-1"><p class="comment-gone">{ words.comment_deleted }</p></article>
        };
    };
    let is_ours = context.video.card.is_local && author.host == context.video.account.host;
    let is_mine = context.me.is_some_and(|(account, _)| account == author.id);
    let permalink = Route::thread(&context.video.card.short_uuid, comment.thread_id.0);
    let doomed = comment.clone();
    html! {
        <>
            <article id={anchor(id)} class="comment-body" tabindex="-1">
                { avatar(&author.display_name, &author.avatars, 36) }
                <div class="comment-words">
                    <p class="comment-head">
                        <a class="comment-author" href={Route::Account(handle(&author.name, &author.host, is_ours)).to_string()}>{ &author.display_name }</a>
                        if author.id == context.video.account.id { <span class="chip">{ words.comment_maker }</span> }
                        if comment.held_for_review { <span class="chip chip-shy">{ words.comment_held }</span> }
                        <a class="comment-age" href={permalink.to_string()}>
                            <time datetime={comment.created_at.to_string()} title={locale.date(comment.created_at)}>{ locale.age(comment.created_at) }</time>
                        </a>
                    </p>
                    <Markdown text={comment.text.clone()} on_moment={context.on_moment.clone()} />
                    <div class="comment-acts">
                        if context.is_stranger {
                            <a class="button button-quiet" href={login(context.video, Some(comment.thread_id))}
                                aria-label={words.reply_to.replacen("{}", &author.display_name, 1)}>{ words.reply }</a>
                        } else if !comment.held_for_review {
                            <button type="button" class="button button-quiet" aria-label={words.reply_to.replacen("{}", &author.display_name, 1)}
                                onclick={context.press(move || Wish::Do(Act::Answer(Some(id))))}>{ words.reply }</button>
                        }
                        if comment.held_for_review && context.may_review() {
                            <button type="button" class="button button-quiet" aria-label={words.comment_approve_of.replacen("{}", &author.display_name, 1)}
                                onclick={context.press(move || Wish::Approve(id))}>{ words.comment_approve }</button>
                        }
                        if is_mine || context.may_review() {
                            <button type="button" class="button button-quiet" aria-label={words.comment_delete_of.replacen("{}", &author.display_name, 1)}
                                onclick={context.press(move || Wish::Do(Act::Doom(Some(doomed.clone()))))}>{ words.delete }</button>
                        }
                        if !is_mine { <Report subject={Reported::Comment(id.0)} author={AttrValue::from(author.display_name.clone())} /> }
                    </div>
                </div>
            </article>
            if context.answering == Some(id) {
                <Editor id={format!("answer-{}", id.0)} label={words.reply_to.replacen("{}", &author.display_name, 1)}
                    video={context.video.card.uuid.to_string()} parent={id} on_said={context.on_wish.reform(Wish::Said)}
                    on_cancel={context.on_wish.reform(|()| Wish::Do(Act::Answer(None)))} />
            }
        </>
    }
}

/// The ways to more replies, or to fewer.
fn draw_fold(node: &Node, depth: usize, context: &Context<'_>) -> Html {
    let words = context.locale.words();
    let id = node.comment.id;
    let button = |label: String, onclick: Callback<MouseEvent>| {
        html! { <button type="button" class="button button-quiet comment-fold" {onclick}>{ label }</button> }
    };
    match &node.fold {
        Fold::Closed if node.total == 0 => Html::default(),
        Fold::Closed => {
            let is_here = !node.replies.is_empty();
            let open = move || if is_here { Wish::Do(Act::Unfold(id)) } else { Wish::Open(id) };
            button(context.locale.count(node.total, &words.replies), context.press(open))
        }
        Fold::Coming => html! { <p class="comment-fold" role="status">{ words.loading }</p> },
        Fold::Failed(failure) => failed(failure, &context.on_wish.reform(move |()| Wish::More(id)), words),
        Fold::Open => html! {
            <>
                if node.has_more() { { button(words.replies_more.to_owned(), context.press(move || Wish::More(id))) } }
                if depth == 0 && 0 < node.total {
                    { button(words.replies_hide.to_owned(), context.press(move || Wish::Do(Act::Close(id)))) }
                }
            </>
        },
    }
}
