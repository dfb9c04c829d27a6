//! Addresses of feeds, for readers and podcast apps: a button and the window it opens.
//!
//! Owns one's own feed, too, whose address is a key to it: it is fetched when somebody asks for it, and another can be
//! made.

use std::rc::Rc;

use yew::prelude::*;

use crate::api::{self, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{CopyField, Dialog, Glyph, Loading, complaint, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::shelves::FeedWords;

/// What [`Feeds`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which feed: `videos` or `video-comments`.
    pub kind: AttrValue,
    /// What it is asked with, such as `videoChannelName=films`; nothing for all there is.
    #[prop_or_default]
    pub query: AttrValue,
    /// What the same as a podcast is asked with; none where there is none.
    #[prop_or_default]
    pub podcast: Option<AttrValue>,
}

/// A button, and the window with the addresses of a feed.
#[component]
#[inline(never)]
pub fn Feeds(props: &Props) -> Html {
    let words = FeedWords::of(use_locale().language());
    let is_open = use_state(|| false);
    let origin = page::origin();
    let mark = if props.query.is_empty() { "" } else { "?" };
    let address = |ending: &str| format!("{origin}/feeds/{}.{ending}{mark}{}", props.kind, props.query);
    html! {
        <>
            { button(words, &is_open) }
            if *is_open {
                <Dialog title={words.feeds} on_close={close(&is_open)}>
                    <p>{ words.hint }</p>
                    <CopyField id="feed-rss" label="RSS" text={address("xml")} />
                    <CopyField id="feed-atom" label="Atom" text={address("atom")} />
                    if let Some(query) = &props.podcast {
                        <CopyField id="feed-podcast" label={words.podcast} text={format!("{origin}/feeds/podcast/videos.xml?{query}")} />
                    }
                </Dialog>
            }
        </>
    }
}

fn button(words: &'static FeedWords, is_open: &UseStateHandle<bool>) -> Html {
    let is_open = is_open.setter();
    let onclick = Callback::from(move |_: MouseEvent| is_open.set(true));
    html! {
        <button type="button" class="button button-quiet" aria-haspopup="dialog" {onclick}>
            { icon(Glyph::Feed) }{ words.feeds }
        </button>
    }
}

fn close(is_open: &UseStateHandle<bool>) -> Callback<()> {
    let is_open = is_open.setter();
    Callback::from(move |()| is_open.set(false))
}

/// A button, and the window with the address of one's own feed.
#[component]
#[inline(never)]
pub fn OwnFeed() -> Html {
    let words = FeedWords::of(use_locale().language());
    let is_open = use_state(|| false);
    html! {
        <>
            { button(words, &is_open) }
            if *is_open { <OwnWindow on_close={close(&is_open)} /> }
        </>
    }
}

/// What [`OwnWindow`] takes.
#[derive(Properties, PartialEq)]
struct OwnProps {
    on_close: Callback<()>,
}

#[component]
#[inline(never)]
fn OwnWindow(props: &OwnProps) -> Html {
    let locale = use_locale();
    let (all, words) = (locale.words(), FeedWords::of(locale.language()));
    let session = use_session();
    let (asks, busy) = (use_state(|| false), use_state(|| false));
    let failure = use_state(|| None::<Failure>);
    let account = session.person().map(|me| me.account.id.0);
    let loaded = use_loaded(account, {
        let client = session.client.clone();
        move |_| async move { api::feed_token(&client).await }
    });
    let renew = {
        let (client, put) = (session.client.clone(), loaded.put.clone());
        let (asks, busy, failure) = (asks.setter(), busy.clone(), failure.setter());
        Callback::from(move |_: MouseEvent| {
            if *busy {
                return;
            }
            busy.set(true);
            let (client, put) = (client.clone(), put.clone());
            let (asks, busy, failure) = (asks.clone(), busy.setter(), failure.clone());
            spawn(async move {
                match api::renew_feed_token(&client).await {
                    Ok(token) => {
                        put.emit(Rc::new(token));
                        failure.set(None);
                        asks.set(false);
                    }
                    Err(cause) => failure.set(Some(cause)),
                }
                busy.set(false);
            });
        })
    };
    let ask = |is_asked: bool| {
        let asks = asks.setter();
        Callback::from(move |_: MouseEvent| asks.set(is_asked))
    };
    let origin = page::origin();
    let address = |ending: &str, token: &str| {
        let account = account.unwrap_or_default();
        format!("{origin}/feeds/subscriptions.{ending}?accountId={account}&token={token}")
    };
    html! {
        <Dialog title={words.own} on_close={props.on_close.clone()}>
            <p>{ words.own_hint }</p>
            {
                match &loaded.state {
                    Loading::Waiting => html! { <p role="status">{ all.loading }</p> },
                    Loading::Failed(failure) => failed(failure, &loaded.again, all),
                    Loading::Here(token) => html! {
                        <>
                            <CopyField id="feed-rss" label="RSS" text={address("xml", &token.feed_token)} />
                            <CopyField id="feed-atom" label="Atom" text={address("atom", &token.feed_token)} />
                        </>
                    },
                }
            }
            if let Some(failure) = &*failure { { complaint(explain(failure, all)) } }
            if *asks {
                <p role="alert">{ words.renew_text }</p>
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={ask(false)}>{ words.renew_keep }</button>
                    <button type="button" class="button button-bad" onclick={renew} aria-busy={busy.to_string()}>{ words.renew_do }</button>
                </div>
            } else if matches!(loaded.state, Loading::Here(_)) {
                <div class="dialog-acts">
                    <button type="button" class="button" onclick={ask(true)}>{ words.renew }</button>
                </div>
            }
        </Dialog>
    }
}
