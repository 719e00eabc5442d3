//! The types that a key can have, and the notation of each in files, variables and flags.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use http::Uri;
use ipnet::IpNet;

/// A value as it was written, before its key gives it a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// A string, number or boolean; the text of a variable or flag.
    Text(String),
    /// An array of a file.
    List(Vec<String>),
    /// A table, date or nested array, which no key takes.
    Other(&'static str),
}

/// A type that a key can have.
pub(super) trait Setting: Sized {
    /// Whether values are hidden everywhere and refused on the command line.
    const SECRET: bool = false;

    /// What may be written: the end of "must be …".
    fn allowed() -> String;

    /// Reads the notation that [`Setting::text`] writes, and what people write instead of it.
    fn parse(text: &str) -> Option<Self>;

    /// The canonical notation.
    fn text(&self) -> String;

    /// Reads a value from any source.
    fn read(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) => Self::parse(text.trim()),
            Raw::List(_) | Raw::Other(_) => None,
        }
    }

    /// The value as in `kith.toml`.
    fn toml(&self) -> String {
        quoted(&self.text())
    }

    /// The value as `config show` prints it.
    fn show(&self) -> String {
        if Self::SECRET { REDACTED.to_owned() } else { self.toml() }
    }

    /// A refused value as the message repeats it.
    fn echo(raw: &Raw) -> String {
        match raw {
            _ if Self::SECRET => REDACTED.to_owned(),
            Raw::Text(text) => quoted(text),
            Raw::List(items) => list(items.iter().map(|item| quoted(item))),
            Raw::Other(kind) => (*kind).to_owned(),
        }
    }
}

const REDACTED: &str = "\"***\"";

/// A value that stands in the program's own text.
///
/// # Panics
/// If the text is not in the notation of `T`; a test reads every default.
pub(crate) fn constant<T: Setting>(text: &str) -> T {
    let Some(value) = T::parse(text) else { unreachable!("{text:?} is not {}", T::allowed()) };
    value
}

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

impl Setting for bool {
    fn allowed() -> String {
        "true or false".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn toml(&self) -> String {
        self.text()
    }
}

impl Setting for u32 {
    fn allowed() -> String {
        "a whole number".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        self.to_string()
    }

