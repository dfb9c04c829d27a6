//! Following a channel: the button, and a channel as a row of a list.
//!
//! Owns whether the signed-in person follows, as the instance said it and as it was changed here since. A stranger is
//! led to the login and back.

use std::rc::Rc;

use shared::api::Channel;
use yew::prelude::*;

use crate::api::{self, Client, Failure};
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Loading, avatar, complaint, handle, use_loaded};
use crate::elsewhere::Elsewhere;
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::text::problems::explain;

/// Whether somebody follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Standing {
    /// As the instance said first: its count of followers holds it.
    first: bool,
    now: bool,
}

impl Standing {
    /// The count of followers, with what was changed since it was given.
    fn count(self, followers: u64) -> u64 {
        match (self.first, self.now) {
            (false, true) => followers + 1,
            (true, false) => followers.saturating_sub(1),
            (true, true) | (false, false) => followers,
        }
    }
}

/// What [`Follow`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The channels to follow, each with its host.
    pub channels: Vec<String>,
    /// Who they are together.
    pub name: AttrValue,
    /// How many follow.
    pub followers: u64,
}

/// A button to follow channels or to end that, with how many do.
#[component]
#[inline(never)]
pub fn Follow(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let failure = use_state(|| None::<Failure>);
    let busy = use_state(|| false);
    let key = (props.channels.clone(), session.person().map(|me| me.id));
    let loaded = use_loaded(key, {
        let client = session.client.clone();
        move |(channels, me)| {
            let (channels, is_in) = (channels.clone(), me.is_some());
            async move {
                let now = is_in && api::follows(&client, &channels).await?;
                Ok(Standing { first: now, now })
            }
        }
    });
    let standing = match &loaded.state {
        Loading::Here(standing) => Some(**standing),
        Loading::Waiting | Loading::Failed(_) => None,
    };
    let count = standing.map_or(props.followers, |standing| standing.count(props.followers));
    let face = |follows: bool| {
        html! { <>{ if follows { words.unfollow } else { words.follow } }<span class="unseen">{ ": " }{ &props.name }</span></> }
    };
    let act = if session.viewer == Viewer::Stranger {
        let (path, query) = page::address();
        let login = Route::Login { next: Some(format!("{path}{query}")) };
        html! {
            <>
                <a class="button button-main" href={login.to_string()}>{ face(false) }</a>
                if let [channel] = &*props.channels {
                    <FromElsewhere uri={channel.clone()} />
                }
            </>
        }
    } else {
        let follows = standing.is_some_and(|standing| standing.now);
        let onclick = {
            let (client, channels, put) =
                (session.client.clone(), props.channels.clone(), loaded.put.clone());
            let (busy, failure, again) = (busy.clone(), failure.setter(), loaded.again.clone());
            Callback::from(move |_: MouseEvent| {
                let Some(standing) = standing.filter(|_| !*busy) else { return };
                busy.set(true);
                let (client, channels, put) = (client.clone(), channels.clone(), put.clone());
                let (busy, failure, again) = (busy.setter(), failure.clone(), again.clone());
                spawn(async move {
                    match follow_all(&client, &channels, !standing.now).await {
                        Ok(()) => {
                            put.emit(Rc::new(Standing { now: !standing.now, ..standing }));
                            failure.set(None);
                        }
                        Err(cause) => {
                            failure.set(Some(cause));
                            again.emit(());
                        }
                    }
                    busy.set(false);
                });
            })
        };
        let class = if follows { "button" } else { "button button-main" };
        html! {
            <button type="button" {class} {onclick} aria-busy={busy.to_string()} aria-disabled={standing.is_none().to_string()}>
                { face(follows) }
            </button>
        }
    };
    html! {
        <div class="follow">
            <span class="follow-count">{ locale.count(count, &words.followers) }</span>
            if !props.channels.is_empty() { { act } }
            if let Some(failure) = &*failure { { complaint(explain(failure, words)) } }
        </div>
    }
}

/// What [`FromElsewhere`] takes.
#[derive(Properties, PartialEq)]
struct ElsewhereProps {
    uri: AttrValue,
}

/// For who has an account on another server: a button, and the dialog it opens.
#[component]
fn FromElsewhere(props: &ElsewhereProps) -> Html {
    let words = use_locale().words();
    let is_open = use_state(|| false);
    let open = {
        let is_open = is_open.setter();
        Callback::from(move |_: MouseEvent| is_open.set(true))
    };
    let on_close = {
        let is_open = is_open.setter();
        Callback::from(move |()| is_open.set(false))
    };
    html! {
        <>
            <button type="button" class="button button-quiet" onclick={open}>{ words.elsewhere }</button>
            if *is_open { <Elsewhere uri={props.uri.clone()} {on_close} /> }
        </>
    }
}

async fn follow_all(client: &Client, channels: &[String], follows: bool) -> Result<(), Failure> {
    for channel in channels {
        api::follow(client, channel, follows).await?;
    }
    Ok(())
}

/// How a channel is named to follow it: always with its host.
pub fn uri(channel: &Channel) -> String {
    format!("{}@{}", channel.name, channel.host)
}

/// A channel in a list of channels.
pub fn channel_row(channel: &Channel, locale: &Locale) -> Html {
    // What is elsewhere is seen there.
    let (address, name) = if channel.is_local {
        (Route::Channel(handle(&channel.name, &channel.host, true)).to_string(), channel.name.clone())
    } else {
        (channel.url.clone(), handle(&channel.name, &channel.host, false))
    };
    let avatars = if channel.is_local { channel.avatars.as_slice() } else { &[] };
    let owner = channel.owner_account.as_ref();
    html! {
        <li key={channel.id.0.to_string()} class="channel-row">
            { avatar(&channel.display_name, avatars, 56) }
            <div class="row-words">
                <h2 class="row-title"><a href={address}>{ &channel.display_name }</a></h2>
                <p class="row-facts">
                    <span>{ "@" }{ name }</span>
                    if let Some(owner) = owner {
                        <span>{ locale.words().by.replacen("{}", &owner.display_name, 1) }</span>
                    }
                </p>
            </div>
            if channel.is_local {
                <Follow channels={vec![uri(channel)]} name={channel.display_name.clone()} followers={channel.followers_count} />
            }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_follows_what_was_pressed() {
        let standing = |first, now| Standing { first, now };
        assert_eq!(standing(false, true).count(3), 4);
        assert_eq!(standing(true, false).count(3), 2);
        assert_eq!(standing(true, true).count(3), 3);
        assert_eq!(standing(true, false).count(0), 0, "somebody else left meanwhile");
    }
}
