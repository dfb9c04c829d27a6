//! Which settings stand on which page, and what they are called: one line each.

use super::say::{NOTHING, Say};
use crate::site_route::SitePage;

/// A setting as a field of a form.
pub struct Field {
    /// The names that lead to it in the custom configuration.
    pub path: &'static str,
    /// Its name.
    pub label: Say,
    /// What it is good for.
    pub hint: Say,
    /// What it is typed into.
    pub kind: Kind,
}

/// What a setting is typed into.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// A line.
    Line,
    /// So many lines of markdown, or of code.
    Lines(u8),
    /// A box to tick.
    Truth,
    /// A whole number.
    Number,
    /// Gigabytes, or nothing for no bound.
    Gigabytes,
    /// One of several words.
    Choice(&'static [(&'static str, Say)]),
    /// Codes with commas between.
    Codes,
    /// What videos are about, as boxes to tick.
    Categories,
    /// Nothing: the heading of the fields that follow.
    Part,
}

const fn say(en: &'static str, fr: &'static str) -> Say {
    Say { en, fr }
}

const fn field(path: &'static str, label: Say, hint: Say, kind: Kind) -> Field {
    Field { path, label, hint, kind }
}

const fn part(label: Say) -> Field {
    Field { path: "", label, hint: NOTHING, kind: Kind::Part }
}

const MARKDOWN: Say = say("Markdown.", "Markdown.");

const ADDRESS: Say = say("An address that begins with https://", "Une adresse qui commence par https://");

const INFORMATION: &[Field] = &[
    field("instance.name", say("Name", "Nom"), NOTHING, Kind::Line),
    field(
        "instance.shortDescription",
        say("In one sentence", "En une phrase"),
        say(
            "Stands in search results and below the name.",
            "Figure dans les moteurs de recherche et sous le nom.",
        ),
        Kind::Line,
    ),
    field("instance.description", say("Description", "Description"), MARKDOWN, Kind::Lines(6)),
    field(
        "instance.categories",
        say("What its videos are about", "De quoi parlent ses vidéos"),
        NOTHING,
        Kind::Categories,
    ),
    field(
        "instance.languages",
        say("Languages spoken here", "Langues parlées ici"),
        say("Codes with commas between: en, fr", "Codes séparés par des virgules : en, fr"),
        Kind::Codes,
    ),
    field(
        "instance.isNSFW",
        say("Meant for adults alone", "Réservée aux adultes"),
        say("Visitors are told so before they sign up.", "C’est dit avant l’inscription."),
        Kind::Truth,
    ),
    part(say("Rules", "Règles")),
    field("instance.terms", say("Terms of use", "Conditions d’utilisation"), MARKDOWN, Kind::Lines(6)),
    field("instance.codeOfConduct", say("Code of conduct", "Code de conduite"), MARKDOWN, Kind::Lines(4)),
    field("instance.moderationInformation", say("Moderation", "Modération"), MARKDOWN, Kind::Lines(4)),
    part(say("People and machine", "Personnes et machine")),
    field("instance.administrator", say("Who is behind it", "Qui est derrière"), MARKDOWN, Kind::Lines(3)),
    field(
        "instance.creationReason",
        say("Why it was made", "Pourquoi elle existe"),
        MARKDOWN,
        Kind::Lines(3),
    ),
    field(
        "instance.maintenanceLifetime",
        say("How long it is meant to stay", "Pour combien de temps"),
        MARKDOWN,
        Kind::Lines(3),
    ),
    field("instance.businessModel", say("Who pays for it", "Qui la finance"), MARKDOWN, Kind::Lines(3)),
    field(
        "instance.hardwareInformation",
        say("What it runs on", "Sur quel matériel"),
        MARKDOWN,
        Kind::Lines(3),
    ),
    field(
        "instance.serverCountry",
        say("Where the machine stands", "Où se trouve la machine"),
        say("The country whose laws count.", "Le pays dont les lois s’appliquent."),
        Kind::Line,
    ),
    field(
        "instance.support.text",
        say("How people support it", "Comment la soutenir"),
        MARKDOWN,
        Kind::Lines(3),
    ),
    part(say("Elsewhere", "Ailleurs")),
    field("instance.social.externalLink", say("Web site", "Site web"), ADDRESS, Kind::Line),
    field("instance.social.mastodonLink", say("Mastodon", "Mastodon"), ADDRESS, Kind::Line),
    field("instance.social.blueskyLink", say("Bluesky", "Bluesky"), ADDRESS, Kind::Line),
    field("instance.social.xLink", say("X", "X"), ADDRESS, Kind::Line),
    part(say("Letters from visitors", "Messages des visiteurs")),
    field(
        "admin.email",
        say("Where letters from visitors go", "Où vont les messages des visiteurs"),
        say(
            "Without it: to the first administrator.",
            "Sans adresse : à la première personne qui administre.",
        ),
        Kind::Line,
    ),
    field("contactForm.enabled", say("Contact form", "Formulaire de contact"), NOTHING, Kind::Truth),
];

