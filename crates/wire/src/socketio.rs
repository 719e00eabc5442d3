//! Socket.IO, protocol version 5, with the built-in parser: what stands in an Engine.IO `message`.
//!
//! `<type>[<attachments>-][<namespace>,][<id>][<JSON>]`, then one binary message for each attachment.

use std::borrow::Cow;

use crate::json::{self, Scanner, Values};

/// Most binary attachments of one packet.
pub const MAX_ATTACHMENTS: u8 = 10;

/// Largest acknowledgement id: what a JavaScript number holds exactly.
pub const MAX_ID: u64 = (1 << 53) - 1;

/// The namespace that every client has.
pub const MAIN: &str = "/";

/// Event names that clients may not send, because libraries emit them themselves.
pub const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// The packet breaks the protocol; the connection must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The first character names no packet type.
    #[error("unknown Socket.IO packet type")]
    Type,
    /// The count of attachments is missing, not a number, or above [`MAX_ATTACHMENTS`].
    #[error("bad count of attachments")]
    Attachments,
    /// The placeholders in the payload do not name each attachment.
    #[error("placeholders do not match the attachments")]
    Placeholders,
    /// The acknowledgement id is missing, out of range, or where none belongs.
    #[error("bad acknowledgement id")]
    Id,
    /// The payload has the wrong shape for the packet type.
    #[error("bad payload")]
    Payload,
    /// The event name is reserved.
    #[error("reserved event name")]
    Reserved,
    /// The payload is not JSON.
    #[error(transparent)]
    Json(#[from] json::Malformed),
}

/// The arguments of an event or acknowledgement: a checked, comma-separated list of JSON values, without brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Args<'a>(&'a str);

impl<'a> Args<'a> {
    /// The list as text, without brackets.
    #[must_use]
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// Each argument as JSON text.
    #[must_use]
    pub fn iter(self) -> Values<'a> {
        Values::new(self.0)
    }
}

/// One packet, borrowed from the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The client asks for a namespace, or the server grants it.
    Connect {
        /// Begins with a slash.
        namespace: &'a str,
        /// A JSON object.
        data: Option<&'a str>,
    },
    /// One side leaves a namespace.
    Disconnect {
        /// Begins with a slash.
        namespace: &'a str,
    },
    /// An event.
    Event {
        /// Begins with a slash.
        namespace: &'a str,
        /// Present when an acknowledgement is wanted.
        id: Option<u64>,
        /// Never a reserved one.
        name: Cow<'a, str>,
        /// What follows the name.
        args: Args<'a>,
        /// How many binary messages follow.
        attachments: u8,
    },
    /// The answer to an event.
    Ack {
        /// Begins with a slash.
        namespace: &'a str,
        /// The id of the event.
        id: u64,
        /// Its arguments.
        args: Args<'a>,
        /// How many binary messages follow.
        attachments: u8,
    },
    /// The server refuses a namespace.
    ConnectError {
        /// Begins with a slash.
        namespace: &'a str,
        /// A JSON object or string.
        data: &'a str,
    },
}

impl<'a> Packet<'a> {
    /// Reads one packet.
    ///
    /// # Errors
    /// [`Malformed`], for which the protocol demands that the connection be closed.
    pub fn decode(text: &'a str) -> Result<Self, Malformed> {
        let (kind, rest) = match text.as_bytes().first() {
            Some(kind @ b'0'..=b'6') => (*kind, &text[1..]),
            _ => return Err(Malformed::Type),
        };
        let (attachments, rest) = if matches!(kind, b'5' | b'6') { attachments(rest)? } else { (0, rest) };
        let (namespace, rest) = namespace(rest);
        let (id, payload) = id(rest)?;
        if id.is_some() && !matches!(kind, b'2' | b'3' | b'5' | b'6') {
            return Err(Malformed::Id);
        }
        match kind {
            b'0' => Ok(Self::Connect { namespace, data: object(payload)? }),
            b'1' if payload.is_empty() => Ok(Self::Disconnect { namespace }),
            b'2' | b'5' => {
                let (name, args) = event(payload)?;
                check_placeholders(payload, attachments)?;
                Ok(Self::Event { namespace, id, name, args, attachments })
            }
            b'3' | b'6' => {
                let args = ack(payload)?;
                check_placeholders(payload, attachments)?;
                Ok(Self::Ack { namespace, id: id.ok_or(Malformed::Id)?, args, attachments })
            }
            b'4' => Ok(Self::ConnectError { namespace, data: refusal(payload)? }),
            _ => Err(Malformed::Payload),
        }
    }
}

