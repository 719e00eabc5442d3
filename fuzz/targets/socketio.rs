//! Socket.IO packets: what is read can be written again and reads the same, and its arguments are JSON.
#![no_main]

use kith_wire::socketio::{
    MAX_ATTACHMENTS, Packet, RESERVED, write_ack, write_connect, write_connect_error, write_disconnect,
    write_event,
};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fuzz_target!(|text: &str| {
    let Ok(packet) = Packet::decode(text) else { return };
    let mut out = Vec::new();
    match &packet {
        Packet::Connect { namespace, data } => write_connect(&mut out, namespace, *data),
        Packet::ConnectError { namespace, data } => write_connect_error(&mut out, namespace, data),
        Packet::Disconnect { namespace } => write_disconnect(&mut out, namespace),
        Packet::Event { namespace, id, name, args, attachments } => {
            assert!(*attachments <= MAX_ATTACHMENTS && !RESERVED.contains(&&**name));
            assert!(args.iter().all(is_json));
            write_event(&mut out, namespace, *id, name, args.as_str(), usize::from(*attachments));
        }
        Packet::Ack { namespace, id, args, attachments } => {
            assert!(args.iter().all(is_json));
            write_ack(&mut out, namespace, *id, args.as_str(), usize::from(*attachments));
        }
    }
    let written = String::from_utf8(out).expect("packets are text");
    assert_eq!(Packet::decode(&written).as_ref(), Ok(&packet), "{written}");
});
