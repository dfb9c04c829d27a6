//! Every route of the API, as the document tells it: one line each, in the order of the path.
//!
//! A route that is added to `routes.rs` needs its line here: who is let in, what is sent, what is answered where all is
//! well. How it may be refused follows from that; what else it may refuse with stands behind `or`.

use schemars::JsonSchema;
use shared::api::{
    Abuse, AbuseMade, AbuseMessage, AbuseMessageMade, Account, AvailableTags, Avatars, Banners, BlockedVideo,
    BlocklistStatus, BlocklistSubscription, Caption, Channel, ChannelActivity, ChannelChange, ChapterList,
    Collaborator, CollaboratorMade, CommentMade, CommentTagPolicies, CommentThreads, CommentTree,
    CommentsRemoval, Description, EmbedAllowed, EmbedPrivacy, ExistingElement, Explained, FailedFollow,
    FederationServer, Follow, FollowingWish, Label, LedgerRow, MadeChannel, MadeChannelSync, MadeElement,
    MadePlaylist, MadeUser, ManagedUser, Me, MeChange, MuteList, MutedAccount, MutedServer, MyVideo,
    NewComment, NewUser, NewVideo, Notification, NotificationsRead, OAuthClient, OverallStats, OwnRating,
    OwnershipChange, Page, PlayerSettings, PlaylistElement, QuotaUsed, RatedVideo, RatingWish, RecoveryCodes,
    Retention, ReviewedComment, ScopedTokens, SeederToken, Signup, Storyboards, SubscriptionWish, TimeSeries,
    TokenGrant, TokenSession, Tokens, TwoFactorRequest, Uploaded, UserAgents, UserChange, UserHistory,
    UserRegistration, Video, VideoCaptionSegment, VideoChannelSync, VideoDetails, VideoImport, VideoPassword,
    VideoPlaylist, VideoRedundancy, VideoToken, ViewReport, WatchedVideo, WordList, WordListMade,
    WordSubscription,
};

use shared::limits::{
    ABUSE_TEXT_LENGTH, CHANNEL_DESCRIPTION_LENGTH, CHANNEL_NAME_LENGTH, CHANNEL_SUPPORT_LENGTH,
    CHAPTER_TITLE_LENGTH, CHAPTERS_MAX, COMMENT_LENGTH, EMAIL_LENGTH, LIST_URL_LENGTH, PASSWORD_LENGTH,
    PLAYLIST_DESCRIPTION_LENGTH, PLAYLIST_ELEMENTS_MAX, PLAYLIST_NAME_LENGTH, REGISTRATION_TEXT_LENGTH,
    THEME_NAME_LENGTH, USER_BLOCK_REASON_LENGTH, USER_DESCRIPTION_LENGTH, USER_DISPLAY_NAME_LENGTH,
    USERNAME_LENGTH, VIDEO_BLOCK_REASON_LENGTH, VIDEO_DESCRIPTION_LENGTH, VIDEO_LANGUAGES_MAX,
    VIDEO_NAME_LENGTH, VIDEO_NSFW_FLAGS, VIDEO_NSFW_SUMMARY_LENGTH, VIDEO_PASSWORD_LENGTH,
    VIDEO_PASSWORDS_MAX, VIDEO_SUPPORT_LENGTH, VIDEO_TAG_LENGTH, VIDEO_TAGS_MAX, WATCHED_WORD_LENGTH,
    WATCHED_WORDS_MAX, WATCHED_WORDS_NAME_LENGTH,
};

use crate::domain::host::HOST_LENGTH_MAX;
use crate::domain::player::{OF_CHANNELS, OF_VIDEOS};
use crate::domain::video::embed::DOMAINS_MAX;
use crate::domain::video::form::URL_LENGTH_MAX;
use crate::http::logs::{
    CLIENT_AGENT_MAX, CLIENT_MESSAGE_MAX, CLIENT_META_MAX, CLIENT_STACK_MAX, CLIENT_URL_MAX,
};
use crate::http::me::FEATURES_MAX;
use crate::http::playback::{BYTES_MAX, FPS_MAX, PEERS_MAX, PLAYERS, RESOLUTION_MAX, TIMES_MAX};
use crate::http::site::{COMMANDS, HOMEPAGE_LENGTH_MAX, LETTER_LENGTH, SUBJECT_LENGTH_MAX};

use super::row::{Answer, Row, Sent, delete, get, post, put};

/// What lists of videos are filtered by.
const FILTERS: &str = "nsfw isLocal isLive categoryOneOf:list licenceOneOf:list languageOneOf:list tagsOneOf:list \
                       tagsAllOf:list privacyOneOf:list stateOneOf:list autoTagOneOf:list host include excludeAlreadyWatched hasHLSFiles hasWebVideoFiles skipCount search";

/// A row of a list of videos. Its fields are named for their schema alone.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "lists are written as text; stories hold them against this")]
struct VideoRow {
    #[serde(flatten)]
    video: Video,
    /// How far one is in it, for whoever is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_history: Option<UserHistory>,
    /// Where it is between upload and publication, for whoever asked for what is not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Label<u32>>,
    /// Whether it waits for all renditions, for whoever asked for what is not published.
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_transcoding: Option<bool>,
    /// What the instance's watched words say of it, for whoever asked for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    automatic_tags: Option<Vec<String>>,
}

/// A page of videos, counted unless `skipCount` says otherwise.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "lists are written as text; stories hold them against this")]
struct Videos {
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    data: Vec<VideoRow>,
}

/// A video with all that is said of it.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "pages are written as text; stories hold them against this")]
struct WholeVideo {
    #[serde(flatten)]
    video: VideoDetails,
    /// How far one is in it, for whoever is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_history: Option<UserHistory>,
}

/// A video that was found, with the piece of its description that was met.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "lists are written as text; stories hold them against this")]
struct FoundVideo {
    #[serde(flatten)]
    video: VideoRow,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Object>,
    /// Where its picture is, for one of another server.
    #[serde(rename = "thumbnailUrl", skip_serializing_if = "Option::is_none")]
    thumbnail_url: Option<String>,
    /// Where its large picture is, for one of another server.
    #[serde(rename = "previewUrl", skip_serializing_if = "Option::is_none")]
    preview_url: Option<String>,
    /// Where its player is, for one of another server.
    #[serde(rename = "embedUrl", skip_serializing_if = "Option::is_none")]
    embed_url: Option<String>,
}

/// A video that goes with another, and why.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "lists are written as text; stories hold them against this")]
struct Recommended {
    #[serde(flatten)]
    video: VideoRow,
    reason: Object,
}

/// What is reported: one of the three, and why.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "forms are read field by field; a story holds them against this")]
struct AbuseWish {
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    predefined_reasons: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<ReportedPart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<ReportedThing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<ReportedThing>,
}

/// A video from elsewhere: from where, and what is said of it.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "forms are read field by field; a story holds them against this")]
struct ImportWish {
    #[serde(flatten)]
    video: NewVideo,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    magnet_uri: Option<String>,
}

/// A video, and which part of it.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "forms are read field by field; a story holds them against this")]
struct ReportedPart {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_at: Option<u64>,
}

/// A comment or an account.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "forms are read field by field; a story holds them against this")]
struct ReportedThing {
    id: u64,
}

/// Seconds into a video: more than a year of it is a mistake.
const SECONDS_MAX: u64 = 366 * 24 * 60 * 60;

/// Any JSON object.
type Object = std::collections::BTreeMap<String, serde_json::Value>;
/// Names by number or code.
type Names = std::collections::BTreeMap<String, String>;

