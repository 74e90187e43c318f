//! From the bytes of a scenario file, and of the world files it names, to a scenario; and from a text
//! beside it (a plan, a line of orders) to what that means in the scenario.
//!
//! Never touches the disk: whoever calls brings the bytes, and a function that fetches world files.

use super::order::Order;
use super::syntax::{self, Kind, Node};
use super::{decode, lints, model, raw, resolve};
use crate::base::digest::Digest;
use crate::diag::{Code, Diagnostic, FileId, Findings, Severity, Sources, Span, Spanned};

/// Fetches a world file by its path relative to the scenario, or says why it cannot.
pub type Reader<'r> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'r;

/// Worlds that start from worlds, at most.
const MAX_WORLDS: usize = 16;

/// Loads a scenario named `name` (for messages, and for its id if it gives none), with the worlds
/// it starts from. There is a scenario exactly if no finding is an error.
pub fn load(
    name: &str,
    bytes: &[u8],
    reader: &mut Reader<'_>,
) -> (Option<model::Scenario>, Findings, Sources) {
    let mut loader = Loader::new(reader);
    let root = loader.parse(name, bytes);
    let scenario = root.and_then(|(file, root)| loader.scenario(name, file, &root));
    loader.finish(scenario)
}

/// Checks a file of either kind: a scenario as [`load`] does and by the rules of quality too, and a
/// world by itself.
pub fn check(
    name: &str,
    bytes: &[u8],
    reader: &mut Reader<'_>,
) -> (Option<model::Scenario>, Findings, Sources) {
    let mut loader = Loader::new(reader);
    loader.with_lints = true;
    let root = loader.parse(name, bytes);
    let scenario = root.and_then(|(file, root)| {
        if is_named(&root, raw::World::DESC.name) {
            loader.lone_world(name, file, &root);
            return None;
        }
        loader.scenario(name, file, &root)
    });
    loader.finish(scenario)
}

/// A scenario that has been loaded before, for reading other texts in its terms.
pub struct Ground<'g> {
    /// Its name, as [`load`] was given it.
    pub name: &'g str,
    /// Its bytes.
    pub bytes: &'g [u8],
}

/// Reads a plan from a file of its own, in terms of a scenario. There is a plan exactly if no finding
/// is an error, and all findings are about that file: those of a scenario were told when it was
/// loaded.
pub fn load_plan(
    ground: &Ground<'_>,
    reader: &mut Reader<'_>,
    name: &str,
    bytes: &[u8],
) -> (Option<model::Plan>, Findings, Sources) {
    let mut loader = Loader::new(reader);
    let plan = loader.beside(ground, name, bytes, |loader, root| {
        let plan = loader.decode::<raw::Plan>(root)?;
        Some(resolve::Beside::Plan(stem(name).to_owned(), plan))
    });
    let plan = plan.and_then(|it| match it {
        resolve::Found::Plan(plan) => Some(plan),
        resolve::Found::Orders(_) => None,
    });
    (plan, loader.findings, loader.sources)
}

/// Reads what a plan's `do` may hold, one action or a list of them, in terms of a scenario: the
/// orders it stands for. Findings as with [`load_plan`].
pub fn load_orders(
    ground: &Ground<'_>,
    reader: &mut Reader<'_>,
    name: &str,
    text: &str,
) -> (Option<Vec<Order>>, Findings, Sources) {
    let mut loader = Loader::new(reader);
    let orders = loader.beside(ground, name, text.as_bytes(), |loader, root| {
        let actions = loader.decode::<raw::OneOrMany<Spanned<raw::Action>>>(root)?;
        Some(resolve::Beside::Orders(actions.0))
    });
    let orders = orders.and_then(|it| match it {
        resolve::Found::Orders(orders) => Some(orders),
        resolve::Found::Plan(_) => None,
    });
    (orders, loader.findings, loader.sources)
}

fn is_named(root: &Node, expected: &str) -> bool {
    matches!(
        &root.kind,
        Kind::Struct { name: Some(name), .. } | Kind::Tuple { name: Some(name), .. }
            if name.text == expected
    )
}

struct Loader<'l, 'r> {
    reader: &'l mut Reader<'r>,
    findings: Findings,
    sources: Sources,
    digest: Digest,
    lost: resolve::Lost,
    /// Worlds in the order in which they were found: each after those that build on it.
    worlds: Vec<raw::World>,
    /// Whether a scenario is held to the rules of quality, too.
    with_lints: bool,
}