fn attachments(text: &str) -> Result<(u8, &str), Malformed> {
    let (count, rest) = text.split_once('-').ok_or(Malformed::Attachments)?;
    // `parse` would take a sign as well.
    if !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::Attachments);
    }
    match count.parse() {
        Ok(count) if count <= MAX_ATTACHMENTS => Ok((count, rest)),
        _ => Err(Malformed::Attachments),
    }
}

fn namespace(text: &str) -> (&str, &str) {
    if text.starts_with('/') { text.split_once(',').unwrap_or((text, "")) } else { (MAIN, text) }
}

fn id(text: &str) -> Result<(Option<u64>, &str), Malformed> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (id, rest) = text.split_at(digits);
    if id.is_empty() {
        return Ok((None, rest));
    }
    match id.parse() {
        Ok(id) if id <= MAX_ID => Ok((Some(id), rest)),
        _ => Err(Malformed::Id),
    }
}

fn object(payload: &str) -> Result<Option<&str>, Malformed> {
    if payload.is_empty() {
        return Ok(None);
    }
    let mut scanner = Scanner::new(payload);
    if scanner.peek() != Some(b'{') {
        return Err(Malformed::Payload);
    }
    let data = scanner.value()?;
    scanner.end()?;
    Ok(Some(data))
}

fn refusal(payload: &str) -> Result<&str, Malformed> {
    let mut scanner = Scanner::new(payload);
    if !matches!(scanner.peek(), Some(b'{' | b'"')) {
        return Err(Malformed::Payload);
    }
    let data = scanner.value()?;
    scanner.end()?;
    Ok(data)
}

/// A number is a name too, as the reference implementation has it.
fn event(payload: &str) -> Result<(Cow<'_, str>, Args<'_>), Malformed> {
    let mut scanner = Scanner::new(payload);
    if !scanner.take(b'[') {
        return Err(Malformed::Payload);
    }
    let name = match scanner.peek() {
        Some(b'"') => scanner.string()?,
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(scanner.value()?),
        _ => return Err(Malformed::Payload),
    };
    if RESERVED.contains(&&*name) {
        return Err(Malformed::Reserved);
    }
    let args = if scanner.take(b',') { elements(&mut scanner)? } else { Args::default() };
    scanner.expect(b']')?;
    scanner.end()?;
    Ok((name, args))
}

fn ack(payload: &str) -> Result<Args<'_>, Malformed> {
    let mut scanner = Scanner::new(payload);
    if !scanner.take(b'[') {
        return Err(Malformed::Payload);
    }
    let args = if scanner.peek() == Some(b']') { Args::default() } else { elements(&mut scanner)? };
    scanner.expect(b']')?;
    scanner.end()?;
    Ok(args)
}

/// One or more values with commas between them.
fn elements<'a>(scanner: &mut Scanner<'a>) -> Result<Args<'a>, Malformed> {
    let list = scanner.rest();
    loop {
        scanner.value()?;
        let length = list.len() - scanner.rest().len();
        if !scanner.take(b',') {
            return Ok(Args(list[..length].trim_ascii_start()));
        }
    }
}

/// Each attachment must be named by exactly one placeholder, anywhere in the payload.
///
/// The payload was checked before, so a brace followed by one of the two keys is an object and never part of a
/// string: inside a string the quote would be escaped.
fn check_placeholders(payload: &str, attachments: u8) -> Result<(), Malformed> {
    if attachments == 0 {
        return Ok(());
    }
    let mut seen = 0_u16;
    for (at, _) in payload.match_indices('{') {
        if let Some(number) = placeholder(&payload[at..]) {
            let bit = if number < attachments { 1_u16 << number } else { 0 };
            if bit == 0 || seen & bit != 0 {
                return Err(Malformed::Placeholders);
            }
            seen |= bit;
        }
    }
    if seen == (1 << attachments) - 1 { Ok(()) } else { Err(Malformed::Placeholders) }
}

