//! Why nothing came: a word for programs, with what it is about, and a sentence for people who read the API.
//!
//! Owns the sentences. The pages have their own, in the language of whoever reads them.

use shared::api::ImportFault;

use super::fetch::FetchError;
use super::guard::ReachError;
use crate::domain::import::Reason;
use crate::domain::import::torrent::TorrentError;
use crate::domain::upload::Refusal;
use crate::domain::video::edit::EditError;
use crate::store::StoreError;
use crate::uploads::UploadError;

/// Why there is no video.
pub(super) enum Trouble {
    /// It was called off, or the server stops. What becomes of it stands in the store.
    BrokenOff,
    /// For this reason, told to whoever asked.
    Because(Reason),
}

impl From<ImportFault> for Trouble {
    fn from(fault: ImportFault) -> Trouble {
        Trouble::Because(plain(fault))
    }
}

/// The reason that is about nothing else.
pub(super) fn plain(fault: ImportFault) -> Reason {
    Reason { fault, about: None, text: sentence(fault).to_owned() }
}

/// A reason in the words of something else.
pub(super) fn quoted(fault: ImportFault, about: String, text: String) -> Reason {
    Reason { fault, about: Some(about), text }
}

/// What is said of a fault that needs no more words.
fn sentence(fault: ImportFault) -> &'static str {
    match fault {
        ImportFault::NoAccount => "The account may publish nothing.",
        ImportFault::NoChannel => "The channel is gone, or somebody else's.",
        ImportFault::TooSlow => "It took longer than the instance waits.",
        ImportFault::NotAVideo => "The file is no video by its name.",
        ImportFault::TooLarge => "The file is larger than the instance takes.",
        ImportFault::OverQuota => "There is no room left for the file in the quota.",
        ImportFault::DiskFull => "The instance's disk is full.",
        ImportFault::ManyUploads => "Too many uploads are unfinished.",
        ImportFault::Unreadable => "The file is no video that can be read.",
        ImportFault::Busy => "Too many files were arriving at that moment.",
        ImportFault::FilesOnly => {
            "This address leads to a page, and the instance imports from addresses of files alone."
        }
        ImportFault::NoFilm => "The page shows no film.",
        ImportFault::PagesProgramMissing => "The program that reads pages is not installed.",
        ImportFault::TorrentsProgramMissing => "The program that fetches torrents is not installed.",
        ImportFault::MagnetUnreadable => "The magnet address cannot be read.",
        ImportFault::TorrentGone => "The torrent is there no more.",
        ImportFault::NoTracker => "The torrent names no tracker that may be asked.",
        ImportFault::SomeFailed => "Some of its videos could not be imported.",
        ImportFault::NoPeer => "Nobody who has the whole file was found.",
        // What is said of these comes from where they were found.
        ImportFault::NoWeb
        | ImportFault::HostUnknown
        | ImportFault::HostClosed
        | ImportFault::HostSilent
        | ImportFault::HostUntrusted
        | ImportFault::LineBroken
        | ImportFault::HostLate
        | ImportFault::HostRefuses
        | ImportFault::LeadsOn
        | ImportFault::PageSays
        | ImportFault::ProgramFailed
        | ImportFault::TorrentUnreadable
        | ImportFault::TorrentManyFiles
        | ImportFault::TorrentNodes
        | ImportFault::NoCare
        | ImportFault::Other => "The instance could not look after it.",
    }
}

/// A host that was not fetched from.
pub(super) fn of_fetch(error: &FetchError) -> Reason {
    let (fault, about) = match error {
        FetchError::Reach(error) => match error {
            ReachError::NoWeb => (ImportFault::NoWeb, None),
            ReachError::Unknown(host) => (ImportFault::HostUnknown, Some(host.clone())),
            ReachError::NotOpen(host) => (ImportFault::HostClosed, Some(host.clone())),
            ReachError::Silent(host) => (ImportFault::HostSilent, Some(host.clone())),
            ReachError::Tls { host, .. } => (ImportFault::HostUntrusted, Some(host.clone())),
        },
        FetchError::Broken => (ImportFault::LineBroken, None),
        FetchError::Late => (ImportFault::HostLate, None),
        FetchError::Status(status) => (ImportFault::HostRefuses, Some(status.to_string())),
        FetchError::Hops => (ImportFault::LeadsOn, None),
    };
    Reason { fault, about, text: error.to_string() }
}

/// A file that is not taken.
pub(super) fn of_refusal(refusal: &Refusal) -> Reason {
    plain(match refusal {
        Refusal::NotAVideo => ImportFault::NotAVideo,
        Refusal::TooLarge { .. } => ImportFault::TooLarge,
        Refusal::OverQuota(_) => ImportFault::OverQuota,
        Refusal::DiskFull => ImportFault::DiskFull,
        Refusal::TooManyUnfinished => ImportFault::ManyUploads,
    })
}

/// A torrent that is not fetched.
pub(super) fn of_torrent(error: &TorrentError) -> Reason {
    let fault = match error {
        TorrentError::Unreadable => ImportFault::TorrentUnreadable,
        TorrentError::ManyFiles => ImportFault::TorrentManyFiles,
        TorrentError::Nodes => ImportFault::TorrentNodes,
    };
    Reason { fault, about: None, text: error.to_string() }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        tracing::error!(%error, "an import could not be read");
        ImportFault::NoCare.into()
    }
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Trouble {
        Trouble::Because(of_fetch(&error))
    }
}

impl From<UploadError> for Trouble {
    fn from(error: UploadError) -> Trouble {
        match &error {
            UploadError::Refused(refusal) => Trouble::Because(of_refusal(refusal)),
            UploadError::Unreadable => ImportFault::Unreadable.into(),
            UploadError::Broken | UploadError::Unwanted => Trouble::BrokenOff,
            UploadError::Busy => ImportFault::Busy.into(),
            UploadError::Edit(EditError::UnknownChannel) => ImportFault::NoChannel.into(),
            UploadError::Wrong(_)
            | UploadError::NoSuchUpload
            | UploadError::Superseded
            | UploadError::TooLong
            | UploadError::Edit(_)
            | UploadError::Store(_)
            | UploadError::Disk(_) => {
                tracing::error!(%error, "an import could not be kept");
                ImportFault::NoCare.into()
            }
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        tracing::error!(%error, "an import had no room or no door");
        ImportFault::NoCare.into()
    }
}
