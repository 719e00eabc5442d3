//! `[limits]`: the tiers of rate limits.

use std::time::Duration;

use super::{
    key::section,
    value::{Setting, choice, constant},
};

section! {
    /// How much one person or address may do. A tier is written as count, time and burst, `600/1m burst 120`, or
    /// `off`; without a burst the whole count may come at once. Empty: as the preset has it.
    Limits = "limits" {
        /// The tiers that are not set below; `off` is for measurements.
        preset: Preset = "standard";
        /// Requests of a person, or of an address that is not signed in: `600/1m burst 120`, strict `100/1m`.
        api: Option<Tier> = "";
        /// Failed sign-ins from an address to an account: `10/15m`, strict `3/15m`.
        sign_in: Option<Tier> = "";
        /// Registrations from an address: `10/1h`, strict `5/15m`.
        registration: Option<Tier> = "";
        /// Messages of a person: `120/1m burst 30`, strict `30/1m`.
        messages: Option<Tier> = "";
        /// Commands of a person over sockets: `600/1m burst 120`, strict `100/1m`.
        socket_commands: Option<Tier> = "";
    }
}

choice! {
    /// A set of tiers.
    Preset {
        /// For people who chat a lot.
        Standard = "standard",
        /// What chat servers of this kind publish.
        Strict = "strict",
        /// No limits.
        Off = "off",
    }
}

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Nothing is limited.
    Off,
    /// A token bucket.
    Rate(Rate),
}

/// A token bucket: it holds `burst` and gains `count` every `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What may happen in `per`, in the long run.
    pub count: u32,
    /// The time that `count` is for.
    pub per: Duration,
    /// What may happen at once.
    pub burst: u32,
}

impl Limits {
    /// Requests of a person or address.
    pub fn api(&self) -> Option<Rate> {
        self.effective(self.api, "600/1m burst 120", "100/1m")
    }

    /// Failed sign-ins from an address to an account.
    pub fn sign_in(&self) -> Option<Rate> {
        self.effective(self.sign_in, "10/15m", "3/15m")
    }

    /// Registrations from an address.
    pub fn registration(&self) -> Option<Rate> {
        self.effective(self.registration, "10/1h", "5/15m")
    }

    /// Messages of a person.
    pub fn messages(&self) -> Option<Rate> {
        self.effective(self.messages, "120/1m burst 30", "30/1m")
    }

    /// Commands of a person over sockets.
    pub fn socket_commands(&self) -> Option<Rate> {
        self.effective(self.socket_commands, "600/1m burst 120", "100/1m")
    }

    /// The tier that was set, or else the preset's.
    fn effective(&self, set: Option<Tier>, standard: &str, strict: &str) -> Option<Rate> {
        let tier = set.unwrap_or_else(|| match self.preset {
            Preset::Standard => constant(standard),
            Preset::Strict => constant(strict),
            Preset::Off => Tier::Off,
        });
        match tier {
            Tier::Off => None,
            Tier::Rate(rate) => Some(rate),
        }
    }
}

impl Setting for Tier {
    fn allowed() -> String {
        "\"off\" or a rate such as \"600/1m burst 120\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self::Off);
        }
        let (rate, burst) = match text.split_once("burst") {
            Some((rate, burst)) => (rate, Some(burst.trim().parse().ok()?)),
            None => (text, None),
        };
        let (count, per) = rate.split_once('/')?;
        let count: u32 = count.trim().parse().ok()?;
        let per = Duration::parse(per.trim())?;
        let burst = burst.unwrap_or(count);
        (count > 0 && burst > 0 && !per.is_zero()).then_some(Self::Rate(Rate { count, per, burst }))
    }

    fn text(&self) -> String {
        match self {
            Self::Off => "off".to_owned(),
            Self::Rate(Rate { count, per, burst }) if burst == count => format!("{count}/{}", per.text()),
            Self::Rate(Rate { count, per, burst }) => format!("{count}/{} burst {burst}", per.text()),
        }
    }
}
