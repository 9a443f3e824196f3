//! Names on the command line.

/// Reads a name, alone or one of several between commas: blanks around it are no part of it.
///
/// # Errors
/// That there is none.
pub fn name(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is missing".to_owned()),
        name => Ok(name.to_owned()),
    }
}
