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
        places: "Where to look", "Où chercher";
        here: "Here", "Ici";
        elsewhere: "On other servers", "Sur d’autres serveurs";
        videos: "Videos", "Vidéos";
        channels: "Channels", "Chaînes";
        playlists: "Playlists", "Listes de lecture";
        said: "Said in videos", "Dit dans les vidéos";
        by_machine: "written down by a program", "transcrit par un programme";
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
    }
    counts {
        results: ("{} result", "{} results"), ("{} résultat", "{} résultats");
        suggestions: ("{} suggestion", "{} suggestions"), ("{} suggestion", "{} suggestions");
    }
}

two_languages! {
    /// What is kept in lists and shown next, for everybody.
    ShelfWords {
        no_playlists: "No playlists yet", "Pas encore de liste de lecture";
        no_playlist: "There is no such playlist", "Cette liste de lecture n’existe pas";
        no_playlist_text: "It may have been deleted, or it is not for everybody.", "Elle a peut-être été supprimée, ou n’est pas pour tout le monde.";
        empty_list: "This playlist holds nothing yet", "Cette liste de lecture est encore vide";
        nothing_plays: "Nothing in this playlist can be played", "Rien dans cette liste ne peut être lu";
        hidden: "A video that is not for you, or gone", "Une vidéo qui ne vous est pas ouverte, ou disparue";
        place: "{} of {}", "{} sur {}";
        previous: "Previous", "Précédente";
        next: "Next", "Suivante";
        up_next: "Next: {}", "Ensuite\u{a0}: {}";
        play_now: "Play now", "Lire maintenant";
        stay: "Cancel", "Annuler";
        autoplay: "Play the next one by itself", "Lire la suivante automatiquement";
        save_title: "Save to a playlist", "Enregistrer dans une liste";
        saved_in: "Saved in {}", "Enregistré dans {}";
        taken_from: "Removed from {}", "Retiré de {}";
        watch_later: "Watch later", "À regarder plus tard";
        new_playlist: "New playlist", "Nouvelle liste";
        create: "Create and save", "Créer et enregistrer";
        because_tags: "Same tags: {}", "Mêmes étiquettes\u{a0}: {}";
        because_channel: "From the same channel", "De la même chaîne";
        because_category: "Same category: {}", "Même catégorie\u{a0}: {}";
        because_language: "In the same language: {}", "Dans la même langue\u{a0}: {}";
        because_new: "New here", "Nouveau ici";
    }
    counts {
        seconds: ("in {} second", "in {} seconds"), ("dans {} seconde", "dans {} secondes");
    }
}

two_languages! {
    /// What one does with one's own lists.
    ListWords {
        gate: "Sign in to keep playlists.", "Connectez-vous pour tenir des listes de lecture.";
        none_text: "Save a video from its page or its card.", "Enregistrez une vidéo depuis sa page ou sa carte.";
        new_title: "New playlist", "Nouvelle liste de lecture";
        edit_title: "Edit playlist", "Modifier la liste";
        name: "Name", "Nom";
        privacy: "Who may see it", "Qui peut la voir";
        public: "Public", "Publique";
        unlisted: "Unlisted", "Non répertoriée";
        private: "Private", "Privée";
        channel: "Channel it is shown in", "Chaîne où elle apparaît";
        channel_hint: "A public playlist needs one.", "Une liste publique en a besoin.";
        no_channel: "None", "Aucune";
        picture: "Picture", "Image";
        picture_chosen: "A new picture is chosen.", "Une nouvelle image est choisie.";
        create: "Create", "Créer";
        order: "Videos", "Vidéos";
        play: "Play", "Lire";
        delete_title: "Delete this playlist?", "Supprimer cette liste\u{a0}?";
        delete_text: "“{}” is gone for ever. Its videos stay.", "«\u{a0}{}\u{a0}» disparaît pour toujours. Ses vidéos restent.";
        not_yours: "This playlist is not yours", "Cette liste n’est pas à vous";
        empty: "Nothing in it yet", "Encore rien ici";
        up: "Move {} up", "Monter {}";
        down: "Move {} down", "Descendre {}";
        take_out: "Remove {}", "Retirer {}";
        now_at: "{} is now {} of {}.", "{} est maintenant {} sur {}.";
        taken_out: "{} was removed.", "{} a été retirée.";
        drag: "Drag to move", "Glisser pour déplacer";
        from: "Start of {}", "Début de {}";
        to: "Stop of {}", "Fin de {}";
        from_short: "From", "De";
        to_short: "To", "À";
        saved: "Saved.", "Enregistré.";
        order_of: "Order on the page of {}", "Ordre sur la page de {}";
        order_hint: "The playlists stand on the channel’s page as they stand here. Visitors see the public ones only.",
            "Les listes figurent sur la page de la chaîne comme ici. Les visiteurs ne voient que les publiques.";
        channel_not_yours: "This channel is not yours", "Cette chaîne n’est pas à vous";
        none_shown: "A playlist is shown here once this channel is chosen for it.",
            "Une liste figure ici dès que cette chaîne est choisie pour elle.";
        gone: "A video that is gone", "Une vidéo disparue";
    }
    counts {
    }
}

two_languages! {
    /// Addresses of feeds.
    FeedWords {
        feeds: "Feeds", "Flux";
        hint: "Give one of these addresses to a feed reader or a podcast app: it shows what is new, without an account.",
            "Donnez l’une de ces adresses à un lecteur de flux ou à une application de podcasts\u{a0}: les nouveautés y arrivent, sans compte.";
        podcast: "Podcast", "Podcast";
        own: "Feed of your subscriptions", "Flux de vos abonnements";
        own_hint: "For a feed reader of yours. Who has this address sees what is new in the channels you follow: show it to nobody.",
            "Pour votre lecteur de flux. Qui a cette adresse voit les nouveautés des chaînes que vous suivez\u{a0}: ne la montrez à personne.";
        renew: "Make another address", "Changer d’adresse";
        renew_text: "The present address will show nothing any more, in no reader. Make another one?",
            "L’adresse actuelle ne montrera plus rien, dans aucun lecteur. En changer\u{a0}?";
        renew_keep: "Keep it", "La garder";
        renew_do: "Make another", "En changer";
    }
    counts {
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_unsaid_and_french_breaks_no_punctuation_off() {
        let all = [SearchWords::all(), ShelfWords::all(), ListWords::all(), FeedWords::all()].concat();
        for (name, english, french) in all {
            assert!(!english.is_empty() && !french.is_empty(), "{name}");
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{name}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!french.contains(mark), "{name}: {french}");
            }
        }
    }
}
