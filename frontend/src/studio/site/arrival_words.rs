//! Why something did not arrive, in sentences.
//!
//! Pure: what is said of a row, of a server and of a thing, and when. Times are put in by whoever draws.

use shared::api::{Explained, ExplainedKind, FederationServer, LedgerRow, LedgerState};

use super::say::Say;

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const NOT_TOLD: Say = say("It was not told yet.", "Ce n’est pas encore dit.");
const NOT_DONE: Say = say("It came, and is not done yet.", "C’est arrivé, mais pas encore traité.");
const TAKEN: Say = say("The other server took it.", "L’autre serveur l’a pris.");
const DECLINED: Say = say(
    "The other server does not want it, so it is not told again.",
    "L’autre serveur n’en veut pas : ce n’est pas redit.",
);
const BUSY: Say =
    say("The other server could not take it then.", "L’autre serveur n’a pas pu le prendre alors.");
const UNREACHABLE: Say = say("The other server was not reached.", "L’autre serveur n’a pas été joint.");
const MOOT: Say = say(
    "It was not sent, since it was not true any more when its turn came.",
    "Ce n’est pas parti : ce n’était plus vrai quand son tour est venu.",
);
const TOO_LATE: Say =
    say("It was given up after a week of trying.", "Après une semaine d’essais, c’est abandonné.");
const DONE: Say = say("It was done.", "C’est fait.");
const NOTHING_FOLLOWED: Say =
    say("It was understood, and nothing followed from it.", "C’est compris, et rien n’en a découlé.");
const REFUSED: Say = say("This instance did not accept it.", "Cette instance ne l’a pas accepté.");
const FAILED: Say = say("It could not be done.", "Cela n’a pas pu être fait.");
const ITS_TURN: Say = say("Its turn comes in a moment.", "Son tour vient dans un instant.");

/// What became of a row. `is_told` tells what we say from what we hear.
pub fn state(row: &LedgerRow, is_told: bool) -> Say {
    match row.state {
        LedgerState::Waiting if is_told => NOT_TOLD,
        LedgerState::Waiting => NOT_DONE,
        LedgerState::Taken => TAKEN,
        LedgerState::Declined => DECLINED,
        LedgerState::Busy => BUSY,
        LedgerState::Unreachable => UNREACHABLE,
        LedgerState::Moot => MOOT,
        LedgerState::TooLate => TOO_LATE,
        LedgerState::Done => DONE,
        LedgerState::Nothing => NOTHING_FOLLOWED,
        LedgerState::Refused => REFUSED,
        LedgerState::Failed => FAILED,
    }
}

/// Whether a row tells of something that went wrong.
pub fn is_wrong(row: &LedgerRow) -> bool {
    match row.state {
        LedgerState::Declined
        | LedgerState::Busy
        | LedgerState::Unreachable
        | LedgerState::TooLate
        | LedgerState::Refused
        | LedgerState::Failed => true,
        LedgerState::Waiting => 0 < row.attempts,
        LedgerState::Taken | LedgerState::Moot | LedgerState::Done | LedgerState::Nothing => false,
    }
}

/// When it is tried: a sentence where the time is known, another where it is now; none where it is not tried.
pub fn next(row: &LedgerRow, is_due: bool) -> Option<Say> {
    match (row.state, row.next_at) {
        (LedgerState::Waiting, _) if is_due => Some(ITS_TURN),
        (LedgerState::Waiting, None) => Some(ITS_TURN),
        (_, None) => None,
        (LedgerState::Waiting, Some(_)) if row.attempts == 0 => {
            Some(say("It is tried {}.", "Prochain essai {}."))
        }
        (_, Some(_)) if is_due => {
            Some(say("It was to be tried again {}.", "Un nouvel essai était prévu {}."))
        }
        (_, Some(_)) => Some(say("It is tried again {}.", "Nouvel essai {}.")),
    }
}

/// What the other server's answer mostly means.
pub fn status(status: u16) -> Say {
    match status {
        400 | 422 => say(
            "It answered {}: it does not understand what it was told.",
            "Il a répondu {} : il ne comprend pas ce qui lui est dit.",
        ),
        401 => say(
            "It answered {}: it could not check who says it. Is the clock of both servers right?",
            "Il a répondu {} : il n’a pas pu vérifier qui parle. L’horloge des deux serveurs est-elle juste ?",
        ),
        403 => say(
            "It answered {}: it does not listen to this instance, or could not check who says it.",
            "Il a répondu {} : il n’écoute pas cette instance, ou n’a pas pu vérifier qui parle.",
        ),
        404 | 410 => say(
            "It answered {}: whom this was for is not there any more.",
            "Il a répondu {} : le destinataire n’existe plus.",
        ),
        408 | 429 | 503 => say(
            "It answered {}: it has no time at the moment.",
            "Il a répondu {} : il n’a pas le temps en ce moment.",
        ),
        500..=599 => {
            say("It answered {}: something failed there.", "Il a répondu {} : quelque chose a échoué là-bas.")
        }
        _ => say("It answered {}.", "Il a répondu {}."),
    }
}

