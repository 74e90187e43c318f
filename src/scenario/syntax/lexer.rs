//! Text to tokens, one at a time. What is no token becomes a finding and is skipped.

use std::collections::VecDeque;

use super::{MAX_SYNTAX_FINDINGS, number};
use crate::diag::{Code, Diagnostic, FileId, Findings, Span};

/// A token. Words and good numbers are read from their place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    Comma,
    Colon,
    /// `#![…]` as a whole; without a closing bracket, to the end of the line.
    Attribute,
    Word,
    Str(String),
    Char(char),
    Number(String),
    /// Something in the place of a value, reported already.
    Broken,
    End,
}

/// A token, its place, and what came before it.
#[derive(Clone, Debug)]
pub(super) struct Lexeme {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether something was reported and skipped just before.
    pub(super) after_junk: bool,
}

/// The reader of tokens.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) file: FileId,
    pub(super) findings: &'a mut Findings,
    at: usize,
    /// Whether the text ended inside a text or a comment: then brackets left open mean nothing.
    pub(super) ended_inside: bool,
    /// The first text that spans lines and holds something like a field: where a quote is
    /// missing, it is probably here.
    suspect: Option<Span>,
    peeked: VecDeque<Lexeme>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(file: FileId, text: &'a str, findings: &'a mut Findings) -> Self {
        let at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let peeked = VecDeque::new();
        Self {
            text,
            file,
            findings,
            at,
            ended_inside: false,
            suspect: None,
            peeked,
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// The token `ahead` places further on.
    pub(super) fn peek(&mut self, ahead: usize) -> &Lexeme {
        while self.peeked.len() <= ahead {
            let next = self.read();
            self.peeked.push_back(next);
        }
        &self.peeked[ahead]
    }

    pub(super) fn next(&mut self) -> Lexeme {
        match self.peeked.pop_front() {
            Some(lexeme) => lexeme,
            None => self.read(),
        }
    }

    /// Treats the rest of the text as if it did not exist.
    pub(super) fn skip_to_end(&mut self) {
        self.at = self.text.len();
        self.peeked.clear();
        self.ended_inside = true;
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn report(&self, code: Code, start: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, self.span(start, self.at), message)
    }

    fn read(&mut self) -> Lexeme {
        let mut after_junk = false;
        loop {
            self.skip_blank();
            let start = self.at;
            let token = self.token(start);
            match token {
                Some(token) => {
                    return Lexeme {
                        token,
                        start,
                        end: self.at,
                        after_junk,
                    };
                }
                None => after_junk = true,
            }
            if self.findings.iter().len() >= MAX_SYNTAX_FINDINGS {
                self.skip_to_end();
            }
        }
    }

    fn token(&mut self, start: usize) -> Option<Token> {
        let mut chars = self.rest().chars();
        let Some(first) = chars.next() else {
            return Some(Token::End);
        };
        let second = chars.next();
        let single = match first {
            '(' | '[' | '{' => Some(Token::Open(first)),
            ')' | ']' | '}' => Some(Token::Close(first)),
            ',' => Some(Token::Comma),
            ':' => Some(Token::Colon),
            _ => None,
        };
        if single.is_some() {
            self.at += 1;
            return single;
        }
        let digit_follows = second.is_some_and(|c| c.is_ascii_digit() || c == '.');
        match first {
            '#' if self.rest().starts_with("#![") => {
                let line = self.rest().lines().next().unwrap_or("");
                self.at += line.find(']').map_or(line.len(), |length| length + 1);
                Some(Token::Attribute)
            }
            '"' => Some(self.string(start)),
            '\'' => Some(self.character(start)),
            '=' => {
                self.at += 1;
                let finding = self
                    .report(Code::BadToken, start, "`=` means nothing here")
                    .help("fields are written `name: value`".to_owned());
                self.findings.push(finding);
                Some(Token::Colon)
            }
            _ if first.is_ascii_digit() || (matches!(first, '-' | '+' | '.') && digit_follows) => {
                Some(self.number(start))
            }
            '-' | '+' if second.is_some_and(char::is_alphabetic) => Some(self.number(start)),
            _ if first.is_alphabetic() || first == '_' => Some(self.word(start)),
            _ => {
                self.junk(start);
                None
            }
        }
    }

    /// White space and comments.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("//") {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else if trimmed.starts_with("/*") {
                self.block_comment();
            } else {
                return;
            }
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut depth = 0usize;
        while self.at < bytes.len() {
            match bytes.get(self.at..self.at + 2) {
                Some(b"/*") => {
                    depth += 1;
                    self.at += 2;
                }
                Some(b"*/") => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.ended_inside = true;
        let span = self.span(start, start + 2);
        self.findings.push(
            Diagnostic::error(
                Code::UnterminatedComment,
                span,
                "this comment is never closed",
            )
            .help("close it with `*/`".to_owned()),
        );
    }

    fn word(&mut self, start: usize) -> Token {
        let rest = self.rest();
        let raw = rest
            .strip_prefix('r')
            .filter(|after| after.trim_start_matches('#').starts_with('"'));
        if raw.is_some() {
            return self.raw_string(start);
        }
        if rest.starts_with("b\"") || rest.starts_with("b'") {
            self.at += 1;
            let token = if rest.starts_with("b\"") {
                self.string(self.at)
            } else {
                self.character(self.at)
            };
            let finding = self
                .report(
                    Code::BadToken,
                    start,
                    "byte strings have no use in a scenario",
                )
                .help("leave out the `b`".to_owned());
            self.findings.push(finding);
            return token;
        }
        self.at += if rest.starts_with("r#") { 2 } else { 0 };
        self.at += word_length(self.rest());
        Token::Word
    }

    fn number(&mut self, start: usize) -> Token {
        let bytes = self.rest().as_bytes();
        let hexadecimal = self.rest().trim_start_matches(['-', '+']).starts_with("0x");
        let mut length = 1;
        while let Some(&byte) = bytes.get(length) {
            let previous = bytes[length - 1];
            let following = bytes.get(length + 1).copied().unwrap_or(b' ');
            let part = match byte {
                b'+' | b'-' => !hexadecimal && matches!(previous, b'e' | b'E'),
                b'/' => following.is_ascii_alphabetic(),
                b'%' => true,
                _ => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || byte >= 0x80,
            };
            if !part {
                break;
            }
            length += 1;
        }
        self.at = self.text.floor_char_boundary(start + length);
        // The first character may be wider than a byte only where it is no digit, never here.
        let written = &self.text[start..self.at];
        let infinite = ["inf", "NaN"].contains(&written.trim_start_matches(['-', '+']));
        if infinite {
            return Token::Number(written.to_owned());
        }
        if let Some(number) = number::normalise(written) {
            return Token::Number(number);
        }
        let shown: String = written.chars().take(40).collect();
        let help = written
            .contains(|c: char| c.is_alphabetic() || c == '%')
            .then(|| format!("numbers with a unit are written in quotes: `\"{shown}\"`"));
        let message = format!("`{shown}` is not a number");
        let finding = self.report(Code::BadNumber, start, message).help(help);
        self.findings.push(finding);
        Token::Broken
    }

    fn junk(&mut self, start: usize) {
        let stop =
            |c: char| c.is_whitespace() || c.is_alphanumeric() || "()[]{},:\"'_/".contains(c);
        let rest = self.rest();
        // The first character is junk whatever it is; the rest only up to something known.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        self.at += first + rest[first..].find(stop).unwrap_or(rest.len() - first);
        let shown: String = rest[..self.at - start].chars().take(8).collect();
        let help = if shown.contains(['“', '”', '„', '‘', '’', '«', '»']) {
            Some("texts go between straight quotes: \"…\"")
        } else if shown.starts_with(';') {
            Some("values are separated by commas")
        } else if shown.contains('\0') {
            Some("is this the right file?")
        } else {
            None
        };
        let message = format!("`{}` means nothing here", shown.escape_debug());
        let finding = self
            .report(Code::BadToken, start, message)
            .help(help.map(str::to_owned));
        self.findings.push(finding);
    }

    fn string(&mut self, start: usize) -> Token {
        self.at = start + 1;
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(['"', '\\', '\r']).unwrap_or(rest.len());
            value.push_str(&rest[..plain]);
            self.at += plain;
            match rest.as_bytes().get(plain) {
                None => {
                    self.unterminated(start);
                    return Token::Str(value);
                }
                Some(b'"') => {
                    self.at += 1;
                    self.suspect_missing_quote(start, &value);
                    return Token::Str(value);
                }
                // A file saved on Windows must mean the same.
                Some(b'\r') => {
                    self.at += 1;
                    if !self.rest().starts_with('\n') {
                        value.push('\r');
                    }
                }
                Some(_) => {
                    if let Some(c) = self.escape() {
                        value.push(c);
                    }
                }
            }
        }
    }

    fn raw_string(&mut self, start: usize) -> Token {
        self.at += 1;
        let hashes = self.rest().bytes().take_while(|&b| b == b'#').count();
        self.at += hashes + 1;
        let closing = format!("\"{}", "#".repeat(hashes));
        let rest = self.rest();
        let Some(length) = rest.find(&closing) else {
            self.at = self.text.len();
            self.ended_inside = true;
            let span = self.span(start, start + hashes + 2);
            self.findings.push(
                Diagnostic::error(
                    Code::UnterminatedString,
                    span,
                    "this raw text is never closed",
                )
                .help(format!("close it with `{closing}`")),
            );
            return Token::Str(rest.replace("\r\n", "\n"));
        };
        self.at += length + closing.len();
        Token::Str(rest[..length].replace("\r\n", "\n"))
    }

    fn character(&mut self, start: usize) -> Token {
        self.at = start + 1;
        let value = match self.rest().chars().next() {
            Some('\\') => self.escape(),
            Some(c) if c != '\n' && c != '\'' => {
                self.at += c.len_utf8();
                Some(c)
            }
            _ => None,
        };
        if let (Some(c), true) = (value, self.rest().starts_with('\'')) {
            self.at += 1;
            return Token::Char(c);
        }
        let line_end = self.rest().find('\n').unwrap_or(self.rest().len());
        let closing = self.rest()[..line_end].find('\'');
        // Without a closing quote nothing says where the text ends; the quote alone is junk then.
        self.at = closing.map_or(start + 1, |length| self.at + length + 1);
        let finding = self
            .report(
                Code::BadToken,
                start,
                "single quotes hold exactly one character",
            )
            .help("texts go between double quotes: \"…\"".to_owned());
        self.findings.push(finding);
        Token::Broken
    }

    /// The character an escape stands for; the backslash is at `at`.
    fn escape(&mut self) -> Option<char> {
        let start = self.at;
        let rest = &self.rest()[1..];
        let Some(kind) = rest.chars().next() else {
            self.at += 1;
            return None;
        };
        self.at += 1 + kind.len_utf8();
        let simple = match kind {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            '0' => Some('\0'),
            '\\' | '"' | '\'' | '/' => Some(kind),
            _ => None,
        };
        if simple.is_some() {
            return simple;
        }
        let (digits, length) = match kind {
            'x' => (rest.get(1..3), 2),
            'u' if rest[1..].starts_with('{') => {
                let end = rest.bytes().take(10).position(|b| b == b'}');
                (end.and_then(|end| rest.get(2..end)), end.unwrap_or(0))
            }
            _ => (None, 0),
        };
        let hexadecimal = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = hexadecimal.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        if let Some(c) = value.and_then(char::from_u32) {
            self.at += length;
            return Some(c);
        }
        let message = format!("`\\{}` is no escape", kind.escape_debug());
        let help = "write `\\\\` for a backslash, or use a raw text: r\"…\"".to_owned();
        let finding = self.report(Code::BadEscape, start, message).help(help);
        self.findings.push(finding);
        None
    }

    fn suspect_missing_quote(&mut self, start: usize, value: &str) {
        if self.suspect.is_some() {
            return;
        }
        let like_field = |line: &str| {
            let line = line.trim_start();
            let length = word_length(line);
            length > 0 && line[length..].trim_start().starts_with(':')
        };
        if value.split('\n').skip(1).any(like_field) {
            self.suspect = Some(self.to_line_end(start));
        }
    }

    fn to_line_end(&self, start: usize) -> Span {
        let line = self.text[start..].lines().next().unwrap_or("");
        self.span(start, start + line.trim_end().len())
    }

    /// A quote is missing somewhere, and since texts may span lines every later quote was read the
    /// wrong way round: what was found behind the suspect is noise.
    fn unterminated(&mut self, start: usize) {
        self.ended_inside = true;
        let last = self.to_line_end(start);
        let (code, message) = (Code::UnterminatedString, "this text is never closed");
        let mut finding = Diagnostic::error(code, last, message);
        if let Some(suspect) = self.suspect {
            let file = self.file;
            self.findings
                .retain(|f| f.primary.span.file != file || f.primary.span.start < suspect.start);
            finding =
                Diagnostic::error(code, suspect, "this text probably lacks its closing quote")
                    .also(last, "because this one then opens a text that never ends");
        }
        self.findings
            .push(finding.help("close it with `\"`".to_owned()));
    }
}

/// How many bytes of `text` are a word; hyphens count inside, because people write `checkout-api`
/// and are better told about quotes than about a stray hyphen.
pub(super) fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next_is_letter = chars.peek().is_some_and(|&(_, c)| c.is_alphanumeric());
        let part = match c {
            '_' => true,
            '-' => at > 0 && next_is_letter,
            _ if at == 0 => c.is_alphabetic(),
            _ => c.is_alphanumeric(),
        };
        if !part {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}
