//! How the reader gets from one item to the next, also where commas or brackets are wrong.

use super::lexer::Token;
use super::parser::{Bracket, Parser, Style};
use crate::diag::{Code, Diagnostic};

impl Parser<'_> {
    /// Items and commas up to the closing bracket, which is taken. Says whether anything had to be
    /// skipped on the way.
    pub(super) fn sequence(&mut self, style: Style, mut item: impl FnMut(&mut Self)) -> bool {
        let mut damaged = false;
        loop {
            match *self.peek() {
                Token::End => {
                    self.unclosed();
                    return true;
                }
                Token::Close(bracket) => {
                    if self.close(bracket) {
                        return damaged;
                    }
                    damaged = true;
                    continue;
                }
                _ => {}
            }
            if style == Style::List && self.open.len() > 1 && self.field_ahead() {
                self.unclosed_before_field();
                return true;
            }
            let (before, reported) = (self.lexer.peek(0).start, self.reported());
            item(self);
            let (junk, start) = {
                let next = self.lexer.peek(0);
                (next.after_junk, next.start)
            };
            let told = junk || self.reported() > reported;
            match *self.peek() {
                Token::Comma => {
                    self.bump();
                }
                Token::Close(_) | Token::End => {}
                // One finding is enough for one place.
                _ if told => {
                    damaged = true;
                    self.recover();
                }
                _ => self.missing_comma(),
            }
            if start == before && self.lexer.peek(0).start == before && !self.at_end() {
                self.bump();
            }
        }
    }

    fn missing_comma(&mut self) {
        let at = self.lexer.span(self.last_end, self.last_end);
        let next = self.lexer.peek(0).clone();
        let what = self.shown(&next);
        if next.token == Token::Colon {
            let span = self.lexer.span(next.start, next.end);
            self.report(Diagnostic::error(
                Code::Unexpected,
                span,
                format!("expected `,` or a closing bracket, found {what}"),
            ));
            self.recover();
        } else {
            let finding = Diagnostic::error(Code::MissingComma, at, "a comma is missing here");
            self.report(finding.help(format!("put one before {what}")));
        }
    }

    /// A closing bracket is next. Says whether it ends the innermost open bracket.
    fn close(&mut self, bracket: char) -> bool {
        let Some(innermost) = self.open.last().copied() else {
            return true;
        };
        if bracket == innermost.close {
            self.bump();
            return true;
        }
        let span = self.next_span();
        let message = format!("expected `{}`, found `{bracket}`", innermost.close);
        let finding = Diagnostic::error(Code::WrongClose, span, message)
            .also(innermost.span, "to close this bracket");
        self.report(finding);
        let fits = |open: &Bracket| open.close == bracket;
        let surplus = self.lexer.peek(1).token == Token::Close(innermost.close);
        if self.open.len() == 1 || surplus {
            self.bump();
            if *self.peek() == Token::Comma {
                self.bump();
            }
            return false;
        }
        // It may be the one of a bracket further out; then the inner ones end here too. Otherwise
        // it is a slip for the right one.
        if self.open.iter().any(fits) {
            self.unsure = true;
        } else {
            self.bump();
        }
        true
    }

    /// A list has no fields: where one comes, the list should have ended.
    fn unclosed_before_field(&mut self) {
        let Some(innermost) = self.open.last().copied() else {
            return;
        };
        let end = self.lexer.span(self.last_end, self.last_end);
        let message = "this bracket is not closed before the next field";
        let finding = Diagnostic::error(Code::Unclosed, innermost.span, message);
        self.report(finding.also(end, format!("`{}` expected here", innermost.close)));
    }

    fn unclosed(&mut self) {
        if let Some(innermost) = self.open.last().copied().filter(|_| !self.unsure) {
            let end = self.lexer.span(self.last_end, self.last_end);
            let finding = Diagnostic::error(
                Code::Unclosed,
                innermost.span,
                "this bracket is never closed",
            );
            self.report(finding.also(
                end,
                format!("`{}` expected before the file ends", innermost.close),
            ));
        }
        // Everything further out is open as well; once is enough.
        self.lexer.ended_inside = true;
    }

    /// Skips to the next comma, field or closing bracket of this level.
    fn recover(&mut self) {
        let mut depth = 0usize;
        loop {
            let field = self.field_ahead();
            match *self.peek() {
                Token::End => return,
                Token::Comma if depth == 0 => {
                    self.bump();
                    return;
                }
                Token::Close(_) if depth == 0 => return,
                Token::Word if depth == 0 && field => return,
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips to the bracket that closes the one just taken, however deep it goes.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 1usize;
        while depth > 0 {
            match self.bump().token {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                Token::End => {
                    // The nesting is the fault, not the brackets it left open.
                    self.lexer.ended_inside = true;
                    return;
                }
                _ => {}
            }
        }
    }
}
