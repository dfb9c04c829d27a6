//! Addresses of the pages of people and their settings, as PeerTube names them.
//!
//! Owns their parse and print. The studio draws all of them. The surprise: some are written into mails (`backend`'s
//! `http/proof.rs`), so their parameters are the server's.

use std::fmt;

use crate::text::addresses::{encode, query_value};

/// A page of people and their settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PeoplePage {
    /// Make an account.
    SignUp,
    /// Show that mail arrives, by a link of a mail.
    Confirm {
        /// Who got the mail.
        whose: Whose,
        /// What the mail says.
        proof: String,
        /// Whether it is an address that takes another's place.
        is_new_address: bool,
    },
    /// Ask for the mail that confirms an address once more.
    AskConfirm,
    /// Ask for a mail that lets choose a new password.
    AskReset,
    /// Choose a new password, by a link of a mail.
    Reset {
        /// Whose.
        user: String,
        /// What the mail says.
        proof: String,
    },
    /// What one chose for oneself.
    Settings(Section),
    /// The channels of the signed-in person.
    Channels,
    /// Make a channel.
    NewChannel,
    /// Change a channel, by its name.
    EditChannel(String),
    /// Videos that somebody offers the signed-in person.
    Offers,
    /// What the signed-in person had brought from elsewhere.
    Imports,
    /// Channels elsewhere whose videos come to the signed-in person's as they are published.
    Syncs,
    /// Follow what was found on another server, by its address or handle.
    Interaction(String),
    /// Everybody who has a login.
    Users,
    /// Everybody who asked to be let in.
    Registrations,
}

/// Who got a mail that confirms an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Somebody who has a login.
    User(String),
    /// Somebody who asked to be let in.
    Registration(String),
}

/// A part of the settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    Profile,
    Preferences,
    Notifications,
    Security,
}

impl Section {
    /// All of them, in the order of their tabs.
    pub const ALL: [Section; 4] =
        [Section::Profile, Section::Preferences, Section::Notifications, Section::Security];

    fn name(self) -> &'static str {
        match self {
            Section::Profile => "profile",
            Section::Preferences => "preferences",
            Section::Notifications => "notifications",
            Section::Security => "security",
        }
    }
}

impl PeoplePage {
    /// Reads the parts of a path, and a query without its question mark; none where it is no such page.
    pub fn parse(parts: &[&str], query: &str) -> Option<PeoplePage> {
        let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty());
        Some(match *parts {
            ["signup"] => PeoplePage::SignUp,
            ["verify-account", "email"] => PeoplePage::Confirm {
                whose: value("userId")
                    .map(Whose::User)
                    .or_else(|| value("registrationId").map(Whose::Registration))?,
                proof: value("verificationString")?,
                is_new_address: value("isPendingEmail").as_deref() == Some("true"),
            },
            ["verify-account", "ask-send-email"] => PeoplePage::AskConfirm,
            ["reset-password"] => match (value("userId"), value("verificationString")) {
                (Some(user), Some(proof)) => PeoplePage::Reset { user, proof },
                _ => PeoplePage::AskReset,
            },
            ["my-account"] | ["my-account", "settings"] => PeoplePage::Settings(Section::Profile),
            ["my-account", "settings", name] => {
                PeoplePage::Settings(Section::ALL.into_iter().find(|section| section.name() == name)?)
            }
            // PeerTube's own page of it.
            ["my-account", "two-factor-auth"] => PeoplePage::Settings(Section::Security),
            ["my-library", "video-channels"] => PeoplePage::Channels,
            ["my-library", "video-channels", "create"] => PeoplePage::NewChannel,
            ["my-library", "video-channels", "update" | "manage", name] => {
                PeoplePage::EditChannel(name.to_owned())
            }
            ["my-library", "ownership"] => PeoplePage::Offers,
            ["my-library", "video-imports"] => PeoplePage::Imports,
            ["my-library", "video-channel-syncs"] | ["my-library", "video-channel-syncs", "create"] => {
                PeoplePage::Syncs
            }
            ["remote-interaction"] => PeoplePage::Interaction(value("uri")?),
            ["admin", "overview", "users"]
            | ["admin", "overview", "users", "list"]
            | ["admin", "users"]
            | ["admin", "users", "list"] => PeoplePage::Users,
            ["admin", "moderation", "registrations"] | ["admin", "moderation", "registrations", "list"] => {
                PeoplePage::Registrations
            }
            _ => return None,
        })
    }

    /// Whether somebody who signs in from here comes back.
    pub fn is_missed(&self) -> bool {
        match self {
            PeoplePage::SignUp
            | PeoplePage::Confirm { .. }
            | PeoplePage::AskConfirm
            | PeoplePage::AskReset
            | PeoplePage::Reset { .. } => false,
            PeoplePage::Settings(_)
            | PeoplePage::Channels
            | PeoplePage::NewChannel
            | PeoplePage::EditChannel(_)
            | PeoplePage::Offers
            | PeoplePage::Imports
            | PeoplePage::Syncs
            | PeoplePage::Interaction(_)
            | PeoplePage::Users
            | PeoplePage::Registrations => true,
        }
    }
}

