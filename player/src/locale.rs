//! Every sentence the player says, in each language it speaks.
//!
//! Owns the words alone. Never formats a number or decides what is said when. A language is a [`Words`] with every
//! field, so that a sentence cannot be forgotten in one of them.

/// All words of one language. `{}` stands for a value, filled in order by [`fill`].
pub struct Words {
    /// What assistive technology calls the whole player, with the title.
    pub player: &'static str,
    /// The same without a title.
    pub player_untitled: &'static str,
    /// Buttons and sliders.
    pub play: &'static str,
    pub pause: &'static str,
    pub replay: &'static str,
    pub seek: &'static str,
    pub mute: &'static str,
    pub unmute: &'static str,
    pub volume: &'static str,
    pub captions: &'static str,
    pub settings: &'static str,
    pub picture_in_picture: &'static str,
    pub theater: &'static str,
    pub theater_leave: &'static str,
    pub fullscreen: &'static str,
    pub fullscreen_leave: &'static str,
    pub close: &'static str,
    pub retry: &'static str,
    /// The menu.
    pub quality: &'static str,
    pub automatic: &'static str,
    /// Automatic, and the height it plays now.
    pub automatic_at: &'static str,
    pub speed: &'static str,
    pub normal: &'static str,
    pub off: &'static str,
    pub on: &'static str,
    pub repeat: &'static str,
    /// Passing on what is watched.
    pub share: &'static str,
    /// The same where viewers do not meet each other.
    pub share_chosen: &'static str,
    /// Share, but not with viewers.
    pub cautious: &'static str,
    pub statistics: &'static str,
    pub shortcuts: &'static str,
    /// Times: one and many.
    pub hours: (&'static str, &'static str),
    pub minutes: (&'static str, &'static str),
    pub seconds: (&'static str, &'static str),
    /// Time and duration.
    pub position: &'static str,
    pub percent: &'static str,
    pub muted: &'static str,
    /// Why it does not play, with what one can do about it.
    pub trouble_network: &'static str,
    pub trouble_retrying: &'static str,
    pub trouble_decode: &'static str,
    pub trouble_forged: &'static str,
    pub trouble_not_found: &'static str,
    pub trouble_private: &'static str,
    pub trouble_password: &'static str,
    pub trouble_gone: &'static str,
    pub trouble_processing: &'static str,
    pub trouble_unsupported: &'static str,
    pub trouble_mute: &'static str,
    pub trouble_server: &'static str,
    pub trouble_source: &'static str,
    /// What keys do, for the help.
    pub key_play: &'static str,
    pub key_seek: &'static str,
    pub key_volume: &'static str,
    pub key_tenths: &'static str,
    pub key_ends: &'static str,
    pub key_mute: &'static str,
    pub key_fullscreen: &'static str,
    pub key_theater: &'static str,
    pub key_captions: &'static str,
    pub key_picture: &'static str,
    pub key_frames: &'static str,
    pub key_speed: &'static str,
    pub key_help: &'static str,
    /// Rows of the statistics.
    pub stat_picture: &'static str,
    pub stat_frames: &'static str,
    pub stat_bandwidth: &'static str,
    pub stat_buffer: &'static str,
    pub stat_received: &'static str,
    pub stat_sources: &'static str,
    /// Percents of what came from other viewers, from the instance as a peer, and from the server.
    pub sources: &'static str,
    pub stat_passed: &'static str,
    pub stat_peers: &'static str,
    /// So many, and the instance is one of them.
    pub peers_with_instance: &'static str,
    pub stat_sharing: &'static str,
    /// What is shared with whom, and how to stop it.
    pub sharing_on: &'static str,
    pub sharing_many: &'static str,
    pub sharing_chosen: &'static str,
    pub sharing_off: &'static str,
    pub stat_checked: &'static str,
    pub stat_switches: &'static str,
    pub stat_stalls: &'static str,
    pub stat_first_frame: &'static str,
}

