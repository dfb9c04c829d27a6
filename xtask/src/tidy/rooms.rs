//! The walls between rooms of one package: who may name whom.
//!
//! Owns the tables; `check` only looks things up in them. Adding a room means adding a line here. Tests may look over
//! walls, since a story needs more than one room.

use super::finding::Finding;
use super::source::{Named, Source};

/// A room and what it never names.
struct Wall {
    package: &'static str,
    /// Uppermost module, or `a/b` for one below.
    room: &'static str,
    /// Rooms of the same package.
    rooms: &'static [&'static str],
    /// Modules of those rooms that it may name all the same, as `room::module`.
    but: &'static [&'static str],
    /// Packages from outside.
    crates: &'static [&'static str],
    why: &'static str,
}

/// Something only some rooms may name.
struct Reserved {
    package: &'static str,
    what: &'static [What],
    /// Files or folders below the package's `src`.
    to: &'static [&'static str],
    /// Whether tests elsewhere may name it too.
    tests_too: bool,
    why: &'static str,
}

enum What {
    Crate(&'static str),
    /// A path by its first segments.
    Begins(&'static [&'static str]),
    /// A path by its last segments.
    Ends(&'static [&'static str]),
}

const BACKEND: &str = "backend/src";
const CORE: &str = "player/core/src";

/// Whatever rules and records must not know of.
macro_rules! upstairs {
    ($($more:literal),*) => {
        &["http", "routes", "media", "federation", "jobs", "live", "seed", "tracker", "fanout", $($more),*]
    };
}

const WALLS: &[Wall] = &[
    Wall {
        package: BACKEND,
        room: "domain",
        rooms: upstairs!["files"],
        but: &[],
        crates: &["warp", "hyper", "http", "tokio", "serde_json", "sled"],
        why: "rules know nothing of requests, processes, text formats or who must hear of them",
    },
    Wall {
        package: BACKEND,
        room: "store",
        rooms: upstairs!["domain", "app"],
        but: &["domain::event"],
        crates: &["warp", "hyper", "http"],
        why: "the store keeps records and has no opinion on them; it carries events, unread",
    },
    Wall {
        package: BACKEND,
        room: "http",
        rooms: &[],
        but: &[],
        crates: &["sled"],
        why: "a handler asks the rules and never goes round them",
    },
    Wall {
        package: BACKEND,
        room: "files",
        rooms: &["domain", "http", "routes", "federation", "jobs", "live", "seed", "tracker"],
        but: &[],
        crates: &["warp", "sled"],
        why: "paths and bytes on disk know no rule",
    },
    Wall {
        package: BACKEND,
        room: "media",
        rooms: &["http", "routes", "domain", "federation", "live", "seed", "tracker"],
        but: &[],
        crates: &["warp", "hyper", "http", "sled"],
        why: "the pipeline knows files, not people",
    },
    Wall {
        package: BACKEND,
        room: "jobs",
        rooms: &["http", "routes"],
        but: &[],
        crates: &["warp", "hyper", "sled"],
        why: "jobs run without anybody asking",
    },
    Wall {
        package: BACKEND,
        room: "lists",
        rooms: &["http", "routes", "jobs"],
        but: &[],
        crates: &["warp", "hyper", "sled"],
        why: "lists are read without anybody asking, through the one door that there is to the outside",
    },
    Wall {
        package: BACKEND,
        room: "fanout",
        rooms: &["http", "routes", "media", "files"],
        but: &[],
        crates: &["warp", "tokio", "sled"],
        why: "the page from events to jobs does nothing itself",
    },
    Wall {
        package: BACKEND,
        room: "federation",
        rooms: &["http", "routes"],
        but: &[],
        crates: &["warp", "sled"],
        why: "other people's servers reach rules and records through doors of their own",
    },
    Wall {
        package: BACKEND,
        room: "tracker",
        rooms: &["domain", "http", "store"],
        but: &[],
        crates: &["sled"],
        why: "who is in a swarm is never written down",
    },
    Wall {
        package: BACKEND,
        room: "seed",
        rooms: &["http", "routes", "domain"],
        but: &[],
        crates: &["warp", "sled"],
        why: "a peer is a peer, wherever it runs",
    },
    Wall {
        package: CORE,
        room: "swarm",
        rooms: &["abr", "buffer", "timeline", "player", "schedule", "stall", "library"],
        but: &[],
        crates: &[],
        why: "the seeder uses the swarm without a player",
    },
    Wall {
        package: CORE,
        room: "abr",
        rooms: &["player"],
        but: &[],
        crates: &[],
        why: "rooms do not look back at their caller",
    },
    Wall {
        package: CORE,
        room: "buffer",
        rooms: &["player", "abr", "schedule"],
        but: &[],
        crates: &[],
        why: "the buffer does not care which quality fills it",
    },
    Wall {
        package: CORE,
        room: "timeline",
        rooms: &["player", "buffer", "abr", "schedule"],
        but: &[],
        crates: &[],
        why: "media time knows neither network nor buffers",
    },
    Wall {
        package: CORE,
        room: "schedule",
        rooms: &["player", "buffer", "swarm"],
        but: &[],
        crates: &[],
        why: "a schedule is given a view, not the rooms it was taken from",
    },
];

