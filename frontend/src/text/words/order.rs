//! The sentences of the pages where order is kept, and of reports.

use super::list::Plural;
use crate::locale::Language;

macro_rules! order_words {
    ($($name:ident: $english:literal, $french:literal;)*) => {
        /// The sentences in one language.
        pub struct OrderWords {
            $(pub $name: &'static str,)*
        }

        static ENGLISH: OrderWords = OrderWords { $($name: $english,)* };
        static FRENCH: OrderWords = OrderWords { $($name: $french,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $french),)*];
    };
}

order_words! {
    list_unreachable: "The list could not be read: its host is not reached.", "La liste n’a pas pu être lue\u{a0}: son serveur est injoignable.";
    list_unreadable: "The list could not be read: the host answers nothing that can be read.", "La liste n’a pas pu être lue\u{a0}: la réponse du serveur est illisible.";
    list_late: "The list could not be read: the host says nothing.", "La liste n’a pas pu être lue\u{a0}: le serveur ne répond pas.";
    list_refused: "The list could not be read: the host refuses it.", "La liste n’a pas pu être lue\u{a0}: le serveur la refuse.";
    list_leads: "The list could not be read: the address leads on and on.", "La liste n’a pas pu être lue\u{a0}: l’adresse renvoie sans fin à une autre.";
    list_is_none: "What is at this address is no list.", "Ce qui se trouve à cette adresse n’est pas une liste.";
    list_too_long: "The list is longer than this site reads.", "La liste est plus longue que ce que ce site lit.";
    list_line: "A line of the list cannot be read, so none of it is done.", "Une ligne de la liste est illisible\u{a0}: rien n’en est appliqué.";
    list_full: "The list says more than may be kept here.", "La liste dit plus que ce qui peut être gardé ici.";
    list_name_taken: "Another list here has the name of this one.", "Une autre liste porte déjà le nom de celle-ci ici.";
    list_no_care: "This site failed at the list. It tries again by itself.", "Ce site n’est pas parvenu à traiter la liste. Il réessaiera de lui-même.";
    order: "Moderation", "Modération";
    own_order: "Reports and mutes", "Signalements et sourdines";
    own_abuses: "My reports", "Mes signalements";
    own_mutes: "Muted accounts", "Comptes en sourdine";
    own_servers: "Muted servers", "Serveurs en sourdine";
    own_words: "Watched words", "Mots surveillés";
    shared_mutes: "Lists of mutes", "Listes de sourdines";
    shared_words: "Lists of words", "Listes de mots";
    about_shared_mutes: "Others publish whom they mute. This site mutes whom the lists here name, and hears them again when the lists do. What you mute by hand stays muted.", "D’autres publient qui ils mettent en sourdine. Ce site met en sourdine qui les listes nomment, et cesse quand elles cessent. Ce que vous mettez en sourdine à la main le reste.";
    about_shared_words: "Others publish words they watch for. Each list here becomes a list of watched words, and follows them.", "D’autres publient les mots qu’ils surveillent. Chaque liste devient une liste de mots surveillés, et les suit.";
    subscribe: "Add a list", "Ajouter une liste";
    list_url: "Address of the list, with https://", "Adresse de la liste, avec https://";
    list_read: "Read {}", "Lue {}";
    list_unread: "Never read to its end", "Jamais lue jusqu’au bout";
    list_reading: "Is being read", "Lecture en cours";
    account_muted: "{} account muted", "{} compte en sourdine";
    many_accounts_muted: "{} accounts muted", "{} comptes en sourdine";
    server_muted: "{} server muted", "{} serveur en sourdine";
    many_servers_muted: "{} servers muted", "{} serveurs en sourdine";
    word_watched: "{} word", "{} mot";
    many_words_watched: "{} words", "{} mots";
    from_list: "From the list {}", "De la liste {}";
    unsubscribe: "Remove", "Retirer";
    unsubscribe_mutes: "Whom this list alone had muted is heard again.", "Qui n’était en sourdine que par cette liste ne l’est plus.";
    unsubscribe_words: "The watched words that came of this list go with it.", "Les mots surveillés venus de cette liste partent avec elle.";
    abuses: "Reports", "Signalements";
    blocks: "Blocked videos", "Vidéos bloquées";
    comments: "Comments", "Commentaires";
    jobs: "Jobs", "Tâches";
    logs: "Logs", "Journaux";
    audit: "Audit log", "Journal d’audit";
    nothing: "Nothing here", "Rien ici";
    not_for_you: "You do not have the right to see this page.", "Vous n’avez pas le droit de voir cette page.";
    gate: "Sign in to see this page.", "Connectez-vous pour voir cette page.";
    search: "Search", "Rechercher";
    narrow: "Show", "Afficher";
    all: "All", "Tout";
    pending: "Pending", "En attente";
    accepted: "Accepted", "Accepté";
    rejected: "Rejected", "Rejeté";
    held: "Waits for approval", "En attente d’approbation";
    shown: "Published", "Publiés";
    by_moderators: "By a moderator", "Par la modération";
    automatic: "Until it was seen", "En attente d’un regard";
    job_failed: "Failed", "Échouées";
    job_active: "Running", "En cours";
    job_waiting: "Waiting", "En attente";
    job_delayed: "Later", "Plus tard";
    deed: "{}: {}", "{} : {}";
    created: "Created", "Création";
    updated: "Changed", "Modification";
    deleted: "Deleted", "Suppression";
    blocked: "Blocked", "Blocage";
    unblocked: "Unblocked", "Déblocage";
    was_accepted: "Accepted", "Acceptation";
    was_rejected: "Rejected", "Rejet";
    approved: "Approved", "Approbation";
    paused: "Paused", "Pause";
    resumed: "Resumed", "Reprise";
    retried: "Tried again", "Nouvel essai";
    users: "users", "utilisateurs";
    videos: "videos", "vidéos";
    channels: "channels", "chaînes";
    of_reports: "reports", "signalements";
    blacklist: "blocked videos", "vidéos bloquées";
    blocklist: "mutes of the site", "sourdines du site";
    of_comments: "comments", "commentaires";
    config: "configuration", "configuration";
    of_jobs: "jobs", "tâches";
    homepage: "homepage", "page d’accueil";
    watched_words: "watched words", "mots surveillés";
    bulk: "all comments of an account", "tous les commentaires d’un compte";
    of_captions: "captions", "sous-titres";
    chapters: "chapters", "chapitres";
    passwords: "passwords of a video", "mots de passe d’une vidéo";
    error: "Error", "Erreur";
    warning: "Warning", "Avertissement";
    information: "Information", "Information";
    detail: "Detail", "Détail";
    transcoding: "Prepare a video", "Préparer une vidéo";
    storyboard: "Pictures of the seek bar", "Images de la barre de lecture";
    torrent: "Describe a video to peers", "Décrire une vidéo aux pairs";
    name_captions: "Bring captions into the video", "Intégrer des sous-titres";
    remove_source: "Remove an uploaded file", "Retirer un fichier envoyé";
    remove_files: "Remove files", "Retirer des fichiers";
    notify: "Notify people", "Avertir";
    remove_comments: "Remove comments", "Retirer des commentaires";
    forget: "Remove what belonged to something deleted", "Retirer ce qui dépendait d’un élément supprimé";
    log_info: "Everything", "Tout";
    log_warn: "Warnings and errors", "Avertissements et erreurs";
    log_error: "Errors", "Erreurs";
    mute_account: "Mute an account", "Mettre un compte en sourdine";
    mute_server: "Mute a server", "Mettre un serveur en sourdine";
    account_name: "Name of the account", "Nom du compte";
    host: "Host, such as elsewhere.example", "Hôte, par exemple ailleurs.example";
    unmute: "Hear again", "Entendre à nouveau";
    new_list: "New list", "Nouvelle liste";
    list_name: "Name of the list", "Nom de la liste";
    list_words: "Words, one a line", "Mots, un par ligne";
    hold: "Hold such comments", "Retenir ces commentaires";
    let_pass: "Let such comments pass", "Laisser passer ces commentaires";
    comments_wait: "Comments wait for you", "Les commentaires vous attendent";
    links: "Links to other sites", "Liens vers d’autres sites";
    links_text: "Every comment that links to another server.", "Tout commentaire qui renvoie à un autre serveur.";
    pause_jobs: "Pause", "Mettre en pause";
    resume_jobs: "Resume", "Reprendre";
    retry: "Try again", "Réessayer";
    of_video: "Video: {}", "Vidéo : {}";
    of_comment: "Comment on: {}", "Commentaire sur : {}";
    of_account: "Account: {}", "Compte : {}";
    reported_by: "by", "par";
    against: "against", "contre";
    note: "Note", "Note";
    edit_note: "Note", "Note";
    accept: "Accept", "Accepter";
    reject: "Reject", "Rejeter";
    block: "Block the video", "Bloquer la vidéo";
    block_reason: "Reason, told to its owner", "Raison, dite à la personne";
    unblock: "Unblock", "Débloquer";
    edit_reason: "Reason", "Raison";
    approve: "Approve", "Approuver";
    delete: "Delete", "Supprimer";
    edit: "Edit", "Modifier";
    remove_all: "All by this account", "Tous de ce compte";
    sure: "This cannot be taken back.", "C’est définitif.";
    cancel: "Cancel", "Annuler";
    send: "Send", "Envoyer";
    do_it: "Confirm", "Confirmer";
    messages: "Messages", "Messages";
    no_messages: "Nobody has written yet.", "Personne n’a encore écrit.";
    message: "Your message", "Votre message";
    moderator: "Moderator", "Modération";
    reporter: "Reporter", "Signalement par";
    report: "Report", "Signaler";
    report_comment_of: "Report what {} wrote", "Signaler ce que {} a écrit";
    report_title: "Report to the moderators", "Signaler à la modération";
    report_why: "What is wrong", "Ce qui ne va pas";
    report_reason: "Say it in your words", "Dites-le avec vos mots";
    report_part: "Only a part of the video", "Seulement une partie de la vidéo";
    report_from: "From", "De";
    report_to: "To", "À";
    report_done: "Thank you. The moderators will look at it.", "Merci. La modération va regarder.";
    violent: "Violence or abuse", "Violence ou abus";
    hateful: "Hatred", "Haine";
    spam: "Spam or misleading", "Pourriel ou trompeur";
    privacy: "Somebody’s private life", "Vie privée de quelqu’un";
    rights: "Somebody else’s work", "Droits d’autrui";
    rules: "Against the rules of this site", "Contraire aux règles du site";
    thumbnails: "Its picture", "Sa miniature";
    captions: "Its captions", "Ses sous-titres";
}

