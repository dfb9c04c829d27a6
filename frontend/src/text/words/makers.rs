//! The sentences about a video's file, its picture and its owner.

use crate::locale::Language;

macro_rules! maker_words {
    ($($name:ident: $english:literal, $french:literal;)*) => {
        /// The sentences in one language.
        pub struct MakerWords {
            $(pub $name: &'static str,)*
        }

        static ENGLISH: MakerWords = MakerWords { $($name: $english,)* };
        static FRENCH: MakerWords = MakerWords { $($name: $french,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $english, $french),)*];
    };
}

maker_words! {
    file: "The file", "Le fichier";
    file_name: "Name", "Nom";
    file_size: "Size", "Taille";
    file_kept: "The instance keeps the file as you uploaded it. It counts in your quota, and only you and moderators can download it.", "L’instance conserve le fichier tel que vous l’avez envoyé. Il compte dans votre quota, et seuls vous et la modération pouvez le télécharger.";
    file_gone: "The file as you uploaded it is not kept: all that viewers need was made of it.", "Le fichier tel que vous l’avez envoyé n’est pas conservé\u{a0}: tout ce qu’il faut pour le regarder en a été tiré.";
    file_download: "Download", "Télécharger";
    file_delete: "Delete the file", "Supprimer le fichier";
    file_delete_title: "Delete the uploaded file?", "Supprimer le fichier envoyé\u{a0}?";
    file_delete_text: "The video stays as it is. What you uploaded cannot be brought back.", "La vidéo reste telle quelle. Ce que vous avez envoyé ne pourra pas être rétabli.";
    replace: "Replace the file", "Remplacer le fichier";
    replace_text: "Address, views and comments stay. The present film is shown until all is made of the new one, and whoever watches it then sees its end.", "L’adresse, les vues et les commentaires restent. Le film actuel est montré jusqu’à ce que tout soit tiré du nouveau, et qui le regarde à ce moment en voit la fin.";
    replace_choose: "Choose another file", "Choisir un autre fichier";
    replace_stay: "Keep this tab open until the file has arrived. You may visit other pages of the site.", "Gardez cet onglet ouvert jusqu’à ce que le fichier soit arrivé. Vous pouvez visiter d’autres pages du site.";
    replace_arrived: "The file has arrived. You may close this tab.", "Le fichier est arrivé. Vous pouvez fermer cet onglet.";
    replace_stop: "Stop", "Arrêter";
    frame: "Take the picture from the video", "Prendre l’image dans la vidéo";
    frame_hint: "Go to the moment you want, then take the picture. It is saved with the rest.", "Allez au moment voulu, puis prenez l’image. Elle est enregistrée avec le reste.";
    frame_label: "Preview of the video", "Aperçu de la vidéo";
    frame_take: "Take this picture", "Prendre cette image";
    frame_taken: "The picture was taken. Save to keep it.", "L’image a été prise. Enregistrez pour la garder.";
    frame_failed: "The browser could not take this picture. Try another moment.", "Le navigateur n’a pas pu prendre cette image. Essayez un autre moment.";
    embed: "On other sites", "Sur d’autres sites";
    embed_text: "Other sites may show the video with its player in a frame. Who may see the video stays as it is.", "D’autres sites peuvent montrer la vidéo et son lecteur dans un cadre. Qui peut voir la vidéo ne change pas.";
    embed_where: "Where it may be shown", "Où elle peut être montrée";
    embed_everywhere: "On all sites", "Sur tous les sites";
    embed_on: "On the sites I name", "Sur les sites que je nomme";
    embed_nowhere: "On no site", "Sur aucun site";
    embed_domains: "Sites", "Sites";
    embed_domains_hint: "One a line, at most 50: blog.example. This instance is always among them.", "Un par ligne, 50 au plus\u{a0}: blog.example. Cette instance en fait toujours partie.";
    embed_save: "Save this choice", "Enregistrer ce choix";
    embed_saved: "Saved. It counts from the next time somebody opens the frame.", "Enregistré. Cela vaut dès la prochaine ouverture du cadre.";
    embed_wrong: "At least one of these is not the name of a site, or there are more than 50.", "L’un au moins n’est pas le nom d’un site, ou il y en a plus de 50.";
    owner: "Another owner", "Un autre propriétaire";
    owner_text: "Offer the video to somebody of this instance. It is theirs once they take it, with all that was said about it.", "Proposez la vidéo à quelqu’un de cette instance. Elle sera à cette personne dès qu’elle l’aura acceptée, avec tout ce qui en a été dit.";
    owner_name: "Name of the account", "Nom du compte";
    owner_offer: "Offer the video", "Proposer la vidéo";
    owner_title: "Give this video away?", "Donner cette vidéo\u{a0}?";
    owner_sure: "If {} takes it, you can no longer change it or delete it.", "Si {} l’accepte, vous ne pourrez plus la modifier ni la supprimer.";
    owner_nobody: "Nobody else of this instance has this name.", "Personne d’autre de cette instance ne porte ce nom.";
    owner_done: "{} was told of your offer.", "{} a été averti de votre proposition.";
    offers: "Changes of ownership", "Changements de propriétaire";
    offers_gate: "Sign in to see what is offered to you.", "Connectez-vous pour voir ce qui vous est proposé.";
    offers_none: "Nothing is offered to you", "Rien ne vous est proposé";
    offers_none_text: "When somebody of this instance offers you a video or a channel, you answer here.", "Quand quelqu’un de cette instance vous propose une vidéo ou une chaîne, vous répondez ici.";
    offer_from: "Offered by {}", "Proposée par {}";
    offer_channel: "Into the channel", "Dans la chaîne";
    offer_take: "Take", "Accepter";
    offer_take_named: "Take “{}”", "Accepter «\u{a0}{}\u{a0}»";
    offer_leave: "Refuse", "Refuser";
    offer_leave_named: "Refuse “{}”", "Refuser «\u{a0}{}\u{a0}»";
    offer_taken: "“{}” is yours now.", "«\u{a0}{}\u{a0}» est désormais à vous.";
    stat_with: "Watched with", "Regardé avec";
    stat_with_none: "No program told what it is.", "Aucun programme n’a dit ce qu’il est.";
    stat_with_hint: "Only these sums are kept: no version, no model, and nothing that tells one viewer from another.", "Seules ces sommes sont gardées\u{a0}: ni version, ni modèle, ni rien qui distingue une personne d’une autre.";
    stat_clients: "Programs", "Programmes";
    stat_devices: "Devices", "Appareils";
    stat_systems: "Systems", "Systèmes";
    device_desktop: "Computer", "Ordinateur";
    device_mobile: "Phone", "Téléphone";
    device_tablet: "Tablet", "Tablette";
    device_smarttv: "Television", "Téléviseur";
    device_console: "Game console", "Console de jeu";
    device_xr: "Headset", "Casque de réalité virtuelle";
    offer_left: "“{}” stays with its owner.", "«\u{a0}{}\u{a0}» reste à son propriétaire.";
    elsewhere: "From an address", "Depuis une adresse";
    elsewhere_text: "The instance brings the video here by itself: you may close this page meanwhile. Only bring what you may publish.", "L’instance va chercher la vidéo elle-même\u{a0}: vous pouvez fermer cette page entre-temps. N’apportez que ce que vous avez le droit de publier.";
    elsewhere_address: "Address of the video", "Adresse de la vidéo";
    elsewhere_address_hint: "It begins with https:// or http:// and leads to a file, or to a page that this instance can read.", "Elle commence par https:// ou http:// et mène à un fichier, ou à une page que cette instance sait lire.";
    elsewhere_any_hint: "It begins with https:// or http:// and leads to a file, or to a page that this instance can read; or it begins with magnet:", "Elle commence par https:// ou http:// et mène à un fichier, ou à une page que cette instance sait lire\u{a0}; ou elle commence par magnet:";
    elsewhere_magnet_hint: "It begins with magnet: and names its trackers.", "Elle commence par magnet: et nomme ses traqueurs.";
    elsewhere_torrent: "Or a torrent of one file", "Ou un torrent d’un seul fichier";
    elsewhere_bring: "Bring it here", "L’apporter ici";
    elsewhere_begun: "The instance will bring it. What becomes of it stands in the list of your imports.", "L’instance va la chercher. La liste de vos importations dit ce qu’il en advient.";
    elsewhere_closed: "The instance brings nothing from this address: it does not lead to the open internet.", "L’instance ne prend rien à cette adresse\u{a0}: elle ne mène pas à l’internet ouvert.";
    elsewhere_many: "The instance takes no more imports from you for now. Try again when some have ended.", "L’instance ne prend pas d’autre importation de votre part pour l’instant. Réessayez quand certaines seront terminées.";
    imports: "My imports", "Mes importations";
    imports_gate: "Sign in to see what you had brought from elsewhere.", "Connectez-vous pour voir ce que vous avez fait venir d’ailleurs.";
    imports_none: "Nothing was brought from elsewhere", "Rien n’est venu d’ailleurs";
    imports_none_text: "A video that you have brought from an address stands here until you forget it.", "Une vidéo que vous faites venir d’une adresse figure ici jusqu’à ce que vous l’oubliiez.";
    import_waits: "Waits for its turn", "Attend son tour";
    import_runs: "On its way", "En route";
    import_done: "Arrived", "Arrivée";
    import_called_off: "Called off", "Annulée";
    import_failed: "Failed", "Échec";
    import_fault_no_care: "The instance failed at it. Try again later.", "L’instance n’y est pas parvenue. Réessayez plus tard.";
    import_fault_no_account: "The account may publish nothing.", "Le compte ne peut rien publier.";
    import_fault_no_channel: "The channel is gone, or you no longer publish there.", "La chaîne n’existe plus, ou vous n’y publiez plus.";
    import_fault_too_slow: "It took longer than the instance waits.", "Cela a duré plus longtemps que l’instance n’attend.";
    import_fault_not_a_video: "The file is no video by its name.", "D’après son nom, le fichier n’est pas une vidéo.";
    import_fault_too_large: "The file is larger than the instance takes.", "Le fichier est plus gros que ce que l’instance accepte.";
    import_fault_over_quota: "There is no room left for the file in the quota of the channel’s owner.", "Il ne reste pas assez de place pour le fichier dans le quota du propriétaire de la chaîne.";
    import_fault_disk_full: "The instance’s disk is full.", "Le disque de l’instance est plein.";
    import_fault_many_uploads: "Too many of your uploads are unfinished.", "Trop de vos envois sont inachevés.";
    import_fault_unreadable: "The file is no video that can be read.", "Le fichier n’est pas une vidéo lisible.";
    import_fault_busy: "Too many files were arriving at that moment. Try again.", "Trop de fichiers arrivaient à ce moment-là. Réessayez.";
    import_fault_no_web: "The address should begin with http:// or https:// and name a host.", "L’adresse doit commencer par http:// ou https:// et nommer un serveur.";
    import_fault_host_unknown: "The host {} is not known.", "Le serveur {} est inconnu.";
    import_fault_host_closed: "The host {} is not of the open internet.", "Le serveur {} n’est pas accessible à tous sur internet.";
    import_fault_host_silent: "The host {} does not answer.", "Le serveur {} ne répond pas.";
    import_fault_host_untrusted: "The host {} cannot show who it is.", "Le serveur {} ne peut pas prouver son identité.";
    import_fault_line_broken: "The line to the host broke off.", "La liaison avec le serveur s’est interrompue.";
    import_fault_host_late: "The host says nothing.", "Le serveur ne dit plus rien.";
    import_fault_host_refuses: "The host refuses: {}.", "Le serveur refuse\u{a0}: {}.";
    import_fault_leads_on: "The address leads from one to the next without end.", "L’adresse renvoie sans fin d’une page à l’autre.";
    import_fault_files_only: "This address leads to a page, and the instance takes the addresses of files alone.", "Cette adresse mène à une page, et l’instance n’accepte que les adresses de fichiers.";
    import_fault_no_film: "The page shows no video.", "La page ne montre aucune vidéo.";
    import_fault_page_says: "The page could not be read: {}", "La page n’a pas pu être lue\u{a0}: {}";
    import_fault_no_program: "The instance lacks the program that this needs.", "Il manque à l’instance le programme qu’il faut pour cela.";
    import_fault_program_failed: "The program that fetches it broke off: {}.", "Le programme qui va la chercher s’est interrompu\u{a0}: {}.";
    import_fault_magnet_unreadable: "The magnet address cannot be read.", "L’adresse magnet est illisible.";
    import_fault_torrent_gone: "The torrent is there no more. Send it again.", "Le torrent n’est plus là. Envoyez-le de nouveau.";
    import_fault_torrent_unreadable: "The file is no torrent.", "Le fichier n’est pas un torrent.";
    import_fault_torrent_many: "The torrent holds more than one file.", "Le torrent contient plus d’un fichier.";
    import_fault_torrent_nodes: "The torrent names nodes, which the instance does not ask.", "Le torrent nomme des nœuds, que l’instance n’interroge pas.";
    import_fault_no_tracker: "The torrent names no tracker that may be asked.", "Le torrent ne nomme aucun traqueur qui puisse être interrogé.";
    import_fault_no_peer: "Nobody who has the whole file was found.", "Personne qui ait le fichier entier n’a été trouvé.";
    import_fault_some_failed: "Some of its videos could not be imported. The list of your imports says why.", "Certaines de ses vidéos n’ont pas pu être importées. La liste de vos importations dit pourquoi.";
    import_no_reason: "The instance gave no reason.", "L’instance n’a pas donné de raison.";
    import_progress: "How much of “{}” has arrived", "Ce qui est arrivé de «\u{a0}{}\u{a0}»";
    import_cancel_named: "Cancel “{}”", "Annuler «\u{a0}{}\u{a0}»";
    import_retry_named: "Try again: {}", "Réessayer «\u{a0}{}\u{a0}»";
    import_forget: "Forget", "Oublier";
    import_forget_named: "Forget “{}”", "Oublier «\u{a0}{}\u{a0}»";
    import_forget_title: "Forget this import?", "Oublier cette importation\u{a0}?";
    import_forget_text: "It goes from the list, and cannot be tried again.", "Elle disparaît de la liste et ne pourra plus être réessayée.";
    import_forget_stays: "It goes from the list. The video stays.", "Elle disparaît de la liste. La vidéo reste.";
    syncs: "Synchronisations", "Synchronisations";
    syncs_gate: "Sign in to see which channels elsewhere you have watched.", "Connectez-vous pour voir quelles chaînes d’ailleurs vous faites suivre.";
    syncs_text: "What a channel on another site publishes comes to one of yours, as it is published. The instance looks every hour.", "Ce qu’une chaîne publie sur un autre site arrive dans l’une des vôtres au fil des publications. L’instance regarde toutes les heures.";
    syncs_none: "No channel elsewhere is watched", "Aucune chaîne d’ailleurs n’est suivie";
    syncs_none_text: "Say below which one to watch, and its new videos come by themselves.", "Indiquez ci-dessous laquelle suivre, et ses nouvelles vidéos arriveront d’elles-mêmes.";
    syncs_closed: "This instance watches no channels on other sites.", "Cette instance ne suit pas de chaînes sur d’autres sites.";
    sync_waits: "Waits for the first look.", "Attend le premier passage.";
    sync_looks: "Looking, or importing what was found.", "Passage ou importation en cours.";
    sync_done: "All that was new is here or on its way.", "Tout ce qui était nouveau est là ou en route.";
    sync_looked: "Last look", "Dernier passage";
    sync_into: "To {}", "Vers {}";
    sync_add: "Watch a channel", "Suivre une chaîne";
    sync_address: "Address of the channel", "Adresse de la chaîne";
    sync_address_hint: "The page that lists its videos. Make sure you may publish them here.", "La page qui liste ses vidéos. Assurez-vous d’avoir le droit de les publier ici.";
    sync_existing: "What comes", "Ce qui arrive";
    sync_existing_new: "What it publishes from now on", "Ce qu’elle publiera désormais";
    sync_existing_all: "All its videos, and what it publishes from now on", "Toutes ses vidéos, et ce qu’elle publiera désormais";
    sync_existing_hint: "Its videos become public here, and count in your quota.", "Ses vidéos deviennent publiques ici, et comptent dans votre quota.";
    sync_added: "The channel is watched. Its videos appear in the list of your imports as they come.", "La chaîne est suivie. Ses vidéos paraîtront dans la liste de vos importations à mesure qu’elles arrivent.";
    sync_refused: "This address cannot be watched from here.", "Cette adresse ne peut pas être suivie d’ici.";
    sync_many: "The instance watches no more channels for you. Remove one first.", "L’instance ne suit pas davantage de chaînes pour vous. Retirez-en une d’abord.";
    sync_all: "Import all its videos", "Importer toutes ses vidéos";
    sync_all_named: "Import all its videos: {}", "Importer toutes ses vidéos\u{a0}: {}";
    sync_remove: "Remove", "Retirer";
    sync_remove_named: "Remove {}", "Retirer {}";
    sync_remove_title: "Stop watching this channel?", "Ne plus suivre cette chaîne\u{a0}?";
    sync_remove_text: "What came stays, and what is on its way arrives. What it publishes from now on does not come.", "Ce qui est arrivé reste, et ce qui est en route arrive. Ce qu’elle publiera désormais ne viendra pas.";
    editors: "Who edits this channel", "Qui gère cette chaîne";
    editors_text: "Those you invite publish in this channel, and change or delete its videos and lists. They cannot delete the channel, give it away or invite others. All that is published here counts in your quota.", "Les personnes invitées publient dans cette chaîne, et modifient ou suppriment ses vidéos et ses listes. Elles ne peuvent ni supprimer la chaîne, ni la donner, ni inviter quelqu’un. Tout ce qui est publié ici compte dans votre quota.";
    editors_none: "Nobody but you edits this channel.", "Personne d’autre que vous ne gère cette chaîne.";
    editor_waits: "Invited, no answer yet", "Invitation sans réponse";
    editor_edits: "Edits the channel", "Gère la chaîne";
    editor_invite: "Invite", "Inviter";
    editor_invited: "{} was invited.", "{} a reçu une invitation.";
    editor_nobody: "Nobody of this instance has this name.", "Personne sur cette instance ne porte ce nom.";
    editor_already: "This person edits the channel already, or was invited.", "Cette personne gère déjà la chaîne, ou a déjà une invitation.";
    editor_full: "The channel is yours already, or has as many editors as this instance allows.", "La chaîne est déjà à vous, ou autant de personnes la gèrent que cette instance le permet.";
    editor_remove: "Remove", "Retirer";
    editor_remove_named: "Remove {}", "Retirer {}";
    editor_remove_title: "Remove {}?", "Retirer {}\u{a0}?";
    editor_remove_text: "From that moment on this person changes nothing in the channel. What was published stays.", "Dès cet instant, cette personne ne modifie plus rien dans la chaîne. Ce qui a été publié reste.";
    invitations: "Invitations", "Invitations";
    invitation_text: "{} asks you to publish in this channel and to change what is there.", "{} vous propose de publier dans cette chaîne et de modifier ce qui s’y trouve.";
    invitation_accept: "Accept", "Accepter";
    invitation_accept_named: "Accept to edit “{}”", "Accepter de gérer «\u{a0}{}\u{a0}»";
    invitation_refuse_named: "Refuse to edit “{}”", "Refuser de gérer «\u{a0}{}\u{a0}»";
    invitation_accepted: "You edit “{}” from now on.", "Vous gérez désormais «\u{a0}{}\u{a0}».";
    invitation_left: "You do not edit “{}”.", "Vous ne gérez pas «\u{a0}{}\u{a0}».";
    invitation_gone: "The invitation was taken back.", "L’invitation a été retirée.";
    edited: "Channels you edit", "Chaînes que vous gérez";
    edited_of: "Of {}", "De {}";
    edited_leave: "Leave", "Quitter";
    edited_leave_named: "Leave “{}”", "Quitter «\u{a0}{}\u{a0}»";
    edited_leave_title: "Leave “{}”?", "Quitter «\u{a0}{}\u{a0}»\u{a0}?";
    edited_leave_text: "You publish there again only if its owner invites you once more.", "Vous n’y publierez de nouveau que si son propriétaire vous invite encore.";
    give: "Give this channel to somebody else", "Donner cette chaîne à quelqu’un d’autre";
    give_text: "The channel goes to somebody of this instance once they take it, with its videos, its playlists, its followers and those who edit it. It counts in their quota from then on. Synchronisations with channels elsewhere end.", "La chaîne va à quelqu’un de cette instance dès que cette personne l’a acceptée, avec ses vidéos, ses listes de lecture, ses abonnés et les personnes qui la gèrent. Elle compte dès lors dans son quota. La synchronisation avec des chaînes d’ailleurs prend fin.";
    give_offer: "Offer the channel", "Proposer la chaîne";
    give_title: "Give the channel “{}” away?", "Donner la chaîne «\u{a0}{}\u{a0}»\u{a0}?";
    give_sure: "If {} takes it, it is yours no more, and you can no longer change or delete anything in it. You can take the offer back until then.", "Si {} l’accepte, elle ne sera plus à vous, et vous ne pourrez plus rien y modifier ni supprimer. Vous pouvez retirer la proposition jusque-là.";
    give_already: "The channel is offered to somebody already, or nobody else of this instance has this name.", "La chaîne est déjà proposée à quelqu’un, ou personne d’autre de cette instance ne porte ce nom.";
    give_waits: "The channel is offered to {}, who has not answered yet.", "La chaîne est proposée à {}, dont la réponse est attendue.";
    give_withdraw: "Take the offer back", "Retirer la proposition";
    give_withdrawn: "The offer was taken back. The channel stays with you.", "La proposition est retirée. La chaîne reste à vous.";
    give_answered: "The offer was answered meanwhile.", "La proposition a reçu une réponse entre-temps.";
    offers_channels: "Channels", "Chaînes";
    offers_videos: "Videos", "Vidéos";
    channel_take_title: "Take the channel “{}”?", "Accepter la chaîne «\u{a0}{}\u{a0}»\u{a0}?";
    channel_take_text: "The channel becomes yours with its videos, its playlists, its followers and those who edit it. All its videos count in your quota, and you answer for what is published there. What it imports from channels elsewhere ends.", "La chaîne devient la vôtre avec ses vidéos, ses listes de lecture, ses abonnés et les personnes qui la gèrent. Toutes ses vidéos comptent dans votre quota, et vous répondez de ce qui y est publié. La synchronisation avec des chaînes d’ailleurs prend fin.";
    channel_take_editors: "They edit it and go on: {}. You can end that once the channel is yours.", "Ces personnes la gèrent et continueront\u{a0}: {}. Vous pourrez y mettre fin une fois la chaîne à vous.";
    channel_take_alone: "Nobody else edits it.", "Personne d’autre ne la gère.";
    channel_leave_title: "Refuse the channel “{}”?", "Refuser la chaîne «\u{a0}{}\u{a0}»\u{a0}?";
    channel_leave_text: "It stays with its owner, who is told of it and may offer it again.", "Elle reste à son propriétaire, qui en est averti et peut la proposer de nouveau.";
    channel_full: "You have as many channels as this instance allows. Delete one first.", "Vous avez autant de chaînes que cette instance le permet. Supprimez-en une d’abord.";
    channel_lists: "You would have more playlists than this instance allows.", "Vous auriez plus de listes de lecture que cette instance le permet.";
    channel_gone: "The offer was taken back.", "La proposition a été retirée.";
    deeds: "What was done in this channel", "Ce qui a été fait dans cette chaîne";
    deeds_none: "Nothing was done here yet.", "Rien n’a encore été fait ici.";
    deeds_more: "Show more of what was done", "Afficher plus de ce qui a été fait";
    deed_created_video: "{} published the video “{}”", "{} a publié la vidéo «\u{a0}{}\u{a0}»";
    deed_created_list: "{} made the playlist “{}”", "{} a créé la liste «\u{a0}{}\u{a0}»";
    deed_created_channel: "{} made the channel", "{} a créé la chaîne";
    deed_changed_video: "{} changed the video “{}”", "{} a modifié la vidéo «\u{a0}{}\u{a0}»";
    deed_changed_list: "{} changed the playlist “{}”", "{} a modifié la liste «\u{a0}{}\u{a0}»";
    deed_changed_channel: "{} changed the channel", "{} a modifié la chaîne";
    deed_deleted_video: "{} deleted the video “{}”", "{} a supprimé la vidéo «\u{a0}{}\u{a0}»";
    deed_deleted_list: "{} deleted the playlist “{}”", "{} a supprimé la liste «\u{a0}{}\u{a0}»";
    deed_captions: "{} changed the captions of “{}”", "{} a modifié les sous-titres de «\u{a0}{}\u{a0}»";
    deed_chapters: "{} changed the chapters of “{}”", "{} a modifié les chapitres de «\u{a0}{}\u{a0}»";
    deed_passwords: "{} changed the passwords of “{}”", "{} a modifié les mots de passe de «\u{a0}{}\u{a0}»";
    deed_source: "{} put another file in the place of that of “{}”", "{} a remplacé le fichier de «\u{a0}{}\u{a0}»";
    deed_elements: "{} changed what the playlist “{}” holds", "{} a modifié le contenu de la liste «\u{a0}{}\u{a0}»";
    deed_out: "{} moved “{}” out of this channel", "{} a retiré «\u{a0}{}\u{a0}» de cette chaîne";
    deed_in: "{} moved “{}” into this channel", "{} a placé «\u{a0}{}\u{a0}» dans cette chaîne";
    deed_offered_video: "{} offered the video “{}” to {}", "{} a proposé la vidéo «\u{a0}{}\u{a0}» à {}";
    deed_offered_channel: "{} offered the channel to {}", "{} a proposé la chaîne à {}";
    deed_refused_video: "{} did not take the video “{}”", "{} n’a pas accepté la vidéo «\u{a0}{}\u{a0}»";
    deed_refused_channel: "{} did not take the channel", "{} n’a pas accepté la chaîne";
    deed_accepted_channel: "{} took the channel", "{} a accepté la chaîne";
    deed_withdrew_channel: "{} took back the offer of the channel", "{} a retiré la proposition de la chaîne";
    deed_other: "{} did something else here", "{} a fait autre chose ici";
}

impl MakerWords {
    /// The sentences in a language.
    pub fn of(language: Language) -> &'static MakerWords {
        match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
        }
    }

    /// A kind of machine by its word on the wire; anything else is a name of its own.
    pub fn device<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "desktop" => self.device_desktop,
            "mobile" => self.device_mobile,
            "tablet" => self.device_tablet,
            "smarttv" => self.device_smarttv,
            "console" => self.device_console,
            "xr" => self.device_xr,
            _ => name,
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
            assert_eq!(english.matches("{}").count(), french.matches("{}").count(), "{name}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!french.contains(mark), "{name}: {french}");
            }
        }
    }
}
