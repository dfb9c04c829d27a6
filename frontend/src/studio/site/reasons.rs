//! Why the instance did not take what a field holds, in the reader's language: the instance says it in English.

use crate::locale::{Language, Locale};

/// Its sentences, with a mark for each number or word in them, and ours.
const FRENCH: &[(&str, &str)] = &[
    ("Should have between {} and {} characters", "Il faut de {} à {} caractères"),
    ("Should be a whole number from {} to {}", "Il faut un nombre entier de {} à {}"),
    ("Should be a list of at most {} known words", "Il faut une liste d’au plus {} codes connus"),
    ("Should be a list of at most {} known numbers", "Il faut une liste d’au plus {} numéros connus"),
    ("Should be one of {}", "Il faut l’un de ces mots\u{a0}: {}"),
    ("Should be a text", "Il faut un texte"),
    ("Should be an e-mail address", "Il faut une adresse de courriel"),
    (
        "Should be an address that begins with https:// or http://",
        "Il faut une adresse qui commence par https:// ou http://",
    ),
    ("Should be the path of a page", "Il faut le chemin d’une page"),
    ("Needs a mail server, and none is set", "Demande un serveur de courriel, et aucun n’est réglé"),
    (
        "Should have at least one height where the video's own is not kept",
        "Il faut au moins une hauteur si celle de la vidéo n’est pas gardée",
    ),
    (
        "Is not allowed: who keeps the machine has to set www.custom_javascript",
        "N’est pas permis\u{a0}: qui tient la machine doit régler www.custom_javascript",
    ),
];

/// A reason of the instance for the reader; in its own words where we have none.
pub fn reason(message: &str, locale: &Locale) -> String {
    match locale.language() {
        Language::English => message.to_owned(),
        Language::French => french(message).unwrap_or_else(|| format!("Refusé\u{a0}: {message}")),
    }
}

fn french(message: &str) -> Option<String> {
    FRENCH.iter().find_map(|(theirs, ours)| {
        let found = marked(theirs, message)?;
        Some(found.into_iter().fold((*ours).to_owned(), |sentence, word| sentence.replacen("{}", word, 1)))
    })
}

/// What stands in a sentence where the template has its marks; nothing where it is another sentence.
fn marked<'m>(template: &str, message: &'m str) -> Option<Vec<&'m str>> {
    let mut pieces = template.split("{}");
    let mut rest = message.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        let at = if is_last { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        let (word, behind) = rest.split_at_checked(at)?;
        rest = behind.strip_prefix(piece)?;
        found.push(word);
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_instance_says_is_said_in_french() {
        for (theirs, ours) in [
            ("Should have between 1 and 50 characters", "Il faut de 1 à 50 caractères"),
            ("Should be one of display, warn", "Il faut l’un de ces mots\u{a0}: display, warn"),
            ("Should be a text", "Il faut un texte"),
        ] {
            assert_eq!(french(theirs).as_deref(), Some(ours));
        }
        assert_eq!(french("Should be a text of gold"), None);
        for (theirs, ours) in FRENCH {
            assert_eq!(theirs.matches("{}").count(), ours.matches("{}").count(), "{theirs}");
            assert!(![" :", " ;", " !", " ?"].iter().any(|mark| ours.contains(mark)), "{ours}");
        }
    }
}