/// The number of `{"_placeholder":true,"num":n}`, whose keys may come in either order.
fn placeholder(text: &str) -> Option<u8> {
    let mut scanner = Scanner::new(text);
    let (mut marked, mut number) = (false, None);
    scanner.expect(b'{').ok()?;
    for key in 0..2 {
        if key == 1 {
            scanner.expect(b',').ok()?;
        }
        match &*scanner.string().ok()? {
            "_placeholder" => {
                scanner.expect(b':').ok()?;
                marked = scanner.value().ok()? == "true";
            }
            "num" => {
                scanner.expect(b':').ok()?;
                number = Some(scanner.value().ok()?.parse().unwrap_or(u8::MAX));
            }
            _ => return None,
        }
    }
    scanner.expect(b'}').ok()?;
    number.filter(|_| marked)
}

/// Appends `<type>[<attachments>-][<namespace>,][<id>]`, everything before the payload.
fn write_head(out: &mut Vec<u8>, kind: u8, attachments: usize, namespace: &str, id: Option<u64>) {
    out.push(kind);
    if attachments > 0 {
        out.extend_from_slice(attachments.to_string().as_bytes());
        out.push(b'-');
    }
    if namespace != MAIN {
        out.extend_from_slice(namespace.as_bytes());
        out.push(b',');
    }
    if let Some(id) = id {
        out.extend_from_slice(id.to_string().as_bytes());
    }
}

/// Appends a CONNECT packet; `data` is a JSON object.
pub fn write_connect(out: &mut Vec<u8>, namespace: &str, data: Option<&str>) {
    write_head(out, b'0', 0, namespace, None);
    out.extend_from_slice(data.unwrap_or_default().as_bytes());
}

/// Appends a CONNECT_ERROR packet; `data` is a JSON object.
pub fn write_connect_error(out: &mut Vec<u8>, namespace: &str, data: &str) {
    write_head(out, b'4', 0, namespace, None);
    out.extend_from_slice(data.as_bytes());
}

/// Appends a DISCONNECT packet.
pub fn write_disconnect(out: &mut Vec<u8>, namespace: &str) {
    write_head(out, b'1', 0, namespace, None);
}

/// Appends an EVENT, or a BINARY_EVENT if there are attachments; `args` is a JSON list without brackets.
pub fn write_event(
    out: &mut Vec<u8>,
    namespace: &str,
    id: Option<u64>,
    name: &str,
    args: &str,
    attachments: usize,
) {
    write_head(out, if attachments > 0 { b'5' } else { b'2' }, attachments, namespace, id);
    out.push(b'[');
    json::write_string(out, name);
    if !args.is_empty() {
        out.push(b',');
        out.extend_from_slice(args.as_bytes());
    }
    out.push(b']');
}

