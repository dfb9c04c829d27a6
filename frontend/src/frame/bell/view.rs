//! Draws the bell and what stands under it.

use yew::prelude::*;

use super::line::Line;
use super::state::{Act, Ringing, SHOWN};
use crate::api::{self, Window};
use crate::browser::bus::{Word, hear, tell};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, Menu, icon};
use crate::locale::use_locale;
use crate::news::{news_row, read};
use crate::route::Route;
use crate::session::use_session;

/// A greater count says no more than that it is great.
const COUNTED_MAX: u64 = 99;

/// The bell of who is signed in; nothing for strangers.
#[component]
#[inline(never)]
pub fn Bell() -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let ringing = use_reducer(Ringing::default);
    let me = session.person().map(|me| me.id);
    use_effect_with(me, {
        let (ringing, client) = (ringing.dispatcher(), session.client.clone());
        move |me| {
            ringing.dispatch(Act::Reset);
            let line = me.map(|_| {
                let (told, heard) = (ringing.clone(), ringing.clone());
                let line = Line::open(client, move |heard| {
                    if let Some(unread) = heard.unread {
                        told.dispatch(Act::Counted(unread));
                    }
                    if let Some(notification) = heard.notification {
                        tell(Word::News, &serde_json::to_string(&notification).unwrap_or_default());
                        told.dispatch(Act::Rang(Box::new(notification)));
                    }
                });
                (line, hear(Word::Read, move |which| heard.dispatch(Act::Read(which.parse().ok()))))
            });
            move || drop(line)
        }
    });
    if me.is_none() {
        return Html::default();
    }
    let on_open = {
        let (ringing, client) = (ringing.dispatcher(), session.client.clone());
        Callback::from(move |()| {
            let (ringing, client) = (ringing.clone(), client.clone());
            spawn(async move {
                // Without an answer the page of notifications says why.
                if let Ok(page) = api::notifications(&client, false, Window { start: 0, count: SHOWN }).await
                {
                    ringing.dispatch(Act::Came(page.data));
                }
            });
        })
    };
    let read_all = {
        let client = session.client.clone();
        Callback::from(move |_: MouseEvent| read(&client, None))
    };
    let unread = ringing.unread;
    let label = match unread {
        0 => words.news.to_owned(),
        _ => words.news_count.replacen("{}", &locale.number(unread), 1),
    };
    let count = if COUNTED_MAX < unread { format!("{COUNTED_MAX}+") } else { unread.to_string() };
    let face = html! {
        <>{ icon(Glyph::Bell) }if 0 < unread { <span class="bell-count" aria-hidden="true">{ count }</span> }</>
    };
    html! {
        <>
            <Menu id="menu-news" {label} {face} {on_open}>
                <div class="news-head">
                    <strong>{ words.news }</strong>
                    if 0 < unread {
                        <button type="button" class="button button-quiet" onclick={read_all}>{ words.news_read_all }</button>
                    }
                </div>
                {
                    match &ringing.latest {
                        None => html! { <p class="news-none">{ words.loading }</p> },
                        Some(latest) if latest.is_empty() => html! { <p class="news-none">{ words.news_none }</p> },
                        Some(latest) => html! {
                            <ul class="news-rows">{ for latest.iter().map(|one| news_row(one, &locale, &session.client, Html::default())) }</ul>
                        },
                    }
                }
                <a class="menu-item" href={Route::News.to_string()}>{ words.news_all }</a>
            </Menu>
            <p class="unseen" role="status">{ if 0 < unread { words.news_count.replacen("{}", &locale.number(unread), 1) } else { String::new() } }</p>
        </>
    }
}
