//! Somebody else's site that shows pages of ours in a frame, and may drive what is in it by the stock embed API.
//!
//! Owns its one page, which reads out of its own address what it frames. What the frame tells is kept in the page:
//! `heard` (`{ type, value }` of each event), `isReady` (once the client's promise is kept or broken) and `film`, the
//! client itself.

use std::fs;

use anyhow::{Context, Result};
use url::Url;

use super::elsewhere::Elsewhere;
use super::instance::in_checkout;

const CLIENT: &str = "target/npm/node_modules/@peertube/embed-api/build/player.min.js";

const PAGE: &str = "<!doctype html>
<html lang=en>
<head><meta charset=utf-8><title>Somebody's own page</title>
<style>html, body { margin: 0 } iframe { display: block; border: 0 }</style>
<script src=/embed-api.js></script></head>
<body>
<script>
  const wishes = new URLSearchParams(location.search);
  const frame = document.createElement('iframe');
  frame.title = 'A film';
  frame.allow = 'autoplay; fullscreen';
  for (const name of ['width', 'height', 'sandbox', 'referrerpolicy']) {
    if (wishes.has(name)) frame.setAttribute(name, wishes.get(name));
  }
  frame.src = wishes.get('src');
  document.body.append(frame);
  window.heard = [];
  if (wishes.has('drive')) {
    window.film = new PeerTubePlayer(frame, wishes.get('drive') || undefined);
    for (const type of ['play', 'pause', 'playbackStatusUpdate', 'playbackStatusChange', 'resolutionUpdate', 'volumeChange']) {
      film.addEventListener(type, (value) => heard.push({ type, value }));
    }
    film.ready.then(() => { window.isReady = true; }, () => { window.isReady = false; });
  }
</script>
</body>
</html>";

/// The site, until it is dropped.
pub struct Framing {
    site: Elsewhere,
}

impl Framing {
    /// Opens it.
    ///
    /// # Errors
    /// When the client was not fetched, or no port is free.
    pub async fn open() -> Result<Framing> {
        let path = in_checkout(CLIENT);
        let client = fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: `cargo xtask fetch` brings it", path.display()))?;
        let site = Elsewhere::answer(move |asked| match asked {
            "/embed-api.js" => Some(("text/javascript; charset=utf-8", client.clone())),
            path if path.starts_with("/frame?") => Some(("text/html; charset=utf-8", PAGE.to_owned())),
            _ => None,
        })
        .await?;
        Ok(Framing { site })
    }

    /// Its host and port, as `127.0.0.1`: another origin than the instance, of the same site.
    ///
    /// # Errors
    /// Never in practice.
    pub fn host(&self) -> Result<String> {
        let url = Url::parse(&self.site.url())?;
        let port = url.port().context("a site without a port")?;
        Ok(format!("127.0.0.1:{port}"))
    }

    /// The same as `localhost`: another site to browsers, which keep what is framed there apart.
    ///
    /// # Errors
    /// Never in practice.
    pub fn host_far(&self) -> Result<String> {
        Ok(self.host()?.replace("127.0.0.1", "localhost"))
    }

    /// The address of a page that frames this address. `more` are attributes of the frame (`width`, `height`, `sandbox`,
    /// `referrerpolicy`), and `drive`, where the client speaks under that scope, or under its own where that is empty.
    ///
    /// # Errors
    /// Never in practice.
    pub fn url(&self, host: &str, src: &str, more: &[(&str, &str)]) -> Result<String> {
        let mut url = Url::parse(&format!("http://{host}/frame"))?;
        url.query_pairs_mut().append_pair("src", src).extend_pairs(more);
        Ok(url.into())
    }
}
