//! `/users/me`: the signed-in person.

use shared::api::{Me, NotificationSettings, QuotaUsed};

use super::extract::{Ask, unauthorized};
use super::respond::{Outcome, json};
use super::views;
use crate::config::{Config, PublicUrl};
use crate::domain::account::channels_of;
use crate::store::records::{Account, Channel, User};
use crate::store::tables::{AccountKey, UserKey};
use crate::store::{Read, StoreError};

/// `GET /api/v1/users/me`
pub async fn me(ask: Ask) -> Outcome {
    let person = ask.person().await?;
    let found = ask
        .app
        .read(move |store| {
            let user = store.get(&UserKey { user: person.user })?;
            let account = store.get(&AccountKey { account: person.account })?;
            let channels = channels_of(store, person.account)?;
            Ok::<_, StoreError>(user.zip(account).map(|(user, account)| (user, account, channels)))
        })
        .await?;
    // Gone between the look at the token and this one.
    let (user, account, channels) = found.ok_or_else(unauthorized)?;
    json(&view(ask.app.config(), ask.app.url(), &user, &account, &channels))
}

/// `GET /api/v1/users/me/video-quota-used`
pub async fn quota_used(ask: Ask) -> Outcome {
    let person = ask.person().await?;
    let used = ask.app.catalogue().used(person.account, ask.app.clock().now());
    json(&QuotaUsed { video_quota_used: used.total, video_quota_used_daily: used.daily })
}

fn view(config: &Config, url: &PublicUrl, user: &User, account: &Account, channels: &[Channel]) -> Me {
    let quota = |quota: Option<u64>| quota.map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    Me {
        id: user.id,
        username: user.username.clone(),
        email: user.email.clone(),
        theme: "instance-default".to_owned(),
        pending_email: None,
        email_public: false,
        email_verified: None,
        nsfw_policy: config.instance.nsfw_policy.to_string(),
        p2p_enabled: true,
        videos_history_enabled: true,
        auto_play_video: true,
        auto_play_next_video: false,
        auto_play_next_video_playlist: true,
        video_languages: None,
        role: views::role(user.role),
        video_quota: quota(user.video_quota),
        video_quota_daily: quota(user.video_quota_daily),
        no_instance_config_warning_modal: true,
        no_welcome_modal: true,
        no_account_setup_warning_modal: true,
        blocked: user.blocked.is_some(),
        blocked_reason: user.blocked.clone(),
        account: views::account(url, account),
        notification_settings: NotificationSettings::default(),
        video_channels: channels.iter().map(|channel| views::channel(url, channel, None)).collect(),
        created_at: user.created_at,
        plugin_auth: None,
        last_login_date: user.last_login_at,
        two_factor_enabled: false,
        admin_flags: 0,
        special_playlists: Vec::new(),
    }
}
