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
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::Incident, Self::Story, Self::Interviewer];

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

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Markdown.
    Markdown,
    /// A page that needs nothing else.
    Page,
    /// One JSON object, always with everything.
    Json,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Page, Self::Markdown, Self::Json];

    /// How its files end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Page => "html",
            Self::Json => "json",
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

    /// Takes out headings that nothing stands below: what there is nothing to say of is left out.
    pub(super) fn without_empty(mut self) -> Self {
        let mut kept: Vec<Block> = Vec::with_capacity(self.blocks.len());
        for block in self.blocks.into_iter().rev() {
            let is_empty = match (&block, kept.last()) {
                (Block::Heading(..), None) => true,
                (Block::Heading(level, _), Some(Block::Heading(next, _))) => next <= level,
                _ => false,
            };
            if !is_empty {
                kept.push(block);
            }
        }
        kept.reverse();
        self.blocks = kept;
        self
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
