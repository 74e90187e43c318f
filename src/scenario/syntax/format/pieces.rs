//! A text as tokens and comments, with the line ends between them.

use crate::diag::{FileId, Findings};
use crate::scenario::syntax::lexer::{Lexer, Token};

/// A token or a comment, and the line ends before it.
pub(super) struct Piece {
    /// `None` is a comment.
    pub(super) token: Option<Token>,
    pub(super) text: String,
    pub(super) newlines: usize,
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut findings = Findings::default();
    let mut lexer = Lexer::new(FileId::NOWHERE, text, &mut findings);
    let (mut pieces, mut at) = (Vec::new(), 0);
    loop {
        let lexeme = lexer.next();
        let newlines = comments(&text[at..lexeme.start], &mut pieces);
        let is_end = lexeme.token == Token::End;
        pieces.push(Piece {
            token: Some(lexeme.token),
            text: text[lexeme.start..lexeme.end].to_owned(),
            newlines,
        });
        if is_end {
            return pieces;
        }
        at = lexeme.end;
    }
}

/// Takes the comments out of what stands between two tokens; the line ends after the last one.
fn comments(gap: &str, pieces: &mut Vec<Piece>) -> usize {
    let mut rest = gap;
    loop {
        let Some(start) = rest.find('/') else {
            return rest.matches('\n').count();
        };
        let newlines = rest[..start].matches('\n').count();
        let length = if rest[start..].starts_with("//") {
            rest[start..].find('\n').unwrap_or(rest.len() - start)
        } else {
            block_length(&rest[start..])
        };
        pieces.push(Piece {
            token: None,
            text: rest[start..start + length].trim_end().to_owned(),
            newlines,
        });
        rest = &rest[start + length..];
    }
}

/// The length of a comment that may hold comments.
fn block_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = text[at..].find(['/', '*']) {
        let here = &text[at + found..];
        let step = if here.starts_with("/*") {
            depth += 1;
            2
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            2
        } else {
            1
        };
        at += found + step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
