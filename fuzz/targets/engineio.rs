//! Engine.IO packets and payloads: what is read can be written again and reads the same.
#![no_main]

use kith_wire::engineio::{Packet, packets};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Packet::from_text(text);
    let Ok(read) = packets(text).collect::<Result<Vec<_>, _>>() else { return };
    let mut payload = Vec::new();
    read.iter().for_each(|packet| packet.write_payload(&mut payload));
    let payload = String::from_utf8(payload).expect("payloads are text");
    assert_eq!(packets(&payload).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&read));
});
