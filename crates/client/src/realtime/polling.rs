//! Socket.IO's long-polling transport, and the upgrade from it to WebSocket.

use super::{
    link::{Arrival, Link, read_frames, write_frames},
    websocket::{self, Frame},
};
use crate::Error;
use kith_wire::{engineio::SEPARATOR, websocket::Opcode};
use reqwest::{Client, Url, header};
use std::time::Duration;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

/// Longer than the server may hold a poll: its ping interval is 25 s.
const POLL_TIMEOUT: Duration = Duration::from_secs(70);

/// How long the answers of a session that takes no more texts are waited for.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Opens a session by polling. The first text that arrives is the Engine.IO handshake.
pub(super) async fn open(http: &Client, url: &Url, upgrade: bool) -> Result<Link, Error> {
    let handshake = poll(http, url).await?;
    let sid = session_id(&handshake)?;
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("sid", &sid);
    let (outgoing, to_send) = mpsc::unbounded_channel();
    let (arrived, incoming) = mpsc::unbounded_channel();
    deliver(&handshake, &arrived);
    let session = Session { http: http.clone(), url };
    tokio::spawn(session.run(to_send, arrived, upgrade));
    Ok(Link { outgoing, incoming })
}

struct Session {
    http: Client,
    url: Url,
}

impl Session {
    async fn run(
        self,
        mut texts: mpsc::UnboundedReceiver<String>,
        arrived: mpsc::UnboundedSender<Arrival>,
        upgrade: bool,
    ) {
        let (stop, stopped) = oneshot::channel();
        let mut polls = tokio::spawn(receive(self.http.clone(), self.url.clone(), arrived.clone(), stopped));
        let mut stop = Some(stop);
        let probe = async { if upgrade { self.probe().await } else { std::future::pending().await } };
        tokio::pin!(probe);
        loop {
            tokio::select! {
                text = texts.recv() => {
                    let Some(text) = text else { break };
                    let mut payload = text;
                    while let Ok(more) = texts.try_recv() {
                        payload.push(char::from(SEPARATOR));
                        payload.push_str(&more);
                    }
                    if let Err(error) = self.post(payload).await {
                        // A session that has ended refuses texts while its last answers are under way.
                        drop(stop.take());
                        let _ = timeout(LAST_ANSWERS, &mut polls).await;
                        let _ = arrived.send(Arrival::Closed(None, error.to_string()));
                        break;
                    }
                }
                probed = &mut probe => match probed {
                    Ok((reader, mut writer)) => {
                        // No new poll is begun; the server ends the pending one.
                        drop(stop.take());
                        if polls.await.is_err() || writer.send(Opcode::Text, b"5").await.is_err() {
                            let _ = arrived.send(Arrival::Closed(None, "the upgrade failed".into()));
                            return;
                        }
                        let pongs = mpsc::unbounded_channel();
                        tokio::spawn(read_frames(reader, arrived, pongs.0));
                        return write_frames(writer, texts, pongs.1).await;
                    }
                    Err(error) => {
                        let _ = arrived.send(Arrival::Closed(None, format!("the upgrade failed: {error}")));
                        break;
                    }
                },
                _ = &mut polls => return,
            }
        }
        polls.abort();
        // Lets the server forget the session now rather than after its timeout.
        let _ = self.post("1".to_owned()).await;
    }

    async fn post(&self, payload: String) -> Result<(), Error> {
        let request =
            self.http.post(self.url.clone()).header(header::CONTENT_TYPE, "text/plain;charset=UTF-8");
        let response =
            request.body(payload).send().await.map_err(|error| Error::unanswered(error.without_url()))?;
        if response.status().is_success() {
            return Ok(());
        }
        Err(Error::unanswered(format!("the session is gone ({})", response.status())))
    }

    /// Opens a WebSocket for the session and checks that it works.
    async fn probe(&self) -> Result<(websocket::Reader, websocket::Writer), Error> {
        let pairs: Vec<(String, String)> =
            self.url.query_pairs().into_owned().filter(|(name, _)| name != "transport").collect();
        let mut url = self.url.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs).append_pair("transport", "websocket");
        let (mut reader, mut writer) = websocket::connect(&url, &[]).await?;
        writer.send(Opcode::Text, b"2probe").await?;
        match reader.receive().await? {
            Some(Frame::Text(text)) if text == "3probe" => Ok((reader, writer)),
            other => Err(Error::protocol(format!("a probe was answered by {other:?}"))),
        }
    }
}

/// Polls until the session ends or `stopped` resolves.
async fn receive(
    http: Client,
    url: Url,
    arrived: mpsc::UnboundedSender<Arrival>,
    mut stopped: oneshot::Receiver<()>,
) {
    while stopped.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
        match poll(&http, &url).await {
            Ok(payload) => deliver(&payload, &arrived),
            Err(error) => {
                let _ = arrived.send(Arrival::Closed(None, error.to_string()));
                return;
            }
        }
        if arrived.is_closed() {
            return;
        }
    }
}

async fn poll(http: &Client, url: &Url) -> Result<String, Error> {
    let response = http
        .get(url.clone())
        .timeout(POLL_TIMEOUT)
        .send()
        .await
        .map_err(|error| Error::unanswered(error.without_url()))?;
    let status = response.status();
    let text = response.text().await.map_err(|error| Error::unanswered(error.without_url()))?;
    if status.is_success() {
        return Ok(text);
    }
    Err(Error::unanswered(format!("the session is gone ({status})")))
}

fn deliver(payload: &str, arrived: &mpsc::UnboundedSender<Arrival>) {
    for packet in payload.split(char::from(SEPARATOR)) {
        // The receiver may be gone; the caller looks.
        let _ = arrived.send(Arrival::Text(packet.to_owned()));
    }
}

fn session_id(handshake: &str) -> Result<String, Error> {
    let first = handshake.split(char::from(SEPARATOR)).next().unwrap_or_default();
    let body = first.strip_prefix('0').ok_or_else(|| Error::protocol("no Engine.IO handshake"))?;
    let body: serde_json::Value = serde_json::from_str(body).map_err(Error::protocol)?;
    Ok(body["sid"].as_str().ok_or_else(|| Error::protocol("the handshake has no sid"))?.to_owned())
}