/// Every route of the API.
pub fn rows() -> Vec<Row> {
    let mut all = vec![
        get("/api/v1/openapi.json", "This document").gives::<Object>(),
        get("/api/v1/ping", "Whether the server answers").answers_with(200, Answer::Text("text/html")),
        get("/api/v1/oauth-clients/local", "Id and secret that every program logs in with")
            .gives::<OAuthClient>()
            .or(&[403]),
    ];
    all.extend(sessions());
    all.extend(coming_in());
    all.extend(oneself());
    all.extend(logins());
    all.extend(accounts_and_channels());
    all.extend(videos());
    all.extend(parts_of_videos());
    all.extend(makers());
    all.extend(talk());
    all.extend(follows());
    all.extend(order());
    all.extend(mutes());
    all.extend(words());
    all.extend(staff());
    all.extend(shelves());
    all.extend(instance());
    // Whoever guesses at the password of a video is slowed wherever it opens one.
    let opens = |row: &Row| {
        row.path.starts_with("/api/v1/videos/{id}") && !row.needs_token
            || row.path.ends_with("/rate")
            || row.path.ends_with("/rating")
    };
    all.into_iter().map(|row| if opens(&row) { row.or(&[429]) } else { row }).collect()
}

fn sessions() -> Vec<Row> {
    vec![
        post("/api/v1/users/token", "Log in").takes_form::<TokenGrant>().gives::<Tokens>().or(&[403, 429]),
        post("/api/v1/users/revoke-token", "Log out").signed_in().gives_fields("success*:boolean"),
        get("/api/v1/users/scoped-tokens", "The token of one's feeds").signed_in().gives::<ScopedTokens>(),
        post("/api/v1/users/scoped-tokens", "Another token for one's feeds")
            .signed_in()
            .gives::<ScopedTokens>(),
        get("/api/v1/users/{id}/token-sessions", "Where somebody is logged in")
            .signed_in()
            .paged()
            .gives::<Page<TokenSession>>(),
        get("/api/v1/users/{id}/token-sessions/{session}/revoke", "End a session")
            .signed_in()
            .gives_fields("success*:boolean"),
        post("/api/v1/users/{id}/token-sessions/{session}/revoke", "End a session")
            .signed_in()
            .gives_fields("success*:boolean"),
        post("/api/v1/users/{id}/two-factor/request", "Begin to ask for a second proof at login")
            .signed_in()
            .takes_fields("currentPassword")
            .gives::<TwoFactorRequest>()
            .or(&[429]),
        post("/api/v1/users/{id}/two-factor/confirm-request", "Ask for a second proof from now on")
            .signed_in()
            .takes_fields("requestToken* otpToken*")
            .gives::<RecoveryCodes>()
            .answers_with(204, Answer::Nothing),
        post("/api/v1/users/{id}/two-factor/disable", "Ask for no second proof any more")
            .signed_in()
            .takes_fields("currentPassword")
            .done()
            .or(&[429]),
        post("/api/v1/users/{id}/two-factor/recovery-codes", "New codes for who lost the second proof")
            .signed_in()
            .takes_fields("currentPassword")
            .gives::<RecoveryCodes>()
            .or(&[429]),
    ]
}

fn coming_in() -> Vec<Row> {
    vec![
        post("/api/v1/users/register", "Make oneself a login")
            .takes_form::<Signup>()
            .text("username", USERNAME_LENGTH)
            .text("email", EMAIL_LENGTH)
            .text("password", PASSWORD_LENGTH)
            .text("displayName", USER_DISPLAY_NAME_LENGTH)
            .text("registrationReason", REGISTRATION_TEXT_LENGTH)
            .text("channel.name", USERNAME_LENGTH)
            .text("channel.displayName", CHANNEL_NAME_LENGTH)
            .done()
            .or(&[403, 409, 429]),
        post("/api/v1/users/registrations/request", "Ask to be let in")
            .takes_form::<Signup>()
            .text("username", USERNAME_LENGTH)
            .text("email", EMAIL_LENGTH)
            .text("password", PASSWORD_LENGTH)
            .text("displayName", USER_DISPLAY_NAME_LENGTH)
            .text("registrationReason", REGISTRATION_TEXT_LENGTH)
            .text("channel.name", USERNAME_LENGTH)
            .text("channel.displayName", CHANNEL_NAME_LENGTH)
            .gives::<UserRegistration>()
            .or(&[403, 409, 429]),
        get("/api/v1/users/registrations", "Who asked to be let in")
            .signed_in()
            .paged()
            .asks("search stateOneOf:list")
            .gives::<Page<UserRegistration>>(),
        post("/api/v1/users/registrations/ask-send-verify-email", "Ask for the mail that proves an address")
            .takes_fields("email*")
            .text("email", EMAIL_LENGTH)
            .done()
            .or(&[403, 429]),
        post("/api/v1/users/registrations/{id}/accept", "Let somebody in")
            .signed_in()
            .takes_fields("moderationResponse* preventEmailDelivery:boolean")
            .text("moderationResponse", REGISTRATION_TEXT_LENGTH)
            .done()
            .or(&[409]),
        post("/api/v1/users/registrations/{id}/reject", "Refuse somebody")
            .signed_in()
            .takes_fields("moderationResponse* preventEmailDelivery:boolean")
            .text("moderationResponse", REGISTRATION_TEXT_LENGTH)
            .done()
            .or(&[409]),
        post("/api/v1/users/registrations/{id}/verify-email", "Show what was mailed")
            .takes_fields("verificationString*")
            .done(),
        delete("/api/v1/users/registrations/{id}", "Forget who asked to be let in").signed_in().done(),
        post("/api/v1/users/ask-reset-password", "Ask for the mail that lets choose a password")
            .takes_fields("email*")
            .text("email", EMAIL_LENGTH)
            .done()
            .or(&[403, 429]),
        post("/api/v1/users/ask-send-verify-email", "Ask for the mail that proves an address")
            .takes_fields("email*")
            .text("email", EMAIL_LENGTH)
            .done()
            .or(&[403, 429]),
        post("/api/v1/users/{id}/verify-email", "Show what was mailed")
            .takes_fields("verificationString* isPendingEmail:boolean")
            .done()
            .or(&[409]),
        post("/api/v1/users/{id}/reset-password", "Choose a password with what was mailed")
            .takes_fields("verificationString* password*")
            .text("password", PASSWORD_LENGTH)
            .done(),
    ]
}

/// Kinds of news, each with how it arrives: 0 not at all, 1 in the pages, 2 by mail, 3 both.
const KINDS_OF_NEWS: &str = "abuseAsModerator:integer abuseNewMessage:integer abuseStateChange:integer \
                             autoInstanceFollowing:integer blacklistOnMyVideo:integer commentMention:integer \
                             myVideoImportFinished:integer myVideoPublished:integer \
                             myVideoStudioEditionFinished:integer myVideoTranscriptionGenerated:integer \
                             newCommentOnMyVideo:integer newFollow:integer newInstanceFollower:integer \
                             newPeerTubeVersion:integer newPluginVersion:integer newUserRegistration:integer \
                             newVideoFromSubscription:integer videoAutoBlacklistAsModerator:integer \
                             videoOwnershipChange:integer";

