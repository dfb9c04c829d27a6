//! What people are told, in a sentence, and where it leads.
//!
//! Owns the words of each kind of news, for the bell and for the page of notifications. Never fetches; that one was
//! read is noted here, since both do it alike.

use std::rc::Rc;

use shared::api::{Image, Notification, NotificationVideo};
use shared::id::NotificationId;
use yew::prelude::*;

use crate::api::{self, Client};
use crate::browser::bus::{Word, tell};
use crate::browser::spawn::spawn;
use crate::components::{Glyph, avatar, handle, icon};
use crate::locale::Locale;
use crate::people_route::PeoplePage;
use crate::route::Route;
use crate::site_route::SitePage;
use crate::text::words::Words;

/// A piece of news for people.
#[derive(Clone, PartialEq, Debug)]
pub struct News {
    /// What happened.
    pub text: String,
    /// Where one sees it; none where it is gone.
    pub route: Option<Route>,
    /// Who did it: name and pictures.
    pub who: Option<(String, Vec<Image>)>,
}

/// A notification in words. One whose subject is gone, or of a kind these pages do not know, says so.
pub fn news(notification: &Notification, words: &'static Words) -> News {
    let told = |template: &'static str, parts: [&str; 2]| {
        parts.into_iter().fold(template.to_owned(), |text, part| text.replacen("{}", part, 1))
    };
    if let Some(comment) = &notification.comment {
        let template = match (notification.kind, comment.held_for_review) {
            (11, _) => words.news_mention,
            (_, true) => words.news_held,
            (_, false) => words.news_comment,
        };
        let (author, video) = (&comment.account, &comment.video);
        return News {
            text: told(template, [&author.display_name, &video.name]),
            route: Some(Route::thread(&video.short_uuid, comment.thread_id.0)),
            who: Some((author.display_name.clone(), author.avatars.clone())),
        };
    }
    if let Some(follow) = &notification.actor_follow {
        let follower = &follow.follower;
        if notification.kind == 13 || notification.kind == 14 {
            let is_ours = notification.kind == 14;
            let followed = &follow.following;
            let (host, page) = if is_ours {
                (&followed.host, SitePage::Following)
            } else {
                (&follower.host, SitePage::Followers)
            };
            let template = match (is_ours, follow.state.as_str()) {
                (true, _) => words.news_instance_following,
                (false, "pending") => words.news_instance_asks,
                (false, _) => words.news_instance_follower,
            };
            return News {
                text: told(template, [host, ""]),
                route: Some(Route::Site(page)),
                who: Some((host.clone(), Vec::new())),
            };
        }
        return News {
            text: told(words.news_follower, [&follower.display_name, &follow.following.display_name]),
            // Whom it follows is of here.
            route: Some(Route::Account(handle(
                &follower.name,
                &follower.host,
                follower.host == follow.following.host,
            ))),
            who: Some((follower.display_name.clone(), follower.avatars.clone())),
        };
    }
    if let Some(import) = &notification.video_import {
        return match &import.video {
            Some(video) => News {
                text: told(words.news_imported, [&video.name, ""]),
                route: Some(Route::watch(&video.short_uuid)),
                who: None,
            },
            None if notification.kind == 7 => {
                News { text: words.news_gone.to_owned(), route: None, who: None }
            }
            None => {
                let from = [&import.target_url, &import.torrent_name, &import.magnet_uri];
                let from = from.into_iter().flatten().next().map_or("", String::as_str);
                News {
                    text: told(words.news_not_imported, [from, ""]),
                    route: Some(Route::People(PeoplePage::Imports)),
                    who: None,
                }
            }
        };
    }
    if let Some(video) = &notification.video {
        let route = Some(Route::watch(&video.short_uuid));
        return match video.channel.as_ref().filter(|_| notification.kind == 1) {
            Some(channel) => News {
                text: told(words.news_video, [&channel.display_name, &video.name]),
                route,
                who: Some((channel.display_name.clone(), channel.avatars.clone())),
            },
            None => {
                let (template, route) = match notification.kind {
                    5 => (words.news_unblocked, route),
                    26 => (words.news_offered, Some(Route::People(PeoplePage::Offers))),
                    27 => (words.news_offer_accepted, route),
                    28 => (words.news_offer_refused, route),
                    22 => (words.news_heard, route),
                    _ => (words.news_published, route),
                };
                News { text: told(template, [&video.name, ""]), route, who: None }
            }
        };
    }
    if let Some(part) = &notification.video_channel_collaborator {
        let (who, channel) = (&part.account, &part.channel);
        let edit = Route::People(PeoplePage::EditChannel(channel.name.clone()));
        let (template, who, route) = match notification.kind {
            24 => (words.news_invitation_accepted, who, edit),
            25 => (words.news_invitation_refused, who, edit),
            _ => (words.news_invited, &part.channel_owner, Route::People(PeoplePage::Channels)),
        };
        return News {
            text: told(template, [&who.display_name, &channel.display_name]),
            route: Some(route),
            who: Some((who.display_name.clone(), who.avatars.clone())),
        };
    }
    if let Some((offer, channel)) =
        notification.change_ownership.as_ref().and_then(|offer| Some((offer, offer.channel.as_ref()?)))
    {
        let page = Route::Channel(channel.name.clone());
        let (template, who, route) = match notification.kind {
            30 => (words.news_channel_taken, &offer.next_owner_account, page),
            31 => (words.news_channel_left, &offer.next_owner_account, page),
            _ => (words.news_channel_offered, &offer.initiator_account, Route::People(PeoplePage::Offers)),
        };
        return News {
            text: told(template, [&who.display_name, &channel.display_name]),
            route: Some(route),
            who: Some((who.display_name.clone(), who.avatars.clone())),
        };
    }
    if let Some(news) = news_of_order(notification, words) {
        return news;
    }
    if let Some(account) = &notification.account {
        return News {
            text: told(words.news_user, [&account.display_name, ""]),
            route: Some(Route::Account(account.name.clone())),
            who: Some((account.display_name.clone(), account.avatars.clone())),
        };
    }
    News { text: words.news_gone.to_owned(), route: None, who: None }
}

