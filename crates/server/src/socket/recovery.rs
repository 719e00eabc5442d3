//! Connection state recovery: what a client may have missed when its connection broke.
//!
//! Durable events of a session are numbered from 1. After each flush the client is told the number of the last one
//! in an event of its own, `["offset","<n>"]`: official JavaScript clients keep the last argument of any event, if it
//! is a string, and send it back when they reconnect, while clients with handlers of fixed arity are not disturbed.
//! Frames that were written stay here until a pong shows that they arrived.

use std::collections::VecDeque;
use std::io::Write as _;

use super::outbox::Queued;

/// Most frames that are kept for one session.
const MAX_FRAMES: usize = 128;

/// Most bytes that are kept for one session. The frames are shared, so this bounds what one slow client can pin.
const MAX_BYTES: usize = 64 * 1024;

/// In front of the number, so that a string argument of some other event is not taken for an offset.
const PREFIX: char = '~';

#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// The number given last.
    last: u64,
    /// Events up to here cannot be repeated any more.
    floor: u64,
    /// The last number at the time of the last ping.
    pinged: u64,
    bytes: usize,
    /// Nothing is allocated while everything is confirmed.
    sent: VecDeque<Queued>,
}

impl Recovery {
    /// Numbers the next durable event.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Whether there was a durable event.
    pub(super) fn has_numbered(&self) -> bool {
        self.last > 0
    }

    /// An event was dropped: whatever came so far cannot be repeated.
    pub(super) fn lose(&mut self) {
        self.confirm(self.last);
    }

    /// Keeps a frame that was written.
    pub(super) fn sent(&mut self, queued: Queued) {
        self.bytes += queued.frame.len();
        self.sent.push_back(queued);
        while self.sent.len() > MAX_FRAMES || self.bytes > MAX_BYTES {
            self.drop_first();
        }
    }

    /// A ping is queued behind everything numbered so far.
    pub(super) fn pinged(&mut self) {
        self.pinged = self.last;
    }

    /// The pong came back: the client has everything before the ping.
    pub(super) fn ponged(&mut self) {
        self.confirm(self.pinged);
    }

    fn confirm(&mut self, number: u64) {
        while self.sent.front().is_some_and(|queued| queued.number() <= Some(number)) {
            self.drop_first();
        }
        self.floor = self.floor.max(number);
        if self.sent.is_empty() {
            self.sent = VecDeque::new();
        }
    }

    fn drop_first(&mut self) {
        if let Some(queued) = self.sent.pop_front() {
            self.bytes -= queued.frame.len();
            self.floor = self.floor.max(queued.number().unwrap_or(0));
        }
    }

    /// Hands out what was written after `offset`, if nothing of it is gone.
    pub(super) fn resume(&mut self, offset: u64) -> Option<VecDeque<Queued>> {
        if !(self.floor..=self.last).contains(&offset) {
            return None;
        }
        self.confirm(offset);
        self.bytes = 0;
        Some(std::mem::take(&mut self.sent))
    }
}

/// The packet that tells a client its offset, on the stack because every recipient gets another.
pub(super) struct Offset {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Offset {
    /// Two bytes of header, and the text with a number of up to twenty digits.
    const CAPACITY: usize = 48;

    /// The complete WebSocket frame.
    pub(super) fn new(number: u64) -> Self {
        let mut bytes = [0; Self::CAPACITY];
        let mut text = &mut bytes[2..];
        // It fits, hence the write cannot fail.
        let _ = write!(text, r#"42["offset","{PREFIX}{number}"]"#);
        let left = text.len();
        let length = Self::CAPACITY - left;
        // A final text frame of fewer than 126 bytes.
        bytes[0] = 0x81;
        bytes[1] = (length - 2) as u8;
        Self { bytes, length }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Reads the offset that a client sends back.
pub(super) fn parse_offset(text: &str) -> Option<u64> {
    text.strip_prefix(PREFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use kith_wire::socketio::Packet;
    use kith_wire::websocket::Header;

    use super::super::frame::Frame;
    use super::*;

    fn sent(recovery: &mut Recovery, length: usize) -> u64 {
        let number = recovery.number();
        recovery.sent(Queued::durable(Frame::engine_binary(&vec![0; length]), number));
        number
    }

    fn numbers(replay: Option<VecDeque<Queued>>) -> Option<Vec<u64>> {
        replay.map(|replay| replay.iter().filter_map(Queued::number).collect())
    }

    #[test]
    fn exactly_what_came_after_the_offset_is_repeated() {
        let mut recovery = Recovery::default();
        for _ in 0..5 {
            sent(&mut recovery, 10);
        }
        assert_eq!(numbers(recovery.resume(3)), Some(vec![4, 5]));
        // It was handed out, to be queued and sent again.
        assert_eq!(numbers(recovery.resume(3)), Some(vec![]));
        assert_eq!(numbers(recovery.resume(2)), None);
        assert_eq!(numbers(recovery.resume(6)), None);
    }

    #[test]
    fn a_pong_confirms_what_came_before_its_ping() {
        let mut recovery = Recovery::default();
        sent(&mut recovery, 10);
        recovery.pinged();
        sent(&mut recovery, 10);
        recovery.ponged();
        assert_eq!(numbers(recovery.resume(0)), None);
        assert_eq!(numbers(recovery.resume(1)), Some(vec![2]));
        recovery.pinged();
        recovery.ponged();
        assert_eq!((recovery.bytes, recovery.sent.capacity()), (0, 0));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut recovery = Recovery::default();
        for _ in 0..=MAX_FRAMES {
            sent(&mut recovery, 10);
        }
        assert_eq!(numbers(recovery.resume(0)), None);
        let mut recovery = Recovery::default();
        for _ in 0..3 {
            sent(&mut recovery, MAX_BYTES / 2 - 20);
        }
        assert!(recovery.bytes <= MAX_BYTES);
        assert_eq!(numbers(recovery.resume(1)), Some(vec![2, 3]));
    }

    #[test]
    fn a_dropped_event_ends_recovery() {
        let mut recovery = Recovery::default();
        sent(&mut recovery, 10);
        recovery.number();
        recovery.lose();
        assert_eq!(numbers(recovery.resume(1)), None);
    }

    #[test]
    fn offsets_are_read_back_and_other_strings_are_not() {
        for number in [0, 17, u64::MAX] {
            let offset = Offset::new(number);
            let header = Header::decode(offset.as_bytes()).unwrap().unwrap();
            assert_eq!(header.size + header.length as usize, offset.as_bytes().len());
            let text = std::str::from_utf8(&offset.as_bytes()[2..]).unwrap();
            let Packet::Event { args, .. } = Packet::decode(&text[1..]).unwrap() else { panic!("{text}") };
            assert_eq!(parse_offset(args.as_str().trim_matches('"')), Some(number));
        }
        for text in ["", "17", "~", "~-1", "~x", "hello"] {
            assert_eq!(parse_offset(text), None);
        }
    }
}