fn oneself() -> Vec<Row> {
    let me = "/api/v1/users/me";
    vec![
        get(me, "The person who asks").signed_in().gives::<Me>(),
        put(me, "Change oneself")
            .signed_in()
            .takes_form::<MeChange>()
            .text("displayName", USER_DISPLAY_NAME_LENGTH)
            .text("description", USER_DESCRIPTION_LENGTH)
            .text("email", EMAIL_LENGTH)
            .text("password", PASSWORD_LENGTH)
            .text("theme", THEME_NAME_LENGTH)
            .text("language", 1..=20)
            .list("videoLanguages", 0..=VIDEO_LANGUAGES_MAX)
            .words("nsfwPolicy", &["display", "warn", "blur", "do_not_list"])
            .done()
            .or(&[409, 429]),
        delete(me, "Leave").signed_in().done(),
        post("/api/v1/users/me/new-feature-info/read", "Have seen news of the pages")
            .signed_in()
            .takes_fields("feature*:integer")
            .number("feature", 1..=FEATURES_MAX.into())
            .done(),
        post("/api/v1/users/me/avatar/pick", "Choose a picture")
            .signed_in()
            .takes_this(Sent::File("avatarfile"))
            .gives::<Avatars>(),
        delete("/api/v1/users/me/avatar", "Have no picture").signed_in().done(),
        get("/api/v1/users/me/video-quota-used", "How much one keeps").signed_in().gives::<QuotaUsed>(),
        post("/api/v1/users/me/seeder-tokens", "Let a seeder in")
            .signed_in()
            .takes_json("forAll:boolean")
            .gives::<SeederToken>(),
        delete("/api/v1/users/me/seeder-tokens", "Let no seeder in any more").signed_in().done(),
        get("/api/v1/users/me/notifications", "What happened")
            .signed_in()
            .paged()
            .asks("unread typeOneOf:list")
            .gives::<Page<Notification>>(),
        post("/api/v1/users/me/notifications/read", "Have read of some of it")
            .signed_in()
            .takes::<NotificationsRead>()
            .list("ids", 1..=1000)
            .done(),
        post("/api/v1/users/me/notifications/read-all", "Have read of all of it").signed_in().done(),
        get("/api/v1/users/me/notifications/socket", "A WebSocket that tells what happens")
            .asks("accessToken")
            .answers_with(101, Answer::Nothing)
            .or(&[426, 403, 503]),
        KINDS_OF_NEWS
            .split(' ')
            .fold(
                put("/api/v1/users/me/notification-settings", "How each kind of news arrives")
                    .signed_in()
                    .takes_json(KINDS_OF_NEWS),
                |row, kind| row.number(kind.trim_end_matches(":integer"), 0..=3),
            )
            .done(),
        get("/api/v1/users/me/videos", "One's own videos")
            .signed_in()
            .paged()
            .asks(FILTERS)
            .asks("includeCollaborations channelNameOneOf:list")
            .gives::<Page<MyVideo>>(),
        get("/api/v1/users/me/videos/{id}/rating", "What one thinks of a video")
            .signed_in()
            .gives::<OwnRating>(),
        get("/api/v1/users/me/videos/comments", "What is said about one's videos")
            .signed_in()
            .paged()
            .asks("search searchAccount searchVideo isHeldForReview videoId videoChannelId includeCollaborations")
            .gives::<Page<ReviewedComment>>(),
        get("/api/v1/users/me/history/videos", "What one watched")
            .signed_in()
            .paged()
            .asks("search")
            .gives::<Page<WatchedVideo>>(),
        delete("/api/v1/users/me/history/videos/{id}", "Forget that one watched a video").signed_in().done(),
        post("/api/v1/users/me/history/videos/remove", "Forget what one watched")
            .signed_in()
            .takes_fields("beforeDate:date")
            .done(),
    ]
}

fn logins() -> Vec<Row> {
    vec![
        get("/api/v1/users", "All logins")
            .signed_in()
            .paged()
            .asks("search blocked")
            .gives::<Page<ManagedUser>>(),
        post("/api/v1/users", "Make a login")
            .signed_in()
            .takes_form::<NewUser>()
            .text("username", USERNAME_LENGTH)
            .text("email", EMAIL_LENGTH)
            .text("channelName", USERNAME_LENGTH)
            .number("role", 0..=2)
            .gives::<MadeUser>()
            .or(&[409]),
        get("/api/v1/users/autocomplete", "Names that begin so")
            .signed_in()
            .asks("search*")
            .gives::<Vec<String>>(),
        get("/api/v1/users/{id}", "A login").signed_in().asks("withStats").gives::<ManagedUser>(),
        put("/api/v1/users/{id}", "Change a login")
            .signed_in()
            .takes_form::<UserChange>()
            .text("email", EMAIL_LENGTH)
            .text("password", PASSWORD_LENGTH)
            .number("role", 0..=2)
            .done()
            .or(&[409]),
        delete("/api/v1/users/{id}", "Delete a login").signed_in().done(),
        post("/api/v1/users/{id}/block", "Keep a login out")
            .signed_in()
            .takes_fields("reason")
            .text("reason", USER_BLOCK_REASON_LENGTH)
            .done(),
        post("/api/v1/users/{id}/unblock", "Let a login in again").signed_in().done(),
    ]
}

