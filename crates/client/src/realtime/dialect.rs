//! What texts mean: Socket.IO packets and raw frames.

use crate::Error;
use kith_api::ErrorCode;
use kith_wire::{engineio, json, raw, socketio};
use serde_json::Value;

/// How commands and events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    SocketIo,
    Raw,
}

/// What a text says.
#[derive(Debug, PartialEq)]
pub(super) enum Signal {
    /// The namespace is open.
    Ready,
    /// The namespace is refused.
    Refused { message: String, code: Option<ErrorCode> },
    /// A heartbeat that wants this answer.
    Ping(&'static str),
    /// Something happened.
    Event { name: String, data: Value },
    /// The answer to a command.
    Ack { id: u64, answer: Value },
    /// The server ends the session.
    Closed,
    /// Nothing of interest.
    Nothing,
}

impl Dialect {
    /// The text of a command that wants an acknowledgement.
    pub(super) fn command(self, id: u64, name: &str, payload: &str) -> Result<String, Error> {
        let mut out = Vec::with_capacity(payload.len() + name.len() + 32);
        match self {
            Self::SocketIo => {
                out.push(engineio::Kind::Message as u8);
                socketio::write_event(&mut out, socketio::MAIN, Some(id), name, payload, 0);
            }
            Self::Raw => raw::write_event(&mut out, raw_name(name), Some(&id.to_string()), Some(payload)),
        }
        String::from_utf8(out).map_err(Error::protocol)
    }

    /// The text that asks for the namespace.
    pub(super) fn connect(token: &str) -> Result<String, Error> {
        let auth = serde_json::json!({ "token": token }).to_string();
        let mut out = vec![engineio::Kind::Message as u8];
        socketio::write_connect(&mut out, socketio::MAIN, Some(&auth));
        String::from_utf8(out).map_err(Error::protocol)
    }

    /// Reads a text.
    pub(super) fn read(self, text: &str) -> Result<Signal, Error> {
        match self {
            Self::SocketIo => read_engine(text),
            Self::Raw => read_raw(text),
        }
    }
}

/// System D has names of its own for three commands.
fn raw_name(name: &str) -> &str {
    match name {
        "send_message" => "message",
        "mark_delivered" => "message_ack",
        "mark_read" => "message_read",
        other => other,
    }
}

fn read_engine(text: &str) -> Result<Signal, Error> {
    use engineio::{Kind, Packet};
    Ok(match Packet::from_text(text).map_err(Error::protocol)? {
        Packet::Text(Kind::Ping, _) => Signal::Ping("3"),
        Packet::Text(Kind::Close, _) => Signal::Closed,
        Packet::Text(Kind::Message, packet) => read_socket(packet)?,
        Packet::Text(..) | Packet::Binary(_) => Signal::Nothing,
    })
}

fn read_socket(packet: &str) -> Result<Signal, Error> {
    use socketio::Packet;
    Ok(match Packet::decode(packet).map_err(Error::protocol)? {
        Packet::Connect { .. } => Signal::Ready,
        Packet::Disconnect { .. } => Signal::Closed,
        Packet::ConnectError { data, .. } => {
            let data: Value = serde_json::from_str(data).map_err(Error::protocol)?;
            Signal::Refused {
                message: data["message"].as_str().unwrap_or("refused").to_owned(),
                code: serde_json::from_value(data["data"]["code"].clone()).ok(),
            }
        }
        Packet::Event { name, args, .. } => Signal::Event { name: name.into_owned(), data: first(args)? },
        Packet::Ack { id, args, .. } => Signal::Ack { id, answer: first(args)? },
    })
}

fn first(args: socketio::Args<'_>) -> Result<Value, Error> {
    args.iter().next().map_or(Ok(Value::Null), |text| serde_json::from_str(text).map_err(Error::protocol))
}

fn read_raw(text: &str) -> Result<Signal, Error> {
    let mut scanner = json::Scanner::new(text);
    scanner.value().map_err(Error::protocol)?;
    let mut frame: Value = serde_json::from_str(text).map_err(Error::protocol)?;
    Ok(match frame["type"].as_str().unwrap_or_default() {
        "ack" => match frame["id"].as_u64() {
            Some(id) => Signal::Ack { id, answer: frame },
            None => Signal::Nothing,
        },
        "pong" | "" => Signal::Nothing,
        name => Signal::Event { name: name.to_owned(), data: frame["data"].take() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn commands_have_a_name_in_each_dialect() {
        let payload = r#"{"content":"hi"}"#;
        assert_eq!(
            Dialect::SocketIo.command(7, "send_message", payload).unwrap(),
            r#"427["send_message",{"content":"hi"}]"#
        );
        assert_eq!(
            Dialect::Raw.command(7, "send_message", payload).unwrap(),
            r#"{"type":"message","id":7,"data":{"content":"hi"}}"#
        );
        assert_eq!(Dialect::connect("a.b").unwrap(), r#"40{"token":"a.b"}"#);
    }

    #[test]
    fn socket_io_packets_are_read() {
        let read = |text| Dialect::SocketIo.read(text).unwrap();
        assert_eq!(read(r#"40{"sid":"x"}"#), Signal::Ready);
        assert_eq!(read("2"), Signal::Ping("3"));
        assert_eq!(read("6"), Signal::Nothing);
        assert_eq!(read("41"), Signal::Closed);
        assert_eq!(
            read(r#"42["new_message",{"seq":1},"offset"]"#),
            Signal::Event { name: "new_message".into(), data: json!({ "seq": 1 }) }
        );
        assert_eq!(
            read(r#"437[{"success":true}]"#),
            Signal::Ack { id: 7, answer: json!({ "success": true }) }
        );
        assert_eq!(
            read(r#"44{"message":"no","data":{"code":"token_expired"}}"#),
            Signal::Refused { message: "no".into(), code: Some(ErrorCode::TokenExpired) }
        );
    }

    #[test]
    fn raw_frames_are_read() {
        let read = |text: &str| Dialect::Raw.read(text).unwrap();
        assert_eq!(
            read(r#"{"type":"presence","data":{"status":"away"}}"#),
            Signal::Event { name: "presence".into(), data: json!({ "status": "away" }) }
        );
        let ack = json!({ "type": "ack", "id": 7, "success": true });
        assert_eq!(read(&ack.to_string()), Signal::Ack { id: 7, answer: ack });
        assert_eq!(read(r#"{"type":"pong"}"#), Signal::Nothing);
    }
}
