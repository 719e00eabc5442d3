//! WebSocket framing (RFC 6455), for both ends, without extensions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

/// Most frames that one message may be split into.
pub const MAX_FRAGMENTS: u16 = 1024;

/// Longest header: two bytes, a 64-bit length and a mask.
pub const MAX_HEADER: usize = 14;

/// Longest payload of a control frame.
pub const MAX_CONTROL: usize = 125;

/// The type of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// Goes on with the message that an earlier frame began.
    Continuation = 0,
    /// UTF-8.
    Text = 1,
    /// Bytes.
    Binary = 2,
    /// The end of the connection.
    Close = 8,
    /// Wants a pong.
    Ping = 9,
    /// Answers a ping.
    Pong = 10,
}

impl Opcode {
    fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    fn is_control(self) -> bool {
        self as u8 >= 8
    }
}

/// Which end of the connection reads. Frames of clients are masked, frames of servers are not (section 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Reads frames of a client.
    Server,
    /// Reads frames of a server.
    Client,
}

/// The peer broke the protocol or a limit; the connection must be closed with [`Violation::close_code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A frame that the protocol forbids, with what is wrong.
    #[error("protocol error: {0}")]
    Protocol(&'static str),
    /// A text or a close reason that is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// A message above the limit.
    #[error("message too large")]
    TooLarge,
    /// A message in more than [`MAX_FRAGMENTS`] frames.
    #[error("too many fragments")]
    Fragments,
}

impl Violation {
    /// The close code of section 7.4.1.
    #[must_use]
    pub fn close_code(self) -> u16 {
        match self {
            Self::Protocol(_) => 1002,
            Self::Utf8 => 1007,
            Self::Fragments => 1008,
            Self::TooLarge => 1009,
        }
    }
}

/// The header of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the last frame of its message.
    pub fin: bool,
    /// Its type.
    pub opcode: Opcode,
    /// The key, if the payload is masked.
    pub mask: Option<[u8; 4]>,
    /// Bytes of payload.
    pub length: u64,
    /// Bytes of the header itself.
    pub size: usize,
}

impl Header {
    /// Bytes of header and payload.
    fn frame_size(&self) -> usize {
        self.size + self.length as usize
    }

    /// Reads a header from the beginning of `bytes`, `None` if it is not complete.
    ///
    /// # Errors
    /// [`Violation::Protocol`] for what section 5.2 and 5.5 forbid.
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, Violation> {
        let &[first, second, ..] = bytes else { return Ok(None) };
        if first & 0x70 != 0 {
            return Err(Violation::Protocol("reserved bit without an extension"));
        }
        let opcode = Opcode::from_bits(first & 0x0f).ok_or(Violation::Protocol("unknown opcode"))?;
        let fin = first & 0x80 != 0;
        if opcode.is_control() && !(fin && second & 0x7f <= MAX_CONTROL as u8) {
            return Err(Violation::Protocol("control frame fragmented or too long"));
        }
        let (length, mut size) = match second & 0x7f {
            126 => match bytes.get(2..4) {
                Some(&[a, b]) => (u64::from(u16::from_be_bytes([a, b])), 4),
                _ => return Ok(None),
            },
            127 => match bytes.get(2..10).and_then(|bytes| <[u8; 8]>::try_from(bytes).ok()) {
                Some(bytes) => (u64::from_be_bytes(bytes), 10),
                None => return Ok(None),
            },
            short => (u64::from(short), 2),
        };
        if size != 2 + length_bytes(length) || length >> 63 != 0 {
            return Err(Violation::Protocol("length not in its shortest form"));
        }
        let mask = if second & 0x80 != 0 {
            let Some(mask) = bytes.get(size..size + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok())
            else {
                return Ok(None);
            };
            size += 4;
            Some(mask)
        } else {
            None
        };
        Ok(Some(Self { fin, opcode, mask, length, size }))
    }
}

fn length_bytes(length: u64) -> usize {
    match length {
        0..=125 => 0,
        126..=0xffff => 2,
        _ => 8,
    }
}