impl<'l, 'r> Loader<'l, 'r> {
    fn new(reader: &'l mut Reader<'r>) -> Self {
        Self {
            reader,
            findings: Findings::default(),
            sources: Sources::default(),
            digest: Digest::default(),
            lost: resolve::Lost::default(),
            worlds: Vec::new(),
            with_lints: false,
        }
    }

    fn finish(
        mut self,
        scenario: Option<model::Scenario>,
    ) -> (Option<model::Scenario>, Findings, Sources) {
        self.findings.sort();
        (scenario, self.findings, self.sources)
    }

    /// Reads a text beside a scenario. The scenario's digest does not change by it, and only findings
    /// about the text are kept, unless the scenario itself cannot be used.
    fn beside(
        &mut self,
        ground: &Ground<'_>,
        name: &str,
        bytes: &[u8],
        read: impl FnOnce(&mut Self, &Node) -> Option<resolve::Beside>,
    ) -> Option<resolve::Found> {
        let (file, root) = self.parse(ground.name, ground.bytes)?;
        let scenario: raw::Scenario = self.decode(&root)?;
        self.world(ground.name, scenario.world.as_ref());
        let before = self.digest;
        let text = self.parse(name, bytes);
        self.digest = before;
        let (own, beside) = match text {
            Some((own, text)) => (Some(own), read(self, &text)),
            None => (None, None),
        };
        let found = beside.and_then(|beside| {
            let scenario = Some(Spanned::new(scenario, root.head()));
            self.resolve(ground.name, file, scenario, Some(beside)).1
        });
        if let Some(own) = own {
            self.findings.retain(|finding| {
                finding.primary.span.file == own || finding.severity == Severity::Error
            });
        }
        self.findings.sort();
        found.filter(|_| !self.findings.has_errors())
    }

    fn parse(&mut self, name: &str, bytes: &[u8]) -> Option<(FileId, Node)> {
        self.digest.u64(bytes.len() as u64);
        self.digest.bytes(bytes);
        let before = self.findings.error_count();
        let (file, root) = syntax::parse(name, bytes, &mut self.sources, &mut self.findings);
        // Any name may have stood where the notation is unsound.
        self.lost.everything |= self.findings.error_count() > before;
        // Where the rest of a file was not looked at, nothing can be said about its shape.
        let cut = self
            .findings
            .iter()
            .any(|finding| finding.code == Code::TooDeep);
        let root = root.filter(|root| !cut && !self.is_crowded(root))?;
        Some((file, root))
    }

    /// Far too many of something are refused before every single one is looked at.
    fn is_crowded(&mut self, root: &Node) -> bool {
        let Kind::Struct { fields, .. } = &root.kind else {
            return false;
        };
        for field in fields {
            let count = match &field.value.kind {
                Kind::Map(entries) => entries.len(),
                Kind::List(items) => items.len(),
                _ => 0,
            };
            if count > resolve::MAX_EDGES {
                let name = &field.name.text;
                let message = format!(
                    "`{name}` has {count} entries, and at most {} are read",
                    resolve::MAX_EDGES
                );
                self.findings
                    .push(Diagnostic::error(Code::TooMany, field.name.span, message));
                return true;
            }
        }
        false
    }

    fn decode<T: decode::Decode>(&mut self, root: &Node) -> Option<T> {
        let (value, lost) = decode::decode::<T>(root, &mut self.findings);
        self.lost.names.extend(lost);
        value
    }

    fn scenario(&mut self, name: &str, file: FileId, root: &Node) -> Option<model::Scenario> {
        if is_named(root, raw::World::DESC.name) {
            let help = "start a scenario from it: `Scenario(world: \"…\")`";
            self.wrong_file(root, "this is a world, and a scenario is needed", help);
            return None;
        }
        let scenario: raw::Scenario = self.decode(root)?;
        self.world(name, scenario.world.as_ref());
        let scenario = Some(Spanned::new(scenario, root.head()));
        self.resolve(name, file, scenario, None).0
    }

    fn lone_world(&mut self, name: &str, file: FileId, root: &Node) {
        let Some(world) = self.decode::<raw::World>(root) else {
            return;
        };
        let next = world.world.clone();
        self.worlds.push(world);
        self.world(name, next.as_ref());
        self.resolve(name, file, None, None);
    }

