//! `target/www`: what the server hands out, laid out from `www/` and from what bindgen made.
//!
//! Owns the names: what lies in `assets/` carries its digest and may be kept for ever, everything else keeps its
//! name. The folder is made aside and swapped in, so a server that is running never sees half of one. Nothing here
//! knows what the files are for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::compress;
use super::door::Options;
use super::refer::{Names, names_in, rewrite, with_digest};
use super::shorten::{self, Renamed};
use super::wasm::Bound;
use crate::shop::{Root, digest_hex, integrity};

/// How the file with a module's later part is called.
pub fn later_name(module: &str) -> String {
    let ending = if module == "app" { "later" } else { "sharing" };
    format!("{module}_{ending}.wasm")
}

/// How a script that has the door in it begins.
const DOOR: &str = "import init, { mount } from \"./door.js\";\n";
/// Stands for the digest of the asset named after it.
const INTEGRITY: &str = "integrity of ";

/// Files as a visitor asks for them, for weighing.
pub struct Pages {
    /// Paths below `target/www` of what the browse page needs before it shows anything.
    pub first_load: Vec<String>,
    /// Paths below `target/www` of what a page with a video needs besides.
    pub player: Vec<String>,
    /// Paths below `target/www` of what the player loads after the first picture, if it shares.
    pub sharing: Vec<String>,
}

/// Fills `target/www` anew.
///
/// # Errors
/// When a file cannot be read or written, or a page names an asset that is not there.
pub fn lay_out(root: &Root, bound: &Bound, options: Options) -> Result<Pages> {
    let (sources, www, next) = (root.join("www"), root.target("www"), root.target("www.next"));
    ensure!(
        sources.join("index.html").is_file(),
        "www/index.html is missing: it is the page every address answers"
    );
    remove_if_there(&next)?;
    fs::create_dir_all(next.join("assets"))?;

    let mut layout = Layout { sources, next: next.clone(), names: Names::new() };
    layout.plain_assets()?;
    layout.styles()?;
    layout.module(&bound.app, "app")?;
    layout.module(&bound.studio, "studio")?;
    layout.module(&bound.player, "shoal_player")?;
    layout.statics()?;
    let (player, sharing) = layout.player()?;
    let first_load = layout.first_load()?;
    if !options.dev {
        compress::folder(&next, &root.target("xtask/compressed"))?;
    }

    let old = root.target("www.old");
    remove_if_there(&old)?;
    if www.exists() {
        fs::rename(&www, &old)?;
    }
    fs::rename(&next, &www).context("could not put target/www in its place")?;
    remove_if_there(&old)?;
    Ok(Pages { first_load, player, sharing })
}

struct Layout {
    sources: PathBuf,
    next: PathBuf,
    names: Names,
}

impl Layout {
    fn add_asset(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let hashed = with_digest(name, &digest_hex(bytes));
        let path = self.next.join("assets").join(&hashed);
        fs::create_dir_all(path.parent().context("an asset lies in no folder")?)?;
        fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
        if self.names.insert(name.to_owned(), hashed).is_some() {
            bail!("two assets are called {name}");
        }
        Ok(())
    }

    /// `www/assets/`: fonts and pictures that styles and pages name.
    fn plain_assets(&mut self) -> Result<()> {
        let folder = self.sources.join("assets");
        for file in files_below(&folder)? {
            let name = relative(&file, &folder)?;
            self.add_asset(&name, &fs::read(&file)?)?;
        }
        Ok(())
    }

    /// `www/styles/app.css` with the files it imports put in their places.
    fn styles(&mut self) -> Result<()> {
        let folder = self.sources.join("styles");
        if !folder.is_dir() {
            return Ok(());
        }
        let sheet = inline_imports(&folder)?;
        let sheet = rewrite(&sheet, &self.names, "www/styles/app.css")?;
        self.add_asset("app.css", sheet.as_bytes())
    }

    /// What bindgen made of one crate: its wasm, the script that asks for it, and perhaps a part that is loaded later.
    fn module(&mut self, bound: &Path, name: &str) -> Result<()> {
        let (script, wasm) = (format!("{name}.js"), format!("{name}_bg.wasm"));
        self.add_asset(&wasm, &fs::read(bound.join(&wasm))?)?;
        let later = later_name(name);
        if bound.join(&later).is_file() {
            self.add_asset(&later, &fs::read(bound.join(&later))?)?;
        }
        let hashed = self.names.get(&wasm).cloned().with_context(|| format!("{wasm} was just added"))?;
        let text = fs::read_to_string(bound.join(&script))?.replace(&wasm, &hashed);
        self.add_asset(&script, text.as_bytes())?;
        // Scripts that Rust code brings along are imported by these very names.
        copy_all(&bound.join("snippets"), &self.next.join("assets/snippets"))
    }

