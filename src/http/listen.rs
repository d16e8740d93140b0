//! The listener: accepts connections, counts them, serves them, and stops without losing what was accepted.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use super::gate::peer::{Client, Network, Peer};
use super::options::{Options, seconds};
use super::stall::Stall;
use crate::live::Live;

/// A head has at most so many lines.
const MAX_HEADERS: usize = 64;
/// A head has at most so many bytes; hyper takes no less.
const MAX_HEAD: usize = 16 * 1024;
/// What is said to a connection too many.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// All that was accepted was answered.
    Drained,
    /// Some connections were still open when the time was over.
    CutOff,
}

/// Serves until `stop` is done, then finishes what was accepted.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    options: Options,
    live: Live,
    stop: impl Future<Output = ()>,
) -> Served {
    let server = Server::new(options);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => server.take(socket, peer, &router, &graceful),
                Err(error) => wait_out(&error).await,
            },
        }
    }
    drop(listener);
    live.close();
    let drain = seconds(server.options.drain_seconds);
    match tokio::time::timeout(drain, graceful.shutdown()).await {
        Ok(()) => Served::Drained,
        Err(_) => Served::CutOff,
    }
}

/// Out of file descriptors, or a connection that was gone before it was taken: neither is a reason to stop.
async fn wait_out(error: &std::io::Error) {
    tracing::warn!(%error, "could not accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

struct Server {
    options: Options,
    http: http1::Builder,
    places: Arc<Semaphore>,
    networks: Networks,
}

impl Server {
    fn new(options: Options) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(seconds(options.head_seconds))
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD)
            .half_close(false);
        Self {
            places: Arc::new(Semaphore::new(options.max_connections)),
            networks: Networks::default(),
            http,
            options,
        }
    }

    fn take(
        &self,
        socket: TcpStream,
        peer: SocketAddr,
        router: &Router,
        graceful: &GracefulShutdown,
    ) {
        let Some(place) = self.place(peer) else {
            refused_connections().increment(1);
            tokio::spawn(refuse(socket));
            return;
        };
        // Small answers go out at once.
        let _ = socket.set_nodelay(true);
        let service = router
            .clone()
            .map_request(move |mut request: hyper::Request<_>| {
                request.extensions_mut().insert(Peer(peer));
                request
            });
        let io = Stall::new(TokioIo::new(socket), seconds(self.options.write_seconds));
        let connection = self
            .http
            .serve_connection(io, TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
            drop(place);
        });
    }

    /// A place for one more connection, if there is one.
    fn place(&self, peer: SocketAddr) -> Option<Place> {
        let all = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let address = peer.ip().to_canonical();
        let is_proxy = self
            .options
            .trusted_proxies
            .iter()
            .any(|net| net.contains(&address));
        let network = if is_proxy {
            None
        } else {
            let most = self.options.max_connections_per_network;
            Some(self.networks.enter(Client(address).network(), most)?)
        };
        Some(Place {
            _all: all,
            _network: network,
        })
    }
}

/// Tells a connection too many to come back, without waiting for it.
async fn refuse(mut socket: TcpStream) {
    let _ = tokio::time::timeout(Duration::from_secs(1), async {
        let _ = socket.write_all(FULL).await;
        let _ = socket.shutdown().await;
    })
    .await;
}

/// The place of one connection, free again when it is dropped.
struct Place {
    _all: OwnedSemaphorePermit,
    _network: Option<Entered>,
}

/// How many connections were one too many.
pub fn refused_connections() -> metrics::Counter {
    metrics::counter!("frontdesk_connections_refused_total")
}

/// How many connections each network has.
#[derive(Clone, Debug, Default)]
struct Networks(Arc<Mutex<HashMap<Network, usize>>>);

struct Entered {
    networks: Networks,
    network: Network,
}

impl Networks {
    fn enter(&self, network: Network, most: usize) -> Option<Entered> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Entered {
            networks: self.clone(),
            network,
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut counts = self
            .networks
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.network) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, Networks};

    #[test]
    fn a_network_has_so_many_places_and_gets_them_back() {
        let networks = Networks::default();
        let (here, there) = (Network::V4(1), Network::V4(2));
        let first = networks.enter(here, 2);
        let second = networks.enter(here, 2);
        assert!(first.is_some() && second.is_some());
        assert!(networks.enter(here, 2).is_none());
        assert!(networks.enter(there, 2).is_some());
        drop(first);
        assert!(networks.enter(here, 2).is_some());
        drop(second);
        assert!(networks.0.lock().unwrap().is_empty());
    }
}
