//! A file as brackets, items and the comments around them, and how it is read. The text was read without
//! a mistake before, so what makes no sense here is given up on.

use super::pieces::{Piece, pieces};
use crate::scenario::syntax::lexer::Token;

/// A comment on a line of its own.
pub(super) struct Comment {
    pub(super) text: String,
    pub(super) blank_before: bool,
}

/// A value as it was written.
pub(super) enum Value {
    Atom(String),
    Group(Group),
}

/// Brackets and what is in them.
pub(super) struct Group {
    /// Name and bracket: `Service(`, `[`.
    pub(super) open: String,
    pub(super) close: char,
    pub(super) items: Vec<Item>,
    /// Comments behind the last item.
    pub(super) dangling: Vec<Comment>,
    /// Whether the first item stands on a line of its own, and so the closing bracket.
    pub(super) broken: bool,
}

/// What stands between two commas.
pub(super) struct Item {
    pub(super) leading: Vec<Comment>,
    /// Whether it begins a line, and whether one stays free before it.
    pub(super) newline: bool,
    pub(super) blank_before: bool,
    pub(super) key: Option<Value>,
    pub(super) value: Value,
    /// Comments behind it on its last line.
    pub(super) trailing: Vec<String>,
}

impl Item {
    /// Behind a comment to the end of the line there is room for nothing more.
    pub(super) fn add_behind(&mut self, comments: Vec<String>) {
        for text in comments {
            if self
                .trailing
                .last()
                .is_some_and(|last| last.starts_with("//"))
            {
                self.newline = true;
                self.leading.push(Comment {
                    text,
                    blank_before: false,
                });
            } else {
                self.trailing.push(text);
            }
        }
    }
}

/// A whole file.
pub(super) struct Document {
    pub(super) attributes: Vec<String>,
    pub(super) root: Item,
    pub(super) dangling: Vec<Comment>,
}

pub(super) struct Reader {
    pieces: Vec<Piece>,
    at: usize,
}

impl Reader {
    pub(super) fn new(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            pieces: pieces(text),
            at: 0,
        }
    }

    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    fn token(&self) -> Option<&Token> {
        self.peek()?.token.as_ref()
    }

    fn take(&mut self) -> String {
        let text = self.peek().map_or_else(String::new, |it| it.text.clone());
        self.at += 1;
        text
    }

    /// Comments from here on, each on a line of its own.
    fn own_lines(&mut self) -> Vec<Comment> {
        let mut found = Vec::new();
        while let Some(Piece {
            token: None,
            newlines,
            ..
        }) = self.peek()
        {
            let blank_before = *newlines > 1;
            found.push(Comment {
                text: self.take(),
                blank_before,
            });
        }
        found
    }

    /// Comments that stand on the line of what was read last.
    fn same_line(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        while matches!(self.peek(), Some(it) if it.token.is_none() && it.newlines == 0) {
            found.push(self.take());
        }
        found
    }

    pub(super) fn document(mut self) -> Option<Document> {
        let mut leading = self.own_lines();
        let mut attributes = Vec::new();
        while self.token() == Some(&Token::Attribute) {
            attributes.push(self.take());
            leading.extend(self.own_lines());
        }
        let mut root = self.item(leading)?;
        root.add_behind(self.same_line());
        let dangling = self.own_lines();
        (self.token() == Some(&Token::End)).then_some(Document {
            attributes,
            root,
            dangling,
        })
    }

    /// An item with its key; comments inside of it go in front of it.
    fn item(&mut self, mut leading: Vec<Comment>) -> Option<Item> {
        let newlines = self.peek()?.newlines;
        let first = self.value(&mut leading)?;
        let trailing = self.same_line();
        let has_key = {
            let ahead = self.pieces[self.at..]
                .iter()
                .find(|it| it.token.is_some())?;
            ahead.token == Some(Token::Colon)
        };
        let (key, value, trailing) = if has_key {
            let inside = trailing.into_iter().map(|text| Comment {
                text,
                blank_before: false,
            });
            leading.extend(inside);
            leading.extend(self.own_lines());
            self.take();
            leading.extend(self.own_lines());
            let value = self.value(&mut leading)?;
            (Some(first), value, self.same_line())
        } else {
            (None, first, trailing)
        };
        Some(Item {
            newline: newlines > 0 || !leading.is_empty(),
            blank_before: newlines > 1,
            leading,
            key,
            value,
            trailing,
        })
    }

    /// A value; `stray` takes comments between a name and its brackets.
    fn value(&mut self, stray: &mut Vec<Comment>) -> Option<Value> {
        match self.token()? {
            Token::Open(_) => self.group(String::new()).map(Value::Group),
            Token::Word => {
                let name = self.take();
                let ahead = self.pieces[self.at..]
                    .iter()
                    .find(|it| it.token.is_some())?;
                if matches!(ahead.token, Some(Token::Open('('))) {
                    stray.extend(self.own_lines());
                    return self.group(name).map(Value::Group);
                }
                Some(Value::Atom(name))
            }
            Token::Str(_) | Token::Char(_) | Token::Number(_) => Some(Value::Atom(self.take())),
            _ => None,
        }
    }

    fn group(&mut self, name: String) -> Option<Group> {
        let open = name + &self.take();
        let mut items: Vec<Item> = Vec::new();
        let mut broken = self.peek()?.newlines > 0;
        // A line end before a comma is one before the next item: commas stand behind.
        let mut ended_line = false;
        loop {
            if let Some(last) = items.last_mut() {
                last.add_behind(self.same_line());
            }
            let mut leading = self.own_lines();
            if let Some(Token::Close(close)) = self.token() {
                let close = *close;
                self.take();
                // Behind a comment to the end of the line there is no room for a bracket.
                let last = items.last();
                let to_end = |it: &Item| it.trailing.iter().any(|text| text.starts_with("//"));
                broken = broken && !(items.is_empty() && leading.is_empty());
                broken |= last.is_some_and(to_end) || !leading.is_empty();
                if let Some(first) = items.first_mut() {
                    broken |= !first.leading.is_empty();
                    first.newline = broken;
                    first.blank_before &= !first.leading.is_empty();
                    if let Some(comment) = first.leading.first_mut() {
                        comment.blank_before = false;
                    }
                } else if let Some(comment) = leading.first_mut() {
                    comment.blank_before = false;
                }
                return Some(Group {
                    open,
                    close,
                    items,
                    dangling: leading,
                    broken,
                });
            }
            let mut item = self.item(leading)?;
            item.newline |= ended_line;
            if self.token() != Some(&Token::Comma) {
                // Only a closing bracket may follow, perhaps behind comments.
                let ahead = self.pieces[self.at..]
                    .iter()
                    .find(|it| it.token.is_some())?;
                if ahead.token == Some(Token::Comma) {
                    let inside = self.own_lines();
                    item.newline |= !inside.is_empty();
                    item.leading.extend(inside);
                }
            }
            if self.token() == Some(&Token::Comma) {
                ended_line = self.peek().is_some_and(|it| it.newlines > 0);
                self.take();
            }
            items.push(item);
        }
    }
}
