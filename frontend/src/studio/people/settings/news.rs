//! The table of notifications: each kind in the page, by mail, both or neither.

use shared::api::NotificationSettings;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::view::SectionProps;
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Loading, complaint, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::people::PeopleWords;

/// In the page.
const WEB: u8 = 1;
/// By mail.
const MAIL: u8 = 2;

/// One kind of news.
struct Kind {
    name: fn(&PeopleWords) -> &'static str,
    field: fn(&mut NotificationSettings) -> &mut u8,
    /// Whether it comes to those alone who manage people.
    is_staffs: bool,
}

/// Those this instance makes, in the order of the table.
const KINDS: &[Kind] = &[
    Kind {
        name: |people| people.news_new_video,
        field: |settings| &mut settings.new_video_from_subscription,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_comment,
        field: |settings| &mut settings.new_comment_on_my_video,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_mention,
        field: |settings| &mut settings.comment_mention,
        is_staffs: false,
    },
    Kind { name: |people| people.news_follow, field: |settings| &mut settings.new_follow, is_staffs: false },
    Kind {
        name: |people| people.news_published,
        field: |settings| &mut settings.my_video_published,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_transcribed,
        field: |settings| &mut settings.my_video_transcription_generated,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_imported,
        field: |settings| &mut settings.my_video_import_finished,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_ownership,
        field: |settings| &mut settings.video_ownership_change,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_blocked,
        field: |settings| &mut settings.blacklist_on_my_video,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_report_answer,
        field: |settings| &mut settings.abuse_new_message,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_report_state,
        field: |settings| &mut settings.abuse_state_change,
        is_staffs: false,
    },
    Kind {
        name: |people| people.news_user,
        field: |settings| &mut settings.new_user_registration,
        is_staffs: true,
    },
    Kind {
        name: |people| people.news_report,
        field: |settings| &mut settings.abuse_as_moderator,
        is_staffs: true,
    },
    Kind {
        name: |people| people.news_review,
        field: |settings| &mut settings.video_auto_blacklist_as_moderator,
        is_staffs: true,
    },
    Kind {
        name: |people| people.news_instance_follower,
        field: |settings| &mut settings.new_instance_follower,
        is_staffs: true,
    },
    Kind {
        name: |people| people.news_instance_following,
        field: |settings| &mut settings.auto_instance_following,
        is_staffs: true,
    },
];

/// The settings with one way of one kind switched on or off.
fn switched(settings: &NotificationSettings, kind: &Kind, way: u8, is_on: bool) -> NotificationSettings {
    let mut settings = settings.clone();
    let bits = (kind.field)(&mut settings);
    *bits = if is_on { *bits | way } else { *bits & !way };
    settings
}

/// The table of notifications.
#[component]
pub fn News(props: &SectionProps) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let client = session.client.clone();
    let instance = use_loaded((), move |()| async move { api::instance(&client).await });
    let can_mail = matches!(&instance.state, Loading::Here(instance) if instance.email.enabled);
    let settings = use_state(|| props.me.notification_settings.clone());
    let refused = use_state(|| None::<Failure>);
    let saved = use_state(|| false);
    let is_staff = session.person().is_some_and(|me| me.manages_people());
    let tick = |kind: &'static Kind, way: u8, label: &str| {
        let bits = *(kind.field)(&mut (*settings).clone());
        let (client, settings, refused, saved) =
            (session.client.clone(), settings.clone(), refused.setter(), saved.setter());
        let on_change = props.on_change.clone();
        let onchange = Callback::from(move |event: Event| {
            let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let (before, next) = ((*settings).clone(), switched(&settings, kind, way, is_on));
            settings.set(next.clone());
            saved.set(false);
            let (client, settings, refused, saved) =
                (client.clone(), settings.setter(), refused.clone(), saved.clone());
            let on_change = on_change.clone();
            spawn(async move {
                let outcome = api::set_notifications(&client, &next).await;
                if outcome.is_err() {
                    settings.set(before);
                }
                saved.set(outcome.is_ok());
                refused.set(outcome.err());
                on_change.emit(());
            });
        });
        let label = format!("{}: {label}", (kind.name)(people));
        html! { <td><input type="checkbox" checked={bits & way != 0} {onchange} aria-label={label} /></td> }
    };
    let kinds = KINDS.iter().filter(|kind| is_staff || !kind.is_staffs);
    html! {
        <section class="sheet section">
            <h2>{ people.section_notifications }</h2>
            <table class="news">
                <thead>
                    <tr>
                        <th scope="col">{ people.news_what }</th>
                        <th scope="col">{ people.news_in_page }</th>
                        if can_mail { <th scope="col">{ people.news_by_mail }</th> }
                    </tr>
                </thead>
                <tbody>
                    { for kinds.map(|kind| html! {
                        <tr>
                            <th scope="row">{ (kind.name)(people) }</th>
                            { tick(kind, WEB, people.news_in_page) }
                            if can_mail { { tick(kind, MAIL, people.news_by_mail) } }
                        </tr>
                    }) }
                </tbody>
            </table>
            if matches!(&instance.state, Loading::Here(_)) && !can_mail {
                <p class="field-hint">{ people.cannot_mail_news }</p>
            }
            if let Some(refused) = &*refused {
                { complaint(explain(refused, words)) }
            }
            <p class="form-note" role="status">{ if *saved { people.saved } else { people.acts_at_once } }</p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_switched_one_by_one() {
        let mut settings = NotificationSettings::default();
        let kind = &KINDS[0];
        assert_eq!(*(kind.field)(&mut settings), WEB);
        let mut both = switched(&settings, kind, MAIL, true);
        assert_eq!(*(kind.field)(&mut both), WEB | MAIL);
        let mut mail = switched(&both, kind, WEB, false);
        assert_eq!(*(kind.field)(&mut mail), MAIL);
        let mut none = switched(&mail, kind, MAIL, false);
        assert_eq!(*(kind.field)(&mut none), 0);
    }
}