/// Appends the header of a frame that is a whole message.
pub fn write_header(out: &mut Vec<u8>, opcode: Opcode, length: usize, mask: Option<[u8; 4]>) {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    out.push(0x80 | opcode as u8);
    match length_bytes(length as u64) {
        0 => out.push(masked | length as u8),
        2 => {
            out.push(masked | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(mask.as_ref().map_or(&[], |mask| mask));
}

/// Appends a whole message as one frame, masked if `mask` is given.
pub fn write_frame(out: &mut Vec<u8>, opcode: Opcode, payload: &[u8], mask: Option<[u8; 4]>) {
    write_header(out, opcode, payload.len(), mask);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(mask) = mask {
        apply_mask(&mut out[start..], mask);
    }
}

/// Masks or unmasks (section 5.3), eight bytes at a time.
pub fn apply_mask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = payload.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= key;
    }
}

/// The value of `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (section 4.2.2).
#[must_use]
pub fn accept_key(key: &[u8]) -> String {
    let digest =
        Sha1::new().chain_update(key).chain_update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").finalize();
    STANDARD.encode(digest)
}

/// What a close frame says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close<'a> {
    /// 1000–1014 without the codes that are never sent, or 3000–4999.
    pub code: u16,
    /// For people.
    pub reason: &'a str,
}

impl<'a> Close<'a> {
    /// Reads the payload of a close frame, which may be empty (section 5.5.1).
    ///
    /// # Errors
    /// A code that must not be sent, or a reason that is not UTF-8.
    pub fn decode(payload: &'a [u8]) -> Result<Option<Self>, Violation> {
        match payload {
            [] => Ok(None),
            [a, b, reason @ ..] => {
                let code = u16::from_be_bytes([*a, *b]);
                if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                    return Err(Violation::Protocol("bad close code"));
                }
                let reason = simdutf8::basic::from_utf8(reason).map_err(|_| Violation::Utf8)?;
                Ok(Some(Self { code, reason }))
            }
            [_] => Err(Violation::Protocol("close code cut short")),
        }
    }
}