/// What is said of a thing that was asked about.
pub fn thing(found: &Explained) -> Vec<Say> {
    let mut says = Vec::new();
    if found.is_muted {
        says.push(say(
            "This instance mutes its server: nothing is told there, and nothing from there is taken.",
            "Cette instance masque son serveur : rien n’y est dit, et rien de là n’est pris.",
        ));
    }
    match (found.kind, &found.host) {
        (ExplainedKind::Server, _) => {
            if found.server.is_none() {
                says.push(say(
                    "It was never told anything: nobody there follows anybody here, as far as this instance knows.",
                    "Rien ne lui a jamais été dit : pour autant que cette instance sache, personne là-bas ne suit quelqu’un ici.",
                ));
            }
        }
        (_, Some(_)) if found.is_here => says.push(say("It is known here.", "C’est connu ici.")),
        (ExplainedKind::Unknown, Some(_)) => says.push(say(
            "It never came here, or is gone: search for its address to have it fetched.",
            "Ce n’est jamais arrivé ici, ou c’est parti : cherchez son adresse pour le faire venir.",
        )),
        (_, Some(_)) => says.push(say("It is gone here.", "Ce n’est plus ici.")),
        (_, None) if !found.is_here => says.push(say(
            "It is not here any more. Other servers were told so.",
            "Ce n’est plus ici. Les autres serveurs en sont avertis.",
        )),
        (ExplainedKind::Comment, None) if found.is_public == Some(false) => says.push(say(
            "It waits for an approval, and others are not told until then.",
            "Il attend une approbation, et les autres n’en savent rien d’ici là.",
        )),
        (_, None) => match found.is_public {
            Some(false) => says.push(say(
                "Other servers are not told of it: it is not for everybody, is not ready, or is hidden.",
                "Les autres serveurs n’en savent rien : ce n’est pas pour tout le monde, pas prêt, ou caché.",
            )),
            Some(true) => {
                says.push(say("Other servers may read it.", "Les autres serveurs peuvent le lire."))
            }
            None => {}
        },
    }
    says.extend(found.listeners.filter(|_| found.is_here).map(|count| match count {
        0 => say(
            "No server is told of it by itself: nobody elsewhere follows it, or this instance.",
            "Aucun serveur n’en est averti de lui-même : personne ailleurs ne le suit, ni ne suit cette instance.",
        ),
        1 => say("One server is told when it changes.", "Un serveur est averti quand cela change."),
        _ => say("{} servers are told when it changes.", "{} serveurs sont avertis quand cela change."),
    }));
    says
}

/// What is said of a server: `{}` is a time, but a number where something waits.
pub fn server(server: &FederationServer) -> (Say, Say) {
    let reach = match (server.failing_since, server.heard_at) {
        (Some(_), _) => say(
            "It cannot be reached, or has no time, since {}.",
            "Il est injoignable, ou n’a pas le temps, depuis {}.",
        ),
        (None, Some(_)) => say("It last took something {}.", "Il a pris quelque chose {}."),
        (None, None) => say("It has not taken anything yet.", "Il n’a encore rien pris."),
    };
    let waits = match server.waiting {
        0 => say("Nothing waits for it.", "Rien ne l’attend."),
        1 => say("One message waits for it.", "Un message l’attend."),
        _ => say("{} messages wait for it.", "{} messages l’attendent."),
    };
    (reach, waits)
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::*;

    fn row(state: LedgerState) -> LedgerRow {
        LedgerRow {
            host: "a.example".to_owned(),
            at: Timestamp(0),
            activity: "Create".to_owned(),
            about: None,
            by: None,
            state,
            status: None,
            reason: None,
            attempts: 0,
            next_at: None,
        }
    }

    #[test]
    fn what_waits_is_said_otherwise_of_what_came() {
        let waits = row(LedgerState::Waiting);
        assert_eq!((state(&waits, true), state(&waits, false)), (NOT_TOLD, NOT_DONE));
        assert!(!is_wrong(&waits));
        assert!(is_wrong(&LedgerRow { attempts: 1, ..waits.clone() }));
        assert_eq!(next(&waits, false), Some(ITS_TURN));
    }

    #[test]
    fn a_time_is_told_where_something_is_tried_again() {
        assert_eq!(next(&row(LedgerState::Taken), false), None);
        let again = LedgerRow { next_at: Some(Timestamp(9)), ..row(LedgerState::Busy) };
        assert!(next(&again, false).unwrap().en.contains("again {}"));
        assert!(next(&again, true).unwrap().en.starts_with("It was to be"));
        let first = LedgerRow { next_at: Some(Timestamp(9)), ..row(LedgerState::Waiting) };
        assert_eq!(next(&first, false).unwrap().en, "It is tried {}.");
    }

    #[test]
    fn every_answer_is_told_with_its_number() {
        for number in [400, 401, 403, 404, 410, 429, 500, 503, 302] {
            let said = status(number);
            assert!(said.en.contains("{}") && said.fr.contains("{}"), "{number}");
        }
    }

    #[test]
    fn nobody_hears_of_what_is_not_public() {
        let found = Explained {
            kind: ExplainedKind::Video,
            address: None,
            name: None,
            host: None,
            is_here: true,
            is_public: Some(false),
            server: None,
            is_muted: false,
            listeners: Some(0),
        };
        let said: Vec<&str> = thing(&found).iter().map(|say| say.en).collect();
        assert_eq!(said.len(), 2);
        assert!(said[0].starts_with("Other servers are not told"), "{said:?}");
        let gone = Explained { is_here: false, ..found };
        assert_eq!(thing(&gone).len(), 1);
    }
}
