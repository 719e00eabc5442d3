//! Sync cursors: opaque to clients, a point on the store's clock inside.

use crate::{Error, Result};
use kith_api::{ErrorCode, Timestamp};
use kith_db::log::Position;
use uuid::Uuid;

/// Longer than the longest transaction: what commits later than its time says is seen the next time.
pub(crate) const OVERLAP_SECONDS: i64 = 10;

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The last entry that was given out.
    pub(super) position: Position,
    /// Where the client will be once it has all pages.
    pub(super) until: Timestamp,
}

impl Cursor {
    /// Everything from `now` on, and a little before.
    pub(super) fn at(now: Timestamp) -> Self {
        let at = now.plus_seconds(-OVERLAP_SECONDS);
        Self { position: Position { at, scope_id: Uuid::nil(), version: 0 }, until: now }
    }

    /// `epoch-until` for a whole catch-up, `epoch-until-at-scope-version` between two pages of one.
    pub(super) fn write(&self, epoch: &str) -> String {
        let Position { at, scope_id, version } = self.position;
        if *self == Self::at(self.until) {
            return format!("{epoch}-{}", self.until.0);
        }
        format!("{epoch}-{}-{}-{}-{version}", self.until.0, at.0, scope_id.simple())
    }

    /// Reads a cursor; `resync` if it is from another store, too old, or ahead of the store's clock.
    pub(super) fn read(text: &str, epoch: &str, now: Timestamp, oldest: Timestamp) -> Result<Self> {
        let resync = || Error::new(ErrorCode::Resync, "The cursor is too old; load afresh.");
        let parts: Vec<&str> = text.split('-').collect();
        let time = |part: &str| part.parse().ok().map(Timestamp);
        let cursor = match parts[..] {
            [_, until] => time(until).map(Self::at),
            [_, until, at, scope, version] => {
                let position = || Some((time(at)?, Uuid::try_parse(scope).ok()?, version.parse().ok()?));
                position().zip(time(until)).map(|((at, scope_id, version), until)| Self {
                    position: Position { at, scope_id, version },
                    until,
                })
            }
            _ => None,
        };
        let cursor = cursor.ok_or_else(|| Error::field("cursor", "is not one that this server gave out"))?;
        if parts[0] != epoch || cursor.position.at < oldest || cursor.until > now {
            return Err(resync());
        }
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn read(text: &str) -> Result<Cursor> {
        Cursor::read(text, "e", NOW, NOW.plus_seconds(-3600))
    }

    #[test]
    fn what_is_written_is_read() {
        let whole = Cursor::at(NOW);
        assert_eq!(read(&whole.write("e")).unwrap(), whole);
        let position = Position { at: NOW, scope_id: Uuid::from_u128(7), version: 9 };
        let between = Cursor { position, until: NOW };
        assert_eq!(read(&between.write("e")).unwrap(), between);
    }

    #[test]
    fn what_cannot_be_continued_asks_for_a_resync() {
        for text in [
            Cursor::at(NOW).write("other"),
            Cursor::at(NOW.plus_seconds(-7200)).write("e"),
            Cursor::at(NOW.plus_seconds(60)).write("e"),
        ] {
            assert_eq!(read(&text).unwrap_err().code, ErrorCode::Resync, "{text}");
        }
        for text in ["", "e", "e-x", "e-1-2-3", "e-1-2-3-4-5", "e--"] {
            assert_eq!(read(text).unwrap_err().code, ErrorCode::ValidationFailed, "{text}");
        }
    }
}
