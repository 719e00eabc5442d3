//! Generated parts of documents, between markers.

use std::{fs, io, path::Path};

/// Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->` in a document.
///
/// # Errors
/// If the document cannot be read or written, or lacks the markers.
pub(crate) fn replace(path: &Path, name: &str, generated: &str) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    let replaced = between(&text, name, generated)
        .ok_or_else(|| io::Error::other(format!("{} has no markers for {name}", path.display())))?;
    fs::write(path, replaced)
}

fn between(text: &str, name: &str, generated: &str) -> Option<String> {
    let (open, close) = (format!("<!-- bench:{name} -->"), format!("<!-- /bench:{name} -->"));
    let (before, rest) = text.split_once(&open)?;
    let (_, after) = rest.split_once(&close)?;
    Some(format!("{before}{open}\n\n{}\n\n{close}{after}", generated.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_changes() {
        let text = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb <!-- bench:y --><!-- /bench:y -->";
        let once = between(text, "x", "new\n").unwrap();
        assert_eq!(
            once,
            "a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb <!-- bench:y --><!-- /bench:y -->"
        );
        assert_eq!(between(&once, "x", "new\n").unwrap(), once);
        assert_eq!(between(text, "z", ""), None);
    }
}
