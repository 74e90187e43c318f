//! Codes and tokens: from the operating system's randomness, never from a seed.

use std::io;

/// Letters and digits that nobody confuses when they are read out.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Characters of a room code: enough against guessing, together with the limit on wrong ones.
const CODE: usize = 6;
/// Characters of a token: 160 bits.
const TOKEN: usize = 32;

/// A code that is read from a projector and typed on a phone.
///
/// # Errors
/// The system has no randomness.
pub fn code() -> io::Result<String> {
    letters(CODE)
}

/// A token that nobody guesses.
///
/// # Errors
/// The system has no randomness.
pub fn token() -> io::Result<String> {
    letters(TOKEN)
}

/// A code as somebody typed it: in any case, with spaces or dashes.
pub fn typed(code: &str) -> String {
    let is_part = |c: &char| c.is_ascii_alphanumeric();
    code.chars()
        .filter(is_part)
        .take(2 * CODE)
        .collect::<String>()
        .to_ascii_uppercase()
}

fn letters(count: usize) -> io::Result<String> {
    let mut bytes = vec![0_u8; count];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    // 32 letters divide 256 evenly, so none is likelier than another.
    let letter = |byte: u8| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]);
    Ok(bytes.into_iter().map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_codes_survive_typing() {
        let (a, b) = (token().unwrap_or_default(), token().unwrap_or_default());
        assert!(a.len() == TOKEN && a != b, "{a} {b}");
        assert_eq!(typed(" ab-c 2 "), "ABC2");
    }
}
