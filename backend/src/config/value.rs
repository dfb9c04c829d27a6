//! Values of settings, from a file's types and from a variable's text.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use shared::limits::LADDER_HEIGHTS;

use super::PublicUrl;

/// A type a setting may have.
pub(super) trait Value: Sized {
    /// Reads a value of `shoal.toml`.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    fn from_toml(value: &toml::Value) -> Result<Self, String>;

    /// Reads a variable's or a flag's text.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    fn from_text(text: &str) -> Result<Self, String>;

    /// The value as `shoal.toml` writes it; none where there is none.
    fn to_toml(&self) -> Option<String>;
}

/// Types that are one string in both places.
macro_rules! text_values {
    ($($type:ty: $wanted:literal,)*) => {$(
        impl Value for $type {
            fn from_toml(value: &toml::Value) -> Result<$type, String> {
                let text = value.as_str().ok_or_else(|| unlike(value, $wanted))?;
                Value::from_text(text)
            }

            fn from_text(text: &str) -> Result<$type, String> {
                text.parse().map_err(|_| format!("{text:?} is not {}", $wanted))
            }

            fn to_toml(&self) -> Option<String> {
                Some(quoted(&self.to_string()))
            }
        }
    )*};
}

text_values! {
    SocketAddr: "an address and port, such as \"127.0.0.1:9000\"",
    PublicUrl: "an address such as \"https://films.example\", without a path",
    Network: "an address or a network, such as \"10.0.0.0/8\"",
    LogFormat: "\"text\" or \"json\"",
    LogFilter: "a filter of messages, such as \"info\" or \"warn,backend=debug\"",
    NsfwPolicy: "\"display\", \"warn\", \"blur\" or \"do_not_list\"",
    SmtpTls: "\"tls\", \"starttls\" or \"none\"",
    AcceptFrom: "\"anybody\", \"followings\" or \"nobody\"",
    P2pMode: "\"on\", \"threshold\", \"seeders\" or \"off\"",
    String: "a text",
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn unlike(value: &toml::Value, wanted: &str) -> String {
    format!("{value} is not {wanted}")
}

impl Value for PathBuf {
    fn from_toml(value: &toml::Value) -> Result<PathBuf, String> {
        value.as_str().map(PathBuf::from).ok_or_else(|| unlike(value, "a path"))
    }

    fn from_text(text: &str) -> Result<PathBuf, String> {
        Ok(PathBuf::from(text))
    }

    fn to_toml(&self) -> Option<String> {
        Some(quoted(&self.to_string_lossy()))
    }
}

impl Value for bool {
    fn from_toml(value: &toml::Value) -> Result<bool, String> {
        value.as_bool().ok_or_else(|| unlike(value, "true or false"))
    }

    fn from_text(text: &str) -> Result<bool, String> {
        text.parse().map_err(|_| format!("{text:?} is not true or false"))
    }

    fn to_toml(&self) -> Option<String> {
        Some(self.to_string())
    }
}

macro_rules! number_values {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn from_toml(value: &toml::Value) -> Result<$type, String> {
                let number = value.as_integer().and_then(|number| number.try_into().ok());
                number.ok_or_else(|| format!("{value} is not a whole number from 0 to {}", <$type>::MAX))
            }

            fn from_text(text: &str) -> Result<$type, String> {
                text.parse().map_err(|_| format!("{text:?} is not a whole number from 0 to {}", <$type>::MAX))
            }

            fn to_toml(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

number_values!(u16, u32, usize);

impl<T: Value> Value for Option<T> {
    fn from_toml(value: &toml::Value) -> Result<Option<T>, String> {
        T::from_toml(value).map(Some)
    }

    /// An empty variable unsets.
    fn from_text(text: &str) -> Result<Option<T>, String> {
        if text.is_empty() { Ok(None) } else { T::from_text(text).map(Some) }
    }

    fn to_toml(&self) -> Option<String> {
        self.as_ref().and_then(Value::to_toml)
    }
}

impl<T: Value> Value for Vec<T> {
    fn from_toml(value: &toml::Value) -> Result<Vec<T>, String> {
        value.as_array().ok_or_else(|| unlike(value, "a list"))?.iter().map(T::from_toml).collect()
    }

    fn from_text(text: &str) -> Result<Vec<T>, String> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::from_text).collect()
    }

    fn to_toml(&self) -> Option<String> {
        let items: Vec<String> = self.iter().filter_map(Value::to_toml).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}

/// A height of the ladder, in lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Height(pub u32);

impl Height {
    fn check(height: Result<u32, String>) -> Result<Height, String> {
        let height = height?;
        if LADDER_HEIGHTS.contains(&height) {
            return Ok(Height(height));
        }
        let known: Vec<String> = LADDER_HEIGHTS.iter().map(u32::to_string).collect();
        Err(format!("{height} is not one of {}", known.join(", ")))
    }
}

impl Value for Height {
    fn from_toml(value: &toml::Value) -> Result<Height, String> {
        Height::check(u32::from_toml(value))
    }

    fn from_text(text: &str) -> Result<Height, String> {
        Height::check(u32::from_text(text))
    }

    fn to_toml(&self) -> Option<String> {
        self.0.to_toml()
    }
}

/// A number of bytes: `1073741824`, `"1 GiB"` or `"1.5 GB"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// `count` × 2³⁰ bytes.
    #[must_use]
    pub const fn gib(count: u64) -> ByteSize {
        ByteSize(count << 30)
    }
}

const BYTE_UNITS: &[(&str, u64)] = &[
    ("KIB", 1 << 10),
    ("MIB", 1 << 20),
    ("GIB", 1 << 30),
    ("TIB", 1 << 40),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
];

const BYTES_WANTED: &str = "a number of bytes, such as 1073741824 or \"10 GB\"";

impl Value for ByteSize {
    fn from_toml(value: &toml::Value) -> Result<ByteSize, String> {
        match (value.as_integer(), value.as_str()) {
            (Some(number), _) => number.try_into().map(ByteSize).map_err(|_| unlike(value, BYTES_WANTED)),
            (None, Some(text)) => ByteSize::from_text(text),
            (None, None) => Err(unlike(value, BYTES_WANTED)),
        }
    }

    fn from_text(text: &str) -> Result<ByteSize, String> {
        let upper = text.trim().to_ascii_uppercase();
        let (digits, unit) = BYTE_UNITS
            .iter()
            .find_map(|(name, unit)| Some((upper.strip_suffix(name)?, *unit)))
            .unwrap_or((&upper, 1));
        let (whole, fraction) = digits.trim().split_once('.').unwrap_or((digits.trim(), "0"));
        let parse = |digits: &str| {
            let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
            digits.parse::<u64>().ok().filter(|_| plain)
        };
        let size = || {
            let (whole, tenths) = (parse(whole)?, parse(fraction.get(..1)?)?);
            parse(fraction)?;
            whole.checked_mul(unit)?.checked_add(unit / 10 * tenths)
        };
        size().map(ByteSize).ok_or_else(|| format!("{text:?} is not {BYTES_WANTED}"))
    }

    fn to_toml(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

macro_rules! choices {
    ($($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)*
        }

        impl FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<$type, ()> {
                match text {
                    $($text => Ok($type::$variant),)*
                    _ => Err(()),
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $($type::$variant => $text,)*
                })
            }
        }
    )*};
}

