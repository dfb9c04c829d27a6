//! The closed lists: categories, licences, languages, privacies, states, with the names people read.
//!
//! Owns the numbers and their English names, which are PeerTube's, since both travel on the wire. Languages are ISO 639
//! codes: 639-1 where there is one, 639-3 for sign languages and a few more.

use crate::store::records::{CommentsPolicy, Privacy, VideoState};

/// What a category, licence or language is called that was not said.
pub const UNKNOWN: &str = "Unknown";

/// Categories by number.
pub const CATEGORIES: &[(u32, &str)] = &[
    (1, "Music"),
    (2, "Films"),
    (3, "Vehicles"),
    (4, "Art"),
    (5, "Sports"),
    (6, "Travels"),
    (7, "Gaming"),
    (8, "People"),
    (9, "Comedy"),
    (10, "Entertainment"),
    (11, "News & Politics"),
    (12, "How To"),
    (13, "Education"),
    (14, "Activism"),
    (15, "Science & Technology"),
    (16, "Animals"),
    (17, "Kids"),
    (18, "Food"),
];

/// Licences by number.
pub const LICENCES: &[(u32, &str)] = &[
    (1, "Attribution"),
    (2, "Attribution - Share Alike"),
    (3, "Attribution - No Derivatives"),
    (4, "Attribution - Non Commercial"),
    (5, "Attribution - Non Commercial - Share Alike"),
    (6, "Attribution - Non Commercial - No Derivatives"),
    (7, "Public Domain Dedication"),
];

/// Privacies by number.
pub const PRIVACIES: &[(u32, &str)] =
    &[(1, "Public"), (2, "Unlisted"), (3, "Private"), (4, "Internal"), (5, "Password protected")];

/// The name of a number in one of the lists above.
#[must_use]
pub fn name_of(list: &'static [(u32, &'static str)], number: u32) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// The name of a category.
#[must_use]
pub fn category_name(number: u32) -> Option<&'static str> {
    name_of(CATEGORIES, number)
}

