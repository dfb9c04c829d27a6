//! What the instance writes to people, in each language.
//!
//! Pure: names and addresses in, a letter out. A letter to somebody whose language we do not speak is English.

use crate::store::records::{Letter, LetterPart};

/// A language that letters are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

impl Language {
    /// The language of somebody who chose this ISO 639 code, or none.
    #[must_use]
    pub fn of(code: Option<&str>) -> Language {
        match code.map(|code| code.split(['-', '_']).next().unwrap_or_default()) {
            Some("fr") => Language::French,
            Some(_) | None => Language::English,
        }
    }

    /// The first language of an `Accept-Language` header that we speak (RFC 9110 §12.5.4), as its code. Browsers write
    /// the one that is liked best first, so weights need no reading.
    #[must_use]
    pub fn accepted(header: &str) -> Option<&'static str> {
        header.split(',').find_map(|range| {
            match range.split(['-', ';']).next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
                "fr" => Some("fr"),
                "en" => Some("en"),
                _ => None,
            }
        })
    }

    fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::French => "fr",
        }
    }

    fn say<'s>(self, english: &'s str, french: &'s str) -> &'s str {
        match self {
            Language::English => english,
            Language::French => french,
        }
    }
}

/// Something that happened, with the names people know.
#[derive(Clone, Debug)]
pub struct News<'n> {
    /// What happened.
    pub about: About<'n>,
    /// Where it is seen.
    pub url: String,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum About<'n> {
    /// A channel that is followed has a new video.
    NewVideo {
        /// Where.
        channel: &'n str,
        /// What.
        video: &'n str,
    },
    /// The reader's own video can be watched.
    VideoPublished {
        /// Which.
        video: &'n str,
    },
    /// What is said in the reader's video was written down.
    VideoHeard {
        /// Which.
        video: &'n str,
    },
    /// Somebody commented on the reader's video.
    Comment {
        /// Who.
        author: &'n str,
        /// On what.
        video: &'n str,
        /// What they wrote.
        text: &'n str,
    },
    /// Somebody named the reader.
    Mention {
        /// Who.
        author: &'n str,
        /// Below what.
        video: &'n str,
        /// What they wrote.
        text: &'n str,
    },
    /// Somebody signed up.
    NewUser {
        /// Who.
        who: &'n str,
    },
    /// Somebody asked to be let in.
    NewRegistration {
        /// Who.
        who: &'n str,
    },
    /// Somebody reported something, which the reader may judge.
    NewAbuse {
        /// Why.
        reason: &'n str,
    },
    /// The reader's report was judged.
    AbuseJudged {
        /// Whether something was done.
        accepted: bool,
        /// Why it was made.
        reason: &'n str,
    },
    /// Something was said about a report.
    AbuseMessage {
        /// Why it was made.
        reason: &'n str,
    },
    /// The reader's video was hidden.
    VideoBlocked {
        /// Which.
        video: &'n str,
        /// Why, where that was said.
        reason: &'n str,
    },
    /// The reader's video is hidden no more.
    VideoUnblocked {
        /// Which.
        video: &'n str,
    },
    /// A new video waits for a moderator.
    VideoAutoBlocked {
        /// Which.
        video: &'n str,
    },
    /// Somebody offers the reader a video.
    VideoOffered {
        /// Which.
        video: &'n str,
    },
    /// Somebody took a video that the reader offered.
    OfferAccepted {
        /// Which.
        video: &'n str,
    },
    /// Somebody left a video that the reader offered.
    OfferRefused {
        /// Which.
        video: &'n str,
    },
    /// Somebody offers the reader a channel.
    ChannelOffered {
        /// Whose it is.
        owner: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// Somebody took a channel that the reader offered.
    ChannelOfferAccepted {
        /// Who.
        who: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// Somebody left a channel that the reader offered.
    ChannelOfferRefused {
        /// Who.
        who: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// A video came from elsewhere that the reader asked for.
    ImportDone {
        /// Which.
        video: &'n str,
    },
    /// None came.
    ImportFailed {
        /// From where.
        url: &'n str,
        /// Why.
        reason: &'n str,
    },
    /// Somebody asks the reader to edit a channel.
    Invited {
        /// Whose it is.
        owner: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// Somebody edits the reader's channel from now on.
    InvitationAccepted {
        /// Who.
        who: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// Somebody does not want to edit the reader's channel.
    InvitationRefused {
        /// Who.
        who: &'n str,
        /// Which channel.
        channel: &'n str,
    },
    /// Another instance follows this one, or asks whether it may.
    NewInstanceFollower {
        /// Who.
        who: &'n str,
        /// Whether it waits for an answer.
        waits: bool,
    },
    /// This instance follows another because its settings say so.
    InstanceFollowing {
        /// Whom.
        who: &'n str,
    },
    /// Somebody of another server follows the reader.
    NewAccountFollower {
        /// Who.
        who: &'n str,
        /// Whom: the reader, as others see their name.
        account: &'n str,
    },
    /// Somebody follows the reader's channel.
    NewFollower {
        /// Who.
        who: &'n str,
        /// Which channel.
        channel: &'n str,
    },
}

/// Writes letters of one instance in one language.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'w> {
    /// The reader's.
    pub language: Language,
    /// The instance's name.
    pub instance: &'w str,
}

impl Writer<'_> {
    fn letter(self, subject: &str, parts: Vec<LetterPart>) -> Letter {
        // A line break in a name of ours would be a header of its own.
        let one_line: String =
            subject.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        Letter { language: self.language.code().to_owned(), subject: one_line, parts }
    }

    fn fill(self, english: &str, french: &str, name: &str) -> String {
        self.language.say(english, french).replace("{instance}", self.instance).replace("{name}", name)
    }

    fn text(self, english: &str, french: &str, name: &str) -> LetterPart {
        LetterPart::Text(self.fill(english, french, name))
    }

    fn link(self, english: &str, french: &str, url: String) -> LetterPart {
        LetterPart::Link { label: self.language.say(english, french).to_owned(), url }
    }

    /// Asks whether mail to an address reaches the person who gave it.
    #[must_use]
    pub fn confirm_address(self, name: &str, url: String) -> Letter {
        let subject =
            self.fill("Confirm your address on {instance}", "Confirmez votre adresse sur {instance}", "");
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "this address was given on {instance}. Open this link within an hour to confirm that it is yours.",
                    "cette adresse a été donnée sur {instance}. Ouvrez ce lien dans l’heure pour confirmer qu’elle \
                     est la vôtre.",
                    name,
                ),
                self.link("Confirm the address", "Confirmer l’adresse", url),
                self.text(
                    "If you did not give it, do nothing: the address will not be used.",
                    "Si ce n’est pas vous, ne faites rien : l’adresse ne sera pas utilisée.",
                    name,
                ),
            ],
        )
    }

    /// Shows that mail of the instance arrives.
    #[must_use]
    pub fn test(self) -> Letter {
        let subject = self.fill("A test of {instance}", "Un essai de {instance}", "");
        self.letter(
            &subject,
            vec![self.text(
                "an administrator of {instance} asked for this letter. It arrived, so others do too.",
                "quelqu’un qui administre {instance} a demandé ce message. Il est arrivé, donc les autres arrivent \
                 aussi.",
                "",
            )],
        )
    }

    /// Lets somebody choose a new password who forgot theirs.
    #[must_use]
    pub fn reset_password(self, name: &str, url: String) -> Letter {
        let subject =
            self.fill("A new password for {instance}", "Un nouveau mot de passe pour {instance}", "");
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "somebody asked for a new password for your account {name} on {instance}. Open this link within an \
                     hour to choose one.",
                    "quelqu’un a demandé un nouveau mot de passe pour votre compte {name} sur {instance}. Ouvrez ce \
                     lien dans l’heure pour en choisir un.",
                    name,
                ),
                self.link("Choose a password", "Choisir un mot de passe", url),
                self.text(
                    "If it was not you, do nothing: your password stays as it is.",
                    "Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.",
                    name,
                ),
            ],
        )
    }

    /// Lets somebody choose their first password, for whom a login was made.
    #[must_use]
    pub fn choose_password(self, name: &str, url: String) -> Letter {
        let subject = self.fill("Your account on {instance}", "Votre compte sur {instance}", "");
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "an account named {name} was made for you on {instance}. Open this link within seven days to choose \
                     its password.",
                    "un compte nommé {name} a été créé pour vous sur {instance}. Ouvrez ce lien dans les sept jours \
                     pour choisir son mot de passe.",
                    name,
                ),
                self.link("Choose a password", "Choisir un mot de passe", url),
            ],
        )
    }

    /// Tells somebody that they were let in.
    #[must_use]
    pub fn accepted(self, name: &str, answer: &str, url: String) -> Letter {
        let subject = self.fill("Welcome to {instance}", "Bienvenue sur {instance}", "");
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "your request for an account on {instance} was accepted. A moderator wrote:",
                    "votre demande de compte sur {instance} a été acceptée. La modération a écrit :",
                    name,
                ),
                LetterPart::Quote(answer.to_owned()),
                self.link("Log in", "Se connecter", url),
            ],
        )
    }

    /// Tells somebody that they were not let in.
    #[must_use]
    pub fn rejected(self, name: &str, answer: &str) -> Letter {
        let subject = self.fill(
            "Your request for an account on {instance}",
            "Votre demande de compte sur {instance}",
            "",
        );
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "your request for an account on {instance} was refused. A moderator wrote:",
                    "votre demande de compte sur {instance} a été refusée. La modération a écrit :",
                    name,
                ),
                LetterPart::Quote(answer.to_owned()),
            ],
        )
    }

    /// Tells somebody of something that happened here.
    #[must_use]
    pub fn news(self, name: &str, news: News<'_>) -> Letter {
        let say = |english: String, french: String| match self.language {
            Language::English => english,
            Language::French => french,
        };
        let subject = match news.about {
            About::NewVideo { channel, video } => {
                say(format!("{channel}: {video}"), format!("{channel} : {video}"))
            }
            About::VideoHeard { video } => {
                say(format!("{video} has captions"), format!("{video} a des sous-titres"))
            }
            About::VideoPublished { video } => {
                say(format!("Your video is published: {video}"), format!("Votre vidéo est publiée : {video}"))
            }
            About::Comment { author, video, .. } => {
                say(format!("{author} commented on {video}"), format!("{author} a commenté {video}"))
            }
            About::Mention { author, video, .. } => say(
                format!("{author} mentioned you below {video}"),
                format!("{author} vous a mentionné sous {video}"),
            ),
            About::NewUser { who } => say(format!("{who} signed up"), format!("{who} vient de s’inscrire")),
            About::NewFollower { who, channel } => {
                say(format!("{who} follows {channel}"), format!("{who} suit {channel}"))
            }
            About::NewAccountFollower { who, account } => {
                say(format!("{who} follows {account}"), format!("{who} suit {account}"))
            }
            About::NewInstanceFollower { who, waits: true } => say(
                format!("{who} asks to follow this instance"),
                format!("{who} demande à suivre cette instance"),
            ),
            About::NewInstanceFollower { who, waits: false } => {
                say(format!("{who} follows this instance"), format!("{who} suit cette instance"))
            }
            About::InstanceFollowing { who } => {
                say(format!("This instance follows {who}"), format!("Cette instance suit {who}"))
            }
            About::NewRegistration { who } => {
                say(format!("{who} asks to be let in"), format!("{who} demande à s’inscrire"))
            }
            About::NewAbuse { .. } => say("New report".to_owned(), "Nouveau signalement".to_owned()),
            About::AbuseJudged { accepted: true, .. } => {
                say("Your report was accepted".to_owned(), "Votre signalement a été accepté".to_owned())
            }
            About::AbuseJudged { accepted: false, .. } => {
                say("Your report was judged".to_owned(), "Votre signalement a été examiné".to_owned())
            }
            About::AbuseMessage { .. } => {
                say("New message about a report".to_owned(), "Nouveau message sur un signalement".to_owned())
            }
            About::VideoBlocked { video, .. } => {
                say(format!("Your video is blocked: {video}"), format!("Votre vidéo est bloquée : {video}"))
            }
            About::VideoUnblocked { video } => say(
                format!("Your video is blocked no more: {video}"),
                format!("Votre vidéo n’est plus bloquée : {video}"),
            ),
            About::VideoAutoBlocked { video } => say(
                format!("A new video waits for you: {video}"),
                format!("Une nouvelle vidéo attend votre avis : {video}"),
            ),
            About::VideoOffered { video } => say(
                format!("A video is offered to you: {video}"),
                format!("Une vidéo vous est proposée : {video}"),
            ),
            About::OfferAccepted { video } => say(
                format!("Your video has a new owner: {video}"),
                format!("Votre vidéo a changé de propriétaire : {video}"),
            ),
            About::OfferRefused { video } => say(
                format!("Your video stays with you: {video}"),
                format!("Votre vidéo reste à vous : {video}"),
            ),
            About::ChannelOffered { channel, .. } => say(
                format!("A channel is offered to you: {channel}"),
                format!("Une chaîne vous est proposée : {channel}"),
            ),
            About::ChannelOfferAccepted { channel, .. } => say(
                format!("Your channel has a new owner: {channel}"),
                format!("Votre chaîne a changé de propriétaire : {channel}"),
            ),
            About::ChannelOfferRefused { channel, .. } => say(
                format!("Your channel stays with you: {channel}"),
                format!("Votre chaîne reste à vous : {channel}"),
            ),
            About::Invited { owner, channel } => say(
                format!("{owner} asks you to edit {channel}"),
                format!("{owner} vous propose de gérer {channel}"),
            ),
            About::InvitationAccepted { who, channel } => {
                say(format!("{who} edits {channel} now"), format!("{who} gère désormais {channel}"))
            }
            About::InvitationRefused { who, channel } => say(
                format!("{who} does not want to edit {channel}"),
                format!("{who} ne souhaite pas gérer {channel}"),
            ),
            About::ImportDone { video } => say(
                format!("Your video was imported: {video}"),
                format!("Votre vidéo a été importée : {video}"),
            ),
            About::ImportFailed { .. } => {
                say("A video was not imported".to_owned(), "Une vidéo n’a pas été importée".to_owned())
            }
        };
        let mut parts = vec![self.text("Hello {name},", "Bonjour {name},", name)];
        parts.push(LetterPart::Text(match news.about {
            About::NewVideo { channel, video } => say(
                format!("{channel}, which you follow, has a new video: {video}."),
                format!("{channel}, que vous suivez, a une nouvelle vidéo : {video}."),
            ),
            About::VideoHeard { video } => say(
                format!("what is said in your video {video} was written down. Please read it over: programs mishear."),
                format!(
                    "ce qui est dit dans votre vidéo {video} a été transcrit. Merci de relire, car les programmes \
                     entendent parfois mal."
                ),
            ),
            About::VideoPublished { video } => say(
                format!("your video {video} can be watched now."),
                format!("votre vidéo {video} peut désormais être regardée."),
            ),
            About::Comment { author, video, .. } => say(
                format!("{author} commented on your video {video}:"),
                format!("{author} a commenté votre vidéo {video} :"),
            ),
            About::Mention { author, video, .. } => say(
                format!("{author} mentioned you in a comment on {video}:"),
                format!("{author} vous a mentionné dans un commentaire sur {video} :"),
            ),
            About::NewUser { who } => {
                say(format!("{who} has an account here now."), format!("{who} a désormais un compte ici."))
            }
            About::NewFollower { who, channel } => say(
                format!("{who} follows your channel {channel} now."),
                format!("{who} suit désormais votre chaîne {channel}."),
            ),
            About::NewAccountFollower { who, account } => say(
                format!("{who} follows your account {account} now."),
                format!("{who} suit désormais votre compte {account}."),
            ),
            About::NewInstanceFollower { who, waits: true } => say(
                format!("{who} asks to follow this instance and waits for an answer."),
                format!("{who} demande à suivre cette instance et attend une réponse."),
            ),
            About::NewInstanceFollower { who, waits: false } => say(
                format!("{who} follows this instance now."),
                format!("{who} suit désormais cette instance."),
            ),
            About::InstanceFollowing { who } => say(
                format!("this instance follows {who} now, as its settings say."),
                format!("cette instance suit désormais {who}, comme le disent ses réglages."),
            ),
            About::NewRegistration { who } => say(
                format!("{who} asked to be let in and waits for an answer."),
                format!("{who} a demandé à s’inscrire et attend une réponse."),
            ),
            About::NewAbuse { .. } => say(
                "somebody reported something and says:".to_owned(),
                "un contenu a été signalé, pour cette raison :".to_owned(),
            ),
            About::AbuseJudged { accepted: true, .. } => say(
                "a moderator looked at what you reported and did something about it. You wrote:".to_owned(),
                "la modération a examiné votre signalement et a agi. Vous aviez écrit :".to_owned(),
            ),
            About::AbuseJudged { accepted: false, .. } => say(
                "a moderator looked at what you reported and leaves it as it is. You wrote:".to_owned(),
                "la modération a examiné votre signalement et n’y change rien. Vous aviez écrit :".to_owned(),
            ),
            About::AbuseMessage { .. } => say(
                "there is a new message about the report that says:".to_owned(),
                "il y a un nouveau message sur le signalement qui dit :".to_owned(),
            ),
            About::VideoBlocked { video, .. } => say(
                format!("a moderator blocked your video {video}: nobody but you and moderators sees it."),
                format!("la modération a bloqué votre vidéo {video} : elle et vous seuls la voyez."),
            ),
            About::VideoUnblocked { video } => say(
                format!("your video {video} can be seen again."),
                format!("votre vidéo {video} est à nouveau visible."),
            ),
            About::VideoAutoBlocked { video } => say(
                format!("the new video {video} is hidden until a moderator has seen it."),
                format!("la nouvelle vidéo {video} est cachée jusqu’à ce que la modération l’ait vue."),
            ),
            About::VideoOffered { video } => say(
                format!("the video {video} is offered to you. You may take it into one of your channels, or refuse it."),
                format!("la vidéo {video} vous est proposée. Vous pouvez la prendre dans une de vos chaînes, ou la refuser."),
            ),
            About::OfferAccepted { video } => say(
                format!("the video {video}, which you offered, was taken and belongs to its new owner now."),
                format!("la vidéo {video}, que vous avez proposée, a été acceptée et appartient désormais à son nouveau propriétaire."),
            ),
            About::OfferRefused { video } => say(
                format!("the video {video}, which you offered, was not taken and stays with you."),
                format!("la vidéo {video}, que vous avez proposée, n’a pas été acceptée et reste à vous."),
            ),
            About::ChannelOffered { owner, channel } => say(
                format!(
                    "{owner} offers you the channel {channel}, with its videos, its playlists and its followers. You \
                     may take it or refuse it."
                ),
                format!(
                    "{owner} vous propose la chaîne {channel}, avec ses vidéos, ses listes de lecture et ses abonnés. \
                     Vous pouvez l’accepter ou la refuser."
                ),
            ),
            About::ChannelOfferAccepted { who, channel } => say(
                format!("{who} took the channel {channel}, which you offered: it belongs to them now."),
                format!("{who} a accepté la chaîne {channel}, que vous avez proposée : elle lui appartient désormais."),
            ),
            About::ChannelOfferRefused { who, channel } => say(
                format!("{who} did not take the channel {channel}, which you offered: it stays with you."),
                format!("{who} n’a pas accepté la chaîne {channel}, que vous avez proposée : elle reste à vous."),
            ),
            About::ImportDone { video } => say(
                format!("the video {video}, which you had imported, is here now."),
                format!("la vidéo {video}, que vous avez fait importer, est arrivée."),
            ),
            About::ImportFailed { url, .. } => say(
                format!("no video could be imported from {url}, for this reason:"),
                format!("aucune vidéo n’a pu être importée depuis {url}, pour cette raison :"),
            ),
            About::Invited { owner, channel } => say(
                format!(
                    "{owner} asks you to edit the channel {channel}: to publish in it, and to change what is there. \
                     Your channels say where to answer."
                ),
                format!(
                    "{owner} vous propose de gérer la chaîne {channel} : y publier, et modifier ce qui s’y trouve. \
                     La page de vos chaînes permet de répondre."
                ),
            ),
            About::InvitationAccepted { who, channel } => say(
                format!("{who} agreed to edit your channel {channel}."),
                format!("{who} a accepté de gérer votre chaîne {channel}."),
            ),
            About::InvitationRefused { who, channel } => say(
                format!("{who} does not want to edit your channel {channel}."),
                format!("{who} ne souhaite pas gérer votre chaîne {channel}."),
            ),
        }));
        let quoted = match news.about {
            About::Comment { text, .. } | About::Mention { text, .. } => text,
            About::NewAbuse { reason }
            | About::AbuseJudged { reason, .. }
            | About::AbuseMessage { reason }
            | About::VideoBlocked { reason, .. }
            | About::ImportFailed { reason, .. } => reason,
            About::NewVideo { .. }
            | About::VideoPublished { .. }
            | About::VideoHeard { .. }
            | About::NewUser { .. }
            | About::NewFollower { .. }
            | About::NewAccountFollower { .. }
            | About::NewInstanceFollower { .. }
            | About::InstanceFollowing { .. }
            | About::NewRegistration { .. }
            | About::VideoUnblocked { .. }
            | About::VideoOffered { .. }
            | About::OfferAccepted { .. }
            | About::OfferRefused { .. }
            | About::ChannelOffered { .. }
            | About::ChannelOfferAccepted { .. }
            | About::ChannelOfferRefused { .. }
            | About::ImportDone { .. }
            | About::Invited { .. }
            | About::InvitationAccepted { .. }
            | About::InvitationRefused { .. }
            | About::VideoAutoBlocked { .. } => "",
        };
        if !quoted.is_empty() {
            parts.push(LetterPart::Quote(quoted.to_owned()));
        }
        parts.push(self.link("Have a look", "Voir", news.url));
        let is_always_told = match news.about {
            About::Invited { .. } | About::InvitationAccepted { .. } | About::InvitationRefused { .. } => {
                true
            }
            About::NewVideo { .. }
            | About::VideoPublished { .. }
            | About::VideoHeard { .. }
            | About::Comment { .. }
            | About::Mention { .. }
            | About::NewUser { .. }
            | About::NewRegistration { .. }
            | About::NewAbuse { .. }
            | About::AbuseJudged { .. }
            | About::AbuseMessage { .. }
            | About::VideoBlocked { .. }
            | About::VideoUnblocked { .. }
            | About::VideoAutoBlocked { .. }
            | About::VideoOffered { .. }
            | About::OfferAccepted { .. }
            | About::OfferRefused { .. }
            | About::ChannelOffered { .. }
            | About::ChannelOfferAccepted { .. }
            | About::ChannelOfferRefused { .. }
            | About::ImportDone { .. }
            | About::ImportFailed { .. }
            | About::NewInstanceFollower { .. }
            | About::InstanceFollowing { .. }
            | About::NewFollower { .. }
            | About::NewAccountFollower { .. } => false,
        };
        if is_always_told {
            return self.letter(&subject, parts);
        }
        parts.push(LetterPart::Text(say(
            "You chose to be told of this by mail; your notification settings say of what else.".to_owned(),
            "Vous avez choisi d’en être averti par courriel ; vos réglages de notifications disent de quoi \
             d’autre."
                .to_owned(),
        )));
        self.letter(&subject, parts)
    }

    /// Tells somebody that they are kept out, and why where that was said.
    #[must_use]
    pub fn blocked(self, name: &str, reason: &str) -> Letter {
        let subject = self.fill(
            "Your account on {instance} was blocked",
            "Votre compte sur {instance} a été bloqué",
            "",
        );
        let mut parts = vec![
            self.text("Hello {name},", "Bonjour {name},", name),
            self.text(
                "a moderator of {instance} blocked your account {name}.",
                "la modération de {instance} a bloqué votre compte {name}.",
                name,
            ),
        ];
        if !reason.is_empty() {
            parts.push(LetterPart::Quote(reason.to_owned()));
        }
        self.letter(&subject, parts)
    }

    /// Brings what a visitor wrote to who keeps the instance.
    #[must_use]
    pub fn contact(self, name: &str, email: &str, subject: &str, text: &str) -> Letter {
        let title = if subject.is_empty() {
            self.fill("{name} wrote to {instance}", "{name} a écrit à {instance}", name)
        } else {
            format!("[{}] {subject}", self.instance)
        };
        self.letter(
            &title,
            vec![
                LetterPart::Text(match self.language {
                    Language::English => {
                        format!("{name} ({email}) wrote this with the contact form of {}:", self.instance)
                    }
                    Language::French => {
                        format!(
                            "{name} ({email}) a écrit ceci avec le formulaire de contact de {} :",
                            self.instance
                        )
                    }
                }),
                LetterPart::Quote(text.to_owned()),
                self.text("Your answer goes to that address.", "Votre réponse ira à cette adresse.", name),
            ],
        )
    }

    /// Tells somebody that they are let in again.
    #[must_use]
    pub fn unblocked(self, name: &str, url: String) -> Letter {
        let subject = self.fill(
            "Your account on {instance} is open again",
            "Votre compte sur {instance} est à nouveau ouvert",
            "",
        );
        self.letter(
            &subject,
            vec![
                self.text("Hello {name},", "Bonjour {name},", name),
                self.text(
                    "your account {name} on {instance} is no longer blocked.",
                    "votre compte {name} sur {instance} n’est plus bloqué.",
                    name,
                ),
                self.link("Log in", "Se connecter", url),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_in_the_readers_language() {
        let languages = [None, Some("fr"), Some("fr-CA"), Some("de")].map(Language::of);
        assert_eq!(languages, [Language::English, Language::French, Language::French, Language::English]);
        for (header, expected) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", Some("fr")),
            ("de-DE, en;q=0.5, fr;q=0.4", Some("en")),
            ("de", None),
            ("", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn every_letter_names_instance_and_reader_and_leaves_no_gap() {
        for language in [Language::English, Language::French] {
            let writer = Writer { language, instance: "Films\r\nBcc: x" };
            let url = || "https://films.example/x".to_owned();
            let news = |about| News { about, url: url() };
            for letter in [
                writer.confirm_address("alice", url()),
                writer.reset_password("alice", url()),
                writer.choose_password("alice", url()),
                writer.accepted("alice", "Welcome", url()),
                writer.rejected("alice", "No"),
                writer.blocked("alice", "spam"),
                writer.unblocked("alice", url()),
                writer.contact("alice", "a@films.example", "", "Films"),
                writer.news("alice", news(About::NewVideo { channel: "Films", video: "A film" })),
                writer.news("alice", news(About::VideoPublished { video: "Films" })),
                writer.news("alice", news(About::VideoHeard { video: "Films" })),
                writer
                    .news("alice", news(About::Comment { author: "Films", video: "A\nfilm", text: "Good" })),
                writer.news("alice", news(About::Mention { author: "Films", video: "A film", text: "Good" })),
                writer.news("alice", news(About::NewUser { who: "Films" })),
                writer.news("alice", news(About::NewFollower { who: "bob", channel: "Films" })),
                writer.news("alice", news(About::NewRegistration { who: "Films" })),
                writer.news("alice", news(About::NewAbuse { reason: "Films" })),
                writer.news("alice", news(About::AbuseJudged { accepted: true, reason: "Films" })),
                writer.news("alice", news(About::AbuseMessage { reason: "Films" })),
                writer.news("alice", news(About::VideoBlocked { video: "Films", reason: "spam" })),
                writer.news("alice", news(About::VideoUnblocked { video: "Films" })),
                writer.news("alice", news(About::VideoAutoBlocked { video: "Films" })),
                writer.news("alice", news(About::VideoOffered { video: "Films" })),
                writer.news("alice", news(About::OfferAccepted { video: "Films" })),
                writer.news("alice", news(About::OfferRefused { video: "Films" })),
                writer.news("alice", news(About::ChannelOffered { owner: "bob", channel: "Films" })),
                writer.news("alice", news(About::ChannelOfferAccepted { who: "bob", channel: "Films" })),
                writer.news("alice", news(About::ChannelOfferRefused { who: "bob", channel: "Films" })),
                writer.news("alice", news(About::Invited { owner: "bob", channel: "Films" })),
                writer.news("alice", news(About::InvitationAccepted { who: "bob", channel: "Films" })),
                writer.news("alice", news(About::InvitationRefused { who: "bob", channel: "Films" })),
            ] {
                let all = format!("{letter:?}");
                assert!(all.contains("alice") && all.contains("Films"), "{all}");
                assert!(!all.contains('{') || !all.contains("{name}"), "{all}");
                assert!(!letter.subject.contains(['\r', '\n']), "{:?}", letter.subject);
                assert_eq!(letter.language, language.code());
            }
        }
    }
}
