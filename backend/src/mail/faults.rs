//! Why an import failed, in the language of who asked for it.
//!
//! The pages have the same sentences of their own; the API has them in English alone.

use shared::api::ImportFault;

use super::words::Language;

/// The sentence; what is said in English where no word stands for it. `{}` is what the word is about.
#[must_use]
pub fn import_fault(
    language: Language,
    fault: Option<ImportFault>,
    about: Option<&str>,
    english: &str,
) -> String {
    let known = fault.and_then(french);
    match (language, known) {
        (_, None) | (Language::English, Some(_)) => english.to_owned(),
        (Language::French, Some(sentence)) => sentence.replacen("{}", about.unwrap_or_default(), 1),
    }
}

/// In French. Blanks before `: ; ! ?` are no-break.
fn french(fault: ImportFault) -> Option<&'static str> {
    Some(match fault {
        ImportFault::NoCare => "L’instance n’y est pas parvenue. Réessayez plus tard.",
        ImportFault::NoAccount => "Le compte ne peut rien publier.",
        ImportFault::NoChannel => "La chaîne n’existe plus, ou vous n’y publiez plus.",
        ImportFault::TooSlow => "Cela a duré plus longtemps que l’instance n’attend.",
        ImportFault::NotAVideo => "D’après son nom, le fichier n’est pas une vidéo.",
        ImportFault::TooLarge => "Le fichier est plus gros que ce que l’instance accepte.",
        ImportFault::OverQuota => {
            "Il ne reste pas assez de place pour le fichier dans le quota du propriétaire de la chaîne."
        }
        ImportFault::DiskFull => "Le disque de l’instance est plein.",
        ImportFault::ManyUploads => "Trop de vos envois sont inachevés.",
        ImportFault::Unreadable => "Le fichier n’est pas une vidéo lisible.",
        ImportFault::Busy => "Trop de fichiers arrivaient à ce moment-là. Réessayez.",
        ImportFault::NoWeb => "L’adresse doit commencer par http:// ou https:// et nommer un serveur.",
        ImportFault::HostUnknown => "Le serveur {} est inconnu.",
        ImportFault::HostClosed => "Le serveur {} n’est pas accessible à tous sur internet.",
        ImportFault::HostSilent => "Le serveur {} ne répond pas.",
        ImportFault::HostUntrusted => "Le serveur {} ne peut pas prouver son identité.",
        ImportFault::LineBroken => "La liaison avec le serveur s’est interrompue.",
        ImportFault::HostLate => "Le serveur ne dit plus rien.",
        ImportFault::HostRefuses => "Le serveur refuse\u{a0}: {}.",
        ImportFault::LeadsOn => "L’adresse renvoie sans fin d’une page à l’autre.",
        ImportFault::FilesOnly => {
            "Cette adresse mène à une page, et l’instance n’accepte que les adresses de fichiers."
        }
        ImportFault::NoFilm => "La page ne montre aucune vidéo.",
        ImportFault::PageSays => "La page n’a pas pu être lue\u{a0}: {}",
        ImportFault::ProgramFailed => "Le programme qui va la chercher s’est interrompu\u{a0}: {}.",
        ImportFault::MagnetUnreadable => "L’adresse magnet est illisible.",
        ImportFault::TorrentGone => "Le torrent n’est plus là. Envoyez-le de nouveau.",
        ImportFault::TorrentUnreadable => "Le fichier n’est pas un torrent.",
        ImportFault::TorrentManyFiles => "Le torrent contient plus d’un fichier.",
        ImportFault::TorrentNodes => "Le torrent nomme des nœuds, que l’instance n’interroge pas.",
        ImportFault::NoTracker => "Le torrent ne nomme aucun traqueur qui puisse être interrogé.",
        ImportFault::NoPeer => "Personne qui ait le fichier entier n’a été trouvé.",
        ImportFault::SomeFailed => {
            "Certaines de ses vidéos n’ont pas pu être importées. La liste de vos importations dit pourquoi."
        }
        ImportFault::PagesProgramMissing | ImportFault::TorrentsProgramMissing => {
            "Il manque à l’instance le programme qu’il faut pour cela."
        }
        ImportFault::Other => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_told_in_the_readers_language() {
        let told =
            |language, fault, about| import_fault(language, fault, about, "The host a.example says nothing.");
        let (silent, other) = (Some(ImportFault::HostSilent), Some(ImportFault::Other));
        let english = "The host a.example says nothing.";
        assert_eq!(told(Language::French, silent, Some("a.example")), "Le serveur a.example ne répond pas.");
        assert_eq!(told(Language::English, silent, Some("a.example")), english);
        for unknown in [None, other] {
            assert_eq!(told(Language::French, unknown, None), english);
        }
    }
}
