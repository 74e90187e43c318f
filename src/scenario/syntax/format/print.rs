//! How brackets, items and comments are laid out.

use super::tree::{Document, Group, Item, Value};

/// Lines are no longer than this where that can be helped.
const WIDTH: usize = 130;
const INDENT: usize = 4;

struct Printer {
    out: String,
    /// Characters on the current line, and its indentation.
    column: usize,
    indent: usize,
}

impl Document {
    pub(super) fn print(&self) -> String {
        let mut printer = Printer {
            out: String::new(),
            column: 0,
            indent: 0,
        };
        for attribute in &self.attributes {
            printer.put(attribute);
            printer.line(0, false);
        }
        for (place, comment) in self.root.leading.iter().enumerate() {
            if place > 0 {
                printer.line(0, comment.blank_before);
            }
            printer.put(&comment.text);
        }
        if !self.root.leading.is_empty() {
            printer.line(0, self.root.blank_before);
        }
        printer.value(&self.root.value);
        for text in &self.root.trailing {
            printer.put(" ");
            printer.put(text);
        }
        for comment in &self.dangling {
            printer.line(0, comment.blank_before);
            printer.put(&comment.text);
        }
        printer.out.push('\n');
        printer.out
    }
}

impl Printer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rsplit_once('\n') {
            Some((_, last)) => self.column = last.chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn line(&mut self, indent: usize, blank_before: bool) {
        self.out.push_str(if blank_before { "\n\n" } else { "\n" });
        self.out.push_str(&" ".repeat(indent));
        (self.column, self.indent) = (indent, indent);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Atom(text) => self.put(text),
            Value::Group(group) => self.group(group),
        }
    }

    fn group(&mut self, group: &Group) {
        let outer = self.indent;
        self.put(&group.open);
        let rest = group
            .flat_width()
            .map(|width| width - group.open.chars().count());
        // Room for the comma and the bracket that tend to follow.
        let too_long = rest.is_some_and(|rest| self.column + rest + 2 > WIDTH);
        let apart = too_long && group.items.len() > 1;
        let broken = group.broken || apart;
        let inner = if broken { outer + INDENT } else { self.column };
        for (place, item) in group.items.iter().enumerate() {
            for comment in &item.leading {
                self.line(inner, comment.blank_before);
                self.put(&comment.text);
            }
            let first = place == 0;
            // What does not fit behind its neighbour may fit on a line of its own.
            let crowded = !first
                && item
                    .flat_width()
                    .is_some_and(|it| self.column + it + 3 > WIDTH);
            if item.newline || crowded || apart || (first && broken) {
                self.line(inner, item.blank_before);
            } else if !first {
                self.put(" ");
            }
            if let Some(key) = &item.key {
                self.value(key);
                self.put(": ");
            }
            self.value(&item.value);
            if broken || place + 1 < group.items.len() {
                self.put(",");
            }
            for text in &item.trailing {
                self.put(" ");
                self.put(text);
            }
        }
        for comment in &group.dangling {
            self.line(inner, comment.blank_before);
            self.put(&comment.text);
        }
        if broken {
            self.line(outer, false);
        }
        self.put(&group.close.to_string());
    }
}

impl Group {
    /// Characters of the whole on one line; `None` where it has several.
    fn flat_width(&self) -> Option<usize> {
        if self.broken || !self.dangling.is_empty() {
            return None;
        }
        let mut width = self.open.chars().count() + 1;
        for item in &self.items {
            if item.newline || !item.leading.is_empty() || !item.trailing.is_empty() {
                return None;
            }
            width += item.flat_width()?;
        }
        Some(width + 2 * self.items.len().saturating_sub(1))
    }
}

impl Item {
    fn flat_width(&self) -> Option<usize> {
        let key = match &self.key {
            Some(key) => key.flat_width()? + 2,
            None => 0,
        };
        Some(key + self.value.flat_width()?)
    }
}

impl Value {
    fn flat_width(&self) -> Option<usize> {
        match self {
            Self::Atom(text) => (!text.contains('\n')).then(|| text.chars().count()),
            Self::Group(group) => group.flat_width(),
        }
    }
}