    /// The door that keeps its name with what it opens, and what comes later.
    fn player(&self) -> Result<(Vec<String>, Vec<String>)> {
        let door = "player/door.js".to_owned();
        let page = fs::read_to_string(self.next.join(&door)).context("www/player/door.js is missing")?;
        let later = self.names.get(&later_name("shoal_player"));
        let (later, now): (Vec<&str>, Vec<&str>) =
            names_in(&page).into_iter().partition(|name| later.is_some_and(|later| later == name));
        let path = |name: &str| format!("assets/{name}");
        let now = now.into_iter().map(path);
        Ok(([door].into_iter().chain(now).collect(), later.into_iter().map(path).collect()))
    }

    /// Everything else of `www/`, under its own name; pages with the assets' names put in, scripts without what only
    /// people read.
    fn statics(&self) -> Result<()> {
        for file in files_below(&self.sources)? {
            let name = relative(&file, &self.sources)?;
            if name.starts_with("styles/") || name.starts_with("assets/") {
                continue;
            }
            let target = self.next.join(&name);
            fs::create_dir_all(target.parent().context("a file lies in no folder")?)?;
            if is_rewritten(&name) {
                let mut text = fs::read_to_string(&file)?;
                if name.ends_with(".js") {
                    text = self.with_door(&file, &text)?;
                    text = self.with_integrity(&shorten::script(&text, &Renamed::new()))?;
                }
                fs::write(target, rewrite(&text, &self.names, &format!("www/{name}"))?)?;
            } else {
                fs::copy(&file, target)?;
            }
        }
        Ok(())
    }

    /// The script with the door it begins with in its place, so that a page asks for one file rather than for one after
    /// another.
    fn with_door(&self, file: &Path, text: &str) -> Result<String> {
        let Some((before, after)) = text.split_once(DOOR) else { return Ok(text.to_owned()) };
        let door = file.with_file_name("door.js");
        let door = fs::read_to_string(&door).with_context(|| format!("could not read {}", door.display()))?;
        Ok([before, &door, "\n", after].concat())
    }

    /// The script with the digests of the files that it asks for (Subresource Integrity §3.5).
    fn with_integrity(&self, text: &str) -> Result<String> {
        let mut parts = text.split(INTEGRITY);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(['"', '\'']).context("a digest without an end")?;
            let (name, rest) = part.split_at(end);
            let hashed = self.names.get(name).with_context(|| format!("no asset is called {name}"))?;
            out.push_str(&integrity(&fs::read(self.next.join("assets").join(hashed))?));
            out.push_str(rest);
        }
        Ok(out)
    }

    fn first_load(&self) -> Result<Vec<String>> {
        let page = fs::read_to_string(self.next.join("index.html"))?;
        // The studio is named for later, when one wants it, and so are the pages that are not shown first.
        let comes_later = |name: &str| name.starts_with("studio") || name.starts_with("app_later");
        let named = names_in(&page).into_iter().filter(|name| !comes_later(name)).map(str::to_owned);
        let always =
            ["app.js", "app_bg.wasm", "app.css"].iter().filter_map(|name| self.names.get(*name).cloned());
        let mut files: Vec<String> = named.chain(always).map(|name| format!("assets/{name}")).collect();
        files.push("index.html".to_owned());
        files.sort();
        files.dedup();
        Ok(files)
    }
}

fn is_rewritten(name: &str) -> bool {
    [".html", ".webmanifest", ".js"].iter().any(|ending| name.ends_with(ending))
}

/// `app.css` says in which order the others come, each on a line `@import "name.css";`, so that the sources also
/// work in a browser as they are.
fn inline_imports(folder: &Path) -> Result<String> {
    let main = folder.join("app.css");
    let sheet = fs::read_to_string(&main).with_context(|| {
        format!("could not read {}, which says in which order the styles come", main.display())
    })?;
    let mut out = String::new();
    for line in sheet.lines() {
        match line.trim().strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(name) => {
                let file = folder.join(name.trim_start_matches("./"));
                out += &fs::read_to_string(&file)
                    .with_context(|| format!("app.css imports {name}, which cannot be read"))?;
            }
            None => out += line,
        }
        out.push('\n');
    }
    Ok(out)
}

/// All files below a folder, in order of name; none when it is absent.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn relative(file: &Path, folder: &Path) -> Result<String> {
    let inside = file.strip_prefix(folder)?;
    Ok(inside.to_str().with_context(|| format!("{} has a name that is not text", file.display()))?.to_owned())
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for file in files_below(from)? {
        let target = to.join(relative(&file, from)?);
        fs::create_dir_all(target.parent().context("a file lies in no folder")?)?;
        fs::copy(&file, target)?;
    }
    Ok(())
}

