//! Threads that do nothing but send files.
//!
//! Owns the threads and the hand-over of connections to and from them. A cold disk makes a file thread wait; the
//! threads that answer the API never do. Each thread has a reactor of its own, since connections that share none need
//! no waking across threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use bytes::BytesMut;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};

use super::direct::serve_files;
use super::phase::Phase;
use crate::http::files::room::FileRoom;

/// A connection that asks for a file.
struct Task {
    stream: std::net::TcpStream,
    buffer: BytesMut,
    phase: watch::Receiver<Phase>,
    back: oneshot::Sender<(std::net::TcpStream, BytesMut)>,
}

/// The threads.
pub struct Workers {
    queues: Vec<Queue>,
    next: AtomicUsize,
    threads: Vec<JoinHandle<()>>,
}

/// Two at least, so that one waiting for the disk does not stop the others; eight send more than any network takes.
const THREADS: std::ops::RangeInclusive<usize> = 2..=8;

impl Workers {
    /// Starts one thread per core.
    ///
    /// # Errors
    /// What the system says when it gives no thread.
    pub fn start(room: &Arc<FileRoom>) -> std::io::Result<Workers> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.clamp(*THREADS.start(), *THREADS.end());
        let mut workers = Workers { queues: Vec::new(), next: AtomicUsize::new(0), threads: Vec::new() };
        for number in 0..threads {
            let (queue, thread) = start_thread(number, Arc::clone(room))?;
            workers.queues.push(queue);
            workers.threads.push(thread);
        }
        Ok(workers)
    }

    /// Answers files on a connection until it asks for something else; none once it has ended.
    pub async fn serve(
        &self,
        stream: TcpStream,
        buffer: BytesMut,
        phase: watch::Receiver<Phase>,
    ) -> Option<(TcpStream, BytesMut)> {
        let (back, returned) = oneshot::channel();
        // Connections last, so taking turns spreads them well enough.
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.queues.len();
        let queue = self.queues.get(turn)?;
        // The number of connections bounds the queue.
        queue.send(Task { stream: stream.into_std().ok()?, buffer, phase, back }).ok()?;
        let (stream, buffer) = returned.await.ok()?;
        Some((TcpStream::from_std(stream).ok()?, buffer))
    }
}

impl Drop for Workers {
    /// Sees the threads out, so that nobody holds on to the room, and with it the store, once the server has stopped.
    fn drop(&mut self) {
        self.queues.clear();
        for thread in self.threads.drain(..) {
            // A panic of a thread was reported when it happened.
            drop(thread.join());
        }
    }
}

type Queue = mpsc::UnboundedSender<Task>;

fn start_thread(number: usize, room: Arc<FileRoom>) -> std::io::Result<(Queue, JoinHandle<()>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (queue, mut tasks) = mpsc::unbounded_channel::<Task>();
    let thread = std::thread::Builder::new().name(format!("files-{number}")).spawn(move || {
        // Ends, and with it all that is still being sent, when the server lets go of the queue.
        runtime.block_on(async {
            while let Some(task) = tasks.recv().await {
                tokio::spawn(run(task, Arc::clone(&room)));
            }
        });
    })?;
    Ok((queue, thread))
}

async fn run(task: Task, room: Arc<FileRoom>) {
    let Task { stream, buffer, phase, back } = task;
    let Ok(stream) = TcpStream::from_std(stream) else { return };
    if let Some((stream, buffer)) = serve_files(stream, buffer, phase, &room).await
        && let Ok(stream) = stream.into_std()
    {
        // The receiver is gone only if its task was: then the connection ends here.
        let _ = back.send((stream, buffer));
    }
}
