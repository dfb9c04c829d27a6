//! Every setting of an instance: typed, with its default and its reason.
//!
//! Owns `DATA/shoal.toml` and the variables named after each setting; the only place that reads the environment.
//! Never decides what a setting is good for. The list itself is [`settings`].

pub mod custom;
mod load;
mod mirror_rule;
mod public_url;
mod settings;
mod value;

pub use load::{ConfigError, Origin, Sources, environment, program};
pub use mirror_rule::MirrorRule;
pub use public_url::{NotAPublicUrl, PublicUrl};
pub use settings::{Config, Log, Login, P2p, SETTINGS, Seed, Setting, Signup, Smtp, Transcription};
pub use value::{AcceptFrom, ByteSize, Height, LogFilter, LogFormat, Network, NsfwPolicy, P2pMode, SmtpTls};
