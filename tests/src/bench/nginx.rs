//! nginx as a rival: one process, so that all it costs is counted, with sendfile and its cache of open files.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::rig::{Client, eventually};

const PROGRAM: &str = "/usr/sbin/nginx";
const START_DURATION_MAX: Duration = Duration::from_secs(10);

/// A running nginx. It ends when this goes.
pub struct Nginx {
    child: Child,
    address: SocketAddr,
}

impl Nginx {
    /// Starts it with its own files in `place`. `locations` is what stands in its `server` block.
    ///
    /// # Errors
    /// When it is not there or does not answer.
    pub async fn start(place: &Path, locations: &str) -> Result<Nginx> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let place = place.display();
        let config = format!(
            "daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{\n\
             access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;\n\
             keepalive_timeout 75; keepalive_requests 100000000;\n\
             open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;\n\
             client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;\n\
             uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;\n\
             types {{ video/mp4 mp4; application/vnd.apple.mpegurl m3u8; application/json json; }}\n\
             server {{ listen {address};\n{locations}\n}} }}\n"
        );
        let file = format!("{place}/nginx.conf");
        fs::write(&file, config)?;
        let child = Command::new(PROGRAM)
            .args(["-c", &file, "-p", &place.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("could not start nginx")?;
        let nginx = Nginx { child, address };
        let client = Client::new(&format!("http://{address}"));
        eventually("nginx answers", START_DURATION_MAX, async || Ok(client.get("/").await.ok().map(|_| ())))
            .await?;
        Ok(nginx)
    }

    /// Its process, and where it answers.
    #[must_use]
    pub fn contender(&self) -> (u32, SocketAddr) {
        (self.child.id(), self.address)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