    fn toml(&self) -> String {
        self.text()
    }
}

impl Setting for String {
    fn allowed() -> String {
        "a text of 1 to 200 characters".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        ((1..=200).contains(&text.chars().count()) && !text.contains(char::is_control))
            .then(|| text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Setting for PathBuf {
    fn allowed() -> String {
        "a path".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }

    fn text(&self) -> String {
        self.display().to_string()
    }
}

impl Setting for SocketAddr {
    fn allowed() -> String {
        "an address and port such as \"0.0.0.0:3000\" or \"[::1]:3000\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Setting for IpNet {
    fn allowed() -> String {
        "an address or network such as \"10.0.0.7\" or \"10.0.0.0/8\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(Self::from))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// Times are written as `500ms`, `90s`, `15m`, `12h`, `7d`, `2w`; a bare number is seconds. The longer names that
/// other servers take in `JWT_EXPIRES_IN` ("7 days") are understood too.
impl Setting for Duration {
    fn allowed() -> String {
        "a time such as \"30s\", \"15m\", \"12h\" or \"7d\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let unit = match unit.trim() {
            "ms" => return Some(Self::from_millis(number)),
            "" | "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hr" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            _ => return None,
        };
        number.checked_mul(unit).map(Self::from_secs)
    }

    fn text(&self) -> String {
        let seconds = self.as_secs();
        match () {
            () if self.subsec_millis() > 0 => format!("{}ms", self.as_millis()),
            () if seconds > 0 && seconds.is_multiple_of(86_400) => format!("{}d", seconds / 86_400),
            () if seconds > 0 && seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
            () if seconds > 0 && seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
            () => format!("{seconds}s"),
        }
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl Setting for ByteSize {
    fn allowed() -> String {
        "a size such as \"512KiB\", \"10MiB\" or \"10MB\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(unit).map(Self)
    }

    fn text(&self) -> String {
        match self.0 {
            n if n > 0 && n.is_multiple_of(1 << 30) => format!("{}GiB", n >> 30),
            n if n > 0 && n.is_multiple_of(1 << 20) => format!("{}MiB", n >> 20),
            n if n > 0 && n.is_multiple_of(1 << 10) => format!("{}KiB", n >> 10),
            n => format!("{n}B"),
        }
    }
}

/// An e-mail address, checked for its shape only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(pub String);

impl Setting for EmailAddress {
    fn allowed() -> String {
        "an e-mail address".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let shaped = !local.is_empty() && !domain.is_empty() && !domain.contains('@');
        (shaped && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
            .then(|| Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// A web origin, as browsers write it in `Origin`: scheme, host and, unless it is the scheme's own, port (RFC 6454).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The origin as it stands in a header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach it through TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl Setting for Origin {
    fn allowed() -> String {
        "an origin without a path such as \"https://chat.example.org\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let (scheme, own_port) = match uri.scheme_str()? {
            "https" => ("https", 443),
            "http" => ("http", 80),
            _ => return None,
        };
        let authority = uri.authority()?;
        if authority.as_str().contains('@')
            || uri.path() != "/"
            || uri.query().is_some()
            || text.contains('#')
        {
            return None;
        }
        let host = authority.host().to_ascii_lowercase();
        Some(match authority.port_u16() {
            Some(port) if port != own_port => Self(format!("{scheme}://{host}:{port}")),
            None if authority.as_str().len() > host.len() => return None,
            _ => Self(format!("{scheme}://{host}")),
        })
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// Whose pages may call the API from another origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsOrigin {
    /// Every page, without cookies.
    Any,
    /// The pages of this origin, with cookies.
    Only(Origin),
}

impl Setting for CorsOrigin {
    fn allowed() -> String {
        "\"*\" or an origin without a path such as \"https://chat.example.org\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::Any) } else { Origin::parse(text).map(Self::Only) }
    }

    fn text(&self) -> String {
        match self {
            Self::Any => "*".to_owned(),
            Self::Only(origin) => origin.text(),
        }
    }
}

/// Something that nobody may read in a log, a message or an answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Setting for Secret {
    const SECRET: bool = true;

    fn allowed() -> String {
        "a secret of at least 32 bytes".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        (text.len() >= 32).then(|| Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// A URL without its password.
pub(crate) fn redacted_url(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    // What is no URL may be a list of parameters, a password among them.
    let Some((scheme, rest)) = text.split_once("://") else { return "***".to_owned() };
    let (login, place) = rest.rsplit_once('@').map_or((None, rest), |(login, place)| (Some(login), place));
    let login = login.map(|login| match login.split_once(':') {
        Some((user, _)) => format!("{user}:***@"),
        None => format!("{login}@"),
    });
    let parameter = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    let place = match place.split_once('?') {
        Some((place, query)) => {
            format!("{place}?{}", query.split('&').map(parameter).collect::<Vec<_>>().join("&"))
        }
        None => place.to_owned(),
    };
    format!("{scheme}://{}{place}", login.unwrap_or_default())
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server; the URL may hold a password.
    Postgres(String),
}

impl DatabaseUrl {
    /// Whether this text, as a URL, would hold a password.
    pub fn holds_password(text: &str) -> bool {
        redacted_url(text) != text
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted_url(&self.text()))
    }
}

impl Setting for DatabaseUrl {
    fn allowed() -> String {
        "\"sqlite://FILE\" or \"postgres://USER:PASSWORD@HOST/DATABASE\"".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Some(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.is_empty() && path != ":memory:" && !path.contains('?'))
            .then(|| Self::Sqlite(PathBuf::from(path)))
    }

    fn text(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    fn show(&self) -> String {
        quoted(&redacted_url(&self.text()))
    }

    fn echo(raw: &Raw) -> String {
        match raw {
            Raw::Text(text) => quoted(&redacted_url(text)),
            Raw::List(_) | Raw::Other(_) => REDACTED.to_owned(),
        }
    }
}

/// Absence is the empty text.
impl<T: Setting> Setting for Option<T> {
    const SECRET: bool = T::SECRET;

    fn allowed() -> String {
        T::allowed()
    }

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }

    fn text(&self) -> String {
        self.as_ref().map(T::text).unwrap_or_default()
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| quoted(""), T::show)
    }
}

/// A list is an array in the file and separated by commas elsewhere.
impl<T: Setting> Setting for Vec<T> {
    const SECRET: bool = T::SECRET;

    fn allowed() -> String {
        format!("a list, each {}", T::allowed())
    }

    fn parse(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::parse).collect()
    }

    fn read(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) => Self::parse(text),
            Raw::List(items) => items.iter().map(|item| T::parse(item.trim())).collect(),
            Raw::Other(_) => None,
        }
    }

    fn text(&self) -> String {
        self.iter().map(T::text).collect::<Vec<_>>().join(",")
    }

    fn toml(&self) -> String {
        list(self.iter().map(T::toml))
    }
}

/// Declares a setting that is one of several words.
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        $Choice:ident {
            $( $(#[doc = $sentence:literal])+ $Variant:ident = $word:literal, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Choice {
            $( $(#[doc = $sentence])+ $Variant, )+
        }

        impl $crate::config::value::Setting for $Choice {
            fn allowed() -> String {
                [$( concat!("\"", $word, "\"") ),+].join(" or ")
            }

            fn parse(text: &str) -> Option<Self> {
                match text {
                    $( $word => Some(Self::$Variant), )+
                    _ => None,
                }
            }

            fn text(&self) -> String {
                match self {
                    $( Self::$Variant => $word.to_owned(), )+
                }
            }
        }
    };
}

pub(crate) use choice;
