//! A WebSocket client (RFC 6455) over plain TCP, without extensions.

use crate::Error;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kith_wire::websocket::{Decoder, Message, Opcode, Role, accept_key, write_frame};
use reqwest::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

/// Longest message that is taken from a server, in bytes.
const MAX_MESSAGE: usize = 16 << 20;

/// Longest response head, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// The server asks whether this end is there.
    Ping(Vec<u8>),
    /// The server closes, with a code unless it gave none.
    Close(Option<u16>, String),
}

/// The receiving half.
#[derive(Debug)]
pub struct Reader {
    stream: OwnedReadHalf,
    decoder: Decoder,
    buffer: Vec<u8>,
    at: usize,
}

/// The sending half.
#[derive(Debug)]
pub struct Writer {
    stream: OwnedWriteHalf,
    frame: Vec<u8>,
}

/// Opens a WebSocket at `url` (`http://…`), with additional request headers.
///
/// # Errors
/// [`Error::Unanswered`] if the server is away, [`Error::Protocol`] if it does not switch protocols.
pub async fn connect(url: &Url, headers: &[(&str, &str)]) -> Result<(Reader, Writer), Error> {
    let host = url.host_str().ok_or_else(|| Error::protocol("the address has no host"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let mut stream = TcpStream::connect((host, port)).await.map_err(Error::unanswered)?;
    stream.set_nodelay(true).map_err(Error::unanswered)?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).map_err(Error::protocol)?;
    let key = STANDARD.encode(nonce);
    let target = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    );
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.map_err(Error::unanswered)?;
    let buffer = read_head(&mut stream, &accept_key(key.as_bytes())).await?;
    let (read, write) = stream.into_split();
    let decoder = Decoder::new(Role::Client, MAX_MESSAGE);
    Ok((Reader { stream: read, decoder, buffer, at: 0 }, Writer { stream: write, frame: Vec::new() }))
}

/// Reads the response head; what came after it is returned.
async fn read_head(stream: &mut TcpStream, accept: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > MAX_HEAD {
            return Err(Error::protocol("the response head is too long"));
        }
        if stream.read_buf(&mut bytes).await.map_err(Error::unanswered)? == 0 {
            return Err(Error::unanswered("closed during the handshake"));
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let (status, fields) = head.split_once("\r\n").unwrap_or((&head, ""));
    if status.split(' ').nth(1) != Some("101") {
        return Err(Error::protocol(format!("no WebSocket: {status}")));
    }
    let accepted = fields
        .lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(name, value)| name.eq_ignore_ascii_case("sec-websocket-accept") && value.trim() == accept);
    if !accepted {
        return Err(Error::protocol("the WebSocket handshake was not accepted for this key"));
    }
    Ok(bytes.split_off(end + 4))
}

impl Reader {
    /// The next frame; `None` when the stream ends without a close frame. Pongs are left out.
    ///
    /// # Errors
    /// If the server breaks the protocol.
    pub async fn receive(&mut self) -> Result<Option<Frame>, Error> {
        loop {
            if let Some(message) =
                self.decoder.next(&mut self.buffer, &mut self.at).map_err(Error::protocol)?
            {
                return Ok(Some(match message {
                    Message::Text(text) => Frame::Text(text.to_owned()),
                    Message::Binary(bytes) => Frame::Binary(bytes.to_vec()),
                    Message::Ping(bytes) => Frame::Ping(bytes.to_vec()),
                    Message::Pong(_) => continue,
                    Message::Close(None) => Frame::Close(None, String::new()),
                    Message::Close(Some(close)) => Frame::Close(Some(close.code), close.reason.to_owned()),
                }));
            }
            self.buffer.clear();
            self.at = 0;
            self.buffer.reserve(4096);
            match self.stream.read_buf(&mut self.buffer).await {
                Ok(1..) => {}
                // A server that is killed resets its connections.
                Ok(0) | Err(_) => return Ok(None),
            }
        }
    }
}

impl Writer {
    /// Sends one message or control frame.
    ///
    /// # Errors
    /// If the connection is gone.
    pub async fn send(&mut self, opcode: Opcode, payload: &[u8]) -> Result<(), Error> {
        self.frame.clear();
        self.frame_for(opcode, payload)?;
        self.stream.write_all(&self.frame).await.map_err(Error::unanswered)
    }

    fn frame_for(&mut self, opcode: Opcode, payload: &[u8]) -> Result<(), Error> {
        let mask = getrandom::u32().map_err(Error::protocol)?.to_ne_bytes();
        write_frame(&mut self.frame, opcode, payload, Some(mask));
        Ok(())
    }

    /// Sends bytes that need not be a frame, for tests of broken clients.
    ///
    /// # Errors
    /// If the connection is gone.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.stream.write_all(bytes).await.map_err(Error::unanswered)
    }
}
