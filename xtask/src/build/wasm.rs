//! From crates to wasm files, and from wasm files to modules a browser loads.
//!
//! Owns the cargo call and the bindgen call. The surprise is that both crates must go through one cargo call:
//! apart, each would get its own features of web-sys, and everything below would be built twice.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use walrus::ModuleConfig;
use wasm_bindgen_cli_support::Bindgen;

use super::bundle::later_name;
use super::door::Options;
use super::split::{Parts, Way, split};
use super::toolchain::{TARGET, Toolchain};
use super::{shorten, snip};
use crate::shop::{Root, digest_hex};

/// Changes when the way we call bindgen does.
const BIND_VERSION: &str = "5";
/// The ways into the player's code that is only needed once it shares. They are gone only while `player_core` has a
/// `Share` or the shell has its `Swarms`, and those are there only once the part is loaded
/// (`player/src/mounted/share.rs`).
const SHARING: &[Way] = &[
    &["player::rtc::", "<player::rtc::"],
    &["player::swarms::Swarms::", "<player::swarms::Swarms>::"],
    &["player::tracker::", "<player::tracker::"],
    &["player_core::player::share::", "<player_core::player::door::Round>::far_"],
];

/// The ways into the pages that are not shown first. `frontend/src/app.rs` calls nothing of them before they are loaded
/// (`frontend/src/later_door.rs`). What the compiler puts into a function of yew's stays in the first part, so components
/// of the later part are `#[inline(never)]`.
const LATER_PAGES: &[Way] = &[
    &["frontend::later::", "<frontend::later::"],
    &["frontend::pages::watch::", "<frontend::pages::watch::"],
    &["frontend::pages::actor::", "<frontend::pages::actor::"],
    &["frontend::pages::login::", "<frontend::pages::login::"],
    &["frontend::player_view::", "<frontend::player_view::"],
    &["frontend::follow::", "<frontend::follow::"],
    &["frontend::feeds::", "<frontend::feeds::"],
    &["frontend::news::", "<frontend::news::"],
    &["frontend::frame::bell::", "<frontend::frame::bell::"],
    &["frontend::frame::suggest::", "<frontend::frame::suggest::"],
    &["frontend::pages::search::", "<frontend::pages::search::"],
    &["frontend::listing::", "<frontend::listing::"],
    &["frontend::saver::", "<frontend::saver::"],
    &["frontend::playlist::", "<frontend::playlist::"],
    &["frontend::pages::play::", "<frontend::pages::play::"],
    &["frontend::pages::account::", "<frontend::pages::account::"],
    &["frontend::pages::channel::", "<frontend::pages::channel::"],
    &["frontend::pages::subscriptions::", "<frontend::pages::subscriptions::"],
    &["frontend::components::report::", "<frontend::components::report::"],
    &["frontend::components::markdown::", "<frontend::components::markdown::"],
    &["frontend::components::dialog::", "<frontend::components::dialog::"],
    &["frontend::frame::notice::view::", "<frontend::frame::notice::view::"],
    &["frontend::pages::site::", "<frontend::pages::site::"],
    &["frontend::text::markdown::", "<frontend::text::markdown::"],
];

/// What the compiler made.
pub struct Built {
    player: PathBuf,
    frontend: PathBuf,
    studio: PathBuf,
}

/// Folders with what bindgen made: a script, the wasm it loads, and perhaps `snippets/`.
pub struct Bound {
    /// Holds `shoal_player.js` and `shoal_player_bg.wasm`, and what is loaded later: `shoal_player_sharing.wasm`.
    pub player: PathBuf,
    /// Holds `app.js` and `app_bg.wasm`, and what is loaded later: `app_later.wasm`.
    pub app: PathBuf,
    /// Holds `studio.js` and `studio_bg.wasm`.
    pub studio: PathBuf,
}

/// Compiles both crates.
///
/// # Errors
/// When one does not compile.
pub fn compile(root: &Root, toolchain: &Toolchain, options: Options) -> Result<Built> {
    let profile = if options.dev { "dev" } else { "wasm" };
    toolchain
        .cargo(root)
        .args([
            "build",
            "-p",
            "player",
            "-p",
            "frontend",
            "--profile",
            profile,
            "--target",
            TARGET,
            "--locked",
        ])
        .env("CARGO_TARGET_DIR", root.target("wasm"))
        .run()?;
    let folder = root.target("wasm").join(TARGET).join(if options.dev { "debug" } else { "wasm" });
    let file = |name: &str| folder.join(name);
    Ok(Built { player: file("player.wasm"), frontend: file("frontend.wasm"), studio: file("studio.wasm") })
}

/// Writes the JavaScript side of both, where their wasm changed since the last time.
///
/// # Errors
/// When bindgen refuses a file, as it does when its version differs from the crates'.
pub fn bind(root: &Root, built: &Built, options: Options) -> Result<Bound> {
    let bind = |input: &PathBuf, name: &str, later: &[Way]| bind_one(root, input, name, later, options);
    Ok(Bound {
        player: bind(&built.player, "shoal_player", SHARING)?,
        app: bind(&built.frontend, "app", LATER_PAGES)?,
        studio: bind(&built.studio, "studio", &[])?,
    })
}

fn bind_one(root: &Root, input: &PathBuf, name: &str, later: &[Way], options: Options) -> Result<PathBuf> {
    let bytes = fs::read(input).with_context(|| format!("could not read {}", input.display()))?;
    let input_stamp = format!("{BIND_VERSION} {} {}", options.dev, digest_hex(&bytes));
    let folder = root.target("xtask/bound").join(name);
    let stamp_file = root.target("xtask/bound").join(format!("{name}.stamp"));
    if fs::read_to_string(&stamp_file).is_ok_and(|old| old == input_stamp) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut bindgen = Bindgen::new();
    let mut config = ModuleConfig::new();
    // What the linker writes is well-formed.
    config.strict_validate(false).generate_producers_section(options.dev);
    let mut module = config
        // What is split is split by names.
        .generate_name_section(options.dev || !later.is_empty())
        .parse(&bytes)
        .with_context(|| format!("{} is no wasm we can read", input.display()))?;
    if !options.dev {
        snip::panics(&mut module);
    }
    bindgen.input_module(name, module).out_name(name).typescript(false);
    bindgen.remove_name_section(!options.dev).remove_producers_section(!options.dev);
    // The module finds its wasm beside itself unless told otherwise.
    bindgen.omit_default_module_path(false);
    let mut output = bindgen
        .web(true)?
        .generate_output()
        .with_context(|| format!("wasm-bindgen could not bind {name}"))?;
    if !later.is_empty() {
        config.generate_name_section(options.dev);
        let parts = split(&output.wasm_mut().emit_wasm(), &config, later)
            .with_context(|| format!("could not split {name}"))?;
        let Parts { first, mut later } = parts;
        *output.wasm_mut() = first;
        fs::write(folder.join(later_name(name)), later.emit_wasm())?;
    }
    if options.dev {
        output.emit(&folder)?;
    } else {
        let renamed = shorten::imports(output.wasm_mut());
        output.emit(&folder)?;
        let script = folder.join(format!("{name}.js"));
        fs::write(&script, shorten::script(&fs::read_to_string(&script)?, &renamed))?;
    }
    fs::write(stamp_file, input_stamp)?;
    Ok(folder)
}
