//! Socket.IO over WebSocket as cheaply as a client can speak it: no buffer while idle, no JSON parser, one task a
//! connection, one read buffer a thread.

use kith_wire::websocket::{Decoder, Message, Opcode, Role, write_frame};
use std::{cell::RefCell, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longest message that is taken, in bytes.
const MAX_MESSAGE: usize = 4 << 20;

/// For the handshake of one connection.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// What the length of a read buffer is, in bytes.
const BUFFER: usize = 64 << 10;

/// Frames of clients are masked; which key is nobody's business here.
const MASK: [u8; 4] = [0x5a, 0xc3, 0x17, 0x88];

thread_local! {
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// The sending half of a connection; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Sender(Arc<TcpStream>);

/// The receiving half of a connection.
#[derive(Debug)]
pub(crate) struct Receiver {
    stream: Arc<TcpStream>,
    decoder: Decoder,
}

/// Something that matters to a measurement.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrival<'a> {
    /// A message of a conversation, with the packet's text.
    Message(&'a str),
    /// The answer to the command of this number, with the packet's text.
    Ack(u64, &'a str),
}

/// Connects, signs in and waits until the server says that the connection is established.
pub(crate) async fn open(address: SocketAddr, token: &str) -> io::Result<(Sender, Receiver)> {
    timeout(HANDSHAKE, handshake(address, token)).await.map_err(io::Error::other)?
}

async fn handshake(address: SocketAddr, token: &str) -> io::Result<(Sender, Receiver)> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::with_capacity(1024);
    let end = loop {
        if let Some(at) = memchr::memmem::find(&bytes, b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    if !bytes.starts_with(b"HTTP/1.1 101") {
        return Err(io::Error::other(String::from_utf8_lossy(&bytes).into_owned()));
    }
    let mut rest = bytes.split_off(end);
    let mut decoder = Decoder::new(Role::Client, MAX_MESSAGE);
    let mut out = Vec::new();
    write_frame(&mut out, Opcode::Text, format!(r#"40{{"token":"{token}"}}"#).as_bytes(), Some(MASK));
    stream.write_all(&out).await?;
    let mut established = false;
    loop {
        let mut at = 0;
        // To the end of what was read: a frame that is only half there stays in the decoder.
        while let Some(message) = decoder.next(&mut rest, &mut at).map_err(io::Error::other)? {
            match message {
                Message::Text(text) if text.starts_with("44") => {
                    return Err(io::Error::other(text.to_owned()));
                }
                Message::Text(text) if text.starts_with(r#"42["connection:established""#) => {
                    established = true
                }
                Message::Close(_) => return Err(io::ErrorKind::ConnectionAborted.into()),
                _ => {}
            }
        }
        if established {
            let stream = Arc::new(stream);
            return Ok((Sender(stream.clone()), Receiver { stream, decoder }));
        }
        rest.clear();
        if stream.read_buf(&mut rest).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

impl Sender {
    /// Writes whole frames.
    pub(crate) async fn write(&self, mut frames: &[u8]) -> io::Result<()> {
        while !frames.is_empty() {
            match self.0.try_write(frames) {
                Ok(written) => frames = &frames[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.0.writable().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes a small frame from outside the runtime; the socket's buffer takes it unless the server has stalled.
    pub(crate) fn write_now(&self, frame: &[u8]) -> io::Result<()> {
        match self.0.try_write(frame)? {
            written if written == frame.len() => Ok(()),
            _ => Err(io::ErrorKind::WriteZero.into()),
        }
    }
}

impl Receiver {
    /// Reads until the connection ends, or `on_arrival` says `false`.
    pub(crate) async fn run(mut self, mut on_arrival: impl FnMut(Arrival<'_>) -> bool) -> io::Result<()> {
        let sender = Sender(self.stream.clone());
        loop {
            self.stream.readable().await?;
            let mut pong = false;
            let read = READ.with_borrow_mut(|buffer| {
                let read = match self.stream.try_read(buffer) {
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(read) => read,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                    Err(error) => return Err(error),
                };
                let mut at = 0;
                while let Some(message) =
                    self.decoder.next(&mut buffer[..read], &mut at).map_err(io::Error::other)?
                {
                    match message {
                        Message::Text("2") => pong = true,
                        Message::Text(text) => {
                            if let Some(arrival) = classify(text)
                                && !on_arrival(arrival)
                            {
                                return Ok(false);
                            }
                        }
                        Message::Close(close) => return Err(io::Error::other(format!("closed: {close:?}"))),
                        _ => {}
                    }
                }
                Ok(true)
            })?;
            if !read {
                return Ok(());
            }
            if pong {
                let mut out = Vec::new();
                write_frame(&mut out, Opcode::Text, b"3", Some(MASK));
                sender.write(&out).await?;
            }
        }
    }
}

fn classify(text: &str) -> Option<Arrival<'_>> {
    if text.starts_with(r#"42["new_message""#) {
        return Some(Arrival::Message(text));
    }
    let (id, _) = text.strip_prefix("43")?.split_once('[')?;
    Some(Arrival::Ack(id.parse().ok()?, text))
}

/// Whether an acknowledgement says that it was done.
pub(crate) fn is_success(ack: &str) -> bool {
    memchr::memmem::find(ack.as_bytes(), br#""success":true"#).is_some()
}

/// Bytes of text in each message.
pub(crate) const CONTENT: usize = 100;

/// Appends a frame that sends message `id`, stamped with `stamp`, to a conversation.
pub(crate) fn write_send(out: &mut Vec<u8>, conversation: &str, sender: &str, id: u64, stamp: u64) {
    let text = format!(
        r#"42{id}["send_message",{{"conversationId":"{conversation}","clientMessageId":"{sender}-{id}","content":"k{id:016x}{stamp:016x}{:.<width$}"}}]"#,
        "",
        width = CONTENT - 33,
    );
    write_frame(out, Opcode::Text, text.as_bytes(), Some(MASK));
}

/// The number and the stamp of a message, from the text of its packet.
pub(crate) fn read_stamp(text: &str) -> Option<(u64, u64)> {
    const BEFORE: &[u8] = br#""content":"k"#;
    let at = memchr::memmem::find(text.as_bytes(), BEFORE)? + BEFORE.len();
    let field = |from: usize| u64::from_str_radix(text.get(from..from + 16)?, 16).ok();
    Some((field(at)?, field(at + 16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_come_back() {
        let mut frame = Vec::new();
        write_send(&mut frame, "c", "s", 77, 1_234_567);
        let mut decoder = Decoder::new(Role::Server, MAX_MESSAGE);
        let Ok(Some(Message::Text(text))) = decoder.next(&mut frame, &mut 0) else { panic!("no text") };
        assert_eq!(read_stamp(text), Some((77, 1_234_567)));
        let body: serde_json::Value = serde_json::from_str(&text[text.find('[').unwrap()..]).unwrap();
        assert_eq!(body[1]["content"].as_str().unwrap().len(), CONTENT);
        assert_eq!(body[1]["clientMessageId"], "s-77");
    }

    #[test]
    fn packets_that_matter_are_told_apart() {
        assert_eq!(classify(r#"42["new_message",{}]"#), Some(Arrival::Message(r#"42["new_message",{}]"#)));
        assert_eq!(classify(r#"43977[{}]"#), Some(Arrival::Ack(977, r#"43977[{}]"#)));
        for other in [r#"42["presence",{}]"#, r#"42["offset","x"]"#, "6", "3"] {
            assert_eq!(classify(other), None);
        }
        assert!(is_success(r#"431[{"success":true,"data":{}}]"#) && !is_success(r#"431[{"success":false}]"#));
    }
}
