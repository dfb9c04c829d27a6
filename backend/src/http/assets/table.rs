//! The built files by path. Owns what each may be cached for and which forms it comes in; never reads a disk.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::encoding::{Encoding, choose_encoding};
use super::shell::Shell;
use crate::http::conditional::Validators;
use crate::http::files::answer::{Cache, Terms};
use crate::http::files::shelf::Held;
use crate::http::media_type::media_type;

/// One version of all built files.
#[derive(Debug)]
pub struct Table {
    files: BTreeMap<String, Asset>,
    shell: Shell,
    embed: Shell,
    test_embed: Shell,
    manifest: Option<Bytes>,
}

/// One file in all its forms.
#[derive(Debug)]
pub struct Asset {
    plain: Arc<Held>,
    packed: Vec<(Encoding, Arc<Held>)>,
    cache: Cache,
    embeddable: bool,
}

/// The page that every address answers with; never served as a file.
const SHELL: &str = "/index.html";
/// The page of a video alone, for frames on other sites; never served as a file either.
const EMBED: &str = "/embed.html";
/// The page on which frames are tried; neither.
const TEST_EMBED: &str = "/test-embed.html";
/// Served with the instance's own name in it.
const MANIFEST: &str = "/manifest.webmanifest";
/// No built file is a hundredth of this; a compressed one must not unpack to more.
const ASSET_BYTES_MAX: u64 = 256 * 1024 * 1024;

impl Table {
    /// A table of files by path (`/assets/app-1a2b.js`), compressed ones beside them as `.br` and `.gz`.
    #[must_use]
    pub fn new(mut files: BTreeMap<String, Bytes>, modified: SystemTime) -> Table {
        let mut shell_of = |name| {
            let page = files.remove(name).map(|page| Shell::parse(&String::from_utf8_lossy(&page)));
            page.unwrap_or_else(Shell::bare)
        };
        let (shell, embed, test_embed) = (shell_of(SHELL), shell_of(EMBED), shell_of(TEST_EMBED));
        let manifest = files.remove(MANIFEST);
        let mut table = BTreeMap::new();
        let names: Vec<String> = files.keys().map(|name| plain_name(name).to_owned()).collect();
        for name in names {
            if let Some(asset) = Asset::new(&name, &files, modified) {
                table.entry(name).or_insert(asset);
            }
        }
        Table { files: table, shell, embed, test_embed, manifest }
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// The page all addresses answer with.
    #[must_use]
    pub fn shell(&self) -> &Shell {
        &self.shell
    }

    /// The page of a video alone.
    #[must_use]
    pub fn embed(&self) -> &Shell {
        &self.embed
    }

    /// The page on which frames are tried.
    #[must_use]
    pub fn test_embed(&self) -> &Shell {
        &self.test_embed
    }

    /// `manifest.webmanifest`, as it was built.
    #[must_use]
    pub fn manifest(&self) -> Option<&Bytes> {
        self.manifest.as_ref()
    }
}

fn plain_name(name: &str) -> &str {
    name.strip_suffix(".br").or_else(|| name.strip_suffix(".gz")).unwrap_or(name)
}

impl Asset {
    fn new(name: &str, files: &BTreeMap<String, Bytes>, modified: SystemTime) -> Option<Asset> {
        let form = |ending: &str| files.get(&format!("{name}{ending}")).cloned();
        let (brotli, gzip) = (form(".br"), form(".gz"));
        // Inside the program the plain form is left out where a packed one says the same.
        let plain = form("").or_else(|| gzip.as_ref().and_then(unpack))?;
        let tag = hex::encode(Sha256::digest(&plain).get(..12).unwrap_or_default());
        let kind = media_type(name);
        let held = |bytes: Bytes, encoding: Option<Encoding>| {
            let suffix = encoding.map_or(String::new(), |encoding| format!("-{}", encoding.as_str()));
            let mut validators = Validators::new(0, modified);
            // By content, so that a rebuilt but unchanged file stays in everybody's cache.
            validators.etag = format!("\"{tag}{suffix}\"");
            Arc::new(Held::in_memory(bytes, validators, kind, encoding.map(Encoding::as_str)))
        };
        let packed = [(Encoding::Brotli, brotli), (Encoding::Gzip, gzip)];
        let packed =
            packed.into_iter().filter_map(|(encoding, bytes)| Some((encoding, held(bytes?, Some(encoding)))));
        Some(Asset {
            packed: packed.collect(),
            plain: held(plain, None),
            cache: cache_of(name),
            embeddable: name.starts_with("/player/") || name.starts_with("/assets/"),
        })
    }