choices! {
    /// How log lines look.
    LogFormat {
        /// For people.
        Text = "text",
        /// For machines.
        Json = "json",
    }

    /// How a connection to a mail server is kept from others' eyes.
    SmtpTls {
        /// From the first byte on.
        Tls = "tls",
        /// After a few words.
        StartTls = "starttls",
        /// Not at all.
        None = "none",
    }

    /// Whose copies of videos are taken for others to watch.
    AcceptFrom {
        /// Everybody's.
        Anybody = "anybody",
        /// Those of servers that this instance follows.
        Followings = "followings",
        /// Nobody's.
        Nobody = "nobody",
    }

    /// Who may meet whom to share what they watch.
    P2pMode {
        /// Nobody meets anybody.
        Off = "off",
        /// Viewers meet admitted peers.
        Seeders = "seeders",
        /// Viewers meet where there are many.
        Threshold = "threshold",
        /// Viewers meet.
        On = "on",
    }

    /// What happens to videos marked as not for all eyes, for whoever did not choose.
    NsfwPolicy {
        /// Shown like any other.
        Display = "display",
        /// Listed, and asked about before it plays.
        Warn = "warn",
        /// Listed with a blurred picture, and asked about before it plays.
        Blur = "blur",
        /// Left out of lists.
        DoNotList = "do_not_list",
    }
}

/// Which log messages are wanted: tracing's filter text, known to be one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogFilter(String);

impl Default for LogFilter {
    fn default() -> LogFilter {
        // What the search index tells of every file of its own helps nobody.
        LogFilter("info,tantivy=warn".to_owned())
    }
}

impl FromStr for LogFilter {
    type Err = ();

    fn from_str(text: &str) -> Result<LogFilter, ()> {
        tracing_subscriber::EnvFilter::try_new(text).map(|_| LogFilter(text.to_owned())).map_err(|_| ())
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One address, or all that begin with the same bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// The network of one address.
    #[must_use]
    pub fn host(address: IpAddr) -> Network {
        Network { address, bits: if address.is_ipv4() { 32 } else { 128 } }
    }

    /// Whether `address` belongs to it. An IPv4 address that came in through an IPv6 socket is an IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let bits = u32::from(self.bits);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| ())?)),
            None => (text, None),
        };
        let host = Network::host(address.parse().map_err(|_| ())?);
        match bits {
            None => Ok(host),
            Some(bits) if bits <= host.bits => Ok(Network { bits, ..host }),
            Some(_) => Err(()),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Network::host(self.address) {
            self.address.fmt(f)
        } else {
            write!(f, "{}/{}", self.address, self.bits)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_sizes_are_read_with_and_without_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("1024", 1024),
            ("10 GB", 10_000_000_000),
            ("1.5gb", 1_500_000_000),
            ("4GiB", 4 << 30),
            ("12 b", 12),
        ] {
            assert_eq!(ByteSize::from_text(text), Ok(ByteSize(bytes)), "{text}");
        }
        for text in ["", "GB", "-1", "+1", "1.", "1,5 GB", "10 QB", "99999999 TB", "1.x GB"] {
            assert!(ByteSize::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn heights_are_those_of_the_ladder() {
        assert_eq!(Vec::<Height>::from_text("240, 720"), Ok(vec![Height(240), Height(720)]));
        assert_eq!(
            Vec::<Height>::from_text("240,700"),
            Err("700 is not one of 144, 240, 360, 480, 720, 1080, 1440, 2160".to_owned())
        );
    }

    #[test]
    fn networks_hold_the_addresses_that_begin_alike() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.9.8.7"));
        assert!(!holds("10.0.0.0/8", "11.0.0.0"));
        assert!(holds("127.0.0.1", "::ffff:127.0.0.1"));
        assert!(holds("0.0.0.0/0", "1.2.3.4"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("fd00::/8", "fd12::1"));
        assert!(holds("::/0", "fd12::1"));
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
