//! How much there is on the instance.

use serde_json::{Map, Value};
use yew::prelude::*;

use super::say::Say;
use crate::api;
use crate::components::{Loading, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;

const ROWS: &[(&str, Say)] = &[
    ("totalUsers", Say { en: "Accounts", fr: "Comptes" }),
    ("totalDailyActiveUsers", Say { en: "Of them here in the last day", fr: "Dont présents depuis un jour" }),
    ("totalWeeklyActiveUsers", Say { en: "In the last week", fr: "Depuis une semaine" }),
    ("totalMonthlyActiveUsers", Say { en: "In the last month", fr: "Depuis un mois" }),
    ("totalModerators", Say { en: "Moderators", fr: "Modération" }),
    ("totalAdmins", Say { en: "Administrators", fr: "Administration" }),
    ("totalLocalVideoChannels", Say { en: "Channels", fr: "Chaînes" }),
    (
        "totalLocalMonthlyActiveVideoChannels",
        Say { en: "With a new video in the last month", fr: "Avec une vidéo depuis un mois" },
    ),
    ("totalLocalVideos", Say { en: "Videos", fr: "Vidéos" }),
    ("totalLocalVideoViews", Say { en: "Views", fr: "Vues" }),
    ("totalLocalVideoComments", Say { en: "Comments", fr: "Commentaires" }),
    ("totalLocalPlaylists", Say { en: "Playlists", fr: "Listes de lecture" }),
    ("totalRegistrationRequests", Say { en: "Requests to be let in", fr: "Demandes d’inscription" }),
    ("totalRegistrationRequestsProcessed", Say { en: "Of them judged", fr: "Dont traitées" }),
    ("totalAbuses", Say { en: "Reports", fr: "Signalements" }),
    (
        "totalInstanceFollowers",
        Say { en: "Instances and people that follow this one", fr: "Abonnés de l’instance" },
    ),
    ("totalInstanceFollowing", Say { en: "Whom this one follows", fr: "Abonnements de l’instance" }),
    (
        "totalActivityPubMessagesProcessed",
        Say {
            en: "Messages from other instances since the start",
            fr: "Messages d’autres instances depuis le démarrage",
        },
    ),
    ("totalActivityPubMessagesErrors", Say { en: "Of them not accepted", fr: "Dont refusés ou en échec" }),
    (
        "totalActivityPubMessagesWaiting",
        Say { en: "Messages still to be done", fr: "Messages encore à traiter" },
    ),
    ("seedPeers", Say { en: "Viewers who are helped at this moment", fr: "Spectateurs aidés en ce moment" }),
];
const FILES: Say = Say { en: "Files of videos", fr: "Fichiers des vidéos" };

/// How much there is on the instance.
#[component]
pub fn Statistics() -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let loaded = use_loaded((), move |()| async move { api::statistics(&client).await });
    match &loaded.state {
        Loading::Waiting => html! { <div class="sheet skeleton sheet-tall" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
        Loading::Here(numbers) => draw(numbers, &locale),
    }
}

fn draw(numbers: &Map<String, Value>, locale: &Locale) -> Html {
    let row = |(name, label): &(&str, Say)| {
        let number = numbers.get(*name)?.as_u64()?;
        Some(html! { <><dt>{ label.of(locale) }</dt><dd>{ locale.number(number) }</dd></> })
    };
    let bytes = numbers.get("totalLocalVideoFilesSize").and_then(Value::as_u64).unwrap_or(0);
    html! {
        <dl class="facts">
            { for ROWS.iter().filter_map(row) }
            <dt>{ FILES.of(locale) }</dt><dd>{ locale.bytes(bytes) }</dd>
        </dl>
    }
}