fn accounts_and_channels() -> Vec<Row> {
    let channel = "/api/v1/video-channels/{name}";
    vec![
        get("/api/v1/accounts", "All accounts").paged().gives::<Page<Account>>(),
        get("/api/v1/accounts/{name}", "An account").gives::<Account>(),
        get("/api/v1/accounts/{name}/video-channels", "An account's channels")
            .paged()
            .asks("withStats search includeCollaborations")
            .gives::<Page<Channel>>(),
        get("/api/v1/accounts/{name}/videos", "An account's videos").paged().asks(FILTERS).gives::<Videos>(),
        get("/api/v1/accounts/{name}/followers", "Who follows an account's channels")
            .signed_in()
            .paged()
            .asks("search")
            .gives::<Page<Follow>>(),
        get("/api/v1/accounts/{name}/ratings", "What an account thinks of videos")
            .signed_in()
            .paged()
            .asks("rating")
            .gives::<Page<RatedVideo>>(),
        get("/api/v1/video-channels", "All channels").paged().gives::<Page<Channel>>(),
        post("/api/v1/video-channels", "Make a channel")
            .signed_in()
            .takes_fields("name* displayName* description support")
            .text("name", USERNAME_LENGTH)
            .text("displayName", CHANNEL_NAME_LENGTH)
            .text("description", CHANNEL_DESCRIPTION_LENGTH)
            .text("support", CHANNEL_SUPPORT_LENGTH)
            .gives::<MadeChannel>()
            .or(&[409]),
        get(channel, "A channel").gives::<Channel>(),
        put(channel, "Change a channel")
            .signed_in()
            .takes::<ChannelChange>()
            .text("displayName", CHANNEL_NAME_LENGTH)
            .text("description", CHANNEL_DESCRIPTION_LENGTH)
            .text("support", CHANNEL_SUPPORT_LENGTH)
            .done(),
        delete(channel, "Delete a channel with its videos").signed_in().done().or(&[409]),
        post("/api/v1/video-channels/{name}/avatar/pick", "Choose a channel's picture")
            .signed_in()
            .takes_this(Sent::File("avatarfile"))
            .gives::<Avatars>(),
        delete("/api/v1/video-channels/{name}/avatar", "Have no picture").signed_in().done(),
        post("/api/v1/video-channels/{name}/banner/pick", "Choose a channel's wide picture")
            .signed_in()
            .takes_this(Sent::File("bannerfile"))
            .gives::<Banners>(),
        delete("/api/v1/video-channels/{name}/banner", "Have no wide picture").signed_in().done(),
        get("/api/v1/video-channels/{name}/videos", "A channel's videos")
            .paged()
            .asks(FILTERS)
            .gives::<Videos>(),
        get("/api/v1/video-channels/ownership", "Channels that are offered, to one or by one")
            .signed_in()
            .paged()
            .gives::<Page<OwnershipChange>>(),
        post("/api/v1/video-channels/ownership/{id}/accept", "Take a channel that somebody offers")
            .signed_in()
            .done()
            .or(&[409, 413]),
        post("/api/v1/video-channels/ownership/{id}/refuse", "Leave a channel with whoever offers it")
            .signed_in()
            .done(),
        delete("/api/v1/video-channels/ownership/{id}", "Take back the offer of a channel")
            .signed_in()
            .done(),
        get("/api/v1/video-channels/{name}/ownership", "The offer of a channel that waits")
            .signed_in()
            .paged()
            .asks("state:integer")
            .gives::<Page<OwnershipChange>>(),
        post("/api/v1/video-channels/{name}/give-ownership", "Offer a channel to somebody")
            .signed_in()
            .takes_fields("username*")
            .done()
            .or(&[409]),
        get("/api/v1/video-channels/{name}/activities", "What was done in a channel")
            .signed_in()
            .paged()
            .gives::<Page<ChannelActivity>>(),
        get("/api/v1/video-channels/{name}/collaborators", "Who edits a channel, and who is asked to")
            .signed_in()
            .gives::<Page<Collaborator>>(),
        post("/api/v1/video-channels/{name}/collaborators/invite", "Ask somebody to edit a channel")
            .signed_in()
            .takes_fields("accountHandle*")
            .gives::<CollaboratorMade>()
            .or(&[409]),
        post(
            "/api/v1/video-channels/{name}/collaborators/{collaborator}/accept",
            "Edit a channel from now on, as one is asked to",
        )
        .signed_in()
        .done(),
        post("/api/v1/video-channels/{name}/collaborators/{collaborator}/reject", "Refuse to edit a channel")
            .signed_in()
            .done(),
        delete(
            "/api/v1/video-channels/{name}/collaborators/{collaborator}",
            "Have somebody, or oneself, edit a channel no more",
        )
        .signed_in()
        .done(),
        post(
            "/api/v1/video-channels/{name}/import-videos",
            "Have all videos of a channel elsewhere imported",
        )
        .signed_in()
        .takes_fields("externalChannelUrl* videoChannelSyncId:integer")
        .text("externalChannelUrl", 0..=URL_LENGTH_MAX)
        .done(),
        post("/api/v1/video-channel-syncs", "Have the videos of a channel elsewhere imported as they come")
            .signed_in()
            .takes_fields("externalChannelUrl* videoChannelId*:integer")
            .text("externalChannelUrl", 0..=URL_LENGTH_MAX)
            .gives::<MadeChannelSync>()
            .or(&[403, 404]),
        delete("/api/v1/video-channel-syncs/{id}", "Have a channel elsewhere watched no more")
            .signed_in()
            .done(),
        post("/api/v1/video-channel-syncs/{id}/sync", "Have all videos of a watched channel imported")
            .signed_in()
            .done(),
        get("/api/v1/accounts/{name}/video-channel-syncs", "Channels elsewhere that an account has watched")
            .signed_in()
            .paged()
            .gives::<Page<VideoChannelSync>>(),
        get("/api/v1/video-channels/{name}/followers", "Who follows a channel")
            .signed_in()
            .paged()
            .asks("search")
            .gives::<Page<Follow>>(),
    ]
}

/// The bounds of what is said of a video.
fn of_video(row: Row) -> Row {
    row.text("name", VIDEO_NAME_LENGTH)
        .text("description", VIDEO_DESCRIPTION_LENGTH)
        .text("support", VIDEO_SUPPORT_LENGTH)
        .list("tags", 0..=VIDEO_TAGS_MAX)
        .text("tags[]", VIDEO_TAG_LENGTH)
        .number("privacy", 1..=5)
        .number("nsfwFlags", 0..=u64::from(VIDEO_NSFW_FLAGS))
        .text("nsfwSummary", VIDEO_NSFW_SUMMARY_LENGTH)
        .list("videoPasswords", 1..=VIDEO_PASSWORDS_MAX)
        .text("videoPasswords[]", VIDEO_PASSWORD_LENGTH)
        .number("commentsPolicy", 1..=3)
}

fn videos() -> Vec<Row> {
    let resumable = "/api/v1/videos/upload-resumable";
    vec![
        get("/api/v1/videos", "Videos").paged().asks(FILTERS).gives::<Videos>(),
        of_video(post(resumable, "Begin to send a video").signed_in().takes_form::<NewVideo>())
            .heads("X-Upload-Content-Length*:integer X-Upload-Content-Type")
            .answers_with(201, Answer::Nothing)
            .answers_with(200, Answer::Nothing)
            .or(&[409, 422, 429]),
        put(resumable, "Send a piece of a video")
            .signed_in()
            .asks("upload_id*")
            .heads("Content-Range")
            .takes_this(Sent::Bytes)
            .gives::<Uploaded>()
            .answers_with(308, Answer::Nothing)
            .answers_with(404, Answer::plain())
            .or(&[409, 410, 422, 429, 503]),
        delete(resumable, "Send the rest of a video no more")
            .signed_in()
            .asks("upload_id*")
            .done()
            .answers_with(404, Answer::plain())
            .or(&[409]),
        of_video(post("/api/v1/videos/upload", "Send a video").signed_in())
            .takes_this(Sent::FormAndFile(
                Box::new(|types| types.subschema_for::<NewVideo>()),
                "videofile",
                &["channelId", "name"],
            ))
            .gives::<Uploaded>()
            .or(&[409, 422, 429]),
        get("/api/v1/videos/categories", "Categories by number").gives::<Names>(),
        get("/api/v1/videos/licences", "Licences by number").gives::<Names>(),
        get("/api/v1/videos/languages", "Languages by code").gives::<Names>(),
        get("/api/v1/videos/privacies", "Privacies by number").gives::<Names>(),
        get("/api/v1/player-settings/videos/{id}", "How the player of a video looks")
            .asks("raw:boolean")
            .gives::<PlayerSettings>(),
        put("/api/v1/player-settings/videos/{id}", "Choose how the player of a video looks")
            .signed_in()
            .takes_fields("theme*")
            .words("theme", OF_VIDEOS)
            .gives::<PlayerSettings>(),
        get("/api/v1/player-settings/video-channels/{name}", "How the player of a channel's videos looks")
            .asks("raw:boolean")
            .gives::<PlayerSettings>(),
        put(
            "/api/v1/player-settings/video-channels/{name}",
            "Choose how the player of a channel's videos looks",
        )
        .signed_in()
        .takes_fields("theme*")
        .words("theme", OF_CHANNELS)
        .gives::<PlayerSettings>(),
        get("/api/v1/overviews/videos", "Samples by category, tag and channel")
            .asks("page:integer")
            .gives::<Object>(),
        get("/api/v1/videos/{id}", "A video").gives::<WholeVideo>(),
        of_video(put("/api/v1/videos/{id}", "Change a video").signed_in().takes_form::<NewVideo>())
            .picture("thumbnailfile")
            .picture("previewfile")
            .done()
            .or(&[409]),
        delete("/api/v1/videos/{id}", "Delete a video").signed_in().done().or(&[409]),
        get("/api/v1/videos/{id}/description", "A video's whole description").gives::<Description>(),
        get("/api/v1/videos/{id}/source", "The file a video came as").signed_in().gives::<Object>(),
        get("/api/v1/videos/{id}/metadata/{file}", "What is in a file of a video").gives::<Object>(),
        post("/api/v1/videos/{id}/token", "A key to a guarded video's files").gives::<VideoToken>(),
        post("/api/v1/videos/{id}/views", "Tell that one watches").takes::<ViewReport>().done().or(&[429]),
        put("/api/v1/videos/{id}/watching", "Tell how far one is")
            .signed_in()
            .takes_fields("currentTime*:integer")
            .done(),
    ]
}

