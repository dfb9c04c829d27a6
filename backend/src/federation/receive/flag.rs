//! What people of other servers report.

use super::decide::{Decided, Stop};
use super::{Effect, Fact, Facts, Here, Need, Said, Trust};
use crate::domain::abuse::{NewAbuse, NewSubject};
use crate::federation::vocab::{Report, host_of};
use crate::store::records::{AbuseReason, Party};

/// Letters of a reason, as here.
const REASON_LENGTH_MAX: usize = 3000;
/// What stands in the place of a reason where none was given.
const NO_REASON: &str = "…";

/// `Flag`: one report for each thing of ours. Whether there is something is not told.
pub(super) fn reported(said: &Said<'_>, facts: &Facts, here: &Here<'_>, report: &Report) -> Decided {
    if said.trust != Trust::Word {
        return Err(Stop::refuse("who reports says so themselves"));
    }
    let reporter = said.by.account().ok_or_else(|| Stop::refuse("channels report nothing"))?;
    let ours: Vec<&String> =
        report.objects.iter().filter(|url| host_of(url).as_deref() == Some(here.host)).collect();
    let missing: Vec<Need> = ours
        .iter()
        .filter(|url| matches!(facts.known(url), Err(Stop::Need(_))))
        .map(|url| Need::Known((*url).clone()))
        .collect();
    if !missing.is_empty() {
        return Err(Stop::Need(missing));
    }
    let mut effects = Vec::new();
    for url in ours {
        let subject = match facts.known(url)? {
            Fact::Actor(actor) => match (actor.party, actor.owner) {
                (Party::Account(account), _) | (Party::Channel(_), Some(account)) => {
                    NewSubject::Account(account)
                }
                (Party::Instance | Party::Channel(_), _) => continue,
            },
            Fact::Video(video) => NewSubject::Video { id: video.id, start: report.start, end: report.end },
            Fact::Comment(comment) if comment.author.is_some() => NewSubject::Comment(comment.id),
            Fact::Comment(_)
            | Fact::Playlist(_)
            | Fact::Document(_)
            | Fact::Nothing
            | Fact::Gone
            | Fact::Failed(_) => continue,
        };
        let new = NewAbuse { subject, reason: reason(report), predefined: predefined(&report.reasons) };
        effects.push(Effect::Report { reporter, new });
    }
    Ok(effects)
}

fn reason(report: &Report) -> String {
    let said: String = report.content.trim().chars().take(REASON_LENGTH_MAX).collect();
    if said.chars().count() < 2 { NO_REASON.to_owned() } else { said }
}

/// PeerTube's names, and those that it had before.
fn predefined(names: &[String]) -> Vec<AbuseReason> {
    let mut reasons = Vec::new();
    for name in names {
        let reason = match name.as_str() {
            "violentOrRepulsive" | "violentOrAbusive" => AbuseReason::ViolentOrAbusive,
            "hatefulOrAbusive" => AbuseReason::HatefulOrAbusive,
            "spamOrMisleading" => AbuseReason::SpamOrMisleading,
            "privacy" => AbuseReason::Privacy,
            "rights" => AbuseReason::Rights,
            "serverRules" => AbuseReason::ServerRules,
            "thumbnails" => AbuseReason::Thumbnails,
            "captions" => AbuseReason::Captions,
            _ => continue,
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}