    fn resolve(
        &mut self,
        name: &str,
        file: FileId,
        scenario: Option<Spanned<raw::Scenario>>,
        beside: Option<resolve::Beside>,
    ) -> (Option<model::Scenario>, Option<resolve::Found>) {
        let head = scenario
            .as_ref()
            .map_or(Span::new(file, 0, 0), |it| it.span);
        let files = resolve::Files {
            scenario,
            worlds: std::mem::take(&mut self.worlds).into_iter().rev().collect(),
            lost: std::mem::take(&mut self.lost),
            head,
            stem: stem(name).to_owned(),
            digest: self.digest.value(),
            beside,
        };
        let resolved = resolve::resolve(&files, &mut self.findings);
        if let (Some(model), Some(scenario), true) = (&resolved.0, &files.scenario, self.with_lints)
        {
            let worlds = &files.worlds;
            let subject = lints::Subject {
                scenario,
                worlds,
                model,
            };
            lints::check(&subject, &mut self.findings);
        }
        resolved
    }

    /// Fetches the chain of worlds that starts with `first`, a path relative to the file `name`.
    fn world(&mut self, name: &str, first: Option<&Spanned<String>>) {
        let mut seen = vec![last_part(name).to_owned()];
        let mut folder = String::new();
        let mut next = first.cloned();
        while let Some(path) = next.take() {
            let joined = join(&folder, &path);
            if seen.contains(&joined) {
                let message = format!("`{joined}` starts from itself");
                let chain = seen[1..]
                    .iter()
                    .chain([&joined])
                    .map(|part| format!("`{part}`"));
                let chain: Vec<String> = chain.collect();
                let message = match chain.as_slice() {
                    [_, _, _, ..] => format!("{message}: {}", chain.join(" → ")),
                    _ => message,
                };
                self.findings
                    .push(Diagnostic::error(Code::WorldCircle, path.span, message));
                return;
            }
            if seen.len() > MAX_WORLDS {
                let message = format!("at most {MAX_WORLDS} worlds may build on each other");
                self.findings
                    .push(Diagnostic::error(Code::TooMany, path.span, message));
                return;
            }
            let bytes = match (self.reader)(&joined) {
                Ok(bytes) => bytes,
                Err(why) => {
                    let message = format!("the world `{joined}` cannot be read: {why}");
                    let finding = Diagnostic::error(Code::WorldUnreadable, path.span, message);
                    let help = "the path is relative to the file it is written in".to_owned();
                    self.findings.push(finding.help(help));
                    self.lose_all();
                    return;
                }
            };
            let shown = join(parent(name), &joined);
            let world = self.parse(&shown, &bytes).and_then(|(_, root)| {
                if is_named(&root, raw::Scenario::DESC.name) {
                    let help = "move what scenarios share into a file of its own: `World(…)`";
                    self.wrong_file(&root, "this is a scenario, and a world is needed", help);
                    return None;
                }
                self.decode(&root)
            });
            let Some(world): Option<raw::World> = world else {
                self.lose_all();
                return;
            };
            next.clone_from(&world.world);
            parent(&joined).clone_into(&mut folder);
            seen.push(joined);
            self.worlds.push(world);
        }
    }

    fn wrong_file(&mut self, root: &Node, message: &str, help: &str) {
        let finding = Diagnostic::error(Code::WrongName, root.head(), message);
        self.findings.push(finding.help(help.to_owned()));
    }

    /// Without its world every second name of a scenario is unknown, and none of that is news.
    fn lose_all(&mut self) {
        self.lost.everything = true;
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn parent(path: &str) -> &str {
    path.rfind(['/', '\\']).map_or("", |at| &path[..at])
}

/// The name of a file without its folder and ending.
fn stem(path: &str) -> &str {
    let last = last_part(path);
    last.rsplit_once('.').map_or(last, |(stem, _)| stem)
}

/// `path` seen from `folder`, with `.` and `..` worked out as far as they can be.
fn join(folder: &str, path: &str) -> String {
    let folder = if path.starts_with('/') { "" } else { folder };
    let start = match (folder, path) {
        (_, path) if path.starts_with('/') => "/",
        (folder, _) if folder.starts_with('/') => "/",
        (folder, _) if folder == "." || folder.starts_with("./") => "./",
        _ => "",
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("{start}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_file_that_names_them() {
        for (folder, path, expected) in [
            ("", "w.ron", "w.ron"),
            ("", "./w.ron", "w.ron"),
            ("worlds", "../a/w.ron", "a/w.ron"),
            ("", "../w.ron", "../w.ron"),
            ("..", "../w.ron", "../../w.ron"),
            ("./x", "w.ron", "./x/w.ron"),
            ("/x/y", "../w.ron", "/x/w.ron"),
            ("x", "/w.ron", "/w.ron"),
        ] {
            assert_eq!(join(folder, path), expected);
        }
        assert_eq!((parent("a/b.ron"), parent("b.ron")), ("a", ""));
        assert_eq!((stem("a/b.c.ron"), stem("b")), ("b.c", "b"));
    }
}