fn parts_of_videos() -> Vec<Row> {
    vec![
        get("/api/v1/videos/{id}/captions", "A video's captions").gives::<Page<Caption>>(),
        post("/api/v1/videos/{id}/captions/generate", "Write down what is said in a video")
            .signed_in()
            .takes_fields("forceTranscription:boolean")
            .done()
            .or(&[409]),
        put("/api/v1/videos/{id}/captions/{language}", "Give a video captions")
            .signed_in()
            .takes_this(Sent::File("captionfile"))
            .done()
            .or(&[409]),
        delete("/api/v1/videos/{id}/captions/{language}", "Take captions away").signed_in().done(),
        get("/api/v1/videos/{id}/chapters", "A video's chapters").gives::<ChapterList>(),
        put("/api/v1/videos/{id}/chapters", "Give a video chapters")
            .signed_in()
            .takes::<ChapterList>()
            .list("chapters", 0..=CHAPTERS_MAX)
            .text("chapters[].title", CHAPTER_TITLE_LENGTH)
            .done(),
        get("/api/v1/videos/{id}/storyboards", "Pictures along the seek bar").gives::<Storyboards>(),
    ]
}

fn makers() -> Vec<Row> {
    let embed = "/api/v1/videos/{id}/embed-privacy";
    let passwords = "/api/v1/videos/{id}/passwords";
    let replace = "/api/v1/videos/{id}/source/replace-resumable";
    vec![
        get("/api/v1/videos/ownership", "Videos that somebody offers one")
            .signed_in()
            .paged()
            .gives::<Page<OwnershipChange>>(),
        post("/api/v1/videos/ownership/{id}/accept", "Take a video that somebody offers")
            .signed_in()
            .takes_fields("channelId*:integer")
            .done(),
        post("/api/v1/videos/ownership/{id}/refuse", "Leave a video with whoever offers it")
            .signed_in()
            .done(),
        post("/api/v1/videos/{id}/give-ownership", "Offer a video to somebody")
            .signed_in()
            .takes_fields("username*")
            .done()
            .or(&[409]),
        delete("/api/v1/videos/{id}/source/file", "Keep the file a video came as no longer")
            .signed_in()
            .done(),
        post(replace, "Begin to send another file in the place of a video's")
            .signed_in()
            .takes_fields("filename*")
            .heads("X-Upload-Content-Length*:integer X-Upload-Content-Type")
            .answers_with(201, Answer::Nothing)
            .or(&[409, 429]),
        put(replace, "Send a piece of a file in the place of a video's")
            .signed_in()
            .asks("upload_id*")
            .heads("Content-Range")
            .takes_this(Sent::Bytes)
            .done()
            .answers_with(308, Answer::Nothing)
            .answers_with(404, Answer::PlainOrProblem)
            .or(&[409, 422, 503]),
        delete(replace, "Send the rest of such a file no more")
            .signed_in()
            .asks("upload_id*")
            .done()
            .answers_with(404, Answer::PlainOrProblem)
            .or(&[409]),
        of_video(
            post("/api/v1/videos/imports", "Have a video fetched from elsewhere")
                .signed_in()
                .takes_form::<ImportWish>(),
        )
        .text("targetUrl", 0..=URL_LENGTH_MAX)
        .text("magnetUri", 0..=URL_LENGTH_MAX)
        .picture("torrentfile")
        .gives::<VideoImport>()
        .or(&[403, 409]),
        get("/api/v1/users/me/videos/imports", "What one has fetched from elsewhere")
            .signed_in()
            .paged()
            .asks("search targetUrl includeCollaborations")
            .gives::<Page<VideoImport>>(),
        post("/api/v1/videos/imports/{id}/cancel", "Have a video fetched no more")
            .signed_in()
            .done()
            .or(&[409]),
        post("/api/v1/videos/imports/{id}/retry", "Have a video fetched once more")
            .signed_in()
            .done()
            .or(&[409]),
        delete("/api/v1/videos/imports/{id}", "Forget that a video was fetched")
            .signed_in()
            .done()
            .or(&[409]),
        delete("/api/v1/videos/{id}/hls", "Have no stream of a video").signed_in().done(),
        delete("/api/v1/videos/{id}/hls/{file}", "Have one quality of a video no longer")
            .signed_in()
            .done()
            .or(&[409]),
        delete("/api/v1/videos/{id}/web-videos", "Have no whole files of a video").signed_in().done(),
        delete("/api/v1/videos/{id}/web-videos/{file}", "Have one whole file of a video no longer")
            .signed_in()
            .done(),
        post("/api/v1/videos/{id}/transcoding", "Make the qualities that a video lacks")
            .signed_in()
            .takes_fields("transcodingType* forceTranscoding:boolean")
            .words("transcodingType", &["hls", "web-video"])
            .done()
            .or(&[409]),
        get(embed, "On which sites a video may be shown in a frame").signed_in().gives::<EmbedPrivacy>(),
        put(embed, "Choose on which sites a video may be shown in a frame")
            .signed_in()
            .takes_fields("policy*:integer domains*:texts")
            .number("policy", 1..=4)
            .list("domains", 0..=DOMAINS_MAX)
            .text("domains[]", 1..=HOST_LENGTH_MAX)
            .done(),
        get("/api/v1/videos/{id}/embed-privacy/allowed", "Whether a site may show a video in a frame")
            .asks("domain*")
            .gives::<EmbedAllowed>(),
        get(passwords, "What opens a video").signed_in().paged().gives::<Page<VideoPassword>>(),
        put(passwords, "Choose all that opens a video")
            .signed_in()
            .takes_fields("passwords*:texts")
            .list("passwords", 1..=VIDEO_PASSWORDS_MAX)
            .text("passwords[]", VIDEO_PASSWORD_LENGTH)
            .done(),
        post(passwords, "Let one more password open a video")
            .signed_in()
            .takes_fields("password*")
            .text("password", VIDEO_PASSWORD_LENGTH)
            .done(),
        delete("/api/v1/videos/{id}/passwords/{password}", "Let a password open a video no more")
            .signed_in()
            .done(),
        get("/api/v1/videos/{id}/stats/overall", "How much a video was watched")
            .signed_in()
            .asks("startDate:date endDate:date")
            .gives::<OverallStats>(),
        get("/api/v1/videos/{id}/stats/user-agent", "What a video was watched with, in families")
            .signed_in()
            .asks("startDate:date endDate:date")
            .gives::<UserAgents>(),
        get("/api/v1/videos/{id}/stats/retention", "How many still watched at each moment")
            .signed_in()
            .gives::<Retention>(),
        get("/api/v1/videos/{id}/stats/timeseries/{metric}", "How much a video was watched, over time")
            .signed_in()
            .asks("startDate:date endDate:date")
            .gives::<TimeSeries>(),
    ]
}

