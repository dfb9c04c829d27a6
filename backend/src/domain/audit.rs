//! What those who keep order did: who, when, to what.
//!
//! Owns how a request is named, and how many lines are kept. Pure but for the rows.

use shared::id::AuditId;
use shared::time::Timestamp;

use crate::store::records::Audit;
use crate::store::tables::AuditKey;
use crate::store::{Read, StoreError, Write};

/// Lines that are kept: some years of a busy team. The oldest go.
const LINES_MAX: u64 = 20_000;

/// What a deed is called, by its method and its path behind `/api/v1/`: upon what, and what was done; none where it is
/// the person's own business. What everybody does with what is theirs, such as watching, is no deed.
#[must_use]
pub fn deed(method: &str, path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_own = match parts.as_slice() {
        []
        | ["users", "me" | "token" | "revoke-token" | "scoped-tokens" | "ask-reset-password", ..]
        | ["users", "ask-send-verify-email" | "register", ..]
        | ["users", "registrations", "request" | "ask-send-verify-email", ..]
        | ["users", _, "verify-email" | "reset-password" | "two-factor" | "token-sessions", ..]
        | ["metrics" | "ping" | "search" | "video-playlists", ..]
        | ["server", "logs" | "contact", ..]
        | ["videos", "upload-resumable"]
        | ["videos", _, "views" | "watching" | "rate" | "token" | "comment-threads", ..] => true,
        ["videos", _, "comments", _] => method == "POST",
        _ => false,
    };
    if is_own {
        return None;
    }
    let is_word =
        |part: &str| part.len() < 20 && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let domain = match parts.as_slice() {
        ["videos", _, inner, ..] if is_word(inner) => *inner,
        ["server", inner, ..] => *inner,
        [first, ..] => *first,
        [] => return None,
    };
    let by_method = match method {
        "POST" => "create",
        "PUT" | "PATCH" => "update",
        "DELETE" => "delete",
        _ => return None,
    };
    // `block` of `users/5/block`; the last word of `abuses` names no deed.
    let action = match parts.as_slice() {
        [
            _,
            ..,
            verb @ ("block" | "unblock" | "accept" | "reject" | "approve" | "pause" | "resume" | "retry"),
        ] => *verb,
        _ => by_method,
    };
    Some((domain.to_owned(), action.to_owned()))
}

/// Writes a line, and drops the one that is too old.
///
/// # Errors
/// [`StoreError`] when the disk fails.
pub fn note(write: &mut Write<'_>, line: &Audit) -> Result<(), StoreError> {
    let id = write.next_number("audit")?;
    write.insert(&AuditKey { audit: AuditId(id) }, line)?;
    if let Some(old) = id.checked_sub(LINES_MAX) {
        write.remove(&AuditKey { audit: AuditId(old) });
    }
    Ok(())
}

/// At most `count` lines from `from` until `until`, first first: the last ones where there are more.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(
    read: &impl Read,
    from: Timestamp,
    until: Timestamp,
    count: usize,
) -> Result<Vec<Audit>, StoreError> {
    let mut lines = Vec::new();
    for row in read.table_reverse::<AuditKey>() {
        let (_, line) = row?;
        if line.at < from || lines.len() == count {
            break;
        }
        if line.at <= until {
            lines.push(line);
        }
    }
    lines.reverse();
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store};

    #[test]
    fn deeds_have_names_and_ones_own_business_has_none() {
        for (method, path, expected) in [
            ("POST", "users/5/block", Some(("users", "block"))),
            ("DELETE", "users/5", Some(("users", "delete"))),
            ("PUT", "abuses/1", Some(("abuses", "update"))),
            ("POST", "abuses/1/messages", Some(("abuses", "create"))),
            ("POST", "videos/7/blacklist", Some(("blacklist", "create"))),
            ("DELETE", "videos/7", Some(("videos", "delete"))),
            ("DELETE", "videos/7/comments/3", Some(("comments", "delete"))),
            ("POST", "videos/7/comments/3", None),
            ("POST", "videos/7/comments/3/approve", Some(("comments", "approve"))),
            ("POST", "videos/7/views", None),
            ("PUT", "users/me", None),
            ("POST", "server/blocklist/accounts", Some(("blocklist", "create"))),
            ("POST", "jobs/pause", Some(("jobs", "pause"))),
            ("POST", "users/registrations/3/accept", Some(("users", "accept"))),
            ("PUT", "config/custom", Some(("config", "update"))),
            ("GET", "abuses", None),
        ] {
            let found = deed(method, path);
            let found = found.as_ref().map(|(domain, action)| (domain.as_str(), action.as_str()));
            assert_eq!(found, expected, "{method} {path}");
        }
    }

    #[test]
    fn lines_are_found_by_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for at in 1..=5 {
            let line = Audit {
                at: Timestamp(at),
                user: "root".into(),
                domain: "users".into(),
                action: "delete".into(),
                path: format!("users/{at}"),
            };
            store.write(Durability::Relaxed, |write| note(write, &line)).unwrap();
        }
        let found = |from, until, count| {
            let lines = list(&store, Timestamp(from), Timestamp(until), count).unwrap();
            lines.iter().map(|line| line.at.0).collect::<Vec<_>>()
        };
        assert_eq!(found(2, 4, 10), [2, 3, 4]);
        assert_eq!(found(0, 9, 2), [4, 5]);
    }
}
