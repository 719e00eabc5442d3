//! Engine.IO, protocol version 4: packets as WebSocket messages and as long-polling payloads.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Separates the packets of a long-polling payload.
pub const SEPARATOR: u8 = 0x1e;

/// Most packets that are put in one poll: python-socketio stalls on more.
pub const POLL_PACKETS: usize = 16;

/// The type of a packet, with its number in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The handshake, from the server.
    Open = b'0',
    /// The transport is being closed.
    Close = b'1',
    /// Heartbeat from the server, or with `probe` from a client that tests a WebSocket.
    Ping = b'2',
    /// The answer to a ping.
    Pong = b'3',
    /// Data.
    Message = b'4',
    /// The client moves to the probed transport.
    Upgrade = b'5',
    /// Says nothing; ends a pending poll.
    Noop = b'6',
}

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A packet with text, which may be empty.
    Text(Kind, &'a str),
    /// A message of bytes.
    Binary(Cow<'a, [u8]>),
}

/// What is wrong with a packet or payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The first character names no packet type.
    #[error("unknown Engine.IO packet type")]
    Type,
    /// A `b` packet is not base64.
    #[error("bad base64 in an Engine.IO payload")]
    Base64,
}

impl<'a> Packet<'a> {
    /// Reads the text of one WebSocket message.
    ///
    /// # Errors
    /// [`Malformed::Type`] when it starts with no known type; an empty message is that, too.
    pub fn from_text(text: &'a str) -> Result<Self, Malformed> {
        let kind = match text.as_bytes().first() {
            Some(b'0') => Kind::Open,
            Some(b'1') => Kind::Close,
            Some(b'2') => Kind::Ping,
            Some(b'3') => Kind::Pong,
            Some(b'4') => Kind::Message,
            Some(b'5') => Kind::Upgrade,
            Some(b'6') => Kind::Noop,
            _ => return Err(Malformed::Type),
        };
        Ok(Self::Text(kind, &text[1..]))
    }

    /// Appends the packet in its long-polling form, with a separator if it is not the first.
    pub fn write_payload(&self, out: &mut Vec<u8>) {
        if !out.is_empty() {
            out.push(SEPARATOR);
        }
        match self {
            Self::Text(kind, data) => {
                out.push(*kind as u8);
                out.extend_from_slice(data.as_bytes());
            }
            Self::Binary(data) => write_binary(out, data),
        }
    }
}

/// Appends `b` and the bytes in base64.
fn write_binary(out: &mut Vec<u8>, data: &[u8]) {
    out.push(b'b');
    let start = out.len();
    out.resize(start + data.len().div_ceil(3) * 4, 0);
    // The slice has exactly the length of the padded encoding, so this cannot fail.
    let written = STANDARD.encode_slice(data, &mut out[start..]).unwrap_or(0);
    out.truncate(start + written);
}

/// The packets of a long-polling payload, in order.
pub fn packets(payload: &str) -> impl Iterator<Item = Result<Packet<'_>, Malformed>> {
    payload.split(char::from(SEPARATOR)).map(|packet| match packet.strip_prefix('b') {
        Some(data) => {
            STANDARD.decode(data).map(|data| Packet::Binary(Cow::Owned(data))).map_err(|_| Malformed::Base64)
        }
        None => Packet::from_text(packet),
    })
}

/// What the `open` packet announces. Times are milliseconds, `max_payload` is bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handshake<'a> {
    /// The session id, which must be plain ASCII.
    pub sid: &'a str,
    /// Whether an upgrade to WebSocket is offered.
    pub upgrade: bool,
    /// Time between two pings.
    pub ping_interval: u64,
    /// Time a pong may take.
    pub ping_timeout: u64,
    /// Largest payload.
    pub max_payload: usize,
}

impl Handshake<'_> {
    /// The complete `open` packet.
    #[must_use]
    pub fn to_packet(&self) -> String {
        let upgrades = if self.upgrade { r#"["websocket"]"# } else { "[]" };
        format!(
            r#"0{{"sid":"{}","upgrades":{upgrades},"pingInterval":{},"pingTimeout":{},"maxPayload":{}}}"#,
            self.sid, self.ping_interval, self.ping_timeout, self.max_payload
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(payload: &str) -> Result<Vec<Packet<'_>>, Malformed> {
        packets(payload).collect()
    }

    fn encode(packets: &[Packet<'_>]) -> String {
        let mut out = Vec::new();
        packets.iter().for_each(|packet| packet.write_payload(&mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_type_has_its_number() {
        use Kind::*;
        for (number, kind) in [Open, Close, Ping, Pong, Message, Upgrade, Noop].into_iter().enumerate() {
            assert_eq!(Packet::from_text(&format!("{number}x")), Ok(Packet::Text(kind, "x")));
        }
        for text in ["", "7", "a", "b", "é", "\u{1e}"] {
            assert_eq!(Packet::from_text(text), Err(Malformed::Type), "{text:?}");
        }
    }

    #[test]
    fn the_examples_of_the_protocol_document() {
        use Kind::*;
        assert_eq!(
            decode("4hello\x1e2\x1e4world"),
            Ok(vec![Packet::Text(Message, "hello"), Packet::Text(Ping, ""), Packet::Text(Message, "world")])
        );
        let binary = Packet::Binary(Cow::Borrowed(&[1, 2, 3, 4]));
        assert_eq!(decode("4hello\x1ebAQIDBA=="), Ok(vec![Packet::Text(Message, "hello"), binary.clone()]));
        assert_eq!(encode(&[Packet::Text(Message, "hello"), binary]), "4hello\x1ebAQIDBA==");
    }

    #[test]
    fn bad_payloads_are_refused() {
        assert_eq!(decode("abc"), Err(Malformed::Type));
        assert_eq!(decode(""), Err(Malformed::Type));
        assert_eq!(decode("4a\x1e"), Err(Malformed::Type));
        assert_eq!(decode("4a\x1eb?"), Err(Malformed::Base64));
        assert_eq!(decode("bAQI="), Ok(vec![Packet::Binary(Cow::Borrowed(&[1, 2]))]));
    }

    #[test]
    fn the_open_packet_is_as_documented() {
        let handshake = Handshake {
            sid: "lv_VI97",
            upgrade: true,
            ping_interval: 25_000,
            ping_timeout: 20_000,
            max_payload: 1_000_000,
        };
        assert_eq!(
            handshake.to_packet(),
            r#"0{"sid":"lv_VI97","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
        );
    }

    proptest! {
        #[test]
        fn payloads_round_trip(packets in prop::collection::vec(prop_oneof![
            "[^\u{1e}]*".prop_map(Ok),
            prop::collection::vec(any::<u8>(), 0..64).prop_map(Err),
        ], 1..20)) {
            let packets: Vec<_> = packets.iter().map(|packet| match packet {
                Ok(text) => Packet::Text(Kind::Message, text),
                Err(bytes) => Packet::Binary(Cow::Borrowed(bytes)),
            }).collect();
            let payload = encode(&packets);
            prop_assert_eq!(decode(&payload).unwrap(), packets);
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = decode(&text);
        }
    }
}
