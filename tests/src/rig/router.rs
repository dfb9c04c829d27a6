//! A home's router: whoever is behind it is seen under another address, one for each machine inside, open to all.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::net::UdpSocket;
use tokio::task::JoinSet;

/// The longest datagram.
const DATAGRAM_BYTES_MAX: usize = 2048;

/// A router before one machine outside: what is sent to its inner side goes there from an outer one.
pub struct Router {
    inner: SocketAddr,
    outer: Arc<Mutex<HashMap<SocketAddr, SocketAddr>>>,
    _passing: JoinSet<()>,
}

impl Router {
    /// Opens one towards `outside`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn towards(outside: SocketAddr) -> Result<Router> {
        let inside = Arc::new(UdpSocket::bind("127.0.0.1:0").await?);
        let inner = inside.local_addr()?;
        let outer: Arc<Mutex<HashMap<SocketAddr, SocketAddr>>> = Arc::default();
        let known = outer.clone();
        let mut passing = JoinSet::new();
        passing.spawn(async move {
            let mut sides: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
            let mut back = JoinSet::new();
            let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
            while let Ok((length, from)) = inside.recv_from(&mut buffer).await {
                let side = match sides.get(&from) {
                    Some(side) => side.clone(),
                    None => {
                        let Ok(side) = UdpSocket::bind("127.0.0.1:0").await.map(Arc::new) else { return };
                        let Ok(address) = side.local_addr() else { return };
                        known.lock().unwrap_or_else(PoisonError::into_inner).insert(from, address);
                        sides.insert(from, side.clone());
                        back.spawn(bring_back(side.clone(), inside.clone(), from));
                        side
                    }
                };
                // One that is not sent is lost on the way, like any other.
                let _ = side.send_to(buffer.get(..length).unwrap_or_default(), outside).await;
            }
        });
        Ok(Router { inner, outer, _passing: passing })
    }

    /// Its side towards the home.
    #[must_use]
    pub fn inner(&self) -> SocketAddr {
        self.inner
    }

    /// How the machines inside are seen from outside.
    #[must_use]
    pub fn outer(&self) -> Vec<SocketAddr> {
        self.outer.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }
}

/// What comes to an outer address goes to the machine it stands for.
async fn bring_back(side: Arc<UdpSocket>, inside: Arc<UdpSocket>, home: SocketAddr) {
    let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
    while let Ok((length, _)) = side.recv_from(&mut buffer).await {
        let _ = inside.send_to(buffer.get(..length).unwrap_or_default(), home).await;
    }
}