impl fmt::Display for PeoplePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeoplePage::SignUp => f.write_str("/signup"),
            PeoplePage::Confirm { whose, proof, is_new_address } => {
                let (name, id) = match whose {
                    Whose::User(id) => ("userId", id),
                    Whose::Registration(id) => ("registrationId", id),
                };
                let id = encode(id);
                write!(f, "/verify-account/email?{name}={id}&verificationString={}", encode(proof))?;
                if *is_new_address { f.write_str("&isPendingEmail=true") } else { Ok(()) }
            }
            PeoplePage::AskConfirm => f.write_str("/verify-account/ask-send-email"),
            PeoplePage::AskReset => f.write_str("/reset-password"),
            PeoplePage::Reset { user, proof } => {
                write!(f, "/reset-password?userId={}&verificationString={}", encode(user), encode(proof))
            }
            PeoplePage::Settings(Section::Profile) => f.write_str("/my-account/settings"),
            PeoplePage::Settings(section) => write!(f, "/my-account/settings/{}", section.name()),
            PeoplePage::Channels => f.write_str("/my-library/video-channels"),
            PeoplePage::NewChannel => f.write_str("/my-library/video-channels/create"),
            PeoplePage::EditChannel(name) => write!(f, "/my-library/video-channels/update/{}", encode(name)),
            PeoplePage::Offers => f.write_str("/my-library/ownership"),
            PeoplePage::Imports => f.write_str("/my-library/video-imports"),
            PeoplePage::Syncs => f.write_str("/my-library/video-channel-syncs"),
            PeoplePage::Interaction(uri) => write!(f, "/remote-interaction?uri={}", encode(uri)),
            PeoplePage::Users => f.write_str("/admin/overview/users"),
            PeoplePage::Registrations => f.write_str("/admin/moderation/registrations/list"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Option<PeoplePage> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        PeoplePage::parse(&parts, query)
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let mut pages = vec![
            PeoplePage::SignUp,
            PeoplePage::AskConfirm,
            PeoplePage::AskReset,
            PeoplePage::Reset { user: "7".into(), proof: "a.b-c".into() },
            PeoplePage::Channels,
            PeoplePage::NewChannel,
            PeoplePage::EditChannel("films".into()),
            PeoplePage::Offers,
            PeoplePage::Imports,
            PeoplePage::Syncs,
            PeoplePage::Interaction("https://sea.example/c/tides?a=b".into()),
            PeoplePage::Users,
            PeoplePage::Registrations,
        ];
        pages.extend(Section::ALL.map(PeoplePage::Settings));
        for whose in [Whose::User("7".into()), Whose::Registration("8".into())] {
            for is_new_address in [false, true] {
                let (whose, proof) = (whose.clone(), "ab_c".to_owned());
                pages.push(PeoplePage::Confirm { whose, proof, is_new_address });
            }
        }
        for page in pages {
            assert_eq!(parse(&page.to_string()), Some(page.clone()), "{page}");
        }
    }

    #[test]
    fn a_mail_without_its_proof_leads_nowhere_or_to_another_mail() {
        assert_eq!(parse("/verify-account/email?userId=7"), None);
        assert_eq!(parse("/reset-password?userId=7"), Some(PeoplePage::AskReset));
        assert_eq!(parse("/my-account/settings/nothing"), None);
    }
}
