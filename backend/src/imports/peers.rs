//! aria2c, which fetches torrents from peers: what it is told, and what it says.
//!
//! Owns its command line. Trackers and web seeds that speak HTTP it reaches through the door it is given and not
//! otherwise; it asks trackers that the guard let through and no others, looks for peers nowhere else (no DHT, no
//! exchange between peers, no local discovery, no peers out of an address), gives nothing back once it has the file, and
//! writes into the folder it is given. The surprise: it knows no list of networks, so that a tracker may send it to any
//! address, with the greeting of BitTorrent.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::media::run::Invocation;

/// What the file is called in the folder; its own name decides nothing.
const STEM: &str = "film";
/// Peers that bring nothing for so long bring nothing.
const STALLED_SECONDS_MAX: u32 = 300;

/// Where it is, and what it uses.
pub struct Peers<'p> {
    /// aria2c itself.
    pub program: &'p Path,
    /// The way to trackers and web seeds.
    pub proxy: &'p str,
    /// Where its files go.
    pub folder: &'p Path,
    /// Who is asked for peers.
    pub trackers: &'p [String],
}

/// What is run to learn what a torrent holds, from its bare address.
#[must_use]
pub fn ask(peers: &Peers<'_>, magnet: &str) -> Invocation {
    invocation(peers, &["--bt-metadata-only=true", "--bt-save-metadata=true"], magnet.into())
}

/// What is run to fetch the one file of a torrent, with this ending.
#[must_use]
pub fn fetch(peers: &Peers<'_>, torrent: &Path, ending: &str) -> Invocation {
    let name = format!("--index-out=1={STEM}{ending}");
    invocation(peers, &["--select-file=1", "--bt-remove-unselected-file=true", &name], torrent.into())
}

fn invocation(peers: &Peers<'_>, more: &[&str], wanted: OsString) -> Invocation {
    let trackers = format!("--bt-tracker={}", peers.trackers.join(","));
    let stalled = format!("--bt-stop-timeout={STALLED_SECONDS_MAX}");
    // Trackers over UDP are part of what it calls DHT; it is given no way into that, and does not remember any.
    let has_udp = peers.trackers.iter().any(|tracker| tracker.starts_with("udp:"));
    let udp = format!("--enable-dht={has_udp}");
    let proxy = format!("--all-proxy={}", peers.proxy);
    let texts = [
        "--no-conf=true",
        "--no-netrc=true",
        "--quiet=false",
        "--enable-color=false",
        "--show-console-readout=false",
        "--summary-interval=1",
        "--download-result=hide",
        "--console-log-level=error",
        "--follow-torrent=false",
        "--follow-metalink=false",
        "--seed-time=0",
        "--enable-peer-exchange=false",
        "--bt-enable-lpd=false",
        "--enable-dht6=false",
        "--bt-exclude-tracker=*",
        "--file-allocation=none",
        "--allow-overwrite=true",
        "--auto-file-renaming=false",
        "--max-upload-limit=1M",
        &stalled,
        &udp,
        &trackers,
        &proxy,
    ];
    let mut arguments: Vec<OsString> = texts.iter().chain(more).map(|text| OsString::from(*text)).collect();
    for (name, path) in [
        ("--dir=", peers.folder.to_owned()),
        ("--dht-file-path=", peers.folder.join("dht")),
        ("--dht-file-path6=", peers.folder.join("dht6")),
    ] {
        let mut argument = OsString::from(name);
        argument.push(path);
        arguments.push(argument);
    }
    // Behind the two lines nothing is read as an option.
    arguments.push("--".into());
    arguments.push(wanted);
    Invocation { program: peers.program.to_owned(), arguments }
}

/// Where it puts the file with this ending.
#[must_use]
pub fn film(folder: &Path, ending: &str) -> PathBuf {
    folder.join(format!("{STEM}{ending}"))
}

/// How far it is, out of a piece of what it says; none where the piece does not tell.
#[must_use]
pub fn percent(said: &[u8]) -> Option<u8> {
    let text = String::from_utf8_lossy(said);
    let (_, last) = text.lines().rev().find(|line| line.starts_with("[#"))?.split_once('(')?;
    last.split_once("%)")?.0.parse().ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_whom_it_is_told_to_ask_and_nobody_else() {
        let trackers = ["http://a.example/x".to_owned(), "udp://b.example:80".to_owned()];
        let mut peers = Peers {
            program: Path::new("aria2c"),
            proxy: "http://shoal:key@127.0.0.1:1",
            folder: Path::new("/tmp/x"),
            trackers: &trackers,
        };
        let has = |invocation: &Invocation, words: &str| {
            invocation.arguments.iter().any(|argument| argument == words)
        };
        let told = ask(&peers, "magnet:?xt=urn:btih:aa");
        for words in [
            "--bt-tracker=http://a.example/x,udp://b.example:80",
            "--bt-exclude-tracker=*",
            "--all-proxy=http://shoal:key@127.0.0.1:1",
            "--enable-dht=true",
            "--dir=/tmp/x",
            "--bt-metadata-only=true",
        ] {
            assert!(has(&told, words), "{words}");
        }
        assert_eq!(told.arguments.iter().rev().take(2).collect::<Vec<_>>(), ["magnet:?xt=urn:btih:aa", "--"]);
        peers.trackers = &trackers[..1];
        let told = fetch(&peers, Path::new("/tmp/x/a.torrent"), ".mp4");
        assert!(has(&told, "--enable-dht=false") && has(&told, "--index-out=1=film.mp4"));
    }

    #[test]
    fn what_it_says_is_understood() {
        let said = b"*** Download Progress Summary ***\n[#b78b77 256KiB/497KiB(51%) CN:1 SD:1 DL:2MiB]\nFILE: x\n---\n";
        assert_eq!(percent(said), Some(51));
        assert_eq!((percent(b"[#b78b77 SEED(0.0) CN:0 SD:0]"), percent(b"FILE: a(3%)")), (None, None));
    }
}
