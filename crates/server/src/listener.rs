//! The accept loop: HTTP/1 with upgrades, bounded per address, and calm when descriptors run out.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crate::limits::subscriber;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How the listener treats connections.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a client may take to send the header of a request, and how long an idle connection is kept.
    pub header_timeout: Duration,
    /// Most connections from one address, WebSockets included; zero is no limit. Behind a proxy all clients share its
    /// address.
    pub per_address: usize,
    /// How long requests may take to finish after the shutdown began.
    pub shutdown_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            per_address: 1_000,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// How long the listener rests when the process has no descriptors left.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` until `shutdown` is done, then lets requests finish. Connections that became WebSockets are not
/// waited for: their engine drains them. Each request carries `ConnectInfo<SocketAddr>`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let addresses = Arc::new(Addresses::default());
    let (closing, open) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // A client above the cap sees its connection closed, which costs it more than us.
                let Some(permit) = addresses.admit(subscriber(peer.ip()), limits.per_address) else {
                    continue;
                };
                let connection = Connection { router: router.clone(), peer, permit, open: open.clone() };
                tokio::spawn(connection.serve(stream, limits.header_timeout));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "accepting pauses");
                tokio::time::sleep(EXHAUSTED_PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(open);
    let _ = closing.send(());
    let _ = tokio::time::timeout(limits.shutdown_grace, closing.closed()).await;
}

/// The client was gone before it was accepted. Anything else, such as EMFILE, concerns the whole process.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// One TCP connection that speaks HTTP.
struct Connection {
    router: Router,
    peer: SocketAddr,
    permit: Permit,
    open: watch::Receiver<()>,
}

impl Connection {
    async fn serve(self, stream: TcpStream, header_timeout: Duration) {
        let Self { router, peer, permit, mut open } = self;
        // Messages are small and wait for nothing.
        let _ = stream.set_nodelay(true);
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(permit.clone());
            let router = router.clone();
            async move {
                match router.oneshot(request).await {
                    Ok(response) => Ok::<_, Infallible>(response),
                    Err(never) => match never {},
                }
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => {}
            _ = open.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// Connections by address.
#[derive(Debug, Default)]
struct Addresses(Mutex<HashMap<IpAddr, usize>>);

impl Addresses {
    fn admit(self: &Arc<Self>, address: IpAddr, limit: usize) -> Option<Permit> {
        let mut addresses = self.0.lock();
        let count = addresses.entry(address).or_default();
        if limit != 0 && *count >= limit {
            return None;
        }
        *count += 1;
        Some(Permit(Arc::new(Place { address, addresses: self.clone() })))
    }
}

/// The right to be connected. It stays with the connection when that becomes a WebSocket.
#[derive(Debug, Clone)]
pub struct Permit(#[expect(dead_code, reason = "it counts by being dropped")] Arc<Place>);

#[derive(Debug)]
struct Place {
    address: IpAddr,
    addresses: Arc<Addresses>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut addresses = self.addresses.0.lock();
        if let Some(count) = addresses.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}