const RESERVED: &[Reserved] = &[
    Reserved {
        package: BACKEND,
        what: &[What::Crate("sled")],
        to: &["store"],
        tests_too: false,
        why: "sled is the store's secret",
    },
    Reserved {
        package: BACKEND,
        what: &[What::Crate("player_core")],
        to: &["seed"],
        tests_too: false,
        why: "of the server only the seeder is a player",
    },
    Reserved {
        package: BACKEND,
        what: &[What::Ends(&["Instant", "now"]), What::Ends(&["SystemTime", "now"])],
        to: &["clock.rs", "http/server"],
        tests_too: true,
        why: "time is an argument; ask `clock` (the accept loop times its own sockets)",
    },
    Reserved {
        package: BACKEND,
        what: &[What::Crate("getrandom"), What::Crate("rand")],
        to: &["dice.rs"],
        tests_too: false,
        why: "chance is an argument; ask `dice`",
    },
    Reserved {
        package: BACKEND,
        what: &[What::Ends(&["Uuid", "new_v4"])],
        to: &["dice.rs"],
        tests_too: true,
        why: "chance is an argument; ask `dice`",
    },
    Reserved {
        package: BACKEND,
        what: &[What::Begins(&["tokio", "process"]), What::Begins(&["std", "process", "Command"])],
        to: &["media/run.rs"],
        tests_too: true,
        why: "one file starts processes",
    },
    Reserved {
        package: BACKEND,
        what: &[
            What::Ends(&["env", "var"]),
            What::Ends(&["env", "var_os"]),
            What::Ends(&["env", "vars"]),
            What::Ends(&["env", "vars_os"]),
        ],
        to: &["config", "main.rs"],
        tests_too: true,
        why: "settings are read in one place",
    },
];

/// Types that make a `static` a global somebody can change.
const CHANGEABLE: &[&str] =
    &["Mutex", "RwLock", "OnceLock", "LazyLock", "OnceCell", "LazyCell", "RefCell", "Cell", "lazy_static"];

/// Every wall this file climbs.
pub fn check(source: &Source) -> Vec<Finding> {
    let walls =
        source.named.iter().flat_map(|named| WALLS.iter().filter_map(|wall| wall.judge(source, named)));
    let reserved =
        source.named.iter().flat_map(|named| RESERVED.iter().filter_map(|rule| rule.judge(source, named)));
    let globals = source.statics.iter().filter(|_| source.package == BACKEND).filter(|item| {
        item.is_mut
            || item
                .type_words
                .iter()
                .any(|word| CHANGEABLE.contains(&word.as_str()) || word.starts_with("Atomic"))
    });
    let globals = globals.map(|item| {
        Finding::at(&source.file, item.line, "a global that changes; two servers must fit in one process")
    });
    let mut findings: Vec<Finding> = walls.chain(reserved).chain(globals).collect();
    findings.sort();
    findings.dedup();
    findings
}

impl Wall {
    fn judge(&self, source: &Source, named: &Named) -> Option<Finding> {
        if source.package != self.package || source.room() != self.room || named.in_test {
            return None;
        }
        let mut segments = named.segments.iter().map(String::as_str);
        let first = segments.next()?;
        let climbs = match first {
            "crate" => {
                let room = segments.next()?;
                let within = format!("{room}::{}", segments.next().unwrap_or_default());
                Some(room).filter(|room| self.rooms.contains(room) && !self.but.contains(&within.as_str()))
            }
            outside => Some(outside).filter(|name| self.crates.contains(name)),
        };
        climbs.map(|what| {
            let said = format!("`{}` names `{what}`, which it never does: {}", self.room, self.why);
            Finding::at(&source.file, named.line, said)
        })
    }
}