fn talk() -> Vec<Row> {
    vec![
        get("/api/v1/videos/{id}/comment-threads", "What is said about a video").paged().gives::<CommentThreads>(),
        post("/api/v1/videos/{id}/comment-threads", "Say something about a video")
            .signed_in()
            .takes::<NewComment>()
            .text("text", COMMENT_LENGTH)
            .gives::<CommentMade>()
            .or(&[409, 429]),
        get("/api/v1/videos/{id}/comment-threads/{thread}", "A thread").gives::<CommentTree>(),
        get("/api/v1/videos/{id}/comments/{comment}/replies", "Replies to a comment")
            .paged()
            .gives::<Page<CommentTree>>(),
        post("/api/v1/videos/{id}/comments/{comment}", "Reply to a comment")
            .signed_in()
            .takes::<NewComment>()
            .text("text", COMMENT_LENGTH)
            .gives::<CommentMade>()
            .or(&[409, 429]),
        delete("/api/v1/videos/{id}/comments/{comment}", "Delete a comment").signed_in().done().or(&[409]),
        post("/api/v1/videos/{id}/comments/{comment}/approve", "Show a comment that was held")
            .signed_in()
            .done(),
        get("/api/v1/videos/comments", "What is said on this instance")
            .signed_in()
            .paged()
            .asks("search searchAccount searchVideo isLocal onLocalVideo isHeldForReview videoId videoChannelId")
            .gives::<Page<ReviewedComment>>(),
        post("/api/v1/bulk/remove-comments-of", "Delete all that somebody said")
            .signed_in()
            .takes::<CommentsRemoval>()
            .words("scope", &["my-videos", "my-videos-and-collaborations", "instance"])
            .done(),
        put("/api/v1/videos/{id}/rate", "Say what one thinks of a video")
            .signed_in()
            .takes::<RatingWish>()
            .words("rating", &["like", "dislike", "none"])
            .done(),
    ]
}

fn follows() -> Vec<Row> {
    vec![
        get("/api/v1/users/me/subscriptions", "Channels one follows")
            .signed_in()
            .paged()
            .asks("search")
            .gives::<Page<Channel>>(),
        post("/api/v1/users/me/subscriptions", "Follow a channel")
            .signed_in()
            .takes::<SubscriptionWish>()
            .done(),
        get("/api/v1/users/me/subscriptions/exist", "Whether one follows channels")
            .signed_in()
            .asks("uris*:list")
            .gives::<std::collections::BTreeMap<String, bool>>(),
        get("/api/v1/users/me/subscriptions/videos", "Videos of channels one follows")
            .signed_in()
            .paged()
            .asks(FILTERS)
            .gives::<Videos>(),
        get("/api/v1/users/me/subscriptions/{handle}", "A channel one follows")
            .signed_in()
            .gives::<Channel>(),
        delete("/api/v1/users/me/subscriptions/{handle}", "Follow a channel no more").signed_in().done(),
    ]
}

fn order() -> Vec<Row> {
    vec![
        get("/api/v1/abuses", "Reports")
            .signed_in()
            .paged()
            .asks("id predefinedReason filter state videoIs search searchReporter searchReportee searchVideo searchVideoChannel")
            .gives::<Page<Abuse>>(),
        post("/api/v1/abuses", "Report a video, a comment or an account")
            .signed_in()
            .takes_form::<AbuseWish>()
            .text("reason", ABUSE_TEXT_LENGTH)
            .gives::<AbuseMade>()
            .or(&[409, 429]),
        put("/api/v1/abuses/{id}", "Judge a report")
            .signed_in()
            .takes_fields("state:integer moderationComment")
            .number("state", 1..=3)
            .text("moderationComment", ABUSE_TEXT_LENGTH)
            .done(),
        delete("/api/v1/abuses/{id}", "Delete a report").signed_in().done(),
        get("/api/v1/abuses/{id}/messages", "What was said about a report")
            .signed_in()
            .gives::<Page<AbuseMessage>>(),
        post("/api/v1/abuses/{id}/messages", "Say something about a report")
            .signed_in()
            .takes_fields("message*")
            .text("message", ABUSE_TEXT_LENGTH)
            .gives::<AbuseMessageMade>()
            .or(&[409, 429]),
        delete("/api/v1/abuses/{id}/messages/{message}", "Take back what one said").signed_in().done(),
        get("/api/v1/users/me/abuses", "What one reported")
            .signed_in()
            .paged()
            .asks("id state search")
            .gives::<Page<Abuse>>(),
        get("/api/v1/videos/blacklist", "Videos that are blocked")
            .signed_in()
            .paged()
            .asks("type search")
            .gives::<Page<BlockedVideo>>(),
        post("/api/v1/videos/{id}/blacklist", "Block a video")
            .signed_in()
            .takes_fields("reason unfederate:boolean")
            .text("reason", VIDEO_BLOCK_REASON_LENGTH)
            .done()
            .or(&[409]),
        put("/api/v1/videos/{id}/blacklist", "Change why a video is blocked")
            .signed_in()
            .takes_fields("reason")
            .text("reason", VIDEO_BLOCK_REASON_LENGTH)
            .done(),
        delete("/api/v1/videos/{id}/blacklist", "Block a video no more").signed_in().done(),
    ]
}

fn instance_follows() -> Vec<Row> {
    let asked = "state search actorType";
    vec![
        get("/api/v1/server/following", "Whom the instance follows")
            .paged()
            .asks(asked)
            .gives::<Page<Follow>>(),
        post("/api/v1/server/following", "Follow other instances, or accounts and channels of theirs")
            .signed_in()
            .takes::<FollowingWish>()
            .done(),
        get("/api/v1/server/following/failures", "Whom the instance was to follow, and could not")
            .signed_in()
            .asks("start:start count:count")
            .gives::<Page<FailedFollow>>(),
        delete("/api/v1/server/following/failures/{id}", "Take note that somebody could not be followed")
            .signed_in()
            .done()
            .or(&[409]),
        delete("/api/v1/server/following/{hostOrHandle}", "Follow an instance, or somebody of it, no more")
            .signed_in()
            .done(),
        get("/api/v1/server/followers", "Who follows the instance")
            .paged()
            .asks(asked)
            .gives::<Page<Follow>>(),
        post("/api/v1/server/followers/{handle}/accept", "Let somebody follow the instance")
            .signed_in()
            .done(),
        post("/api/v1/server/followers/{handle}/reject", "Let somebody not follow the instance")
            .signed_in()
            .done(),
        delete("/api/v1/server/followers/{handle}", "Let somebody follow the instance no more")
            .signed_in()
            .done(),
        get("/api/v1/server/redundancy/videos", "Copies of videos: ours of others', or others' of ours")
            .signed_in()
            .paged()
            .asks("target* strategy")
            .gives::<Page<VideoRedundancy>>(),
        post("/api/v1/server/redundancy/videos", "Copy a video of another server")
            .signed_in()
            .takes_fields("videoId*")
            .text("videoId", 1..=36)
            .done()
            .or(&[409]),
        delete("/api/v1/server/redundancy/videos/{redundancyId}", "Give up a copy").signed_in().done(),
        put("/api/v1/server/redundancy/{host}", "Say whether videos of a server may be copied")
            .signed_in()
            .takes_fields("redundancyAllowed*:boolean")
            .done(),
    ]
}

fn explanations() -> Vec<Row> {
    vec![
        get("/api/v1/server/federation/servers", "How far other servers have heard what they are told")
            .signed_in()
            .asks("start:start count:count search")
            .gives::<Page<FederationServer>>(),
        post("/api/v1/server/federation/servers/{host}/try", "Tell a server now what waits for it")
            .signed_in()
            .done(),
        get("/api/v1/server/federation/explain", "What is known of what did not arrive")
            .signed_in()
            .asks("about*")
            .gives::<Explained>()
            .or(&[404]),
        get("/api/v1/server/federation/explain/{ledger}", "What was told and heard of it, row by row")
            .signed_in()
            .asks("start:start count:count about*")
            .gives::<Page<LedgerRow>>(),
    ]
}

