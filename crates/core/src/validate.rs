//! Rules for what people type, each with the words that say what is wrong.

use crate::{Error, Result};
use kith_api::FieldError;
use unicode_segmentation::UnicodeSegmentation;

/// Names that would shadow a route or address everybody.
const RESERVED: &[&str] =
    &["all", "available", "blocked", "device", "everyone", "here", "kith", "me", "online", "stats", "system"];

/// Most characters of a message.
pub const CONTENT_CHARS: usize = 16_384;
/// Most bytes of base64 ciphertext.
pub const ENCRYPTED_BYTES: usize = 256 * 1024;

/// Whether this can be somebody's name or address, so that looking for it makes sense. PostgreSQL refuses NUL.
pub(crate) fn can_be_name(text: &str) -> bool {
    text.len() <= ADDRESS_BYTES && !text.contains('\0')
}

/// Most bytes of an e-mail address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const ADDRESS_BYTES: usize = 254;

/// Collects what is wrong with a request, so that all of it is said at once.
#[derive(Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    pub(crate) fn check(&mut self, field: &str, valid: bool, message: &str) {
        if !valid {
            self.add(field, message);
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::fields(self.0)) }
    }

    /// Text of `least` to `most` characters without control characters other than line breaks and tabs.
    pub(crate) fn text(&mut self, field: &str, text: &str, least: usize, most: usize) {
        let chars = text.chars().count();
        if text.chars().any(|c| c == '\0') {
            self.add(field, "must not contain NUL");
        } else if chars < least || text.trim().is_empty() && least > 0 {
            self.add(
                field,
                if least > 1 {
                    format!("must be at least {least} characters")
                } else {
                    "must not be empty".into()
                },
            );
        } else if chars > most {
            self.add(field, format!("must be at most {most} characters"));
        }
    }

    /// [`Self::text`] for a field that may be absent.
    pub(crate) fn optional_text(&mut self, field: &str, text: Option<&String>, most: usize) {
        if let Some(text) = text {
            self.text(field, text, 0, most);
        }
    }

    /// A line of text to show beside a name: no line breaks either.
    pub(crate) fn line(&mut self, field: &str, text: &str, least: usize, most: usize) {
        self.text(field, text, least, most);
        self.check(field, !text.chars().any(char::is_control), "must be one line of text");
    }

    /// `[a-z0-9_.]`, 3–32 characters, given in lower case.
    pub(crate) fn username(&mut self, username: &str) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        if !(3..=32).contains(&username.chars().count()) {
            self.add("username", "must be 3 to 32 characters");
        } else if !username.chars().all(allowed) {
            self.add("username", "may only contain letters a–z, digits, _ and .");
        } else if RESERVED.contains(&username) {
            self.add("username", "is reserved");
        }
    }

    /// Something at something, without spaces (RFC 5321 leaves the rest to the mail server).
    pub(crate) fn email(&mut self, email: &str) {
        let valid = email.len() <= ADDRESS_BYTES
            && !email.chars().any(|c| c.is_whitespace() || c.is_control())
            && email.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty()
                    && domain.contains('.')
                    && !domain.starts_with('.')
                    && !domain.ends_with('.')
                    && !domain.contains('@')
            });
        self.check("email", valid, "is not an e-mail address");
    }

    /// One emoji: a single grapheme cluster with a pictographic character, at most 64 bytes (a family with skin tones
    /// has 41).
    pub(crate) fn emoji(&mut self, emoji: &str) {
        let valid = emoji.len() <= 64
            && emoji.graphemes(true).count() == 1
            && emoji.chars().any(is_pictographic)
            && !emoji.chars().any(|c| c.is_alphabetic() && !is_pictographic(c) || c.is_control());
        self.check("emoji", valid, "must be one emoji");
    }
}

/// Whether a character belongs to the emoji blocks, or makes an emoji of a digit (keycap).
fn is_pictographic(c: char) -> bool {
    matches!(c as u32,
        0x00A9 | 0x00AE | 0x203C | 0x2049 | 0x20E3 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x231A..=0x23FF
        | 0x24C2 | 0x25AA..=0x25FE | 0x2600..=0x27BF | 0x2934..=0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D
        | 0x3297 | 0x3299 | 0x1F000..=0x1FAFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(check: impl FnOnce(&mut Problems)) -> bool {
        let mut problems = Problems::default();
        check(&mut problems);
        problems.finish().is_err()
    }

    #[test]
    fn one_emoji_is_one_grapheme() {
        for emoji in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "1️⃣", "🫠", "⭐", "ℹ️", "Ⓜ️", "🅰️", "🅱️"]
        {
            assert!(!wrong(|p| p.emoji(emoji)), "{emoji}");
        }
        for text in ["", "a", "👍👍", "<b>", "1", "ab", "\u{200d}", "👍 ", " "] {
            assert!(wrong(|p| p.emoji(text)), "{text:?}");
        }
    }

    #[test]
    fn addresses_have_two_sides() {
        assert!(!wrong(|p| p.email("ada@example.org")));
        for text in ["", "ada", "@example.org", "ada@", "ada@localhost", "a b@example.org", "a@b@example.org"]
        {
            assert!(wrong(|p| p.email(text)), "{text:?}");
        }
    }

    #[test]
    fn usernames_do_not_shadow_routes() {
        assert!(!wrong(|p| p.username("ada_l.99")));
        for name in ["me", "ab", "Ada", "ada lovelace", "online", "ädä", &"a".repeat(33)] {
            assert!(wrong(|p| p.username(name)), "{name:?}");
        }
    }
}