/// What those who keep order do, and what they are asked to do.
fn news_of_order(notification: &Notification, words: &'static Words) -> Option<News> {
    let watch = |video: &NotificationVideo| Some(Route::watch(&video.short_uuid));
    if let Some(abuse) = &notification.abuse {
        let text = match (notification.kind, &abuse.account) {
            (15, _) => words.news_report_judged.to_owned(),
            (16, _) => words.news_report_message.to_owned(),
            (_, Some(account)) => words.news_report.replacen("{}", &account.display_name, 1),
            (_, None) => words.news_report_some.to_owned(),
        };
        let comment = abuse.comment.as_ref();
        let route = comment
            .map(|comment| Route::thread(&comment.video.short_uuid, comment.thread_id.0))
            .or_else(|| abuse.video.as_ref().and_then(watch))
            .or_else(|| abuse.account.as_ref().map(|account| Route::Account(account.name.clone())));
        return Some(News { text, route, who: None });
    }
    if let Some(block) = &notification.video_blacklist {
        let template = if notification.kind == 12 { words.news_review } else { words.news_blocked };
        let text = template.replacen("{}", &block.video.name, 1);
        return Some(News { text, route: watch(&block.video), who: None });
    }
    let asking = notification.registration.as_ref()?;
    let text = words.news_registration.replacen("{}", &asking.username, 1);
    Some(News { text, route: None, who: Some((asking.username.clone(), Vec::new())) })
}

/// Notes that one notification was read, or all, and tells both programs.
pub fn read(client: &Client, which: Option<NotificationId>) {
    let client = client.clone();
    spawn(async move {
        // One that could not be noted stays unread.
        if api::read_notifications(&client, which).await.is_ok() {
            tell(Word::Read, &which.map(|id| id.0.to_string()).unwrap_or_default());
        }
    });
}

