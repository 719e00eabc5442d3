//! `[retention]`.

use super::key::section;

section! {
    /// How long things are kept.
    Retention = "retention" {
        /// Days for which a client that was away can catch up by changes alone; after them it loads everything anew.
        log_days: u32 = "14", of "days", in "1"..="3650";
    }
}
