//! Where somebody logs in from, as people would say it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::domain::agent::program;

/// So much is kept of a program's name: none has a longer one, and what strangers send may be kilobytes.
const DEVICE_LETTERS_MAX: usize = 60;

/// Systems by the word that tells them in `User-Agent`. The first that fits counts: Android says that it is Linux, too,
/// and iPhones that they are like Mac OS X.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The program of a `User-Agent` and what it runs on: `Firefox on Linux`; of an unknown one its first word. Empty where
/// it says nothing.
#[must_use]
pub fn device(user_agent: &str) -> String {
    let system = SYSTEMS.iter().find(|(word, _)| user_agent.contains(word)).map(|(_, name)| *name);
    let device = match (program(user_agent), system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        (None, system) => {
            let first = user_agent.split([' ', '/']).find(|word| !word.is_empty()).unwrap_or_default();
            let on = system.map_or(String::new(), |system| format!(" on {system}"));
            if first.is_empty() { String::new() } else { format!("{first}{on}") }
        }
    };
    device.chars().filter(|letter| !letter.is_control()).take(DEVICE_LETTERS_MAX).collect()
}

/// The network an address lies in, which is enough to know one's own again and too little to find a household: 24 bits
/// of IPv4, 48 of IPv6.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & 0xffff_ff00).to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 80 << 80).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_by_their_own_words() {
        for (user_agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("python-requests/2.32", "python-requests"),
            ("", ""),
        ] {
            assert_eq!(device(user_agent), expected, "{user_agent}");
        }
        assert_eq!(device(&"x\u{7}".repeat(5000)).chars().count(), DEVICE_LETTERS_MAX);
    }

    #[test]
    fn a_network_is_no_household() {
        for (address, expected) in [
            ("203.0.113.77", "203.0.113.0"),
            ("::ffff:203.0.113.77", "203.0.113.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }
}