/// The name of a language.
#[must_use]
pub fn language_name(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// A privacy's number on the wire.
#[must_use]
pub fn privacy_number(privacy: Privacy) -> u32 {
    match privacy {
        Privacy::Public => 1,
        Privacy::Unlisted => 2,
        Privacy::Private => 3,
        Privacy::Internal => 4,
        Privacy::Password => 5,
    }
}

/// The privacy of a number on the wire.
#[must_use]
pub fn privacy(number: u32) -> Option<Privacy> {
    match number {
        1 => Some(Privacy::Public),
        2 => Some(Privacy::Unlisted),
        3 => Some(Privacy::Private),
        4 => Some(Privacy::Internal),
        5 => Some(Privacy::Password),
        _ => None,
    }
}

/// A state's number on the wire and its name.
#[must_use]
pub fn state(state: VideoState) -> (u32, &'static str) {
    match state {
        VideoState::Published => (1, "Published"),
        VideoState::ToTranscode => (2, "To transcode"),
        VideoState::TranscodingFailed => (7, "Transcoding failed"),
    }
}

/// A policy's number on the wire and its name.
#[must_use]
pub fn comments(policy: CommentsPolicy) -> (u32, &'static str) {
    match policy {
        CommentsPolicy::Enabled => (1, "Enabled"),
        CommentsPolicy::Disabled => (2, "Disabled"),
        CommentsPolicy::RequiresApproval => (3, "Requires approval"),
    }
}

/// The policy of a number on the wire.
#[must_use]
pub fn comments_policy(number: u32) -> Option<CommentsPolicy> {
    match number {
        1 => Some(CommentsPolicy::Enabled),
        2 => Some(CommentsPolicy::Disabled),
        3 => Some(CommentsPolicy::RequiresApproval),
        _ => None,
    }
}

/// Languages by code, in the order PeerTube lists them.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("aa", "Afar"),
    ("ab", "Abkhazian"),
    ("af", "Afrikaans"),
    ("ak", "Akan"),
    ("am", "Amharic"),
    ("ar", "Arabic"),
    ("an", "Aragonese"),
    ("ase", "American Sign Language"),
    ("as", "Assamese"),
    ("asq", "Austrian Sign Language"),
    ("av", "Avaric"),
    ("avk", "Kotava"),
    ("ay", "Aymara"),
    ("az", "Azerbaijani"),
    ("ba", "Bashkir"),
    ("bm", "Bambara"),
    ("be", "Belarusian"),
    ("bn", "Bengali"),
    ("bfi", "British Sign Language"),
    ("bi", "Bislama"),
    ("bo", "Tibetan"),
    ("bs", "Bosnian"),
    ("br", "Breton"),
    ("bg", "Bulgarian"),
    ("bzs", "Brazilian Sign Language"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("ch", "Chamorro"),
    ("ce", "Chechen"),
    ("cv", "Chuvash"),
    ("kw", "Cornish"),
    ("co", "Corsican"),
    ("cr", "Cree"),
    ("cse", "Czech Sign Language"),
    ("csl", "Chinese Sign Language"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("dv", "Dhivehi"),
    ("dsl", "Danish Sign Language"),
    ("dz", "Dzongkha"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("ee", "Ewe"),
    ("fo", "Faroese"),
    ("fa", "Persian"),
    ("fj", "Fijian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("fy", "Western Frisian"),
    ("fse", "Finnish Sign Language"),
    ("fsl", "French Sign Language"),
    ("ff", "Fulah"),
    ("gcf", "Guadeloupean Creole French"),
    ("gd", "Scottish Gaelic"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("gv", "Manx"),
    ("gn", "Guarani"),
    ("gsg", "German Sign Language"),
    ("gu", "Gujarati"),
    ("ht", "Haitian"),
    ("ha", "Hausa"),
    ("sh", "Serbo-Croatian"),
    ("he", "Hebrew"),
    ("hz", "Herero"),
    ("hi", "Hindi"),
    ("ho", "Hiri Motu"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("ig", "Igbo"),
    ("ii", "Sichuan Yi"),
    ("iu", "Inuktitut"),
    ("id", "Indonesian"),
    ("ik", "Inupiaq"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("jv", "Javanese"),
    ("jbo", "Lojban"),
    ("ja", "Japanese"),
    ("jsl", "Japanese Sign Language"),
    ("kab", "Kabyle"),
    ("kl", "Kalaallisut"),
    ("kn", "Kannada"),
    ("ks", "Kashmiri"),
    ("ka", "Georgian"),
    ("kr", "Kanuri"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("ki", "Kikuyu"),
    ("rw", "Kinyarwanda"),
    ("ky", "Kirghiz"),
    ("kv", "Komi"),
    ("kg", "Kongo"),
    ("ko", "Korean"),
    ("kj", "Kuanyama"),
    ("ku", "Kurdish"),
    ("lo", "Lao"),
    ("la", "Latin"),
    ("lv", "Latvian"),
    ("li", "Limburgan"),
    ("ln", "Lingala"),
    ("lt", "Lithuanian"),
    ("lb", "Luxembourgish"),
    ("lu", "Luba-Katanga"),
    ("lg", "Ganda"),
    ("mh", "Marshallese"),
    ("ml", "Malayalam"),
    ("mr", "Marathi"),
    ("mk", "Macedonian"),
    ("mg", "Malagasy"),
    ("mt", "Maltese"),
    ("mn", "Mongolian"),
    ("mi", "Maori"),
    ("ms", "Malay (macrolanguage)"),
    ("my", "Burmese"),
    ("na", "Nauru"),
    ("nv", "Navajo"),
    ("nr", "South Ndebele"),
    ("nd", "North Ndebele"),
    ("ng", "Ndonga"),
    ("ne", "Nepali (macrolanguage)"),
    ("nl", "Dutch"),
    ("nn", "Norwegian Nynorsk"),
    ("nb", "Norwegian Bokmål"),
    ("no", "Norwegian"),
    ("ny", "Nyanja"),
    ("oc", "Occitan"),
    ("oj", "Ojibwa"),
    ("or", "Oriya (macrolanguage)"),
    ("om", "Oromo"),
    ("os", "Ossetian"),
    ("pa", "Panjabi"),
    ("pks", "Pakistan Sign Language"),
    ("pl", "Polish"),
    ("pt", "Portuguese (Brazilian)"),
    ("ps", "Pushto"),
    ("qu", "Quechua"),
    ("rm", "Romansh"),
    ("ro", "Romanian"),
    ("rsl", "Russian Sign Language"),
    ("rn", "Rundi"),
    ("ru", "Russian"),
    ("sg", "Sango"),
    ("sdl", "Saudi Arabian Sign Language"),
    ("sfs", "South African Sign Language"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("se", "Northern Sami"),
    ("sm", "Samoan"),
    ("sn", "Shona"),
    ("sd", "Sindhi"),
    ("so", "Somali"),
    ("st", "Southern Sotho"),
    ("es", "Spanish (Spain)"),
    ("sq", "Albanian"),
    ("sc", "Sardinian"),
    ("sr", "Serbian"),
    ("ss", "Swati"),
    ("su", "Sundanese"),
    ("sw", "Swahili (macrolanguage)"),
    ("sv", "Swedish"),
    ("swl", "Swedish Sign Language"),
    ("ty", "Tahitian"),
    ("ta", "Tamil"),
    ("tt", "Tatar"),
    ("te", "Telugu"),
    ("tg", "Tajik"),
    ("tl", "Tagalog"),
    ("th", "Thai"),
    ("ti", "Tigrinya"),
    ("tlh", "Klingon"),
    ("to", "Tonga (Tonga Islands)"),
    ("tn", "Tswana"),
    ("ts", "Tsonga"),
    ("tk", "Turkmen"),
    ("tr", "Turkish"),
    ("tw", "Twi"),
    ("ug", "Uighur"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("uz", "Uzbek"),
    ("ve", "Venda"),
    ("vi", "Vietnamese"),
    ("wa", "Walloon"),
    ("wo", "Wolof"),
    ("xh", "Xhosa"),
    ("yi", "Yiddish"),
    ("yo", "Yoruba"),
    ("za", "Zhuang"),
    ("zh", "Chinese"),
    ("zu", "Zulu"),
    ("zxx", "No linguistic content"),
    ("tok", "Toki Pona"),
    ("pt-PT", "Portuguese (Portugal)"),
    ("es-419", "Spanish (Latin America)"),
    ("zh-Hans", "Simplified Chinese"),
    ("zh-Hant", "Traditional Chinese"),
    ("ca-valencia", "Valencian"),
];
