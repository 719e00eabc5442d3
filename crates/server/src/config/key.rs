//! The description of a key: the one place from which defaults, checks, the sample file, the reference page and
//! `config show` are made.

use super::value::Raw;

/// One key of the configuration, as it is documented and checked.
#[derive(Debug)]
pub struct Key {
    /// Section and name, `auth.access_ttl`.
    pub path: &'static str,
    /// The last part of the path, `access_ttl`.
    pub name: &'static str,
    /// What the key does, one sentence to a line.
    pub sentences: &'static [&'static str],
    /// The default as a line of `kith.toml`, without the name.
    pub default: String,
    /// What may be written, with unit and range: the end of "must be …".
    pub allowed: String,
    /// Whether the value must not be shown nor given on the command line.
    pub secret: bool,
}

/// A `[section]` of the configuration: a struct of values that also knows the description of each.
pub trait Section {
    /// The name between the brackets.
    fn name(&self) -> &'static str;

    /// What the section is about.
    fn about(&self) -> &'static [&'static str];

    /// The descriptions of the keys, in the order of the documents.
    fn keys(&self) -> Vec<Key>;

    /// Reads a value into the key called `name`.
    ///
    /// # Errors
    /// [`Refusal`] says whether the name or the value is wrong.
    fn set(&mut self, name: &str, raw: &Raw) -> Result<(), Refusal>;

    /// The value of the key called `name` as a line of `kith.toml`, secrets redacted.
    fn show(&self, name: &str) -> Option<String>;
}

/// Why a section did not take a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The section has no key of that name.
    UnknownKey,
    /// The key exists; its value is of the wrong kind or out of range.
    BadValue {
        /// The value, redacted if it is a secret.
        shown: String,
        /// The end of "must be …".
        allowed: String,
    },
}

/// Declares a section. Each line has the documentation, the name, the type and the default as it would be written in
/// the file; optionally a unit for numbers, and the range in the same notation.
///
/// ```text
/// section! {
///     /// How long sign-ins last.
///     Auth = "auth" {
///         /// Life of an access token.
///         access_ttl: Duration = "15m", in "1m"..="1d";
///         /// Failures that lock an account.
///         lockout_attempts: u32 = "10", of "failures", in "1"..="1000";
///     }
/// }
/// ```
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $Section:ident = $section:literal {
            $(
                $(#[doc = $sentence:literal])+
                $key:ident : $T:ty = $default:literal $(, of $unit:literal)? $(, in $low:literal..=$high:literal)? ;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $Section {
            $( $(#[doc = $sentence])+ pub $key: $T, )+
        }

        impl Default for $Section {
            fn default() -> Self {
                Self { $( $key: $crate::config::value::constant($default), )+ }
            }
        }

        impl $crate::config::key::Section for $Section {
            fn name(&self) -> &'static str {
                $section
            }

            fn about(&self) -> &'static [&'static str] {
                &[$($about),+]
            }

            fn keys(&self) -> Vec<$crate::config::key::Key> {
                use $crate::config::value::{Setting, constant};
                vec![$( $crate::config::key::Key {
                    path: concat!($section, ".", stringify!($key)),
                    name: stringify!($key),
                    sentences: &[$($sentence),+],
                    default: constant::<$T>($default).toml(),
                    allowed: $crate::config::key::allowed::<$T>(
                        $crate::config::key::option!($($unit)?),
                        $crate::config::key::option!($(($low, $high))?),
                    ),
                    secret: <$T as Setting>::SECRET,
                }, )+]
            }

            fn set(
                &mut self,
                name: &str,
                raw: &$crate::config::value::Raw,
            ) -> Result<(), $crate::config::key::Refusal> {
                use $crate::config::{key::{Refusal, allowed, option}, value::Setting};
                match name {
                    $( stringify!($key) => match <$T as Setting>::read(raw) {
                        Some(value) $(if ($crate::config::value::constant::<$T>($low)..=$crate::config::value::constant::<$T>($high)).contains(&value))? => {
                            self.$key = value;
                            Ok(())
                        }
                        _ => Err(Refusal::BadValue {
                            shown: <$T as Setting>::echo(raw),
                            allowed: allowed::<$T>(option!($($unit)?), option!($(($low, $high))?)),
                        }),
                    }, )+
                    _ => Err(Refusal::UnknownKey),
                }
            }

            fn show(&self, name: &str) -> Option<String> {
                use $crate::config::value::Setting;
                match name {
                    $( stringify!($key) => Some(self.$key.show()), )+
                    _ => None,
                }
            }
        }
    };
}

/// An optional part of a macro's input as an `Option`.
macro_rules! option {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

pub(crate) use {option, section};

/// The end of "must be …" for a key of type `T`.
pub(crate) fn allowed<T: super::value::Setting>(unit: Option<&str>, range: Option<(&str, &str)>) -> String {
    let mut text = T::allowed();
    if let Some(unit) = unit {
        text += &format!(" of {unit}");
    }
    if let Some((low, high)) = range {
        text += &format!(", from {low} to {high}");
    }
    text
}
