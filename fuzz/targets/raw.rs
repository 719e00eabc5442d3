//! Raw frames and the JSON scanner below them, which must judge as serde_json does.
#![no_main]

use kith_wire::json::{MAX_DEPTH, Scanner};
use kith_wire::raw::{Frame, write_ack, write_event};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

fuzz_target!(|text: &str| {
    let mut scanner = Scanner::new(text);
    let accepted = scanner.value().is_ok() && scanner.end().is_ok();
    let brackets = text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count();
    if accepted || brackets <= MAX_DEPTH as usize {
        assert_eq!(accepted, serde_json::from_str::<IgnoredAny>(text).is_ok());
    }
    let Ok(frame) = Frame::decode(text) else { return };
    assert!(accepted);
    let mut out = Vec::new();
    write_event(&mut out, &frame.kind, frame.id, frame.data);
    let written = String::from_utf8(out).expect("frames are text");
    assert_eq!(Frame::decode(&written).as_ref(), Ok(&frame));
    let mut ack = Vec::new();
    write_ack(
        &mut ack,
        frame.id.unwrap_or("null"),
        frame.data.filter(|data| data.starts_with('{')).unwrap_or("{}"),
    );
    serde_json::from_slice::<IgnoredAny>(&ack).expect("an acknowledgement is JSON");
});
