//! WebSocket as cheaply as a client can speak it: no buffer while idle, no JSON parser, one task a connection, one read
//! buffer a thread. It costs the same in both dialects.

mod dialect;

pub(crate) use dialect::{Arrival, Dialect, Hello, is_success, read_stamp};

use dialect::Packet;
use kith_wire::websocket::{Decoder, Message, Opcode, Role, write_frame};
use std::{cell::RefCell, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
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

/// Where connections go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    pub(crate) dialect: Dialect,
    /// Bytes that the kernel keeps for a reader; as it likes if absent.
    pub(crate) receive_buffer: Option<u32>,
}

/// A connection that is established.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    /// Where to catch up from after the next connect.
    pub(crate) cursor: Option<String>,
}

/// The sending half of a connection; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    stream: Arc<TcpStream>,
    dialect: Dialect,
}

/// The receiving half of a connection.
#[derive(Debug)]
pub(crate) struct Receiver {
    stream: Arc<TcpStream>,
    dialect: Dialect,
    decoder: Decoder,
}

/// Connects, signs in and waits until the server says that the connection is established.
pub(crate) async fn open(door: Door, hello: &Hello) -> io::Result<Connection> {
    timeout(HANDSHAKE, handshake(door, hello)).await.map_err(io::Error::other)?
}

async fn handshake(door: Door, hello: &Hello) -> io::Result<Connection> {
    let Door { address, dialect, receive_buffer } = door;
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    let mut stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        dialect.path(),
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
    write_frame(&mut out, Opcode::Text, dialect.hello(hello).as_bytes(), Some(MASK));
    stream.write_all(&out).await?;
    let mut established = None;
    loop {
        let mut at = 0;
        // To the end of what was read: a frame that is only half there stays in the decoder.
        while let Some(message) = decoder.next(&mut rest, &mut at).map_err(io::Error::other)? {
            match message {
                Message::Text(text) => match dialect.read(text) {
                    Some(Packet::Refused) => return Err(io::Error::other(text.to_owned())),
                    Some(Packet::Established) => established = Some(dialect::cursor(text)),
                    _ => {}
                },
                Message::Close(_) => return Err(io::ErrorKind::ConnectionAborted.into()),
                _ => {}
            }
        }
        if let Some(cursor) = established {
            let stream = Arc::new(stream);
            let sender = Sender { stream: stream.clone(), dialect };
            return Ok(Connection { sender, receiver: Receiver { stream, dialect, decoder }, cursor });
        }
        rest.clear();
        if stream.read_buf(&mut rest).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

impl Sender {
    /// Appends a frame that sends message `id`, stamped with `stamp`, to a conversation.
    pub(crate) fn append_message(
        &self,
        out: &mut Vec<u8>,
        conversation: &str,
        sender: &str,
        id: u64,
        stamp: u64,
    ) {
        let text = self.dialect.message(conversation, sender, id, stamp);
        write_frame(out, Opcode::Text, text.as_bytes(), Some(MASK));
    }

    /// Asks a Socket.IO server to do something; the acknowledgement carries `id`.
    pub(crate) async fn ask(&self, id: u64, command: &str, data: &str) -> io::Result<()> {
        let mut frame = Vec::new();
        let text = format!(r#"42{id}["{command}",{data}]"#);
        write_frame(&mut frame, Opcode::Text, text.as_bytes(), Some(MASK));
        self.write(&frame).await
    }

    /// Writes whole frames.
    pub(crate) async fn write(&self, mut frames: &[u8]) -> io::Result<()> {
        while !frames.is_empty() {
            match self.stream.try_write(frames) {
                Ok(written) => frames = &frames[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes a small frame from outside the runtime; the socket's buffer takes it unless the server has stalled.
    pub(crate) fn write_now(&self, frame: &[u8]) -> io::Result<()> {
        match self.stream.try_write(frame)? {
            written if written == frame.len() => Ok(()),
            _ => Err(io::ErrorKind::WriteZero.into()),
        }
    }
}

impl Receiver {
    /// Reads until the connection ends, or `on_arrival` says `false`, and closes.
    pub(crate) async fn run(mut self, on_arrival: impl FnMut(Arrival<'_>) -> bool) -> io::Result<()> {
        self.run_until(on_arrival).await
    }

    /// Reads until the connection ends, or `on_arrival` says `false`.
    pub(crate) async fn run_until(
        &mut self,
        mut on_arrival: impl FnMut(Arrival<'_>) -> bool,
    ) -> io::Result<()> {
        let sender = Sender { stream: self.stream.clone(), dialect: self.dialect };
        loop {
            self.stream.readable().await?;
            let mut answer = Vec::new();
            let goes_on = READ.with_borrow_mut(|buffer| {
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
                        Message::Text(text) => match self.dialect.read(text) {
                            Some(Packet::Ping) => write_frame(&mut answer, Opcode::Text, b"3", Some(MASK)),
                            Some(Packet::Arrival(arrival)) if !on_arrival(arrival) => return Ok(false),
                            _ => {}
                        },
                        Message::Ping(data) => write_frame(&mut answer, Opcode::Pong, data, Some(MASK)),
                        Message::Close(close) => return Err(io::Error::other(format!("closed: {close:?}"))),
                        _ => {}
                    }
                }
                Ok(true)
            })?;
            if !goes_on {
                return Ok(());
            }
            if !answer.is_empty() {
                sender.write(&answer).await?;
            }
        }
    }
}
