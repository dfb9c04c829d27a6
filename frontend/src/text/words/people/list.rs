//! The list of sentences.

macro_rules! words {
    ($($text:ident,)*) => {
        /// Every sentence of these pages in one language.
        pub struct PeopleWords {
            $(pub $text: &'static str,)*
        }

        #[cfg(test)]
        impl PeopleWords {
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($text), self.$text),)*]
            }
        }
    };
}

words! {
    wrong_missing, wrong_taken, wrong_current_password, wrong_handle, wrong_password, wrong_email,
    wrong_display_name, wrong_description, wrong_reason, wrong_block_reason, wrong_address, wrong_quota, sign_up,
    sign_up_at, sign_up_closed, sign_up_closed_text, has_account, rules_text, rules_terms,
    rules_conduct, rules_agree, approval_text, field_reason, field_reason_hint, field_username,
    field_username_hint, field_display_name, field_display_name_hint, field_email, field_password,
    field_password_hint, field_new_password, field_current_password, first_channel, first_channel_text,
    field_channel_name, field_channel_handle, field_age, request_account, create_account, check_mail,
    no_mail_came, request_sent, then_judged, almost_there, account_ready, account_ready_text,
    set_up_profile, confirming, mail_counts_no_more, send_again, confirmed, confirmed_text,
    confirm_title, reset_title, reset_text, ask_confirm_text, cannot_mail, mail_sent, mail_sent_text,
    send_mail, password_changed, change_password, gate_settings, gate_channels, gate_managing,
    section_profile, section_preferences, section_notifications, section_security, drop_avatar,
    choose_banner, drop_banner, crop_title, crop_hint, crop_label, crop_zoom, crop_take, field_about,
    field_about_hint, field_markdown_hint, saved, acts_at_once, language_of_browser, language_hint,
    field_nsfw_policy, nsfw_hint, nsfw_display, nsfw_blur, nsfw_warn, nsfw_hide, playback, autoplay,
    autoplay_hint, autoplay_next, autoplay_playlist, p2p, p2p_hint, memory, history, history_hint,
    news_what, news_in_page, news_by_mail, cannot_mail_news, news_new_video, news_comment, news_mention,
    news_follow, news_published, news_transcribed, news_blocked, news_report_answer, news_report_state, news_user,
    news_report, news_review, news_instance_follower, news_instance_following, news_imported, news_ownership, present_address, pending_address, field_new_email, change_address,
    password_ends_sessions, two_factor, two_factor_text, two_factor_is_on, two_factor_begin,
    two_factor_end, two_factor_scan, qr_label, two_factor_secret, field_first_code,
    field_first_code_hint, two_factor_confirm, recovery_codes, new_recovery_codes, recovery_text,
    recovery_kept, sessions, sessions_text, session_since, this_session, end_session_of, leave,
    leave_title, leave_text, leave_not_admin, type_to_confirm, new_channel, create_channel,
    edit_channel, not_your_channel, delete_channel, delete_channel_text, rows_shown, rows_before,
    rows_after, search, filter, sort, filter_all, filter_active, filter_blocked, sort_newest, sort_name,
    sort_seen, sort_used, role, role_user, role_moderator, role_administrator, nobody_found,
    nobody_asked, used_of, blocked, not_confirmed, seen, never_seen, create_user, empty_password_hint,
    keep_password_hint, field_quota, field_quota_daily, field_quota_hint, block, unblock, block_user,
    block_text, block_reason, block_reason_hint, delete_user, delete_user_text, state_pending,
    state_accepted, state_rejected, answered, accept, reject, accept_title, reject_title, field_answer,
    field_answer_hint, send_no_mail,
}

#[cfg(test)]
mod tests {
    use super::super::{en, fr};

    #[test]
    fn languages_fill_in_the_same_things() {
        for ((name, english), (_, french)) in en::WORDS.all().into_iter().zip(fr::WORDS.all()) {
            assert!(!english.is_empty() && !french.is_empty(), "{name}");
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{name}");
        }
    }

    #[test]
    fn french_puts_no_breakable_blank_before_its_punctuation() {
        for (name, text) in fr::WORDS.all() {
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!text.contains(mark), "{name}: {text}");
            }
        }
    }
}