    /// The form for a client that accepts these encodings, and the terms it goes with.
    #[must_use]
    pub fn choose(&self, accepted: Option<&str>) -> (Arc<Held>, Terms) {
        let available: Vec<Encoding> = self.packed.iter().map(|(encoding, _)| *encoding).collect();
        let chosen = choose_encoding(accepted, &available);
        let packed = self.packed.iter().find(|(encoding, _)| Some(*encoding) == chosen);
        let held = packed.map_or(&self.plain, |(_, held)| held);
        let terms = Terms {
            cache: self.cache,
            embeddable: self.embeddable,
            varies: !self.packed.is_empty(),
            ..Terms::default()
        };
        (Arc::clone(held), terms)
    }
}

fn cache_of(name: &str) -> Cache {
    if name.starts_with("/assets/") && !name.starts_with("/assets/snippets/") {
        // Their names hold a digest of their content; those that bindgen names do not.
        Cache::Immutable
    } else if name.starts_with("/icons/") {
        Cache::Days
    } else {
        // The player's door keeps its name while what it opens is built anew.
        Cache::Revalidate
    }
}

fn unpack(gzip: &Bytes) -> Option<Bytes> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&gzip[..]).take(ASSET_BYTES_MAX).read_to_end(&mut plain).ok()?;
    Some(plain.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::files::shelf::Content;
    use std::io::Write;

    fn gzip(text: &str) -> Bytes {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap().into()
    }

    fn table() -> Table {
        let files = [
            ("/index.html", Bytes::from("<head><!-- head --></head>")),
            ("/embed.html", "<head><!-- head --></head>".into()),
            ("/assets/app-1.js", "js".into()),
            ("/assets/app-1.js.br", "brotli".into()),
            ("/assets/app-1.js.gz", gzip("js")),
            ("/assets/packed-1.css.gz", gzip("css")),
            ("/player/shoal-player.js", "door".into()),
            ("/assets/shoal_player_bg-1.wasm", "wasm".into()),
            ("/icons/a.svg", "<svg/>".into()),
        ];
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        Table::new(files, SystemTime::UNIX_EPOCH)
    }

    fn text(held: &Held) -> String {
        match &held.content {
            Content::Memory(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Content::Disk(_) | Content::Film(_) => panic!("assets are in memory"),
        }
    }

    #[test]
    fn the_smallest_form_the_client_takes_is_chosen() {
        let table = table();
        let asset = table.get("/assets/app-1.js").unwrap();
        let (held, terms) = asset.choose(Some("gzip, br"));
        assert_eq!((text(&held).as_str(), held.encoding), ("brotli", Some("br")));
        assert_eq!(held.media_type, "text/javascript; charset=utf-8");
        assert!(terms.varies && terms.embeddable && terms.cache == Cache::Immutable);
        let (plain, _) = asset.choose(None);
        assert_eq!((text(&plain).as_str(), plain.encoding), ("js", None));
        assert_ne!(plain.validators.etag, held.validators.etag, "two forms are two representations");
    }

    #[test]
    fn a_plain_form_that_was_left_out_is_unpacked() {
        let table = table();
        assert_eq!(text(&table.get("/assets/packed-1.css").unwrap().choose(None).0), "css");
    }

    #[test]
    fn packed_forms_and_the_shell_are_no_files_of_their_own() {
        let table = table();
        for path in
            ["/assets/app-1.js.br", "/assets/app-1.js.gz", "/index.html", "/embed.html", "/assets/", "/", ""]
        {
            assert!(table.get(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_player_may_be_used_on_other_sites() {
        let table = table();
        let (_, terms) = table.get("/player/shoal-player.js").unwrap().choose(Some("br"));
        assert!(terms.embeddable && terms.cache == Cache::Revalidate && !terms.varies);
        let (held, terms) = table.get("/assets/shoal_player_bg-1.wasm").unwrap().choose(Some("br"));
        assert_eq!(held.media_type, "application/wasm");
        assert!(terms.embeddable && terms.cache == Cache::Immutable);
        assert_eq!(table.get("/icons/a.svg").unwrap().choose(None).1.cache, Cache::Days);
    }
}