fn mutes() -> Vec<Row> {
    let mut rows = vec![
        get("/api/v1/blocklist/status", "Whether one, or the instance, muted these")
            .asks("accounts:list hosts:list")
            .gives::<BlocklistStatus>(),
    ];
    let places = [
        (
            "/api/v1/users/me/blocklist/accounts",
            "/api/v1/users/me/blocklist/accounts/{name}",
            "/api/v1/users/me/blocklist/servers",
            "/api/v1/users/me/blocklist/servers/{host}",
        ),
        (
            "/api/v1/server/blocklist/accounts",
            "/api/v1/server/blocklist/accounts/{name}",
            "/api/v1/server/blocklist/servers",
            "/api/v1/server/blocklist/servers/{host}",
        ),
    ];
    for (accounts, account, servers, server) in places {
        rows.extend([
            get(accounts, "Muted accounts")
                .signed_in()
                .paged()
                .asks("search subscriptionName")
                .gives::<Page<MutedAccount>>(),
            post(accounts, "Mute an account").signed_in().takes_fields("accountName*").done().or(&[409]),
            delete(account, "Hear an account again").signed_in().done(),
            get(servers, "Muted servers")
                .signed_in()
                .paged()
                .asks("search subscriptionName")
                .gives::<Page<MutedServer>>(),
            post(servers, "Mute a server").signed_in().takes_fields("host*").done().or(&[409]),
            delete(server, "Hear a server again").signed_in().done(),
        ]);
    }
    rows.extend(instance_follows());
    rows.extend(explanations());
    let subscription = "/api/v1/server/blocklist/subscriptions/{subscription}";
    rows.extend(subscriptions(
        get("/api/v1/server/blocklist/subscriptions", "Lists of mutes that the instance is subscribed to")
            .gives::<Page<BlocklistSubscription>>(),
        post("/api/v1/server/blocklist/subscriptions", "Subscribe the instance to a list of mutes")
            .gives::<BlocklistSubscription>(),
        delete(subscription, "End a subscription, and the mutes that came of it alone"),
    ));
    rows.push(
        get("/api/v1/server/blocklist/public-log", "Whom the instance muted by hand, and heard again")
            .asks("startDate:date")
            .gives::<MuteList>()
            .or(&[403]),
    );
    rows
}

/// Subscriptions to lists that are kept elsewhere: all of them, a new one, and the end of one.
fn subscriptions(all: Row, new: Row, end: Row) -> [Row; 3] {
    [
        all.signed_in().paged().asks("search"),
        new.signed_in().takes_fields("url*").text("url", LIST_URL_LENGTH).or(&[409, 429]),
        end.signed_in().done(),
    ]
}

fn of_words(row: Row) -> Row {
    row.text("listName", WATCHED_WORDS_NAME_LENGTH)
        .list("words", 1..=WATCHED_WORDS_MAX)
        .text("words[]", WATCHED_WORD_LENGTH)
}

fn words() -> Vec<Row> {
    let mut rows = vec![
        get("/api/v1/automatic-tags/policies/accounts/{name}/comments", "Tags whose comments are held")
            .signed_in()
            .gives::<CommentTagPolicies>(),
        put("/api/v1/automatic-tags/policies/accounts/{name}/comments", "Hold comments with these tags")
            .signed_in()
            .takes::<CommentTagPolicies>()
            .done(),
    ];
    let places = [
        (
            "/api/v1/watched-words/accounts/{name}/lists",
            "/api/v1/watched-words/accounts/{name}/lists/{list}",
            "/api/v1/automatic-tags/accounts/{name}/available",
        ),
        (
            "/api/v1/watched-words/server/lists",
            "/api/v1/watched-words/server/lists/{list}",
            "/api/v1/automatic-tags/server/available",
        ),
    ];
    for (lists, list, available) in places {
        rows.extend([
            get(lists, "Lists of watched words").signed_in().paged().gives::<Page<WordList>>(),
            of_words(post(lists, "Watch for words").signed_in().takes_fields("listName* words*:texts"))
                .gives::<WordListMade>()
                .or(&[409]),
            of_words(
                put(list, "Change a list of watched words").signed_in().takes_fields("listName words:texts"),
            )
            .done()
            .or(&[409]),
            delete(list, "Watch for these words no more").signed_in().done(),
            get(available, "Tags that comments may get").signed_in().gives::<AvailableTags>(),
        ]);
    }
    let places = [
        (
            "/api/v1/watched-words/accounts/{name}/subscriptions",
            "/api/v1/watched-words/accounts/{name}/subscriptions/{subscription}",
        ),
        (
            "/api/v1/watched-words/server/subscriptions",
            "/api/v1/watched-words/server/subscriptions/{subscription}",
        ),
    ];
    for (all, one) in places {
        rows.extend(subscriptions(
            get(all, "Lists of words that one is subscribed to").gives::<Page<WordSubscription>>(),
            post(all, "Subscribe to a list of words").gives::<WordSubscription>(),
            delete(one, "End a subscription, and remove the list that came of it"),
        ));
    }
    rows
}

/// The bounds of what is said of a list of videos.
fn of_playlist(row: Row) -> Row {
    row.text("displayName", PLAYLIST_NAME_LENGTH)
        .text("description", PLAYLIST_DESCRIPTION_LENGTH)
        .number("privacy", 1..=3)
        .picture("thumbnailfile")
}

/// The bounds of the part of a video that a list shows.
fn of_element(row: Row) -> Row {
    row.number("startTimestamp", 0..=SECONDS_MAX).number("stopTimestamp", 0..=SECONDS_MAX)
}

fn shelves() -> Vec<Row> {
    let lists = "/api/v1/video-playlists";
    let list = "/api/v1/video-playlists/{id}";
    let videos = "/api/v1/video-playlists/{id}/videos";
    let element = "/api/v1/video-playlists/{id}/videos/{element}";
    vec![
        get(lists, "Lists of videos").paged().asks("search playlistType").gives::<Page<VideoPlaylist>>(),
        of_playlist(
            post(lists, "Make a list of videos")
                .signed_in()
                .takes_fields("displayName* description privacy:integer videoChannelId:integer"),
        )
        .gives::<MadePlaylist>()
        .or(&[409]),
        get("/api/v1/video-playlists/privacies", "Who may see a list, by number").gives::<Names>(),
        get(list, "A list of videos").gives::<VideoPlaylist>(),
        of_playlist(
            put(list, "Change a list of videos")
                .signed_in()
                .takes_fields("displayName description privacy:integer videoChannelId:integer"),
        )
        .done()
        .or(&[409]),
        delete(list, "Delete a list of videos").signed_in().done().or(&[409]),
        get(videos, "The videos of a list").paged().gives::<Page<PlaylistElement>>(),
        of_element(
            post(videos, "Add a video to a list")
                .signed_in()
                .takes_fields("videoId* startTimestamp:integer stopTimestamp:integer"),
        )
        .text("videoId", 1..=36)
        .gives::<MadeElement>()
        .or(&[409]),
        post("/api/v1/video-playlists/{id}/videos/reorder", "Move videos of a list")
            .signed_in()
            .takes_fields("startPosition*:integer insertAfterPosition*:integer reorderLength:integer")
            .number("startPosition", 1..=PLAYLIST_ELEMENTS_MAX)
            .number("insertAfterPosition", 0..=PLAYLIST_ELEMENTS_MAX)
            .number("reorderLength", 1..=PLAYLIST_ELEMENTS_MAX)
            .done()
            .or(&[409]),
        of_element(
            put(element, "Change where a video of a list begins and ends")
                .signed_in()
                .takes_fields("startTimestamp:integer stopTimestamp:integer"),
        )
        .done(),
        delete(element, "Take a video out of a list").signed_in().done(),
        get("/api/v1/users/me/video-playlists/videos-exist", "Which of one's lists videos are in")
            .signed_in()
            .asks("videoIds*:list")
            .gives::<std::collections::BTreeMap<String, Vec<ExistingElement>>>(),
        get("/api/v1/accounts/{name}/video-playlists", "An account's lists of videos")
            .paged()
            .asks("search playlistType includeCollaborations channelNameOneOf:list")
            .gives::<Page<VideoPlaylist>>(),
        get("/api/v1/video-channels/{name}/video-playlists", "A channel's lists of videos")
            .paged()
            .asks("search playlistType channelNameOneOf:list")
            .gives::<Page<VideoPlaylist>>(),
        post("/api/v1/video-channels/{name}/video-playlists/reorder", "Move lists on a channel's page")
            .signed_in()
            .takes_fields("startPosition*:integer insertAfterPosition*:integer reorderLength:integer")
            .number("startPosition", 1..=PLAYLIST_ELEMENTS_MAX)
            .number("insertAfterPosition", 0..=PLAYLIST_ELEMENTS_MAX)
            .number("reorderLength", 1..=PLAYLIST_ELEMENTS_MAX)
            .done(),
        get("/api/v1/videos/{id}/recommendations", "What goes with a video")
            .paged()
            .gives::<Page<Recommended>>(),
        get("/api/v1/search/videos", "Videos found by words")
            .paged()
            .asks(FILTERS)
            .asks("startDate:date endDate:date")
            .asks("originallyPublishedStartDate:date originallyPublishedEndDate:date")
            .asks("durationMin:integer durationMax:integer uuids:list searchTarget")
            .gives::<Page<FoundVideo>>()
            .or(&[429, 502, 503]),
        get("/api/v1/search/video-channels", "Channels found by words")
            .paged()
            .asks("search host handles:list searchTarget")
            .gives::<Page<Channel>>()
            .or(&[429, 502, 503]),
        get("/api/v1/search/video-playlists", "Lists found by words")
            .paged()
            .asks("search host searchTarget")
            .gives::<Page<VideoPlaylist>>()
            .or(&[429, 502, 503]),
        get("/api/v1/search/video-caption-segments", "What is said in videos, found by words")
            .paged()
            .asks("search languageOneOf:list")
            .gives::<Page<VideoCaptionSegment>>()
            .or(&[409, 503]),
    ]
}

