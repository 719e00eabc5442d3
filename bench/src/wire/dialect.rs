//! The two languages that servers speak over WebSocket: Socket.IO, and JSON objects with a `type`.

/// Bytes of text in each message.
const CONTENT: usize = 100;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Socket.IO 5 over Engine.IO 4.
    SocketIo,
    /// `{"type": …, "id"?: …, "data"?: …}`.
    Raw,
}

/// What a client says first.
#[derive(Clone, Debug)]
pub(crate) struct Hello {
    /// A token, or a name for servers that ask for nothing else.
    pub(crate) token: String,
    /// The rooms to be in, for servers that know nobody's.
    pub(crate) rooms: Vec<String>,
}

/// What a text is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    /// The server will have nothing to do with this client.
    Refused,
    /// Everything is set up.
    Established,
    /// Wants a pong.
    Ping,
    /// Something that is measured.
    Arrival(Arrival<'a>),
}

/// Something that matters to a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival<'a> {
    /// A message of a conversation, with the packet's text.
    Message(&'a str),
    /// The answer to the command of this number, with the packet's text.
    Ack(u64, &'a str),
}

impl Dialect {
    /// Where the WebSocket is.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
            Self::Raw => "/ws",
        }
    }

    /// The first text that a client sends.
    pub(super) fn hello(self, hello: &Hello) -> String {
        let token = &hello.token;
        let rooms: Vec<String> = hello.rooms.iter().map(|room| format!(r#""{room}""#)).collect();
        let rooms = rooms.join(",");
        match self {
            Self::SocketIo if rooms.is_empty() => format!(r#"40{{"token":"{token}"}}"#),
            Self::SocketIo => format!(r#"40{{"token":"{token}","rooms":[{rooms}]}}"#),
            Self::Raw => format!(r#"{{"type":"hello","data":{{"token":"{token}","rooms":[{rooms}]}}}}"#),
        }
    }

    /// The text that sends message `id` to a conversation.
    pub(super) fn message(self, conversation: &str, sender: &str, id: u64, stamp: u64) -> String {
        let data = format!(
            r#"{{"conversationId":"{conversation}","clientMessageId":"{sender}-{id}","content":"k{id:016x}{stamp:016x}{:.<width$}"}}"#,
            "",
            width = CONTENT - 33,
        );
        match self {
            Self::SocketIo => format!(r#"42{id}["send_message",{data}]"#),
            Self::Raw => format!(r#"{{"type":"send_message","id":{id},"data":{data}}}"#),
        }
    }

    /// Tells texts that matter by how they begin.
    pub(super) fn read(self, text: &str) -> Option<Packet<'_>> {
        match self {
            Self::SocketIo if text.starts_with(r#"42["new_message""#) => {
                Some(Packet::Arrival(Arrival::Message(text)))
            }
            Self::SocketIo if text == "2" => Some(Packet::Ping),
            Self::SocketIo if text.starts_with("44") => Some(Packet::Refused),
            Self::SocketIo if text.starts_with(r#"42["connection:established""#) => Some(Packet::Established),
            Self::SocketIo => {
                let (id, _) = text.strip_prefix("43")?.split_once('[')?;
                Some(Packet::Arrival(Arrival::Ack(id.parse().ok()?, text)))
            }
            Self::Raw if text.starts_with(r#"{"type":"new_message""#) => {
                Some(Packet::Arrival(Arrival::Message(text)))
            }
            Self::Raw if text.starts_with(r#"{"type":"connection:established""#) => Some(Packet::Established),
            Self::Raw => {
                let (id, _) = text.strip_prefix(r#"{"type":"ack","id":"#)?.split_once(',')?;
                Some(Packet::Arrival(Arrival::Ack(id.parse().ok()?, text)))
            }
        }
    }
}

/// Whether an acknowledgement says that it was done.
pub(crate) fn is_success(ack: &str) -> bool {
    memchr::memmem::find(ack.as_bytes(), br#""success":true"#).is_some()
}

/// The number and the stamp of a message, from the text of its packet.
pub(crate) fn read_stamp(text: &str) -> Option<(u64, u64)> {
    const BEFORE: &[u8] = br#""content":"k"#;
    let at = memchr::memmem::find(text.as_bytes(), BEFORE)? + BEFORE.len();
    let field = |from: usize| u64::from_str_radix(text.get(from..from + 16)?, 16).ok();
    Some((field(at)?, field(at + 16)?))
}

/// The cursor in the text that says that a connection is established.
pub(super) fn cursor(text: &str) -> Option<String> {
    let (_, after) = text.split_once(r#""cursor":""#)?;
    after.split_once('"').map(|(cursor, _)| cursor.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_json_and_stamps_come_back() {
        for (dialect, place) in [(Dialect::SocketIo, "/1"), (Dialect::Raw, "/data")] {
            let text = dialect.message("c", "s", 77, 1_234_567);
            assert_eq!(read_stamp(&text), Some((77, 1_234_567)));
            let json = &text[text.find(['[', '{']).unwrap()..];
            let message: serde_json::Value = serde_json::from_str(json).unwrap();
            let data = message.pointer(place).unwrap();
            assert_eq!(data["content"].as_str().unwrap().len(), CONTENT);
            assert_eq!(data["clientMessageId"], "s-77");
        }
    }

    #[test]
    fn packets_that_matter_are_told_apart() {
        let message = |text| Some(Packet::Arrival(Arrival::Message(text)));
        let ack = |id, text| Some(Packet::Arrival(Arrival::Ack(id, text)));
        let (event, answer) = (r#"42["new_message",{}]"#, r#"43977[{}]"#);
        assert_eq!(Dialect::SocketIo.read(event), message(event));
        assert_eq!(Dialect::SocketIo.read(answer), ack(977, answer));
        assert_eq!(Dialect::SocketIo.read("2"), Some(Packet::Ping));
        for other in [r#"42["presence",{}]"#, r#"42["offset","x"]"#, "6", "3"] {
            assert_eq!(Dialect::SocketIo.read(other), None);
        }
        let (event, answer) = (r#"{"type":"new_message","data":{}}"#, r#"{"type":"ack","id":12,"data":{}}"#);
        assert_eq!(Dialect::Raw.read(event), message(event));
        assert_eq!(Dialect::Raw.read(answer), ack(12, answer));
        assert_eq!(Dialect::Raw.read(r#"{"type":"presence"}"#), None);
        assert!(is_success(r#"431[{"success":true,"data":{}}]"#) && !is_success(r#"431[{"success":false}]"#));
    }

    #[test]
    fn hellos_name_rooms() {
        let hello = Hello { token: "t".into(), rooms: vec!["a".into(), "b".into()] };
        assert_eq!(Dialect::SocketIo.hello(&hello), r#"40{"token":"t","rooms":["a","b"]}"#);
        let raw: serde_json::Value = serde_json::from_str(&Dialect::Raw.hello(&hello)).unwrap();
        assert_eq!(raw["data"]["rooms"][1], "b");
    }

    #[test]
    fn the_cursor_is_found() {
        let text = r#"42["connection:established",{"cursor":"e-1","pingInterval":25000}]"#;
        assert_eq!(cursor(text).as_deref(), Some("e-1"));
        assert_eq!(cursor("42[]"), None);
    }
}
