//! `/users/me`: the signed-in person.

use std::sync::Arc;

use shared::api::{Me, NotificationSettings, QuotaUsed, SeederToken, SeederTokenWish};

use super::extract::{Ask, Body, unauthorized};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::{notification, views};
use crate::catalogue::Publisher;
use crate::config::{Config, PublicUrl};
use crate::domain::account::{THEME_OF_THE_INSTANCE, admission, channels_of, take_back_admissions};
use crate::store::records::{Account, Channel, User};
use crate::store::tables::{AccountKey, NotificationSettingsKey, UserKey};
use crate::store::{Durability, Read, StoreError};

/// One word and its value.
const WISH_BYTES_MAX: usize = 1024;

/// `GET /api/v1/users/me`
pub async fn me(ask: Ask) -> Outcome {
    let person = ask.person().await?;
    let found = ask
        .app
        .read(move |store| {
            let user = store.get(&UserKey { user: person.user })?;
            let account = store.get(&AccountKey { account: person.account })?;
            let channels = channels_of(store, person.account)?;
            let chosen = store.get(&NotificationSettingsKey { user: person.user })?.unwrap_or_default();
            Ok::<_, StoreError>(user.zip(account).map(|(user, account)| (user, account, channels, chosen)))
        })
        .await?;
    // Gone between the look at the token and this one.
    let (user, account, channels, chosen) = found.ok_or_else(unauthorized)?;
    let mut me = view(&ask.app.config(), ask.app.url(), &user, &account, &channels);
    for channel in &mut me.video_channels {
        channel.owner_account_id = Some(person.account);
    }
    let url = ask.app.url();
    let edited = ask.app.catalogue().edited_by(person.account);
    let view = |publisher: &Arc<Publisher>| shared::api::Channel {
        owner_account_id: Some(publisher.account.id),
        ..views::channel(url, &publisher.channel, Some(&publisher.account))
    };
    me.video_channel_collaborations = edited.iter().map(view).collect();
    me.notification_settings = notification::settings(&chosen)?;
    let watch_later = ask.app.playlists().watch_later(person.account);
    me.special_playlists = watch_later.iter().map(|playlist| views::special_playlist(playlist)).collect();
    json(&me)
}

/// `GET /api/v1/users/me/video-quota-used`
pub async fn quota_used(ask: Ask) -> Outcome {
    let person = ask.person().await?;
    let used = ask.app.catalogue().used(person.account, ask.app.clock().now());
    json(&QuotaUsed { video_quota_used: used.total, video_quota_used_daily: used.daily })
}

/// `POST /api/v1/users/me/seeder-tokens`
pub async fn admit_seeders(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let wish: SeederTokenWish = body.json(WISH_BYTES_MAX).await?;
    let admission = admission(&who, wish.for_all, ask.app.clock().now())
        .ok_or_else(|| Failure::forbidden("Only moderators let seeders in to everybody's videos"))?;
    json(&SeederToken { token: ask.app.seeder_tokens().make(&admission), for_all: wish.for_all })
}

/// `DELETE /api/v1/users/me/seeder-tokens`
pub async fn take_seeders_back(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    ask.app.write(Durability::Flushed, move |write, now| take_back_admissions(write, now, &who)).await?;
    Ok(no_content())
}

/// A login as the person sees it, and those who manage logins.
pub(super) fn view(
    config: &Config,
    url: &PublicUrl,
    user: &User,
    account: &Account,
    channels: &[Channel],
) -> Me {
    let quota = |quota: Option<u64>| quota.map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    let likes = &user.preferences;
    let sensitive = likes.sensitive.map(|policy| policy.as_str().to_owned());
    Me {
        id: user.id,
        username: user.username.clone(),
        email: user.email.clone(),
        theme: likes.theme.clone().unwrap_or_else(|| THEME_OF_THE_INSTANCE.to_owned()),
        pending_email: user.pending_email.clone(),
        email_public: likes.email_public,
        email_verified: user.email_verified,
        nsfw_policy: sensitive.unwrap_or_else(|| config.instance.nsfw_policy.to_string()),
        nsfw_flags_displayed: likes.sensitive_displayed,
        nsfw_flags_hidden: likes.sensitive_hidden,
        nsfw_flags_warned: likes.sensitive_warned,
        nsfw_flags_blurred: likes.sensitive_blurred,
        p2p_enabled: likes.p2p,
        videos_history_enabled: likes.history,
        auto_play_video: likes.autoplay,
        auto_play_next_video: likes.autoplay_next,
        auto_play_next_video_playlist: likes.autoplay_playlist,
        video_languages: likes.video_languages.clone(),
        language: likes.language.clone(),
        role: views::role(user.role),
        video_quota: quota(user.video_quota),
        video_quota_daily: quota(user.video_quota_daily),
        no_instance_config_warning_modal: likes.no_instance_config_warning,
        no_welcome_modal: likes.no_welcome,
        no_account_setup_warning_modal: likes.no_account_setup_warning,
        new_features_info_read: likes.new_features_read,
        blocked: user.blocked.is_some(),
        blocked_reason: user.blocked.clone().filter(|reason| !reason.is_empty()),
        account: views::account(url, account),
        notification_settings: NotificationSettings::default(),
        video_channel_collaborations: Vec::new(),
        video_channels: channels.iter().map(|channel| views::channel(url, channel, None)).collect(),
        created_at: user.created_at,
        plugin_auth: None,
        last_login_date: user.last_login_at,
        two_factor_enabled: user.two_factor,
        admin_flags: user.admin_flags,
        special_playlists: Vec::new(),
    }
}