/// The closed list of reasons, as it is sent.
pub const REASONS: [&str; 8] = [
    "violentOrAbusive",
    "hatefulOrAbusive",
    "spamOrMisleading",
    "privacy",
    "rights",
    "serverRules",
    "thumbnails",
    "captions",
];

impl OrderWords {
    /// The sentences in a language.
    pub fn of(language: Language) -> &'static OrderWords {
        match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
        }
    }

    /// How many accounts a list mutes.
    pub fn accounts_muted(&'static self) -> Plural {
        Plural { one: self.account_muted, other: self.many_accounts_muted }
    }

    /// How many servers a list mutes.
    pub fn servers_muted(&'static self) -> Plural {
        Plural { one: self.server_muted, other: self.many_servers_muted }
    }

    /// How many words a list has.
    pub fn words_watched(&'static self) -> Plural {
        Plural { one: self.word_watched, other: self.many_words_watched }
    }

    /// What was done, of the audit log; itself where it is not ours.
    pub fn action<'w>(&'static self, word: &'w str) -> &'w str {
        match word {
            "create" => self.created,
            "update" => self.updated,
            "delete" => self.deleted,
            "block" => self.blocked,
            "unblock" => self.unblocked,
            "accept" => self.was_accepted,
            "reject" => self.was_rejected,
            "approve" => self.approved,
            "pause" => self.paused,
            "resume" => self.resumed,
            "retry" => self.retried,
            other => other,
        }
    }

    /// What it was done to, of the audit log; itself where it is not ours.
    pub fn domain<'w>(&'static self, word: &'w str) -> &'w str {
        match word {
            "users" => self.users,
            "videos" => self.videos,
            "video-channels" => self.channels,
            "abuses" => self.of_reports,
            "blacklist" => self.blacklist,
            "blocklist" => self.blocklist,
            "comments" => self.of_comments,
            "config" => self.config,
            "jobs" => self.of_jobs,
            "custom-pages" => self.homepage,
            "watched-words" => self.watched_words,
            "bulk" => self.bulk,
            "captions" => self.of_captions,
            "chapters" => self.chapters,
            "passwords" => self.passwords,
            other => other,
        }
    }

    /// How grave a line of the log is; itself where it is not ours.
    pub fn level<'w>(&'static self, word: &'w str) -> &'w str {
        match word {
            "error" => self.error,
            "warn" => self.warning,
            "info" => self.information,
            "debug" => self.detail,
            other => other,
        }
    }

    /// What a job does; itself where it is not ours.
    pub fn job<'w>(&'static self, word: &'w str) -> &'w str {
        match word {
            "video-transcoding" => self.transcoding,
            "generate-video-storyboard" => self.storyboard,
            "manage-video-torrent" => self.torrent,
            "name-captions" => self.name_captions,
            "remove-source" => self.remove_source,
            "remove-files" => self.remove_files,
            "notify" => self.notify,
            "remove-comments" => self.remove_comments,
            "forget" => self.forget,
            other => other,
        }
    }

    /// A reason of the closed list; itself where it is not ours.
    pub fn reason<'w>(&'static self, word: &'w str) -> &'w str {
        match word {
            "violentOrAbusive" => self.violent,
            "hatefulOrAbusive" => self.hateful,
            "spamOrMisleading" => self.spam,
            "privacy" => self.privacy,
            "rights" => self.rights,
            "serverRules" => self.rules,
            "thumbnails" => self.thumbnails,
            "captions" => self.captions,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_unsaid_and_french_breaks_no_punctuation_off() {
        for (name, english, french) in ALL {
            assert!(!english.is_empty() && !french.is_empty(), "{name}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!french.contains(mark), "{name}: {french}");
            }
        }
    }

    #[test]
    fn each_reason_has_a_name_of_its_own() {
        for language in Language::ALL {
            let words = OrderWords::of(language);
            let names: std::collections::BTreeSet<_> =
                REASONS.iter().map(|reason| words.reason(reason)).collect();
            assert_eq!(names.len(), REASONS.len());
            assert!(REASONS.iter().filter(|reason| names.contains(**reason)).count() == 0);
        }
    }
}
