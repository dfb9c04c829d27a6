//! A connection that leaves HTTP for good.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::net::TcpStream;

use super::replay::Replay;

/// Waits until the answer that switches protocols has left, and gives the socket with what was already read from it.
/// None where the connection broke before.
pub async fn take_over(upgrade: OnUpgrade) -> Option<(TcpStream, Vec<u8>)> {
    let parts = upgrade.await.ok()?.downcast::<TokioIo<Replay>>().ok()?;
    let (stream, replayed) = parts.io.into_inner().into_parts();
    // hyper read its bytes before those that are left to replay.
    let mut unread = parts.read_buf.to_vec();
    unread.extend_from_slice(&replayed);
    Some((stream.into_std().ok()?, unread))
}
