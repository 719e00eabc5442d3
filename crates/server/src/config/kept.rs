//! Secrets that the server makes for itself and keeps in the data directory.

use std::{
    fs::DirBuilder,
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::Path,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::{Secret, value::Setting};

/// A fresh secret of 256 bits. `random` fills the buffer from the system's generator.
pub fn generate_secret(random: impl FnOnce(&mut [u8])) -> Secret {
    let mut bytes = [0; 32];
    random(&mut bytes);
    let Some(secret) = Secret::parse(&BASE64_URL_SAFE_NO_PAD.encode(bytes)) else {
        unreachable!("32 bytes are 43 characters")
    };
    secret
}

/// The secret in the file `name` of `directory`; it is made, readable by the owner alone, if there is none. Of several
/// processes that start at once all get the same.
///
/// # Errors
/// The directory or file cannot be read or written, or the file has been cut short.
pub fn kept_secret(directory: &Path, name: &str, random: impl FnOnce(&mut [u8])) -> io::Result<Secret> {
    let path = directory.join(name);
    if !path.exists() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(generate_secret(random).expose().as_bytes())?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(&path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => return Err(error.error),
            _ => std::fs::File::open(directory)?.sync_all()?,
        }
    }
    let text = std::fs::read_to_string(&path)?;
    Secret::parse(text.trim_end()).ok_or_else(|| {
        let reason = format!(
            "{} must hold {}; delete it to sign everybody out and begin anew",
            path.display(),
            Secret::allowed()
        );
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}