/// A whole message, or a control frame, which may stand between the frames of one.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Checked UTF-8.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
    /// Wants a pong with the same payload.
    Ping(&'a [u8]),
    /// Answers a ping.
    Pong(&'a [u8]),
    /// The peer closes.
    Close(Option<Close<'a>>),
}

/// Cuts a stream of bytes into messages.
///
/// Whole frames are unmasked where they lie and handed out without copying. Only what is incomplete is kept, so
/// an idle decoder holds one empty pointer.
#[derive(Debug)]
pub struct Decoder {
    role: Role,
    max_message: usize,
    partial: Option<Box<Partial>>,
}

/// What a decoder keeps while something is incomplete.
#[derive(Debug, Default)]
struct Partial {
    /// The beginning of a frame whose end has not come.
    frame: Vec<u8>,
    /// The message whose last fragment has not come.
    fragments: Option<Fragments>,
    /// The message that was handed out last, until the next call.
    lent: Vec<u8>,
}

#[derive(Debug)]
struct Fragments {
    opcode: Opcode,
    count: u16,
    message: Vec<u8>,
}

/// Where a finished message lies.
enum Found {
    Input { opcode: Opcode, start: usize, stop: usize },
    Lent { opcode: Opcode, start: usize },
}

impl Decoder {
    /// Messages above `max_message` bytes are refused as soon as a header announces them.
    #[must_use]
    pub fn new(role: Role, max_message: usize) -> Self {
        Self { role, max_message, partial: None }
    }

    /// Whether nothing is kept: no message has begun without having ended.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.partial.is_none()
    }

    /// Takes the next message out of `input`, starting at `at`, which moves past what was read. `None`: all of it
    /// was read, and an incomplete rest is remembered.
    ///
    /// # Errors
    /// [`Violation`], after which the connection must be closed and the decoder is of no use.
    pub fn next<'a>(
        &'a mut self,
        input: &'a mut [u8],
        at: &mut usize,
    ) -> Result<Option<Message<'a>>, Violation> {
        if let Some(partial) = &mut self.partial {
            partial.lent = Vec::new();
            if partial.frame.is_empty() && partial.fragments.is_none() {
                self.partial = None;
            }
        }
        let found = loop {
            let rest = input.get_mut(*at..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(None);
            }
            let kept = self
                .partial
                .as_deref_mut()
                .map(|partial| std::mem::take(&mut partial.frame))
                .unwrap_or_default();
            let frame = if kept.is_empty() {
                match self.header(rest)? {
                    Some(header) if header.frame_size() <= rest.len() => {
                        let (start, stop) = (*at + header.size, *at + header.frame_size());
                        *at = stop;
                        Frame { header, bytes: None, start, stop }
                    }
                    _ => {
                        self.partial.get_or_insert_default().frame = rest.to_vec();
                        *at = input.len();
                        return Ok(None);
                    }
                }
            } else {
                match self.complete(kept, rest, at)? {
                    Some(frame) => frame,
                    None => return Ok(None),
                }
            };
            if let Some(found) = self.accept(frame, input)? {
                break found;
            }
        };
        match found {
            Found::Input { opcode, start, stop } => message(opcode, &input[start..stop]),
            Found::Lent { opcode, start } => message(
                opcode,
                self.partial.as_deref().map(|partial| &partial.lent[start..]).unwrap_or_default(),
            ),
        }
        .map(Some)
    }

    /// Adds from `rest` what a kept frame lacks.
    fn complete(
        &mut self,
        mut kept: Vec<u8>,
        rest: &[u8],
        at: &mut usize,
    ) -> Result<Option<Frame>, Violation> {
        let mut taken = 0;
        loop {
            let header = self.header(&kept)?;
            let lacking = match &header {
                Some(header) => header.frame_size() - kept.len(),
                None => 1,
            };
            if let Some(header) = header
                && lacking == 0
            {
                *at += taken;
                let stop = kept.len();
                return Ok(Some(Frame { header, bytes: Some(kept), start: header.size, stop }));
            }
            let more = &rest[taken..rest.len().min(taken + lacking)];
            kept.extend_from_slice(more);
            taken += more.len();
            if more.len() < lacking {
                *at += taken;
                self.partial.get_or_insert_default().frame = kept;
                return Ok(None);
            }
        }
    }

    /// Unmasks a complete frame and joins it to its message; says where the message lies if that is complete.
    fn accept(&mut self, frame: Frame, input: &mut [u8]) -> Result<Option<Found>, Violation> {
        let Frame { header, bytes: mut kept, start, stop } = frame;
        let payload = match &mut kept {
            Some(kept) => &mut kept[start..stop],
            None => &mut input[start..stop],
        };
        if let Some(mask) = header.mask {
            apply_mask(payload, mask);
        }
        if header.fin && header.opcode != Opcode::Continuation {
            return Ok(Some(match kept {
                None => Found::Input { opcode: header.opcode, start, stop },
                Some(kept) => {
                    self.partial.get_or_insert_default().lent = kept;
                    Found::Lent { opcode: header.opcode, start }
                }
            }));
        }
        let partial = self.partial.get_or_insert_default();
        let fragments = partial.fragments.get_or_insert(Fragments {
            opcode: header.opcode,
            count: 0,
            message: Vec::new(),
        });
        fragments.count += 1;
        if fragments.count > MAX_FRAGMENTS {
            return Err(Violation::Fragments);
        }
        fragments.message.extend_from_slice(payload);
        if !header.fin {
            return Ok(None);
        }
        let Some(Fragments { opcode, message, .. }) = partial.fragments.take() else { return Ok(None) };
        partial.lent = message;
        Ok(Some(Found::Lent { opcode, start: 0 }))
    }

    /// Reads a header and checks it against the role, the limit and the message under way.
    fn header(&self, bytes: &[u8]) -> Result<Option<Header>, Violation> {
        let Some(header) = Header::decode(bytes)? else { return Ok(None) };
        if header.mask.is_some() != (self.role == Role::Server) {
            return Err(Violation::Protocol("frames of clients must be masked, frames of servers must not"));
        }
        if header.opcode.is_control() {
            return Ok(Some(header));
        }
        let under_way = self.partial.as_deref().and_then(|partial| partial.fragments.as_ref());
        if under_way.is_some() != (header.opcode == Opcode::Continuation) {
            return Err(Violation::Protocol("continuation without a message, or a message inside another"));
        }
        let so_far = under_way.map_or(0, |fragments| fragments.message.len());
        if header.length > (self.max_message - so_far) as u64 {
            return Err(Violation::TooLarge);
        }
        Ok(Some(header))
    }
}

/// A complete frame, in bytes that were kept or, if there are none, in the input.
struct Frame {
    header: Header,
    bytes: Option<Vec<u8>>,
    start: usize,
    stop: usize,
}