/// English.
pub static ENGLISH: Words = Words {
    player: "Video player: {}",
    player_untitled: "Video player",
    play: "Play",
    pause: "Pause",
    replay: "Play again",
    seek: "Seek",
    mute: "Mute",
    unmute: "Unmute",
    volume: "Volume",
    captions: "Captions",
    settings: "Settings",
    picture_in_picture: "Picture in picture",
    theater: "Theatre mode",
    theater_leave: "Leave theatre mode",
    fullscreen: "Full screen",
    fullscreen_leave: "Leave full screen",
    close: "Close",
    retry: "Try again",
    quality: "Quality",
    automatic: "Auto",
    automatic_at: "Auto ({})",
    speed: "Speed",
    normal: "Normal",
    off: "Off",
    on: "On",
    repeat: "Loop",
    share: "Share with other viewers",
    share_chosen: "Use helpers this site chose",
    cautious: "Only with helpers this site chose",
    statistics: "Statistics",
    shortcuts: "Keyboard shortcuts",
    hours: ("hour", "hours"),
    minutes: ("minute", "minutes"),
    seconds: ("second", "seconds"),
    position: "{} of {}",
    percent: "{} %",
    muted: "Muted",
    trouble_network: "The connection was lost. Check your network, then try again.",
    trouble_retrying: "The connection was lost. Trying again…",
    trouble_decode: "Your browser could not decode this video.",
    trouble_forged: "The server sent something other than what was published, so it is not shown.",
    trouble_not_found: "This video does not exist.",
    trouble_private: "This video is private. Log in with an account that may watch it.",
    trouble_password: "This video is protected by a password.",
    trouble_gone: "This video was removed.",
    trouble_processing: "This video is still being prepared. Come back in a moment.",
    trouble_unsupported: "Your browser cannot play this video.",
    trouble_mute: "Your browser plays this video without its sound.",
    trouble_server: "The server answers with errors. Try again in a moment.",
    trouble_source: "This video’s files are damaged.",
    key_play: "Play or pause",
    key_seek: "5 seconds back or forward",
    key_volume: "Volume up or down",
    key_tenths: "Jump to 0 % … 90 %",
    key_ends: "Jump to the start or the end",
    key_mute: "Sound off or on",
    key_fullscreen: "Full screen",
    key_theater: "Theatre mode",
    key_captions: "Captions off or on",
    key_picture: "Picture in picture",
    key_frames: "One frame back or forward",
    key_speed: "Slower or faster",
    key_help: "This help",
    stat_picture: "Picture",
    stat_frames: "Frames dropped",
    stat_bandwidth: "Bandwidth",
    stat_buffer: "Buffer",
    stat_received: "Received",
    stat_sources: "From",
    sources: "{} % viewers · {} % instance as a peer · {} % server",
    stat_passed: "Passed on",
    stat_peers: "Peers",
    peers_with_instance: "{}, the instance among them",
    stat_sharing: "Sharing",
    sharing_on: "What you watch is passed on to other viewers of this video, who can see your IP address. You can turn it off in the settings.",
    sharing_many: "When many watch, it is passed on to other viewers of this video, who can see your IP address. You can turn it off in the settings.",
    sharing_chosen: "Helpers this site chose may send the video and see your IP address; other viewers do not. You can turn it off in the settings.",
    sharing_off: "Off. Everything comes from the server.",
    stat_checked: "Segments checked / refused",
    stat_switches: "Quality changes",
    stat_stalls: "Stalls",
    stat_first_frame: "First frame",
};

