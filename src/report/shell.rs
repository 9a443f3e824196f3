//! What to type in a shell.

use std::path::Path;

/// What to type for `command` on the scenario at `path` with these options and their values.
pub fn command_line(command: &str, path: &Path, options: &[(&str, &str)]) -> String {
    command_line_of(command, &[path], options)
}

/// The same on several scenarios.
pub fn command_line_of(command: &str, paths: &[&Path], options: &[(&str, &str)]) -> String {
    let mut line = format!("nemcon {command}");
    for path in paths {
        let path = path.as_os_str().as_encoded_bytes();
        // What begins with a hyphen would be an option, but for the one of standard input.
        let path = if path.starts_with(b"-") && path != b"-" { [b"./", path].concat() } else { path.to_owned() };
        line += &format!(" {}", quoted(&path));
    }
    for (option, value) in options {
        let between = if value.starts_with('-') { '=' } else { ' ' };
        line += &format!(" {option}{between}{}", quoted(value.as_bytes()));
    }
    line
}

/// An argument as a shell takes it: as it is, in quotes or, with bytes that cannot be shown, in the quotes `$'…'` that
/// Bash, Zsh and POSIX 2024 have.
fn quoted(argument: &[u8]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./+,:@%".contains(c);
    match std::str::from_utf8(argument) {
        Ok(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Ok(text) if text.chars().all(is_shown) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let mut line = "$'".to_owned();
            for chunk in argument.utf8_chunks() {
                for c in chunk.valid().chars() {
                    match c {
                        '\'' | '\\' => line.extend(['\\', c]),
                        c if is_shown(c) => line.push(c),
                        c => line += &escaped(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    }
                }
                line += &escaped(chunk.invalid());
            }
            line + "'"
        }
    }
}

/// Whether a terminal shows the character as such: it neither controls nor is invisible.
fn is_shown(c: char) -> bool {
    let invisible = matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !invisible
}

/// Bytes in octal, always three digits, so that digits may follow.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:03o}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_for_a_shell() {
        for (argument, shown) in [
            (&b"scenarios/nato-2023.toml"[..], "scenarios/nato-2023.toml"),
            (b"", "''"),
            (b"my scenario.toml", "'my scenario.toml'"),
            (b"it's.toml", r"'it'\''s.toml'"),
            ("~/Éire.toml".as_bytes(), "'~/Éire.toml'"),
            (b"two\nlines's.toml", r"$'two\012lines\'s.toml'"),
            (b"latin-\xe91.toml", r"$'latin-\3511.toml'"),
            ("\u{202e}back\\slash".as_bytes(), r"$'\342\200\256back\\slash'"),
        ] {
            assert_eq!(quoted(argument), shown);
        }
    }

    #[test]
    fn what_begins_with_a_hyphen_is_no_option() {
        let line = |path: &str, name| command_line("run", Path::new(path), &[("--assumption", name)]);
        assert_eq!(line("-x y.toml", "free"), "nemcon run './-x y.toml' --assumption free");
        assert_eq!(line("-", "free"), "nemcon run - --assumption free");
        assert_eq!(line("a/-x.toml", "-free"), "nemcon run a/-x.toml --assumption=-free");
    }
}