fn message(opcode: Opcode, payload: &[u8]) -> Result<Message<'_>, Violation> {
    match opcode {
        Opcode::Text => simdutf8::basic::from_utf8(payload).map(Message::Text).map_err(|_| Violation::Utf8),
        Opcode::Binary => Ok(Message::Binary(payload)),
        Opcode::Ping => Ok(Message::Ping(payload)),
        Opcode::Pong => Ok(Message::Pong(payload)),
        Opcode::Close => Close::decode(payload).map(Message::Close),
        // `header` lets no continuation through that does not belong to a message, which has its own opcode.
        Opcode::Continuation => Err(Violation::Protocol("continuation without a message")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_frame(&mut out, Opcode::Text, payload, Some(MASK));
        out[0] = first;
        out
    }

    /// Everything that comes out of `bytes` when they arrive in the given pieces.
    fn decode_pieces<'a>(
        pieces: impl IntoIterator<Item = &'a [u8]>,
        max: usize,
    ) -> Result<Vec<String>, Violation> {
        let mut decoder = Decoder::new(Role::Server, max);
        let mut seen = Vec::new();
        for piece in pieces {
            let (mut piece, mut at) = (piece.to_vec(), 0);
            while let Some(message) = decoder.next(&mut piece, &mut at)? {
                seen.push(format!("{message:?}"));
            }
            assert_eq!(at, piece.len());
        }
        Ok(seen)
    }

    fn decode(bytes: &[u8]) -> Result<Vec<String>, Violation> {
        decode_pieces([bytes], 1 << 20)
    }

    #[test]
    fn the_accept_key_of_the_rfc() {
        assert_eq!(accept_key(b"dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn the_frames_of_section_5_7() {
        assert_eq!(
            decode(&[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]).unwrap(),
            [r#"Text("Hello")"#]
        );
        let mut client = Decoder::new(Role::Client, 100);
        let (mut bytes, mut at) = ([0x81, 5, b'H', b'e', b'l', b'l', b'o'], 0);
        assert_eq!(client.next(&mut bytes, &mut at), Ok(Some(Message::Text("Hello"))));
        let (mut bytes, mut at) = ([0x01, 3, b'H', b'e', b'l', 0x80, 2, b'l', b'o'], 0);
        assert_eq!(client.next(&mut bytes, &mut at), Ok(Some(Message::Text("Hello"))));
    }

    #[test]
    fn lengths_take_their_shortest_form() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536, 100_000] {
            let mut out = Vec::new();
            write_frame(&mut out, Opcode::Binary, &vec![7; length], Some(MASK));
            let header = Header::decode(&out).unwrap().unwrap();
            assert_eq!((header.length, header.size + length), (length as u64, out.len()));
            assert!(out.len() - length <= MAX_HEADER);
            assert_eq!(decode(&out).unwrap().len(), 1);
        }
        let long = [0x82, 0xfe, 0, 125, 0, 0, 0, 0];
        assert!(matches!(Header::decode(&long), Err(Violation::Protocol(_))));
        assert!(matches!(
            Header::decode(&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0]),
            Err(Violation::Protocol(_))
        ));
        assert!(matches!(
            Header::decode(&[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Violation::Protocol(_))
        ));
    }

    #[test]
    fn forbidden_frames_are_refused() {
        let unmasked = [0x81, 1, b'a'];
        assert!(matches!(decode(&unmasked), Err(Violation::Protocol(_))));
        for first in [0xc1, 0xa1, 0x91, 0x83, 0x87, 0x8b, 0x8f, 0x80, 0x00, 0x09, 0x08] {
            assert!(matches!(decode(&frame(first, b"x")), Err(Violation::Protocol(_))), "{first:#x}");
        }
        assert!(matches!(decode(&frame(0x89, &[0; 126])), Err(Violation::Protocol(_))));
        let nested = [frame(0x01, b"a"), frame(0x81, b"b")].concat();
        assert!(matches!(decode(&nested), Err(Violation::Protocol(_))));
    }

    #[test]
    fn control_frames_come_between_fragments() {
        let bytes =
            [frame(0x01, b"a"), frame(0x89, b"p"), frame(0x00, b"b"), frame(0x80, b"c"), frame(0x8a, b"q")];
        assert_eq!(decode(&bytes.concat()).unwrap(), ["Ping([112])", r#"Text("abc")"#, "Pong([113])"]);
    }

    #[test]
    fn limits_hold() {
        assert_eq!(decode_pieces([&frame(0x82, &[0; 101])[..]], 100), Err(Violation::TooLarge));
        // The header alone is enough, before any payload is kept.
        assert_eq!(decode_pieces([&frame(0x82, &[0; 70_000])[..14]], 100), Err(Violation::TooLarge));
        let two = [frame(0x02, &[0; 60]), frame(0x80, &[0; 41])].concat();
        assert_eq!(decode_pieces([&two[..]], 100), Err(Violation::TooLarge));
        let mut many = frame(0x01, b"");
        (1..usize::from(MAX_FRAGMENTS) - 1).for_each(|_| many.extend(frame(0x00, b"")));
        assert_eq!(decode(&[many.clone(), frame(0x80, b"x")].concat()).unwrap(), [r#"Text("x")"#]);
        many.extend(frame(0x00, b""));
        assert_eq!(decode(&[many, frame(0x80, b"x")].concat()), Err(Violation::Fragments));
    }

    #[test]
    fn text_is_utf8() {
        assert_eq!(decode(&frame(0x81, b"\xff")), Err(Violation::Utf8));
        assert_eq!(decode(&frame(0x88, b"\x03\xe8\xff")), Err(Violation::Utf8));
        // A character may be split between fragments.
        let split = [frame(0x01, &[0xc3]), frame(0x80, &[0xa9])].concat();
        assert_eq!(decode(&split).unwrap(), [r#"Text("é")"#]);
    }

    #[test]
    fn close_codes() {
        assert_eq!(Close::decode(&[]), Ok(None));
        assert_eq!(Close::decode(b"\x03\xe8bye"), Ok(Some(Close { code: 1000, reason: "bye" })));
        for code in [0_u16, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000] {
            assert!(matches!(Close::decode(&code.to_be_bytes()), Err(Violation::Protocol(_))), "{code}");
        }
        assert!(matches!(Close::decode(&[3]), Err(Violation::Protocol(_))));
    }

    #[test]
    fn an_idle_decoder_keeps_nothing() {
        let mut decoder = Decoder::new(Role::Server, 1 << 20);
        let bytes = [frame(0x01, &[b'a'; 3000]), frame(0x80, &[b'b'; 3000])].concat();
        let (mut head, mut tail) = (bytes[..4000].to_vec(), bytes[4000..].to_vec());
        assert_eq!(decoder.next(&mut head, &mut 0), Ok(None));
        assert!(!decoder.is_idle());
        let mut at = 0;
        assert!(matches!(decoder.next(&mut tail, &mut at), Ok(Some(Message::Text(_)))));
        assert_eq!(decoder.next(&mut tail, &mut at), Ok(None));
        assert!(decoder.is_idle());
    }

    proptest! {
        #[test]
        fn messages_survive_any_cut(
            messages in prop::collection::vec((any::<bool>(), "[a-zé]{0,200}", 1..4_usize), 1..6),
            mask in any::<[u8; 4]>(),
            cut in 1..50_usize,
        ) {
            let (mut bytes, mut expected) = (Vec::new(), Vec::new());
            for (text, payload, fragments) in &messages {
                let opcode = if *text { Opcode::Text } else { Opcode::Binary };
                let pieces: Vec<_> = payload.as_bytes().chunks(payload.len().div_ceil(*fragments).max(1)).collect();
                let pieces = if pieces.is_empty() { vec![&[][..]] } else { pieces };
                for (number, piece) in pieces.iter().enumerate() {
                    let start = bytes.len();
                    write_frame(&mut bytes, if number == 0 { opcode } else { Opcode::Continuation }, piece, Some(mask));
                    if number + 1 < pieces.len() {
                        bytes[start] &= 0x7f;
                    }
                }
                expected.push(if *text { format!("{:?}", Message::Text(payload)) } else { format!("{:?}", Message::Binary(payload.as_bytes())) });
            }
            prop_assert_eq!(decode_pieces(bytes.chunks(cut), 1 << 20).unwrap(), expected.clone());
            prop_assert_eq!(decode(&bytes).unwrap(), expected);
        }

        #[test]
        fn masking_twice_changes_nothing(payload in prop::collection::vec(any::<u8>(), 0..100), mask in any::<[u8; 4]>()) {
            let mut masked = payload.clone();
            apply_mask(&mut masked, mask);
            for (index, byte) in masked.iter().enumerate() {
                prop_assert_eq!(*byte, payload[index] ^ mask[index % 4]);
            }
            apply_mask(&mut masked, mask);
            prop_assert_eq!(masked, payload);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 1..20_usize) {
            let whole = decode(&bytes);
            prop_assert_eq!(decode_pieces(bytes.chunks(cut), 1 << 20).is_ok(), whole.is_ok());
        }
    }
}