impl What {
    fn is(&self, segments: &[&str]) -> bool {
        match self {
            What::Crate(name) => segments.first() == Some(name),
            What::Begins(path) => segments.starts_with(path),
            What::Ends(path) => segments.ends_with(path),
        }
    }
}

impl Reserved {
    fn judge(&self, source: &Source, named: &Named) -> Option<Finding> {
        if source.package != self.package || (self.tests_too && named.in_test) || self.is_home(source) {
            return None;
        }
        let segments: Vec<&str> = named.segments.iter().map(String::as_str).collect();
        self.what.iter().any(|what| what.is(&segments)).then(|| {
            let homes = self.to.join(" or ");
            let said = format!("`{}` belongs to {homes}: {}", segments.join("::"), self.why);
            Finding::at(&source.file, named.line, said)
        })
    }

    fn is_home(&self, source: &Source) -> bool {
        let inside = source.file.strip_prefix(self.package).unwrap_or_default().trim_start_matches('/');
        self.to.iter().any(|home| {
            inside == *home
                || inside
                    .strip_prefix(home)
                    .is_some_and(|rest| !home.ends_with(".rs") && rest.starts_with('/'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(file: &str, text: &str) -> Vec<String> {
        check(&Source::parse(file, text).unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rule_that_knows_requests_is_caught() {
        let found =
            said("backend/src/domain/video.rs", "//! Head.\nuse crate::{http::respond, store::Write};");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("backend/src/domain/video.rs:2: `domain` names `http`"), "{found:?}");
    }

    #[test]
    fn a_wall_climbed_by_super_is_caught() {
        assert_eq!(said("backend/src/store/read.rs", "use super::super::domain::video;").len(), 1);
    }

    #[test]
    fn a_wall_climbed_in_full_is_caught() {
        assert_eq!(said("backend/src/domain/video.rs", "fn f() { tokio::spawn(g()); }").len(), 1);
    }

    #[test]
    fn the_store_carries_events_and_knows_no_rule() {
        assert!(said("backend/src/store/write.rs", "use crate::domain::event::Event;").is_empty());
        assert_eq!(said("backend/src/store/write.rs", "use crate::domain::quota;").len(), 1);
    }

    #[test]
    fn tests_may_look_over_walls() {
        assert!(said("backend/src/domain/video/edit_tests.rs", "use crate::fanout::settle;").is_empty());
    }

    #[test]
    fn sled_is_named_in_the_store_alone() {
        assert!(said("backend/src/store/open.rs", "use sled::Db;").is_empty());
        assert_eq!(said("backend/src/app.rs", "use sled::Db;").len(), 1);
    }

    #[test]
    fn the_time_is_read_in_one_file_and_in_tests() {
        let reads = "fn f() { std::time::Instant::now(); }";
        assert!(said("backend/src/clock.rs", reads).is_empty());
        assert_eq!(said("backend/src/media/run.rs", reads).len(), 1);
        let tests = format!("#[cfg(test)] mod tests {{ {reads} }}");
        assert!(said("backend/src/media/run.rs", &tests).is_empty());
    }

    #[test]
    fn the_seeder_alone_is_a_player() {
        assert!(said("backend/src/seed/peer.rs", "use player_core::swarm;").is_empty());
        assert_eq!(said("backend/src/seeder.rs", "use player_core::swarm;").len(), 1);
    }

    #[test]
    fn a_global_that_changes_is_caught_and_a_table_is_not() {
        assert_eq!(said("backend/src/app.rs", "static A: std::sync::OnceLock<u8> = x;").len(), 1);
        assert!(said("backend/src/app.rs", "static A: [u8; 2] = [1, 2];").is_empty());
    }

    #[test]
    fn the_same_words_in_another_package_are_fine() {
        assert!(
            said("tests/src/rig/client.rs", "fn f() { std::time::Instant::now(); tokio::spawn(g()); }")
                .is_empty()
        );
    }

    #[test]
    fn the_swarm_knows_no_player() {
        assert_eq!(said("player/core/src/swarm/link.rs", "use crate::buffer::Buffer;").len(), 1);
    }
}
