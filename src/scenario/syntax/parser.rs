//! Tokens to a tree, with recovery: after a fault the reader goes on behind the next comma or
//! bracket of the same level, so that one fault gives one finding.

use std::collections::BTreeMap;

use super::lexer::{Lexeme, Lexer, Token, word_length};
use super::{
    Entry, Field, Kind, MAX_DEPTH, MAX_SYNTAX_FINDINGS, MAX_VALUES, Name, Node, shortened,
};
use crate::diag::{Code, Diagnostic, FileId, Findings, Span};

pub(super) fn parse(file: FileId, text: &str, findings: &mut Findings) -> Option<Node> {
    let mut own = Findings::default();
    let root = Parser::new(Lexer::new(file, text, &mut own)).document();
    findings.append(own);
    root
}

pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    /// The end of the last token taken: where a missing comma belongs.
    pub(super) last_end: usize,
    /// Brackets that are open now.
    pub(super) open: Vec<Bracket>,
    values: usize,
    /// Whether brackets were closed by guessing, so that they need not add up at the end.
    pub(super) unsure: bool,
    /// Whether too deep nesting was reported; where it occurs once it tends to occur everywhere.
    too_deep: bool,
}

#[derive(Clone, Copy)]
pub(super) struct Bracket {
    pub(super) span: Span,
    pub(super) close: char,
}

/// What lies between two brackets.
#[derive(Default)]
struct Body {
    fields: Vec<Field>,
    items: Vec<Node>,
    /// Whether something was skipped.
    damaged: bool,
}

/// How the inside of a bracket is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    /// `(…)`: fields or values.
    Round,
    /// `[…]`: values.
    List,
    /// `{…}`: keys and values.
    Map,
}

impl<'a> Parser<'a> {
    fn new(lexer: Lexer<'a>) -> Self {
        Self {
            lexer,
            last_end: 0,
            open: Vec::new(),
            values: 0,
            unsure: false,
            too_deep: false,
        }
    }

    fn document(mut self) -> Option<Node> {
        while self.lexer.peek(0).token == Token::Attribute {
            self.attribute();
        }
        if self.at_end() {
            if !self.lexer.ended_inside && self.lexer.findings.is_empty() {
                let finding =
                    Diagnostic::error(Code::EmptyFile, self.lexer.span(0, 0), "the file is empty");
                self.report(
                    finding.help("it must hold one value: `Name(field: value, …)`".to_owned()),
                );
            }
            return None;
        }
        let root = self.value();
        if !self.at_end() && root.kind != Kind::Broken && !self.unsure {
            let next = self.bump();
            let (span, what) = (self.lexer.span(next.start, next.end), self.shown(&next));
            let message = format!("the value ends before this, yet {what} follows");
            self.report(
                Diagnostic::error(Code::TrailingText, span, message)
                    .also(root.span.at_end(), "the value ends here"),
            );
        }
        Some(root)
    }

    pub(super) fn peek(&mut self) -> &Token {
        &self.lexer.peek(0).token
    }

    pub(super) fn at_end(&mut self) -> bool {
        *self.peek() == Token::End
    }

    pub(super) fn bump(&mut self) -> Lexeme {
        let lexeme = self.lexer.next();
        if lexeme.token != Token::End {
            self.last_end = lexeme.end;
        }
        if self.lexer.findings.iter().len() >= MAX_SYNTAX_FINDINGS {
            self.lexer.skip_to_end();
        }
        lexeme
    }

    pub(super) fn next_span(&mut self) -> Span {
        let (start, end) = {
            let next = self.lexer.peek(0);
            (next.start, next.end)
        };
        self.lexer.span(start, end)
    }

