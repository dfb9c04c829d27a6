//! The list: each setting with its name, type, default and reason.
//!
//! `section.name` in `shoal.toml` is `SHOAL_SECTION_NAME` in the environment; lists are written with commas there.
//! What a setting's comment says is what `shoal settings` prints.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::value::Value;
use super::{
    AcceptFrom, ByteSize, Height, LogFilter, LogFormat, MirrorRule, Network, NsfwPolicy, P2pMode, PublicUrl,
    SmtpTls,
};
use crate::private::Private;

/// One setting, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// `section.name`.
    pub key: &'static str,
    /// What it is for, one line a string.
    pub about: &'static [&'static str],
}

impl Setting {
    /// The variable that overrides it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("SHOAL_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }
}

macro_rules! settings {
    ($(
        $(#[doc = $section_about:literal])+
        $section:ident: $type:ident {
            $($(#[doc = $about:literal])+ $name:ident: $kind:ty = $default:expr;)*
        }
    )*) => {
        $(
            $(#[doc = $section_about])+
            #[derive(Clone, PartialEq, Debug)]
            pub struct $type {
                $($(#[doc = $about])+ pub $name: $kind,)*
            }

            impl Default for $type {
                fn default() -> $type {
                    $type { $($name: $default,)* }
                }
            }
        )*

        /// The settings of one instance.
        #[derive(Clone, PartialEq, Debug)]
        pub struct Config {
            /// The folder that holds all the instance keeps.
            pub data: PathBuf,
            /// The first administrator's password, from `SHOAL_ADMIN_PASSWORD`; never in a file.
            pub admin_password: Option<Private<String>>,
            $($(#[doc = $section_about])+ pub $section: $type,)*
        }

        impl Config {
            /// The defaults, for an instance that lives in `data`.
            #[must_use]
            pub fn new(data: &Path) -> Config {
                Config { data: data.to_owned(), admin_password: None, $($section: $type::default(),)* }
            }

            /// Sets the setting `key` to a value from a file. None when there is no such setting.
            pub(super) fn set_toml(&mut self, key: &str, value: &toml::Value) -> Option<Result<(), String>> {
                match key {
                    $($(concat!(stringify!($section), ".", stringify!($name)) => {
                        Some(Value::from_toml(value).map(|value| self.$section.$name = value))
                    })*)*
                    _ => None,
                }
            }

            /// Sets the setting `key` to a value from a variable or a flag. None when there is no such setting.
            pub(super) fn set_text(&mut self, key: &str, text: &str) -> Option<Result<(), String>> {
                match key {
                    $($(concat!(stringify!($section), ".", stringify!($name)) => {
                        Some(Value::from_text(text).map(|value| self.$section.$name = value))
                    })*)*
                    _ => None,
                }
            }

            /// The settings as `shoal.toml` text with their comments.
            #[must_use]
            pub fn to_toml(&self) -> String {
                let mut out = String::new();
                $(
                    $(out.push_str(concat!("#", $section_about, "\n"));)+
                    out.push_str(concat!("[", stringify!($section), "]\n"));
                    $(
                        $(out.push_str(concat!("#", $about, "\n"));)+
                        match self.$section.$name.to_toml() {
                            Some(value) => {
                                out.push_str(&format!("{} = {value}\n", stringify!($name)));
                            }
                            None => out.push_str(concat!("# ", stringify!($name), " =\n")),
                        }
                    )*
                    out.push('\n');
                )*
                out
            }
        }

        /// Every setting there is.
        pub const SETTINGS: &[Setting] = &[$($(
            Setting {
                key: concat!(stringify!($section), ".", stringify!($name)),
                about: &[$($about),+],
            },
        )*)*];
    };
}

settings! {
    /// Where people reach the instance.
    server: Server {
        /// Address and port to listen on. Loopback, so that a first try is seen by nobody else.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 9000));
        /// The address people type, such as "https://films.example". It becomes part of every video's name for ever,
        /// so set it before the first upload. Without it: http and the address listened on.
        url: Option<PublicUrl> = None;
        /// Proxies whose X-Forwarded-For is believed, as addresses or networks ("10.0.0.0/8").
        /// Loopback, since that is where nginx in front of the instance usually is.
        trusted_proxies: Vec<Network> =
            vec![Network::host(IpAddr::V4(Ipv4Addr::LOCALHOST)), Network::host(IpAddr::V6(Ipv6Addr::LOCALHOST))];
    }

    /// The pages.
    www: Www {
        /// Folder of the built pages. Without it: those inside the program, or `www` beside the program.
        dir: Option<PathBuf> = None;
        /// Whether administrators may have JavaScript of their own run in every page. Whoever steals one administrator's
        /// session would then speak for everybody who visits, so this is said here and nowhere else.
        custom_javascript: bool = false;
    }

    /// What the instance says of itself.
    instance: Instance {
        /// Its name, in titles and in the network.
        name: String = "Shoal".to_owned();
        /// One sentence, under the title and in search results.
        short_description: String = "A federated video platform.".to_owned();
        /// Who runs it and what it is for, markdown.
        description: String = String::new();
        /// Terms of use, markdown.
        terms: String = String::new();
        /// What is welcome here and what is not, markdown.
        code_of_conduct: String = String::new();
        /// Who looks after it, markdown.
        administrator: String = String::new();
        /// Languages spoken here, as ISO 639 codes.
        languages: Vec<String> = Vec::new();
        /// Whether it is meant for adults alone.
        is_nsfw: bool = false;
        /// What happens to videos marked as not for all eyes: "display", "warn", "blur" or "do_not_list".
        nsfw_policy: NsfwPolicy = NsfwPolicy::DoNotList;
        /// How reports are dealt with, and by whom, markdown.
        moderation_information: String = String::new();
        /// Why it was made, markdown.
        creation_reason: String = String::new();
        /// How long it is meant to stay, markdown.
        maintenance_lifetime: String = String::new();
        /// Who pays for it, markdown.
        business_model: String = String::new();
        /// What it runs on, markdown.
        hardware_information: String = String::new();
        /// What its videos are about, as numbers of PeerTube's categories.
        categories: Vec<u32> = Vec::new();
        /// In which country its machine stands.
        server_country: String = String::new();
        /// How people support it, markdown.
        support_text: String = String::new();
        /// Its own site elsewhere.
        external_link: String = String::new();
        /// Where it is on Mastodon.
        mastodon_link: String = String::new();
        /// Where it is on Bluesky.
        bluesky_link: String = String::new();
        /// Where it is on X.
        x_link: String = String::new();
        /// The page behind its bare address.
        default_client_route: String = "/videos/browse".to_owned();
        /// What programs that read pages by themselves are told at /robots.txt. Where it names no sitemap, ours is added.
        /// PeerTube's instance.robots.
        robots: String = "User-agent: *\nDisallow:\n".to_owned();
        /// To whom one tells of a hole, as RFC 9116 writes it. Where it has no "Contact:", the contact form is named if
        /// there is one; where it has no "Expires:", one is added. PeerTube's instance.securitytxt.
        security_txt: String = String::new();
        /// Rules of style that are added to every page, as CSS.
        css: String = String::new();
        /// What runs in every page, as JavaScript. Needs www.custom_javascript.
        javascript: String = String::new();
    }

    /// A sentence above every page.
    broadcast: Broadcast {
        /// Whether it is shown.
        enabled: bool = false;
        /// What it says, markdown.
        message: String = String::new();
        /// How it looks: "info", "warning" or "error".
        level: String = "info".to_owned();
        /// Whether people may close it.
        dismissable: bool = false;
    }

    /// How visitors write to who keeps the instance.
    contact: Contact {
        /// Whether there is a form for it. Needs smtp.host.
        enabled: bool = true;
        /// Where it goes. Without it: to the first administrator's address.
        email: Option<String> = None;
        /// Letters of one address in five minutes. Behind it: 429.
        per_address_max: u32 = 2;
    }

    /// Orders of videos by what people like.
    trending: Trending {
        /// Which are offered: "hot", "best", "most-viewed", "most-liked".
        algorithms: Vec<String> = ["hot", "most-viewed", "most-liked"].map(str::to_owned).to_vec();
        /// The one that comes first.
        default: String = "most-viewed".to_owned();
    }

    /// Channels.
    channels: Channels {
        /// How many one account may have. Each is a name that nobody else can have.
        per_user_max: u32 = 20;
        /// How many may edit one beside its owner, or be asked to. Each of them may delete what is published there.
        collaborators_max: u32 = 20;
    }

    /// The network of instances.
    federation: Federation {
        /// Whether other servers are asked and told anything at all. What is published can be read by them as by
        /// everybody. PeerTube's federation.enabled.
        enabled: bool = true;
        /// Servers that are asked though they are not of the open internet, each with its port ("10.0.0.5:9000"), by http
        /// unless the port is 443. For networks of one's own and for trying things out: whoever speaks to this instance can
        /// have it ask them whatever they like.
        allow_private_hosts: Vec<String> = Vec::new();
        /// Whether videos that only those find who have their address are published to other servers, too, which may show
        /// them to whom they like. PeerTube's federation.videos.federate_unlisted.
        unlisted: bool = false;
        /// Bytes of pictures and captions of other servers that are kept, which are fetched when somebody looks at them
        /// first; those that were not asked for longest go. A gigabyte holds some fifty thousand.
        cache: ByteSize = ByteSize::gib(1);
    }

    /// Copies of videos that other servers offer.
    remote_redundancy: RemoteRedundancy {
        /// Whose are taken, beside the server's whose the video is: "anybody", "followings" for servers that this instance
        /// follows, or "nobody". PeerTube's remote_redundancy.videos.accept_from.
        accept_from: AcceptFrom = AcceptFrom::Anybody;
    }

    /// Copies of videos of other servers that this one gives to viewers: of those that it follows, and that administrators
    /// named among them.
    redundancy: Redundancy {
        /// Which videos are copied, each with room for the files: such as
        /// [{ strategy = "most-views", size = "50 GB", min_lifetime = "48 hours", min_views = 10 }].
        /// Strategies are "most-views", "trending" and "recently-added"; a copy stays for ten hours at least.
        /// PeerTube's redundancy.videos.strategies.
        strategies: Vec<MirrorRule> = Vec::new();
        /// Seconds between two looks at what deserves a copy. PeerTube's redundancy.videos.check_interval.
        check_interval: u32 = 3600;
        /// Bytes that are fetched for copies in an hour, so that others' lines and ours stay free for viewers.
        hourly_budget: ByteSize = ByteSize::gib(20);
    }

    /// Who of other servers may follow.
    followers: Followers {
        /// Whether other instances may follow this one. PeerTube's followers.instance.enabled.
        instance_enabled: bool = true;
        /// Whether they wait until an administrator lets them. PeerTube's followers.instance.manual_approval.
        instance_manual_approval: bool = false;
        /// Whether people of other servers may follow channels. PeerTube's followers.channels.enabled.
        channels_enabled: bool = true;
    }

    /// Whom this instance follows by itself.
    followings: Followings {
        /// Whether it follows every instance that follows it. PeerTube's followings.instance.auto_follow_back.enabled.
        auto_follow_back: bool = false;
        /// Whether it follows every instance of a list that is published elsewhere and looked at once a day. PeerTube's
        /// followings.instance.auto_follow_index.enabled.
        auto_follow_index: bool = false;
        /// Where that list is.
        auto_follow_index_url: String = String::new();
    }

    /// What each new user may do.
    user: User {
        /// Bytes of video in all, such as "10 GB". Without it there is no bound.
        video_quota: Option<ByteSize> = None;
        /// Bytes of video in 24 hours. Without it there is no bound.
        video_quota_daily: Option<ByteSize> = None;
        /// Whether it is noted what they watched, until they choose.
        history: bool = true;
        /// What their first channel is called; $1 stands for their name.
        default_channel_name: String = "Main $1 channel".to_owned();
    }

    /// What is looked at before others see it.
    moderation: Moderation {
        /// Whether new videos are hidden until somebody who keeps order has seen them. PeerTube's
        /// auto_blacklist.videos.of_users; single logins can be exempted.
        block_new_videos: bool = false;
    }

    /// Whom the instance mutes.
    blocklist: Blocklist {
        /// Whether everybody may read whom it mutes, and whom it hears again, as far as somebody did that by hand. Other
        /// instances can subscribe to it. PeerTube's blocklist.public_log.enabled.
        public_log: bool = false;
    }

    /// What is found by words.
    search: Finding {
        /// Whether also what is said in public videos, as far as there are captions. The index takes as much room as all
        /// captions together, and some. PeerTube's search.caption_search.enabled.
        captions: bool = false;
        /// Whether who is signed in finds videos, channels and lists of other servers by their address or name, which are
        /// asked for there. PeerTube's search.remote_uri.users.
        remote_uri_users: bool = true;
        /// Whether anybody does. PeerTube's search.remote_uri.anonymous. Strangers could have this instance ask others as
        /// often as they like.
        remote_uri_anonymous: bool = false;
    }

    /// Whether strangers may make themselves a login.
    signup: Signup {
        /// Whether they may at all.
        enabled: bool = false;
        /// How many logins there may be before nobody new is let in; 0 for any number. PeerTube's default: a moment to look
        /// at how it goes.
        limit: u32 = 10;
        /// Whether somebody who keeps order must say yes to each.
        requires_approval: bool = true;
        /// Whether they must open a link that is mailed to them. Needs smtp.host.
        requires_email_verification: bool = false;
        /// How old they are told they should be, in years.
        minimum_age: u32 = 16;
        /// Sign-ups of one address in five minutes; PeerTube's bound. Behind it: 429.
        per_address_max: u32 = 2;
        /// The addresses and networks ("10.0.0.0/8") that people may come in from; from anywhere where none is named.
        cidr_whitelist: Vec<Network> = Vec::new();
        /// The addresses and networks that nobody may come in from, though the list above may name them.
        cidr_blacklist: Vec<Network> = Vec::new();
    }

    /// Where mail goes out. Without a host no mail is sent, and what needs mail is not offered.
    smtp: Smtp {
        /// The mail server.
        host: Option<String> = None;
        /// Its port: 465 for "tls", 587 for "starttls".
        port: u16 = 465;
        /// "tls": from the first byte on. "starttls": after a few words. "none": not at all, for a server on this machine.
        tls: SmtpTls = SmtpTls::Tls;
        /// The name to log in with there, if it asks for one.
        username: Option<String> = None;
        /// The password to log in with there.
        password: Option<String> = None;
        /// The address that mail comes from. Without it: "shoal@" and the instance's host.
        from: Option<String> = None;
        /// Mails that one address may ask for in five minutes, and that are sent to one mailbox in that time because somebody
        /// asked; PeerTube's bound. Behind it: 429.
        per_address_max: u32 = 3;
    }

    /// Videos that makers have fetched from elsewhere.
    import: Import {
        /// Whether they may, from addresses of the web.
        http: bool = false;
        /// Whether they may, by torrents and magnet addresses. Peers are whoever trackers name: run the server where it
        /// reaches no network that strangers should not, or where these are closed to it.
        torrent: bool = false;
        /// The program that fetches torrents (aria2).
        aria2c: PathBuf = PathBuf::from("aria2c");
        /// How many are fetched at a time.
        concurrency: usize = 1;
        /// How long one may take, in seconds. Two hours, as in PeerTube.
        time_max: u32 = 7200;
        /// The program that knows the pages that show films (yt-dlp). Without it: addresses of files alone.
        yt_dlp: Option<PathBuf> = None;
        /// Addresses and networks ("10.0.0.0/8") that are fetched from though they are not of the open internet, on any
        /// port. Whoever may import reaches what answers there.
        networks_allowed: Vec<Network> = Vec::new();
    }

    /// Channels elsewhere whose videos makers have imported as they come, by the program that knows pages. It needs
    /// `import.http` and `import.yt_dlp`.
    video_channel_synchronization: VideoChannelSynchronization {
        /// Whether they may.
        enabled: bool = false;
        /// How many one of them may have watched. Each is a page that is asked for every hour.
        max_per_user: usize = 10;
        /// How long between two looks at one, in seconds. An hour, as in PeerTube.
        check_interval: u32 = 3600;
        /// How many of the newest videos a look reads.
        videos_limit_per_synchronization: usize = 10;
        /// How many videos are imported at most where somebody asks for all of a channel.
        full_sync_videos_limit: usize = 1000;
    }

    /// Arriving files.
    upload: Upload {
        /// The largest file that is taken. Twelve hours of the best a phone records.
        file_bytes_max: ByteSize = ByteSize::gib(100);
        /// Whether makers may put another file in the place of a video's. Views and comments stay, though they were of
        /// something else.
        replace: bool = false;
    }

    /// What is made of uploaded files, and how hard the machine works for it.
    transcoding: Transcoding {
        /// Heights that are made of a taller video, out of 144, 240, 360, 480, 720, 1080, 1440 and 2160. Each costs
        /// time and disk; 1440 and 2160 are left to machines that have both to spare.
        heights: Vec<Height> = [240, 360, 480, 720, 1080].map(Height).to_vec();
        /// Whether a video that cannot be shown as it came keeps its own height, too, up to 2160. Without: only the
        /// heights above.
        keep_height: bool = true;
        /// Whether the uploaded file stays when everything is made of it, for its owner to take back. It counts in
        /// their quota.
        keep_source: bool = false;
        /// Frames a second, at most. Below 720 lines it is half of 60 anyway.
        fps_max: u32 = 60;
        /// Whether pictures are made for looking along the seek bar.
        storyboards: bool = true;
        /// Videos that are worked on at the same time.
        concurrency: usize = 1;
        /// Threads of each encoder; 0 for as many as the machine has.
        threads: u32 = 0;
        /// How far ffmpeg steps back for the server, 0 to 19, as nice(1) does.
        niceness: u32 = 10;
        /// The program, version 5.1 or newer.
        ffmpeg: PathBuf = PathBuf::from("ffmpeg");
        /// The program beside it.
        ffprobe: PathBuf = PathBuf::from("ffprobe");
    }

    /// What is said in videos, written down as captions.
    transcription: Transcription {
        /// Whether makers may ask for it.
        enabled: bool = false;
        /// A program that takes Whisper's command line, such as whisper-ctranslate2 or openai-whisper.
        engine: PathBuf = PathBuf::from("whisper-ctranslate2");
        /// The model it uses: larger ones hear better and take longer.
        model: String = "small".to_owned();
        /// What else it is told, such as `--model_directory` and where that is.
        arguments: Vec<String> = Vec::new();
        /// Hours it may take for one video.
        hours_max: u32 = 12;
    }

    /// Whether viewers pass what they watch on to each other. Who meets learns the other's address.
    p2p: P2p {
        /// "on": viewers of a video meet. "threshold": only where enough watch the same. "seeders": viewers meet none
        /// but peers that you admitted. "off": nobody meets anybody.
        mode: P2pMode = P2pMode::On;
        /// With mode "threshold", how many must watch the same rendition: among many, one does not stand out.
        threshold: u32 = 5;
        /// What a seeder shows as `Authorization: Bearer` to be admitted. Without it nobody is.
        seeder_token: Option<String> = None;
    }

    /// Where viewers find each other.
    tracker: TrackerLimits {
        /// Seconds between two announces of one viewer; PeerTube's. Fewer find each other sooner and cost more.
        interval: u32 = 120;
        /// Messages of one viewer a second, in the long run; six times as many at once. Players need one in ten seconds.
        messages_per_second_max: u32 = 5;
        /// Viewers connected at once. Each costs a descriptor and some hundred bytes.
        sockets_max: usize = 10_000;
    }

    /// What is new, for programs that look for themselves, at /feeds.
    feeds: Feeds {
        /// Videos in a feed, 100 at most; PeerTube's number (its feeds.videos.count).
        videos_count: u32 = 20;
        /// Comments in a feed, 100 at most; PeerTube's number (its feeds.comments.count).
        comments_count: u32 = 20;
    }

    /// Numbers for machines, at /metrics in Prometheus' format.
    metrics: Metrics {
        /// What a program shows as `Authorization: Bearer` to read them. Without it only administrators may.
        token: Option<String> = None;
    }

    /// The instance as a peer of its viewers: it gives segments of its public videos over WebRTC, like any viewer that has
    /// them. A byte costs a hundred times what it costs over HTTP, so this is help where HTTP does not get through, and
    /// where viewers must not learn each other's address.
    seed: Seed {
        /// Whether it takes part, which needs a UDP port that viewers reach. Without: no port is opened.
        enabled: bool = false;
        /// UDP addresses and ports to listen on, one IPv4 and one IPv6. Without any: address and port number of
        /// server.listen, which behind a proxy nobody reaches; there: ["0.0.0.0:9000", "[::]:9000"]. At the port behind
        /// each (9001) viewers learn their own address (STUN): a firewall has to let both through.
        listen: Vec<SocketAddr> = Vec::new();
        /// Under which addresses and ports viewers reach these, where a router stands between ("203.0.113.7:9000"). It
        /// passes on the port behind each, too.
        advertise: Vec<SocketAddr> = Vec::new();
        /// Bytes a second to all peers together. A tenth of a gigabit; ciphers take half a processor for it.
        rate: ByteSize = ByteSize(12_500_000);
        /// Bytes a second to one peer: six times what 1080p takes.
        peer_rate: ByteSize = ByteSize(4_000_000);
        /// Peers at once. Each costs 150 kB while it is served.
        peers_max: usize = 500;
    }

    /// Who may try passwords, and how often.
    login: Login {
        /// Failed tries of one address in five minutes; PeerTube's bound. Behind it: 429.
        failures_per_address_max: u32 = 15;
        /// Failed tries for one account in five minutes, from all addresses together. More than per address, so that
        /// one stranger cannot lock somebody out.
        failures_per_account_max: u32 = 50;
    }

    /// What the instance tells its keeper, on standard error.
    log: Log {
        /// Which messages, as tracing's filter: "info", "warn", "info,backend::media=debug".
        filter: LogFilter = LogFilter::default();
        /// "text" for people, "json" for machines.
        format: LogFormat = LogFormat::Text;
    }
}
