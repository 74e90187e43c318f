//! What a report consists of, before it is Markdown or HTML.

use crate::view::{Curves, Histogram};

/// What is to be reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Everything.
    #[default]
    Full,
    /// The usual post-incident report.
    Incident,
    /// The story for an interview.
    Story,
    /// Questions for whoever interviews.
    Interviewer,
}

impl Kind {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Full => "debrief",
            Self::Incident => "incident report",
            Self::Story => "the story in four parts",
            Self::Interviewer => "interviewer's sheet",
        }
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What follows, in order.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading; 2 is a section, 3 a part of one.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// Points.
    List(Vec<String>),
    /// Rows below a head.
    Table(Vec<&'static str>, Vec<Vec<String>>),
    /// What customers lost over time.
    Curves(Box<Curves>),
    /// The same decisions on other seeds.
    Histogram(Histogram),
}

impl Document {
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            blocks: Vec::new(),
        }
    }

    pub(super) fn section(&mut self, words: &str) {
        self.blocks.push(Block::Heading(2, words.to_owned()));
    }

    pub(super) fn part(&mut self, words: &str) {
        self.blocks.push(Block::Heading(3, words.to_owned()));
    }

    /// A text that its author may have wrapped.
    pub(super) fn text(&mut self, words: &str) {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            self.blocks.push(Block::Text(line));
        }
    }

    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let lines = items
            .into_iter()
            .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
        let items: Vec<String> = lines.collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    pub(super) fn table(&mut self, head: &[&'static str], rows: Vec<Vec<String>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Table(head.to_vec(), rows));
        }
    }
}