    /// Adds a finding, unless the text ended inside something: what seems to be missing then is
    /// the consequence of a fault that was reported.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        if !self.lexer.ended_inside {
            self.lexer.findings.push(finding);
        }
    }

    pub(super) fn reported(&self) -> usize {
        self.lexer.findings.error_count()
    }

    /// The text of a token, for a message.
    pub(super) fn shown(&self, lexeme: &Lexeme) -> String {
        match &lexeme.token {
            Token::End => "the end of the file".into(),
            _ => format!(
                "`{}`",
                shortened(&self.lexer.text[lexeme.start..lexeme.end])
            ),
        }
    }

    fn node(&self, start: usize, kind: Kind) -> Node {
        Node {
            span: self.lexer.span(start, self.last_end.max(start)),
            kind,
        }
    }

    fn attribute(&mut self) {
        const KNOWN: [&str; 3] = ["enable", "schema", "type"];
        let lexeme = self.bump();
        let written = &self.lexer.text[lexeme.start..lexeme.end];
        let inside = written.trim_start_matches("#![").trim_start();
        let name = &inside[..word_length(inside)];
        let message = if !KNOWN.contains(&name) {
            format!("there is no attribute `{}`", shortened(name))
        } else if !written.ends_with(']') {
            "this attribute is never closed".to_owned()
        } else {
            return;
        };
        let span = self.lexer.span(lexeme.start, lexeme.end);
        self.report(Diagnostic::error(Code::BadAttribute, span, message).expected(KNOWN));
    }

    fn value(&mut self) -> Node {
        self.values += 1;
        if self.values == MAX_VALUES {
            let span = self.next_span();
            let message = format!("the file has more than {MAX_VALUES} values");
            self.lexer
                .findings
                .push(Diagnostic::error(Code::TooLarge, span, message));
            self.lexer.skip_to_end();
        }
        let (start, taken) = {
            let next = self.lexer.peek(0);
            let value = !matches!(next.token, Token::Close(_) | Token::Comma | Token::End);
            (next.start, value)
        };
        if !taken {
            return self.no_value();
        }
        if let Token::Open(bracket) = *self.peek() {
            return self.bracketed(start, None, bracket);
        }
        let lexeme = self.bump();
        match lexeme.token {
            Token::Word => self.word(start, lexeme.end),
            Token::Str(text) => self.node(start, Kind::Str(text)),
            Token::Char(c) => self.node(start, Kind::Char(c)),
            Token::Number(number) => self.node(start, Kind::Number(number)),
            Token::Broken => self.node(start, Kind::Broken),
            _ => {
                let span = self.lexer.span(lexeme.start, lexeme.end);
                let message = format!("expected a value, found {}", self.shown(&lexeme));
                self.report(Diagnostic::error(Code::Unexpected, span, message));
                self.node(start, Kind::Broken)
            }
        }
    }

    /// Where a value is missing: reported, and nothing taken.
    fn no_value(&mut self) -> Node {
        let next = self.lexer.peek(0).clone();
        let quiet = next.after_junk || (next.token == Token::End && self.lexer.ended_inside);
        if !quiet {
            let span = self.lexer.span(next.start, next.end);
            let message = format!("expected a value, found {}", self.shown(&next));
            self.report(Diagnostic::error(Code::Unexpected, span, message));
        }
        Node {
            span: self.lexer.span(next.start, next.start),
            kind: Kind::Broken,
        }
    }

    fn word(&mut self, start: usize, end: usize) -> Node {
        let written = &self.lexer.text[start..end];
        let text = written.strip_prefix("r#").unwrap_or(written);
        if let Token::Open(bracket @ ('(' | '{')) = *self.peek() {
            let name = Name {
                text: text.to_owned(),
                span: self.lexer.span(start, end),
            };
            if bracket == '{' {
                let span = self.next_span();
                let message = format!("`{text}` takes round brackets");
                let help = format!("write `{text}(field: value)`");
                self.report(Diagnostic::error(Code::Unexpected, span, message).help(help));
            }
            return self.bracketed(start, Some(name), '(');
        }
        let kind = match text {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "None" => Kind::None,
            "inf" | "NaN" => Kind::Number(text.to_owned()),
            _ => Kind::Word(text.to_owned()),
        };
        self.node(start, kind)
    }

    /// A value in brackets, the opening one next.
    fn bracketed(&mut self, start: usize, name: Option<Name>, bracket: char) -> Node {
        let opening = self.bump();
        let span = self.lexer.span(opening.start, opening.end);
        if self.open.len() >= MAX_DEPTH {
            if !self.too_deep {
                self.too_deep = true;
                let message = format!("brackets are nested more than {MAX_DEPTH} deep");
                self.report(Diagnostic::error(Code::TooDeep, span, message));
            }
            self.skip_group();
            return self.node(start, Kind::Broken);
        }
        // What was written decides how it closes, also where another bracket was due.
        let close = match opening.token {
            Token::Open('[') => ']',
            Token::Open('{') => '}',
            _ => ')',
        };
        self.open.push(Bracket { span, close });
        let kind = match bracket {
            '[' => Kind::List(self.body(Style::List).items),
            '{' => Kind::Map(self.map()),
            _ => self.round(name),
        };
        self.open.pop();
        self.node(start, kind)
    }

    fn round(&mut self, name: Option<Name>) -> Kind {
        let body = self.body(Style::Round);
        let Body {
            mut fields,
            mut items,
            damaged,
        } = body;
        if fields.is_empty() {
            return match name {
                None if items.is_empty() && !damaged => Kind::Unit,
                Some(name) if name.text == "Some" && items.len() == 1 => items
                    .pop()
                    .map_or(Kind::None, |inner| Kind::Some(Box::new(inner))),
                name => Kind::Tuple { name, items },
            };
        }
        let unnamed = items.iter().find(|item| item.kind != Kind::Broken);
        if let (Some(item), Some(field)) = (unnamed, fields.first()) {
            let finding =
                Diagnostic::error(Code::MixedFields, item.head(), "this value has no name")
                    .also(field.name.span, "while others here have one");
            self.report(finding.help("write `name: value` for each".to_owned()));
        }
        let names = fields
            .iter()
            .map(|field| (field.name.text.clone(), field.name.span));
        let first = self.first_of_each(names.collect(), Code::DuplicateField, "field");
        let mut index = 0..;
        fields.retain(|_| index.next().is_some_and(|i| first[i]));
        Kind::Struct {
            name,
            fields,
            damaged: damaged || !items.is_empty(),
        }
    }

    /// Which names occur for the first time; the others are reported.
    fn first_of_each(&mut self, names: Vec<(String, Span)>, code: Code, what: &str) -> Vec<bool> {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut first = Vec::with_capacity(names.len());
        for (name, span) in names {
            let earlier = seen.get(&name).copied();
            first.push(earlier.is_none());
            if let Some(earlier) = earlier {
                let message = format!("{what} `{}` is given twice", shortened(&name));
                self.lexer.findings.push(
                    Diagnostic::error(code, span, message)
                        .label("again here")
                        .also(earlier, "first given here"),
                );
            } else {
                seen.insert(name, span);
            }
        }
        first
    }

    fn map(&mut self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        self.sequence(Style::Map, |parser| {
            let key = parser.value();
            if *parser.peek() == Token::Colon {
                parser.bump();
                let value = parser.field_value(&key.found());
                entries.push(Entry { key, value });
            } else if key.kind != Kind::Broken {
                let message = format!("expected `:` and a value after the key {}", key.found());
                let span = key.span.at_end();
                parser.report(
                    Diagnostic::error(Code::Unexpected, span, message)
                        .help("maps are written `{key: value}`, lists `[value]`".to_owned()),
                );
            }
        });
        let keys = entries
            .iter()
            .map(|entry| (key_text(&entry.key), entry.key.span))
            .collect();
        let first = self.first_of_each(keys, Code::DuplicateKey, "key");
        let mut index = 0..;
        entries.retain(|_| index.next().is_some_and(|i| first[i]));
        entries
    }

    fn body(&mut self, style: Style) -> Body {
        let mut body = Body::default();
        body.damaged = self.sequence(style, |parser| {
            if style == Style::List {
                body.items.push(parser.value());
            } else if parser.at_field() {
                let name = parser.bump();
                let text = &parser.lexer.text[name.start..name.end];
                let text = text
                    .strip_prefix("r#")
                    .unwrap_or(text)
                    .trim_matches('"')
                    .to_owned();
                let span = parser.lexer.span(name.start, name.end);
                parser.colon(&text, &name);
                let value = parser.field_value(&text);
                body.fields.push(Field {
                    name: Name { text, span },
                    value,
                });
            } else {
                body.items.push(parser.value());
            }
        });
        body
    }

    /// Whether a field comes next. A word before the start of a value, on the same line, is one
    /// whose colon is missing: as two values it would make no sense either.
    fn at_field(&mut self) -> bool {
        let first = self.lexer.peek(0).clone();
        let second = self.lexer.peek(1).clone();
        let same_line = !self.lexer.text[first.end.min(second.start)..second.start].contains('\n');
        match (&first.token, &second.token) {
            (Token::Word | Token::Str(_), Token::Colon) => true,
            (Token::Word, Token::Str(_) | Token::Number(_) | Token::Word | Token::Open('[')) => {
                same_line && !second.after_junk
            }
            _ => false,
        }
    }

    fn colon(&mut self, field: &str, name: &Lexeme) {
        let span = self.lexer.span(name.start, name.end);
        if *self.peek() == Token::Colon {
            self.bump();
            if matches!(name.token, Token::Str(_)) {
                let finding =
                    Diagnostic::error(Code::Unexpected, span, "field names stand without quotes");
                self.report(finding.help(format!("write `{field}: …`")));
            }
        } else {
            let message = format!("expected `:` after the field name `{}`", shortened(field));
            self.report(Diagnostic::error(Code::Unexpected, span.at_end(), message));
        }
    }

    pub(super) fn field_ahead(&mut self) -> bool {
        *self.peek() == Token::Word && self.lexer.peek(1).token == Token::Colon
    }

    /// The value after a colon. `name:` at the end of a line followed by another field has none.
    fn field_value(&mut self, field: &str) -> Node {
        let (first, second) = (self.lexer.peek(0).clone(), self.lexer.peek(1).clone());
        let gap = &self.lexer.text[self.last_end.min(first.start)..first.start];
        if first.token == Token::Word && second.token == Token::Colon && gap.contains('\n') {
            let span = self.lexer.span(self.last_end, self.last_end);
            let message = format!("`{}` has no value", shortened(field));
            self.report(Diagnostic::error(Code::Unexpected, span, message));
            return Node {
                span,
                kind: Kind::Broken,
            };
        }
        self.value()
    }
}

/// What makes two keys the same.
fn key_text(key: &Node) -> String {
    let list = |nodes: &[Node]| nodes.iter().map(key_text).collect::<Vec<_>>().join(", ");
    match &key.kind {
        Kind::Str(text) | Kind::Word(text) | Kind::Number(text) => text.clone(),
        Kind::Char(c) => c.to_string(),
        Kind::Bool(value) => value.to_string(),
        Kind::List(items) => format!("[{}]", list(items)),
        Kind::Tuple { name, items } => {
            let name = name.as_ref().map_or("", |name| name.text.as_str());
            format!("{name}({})", list(items))
        }
        // Nobody keys a map by these; their place keeps them apart.
        _ => format!("{}..{}", key.span.start, key.span.end),
    }
}
