//! One request after the other over connections that stay open.

use super::{Figures, Meter, WARM_UP, figures, histogram, milliseconds};
use crate::{
    experiment::Experiment,
    system::{Account, System},
};
use hdrhistogram::Histogram;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep},
};

/// Connections that ask at the same time.
const CLIENTS: usize = 16;

/// Messages in the conversation whose pages are read.
const MESSAGES: usize = 1000;

/// Somebody's profile.
pub(crate) struct Profile {
    pub(crate) duration: Duration,
}

impl Experiment for Profile {
    type Stage = (Account, String);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        let accounts = system.accounts(2).await?;
        Ok((accounts[0].clone(), format!("/api/users/{}", accounts[1].id)))
    }

    async fn run(&self, system: &mut System, (account, path): &Self::Stage) -> io::Result<Figures> {
        run(system, account, path, self.duration).await
    }
}

/// The newest fifty messages of a conversation.
pub(crate) struct History {
    pub(crate) duration: Duration,
}

impl Experiment for History {
    type Stage = (Account, String);

    async fn prepare(&self, system: &mut System) -> io::Result<Self::Stage> {
        let accounts = system.accounts(2).await?;
        let id = system.conversation(&[&accounts[0], &accounts[1]]).await?;
        for number in 0..MESSAGES {
            system.say(&accounts[number % 2], &id, &format!("message {number} of a conversation")).await?;
        }
        Ok((accounts[0].clone(), format!("/api/conversations/{id}/messages?limit=50")))
    }

    async fn run(&self, system: &mut System, (account, path): &Self::Stage) -> io::Result<Figures> {
        run(system, account, path, self.duration).await
    }
}

/// Asks for `path` for `duration`.
pub(crate) async fn run(
    system: &System,
    account: &Account,
    path: &str,
    duration: Duration,
) -> io::Result<Figures> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        system.address(),
        account.token
    );
    let answered = Arc::new(AtomicU64::new(0));
    let begin = Instant::now();
    let counting = begin + WARM_UP;
    let end = counting + duration;
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(ask(system.address(), request.clone(), answered.clone(), counting, end)))
        .collect();
    sleep(WARM_UP).await;
    let (meter, before) = (Meter::start(system)?, answered.load(Ordering::Relaxed));
    sleep(duration.saturating_sub(Duration::from_millis(50))).await;
    let ((cpu, seconds), after) = (meter.read()?, answered.load(Ordering::Relaxed));
    let mut latencies = histogram();
    for client in clients {
        latencies.add(&client.await.map_err(io::Error::other)??).map_err(io::Error::other)?;
    }
    let requests = (after - before) as f64;
    Ok(figures([
        ("CPU µs a request", cpu / requests),
        ("requests a second", requests / seconds),
        ("p50 ms", milliseconds(&latencies, 0.5)),
        ("p99 ms", milliseconds(&latencies, 0.99)),
    ]))
}

async fn ask(
    address: SocketAddr,
    request: String,
    answered: Arc<AtomicU64>,
    counting: Instant,
    end: Instant,
) -> io::Result<Histogram<u64>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut latencies, mut bytes) = (histogram(), Vec::new());
    loop {
        let begin = Instant::now();
        if begin >= end {
            return Ok(latencies);
        }
        stream.write_all(request.as_bytes()).await?;
        bytes.clear();
        while !is_complete(&bytes)? {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        if begin >= counting {
            latencies
                .saturating_record(u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX).max(1));
        }
        answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether a whole response with a `Content-Length` is there.
fn is_complete(bytes: &[u8]) -> io::Result<bool> {
    let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return Ok(false) };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(io::Error::other(head));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let length: usize = length.ok_or_else(|| io::Error::other("a response has no length"))?;
    Ok(bytes.len() >= end + 4 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_complete_with_its_last_byte() {
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        assert!(is_complete(response).unwrap());
        assert!(!is_complete(&response[..response.len() - 1]).unwrap());
        assert!(!is_complete(b"HTTP/1.1 200 OK\r\n").unwrap());
        assert!(is_complete(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").is_err());
    }
}