/// A notification as a row of a list. Following it notes that it was read; `acts` stand at its end.
pub fn news_row(notification: &Rc<Notification>, locale: &Locale, client: &Client, acts: Html) -> Html {
    let words = locale.words();
    let News { text, route, who } = news(notification, words);
    let onclick = {
        let (client, id, is_read) = (client.clone(), notification.id, notification.read);
        Callback::from(move |_: MouseEvent| {
            if !is_read {
                read(&client, Some(id));
            }
        })
    };
    let class = if notification.read { "news-row" } else { "news-row news-unread" };
    html! {
        <li key={notification.id.0.to_string()} {class}>
            {
                match who {
                    Some((name, images)) => avatar(&name, &images, 40),
                    None => html! { <span class="avatar">{ icon(Glyph::Film) }</span> },
                }
            }
            <div class="news-words">
                {
                    match route {
                        Some(route) => html! { <a href={route.to_string()} {onclick}>{ text }</a> },
                        None => html! { <span>{ text }</span> },
                    }
                }
                <p class="news-facts">
                    if !notification.read { <span class="news-dot">{ words.news_unread }</span> }
                    <time datetime={notification.created_at.to_string()} title={locale.date(notification.created_at)}>{ locale.age(notification.created_at) }</time>
                </p>
            </div>
            { acts }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::text::words::{en, fr};

    fn notification(kind: u32, subject: &Value) -> Notification {
        let mut whole = json!({
            "id": 1, "type": kind, "read": false,
            "createdAt": "2026-11-22T00:00:00.000Z", "updatedAt": "2026-11-22T00:00:00.000Z",
        });
        if let (Some(whole), Some(subject)) = (whole.as_object_mut(), subject.as_object()) {
            whole.extend(subject.clone());
        }
        serde_json::from_value(whole).unwrap()
    }

    fn actor(name: &str) -> Value {
        json!({ "id": 3, "displayName": name, "name": name.to_lowercase(), "host": "here.example", "avatars": [] })
    }

    fn video() -> Value {
        json!({ "id": 5, "uuid": "ce07d2dc-d37f-4a15-8d02-89251c07337b", "shortUUID": "rrBjcMzUHp9vw19EDscPnD", "name": "Reef" })
    }

    fn comment(held: bool) -> Value {
        json!({ "comment": { "id": 8, "threadId": 7, "account": actor("Ana"), "video": video(), "heldForReview": held } })
    }

    #[test]
    fn each_kind_says_what_happened_and_leads_there() {
        let mut shown = video();
        shown["channel"] = actor("Films");
        let follow = json!({ "actorFollow": {
            "id": 1, "state": "accepted", "follower": actor("Ana"),
            "following": { "type": "channel", "displayName": "Films", "name": "films", "host": "here.example" },
        } });
        let part = json!({ "videoChannelCollaborator": {
            "id": 4, "state": { "id": 1, "label": "Pending" },
            "channel": actor("Films"), "channelOwner": actor("Olga"), "account": actor("Ana"),
        } });
        for (kind, subject, text, route) in [
            (1, json!({ "video": shown.clone() }), "Films published “Reef”", "/w/rrBjcMzUHp9vw19EDscPnD"),
            (6, json!({ "video": shown }), "“Reef” is published", "/w/rrBjcMzUHp9vw19EDscPnD"),
            (2, comment(false), "Ana commented on “Reef”", "/w/rrBjcMzUHp9vw19EDscPnD;threadId=7"),
            (
                11,
                comment(false),
                "Ana named you in a comment on “Reef”",
                "/w/rrBjcMzUHp9vw19EDscPnD;threadId=7",
            ),
            (10, follow, "Ana subscribed to Films", "/a/ana"),
            (9, json!({ "account": actor("Ana") }), "Ana joined this site", "/a/ana"),
            (
                7,
                json!({ "videoImport": { "id": 1, "targetUrl": "https://a.example/b", "video": video() } }),
                "“Reef” was imported",
                "/w/rrBjcMzUHp9vw19EDscPnD",
            ),
            (23, part.clone(), "Olga asks you to edit Films", "/my-library/video-channels"),
            (24, part.clone(), "Ana edits Films now", "/my-library/video-channels/update/films"),
            (25, part, "Ana does not want to edit Films", "/my-library/video-channels/update/films"),
        ] {
            let told = news(&notification(kind, &subject), &en::WORDS);
            assert_eq!(
                (told.text.as_str(), told.route.map(|route| route.to_string()).as_deref()),
                (text, Some(route))
            );
        }
        assert!(news(&notification(2, &comment(true)), &en::WORDS).text.ends_with("waits for your approval"));
    }

    #[test]
    fn what_keeps_order_is_told() {
        for (kind, subject, text, route) in [
            (
                3,
                json!({ "abuse": { "id": 1, "state": 1, "video": video(), "account": actor("Ana") } }),
                "Something of Ana was reported",
                Some("/w/rrBjcMzUHp9vw19EDscPnD"),
            ),
            (15, json!({ "abuse": { "id": 1, "state": 3 } }), en::WORDS.news_report_judged, None),
            (
                4,
                json!({ "videoBlacklist": { "id": 1, "video": video() } }),
                "A moderator hid “Reef”",
                Some("/w/rrBjcMzUHp9vw19EDscPnD"),
            ),
            (5, json!({ "video": video() }), "“Reef” can be seen again", Some("/w/rrBjcMzUHp9vw19EDscPnD")),
            (20, json!({ "registration": { "id": 1, "username": "ana" } }), "ana asks for an account", None),
        ] {
            let told = news(&notification(kind, &subject), &en::WORDS);
            let leads = told.route.map(|route| route.to_string());
            assert_eq!((told.text.as_str(), leads.as_deref()), (text, route));
        }
    }

    #[test]
    fn what_is_gone_leads_nowhere() {
        let told = news(&notification(2, &json!({})), &fr::WORDS);
        assert_eq!((told.text.as_str(), told.route), (fr::WORDS.news_gone, None));
    }

    #[test]
    fn a_name_that_looks_like_a_template_stays_a_name() {
        let mut odd = video();
        odd["name"] = "{}".into();
        let subject = json!({ "comment": { "id": 8, "threadId": 7, "account": actor("Ana"), "video": odd, "heldForReview": false } });
        assert_eq!(news(&notification(2, &subject), &en::WORDS).text, "Ana commented on “{}”");
    }
}