fn staff() -> Vec<Row> {
    vec![
        get("/api/v1/jobs", "Work to do").signed_in().paged().asks("jobType").gives::<Page<Object>>(),
        get("/api/v1/jobs/{state}", "Work in one state")
            .signed_in()
            .paged()
            .asks("jobType")
            .gives::<Page<Object>>(),
        post("/api/v1/jobs/pause", "Begin no more work").signed_in().done(),
        post("/api/v1/jobs/resume", "Begin to work again").signed_in().done(),
        post("/api/v1/jobs/{id}/retry", "Try again what was given up").signed_in().done().or(&[409]),
        get("/api/v1/server/logs", "What the server said of itself")
            .signed_in()
            .asks("startDate*:date endDate:date level tagsOneOf:list")
            .gives::<Vec<Object>>(),
        get("/api/v1/server/audit-logs", "Who changed what")
            .signed_in()
            .asks("startDate*:date endDate:date")
            .gives::<Vec<Object>>(),
        post("/api/v1/server/logs/client", "Tell of a failure of a page")
            .takes_fields("level* message* url* stackTrace userAgent meta")
            .words("level", &["warn", "error"])
            .text("message", 1..=CLIENT_MESSAGE_MAX)
            .text("url", 0..=CLIENT_URL_MAX)
            .text("stackTrace", 0..=CLIENT_STACK_MAX)
            .text("userAgent", 0..=CLIENT_AGENT_MAX)
            .text("meta", 0..=CLIENT_META_MAX)
            .done()
            .or(&[403, 429]),
    ]
}

fn instance() -> Vec<Row> {
    let custom = "/api/v1/config/custom";
    let homepage = "/api/v1/custom-pages/homepage/instance";
    vec![
        get("/api/v1/config", "What the instance is and can do").gives_named("Config"),
        get("/api/v1/config/about", "What the instance says of itself").gives_named("About"),
        get(custom, "What administrators change").signed_in().gives_named("CustomConfig"),
        put(custom, "Change the instance").signed_in().takes_this(Sent::Custom).gives_named("CustomConfig"),
        delete(custom, "Take all changes back").signed_in().gives_named("CustomConfig"),
        post("/api/v1/config/instance-avatar/pick", "Choose the instance's picture")
            .signed_in()
            .takes_this(Sent::File("avatarfile"))
            .done(),
        delete("/api/v1/config/instance-avatar", "Have no picture").signed_in().done(),
        post("/api/v1/config/instance-banner/pick", "Choose the instance's wide picture")
            .signed_in()
            .takes_this(Sent::File("bannerfile"))
            .done(),
        delete("/api/v1/config/instance-banner", "Have no wide picture").signed_in().done(),
        post("/api/v1/config/instance-logo/{logo}/pick", "Choose the picture of a place of the instance")
            .signed_in()
            .takes_this(Sent::File("logofile"))
            .done(),
        delete("/api/v1/config/instance-logo/{logo}", "Have no picture of its own there").signed_in().done(),
        get(homepage, "The instance's home page").gives_fields("content*").or(&[404]),
        put(homepage, "Write the instance's home page")
            .signed_in()
            .takes_fields("content*")
            .text("content", 0..=HOMEPAGE_LENGTH_MAX)
            .done(),
        get("/api/v1/server/stats", "How much there is here").gives_named("Stats"),
        post("/api/v1/server/contact", "Write to who keeps the instance")
            .takes_fields("fromName* fromEmail* body* subject")
            .text("fromName", USER_DISPLAY_NAME_LENGTH)
            .text("fromEmail", EMAIL_LENGTH)
            .text("body", LETTER_LENGTH)
            .text("subject", 0..=SUBJECT_LENGTH_MAX)
            .done()
            .or(&[409, 429]),
        get("/api/v1/server/debug", "A look into the running server")
            .signed_in()
            .gives_fields("ip* activityPubMessagesWaiting*:integer"),
        post("/api/v1/server/debug/run-command", "Do at once what is done sooner or later")
            .signed_in()
            .takes_fields("command* email")
            .words("command", COMMANDS)
            .text("email", EMAIL_LENGTH)
            .done()
            .or(&[409]),
        post("/api/v1/client-config/update-interface-language", "Choose the language of the pages")
            .takes_fields("language*")
            .done(),
        post("/api/v1/client-config/update-language", "Choose the language of the pages")
            .takes_fields("language*")
            .done(),
        post("/api/v1/metrics/playback", "Tell how watching went")
            .takes_fields(
                "videoId* playerMode* p2pEnabled*:boolean resolution*:integer fps:integer p2pPeers:integer \
                 resolutionChanges*:integer errors*:integer bufferStalled:integer downloadedBytesP2P*:integer \
                 downloadedBytesHTTP*:integer uploadedBytesP2P*:integer",
            )
            .text("videoId", 1..=36)
            .words("playerMode", PLAYERS)
            .number("resolution", 0..=RESOLUTION_MAX)
            .number("fps", 0..=FPS_MAX)
            .number("p2pPeers", 0..=PEERS_MAX)
            .number("resolutionChanges", 0..=TIMES_MAX)
            .number("errors", 0..=TIMES_MAX)
            .number("bufferStalled", 0..=TIMES_MAX)
            .number("downloadedBytesP2P", 0..=BYTES_MAX)
            .number("downloadedBytesHTTP", 0..=BYTES_MAX)
            .number("uploadedBytesP2P", 0..=BYTES_MAX)
            .done()
            .or(&[404, 429]),
    ]
}
