//! A link carries texts both ways, in order, until it closes.

use super::websocket::{self, Frame};
use crate::Error;
use kith_wire::websocket::Opcode;
use reqwest::Url;
use tokio::sync::mpsc;

/// Both ends of a transport whose work is done by tasks.
pub(super) struct Link {
    /// Texts to send. The link closes when this is dropped.
    pub(super) outgoing: mpsc::UnboundedSender<String>,
    /// Texts that came. Ends when the link is gone.
    pub(super) incoming: mpsc::UnboundedReceiver<Arrival>,
}

/// What a link brings.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A text, or nothing but a sign of life if it is empty.
    Text(String),
    /// The end, with the code if there was one.
    Closed(Option<u16>, String),
}

/// A link over a WebSocket.
pub(super) async fn over_websocket(url: &Url, headers: &[(&str, &str)]) -> Result<Link, Error> {
    let (reader, writer) = websocket::connect(url, headers).await?;
    let (outgoing, to_send) = mpsc::unbounded_channel();
    let (arrived, incoming) = mpsc::unbounded_channel();
    let pongs = mpsc::unbounded_channel();
    tokio::spawn(read_frames(reader, arrived, pongs.0));
    tokio::spawn(write_frames(writer, to_send, pongs.1));
    Ok(Link { outgoing, incoming })
}

/// Ends when the connection or the receiver of `arrived` is gone.
pub(super) async fn read_frames(
    mut reader: websocket::Reader,
    arrived: mpsc::UnboundedSender<Arrival>,
    pongs: mpsc::UnboundedSender<Vec<u8>>,
) {
    loop {
        let arrival = match reader.receive().await {
            Ok(Some(Frame::Text(text))) => Arrival::Text(text),
            Ok(Some(Frame::Ping(payload))) => {
                // The writer may have ended; then the next read says so.
                let _ = pongs.send(payload);
                Arrival::Text(String::new())
            }
            // No command or event of the contract is binary.
            Ok(Some(Frame::Binary(_))) => Arrival::Text(String::new()),
            Ok(Some(Frame::Close(code, reason))) => Arrival::Closed(code, reason),
            Ok(None) => Arrival::Closed(None, "the connection was lost".into()),
            Err(error) => Arrival::Closed(None, error.to_string()),
        };
        let ends = matches!(arrival, Arrival::Closed(..));
        if arrived.send(arrival).is_err() || ends {
            return;
        }
    }
}

/// Ends, with a close frame, when the sender of `texts` is gone.
pub(super) async fn write_frames(
    mut writer: websocket::Writer,
    mut texts: mpsc::UnboundedReceiver<String>,
    mut pongs: mpsc::UnboundedReceiver<Vec<u8>>,
) {
    loop {
        let sent = tokio::select! {
            text = texts.recv() => match text {
                Some(text) => writer.send(Opcode::Text, text.as_bytes()).await,
                None => {
                    // Nobody is left to hear about it.
                    let _ = writer.send(Opcode::Close, &1000_u16.to_be_bytes()).await;
                    return;
                }
            },
            Some(payload) = pongs.recv() => writer.send(Opcode::Pong, &payload).await,
        };
        if sent.is_err() {
            // The reading half reports the end.
            return;
        }
    }
}
