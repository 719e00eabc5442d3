//! Raw WebSocket frames: JSON text `{"type": "...", "id"?: any, "data"?: any}` in both directions.

use std::borrow::Cow;

use crate::json::{self, Scanner};

/// A frame from a client, borrowed from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The command.
    pub kind: Cow<'a, str>,
    /// JSON that the acknowledgement repeats.
    pub id: Option<&'a str>,
    /// JSON.
    pub data: Option<&'a str>,
}

/// The frame is not what the protocol says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Not an object with a text `type`, or a key is there twice.
    #[error("not an object with a type")]
    Shape,
    /// Not JSON.
    #[error(transparent)]
    Json(#[from] json::Malformed),
}

impl<'a> Frame<'a> {
    /// Reads one frame. Unknown keys are ignored.
    ///
    /// # Errors
    /// [`Malformed`], upon which the connection is closed with 4400.
    pub fn decode(text: &'a str) -> Result<Self, Malformed> {
        let mut scanner = Scanner::new(text);
        let (mut kind, mut id, mut data) = (None, None, None);
        if !scanner.take(b'{') {
            return Err(Malformed::Shape);
        }
        if !scanner.take(b'}') {
            loop {
                let key = scanner.string()?;
                scanner.expect(b':')?;
                let twice = match &*key {
                    "type" if scanner.peek() != Some(b'"') => true,
                    "type" => kind.replace(scanner.string()?).is_some(),
                    "id" => id.replace(scanner.value()?).is_some(),
                    "data" => data.replace(scanner.value()?).is_some(),
                    _ => {
                        scanner.value()?;
                        false
                    }
                };
                if twice {
                    return Err(Malformed::Shape);
                }
                if !scanner.take(b',') {
                    break;
                }
            }
            scanner.expect(b'}')?;
        }
        scanner.end()?;
        Ok(Self { kind: kind.ok_or(Malformed::Shape)?, id, data })
    }
}

/// Appends `{"type":name,"data":payload}`; `id` and `payload` are JSON text and left out if absent.
pub fn write_event(out: &mut Vec<u8>, name: &str, id: Option<&str>, payload: Option<&str>) {
    out.extend_from_slice(br#"{"type":"#);
    json::write_string(out, name);
    for (key, value) in [(r#","id":"#, id), (r#","data":"#, payload)] {
        if let Some(value) = value {
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(value.as_bytes());
        }
    }
    out.push(b'}');
}

/// Appends `{"type":"ack","id":…` and the members of `answer`, a JSON object such as `{"success":true,"data":…}`.
pub fn write_ack(out: &mut Vec<u8>, id: &str, answer: &str) {
    out.extend_from_slice(br#"{"type":"ack","id":"#);
    out.extend_from_slice(id.as_bytes());
    let members = answer.trim_ascii().strip_prefix('{').unwrap_or("}");
    if !members.trim_ascii_start().starts_with('}') {
        out.push(b',');
    }
    out.extend_from_slice(members.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn frames_are_read() {
        let frame = Frame::decode(r#" {"data":{"x":[1]},"more":[{}],"id":"a7","type":"message"} "#).unwrap();
        assert_eq!(frame, Frame { kind: "message".into(), id: Some(r#""a7""#), data: Some(r#"{"x":[1]}"#) });
        assert_eq!(
            Frame::decode(r#"{"type":"p\u0069ng"}"#).unwrap(),
            Frame { kind: "ping".into(), id: None, data: None }
        );
    }

    #[test]
    fn bad_frames_are_refused() {
        for text in ["", "{}", "[]", "null", r#"{"type":5}"#, r#"{"data":1}"#, r#"{"type":"a","type":"b"}"#] {
            assert_eq!(Frame::decode(text), Err(Malformed::Shape), "{text}");
        }
        let nested = format!(r#"{{"type":"a","data":{}"#, "[".repeat(1_000_000));
        for text in
            [r#"{"type":"a""#, r#"{"type":"a",}"#, r#"{"type":"a"}x"#, r#"{"type":"a","data":01}"#, &nested]
        {
            assert!(
                matches!(Frame::decode(text), Err(Malformed::Json(_))),
                "{}",
                &text[..text.len().min(30)]
            );
        }
    }

    #[test]
    fn acknowledgements_take_the_members_of_the_answer() {
        let ack = |answer: &str| {
            let mut out = Vec::new();
            write_ack(&mut out, "7", answer);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(ack(r#"{"success":true,"data":{}}"#), r#"{"type":"ack","id":7,"success":true,"data":{}}"#);
        assert_eq!(ack("{}"), r#"{"type":"ack","id":7}"#);
    }

    proptest! {
        #[test]
        fn frames_round_trip(kind in any::<String>(), id in prop::option::of(any::<i32>()), data in prop::option::of(".*")) {
            let id = id.map(|id| id.to_string());
            let data = data.map(|data| serde_json::to_string(&data).unwrap());
            let mut out = Vec::new();
            write_event(&mut out, &kind, id.as_deref(), data.as_deref());
            let text = String::from_utf8(out).unwrap();
            prop_assert_eq!(
                Frame::decode(&text).unwrap(),
                Frame { kind: kind.into(), id: id.as_deref(), data: data.as_deref() }
            );
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Frame::decode(&text);
        }
    }
}
