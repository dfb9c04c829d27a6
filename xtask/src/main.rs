//! The workshop: builds, runs, tests and measures Shoal. `cargo xtask help` lists the commands.
//!
//! Owns everything that happens around the program and nothing that happens in it: it depends on none of our
//! packages, reads their files and runs cargo. Never installs anything without saying so. The surprise is that
//! every command first finds what it needs and, where it may, installs it.

#[macro_use]
mod say;
mod bench;
mod build;
mod dist;
mod run;
mod shop;
mod sim;
mod test;
mod tidy;
mod viewers;

use std::process::ExitCode;

use anyhow::{Result, bail};

use shop::Root;

const HELP: &str = "\
usage: cargo xtask COMMAND

  run [--demo] [-- FLAGS]     build all and start an instance on http://127.0.0.1:9000, its data in ./data;
                              --demo publishes three clips; FLAGS go to the server
  build [--dev] [--force]     the player and the pages, into target/www
  test [FILTER]               every check and every test, or the tests whose names hold FILTER
  fetch                       only what the tests need: browsers, films, packages
  bench [NAME...]             measure beside a rival; without a name, everything
  sim [WORDS...]              many viewers at once, in virtual time: --viewers N --seed S --runs N; `--help` for all
  viewers --url URL [...]     native viewers of a running instance's video; `viewers --help` for all
  dist                        one program with everything inside, in target/dist
  tidy                        the rules of the house that no compiler checks
  help                        this text

Variables
  SHOAL_ADMIN_PASSWORD        the administrator's password, on the first start and for --demo
  SHOAL_WASM_TOOLCHAIN        rustup or debian: where the compiler for the browser comes from
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[String]) -> Result<()> {
    let root = Root::find()?;
    let Some((command, rest)) = words.split_first() else {
        say!("{}", HELP.trim_end());
        return Ok(());
    };
    match command.as_str() {
        "build" => build::command(&root, rest),
        "run" => run::command(&root, rest),
        "test" => test::command(&root, rest),
        "fetch" => test::fetch(&root, rest),
        "bench" => bench::command(&root, rest),
        "sim" => sim::command(&root, rest),
        "viewers" => viewers::command(&root, rest),
        "dist" => dist::command(&root, rest),
        "tidy" => tidy::command(&root, rest),
        "help" | "--help" | "-h" => {
            say!("{}", HELP.trim_end());
            Ok(())
        }
        other => bail!("there is no command `{other}`; `cargo xtask help` lists those there are"),
    }
}
