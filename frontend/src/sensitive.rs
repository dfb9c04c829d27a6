//! What is not for all eyes, as whoever looks at the page wants it.
//!
//! Owns the rule. Lists leave out what nobody wants to see before it comes here: what comes in spite of that was asked
//! for, by its address or by a filter.

use crate::api::Person;
use crate::browser::page;
use crate::session::Viewer;

/// How careful a page is with a video.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Care {
    /// It is shown like any other.
    Show,
    /// It is said what it is, and asked before it plays.
    Warn,
    /// Its picture is blurred as well.
    Blur,
}

/// How careful a page is with a video that is not for all eyes for these reasons, in PeerTube's bits.
pub fn care(viewer: &Viewer, nsfw: bool, flags: u32) -> Care {
    if !nsfw {
        return Care::Show;
    }
    match viewer {
        Viewer::Person(me) => of_person(me, flags),
        Viewer::Stranger => of_policy(&page::meta_text("shoal-sensitive").unwrap_or_default()),
        // What they want is known in a moment.
        Viewer::Arriving => Care::Blur,
    }
}

/// Of several reasons the strictest counts.
fn of_person(me: &Person, flags: u32) -> Care {
    let is = |chosen: u32| chosen & flags != 0;
    if is(me.nsfw_flags_hidden | me.nsfw_flags_blurred) {
        Care::Blur
    } else if is(me.nsfw_flags_warned) {
        Care::Warn
    } else if is(me.nsfw_flags_displayed) {
        Care::Show
    } else {
        of_policy(&me.nsfw_policy)
    }
}

fn of_policy(policy: &str) -> Care {
    match policy {
        "display" => Care::Show,
        "warn" => Care::Warn,
        _ => Care::Blur,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_reason_counts_and_a_policy_where_there_is_none() {
        let me = |policy: &str, bits: &str| {
            let text = format!(
                r#"{{"id":1,"role":{{"id":2,"label":"User"}},"videoChannels":[],"nsfwPolicy":"{policy}",{bits}
                "account":{{"id":1,"name":"ana","displayName":"Ana","host":"here.example","url":"","avatars":[]}}}}"#
            );
            serde_json::from_str::<Person>(&text).unwrap()
        };
        for (policy, bits, flags, expected) in [
            ("display", "", 3, Care::Show),
            ("warn", "", 0, Care::Warn),
            ("blur", "", 0, Care::Blur),
            ("do_not_list", "", 1, Care::Blur),
            ("display", r#""nsfwFlagsBlurred":1,"nsfwFlagsWarned":2,"#, 3, Care::Blur),
            ("display", r#""nsfwFlagsBlurred":1,"nsfwFlagsWarned":2,"#, 2, Care::Warn),
            ("blur", r#""nsfwFlagsDisplayed":2,"#, 2, Care::Show),
            ("warn", r#""nsfwFlagsHidden":2,"#, 2, Care::Blur),
        ] {
            assert_eq!(of_person(&me(policy, bits), flags), expected, "{policy} {bits} {flags}");
        }
    }
}