/// French.
pub static FRENCH: Words = Words {
    player: "Lecteur vidéo : {}",
    player_untitled: "Lecteur vidéo",
    play: "Lire",
    pause: "Mettre en pause",
    replay: "Revoir",
    seek: "Position",
    mute: "Couper le son",
    unmute: "Rétablir le son",
    volume: "Volume",
    captions: "Sous-titres",
    settings: "Réglages",
    picture_in_picture: "Incrustation",
    theater: "Mode cinéma",
    theater_leave: "Quitter le mode cinéma",
    fullscreen: "Plein écran",
    fullscreen_leave: "Quitter le plein écran",
    close: "Fermer",
    retry: "Réessayer",
    quality: "Qualité",
    automatic: "Auto",
    automatic_at: "Auto ({})",
    speed: "Vitesse",
    normal: "Normale",
    off: "Non",
    on: "Oui",
    repeat: "En boucle",
    share: "Partager avec d’autres spectateurs",
    share_chosen: "Utiliser les relais choisis par ce site",
    cautious: "Seulement avec des relais choisis par ce site",
    statistics: "Statistiques",
    shortcuts: "Raccourcis clavier",
    hours: ("heure", "heures"),
    minutes: ("minute", "minutes"),
    seconds: ("seconde", "secondes"),
    position: "{} sur {}",
    percent: "{} %",
    muted: "Son coupé",
    trouble_network: "La connexion est perdue. Vérifiez votre réseau, puis réessayez.",
    trouble_retrying: "La connexion est perdue. Nouvel essai…",
    trouble_decode: "Votre navigateur n’a pas pu décoder cette vidéo.",
    trouble_forged: "Le serveur a envoyé autre chose que ce qui a été publié : rien n’en est montré.",
    trouble_not_found: "Cette vidéo n’existe pas.",
    trouble_private: "Cette vidéo est privée. Connectez-vous avec un compte qui peut la voir.",
    trouble_password: "Cette vidéo est protégée par un mot de passe.",
    trouble_gone: "Cette vidéo a été retirée.",
    trouble_processing: "Cette vidéo est encore en préparation. Revenez dans un instant.",
    trouble_unsupported: "Votre navigateur ne sait pas lire cette vidéo.",
    trouble_mute: "Votre navigateur lit cette vidéo sans le son.",
    trouble_server: "Le serveur répond par des erreurs. Réessayez dans un instant.",
    trouble_source: "Les fichiers de cette vidéo sont endommagés.",
    key_play: "Lire ou mettre en pause",
    key_seek: "Reculer ou avancer de 5 secondes",
    key_volume: "Monter ou baisser le volume",
    key_tenths: "Aller à 0 % … 90 %",
    key_ends: "Aller au début ou à la fin",
    key_mute: "Couper ou rétablir le son",
    key_fullscreen: "Plein écran",
    key_theater: "Mode cinéma",
    key_captions: "Afficher ou masquer les sous-titres",
    key_picture: "Incrustation",
    key_frames: "Une image en arrière ou en avant",
    key_speed: "Ralentir ou accélérer",
    key_help: "Cette aide",
    stat_picture: "Image",
    stat_frames: "Images perdues",
    stat_bandwidth: "Débit",
    stat_buffer: "Tampon",
    stat_received: "Reçu",
    stat_sources: "Provenance",
    sources: "{} % spectateurs · {} % instance comme pair · {} % serveur",
    stat_passed: "Transmis",
    stat_peers: "Pairs",
    peers_with_instance: "{}, dont l’instance",
    stat_sharing: "Partage",
    sharing_on: "Ce que vous regardez est transmis aux autres spectateurs de cette vidéo, qui peuvent voir votre adresse IP. Vous pouvez l’arrêter dans les réglages.",
    sharing_many: "Quand il y a du monde, elle est transmise aux autres spectateurs de cette vidéo, qui peuvent voir votre adresse IP. Vous pouvez l’arrêter dans les réglages.",
    sharing_chosen: "Des relais choisis par ce site peuvent envoyer la vidéo et voir votre adresse IP ; les autres spectateurs, non. Vous pouvez l’arrêter dans les réglages.",
    sharing_off: "Arrêté. Tout vient du serveur.",
    stat_checked: "Segments vérifiés / refusés",
    stat_switches: "Changements de qualité",
    stat_stalls: "Interruptions",
    stat_first_frame: "Première image",
};

/// The words for a BCP 47 tag such as `fr-CA`; English for a language we do not speak.
pub fn words_for(tag: &str) -> &'static Words {
    let language = tag.split(['-', '_']).next().unwrap_or("");
    if language.eq_ignore_ascii_case("fr") { &FRENCH } else { &ENGLISH }
}

/// Puts values where a sentence has `{}`, in order.
pub fn fill(sentence: &str, values: &[&str]) -> String {
    let mut pieces = sentence.split('{');
    let mut filled = String::from(pieces.next().unwrap_or(""));
    let mut values = values.iter();
    for piece in pieces {
        filled.push_str(values.next().unwrap_or(&""));
        filled.push_str(piece.strip_prefix('}').unwrap_or(piece));
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_first_part() {
        assert_eq!(words_for("fr-CA").play, "Lire");
        assert_eq!(words_for("FR").play, "Lire");
        assert_eq!(words_for("en-GB").play, "Play");
        assert_eq!(words_for("").play, "Play");
        assert_eq!(words_for("tlh").play, "Play");
    }

    #[test]
    fn sentences_take_their_values_in_order() {
        assert_eq!(fill("{} of {}", &["a", "b"]), "a of b");
        assert_eq!(fill("Auto ({})", &["720p"]), "Auto (720p)");
        assert_eq!(fill("nothing", &["a"]), "nothing");
        assert_eq!(fill("{} of {}", &["a"]), "a of ");
    }
}