const SENSITIVE: &[(&str, Say)] = &[
    ("do_not_list", say("Leave them out of lists", "Ne pas les lister")),
    ("blur", say("Blur their pictures", "Flouter leurs images")),
    ("warn", say("Warn before they play", "Avertir avant la lecture")),
    ("display", say("Show them", "Les afficher")),
];

const SIGNUP: &[Field] = &[
    field("signup.enabled", say("Strangers may sign up", "Inscription ouverte"), NOTHING, Kind::Truth),
    field(
        "signup.requiresApproval",
        say("Somebody says yes to each", "Chaque demande est approuvée"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "signup.requiresEmailVerification",
        say("They confirm their address", "L’adresse est confirmée"),
        say("Needs a mail server.", "Demande un serveur de courriel."),
        Kind::Truth,
    ),
    field(
        "signup.limit",
        say("People at most", "Nombre de comptes, au plus"),
        say("-1 for any number.", "-1 pour ne pas limiter."),
        Kind::Number,
    ),
    field("signup.minimumAge", say("Minimum age", "Âge minimum"), NOTHING, Kind::Number),
    part(say("What a new account may do", "Ce que peut un nouveau compte")),
    field(
        "user.videoQuota",
        say("Room of a new account, in gigabytes", "Place d’un nouveau compte, en gigaoctets"),
        say("Empty for no bound.", "Vide pour ne pas limiter."),
        Kind::Gigabytes,
    ),
    field(
        "user.videoQuotaDaily",
        say("The same for a day", "La même pour un jour"),
        say("Empty for no bound.", "Vide pour ne pas limiter."),
        Kind::Gigabytes,
    ),
    field(
        "videoChannels.maxPerUser",
        say("Channels of one account", "Chaînes par compte"),
        NOTHING,
        Kind::Number,
    ),
    field(
        "videoChannels.maxCollaboratorsPerChannel",
        say("People who edit one channel", "Personnes qui gèrent une chaîne"),
        say(
            "Beside its owner, and with those who are asked to.",
            "En plus de son propriétaire, invitations comprises.",
        ),
        Kind::Number,
    ),
    field(
        "user.defaultChannelName",
        say("Name of the first channel", "Nom de la première chaîne"),
        say("$1 stands for the person’s name.", "$1 est remplacé par le nom de la personne."),
        Kind::Line,
    ),
    field(
        "user.history.videos.enabled",
        say("Note what new people watch", "Noter ce que regardent les nouveaux comptes"),
        say("Each can change that.", "Chacun peut changer cela."),
        Kind::Truth,
    ),
    part(say("What people see", "Ce que l’on voit")),
    field(
        "instance.defaultNSFWPolicy",
        say("Sensitive videos", "Vidéos sensibles"),
        say("For everybody who did not choose.", "Pour qui n’a rien choisi."),
        Kind::Choice(SENSITIVE),
    ),
];

/// Who may meet whom to pass on what they watch.
pub const MEETING: &[(&str, Say)] = &[
    ("on", say("Viewers help each other", "Les spectateurs s’entraident")),
    ("threshold", say("Only where many watch the same", "Seulement là où beaucoup regardent la même vidéo")),
    ("seeders", say("Only with helpers that you admit", "Seulement avec des relais que vous admettez")),
    ("off", say("Nobody meets anybody", "Personne ne rencontre personne")),
];
/// What follows from it.
pub const MEETING_HINT: Say = say(
    "Viewers who pass on to each other what they watch relieve the server, and learn each other’s network address.",
    "Les spectateurs qui se transmettent ce qu’ils regardent soulagent le serveur et apprennent l’adresse réseau des autres.",
);

/// Heights of the ladder.
pub const HEIGHTS: [u32; 8] = [144, 240, 360, 480, 720, 1080, 1440, 2160];

const VIDEOS: &[Field] = &[
    field(
        "p2p.mode",
        say("Sharing between viewers", "Partage entre spectateurs"),
        MEETING_HINT,
        Kind::Choice(MEETING),
    ),
    field(
        "p2p.threshold",
        say("How many are many", "À partir de combien"),
        say("Among many, one does not stand out.", "Parmi beaucoup, personne ne se distingue."),
        Kind::Number,
    ),
    part(say("What is made of each video", "Ce qui est fait de chaque vidéo")),
    field("transcoding.resolutions.144p", say("144p", "144p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.240p", say("240p", "240p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.360p", say("360p", "360p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.480p", say("480p", "480p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.720p", say("720p", "720p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.1080p", say("1080p", "1080p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.1440p", say("1440p", "1440p"), NOTHING, Kind::Truth),
    field("transcoding.resolutions.2160p", say("2160p", "2160p"), NOTHING, Kind::Truth),
    field(
        "transcoding.alwaysTranscodeOriginalResolution",
        say("Keep each video’s own height, too", "Garder aussi la hauteur d’origine"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "transcoding.fps.max",
        say("Frames a second, at most", "Images par seconde, au plus"),
        NOTHING,
        Kind::Number,
    ),
    field(
        "transcoding.concurrency",
        say("Videos worked on at once", "Vidéos traitées à la fois"),
        NOTHING,
        Kind::Number,
    ),
    field(
        "transcoding.threads",
        say("Threads of each encoder", "Fils de chaque encodeur"),
        say("0 for as many as the machine has.", "0 pour autant que la machine en a."),
        Kind::Number,
    ),
    field(
        "storyboards.enabled",
        say("Pictures along the seek bar", "Images le long de la barre de lecture"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "videoTranscription.enabled",
        say("Makers may have what is said written down", "Faire transcrire ce qui est dit dans une vidéo"),
        say(
            "It becomes captions. It needs a program that listens, such as whisper-ctranslate2, which whoever runs the server installs and names.",
            "Cela devient des sous-titres. Il faut un programme qui écoute, comme whisper-ctranslate2, que la personne qui gère le serveur installe et indique.",
        ),
        Kind::Truth,
    ),
    part(say("Uploaded files", "Fichiers envoyés")),
    field(
        "transcoding.originalFile.keep",
        say("Keep files as they were uploaded", "Garder les fichiers tels qu’ils ont été envoyés"),
        say(
            "Their makers can download them. They count in quotas and need room beside what viewers get.",
            "Qui les a envoyés peut les télécharger. Ils comptent dans les quotas et prennent de la place en plus de ce qui est montré.",
        ),
        Kind::Truth,
    ),
    field(
        "videoFile.update.enabled",
        say("Makers may replace the file of a video", "Le fichier d’une vidéo peut être remplacé"),
        say(
            "Address, views and comments stay, though the film is another.",
            "L’adresse, les vues et les commentaires restent, alors que le film change.",
        ),
        Kind::Truth,
    ),
    part(say("Videos from elsewhere", "Vidéos d’ailleurs")),
    field(
        "import.videos.http.enabled",
        say("Makers may bring videos by their address", "On peut apporter des vidéos par leur adresse"),
        say(
            "The instance fetches them itself, from the open internet alone.",
            "L’instance va les chercher elle-même, sur l’internet ouvert seulement.",
        ),
        Kind::Truth,
    ),
    field(
        "import.videos.torrent.enabled",
        say("Makers may bring videos by torrents", "On peut apporter des vidéos par torrent"),
        say(
            "Needs aria2. Peers may be anywhere: close networks to the server that strangers should not reach.",
            "Demande aria2. Les pairs peuvent être n’importe où\u{a0}: fermez au serveur les réseaux interdits aux inconnus.",
        ),
        Kind::Truth,
    ),
    field(
        "import.videos.concurrency",
        say("Videos fetched at once", "Vidéos apportées à la fois"),
        NOTHING,
        Kind::Number,
    ),
    field(
        "import.videoChannelSynchronization.enabled",
        say("Makers may have channels elsewhere watched", "On peut faire suivre des chaînes d’ailleurs"),
        say(
            "What they publish is imported. Needs imports by address, and yt-dlp.",
            "Ce qu’elles publient est importé. Demande l’importation par adresse, et yt-dlp.",
        ),
        Kind::Truth,
    ),
    field(
        "import.videoChannelSynchronization.maxPerUser",
        say("Channels one may have watched", "Chaînes que l’on peut faire suivre"),
        NOTHING,
        Kind::Number,
    ),
    part(say("Publication", "Publication")),
    field(
        "autoBlacklist.videos.ofUsers.enabled",
        say("Look at new videos first", "Examiner d’abord les nouvelles vidéos"),
        say(
            "They are hidden until somebody who keeps order has seen them.",
            "Elles restent cachées jusqu’à ce que la modération les ait vues.",
        ),
        Kind::Truth,
    ),
    part(say("Mutes", "Sourdines")),
    field(
        "blocklist.publicLog.enabled",
        say("Publish whom this site mutes", "Publier qui ce site met en sourdine"),
        say(
            "Other sites can subscribe to it, at /api/v1/server/blocklist/public-log. What came from lists of others is not in it.",
            "D’autres sites peuvent s’y abonner, à l’adresse /api/v1/server/blocklist/public-log. Ce qui vient des listes d’autrui n’y est pas.",
        ),
        Kind::Truth,
    ),
    part(say("Trends", "Tendances")),
    field(
        "trending.videos.algorithms.default",
        say("Trending means", "Les tendances"),
        say("What the list of trends begins with.", "Ce par quoi commence la liste des tendances."),
        Kind::Choice(TRENDS),
    ),
];

const TRENDS: &[(&str, Say)] = &[
    ("hot", say("Talked about and liked lately", "Ce dont on parle et que l’on aime en ce moment")),
    ("best", say("The same, less of what one has watched", "Le même choix, moins ce qu’on a déjà vu")),
    ("most-viewed", say("Most viewed in the last days", "Les plus vues des derniers jours")),
    ("most-liked", say("Most liked", "Les plus aimées")),
];

const THEMES: &[(&str, Say)] = &[
    ("default", say("As each visitor’s system", "Comme le système de chacun")),
    ("light", say("Light", "Clair")),
    ("dark", say("Dark", "Sombre")),
];

const FIRST_PAGES: &[(&str, Say)] = &[
    ("/videos/browse", say("New videos", "Les nouvelles vidéos")),
    ("/videos/browse?sort=-trending", say("Trending videos", "Les tendances")),
    ("/home", say("The home page", "La page d’accueil")),
    ("/about", say("What the instance says of itself", "La présentation de l’instance")),
];

const LEVELS: &[(&str, Say)] = &[
    ("info", say("Information", "Information")),
    ("warning", say("Warning", "Avertissement")),
    ("error", say("Alarm", "Alerte")),
];

const LOOK: &[Field] = &[
    field(
        "instance.defaultClientRoute",
        say("First page", "Première page"),
        say("What the bare address and the logo lead to.", "Où mènent l’adresse seule et le logo."),
        Kind::Choice(FIRST_PAGES),
    ),
    field(
        "theme.default",
        say("Appearance", "Apparence"),
        say("Until a visitor chooses another.", "Tant que l’on n’en choisit pas une autre."),
        Kind::Choice(THEMES),
    ),
    part(say("Announcement", "Annonce")),
    field(
        "broadcastMessage.enabled",
        say("A sentence above every page", "Une phrase en haut de chaque page"),
        NOTHING,
        Kind::Truth,
    ),
    field("broadcastMessage.message", say("What it says", "Ce qu’elle dit"), MARKDOWN, Kind::Lines(2)),
    field("broadcastMessage.level", say("How it looks", "Son apparence"), NOTHING, Kind::Choice(LEVELS)),
    field(
        "broadcastMessage.dismissable",
        say("People may close it", "On peut la fermer"),
        NOTHING,
        Kind::Truth,
    ),
    part(say("Searching in what is said", "Rechercher dans ce qui est dit")),
    field(
        "search.captionSearch.enabled",
        say("What is said in videos can be found", "Ce qui est dit dans les vidéos peut être trouvé"),
        say(
            "As far as public videos have captions. The index takes as much room as these.",
            "Pour les vidéos publiques qui ont des sous-titres. L’index prend autant de place qu’eux.",
        ),
        Kind::Truth,
    ),
    part(say("Searching elsewhere", "Rechercher ailleurs")),
    field(
        "search.searchIndex.enabled",
        say(
            "Searches may ask an index of many servers",
            "Les recherches peuvent interroger un index de plusieurs serveurs",
        ),
        say(
            "It hears what is searched for, and nothing of who searches.",
            "Il apprend ce qui est cherché, et rien de qui cherche.",
        ),
        Kind::Truth,
    ),
    field("search.searchIndex.url", say("Its address", "Son adresse"), ADDRESS, Kind::Line),
    field(
        "search.searchIndex.isDefaultSearch",
        say("It answers first", "Il répond en premier"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "search.searchIndex.disableLocalSearch",
        say("It alone answers", "Lui seul répond"),
        NOTHING,
        Kind::Truth,
    ),
    part(say("Code of your own", "Code à vous")),
    field(
        "instance.customizations.css",
        say("Rules of style", "Règles de style"),
        say(
            "CSS, added to every page but players on other sites.",
            "CSS, ajouté à chaque page sauf aux lecteurs intégrés.",
        ),
        Kind::Lines(8),
    ),
    field(
        "instance.customizations.javascript",
        say("Scripts", "Scripts"),
        say(
            "JavaScript, run in every page where the settings of the machine allow it (www.custom_javascript).",
            "JavaScript, exécuté dans chaque page si les réglages de la machine l’autorisent (www.custom_javascript).",
        ),
        Kind::Lines(4),
    ),
];

const NETWORK: &[Field] = &[
    part(say("Who may follow", "Qui peut suivre")),
    field(
        "followers.instance.enabled",
        say("Other instances may follow this one", "D’autres instances peuvent suivre celle-ci"),
        say(
            "They show its public videos on their pages.",
            "Elles montrent ses vidéos publiques sur leurs pages.",
        ),
        Kind::Truth,
    ),
    field(
        "followers.instance.manualApproval",
        say("Somebody says yes to each", "Chaque demande est approuvée"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "followers.channels.enabled",
        say(
            "People of other servers may follow channels",
            "On peut suivre des chaînes depuis d’autres serveurs",
        ),
        NOTHING,
        Kind::Truth,
    ),
    part(say("Whom this instance follows by itself", "Qui cette instance suit d’elle-même")),
    field(
        "followings.instance.autoFollowBack.enabled",
        say("Instances that follow it", "Les instances qui la suivent"),
        NOTHING,
        Kind::Truth,
    ),
    field(
        "followings.instance.autoFollowIndex.enabled",
        say("All instances of a list", "Toutes les instances d’une liste"),
        say("It is looked at once a day.", "Elle est consultée une fois par jour."),
        Kind::Truth,
    ),
    field(
        "followings.instance.autoFollowIndex.indexUrl",
        say("Address of the list", "Adresse de la liste"),
        ADDRESS,
        Kind::Line,
    ),
    part(say("Searching by address and name", "Rechercher par adresse et par nom")),
    field(
        "search.remoteUri.users",
        say("Whoever is signed in", "Les membres connectés"),
        say(
            "Typing the address of a video, or the name of a channel with its host, asks its own server for it.",
            "Saisir l’adresse d’une vidéo, ou le nom d’une chaîne avec son serveur, la demande à son serveur.",
        ),
        Kind::Truth,
    ),
    field(
        "search.remoteUri.anonymous",
        say("Anybody", "Tout le monde"),
        say(
            "Strangers could have this instance ask others as often as they like.",
            "Des inconnus pourraient faire interroger d’autres serveurs autant qu’ils veulent.",
        ),
        Kind::Truth,
    ),
];

/// The fields of a page.
pub fn of(page: SitePage) -> &'static [Field] {
    match page {
        SitePage::Information => INFORMATION,
        SitePage::Signup => SIGNUP,
        SitePage::Videos => VIDEOS,
        SitePage::Look => LOOK,
        SitePage::Network => NETWORK,
        SitePage::Homepage
        | SitePage::Followers
        | SitePage::Following
        | SitePage::Copies
        | SitePage::Arrival
        | SitePage::Statistics
        | SitePage::Wizard => &[],
    }
}
