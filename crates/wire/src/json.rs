//! A scanner that checks JSON text (RFC 8259) and finds the boundaries of values without building them.
//!
//! It is iterative and keeps its nesting in one word, so a packet of a million brackets costs no memory; the
//! depth limit also keeps recursive decoders behind it safe.

use std::borrow::Cow;

/// Deepest nesting of arrays and objects that is accepted in any packet.
pub const MAX_DEPTH: u32 = 64;

/// The text is not JSON, or is nested deeper than [`MAX_DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON at byte {at}")]
pub struct Malformed {
    /// Byte offset at which the scanner gave up.
    pub at: usize,
}

/// A position in JSON text.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the first byte of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not whitespace, without taking it.
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => return Some(*byte),
            }
        }
        None
    }

    /// Takes `byte` if it is the next one that is not whitespace.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes `byte`, which must be the next one that is not whitespace.
    ///
    /// # Errors
    /// [`Malformed`] when something else is next.
    pub fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed()) }
    }

    /// Nothing but whitespace may be left.
    ///
    /// # Errors
    /// [`Malformed`] when something is.
    pub fn end(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.malformed()),
        }
    }

    /// What has not been read yet.
    #[must_use]
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads a string and decodes its escapes; it borrows when there are none.
    ///
    /// # Errors
    /// [`Malformed`] when the next value is no string or has an escape that names no character.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed());
        }
        let start = self.at;
        let escaped = self.skip_string()?;
        let raw = &self.text[start..self.at];
        if escaped {
            serde_json::from_str(raw).map(Cow::Owned).map_err(|_| Malformed { at: start })
        } else {
            Ok(Cow::Borrowed(&raw[1..raw.len() - 1]))
        }
    }

    /// Checks the next value, of any type, and returns its text.
    ///
    /// # Errors
    /// [`Malformed`] when it is not JSON or nested too deep.
    pub fn value(&mut self) -> Result<&'a str, Malformed> {
        self.peek();
        let start = self.at;
        self.skip_value()?;
        Ok(&self.text[start..self.at])
    }

    /// One bit a level says whether that level is an object (1) or an array (0).
    fn skip_value(&mut self) -> Result<(), Malformed> {
        let mut objects = 0_u64;
        let mut depth = 0_u32;
        loop {
            match self.peek() {
                Some(open @ (b'[' | b'{')) => {
                    self.at += 1;
                    let object = open == b'{';
                    if self.take(if object { b'}' } else { b']' }) {
                        // An empty container is a finished value: fall through to what follows it.
                    } else {
                        if depth == MAX_DEPTH {
                            return Err(self.malformed());
                        }
                        depth += 1;
                        objects = objects << 1 | u64::from(object);
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                Some(b'"') => {
                    self.skip_string()?;
                }
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                Some(b'n') => self.literal("null")?,
                _ => return Err(self.malformed()),
            }
            // A value is finished: close what ends here, then go on to the next element.
            loop {
                if depth == 0 {
                    return Ok(());
                }
                let object = objects & 1 == 1;
                if self.take(b',') {
                    if object {
                        self.key()?;
                    }
                    break;
                }
                self.expect(if object { b'}' } else { b']' })?;
                objects >>= 1;
                depth -= 1;
            }
        }
    }

    fn key(&mut self) -> Result<(), Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed());
        }
        self.skip_string()?;
        self.expect(b':')
    }

    /// Stands on the opening quote; says whether there were escapes.
    fn skip_string(&mut self) -> Result<bool, Malformed> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        let mut escaped = false;
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    match bytes.get(at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                        Some(b'u') => {
                            let digits = bytes.get(at + 2..at + 6).ok_or(Malformed { at })?;
                            if !digits.iter().all(u8::is_ascii_hexdigit) {
                                return Err(Malformed { at });
                            }
                            at += 6;
                        }
                        _ => return Err(Malformed { at }),
                    }
                }
                None | Some(..0x20) => return Err(Malformed { at }),
                Some(_) => at += 1,
            }
        }
        self.at = at + 1;
        Ok(escaped)
    }

    fn number(&mut self) -> Result<(), Malformed> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if bytes.get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(bytes.get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(self.malformed()) } else { Ok(()) }
    }

    fn literal(&mut self, word: &str) -> Result<(), Malformed> {
        if self.rest().starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(self.malformed())
        }
    }

    fn malformed(&self) -> Malformed {
        Malformed { at: self.at }
    }
}

