//! WebSocket frames: however the stream is cut, the same messages come out, and little is kept.
#![no_main]

use kith_wire::websocket::{Decoder, Message, Opcode, Role, Violation, write_frame};
use libfuzzer_sys::fuzz_target;

const MAX_MESSAGE: usize = 4096;

/// All messages, as text that can be compared, and how the stream ended.
fn decode<'a>(role: Role, pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<String>, Option<Violation>) {
    let mut decoder = Decoder::new(role, MAX_MESSAGE);
    let mut messages = Vec::new();
    for piece in pieces {
        let (mut piece, mut at) = (piece.to_vec(), 0);
        loop {
            match decoder.next(&mut piece, &mut at) {
                Ok(Some(message)) => {
                    if let Message::Text(text) = message {
                        assert!(text.len() <= MAX_MESSAGE);
                    }
                    messages.push(format!("{message:?}"));
                }
                Ok(None) => break,
                Err(violation) => return (messages, Some(violation)),
            }
        }
        assert_eq!(at, piece.len());
    }
    (messages, None)
}

fuzz_target!(|data: &[u8]| {
    let [first, stream @ ..] = data else { return };
    let role = if first & 1 == 0 { Role::Server } else { Role::Client };
    let cut = usize::from(first >> 1).max(1);
    let whole = decode(role, std::iter::once(stream));
    assert_eq!(whole, decode(role, stream.chunks(cut)));
    // What one end writes the other reads.
    let mask = (role == Role::Server).then_some([*first, 1, 2, 3]);
    let mut frame = Vec::new();
    write_frame(&mut frame, Opcode::Binary, &stream[..stream.len().min(MAX_MESSAGE)], mask);
    assert_eq!(decode(role, frame.chunks(cut)).1, None);
});
