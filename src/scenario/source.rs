//! The texts a scenario consists of, and the one way in which files are read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::hash::sha256_hex;

/// Largest size of a file, in bytes.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The files of a scenario, for showing problems: the scenario first, then its tables.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// One file as text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceFile {
    /// The name under which problems mention it.
    pub name: String,
    /// The text, without byte order mark.
    pub text: String,
    /// Names of the columns, if it is a CSV table.
    pub columns: Vec<String>,
    /// The positions at every [`STEP`] bytes, once one has been asked for.
    marks: OnceLock<Vec<Position>>,
}

/// From how many bytes on a position is looked up in the text, so that many of them in a long text take little time.
const STEP: usize = 4096;

/// A position in a text as editors count: lines and characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character of the line.
    pub column: usize,
}

impl SourceFile {
    /// The position of the character at the byte `at`, or of the end of the text.
    pub fn position(&self, at: usize) -> Position {
        let at = self.text.floor_char_boundary(at);
        let marks = self.marks.get_or_init(|| {
            let steps = self.text.as_bytes().chunks(STEP);
            let first = Position { line: 1, column: 1 };
            [first].into_iter().chain(steps.scan(first, |mark, step| Some(mark.after(step)))).collect()
        });
        let mut position = marks.get(at / STEP).copied().unwrap_or(Position { line: 1, column: 1 });
        position.after(&self.text.as_bytes()[at / STEP * STEP..at])
    }
}

impl Position {
    /// Moves on to the position behind `bytes`, and returns it.
    fn after(&mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            match byte {
                b'\n' => *self = Self { line: self.line + 1, column: 1 },
                // A character begins with every byte but those that continue one.
                0x80..=0xbf => {}
                _ => self.column += 1,
            }
        }
        *self
    }
}

impl Sources {
    /// Adds a file and returns its index.
    pub fn add(&mut self, name: String, text: String) -> usize {
        self.files.push(SourceFile { name, text, ..SourceFile::default() });
        self.files.len() - 1
    }

    /// The file with this index.
    pub fn get(&self, file: usize) -> Option<&SourceFile> {
        self.files.get(file)
    }

    /// Remembers the column names of a CSV table.
    pub fn set_columns(&mut self, file: usize, columns: Vec<String>) {
        if let Some(file) = self.files.get_mut(file) {
            file.columns = columns;
        }
    }

    /// The text of a file; empty if there is no such file.
    pub fn text(&self, file: usize) -> &str {
        self.get(file).map_or("", |file| &file.text)
    }

    /// The text of the file called `name`.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.files.iter().find(|file| file.name == name).map(|file| file.text.as_str())
    }

    /// The name of the scenario's own file.
    pub fn scenario_name(&self) -> &str {
        self.get(0).map_or("the scenario", |file| &file.name)
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path, as given or joined to the scenario's folder.
    pub path: PathBuf,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of its text without byte order mark and with `\n` as every line end, in hexadecimal: what it says, however
    /// it was saved.
    pub sha256_text: String,
    /// By what path the scenario names it, if it is a table: the key under which [`Tables::Memory`](super::Tables) has it.
    pub written: Option<String>,
}

impl Input {
    /// Describes the `bytes` read from `path`.
    pub fn new(path: PathBuf, bytes: &[u8]) -> Self {
        Self { path, sha256: sha256_hex(bytes), sha256_text: sha256_hex(&normalised(bytes)), written: None }
    }
}

/// The `bytes` of a text without byte order mark and with `\n` as every line end.
fn normalised(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut text = Vec::with_capacity(bytes.len());
    for (i, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' if bytes.get(i + 1) == Some(&b'\n') => {}
            b'\r' => text.push(b'\n'),
            byte => text.push(byte),
        }
    }
    text
}

/// Bytes of a file, or that there are too many.
pub enum Bytes {
    /// All of them.
    Whole(Vec<u8>),
    /// The file is larger than [`MAX_FILE_BYTES`].
    TooMany,
}

/// Reads a file, but never more than [`MAX_FILE_BYTES`] and one byte.
///
/// With `regular_only` a device or pipe is not even opened, because opening alone may wait for ever.
///
/// # Errors
/// Why it cannot be read, in words.
pub fn read(path: &Path, regular_only: bool) -> Result<Bytes, String> {
    let metadata = std::fs::metadata(path).map_err(|error| in_words(&error))?;
    if metadata.is_dir() {
        return Err("it is a folder, not a file".to_owned());
    }
    if regular_only && !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if metadata.is_file() && metadata.len() > MAX_FILE_BYTES {
        return Ok(Bytes::TooMany);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| in_words(&error))?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| in_words(&error))?;
    Ok(if bytes.len() as u64 > MAX_FILE_BYTES { Bytes::TooMany } else { Bytes::Whole(bytes) })
}

/// Why the operating system refused, in plain words.
pub fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let text = "é\r\n".repeat(3000) + &"ü".repeat(9000) + "x";
        let file = SourceFile { text: text.clone(), ..SourceFile::default() };
        for at in [
            0,
            1,
            2,
            3,
            4,
            STEP - 1,
            STEP,
            STEP + 1,
            11_999,
            12_000,
            12_001,
            20_480,
            text.len() - 1,
            text.len(),
            99_999,
        ] {
            let before = &text[..text.floor_char_boundary(at)];
            let column = 1 + before[before.rfind('\n').map_or(0, |i| i + 1)..].chars().count();
            let expected = Position { line: 1 + before.matches('\n').count(), column };
            assert_eq!(file.position(at), expected, "{at}");
        }
    }

    #[test]
    fn a_text_is_the_same_however_it_was_saved() {
        let input = |bytes: &[u8]| Input::new(PathBuf::new(), bytes);
        let plain = input(b"a = 1\n\nb = 2\n");
        assert_eq!(plain.sha256, plain.sha256_text);
        for bytes in [&b"a = 1\r\n\r\nb = 2\r\n"[..], b"\xef\xbb\xbfa = 1\n\r\nb = 2\r", b"a = 1\r\rb = 2\r"] {
            assert_eq!(input(bytes).sha256_text, plain.sha256_text, "{bytes:?}");
            assert_ne!(input(bytes).sha256, plain.sha256, "{bytes:?}");
        }
        assert_ne!(input(b"a = 1\nb = 2\n").sha256_text, plain.sha256_text);
    }
}
