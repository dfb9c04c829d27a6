//! What was done in a channel, in sentences, for its makers.

use shared::api::{ChannelActivity, Page};
use yew::prelude::*;

use crate::api::{self, ACTIVITIES_PER_PAGE, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What [`Deeds`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The channel's name.
    pub channel: AttrValue,
}

/// What was done in a channel, last done first.
#[component]
pub fn Deeds(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let is_sent = use_state(|| false);
    let refused = use_state(|| None::<Failure>);
    let loaded = {
        let client = client.clone();
        use_loaded(props.channel.clone(), move |channel| {
            let channel = channel.clone();
            async move { api::activities(&client, &channel, 0).await }
        })
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <p role="status">{ words.loading }</p> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(page) if page.data.is_empty() => html! { <p id="deeds-none">{ makers.deeds_none }</p> },
        Loading::Here(page) => {
            let row = |deed: &ChannelActivity| {
                html! {
                    <li class="line" key={deed.id.to_string()}>
                        <div class="line-words">
                            <p>{ sentence(deed, makers) }</p>
                            <p class="row-facts">
                                <time datetime={deed.created_at.to_string()}>{ locale.age(deed.created_at) }</time>
                            </p>
                        </div>
                    </li>
                }
            };
            let onclick = {
                let (client, channel, page) = (client.clone(), props.channel.clone(), page.clone());
                let (put, is_sent, refused) = (loaded.put.clone(), is_sent.setter(), refused.setter());
                Callback::from(move |_: MouseEvent| {
                    is_sent.set(true);
                    let (client, channel, page) = (client.clone(), channel.clone(), page.clone());
                    let (put, is_sent, refused) = (put.clone(), is_sent.clone(), refused.clone());
                    spawn(async move {
                        let start = u64::try_from(page.data.len()).unwrap_or(u64::MAX);
                        match api::activities(&client, &channel, start).await {
                            Ok(more) => {
                                refused.set(None);
                                put.emit(followed(&page, more).into());
                            }
                            Err(failure) => refused.set(Some(failure)),
                        }
                        is_sent.set(false);
                    });
                })
            };
            html! {
                <>
                    <ul id="deeds" class="lines">{ for page.data.iter().map(row) }</ul>
                    if let Some(failure) = &*refused {
                        { complaint(explain(failure, words)) }
                    }
                    if u64::try_from(page.data.len()).unwrap_or(u64::MAX) < page.total {
                        <div class="form-acts">
                            <button type="button" class="button" disabled={*is_sent} {onclick} aria-label={makers.deeds_more}>{ words.show_more }</button>
                        </div>
                    }
                </>
            }
        }
    };
    html! {
        <section class="sheet section" aria-labelledby="deeds-title">
            <h2 id="deeds-title">{ makers.deeds }</h2>
            { body }
        </section>
    }
}

/// What is here with what came behind it. What was done meanwhile moved the rest on: nothing stands here twice, and the
/// end is the end even where something was forgotten since.
fn followed(here: &Page<ChannelActivity>, more: Page<ChannelActivity>) -> Page<ChannelActivity> {
    let is_last = u64::try_from(more.data.len()).unwrap_or(u64::MAX) < ACTIVITIES_PER_PAGE;
    let oldest = here.data.last().map_or(u64::MAX, |deed| deed.id);
    let new = more.data.into_iter().filter(|deed| deed.id < oldest);
    let data: Vec<ChannelActivity> = here.data.iter().cloned().chain(new).collect();
    let total = if is_last { u64::try_from(data.len()).unwrap_or(u64::MAX) } else { more.total };
    Page { total, data }
}

/// Who did what, as people say it. PeerTube's numbers of deeds and targets.
fn sentence(deed: &ChannelActivity, makers: &MakerWords) -> String {
    const VIDEO: u32 = 1;
    const LIST: u32 = 2;
    const CHANNEL: u32 = 3;
    let who = deed.account.as_ref().map_or(&deed.by, |account| &account.display_name);
    let video = deed.video.as_ref().map(|video| &video.name);
    let what = video.or(deed.playlist.as_ref().map(|list| &list.name));
    let to = deed.target_account.as_ref().map(|account| &account.display_name);
    let template = match (deed.action.id, deed.target_type.id) {
        (1, VIDEO) => makers.deed_created_video,
        (1, LIST) => makers.deed_created_list,
        (1, CHANNEL) => makers.deed_created_channel,
        (2, VIDEO) => makers.deed_changed_video,
        (2, LIST) => makers.deed_changed_list,
        (2, CHANNEL) => makers.deed_changed_channel,
        (3, VIDEO) => makers.deed_deleted_video,
        (3, LIST) => makers.deed_deleted_list,
        (4, VIDEO) => makers.deed_captions,
        (5, VIDEO) => makers.deed_chapters,
        (6, VIDEO) => makers.deed_passwords,
        (8, VIDEO) => makers.deed_source,
        (9, LIST) => makers.deed_elements,
        (10, VIDEO) => makers.deed_out,
        (11, VIDEO) => makers.deed_in,
        (12, VIDEO) => makers.deed_offered_video,
        (12, CHANNEL) => makers.deed_offered_channel,
        (13, CHANNEL) => makers.deed_accepted_channel,
        (14, VIDEO) => makers.deed_refused_video,
        (14, CHANNEL) => makers.deed_refused_channel,
        (16, CHANNEL) => makers.deed_withdrew_channel,
        _ => makers.deed_other,
    };
    let parts = [Some(who), what, to];
    // Names may hold what a template holds, so each is put in behind the last.
    let (mut said, mut rest) = (String::new(), template);
    for part in parts.into_iter().flatten() {
        let Some((before, after)) = rest.split_once("{}") else { break };
        said.push_str(before);
        said.push_str(part);
        rest = after;
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::locale::Language;

    fn deed(id: u64, action: u32, kind: u32, more: &serde_json::Value) -> ChannelActivity {
        let mut deed = json!({
            "id": id, "by": "ann", "action": { "id": action, "label": "" },
            "targetType": { "id": kind, "label": "" }, "details": {}, "createdAt": "2026-01-02T03:04:05.000Z",
            "channel": { "id": 1, "name": "films", "displayName": "Films", "url": "" },
        });
        let fields = deed.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        serde_json::from_value(deed).unwrap()
    }

    fn video(name: &str) -> serde_json::Value {
        json!({ "video": { "id": 1, "name": name, "uuid": "00000000-0000-4000-8000-000000000001", "shortUUID": "",
            "url": "", "isLive": false } })
    }

    #[test]
    fn every_deed_is_a_sentence_with_all_its_names() {
        let makers = MakerWords::of(Language::English);
        let offered = json!({ "targetAccount": { "username": "bob", "displayName": "Bob", "url": "" } });
        for (deed, expected) in [
            (deed(1, 2, 1, &video("A {} film")), "ann changed the video “A {} film”"),
            (deed(1, 12, 3, &offered), "ann offered the channel to Bob"),
            (deed(1, 13, 3, &offered), "ann took the channel"),
            (deed(1, 99, 3, &json!({})), "ann did something else here"),
        ] {
            assert_eq!(sentence(&deed, makers), expected);
        }
    }

    #[test]
    fn what_moved_on_meanwhile_stands_once() {
        let rows = |ids: &[u64]| ids.iter().map(|id| deed(*id, 2, 3, &json!({}))).collect::<Vec<_>>();
        let here = Page { total: 25, data: rows(&[25, 24, 23]) };
        // One more was done since: a full page comes, whose first row is here already.
        let ids: Vec<u64> = (4..=23).rev().collect();
        let all = followed(&here, Page { total: 26, data: rows(&ids) });
        assert_eq!((all.data.len(), all.total), (22, 26));
        let end = followed(&all, Page { total: 26, data: rows(&[3, 2]) });
        assert_eq!((end.data.len(), end.total), (24, 24), "there is no button at the end");
    }
}
