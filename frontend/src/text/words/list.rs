//! The list of sentences, and how those that go by number are found.

use shared::api::privacy;

/// A count with its noun; `{}` stands for the number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plural {
    /// For one (in French for none too).
    pub one: &'static str,
    /// For all others.
    pub other: &'static str,
}

/// PeerTube's categories, by number.
pub const CATEGORIES: [u32; 18] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
/// PeerTube's licences, by number.
pub const LICENCES: [u32; 7] = [1, 2, 3, 4, 5, 6, 7];

macro_rules! words {
    (
        texts { $($text:ident,)* }
        counts { $($count:ident,)* }
    ) => {
        /// Every sentence of ours in one language.
        pub struct Words {
            $(pub $text: &'static str,)*
            $(pub $count: Plural,)*
            /// In the order of [`CATEGORIES`].
            pub categories: [&'static str; 18],
            /// In the order of [`LICENCES`].
            pub licences: [&'static str; 7],
        }

        #[cfg(test)]
        impl Words {
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                let mut all = vec![$((stringify!($text), self.$text),)*];
                $(all.extend([(stringify!($count), self.$count.one), (stringify!($count), self.$count.other)]);)*
                all.extend(self.categories.map(|text| ("categories", text)));
                all.extend(self.licences.map(|text| ("licences", text)));
                all
            }
        }
    };
}

words! {
    texts {
        // Around every page.
        skip, main_menu, search, save_to, save_to_named, playlists, publish, display, theme, theme_auto, theme_light, theme_dark, language, log_in, log_out,
        account_menu, my_videos, my_page, about_site, powered_by, unreachable, offline, try_again,
        // Small things.
        close, copy, copied, loading, show_more, more, less, cancel, save, saving, edit, delete, keep, watch, video,
        duration, live, to_videos, by, open_there, new_tab, since, support,
        // Lists.
        lists, recent, trending, local, empty_title, empty_text, publish_first, empty_channel, empty_account,
        no_channel, no_channel_text, no_account, no_account_text, not_found, not_found_text,
        // A video.
        description, jump_to, rates, sensitive, sensitive_title, sensitive_watch, shared, shared_on, shared_many, shared_chosen, shared_off, published, first_published, beside, share,
        share_link, share_embed, share_no_embed, share_start, share_moment, share_wrong, download, torrent, magnet, content_whole,
        content_picture, content_sound, sound, not_yet, not_yet_text, player_broken, no_video, no_video_text, private,
        private_text, private_other, privacy_public, privacy_unlisted, privacy_private, privacy_internal,
        privacy_password, hint_public, hint_unlisted, hint_private, hint_internal, hint_password,
        // What the instance does with a video.
        processing_waiting, processing_packaging, processing_transcoding, processing_failed, processing_delayed, all_done,
        // Signing in.
        log_in_to, user_name, user_name_missing, password, password_missing, show_password, logging_in, gate_text,
        login_code, login_code_hint, forgot_password, sign_up, send_mail_again, my_channels, settings, admin_users,
        admin_registrations,
        gate_upload, gate_mine, gate_edit,
        // Publishing.
        publish_title, drop_title, drop_choose, drop_hint, unfit_not_a_video, unfit_empty, unfinished,
        unfinished_hint, unfinished_facts, forget, forget_upload, pause, resume, resumed_at, dismiss, cancel_title,
        cancel_text, keep_uploading, cancel_upload, stage_queued, stage_beginning, stage_checking, stage_paused,
        stage_waiting, stage_done, stage_failed, per_second, time_left, milestone, will_publish, until_publish,
        saved_named,
        // What is said of a video.
        field_name, field_description, field_description_hint, field_tags, field_tags_hint, remove_tag, field_picture,
        choose_picture, field_picture_hint, field_privacy, field_channel, field_category, field_licence, field_language, none_chosen,
        more_options, field_nsfw, field_nsfw_hint, field_download, field_download_hint, field_wait, field_wait_hint,
        field_sharing, field_sharing_hint, sharing_as_site, sharing_many, sharing_chosen, sharing_never,
        field_comments, comments_open, comments_approved, comments_closed, field_date, field_date_hint, field_support,
        field_support_hint, form_wrong, wrong_short, wrong_long, wrong_many, wrong_date, wrong_tag_short,
        wrong_tag_long, wrong_picture, wrong_picture_size,
        // What makers say of a video beside that, and learn of it.
        field_passwords, field_passwords_hint, wrong_passwords, field_schedule, field_schedule_hint, nsfw_violence,
        nsfw_sex, field_nsfw_summary, captions_title, captions_none, caption_listen, caption_listening, caption_language, caption_file, caption_add,
        caption_delete, caption_saved, chapters_title, chapters_hint, chapter_time, chapter_name, chapter_add,
        chapter_remove, chapters_save, chapters_saved, chapter_wrong, statistics, statistics_named, stat_viewers,
        stat_watch_time, stat_average, stat_peak, stat_retention, stat_table, stat_when, stat_moment, stat_nobody,
        asks_password, asks_password_text,
        // The library.
        mine_empty, mine_empty_text, edit_title, edit_named, not_yours, delete_named, delete_title, delete_text,
        delete_for_ever, deleting,
        // The instance.
        about, about_text, about_facts, about_software, about_signup, about_signup_open, about_signup_closed,
        about_quota, about_quota_daily, about_heights, no_limit,
        // Watching, talking, following.
        rate_up, rate_down, copy_here, follow, unfollow, elsewhere, elsewhere_text, elsewhere_handle, elsewhere_wrong, elsewhere_silent, elsewhere_go,
        comments_off, comments_held, comment_login, comment_write,
        comment_hint, comment_send, comment_sending, comment_said, comment_waits, comment_held,
        comment_approve, comment_approve_of, comment_deleted, comment_delete_of, comment_delete_title,
        comment_delete_text, comment_maker, no_comments, reply, reply_to, replies_hide, replies_more, sort_by,
        sort_newest, sort_replies, order_newest, order_oldest, order_viewed, order_liked, chapters, stopped_at,
        from_start, pages_of, channels, no_channels, nothing_said, feed, feed_empty, feed_empty_text,
        gate_feed, follows, follows_manage, follows_empty, follows_search, nothing_found, history,
        history_empty, history_empty_text, history_search, history_keep, history_keep_hint, history_clear,
        history_clear_title, history_clear_text, history_clear_sure, history_forget, history_forget_named,
        gate_history, watched_to, news, news_count, news_none, news_none_text, news_all, news_unread,
        news_only_unread, news_read, news_read_all, gate_news, news_video, news_comment, news_held,
        news_published, news_heard, news_user, news_follower, news_mention, news_report, news_report_some, news_report_judged, news_report_message, news_blocked, news_unblocked, news_review, news_registration, news_offered, news_offer_accepted, news_offer_refused, news_channel_offered, news_channel_taken, news_channel_left, news_invited, news_invitation_accepted, news_invitation_refused, news_imported, news_not_imported, news_instance_asks, news_instance_follower, news_instance_following, news_gone,
        about_administrator, about_reason, about_terms, about_conduct, about_moderation, about_lifetime, about_money,
        about_hardware, contact, contact_name, contact_email, contact_subject, contact_body, contact_send,
        contact_sent, contact_off, the_instance, instance_new, instance_set_up, announcement, home_page, no_home_page,
        no_home_page_text, about_signup_asked, about_languages, about_categories, about_country,
        about_elsewhere, about_site_own, about_here,
        // What went wrong.
        problem_unreachable, problem_unreadable, problem_unknown, problem_fields, problem_unauthorized,
        problem_invalid_grant, problem_client, problem_blocked, problem_too_many, problem_too_many_wait,
        problem_current_password, problem_missing_code, problem_invalid_code, problem_waiting_approval,
        problem_approval_rejected, problem_email_not_verified,
        problem_needs_password, problem_wrong_password, problem_quota, problem_too_large, problem_not_a_video,
        problem_no_space, problem_range, problem_conflict, problem_forbidden, problem_not_found, problem_server,
    }
    counts { views, followers, videos, comments, replies, accounts, }
}

impl Words {
    /// Who may see a video.
    pub fn privacy_name(&self, value: u32) -> &'static str {
        match value {
            privacy::PUBLIC => self.privacy_public,
            privacy::UNLISTED => self.privacy_unlisted,
            privacy::INTERNAL => self.privacy_internal,
            privacy::PASSWORD => self.privacy_password,
            _ => self.privacy_private,
        }
    }

    /// Who may see a video, in a sentence.
    pub fn privacy_hint(&self, value: u32) -> &'static str {
        match value {
            privacy::PUBLIC => self.hint_public,
            privacy::UNLISTED => self.hint_unlisted,
            privacy::INTERNAL => self.hint_internal,
            privacy::PASSWORD => self.hint_password,
            _ => self.hint_private,
        }
    }

    /// A category by its number; none for one of a plugin.
    pub fn category(&self, id: u32) -> Option<&'static str> {
        CATEGORIES.iter().zip(self.categories).find(|(known, _)| **known == id).map(|(_, name)| name)
    }

    /// A licence by its number; none for one of a plugin.
    pub fn licence(&self, id: u32) -> Option<&'static str> {
        LICENCES.iter().zip(self.licences).find(|(known, _)| **known == id).map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use crate::text::words::{en, fr};

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

    #[test]
    fn categories_and_licences_have_names() {
        assert_eq!(en::WORDS.category(2), Some("Films"));
        assert_eq!(fr::WORDS.licence(7), Some("Domaine public"));
        assert_eq!(en::WORDS.category(99), None);
    }
}
