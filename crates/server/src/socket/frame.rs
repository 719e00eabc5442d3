//! Encoded packets, shared by all their recipients.

use bytes::Bytes;
use kith_wire::engineio::{self, Kind as PacketKind, Packet};
use kith_wire::websocket::{self, Header, Opcode};
use kith_wire::{raw, socketio};

use super::recovery::Offset;

/// Room in front of the payload for the longest header of an unmasked frame.
const HEADROOM: usize = 10;

/// One packet to a client as complete WebSocket frames, in shared bytes.
///
/// Frames of a server are not masked, so every recipient gets the same bytes. A packet with attachments is the
/// text frame followed by a binary frame each, and travels as one unit. Long-polling takes the payloads out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame(Bytes);

impl Frame {
    /// A Socket.IO event in the main namespace; `payload` is JSON text, the event's only argument.
    #[must_use]
    pub fn socketio_event(name: &str, payload: &str) -> Self {
        Self::socketio_event_in(socketio::MAIN, name, payload, &[])
    }

    /// A Socket.IO event in any namespace; `args` is a comma-separated JSON list without brackets. An attachment is
    /// named in it by `{"_placeholder":true,"num":n}`.
    #[must_use]
    pub fn socketio_event_in(namespace: &str, name: &str, args: &str, attachments: &[Bytes]) -> Self {
        Self::message(namespace.len() + name.len() + args.len() + 16, attachments, |out| {
            socketio::write_event(out, namespace, None, name, args, attachments.len());
        })
    }

    /// A Socket.IO event in the main namespace that asks the client for an acknowledgement, for
    /// [`Session::call`](super::Session::call). `args` is a comma-separated JSON list without brackets.
    #[must_use]
    pub fn socketio_call(name: &str, id: u64, args: &str) -> Self {
        Self::message(name.len() + args.len() + 32, &[], |out| {
            socketio::write_event(out, socketio::MAIN, Some(id), name, args, 0);
        })
    }

    /// An event on a raw WebSocket: `{"type":name,"data":payload}`; `payload` is JSON text.
    #[must_use]
    pub fn raw_event(name: &str, payload: &str) -> Self {
        Self::text(name.len() + payload.len() + 32, |out| raw::write_event(out, name, None, Some(payload)))
    }

    /// A text message of plain Engine.IO.
    #[must_use]
    pub fn engine_text(text: &str) -> Self {
        Self::message(text.len(), &[], |out| out.extend_from_slice(text.as_bytes()))
    }

    /// A binary message of plain Engine.IO.
    #[must_use]
    pub fn engine_binary(data: &[u8]) -> Self {
        let mut out = Vec::with_capacity(HEADROOM + data.len());
        websocket::write_frame(&mut out, Opcode::Binary, data, None);
        Self(out.into())
    }

    /// An Engine.IO message packet with Socket.IO text and attachments.
    pub(super) fn message(capacity: usize, attachments: &[Bytes], write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let text = Self::text(capacity + 1, |out| {
            out.push(PacketKind::Message as u8);
            write(out);
        });
        if attachments.is_empty() {
            return text;
        }
        let total: usize = attachments.iter().map(|data| HEADROOM + data.len()).sum();
        let mut out = Vec::with_capacity(text.0.len() + total);
        out.extend_from_slice(&text.0);
        attachments.iter().for_each(|data| websocket::write_frame(&mut out, Opcode::Binary, data, None));
        Self(out.into())
    }

    /// A text frame whose payload is written behind room for the header, so that nothing is moved.
    pub(super) fn text(capacity: usize, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut out = Vec::with_capacity(HEADROOM + capacity);
        out.resize(HEADROOM, 0);
        write(&mut out);
        let mut header = Vec::with_capacity(HEADROOM);
        websocket::write_header(&mut header, Opcode::Text, out.len() - HEADROOM, None);
        let start = HEADROOM - header.len();
        out[start..HEADROOM].copy_from_slice(&header);
        Self(Bytes::from(out).slice(start..))
    }

    /// The packet that tells a client its offset.
    pub(super) fn offset(number: u64) -> Self {
        Self::from_encoded(Offset::new(number).as_bytes())
    }

    /// Complete WebSocket frames.
    pub(super) fn from_encoded(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }

    /// An Engine.IO packet without data, such as a ping.
    pub(super) fn engine_packet(kind: PacketKind, data: &str) -> Self {
        Self::text(1 + data.len(), |out| {
            out.push(kind as u8);
            out.extend_from_slice(data.as_bytes());
        })
    }

    /// A WebSocket control frame.
    pub(super) fn control(opcode: Opcode, payload: &[u8]) -> Self {
        let mut out = Vec::with_capacity(2 + payload.len());
        websocket::write_frame(&mut out, opcode, payload, None);
        Self(out.into())
    }

    /// The bytes on a WebSocket.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes on a WebSocket; what the outbox counts.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a frame has at least a header")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many Engine.IO packets a poll would carry for it. Control frames count nothing.
    #[must_use]
    pub fn packets(&self) -> usize {
        self.payloads().count()
    }

    /// Appends the frame's packets in their long-polling form.
    pub(super) fn write_polling(&self, out: &mut Vec<u8>) {
        for (opcode, payload) in self.payloads() {
            match (opcode, std::str::from_utf8(payload)) {
                (Opcode::Text, Ok(text)) => {
                    if let Ok(packet) = Packet::from_text(text) {
                        packet.write_payload(out);
                    }
                }
                _ => engineio::Packet::Binary(payload.into()).write_payload(out),
            }
        }
    }

    fn payloads(&self) -> impl Iterator<Item = (Opcode, &[u8])> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let header = Header::decode(rest).ok().flatten()?;
            let (frame, after) = rest.split_at_checked(header.size + header.length as usize)?;
            rest = after;
            Some((header.opcode, &frame[header.size..]))
        })
        .filter(|(opcode, _)| matches!(opcode, Opcode::Text | Opcode::Binary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polling(frame: &Frame) -> String {
        let mut out = Vec::new();
        frame.write_polling(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn events_in_both_framings() {
        let frame = Frame::socketio_event("new_message", r#"{"seq":1}"#);
        assert_eq!(frame.as_bytes(), b"\x81\x1b42[\"new_message\",{\"seq\":1}]");
        assert_eq!(polling(&frame), r#"42["new_message",{"seq":1}]"#);
        let frame = Frame::raw_event("new_message", r#"{"seq":1}"#);
        assert_eq!(&frame.as_bytes()[2..], br#"{"type":"new_message","data":{"seq":1}}"#);
    }

    #[test]
    fn attachments_travel_with_their_event() {
        let placeholder = r#"{"_placeholder":true,"num":0}"#;
        let frame = Frame::socketio_event_in("/a", "x", placeholder, &[Bytes::from_static(&[1, 2, 3, 4])]);
        assert_eq!(frame.packets(), 2);
        assert_eq!(polling(&frame), format!("451-/a,[\"x\",{placeholder}]\u{1e}bAQIDBA=="));
        assert!(frame.as_bytes().ends_with(&[0x82, 4, 1, 2, 3, 4]));
    }

    #[test]
    fn long_payloads_get_long_headers() {
        for length in [100, 200, 70_000] {
            let frame = Frame::engine_text(&"x".repeat(length));
            assert_eq!(polling(&frame).len(), length + 1);
            assert_eq!(Header::decode(frame.as_bytes()).unwrap().unwrap().length, length as u64 + 1);
        }
    }

    #[test]
    fn control_frames_are_no_packets() {
        assert_eq!(Frame::control(Opcode::Ping, b"x").packets(), 0);
    }
}