fn remove_if_there(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn checkout() -> (tempfile::TempDir, Root, Bound) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        write(
            at("www/index.html"),
            "<link href=/assets/app.css><meta content=/assets/studio.js><meta content=/assets/app_later.wasm><script src=/assets/app.js></script>",
        );
        write(at("www/icons/fish.svg"), "<svg/>");
        write(at("www/assets/font.woff2"), "font");
        write(at("www/styles/app.css"), "@import \"tokens.css\";\nbody { src: url(/assets/font.woff2) }\n");
        write(at("www/styles/tokens.css"), ":root { --a: 1 }\n");
        write(at("bound/app/app.js"), "new URL('app_bg.wasm', import.meta.url)");
        write(at("bound/app/app_bg.wasm"), "wasm");
        write(at("bound/app/app_later.wasm"), "later wasm");
        write(at("bound/studio/studio.js"), "new URL('studio_bg.wasm', import.meta.url)");
        write(at("bound/studio/studio_bg.wasm"), "studio wasm");
        write(
            at("www/player/door.js"),
            "import('../assets/shoal_player.js'); fetch('../assets/shoal_player_sharing.wasm', 'integrity of shoal_player_sharing.wasm')",
        );
        write(
            at("www/player/shoal-player.js"),
            "import init, { mount } from \"./door.js\";\nclass Element {}\n",
        );
        write(at("bound/shoal_player/shoal_player.js"), "player");
        write(at("bound/shoal_player/shoal_player_bg.wasm"), "player wasm");
        write(at("bound/shoal_player/shoal_player_sharing.wasm"), "sharing wasm");
        let bound =
            Bound { player: at("bound/shoal_player"), app: at("bound/app"), studio: at("bound/studio") };
        let root = Root::at(folder.path());
        (folder, root, bound)
    }

    #[test]
    fn every_reference_in_the_layout_leads_to_a_file() {
        let (_folder, root, bound) = checkout();
        let pages = lay_out(&root, &bound, Options::default()).unwrap();
        for file in pages.first_load.iter().chain(&pages.player).chain(&pages.sharing) {
            assert!(root.target("www").join(file).is_file(), "{file}");
        }
        assert_eq!((pages.player.len(), pages.sharing.len()), (2, 1), "{:?}", pages.player);
        assert_eq!(pages.first_load.len(), 4, "{:?}", pages.first_load);
        let css = pages.first_load.iter().find(|name| name.ends_with(".css")).unwrap();
        let css = fs::read_to_string(root.target("www").join(css)).unwrap();
        assert!(css.contains("--a: 1") && css.contains("font-"), "{css}");
        let font = names_in(&css).first().map(|name| root.target("www/assets").join(name)).unwrap();
        assert!(font.is_file());
        assert!(root.target("www/icons/fish.svg").is_file());
    }

    #[test]
    fn the_element_has_the_door_in_it_and_the_door_has_digests() {
        let (_folder, root, bound) = checkout();
        lay_out(&root, &bound, Options::default()).unwrap();
        let read = |name: &str| fs::read_to_string(root.target("www/player").join(name)).unwrap();
        let (door, element) = (read("door.js"), read("shoal-player.js"));
        assert!(element.starts_with(&door) && element.ends_with("class Element {}\n"), "{element}");
        assert!(door.contains(&integrity(b"sharing wasm")) && !door.contains(INTEGRITY), "{door}");
    }

    #[test]
    fn the_script_asks_for_the_wasm_with_the_digest() {
        let (_folder, root, bound) = checkout();
        let pages = lay_out(&root, &bound, Options::default()).unwrap();
        let named = |ending: &str| pages.first_load.iter().find(|name| name.ends_with(ending)).unwrap();
        let script = fs::read_to_string(root.target("www").join(named(".js"))).unwrap();
        assert!(script.contains(named(".wasm").trim_start_matches("assets/")), "{script}");
    }

    #[test]
    fn a_second_layout_replaces_the_first_whole() {
        let (folder, root, bound) = checkout();
        lay_out(&root, &bound, Options::default()).unwrap();
        fs::remove_file(folder.path().join("www/icons/fish.svg")).unwrap();
        lay_out(&root, &bound, Options::default()).unwrap();
        assert!(!root.target("www/icons/fish.svg").exists());
    }

    #[test]
    fn a_page_that_names_no_asset_leaves_the_old_layout_in_place() {
        let (folder, root, bound) = checkout();
        lay_out(&root, &bound, Options::default()).unwrap();
        fs::write(folder.path().join("www/index.html"), "<script src=/assets/gone.js>").unwrap();
        assert!(lay_out(&root, &bound, Options::default()).is_err());
        assert!(root.target("www/icons/fish.svg").is_file());
    }
}
