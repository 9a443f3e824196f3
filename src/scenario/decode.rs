//! Bytes of a file as text, if they are any.

use super::diagnostic::Diagnostic;
use super::place::Place;
use super::source::{MAX_FILE_BYTES, Sources};
use crate::codes::Code;

/// Turns `bytes` into text and adds it to `sources` under `name`; returns its index.
///
/// # Errors
/// That the bytes are not UTF-8 text, with the place of the first that is not; the file has been
/// added all the same, so that the place can be shown.
pub fn add_text(sources: &mut Sources, name: String, bytes: &[u8]) -> Result<usize, Box<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some((what, help)) = foreign_format(bytes) {
        let message = format!("{name} is {what}, not plain text");
        sources.add(name, String::new());
        return Err(Box::new(Diagnostic::new(Code::NotText, message).help(help)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(name, text.to_owned())),
        Err(error) => {
            let start = error.valid_up_to();
            let row = 1 + bytes[..start].iter().filter(|&&byte| byte == b'\n').count();
            let byte = bytes.get(start).copied().unwrap_or_default();
            let message = format!("{name} is not UTF-8 text: line {row} has the byte 0x{byte:02X} (byte {start})");
            // Up to the bad byte the text is the same; there it has the replacement character, three bytes long.
            let file = sources.add(name, String::from_utf8_lossy(bytes).into_owned());
            let place = Place::new(file, start..start + 3);
            let help = "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")";
            Err(Box::new(Diagnostic::new(Code::NotUtf8, message).at(place, "not UTF-8").help(help)))
        }
    }
}

/// Recognises files that only look like text to whoever named them.
fn foreign_format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SAVE_AS: &str = "open it in a spreadsheet or editor and save it as UTF-8 text (tables: \"CSV UTF-8\")";
    if bytes.starts_with(b"PK\x03\x04") {
        Some(("a spreadsheet workbook or an archive", "open it in a spreadsheet and save it as \"CSV UTF-8\""))
    } else if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        Some(("UTF-16", SAVE_AS))
    } else if bytes.iter().take(8192).any(|&byte| byte == 0) {
        Some(("a binary file", SAVE_AS))
    } else {
        None
    }
}

/// The problem that a file is too large.
pub fn too_large(name: &str) -> Diagnostic {
    let mebibytes = MAX_FILE_BYTES / (1024 * 1024);
    Diagnostic::new(Code::TooLarge, format!("{name} is larger than {mebibytes} MiB"))
        .help("a scenario is a small text file; is this the right one?")
}
