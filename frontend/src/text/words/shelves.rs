//! The sentences of what is found, kept in lists and shown next.

use crate::locale::Language;
use crate::text::words::Plural;

/// Lists of sentences with both languages side by side, so that a program carries only the lists it draws.
macro_rules! two_languages {
    (
        $(#[$about:meta])*
        $list:ident { $($name:ident: $english:literal, $french:literal;)* }
        counts { $($count:ident: ($one:literal, $other:literal), ($un:literal, $autre:literal);)* }
    ) => {
        $(#[$about])*
        pub struct $list {
            $(pub $name: &'static str,)*
            $(pub $count: Plural,)*
        }

        impl $list {
            /// The sentences in a language.
            pub fn of(language: Language) -> &'static $list {
                static ENGLISH: $list = $list {
                    $($name: $english,)*
                    $($count: Plural { one: $one, other: $other },)*
                };
                static FRENCH: $list = $list {
                    $($name: $french,)*
                    $($count: Plural { one: $un, other: $autre },)*
                };
                match language {
                    Language::English => &ENGLISH,
                    Language::French => &FRENCH,
                }
            }

            #[cfg(test)]
            fn all() -> Vec<(&'static str, &'static str, &'static str)> {
                vec![
                    $((stringify!($name), $english, $french),)*
                    $((stringify!($count), $one, $un), (stringify!($count), $other, $autre),)*
                ]
            }
        }
    };
}

two_languages! {
    /// What is found.
    SearchWords {
        found_for: "Results for “{}”", "Résultats pour «\u{a0}{}\u{a0}»";
        kinds: "What to look for", "Que chercher";
        videos: "Videos", "Vidéos";
        channels: "Channels", "Chaînes";
        playlists: "Playlists", "Listes de lecture";
        filters: "Filters and order", "Filtres et ordre";
        no_filters: "Remove all filters", "Retirer tous les filtres";
        any: "Any", "Peu importe";
        published: "Published", "Mise en ligne";
        day: "In the last 24 hours", "Depuis 24 heures";
        week: "In the last 7 days", "Depuis 7 jours";
        month: "In the last 30 days", "Depuis 30 jours";
        year: "In the last year", "Depuis un an";
        duration: "Duration", "Durée";
        short: "Under 4 minutes", "Moins de 4 minutes";
        medium: "4 to 10 minutes", "De 4 à 10 minutes";
        long: "Over 10 minutes", "Plus de 10 minutes";
        kind: "Kind", "Genre";
        live: "Live", "En direct";
        on_demand: "On demand", "À la demande";
        sensitive: "Sensitive content", "Contenu sensible";
        as_usual: "As in my settings", "Selon mes réglages";
        with_sensitive: "Show too", "Afficher aussi";
        only_sensitive: "Only sensitive", "Uniquement";
        no_sensitive: "Hide", "Masquer";
        tags: "With all of these tags", "Avec toutes ces étiquettes";
        tags_hint: "Separated by commas", "Séparées par des virgules";
        sort_match: "Best match", "Pertinence";
        sort_newest: "Newest", "Plus récentes";
        sort_oldest: "Oldest", "Plus anciennes";
        sort_views: "Most viewed", "Plus vues";
        sort_likes: "Most liked", "Plus aimées";
        sort_longest: "Longest", "Plus longues";
        sort_name: "By name", "Par nom";
        nothing: "Nothing was found", "Rien trouvé";
        nothing_text: "Try other words, or fewer filters.", "Essayez d’autres mots, ou moins de filtres.";
        list_of: "Playlist by {}", "Liste de {}";
    }
    counts {
        results: ("{} result", "{} results"), ("{} résultat", "{} résultats");
        suggestions: ("{} suggestion", "{} suggestions"), ("{} suggestion", "{} suggestions");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_unsaid_and_french_breaks_no_punctuation_off() {
        for (name, english, french) in SearchWords::all() {
            assert!(!english.is_empty() && !french.is_empty(), "{name}");
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{name}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!french.contains(mark), "{name}: {french}");
            }
        }
    }
}