/// The values of a comma-separated list whose validity was checked before, such as the arguments of an event.
#[derive(Debug, Clone)]
pub struct Values<'a>(Scanner<'a>);

impl<'a> Values<'a> {
    /// `list` is the inside of a JSON array.
    #[must_use]
    pub fn new(list: &'a str) -> Self {
        Self(Scanner::new(list))
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let value = self.0.value().ok()?;
        self.0.take(b',');
        Some(value)
    }
}

/// Appends `text` as a JSON string.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    let plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
    out.push(b'"');
    if text.as_bytes().iter().all(plain) {
        out.extend_from_slice(text.as_bytes());
    } else {
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                ..0x20 => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    out.extend_from_slice(b"\\u00");
                    out.push(HEX[usize::from(byte >> 4)]);
                    out.push(HEX[usize::from(byte & 15)]);
                }
                _ => out.push(byte),
            }
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn valid(text: &str) -> bool {
        let mut scanner = Scanner::new(text);
        scanner.value().is_ok() && scanner.end().is_ok()
    }

    #[test]
    fn depth_is_limited_and_costs_nothing() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(valid(&nested(MAX_DEPTH as usize)));
        // An empty innermost container needs no level of its own.
        assert!(valid(&nested(MAX_DEPTH as usize + 1)));
        assert!(!valid(&nested(MAX_DEPTH as usize + 2)));
        assert!(!valid(&"[".repeat(1_000_000)));
        assert!(!valid(&r#"{"a":"#.repeat(1_000_000)));
    }

    #[test]
    fn agrees_with_serde_json_on_the_corners() {
        let corners = [
            "",
            " ",
            "null",
            "nul",
            "nulll",
            "true false",
            "01",
            "-",
            "-0",
            "1.",
            "1.e1",
            "1e",
            "1e+",
            "1E-07",
            ".5",
            "+1",
            "\"",
            "\"\\\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\x\"",
            "\"\u{1}\"",
            "\"\\ud800\"",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "[}",
            "{]",
            "[[]",
            "[]]",
            "\t[ 1 , { \"a\" : [ ] } ]\n",
            "\u{feff}1",
        ];
        for text in corners {
            assert_eq!(valid(text), serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn strings_borrow_unless_escaped() {
        assert!(matches!(Scanner::new("\"plain\"").string(), Ok(Cow::Borrowed("plain"))));
        assert_eq!(Scanner::new(r#" "a\u00e9\n" "#).string().unwrap(), "aé\n");
        assert!(Scanner::new(r#""\ud800""#).string().is_err());
        assert!(Scanner::new("5").string().is_err());
    }

    #[test]
    fn values_are_split_at_the_top_level() {
        let values: Vec<_> = Values::new(r#"1, "a,b" ,{"c":[1,2]},[]"#).collect();
        assert_eq!(values, ["1", r#""a,b""#, r#"{"c":[1,2]}"#, "[]"]);
        assert_eq!(Values::new("").count(), 0);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".*".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(6, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
                prop::collection::hash_map(".*", inner, 0..8).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn accepts_whatever_serde_json_writes(value in json()) {
            prop_assert!(valid(&value.to_string()));
            prop_assert!(valid(&serde_json::to_string_pretty(&value).unwrap()));
        }

        #[test]
        fn judges_damaged_text_as_serde_json_does(value in json(), at in any::<prop::sample::Index>(), with in "[\\[\\]{},:\"\\\\0-9a-z ]") {
            let mut text: Vec<char> = value.to_string().chars().collect();
            let at = at.index(text.len());
            text[at] = with.chars().next().unwrap();
            let text: String = text.into_iter().collect();
            prop_assert_eq!(valid(&text), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }

        #[test]
        fn written_strings_are_read_back(text in any::<String>()) {
            let mut out = Vec::new();
            write_string(&mut out, &text);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
