//! A way to a server that counts the round trips.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Listens on 127.0.0.1 and passes on what it gets, both ways; when it is dropped, its connections are
/// cut.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Bursts of the client: data that follows data of the server.
    round_trips: AtomicUsize,
    /// How long each of them takes to the server.
    delay: Duration,
    /// Whether the server was the last to say something.
    server_spoke: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A way to the server at this address.
    pub fn new(server: SocketAddr) -> Self {
        Self::with_delay(server, Duration::ZERO)
    }

    /// A way that takes a while.
    pub fn with_delay(server: SocketAddr, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shared = Arc::new(Shared {
            delay,
            ..Shared::default()
        });
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            shared: Arc::clone(&shared),
        };
        thread::spawn(move || {
            for client in listener.incoming() {
                shared.connect(client.unwrap(), server);
            }
        });
        proxy
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many round trips there were since this was asked last, over all connections.
    pub fn round_trips(&self) -> usize {
        self.shared.round_trips.swap(0, Ordering::SeqCst)
    }

    /// Ends all connections at once, as a network does that is cut.
    pub fn cut(&self) {
        for stream in self.shared.streams().drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

impl Shared {
    fn connect(self: &Arc<Self>, client: TcpStream, server: SocketAddr) {
        let server = TcpStream::connect(server).unwrap();
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
            self.streams().push(stream.try_clone().unwrap());
        }
        let (from_client, to_client) = (client.try_clone().unwrap(), client);
        let (from_server, to_server) = (server.try_clone().unwrap(), server);
        let (up, down) = (Arc::clone(self), Arc::clone(self));
        // A client waits for the greeting of MySQL, and speaks first to PostgreSQL.
        self.server_spoke.store(true, Ordering::SeqCst);
        thread::spawn(move || {
            pass(from_client, to_server, || {
                if up.server_spoke.swap(false, Ordering::SeqCst) {
                    up.round_trips.fetch_add(1, Ordering::SeqCst);
                    thread::sleep(up.delay);
                }
            });
        });
        thread::spawn(move || {
            pass(from_server, to_client, || {
                down.server_spoke.store(true, Ordering::SeqCst);
            });
        });
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Passes on until one side ends, and says so before each piece.
fn pass(mut from: TcpStream, mut to: TcpStream, before: impl Fn()) {
    let mut buffer = [0; 1 << 14];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        before();
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
