//! What people watch with, by family: one program, system and kind of machine out of a few.
//!
//! Owns the words they are told by. A family is shared by millions, so that a count of it says nothing of anybody; what
//! else a `User-Agent` says, such as a version or a model, is never kept.

/// Programs by the word that tells them in `User-Agent`. The first that fits counts: Edge and Opera say that they are
/// Chrome, too, and Chrome that it is Safari.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Kodi/", "Kodi"),
    ("VLC/", "VLC"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems in the same way, with the machine they run on: Android says that it is Linux, too, and iPhones that they are
/// like Mac OS X. Machines are PeerTube's `VideoStatsUserAgentDevice`.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("PlayStation", "PlayStation", "console"),
    ("Xbox", "Xbox", "console"),
    ("Nintendo", "Nintendo", "console"),
    ("Tizen", "Tizen", "smarttv"),
    ("Web0S", "webOS", "smarttv"),
    ("Quest", "Android", "xr"),
    ("Android TV", "Android", "smarttv"),
    ("Android", "Android", "tablet"),
    ("iPhone", "iOS", "mobile"),
    ("iPad", "iPadOS", "tablet"),
    ("Windows", "Windows", "desktop"),
    ("CrOS", "ChromeOS", "desktop"),
    ("Mac OS X", "macOS", "desktop"),
    ("Linux", "Linux", "desktop"),
];

/// What somebody watches with; none of what is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Agent {
    /// The program.
    pub client: Option<&'static str>,
    /// The kind of machine.
    pub device: Option<&'static str>,
    /// The system.
    pub system: Option<&'static str>,
}

impl Agent {
    /// What a `User-Agent` tells.
    #[must_use]
    pub fn of(user_agent: &str) -> Agent {
        let found = SYSTEMS.iter().find(|(word, ..)| user_agent.contains(word));
        // A telephone is told from a tablet by one word, which the tablet leaves out.
        let is_phone = |word: &str| word == "Android" && user_agent.contains("Mobile");
        let device = found.map(|(word, _, device)| if is_phone(word) { "mobile" } else { device });
        Agent { client: program(user_agent), device, system: found.map(|(_, system, _)| *system) }
    }
}

/// The program that says so in its `User-Agent`, where it is a known one.
#[must_use]
pub fn program(user_agent: &str) -> Option<&'static str> {
    PROGRAMS.iter().find(|(word, _)| user_agent.contains(word)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_by_their_own_words() {
        for (user_agent, client, device, system) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox",
                "desktop",
                "Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Mobile Safari/537.36",
                "Chrome",
                "mobile",
                "Android",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) \
                 SamsungBrowser/27.0 Chrome/125.0.0.0 Safari/537.36",
                "Samsung Internet",
                "tablet",
                "Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari",
                "mobile",
                "iOS",
            ),
            (
                "Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/8.0 TV \
                 Safari/537.36",
                "Safari",
                "smarttv",
                "Tizen",
            ),
        ] {
            let expected = Agent { client: Some(client), device: Some(device), system: Some(system) };
            assert_eq!(Agent::of(user_agent), expected, "{user_agent}");
        }
        assert_eq!(Agent::of("python-requests/2.32"), Agent::default());
    }
}