/// Appends an ACK, or a BINARY_ACK if there are attachments; `args` is a JSON list without brackets.
pub fn write_ack(out: &mut Vec<u8>, namespace: &str, id: u64, args: &str, attachments: usize) {
    write_head(out, if attachments > 0 { b'6' } else { b'3' }, attachments, namespace, Some(id));
    out.push(b'[');
    out.extend_from_slice(args.as_bytes());
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn args(text: &str) -> Args<'_> {
        Args(text)
    }

    #[test]
    fn the_examples_of_the_protocol_document() {
        let admin = "/admin";
        let cases = [
            ("0", Packet::Connect { namespace: MAIN, data: None }),
            (
                r#"0/admin,{"sid":"oSO0OpakMV_3jnilAAAA"}"#,
                Packet::Connect { namespace: admin, data: Some(r#"{"sid":"oSO0OpakMV_3jnilAAAA"}"#) },
            ),
            (
                r#"4{"message":"Not authorized"}"#,
                Packet::ConnectError { namespace: MAIN, data: r#"{"message":"Not authorized"}"# },
            ),
            (
                r#"2["foo"]"#,
                Packet::Event {
                    namespace: MAIN,
                    id: None,
                    name: "foo".into(),
                    args: args(""),
                    attachments: 0,
                },
            ),
            (
                r#"2/admin,["bar"]"#,
                Packet::Event {
                    namespace: admin,
                    id: None,
                    name: "bar".into(),
                    args: args(""),
                    attachments: 0,
                },
            ),
            (
                r#"51-["baz",{"_placeholder":true,"num":0}]"#,
                Packet::Event {
                    namespace: MAIN,
                    id: None,
                    name: "baz".into(),
                    args: args(r#"{"_placeholder":true,"num":0}"#),
                    attachments: 1,
                },
            ),
            (
                r#"52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
                Packet::Event {
                    namespace: admin,
                    id: None,
                    name: "baz".into(),
                    args: args(r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#),
                    attachments: 2,
                },
            ),
            (
                r#"212["foo"]"#,
                Packet::Event {
                    namespace: MAIN,
                    id: Some(12),
                    name: "foo".into(),
                    args: args(""),
                    attachments: 0,
                },
            ),
            (
                r#"3/admin,13["bar"]"#,
                Packet::Ack { namespace: admin, id: 13, args: args(r#""bar""#), attachments: 0 },
            ),
            (
                r#"61-15["bar",{"_placeholder":true,"num":0}]"#,
                Packet::Ack {
                    namespace: MAIN,
                    id: 15,
                    args: args(r#""bar",{"_placeholder":true,"num":0}"#),
                    attachments: 1,
                },
            ),
            ("1", Packet::Disconnect { namespace: MAIN }),
            ("1/admin,", Packet::Disconnect { namespace: admin }),
        ];
        for (text, packet) in cases {
            assert_eq!(Packet::decode(text).as_ref(), Ok(&packet), "{text}");
            assert_eq!(encode(&packet), text);
        }
    }

    fn encode(packet: &Packet<'_>) -> String {
        let mut out = Vec::new();
        match packet {
            Packet::Connect { namespace, data } => write_connect(&mut out, namespace, *data),
            Packet::Disconnect { namespace } => write_disconnect(&mut out, namespace),
            Packet::Event { namespace, id, name, args, attachments } => {
                write_event(&mut out, namespace, *id, name, args.as_str(), usize::from(*attachments));
            }
            Packet::Ack { namespace, id, args, attachments } => {
                write_ack(&mut out, namespace, *id, args.as_str(), usize::from(*attachments));
            }
            Packet::ConnectError { namespace, data } => write_connect_error(&mut out, namespace, data),
        }
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_namespace_needs_no_comma_when_nothing_follows() {
        assert_eq!(Packet::decode("0/custom"), Ok(Packet::Connect { namespace: "/custom", data: None }));
        assert_eq!(Packet::decode("1/custom"), Ok(Packet::Disconnect { namespace: "/custom" }));
        assert_eq!(Packet::decode("0/,{}"), Ok(Packet::Connect { namespace: "/", data: Some("{}") }));
    }

    #[test]
    fn hostile_packets_are_refused() {
        let nested = format!("2[\"a\",{}", "[".repeat(1_000_000));
        let cases = [
            ("", Malformed::Type),
            ("7", Malformed::Type),
            ("abc", Malformed::Type),
            ("2", Malformed::Payload),
            ("2{}", Malformed::Payload),
            ("2[]", Malformed::Payload),
            ("2[null]", Malformed::Payload),
            (r#"2[{"toString":1}]"#, Malformed::Payload),
            (r#"2abc["a"]"#, Malformed::Payload),
            (r#"2["connect"]"#, Malformed::Reserved),
            (r#"2["disconnect","x"]"#, Malformed::Reserved),
            (r#"2["\u0063onnect"]"#, Malformed::Reserved),
            (r#"29007199254740992["a"]"#, Malformed::Id),
            (r#"299999999999999999999["a"]"#, Malformed::Id),
            (r#"3["a"]"#, Malformed::Id),
            ("3{}", Malformed::Payload),
            (r#"3/a,1"x""#, Malformed::Payload),
            ("012", Malformed::Id),
            ("0[]", Malformed::Payload),
            (r#"0"x""#, Malformed::Payload),
            ("1{}", Malformed::Payload),
            ("4", Malformed::Payload),
            ("4[]", Malformed::Payload),
            (r#"5["a"]"#, Malformed::Attachments),
            (r#"51["a"]"#, Malformed::Attachments),
            (r#"5-["a"]"#, Malformed::Attachments),
            (r#"5+1-["a"]"#, Malformed::Attachments),
            (r#"511-["a"]"#, Malformed::Attachments),
            (r#"51000000-["a"]"#, Malformed::Attachments),
            (r#"51-["a"]"#, Malformed::Placeholders),
            (r#"51-["a",{"_placeholder":true,"num":1}]"#, Malformed::Placeholders),
            (r#"51-["a",{"_placeholder":true,"num":-1}]"#, Malformed::Placeholders),
            (r#"51-["a",{"_placeholder":true,"num":256}]"#, Malformed::Placeholders),
            (r#"51-["a",{"_placeholder":true}]"#, Malformed::Placeholders),
            (r#"51-["a",{"_placeholder":false,"num":0}]"#, Malformed::Placeholders),
            (r#"51-["a","{\"_placeholder\":true,\"num\":0}"]"#, Malformed::Placeholders),
            (r#"52-["a",{"_placeholder":true,"num":0}]"#, Malformed::Placeholders),
            (
                r#"51-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]"#,
                Malformed::Placeholders,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Packet::decode(text), Err(expected), "{text}");
        }
        for text in [r#"2["a""#, r#"2["a",]"#, r#"2["a"]]"#, r#"2["a"] x"#, "0{", "0{}x", &nested] {
            assert!(
                matches!(Packet::decode(text), Err(Malformed::Json(_))),
                "{}",
                &text[..text.len().min(20)]
            );
        }
    }

    #[test]
    fn unusual_but_allowed() {
        assert!(Packet::decode(r#"50-["a"]"#).is_ok());
        assert!(Packet::decode("30[]").is_ok());
        assert!(matches!(Packet::decode("2[5,1]"), Ok(Packet::Event { name, .. }) if name == "5"));
        let Ok(Packet::Event { name, args, .. }) = Packet::decode("2 [ \"a\\nb\" , 1 , [ 2 ] ] ") else {
            panic!()
        };
        assert_eq!((&*name, args.as_str(), args.iter().count()), ("a\nb", "1 , [ 2 ]", 2));
        for order in [r#"{"num":0,"_placeholder":true}"#, r#"{ "_placeholder" : true , "num" : 0 }"#] {
            assert!(Packet::decode(&format!(r#"51-["a",[{{"x":{order}}}]]"#)).is_ok(), "{order}");
        }
    }

    fn payloads() -> impl Strategy<Value = String> {
        prop_oneof![Just("{}".to_owned()), Just("null".to_owned()), ".*".prop_map(|text| format!("{text:?}"))]
            .prop_filter("JSON", |text| serde_json::from_str::<serde_json::Value>(text).is_ok())
    }

    proptest! {
        #[test]
        fn events_and_acks_round_trip(
            namespace in "/[a-z0-9-]{0,8}",
            id in prop::option::of(0..=MAX_ID),
            name in any::<String>().prop_filter("reserved", |name| !RESERVED.contains(&&**name)),
            list in prop::collection::vec(payloads(), 0..4),
            attachments in 0..=MAX_ATTACHMENTS,
        ) {
            let placeholders = (0..attachments).map(|number| format!(r#"{{"_placeholder":true,"num":{number}}}"#));
            let list: Vec<_> = list.into_iter().chain(placeholders).collect();
            let text = list.join(",");
            let event = Packet::Event { namespace: &namespace, id, name: name.into(), args: args(&text), attachments };
            let encoded = encode(&event);
            prop_assert_eq!(Packet::decode(&encoded).unwrap(), event);
            prop_assert_eq!(args(&text).iter().collect::<Vec<_>>(), list);

            let ack = Packet::Ack { namespace: &namespace, id: id.unwrap_or(0), args: args(&text), attachments };
            let encoded = encode(&ack);
            prop_assert_eq!(Packet::decode(&encoded).unwrap(), ack);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-6]?[0-9]{0,3}-?(/[a-z,]*)?[0-9]*[\\[{\"]?.*") {
            if let Ok(packet) = Packet::decode(&text) {
                let encoded = encode(&packet);
                prop_assert_eq!(Packet::decode(&encoded).unwrap(), packet);
            }
        }
    }
}
