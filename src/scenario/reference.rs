//! The reference of the language as Markdown, written from the declarations that read the files: what it
//! says of a field is what the reader takes.

use std::collections::BTreeMap;

use super::decode::{Decode, FieldDesc, StructDesc, TypeDesc, VariantDesc, reachable};
use super::raw;
use crate::diag::Code;

/// What the types cannot say.
const PREFACE: &str = "\
# The language of scenarios

`sev1 reference` prints this page. It is written from the declarations that read the files, so it says
what the program takes. `sev1 explain CODE` explains a finding, and the author guide beside this file
takes you from an empty folder to a proven scenario.

## Notation

A file is [RON](https://github.com/ron-rs/ron): `Name(field: value, …)` with named fields, `[…]` for
lists, `{\"name\": value}` for things by name, `\"…\"` for texts, `// …` for comments. A comma may follow
the last of them. The name in front of brackets may be left out wherever only one is possible. A field
that is not given has its default; a value for an optional field is written as it is, without `Some`.

A **choice** is a word: `Never`, or a word with values in brackets, `At(\"5m\")`. A choice that holds a
struct has that struct's fields in its own brackets: `Service(instances: 4)`.

A text may go over several lines; where it is meant to be read (briefings, lines of colleagues), line
ends and indentation are only for your eye, an empty line begins a paragraph, and lines that begin with
`- ` stay lines.
";

/// The whole reference.
pub fn markdown() -> String {
    let (scenario, world) = (raw::Scenario::describe(), raw::World::describe());
    let mut types = reachable(scenario);
    let known: Vec<&str> = types.iter().filter_map(name_of).collect();
    let more = reachable(world);
    let more = more
        .into_iter()
        .filter(|it| name_of(it).is_none_or(|name| !known.contains(&name)));
    // The world is read right after the scenario.
    types.splice(1..1, more);
    let mut out = PREFACE.to_owned();
    out.push_str(&values(&types));
    out.push_str("\n## Everything by name\n\n");
    let mut names: Vec<&str> = types.iter().filter_map(name_of).collect();
    names.sort_unstable_by_key(|name| name.to_lowercase());
    let links: Vec<String> = names.iter().map(|name| link(name)).collect();
    out.push_str(&links.join(" · "));
    out.push('\n');
    for desc in &types {
        match desc {
            TypeDesc::Struct(desc) => struct_page(desc, &mut out),
            TypeDesc::Enum(desc) => {
                heading(desc.name, desc.docs, &mut out);
                variants(desc.variants, &mut out);
            }
            _ => {}
        }
    }
    out.push_str("\n## Findings\n\n| code | what |\n|---|---|\n");
    for code in Code::ALL {
        out.push_str(&format!("| `{code}` | {} |\n", code.title()));
    }
    out
}

fn name_of(desc: &TypeDesc) -> Option<&'static str> {
    match desc {
        TypeDesc::Struct(desc) => Some(desc.name),
        TypeDesc::Enum(desc) => Some(desc.name),
        _ => None,
    }
}

fn link(name: &str) -> String {
    format!("[`{name}`](#{})", name.to_lowercase())
}

/// A table of all single values, with examples.
fn values(types: &[TypeDesc]) -> String {
    let mut found: BTreeMap<&str, &[&str]> = BTreeMap::new();
    let mut note = |fields: &[FieldDesc]| {
        for field in fields {
            plain((field.of)(), &mut found);
        }
    };
    for desc in types {
        match desc {
            TypeDesc::Struct(desc) => note(desc.fields),
            TypeDesc::Enum(desc) => {
                for variant in desc.variants {
                    note(variant.items);
                    note(variant.fields);
                }
            }
            _ => {}
        }
    }
    let mut out = "\n## Values\n\n| value | written |\n|---|---|\n".to_owned();
    for (name, examples) in found {
        let examples: Vec<String> = examples.iter().map(|it| format!("`{it}`")).collect();
        let examples = match examples.as_slice() {
            [] => name.to_owned(),
            all => all.join(", "),
        };
        out.push_str(&format!("| {} | {examples} |\n", without_article(name)));
    }
    out
}

fn plain(desc: TypeDesc, found: &mut BTreeMap<&'static str, &'static [&'static str]>) {
    match desc {
        TypeDesc::Plain { name, examples, .. } => {
            found.insert(name, examples);
        }
        TypeDesc::Optional(of)
        | TypeDesc::List(of)
        | TypeDesc::OneOrList(of)
        | TypeDesc::Map(of) => {
            plain(of(), found);
        }
        TypeDesc::Tuple(parts) => parts.iter().for_each(|part| plain(part(), found)),
        TypeDesc::Struct(_) | TypeDesc::Enum(_) => {}
    }
}

fn without_article(name: &str) -> &str {
    name.trim_start_matches("a ").trim_start_matches("an ")
}

fn heading(name: &str, docs: &[&str], out: &mut String) {
    out.push_str(&format!("\n## {name}\n\n{}\n", docs.join(" ").trim()));
}

fn struct_page(desc: &StructDesc, out: &mut String) {
    heading(desc.name, desc.docs, out);
    if !desc.fields.is_empty() {
        out.push('\n');
        fields(desc.fields, out);
    }
}

fn fields(fields: &[FieldDesc], out: &mut String) {
    out.push_str("| field | takes | if left out | meaning |\n|---|---|---|---|\n");
    for field in fields {
        let (default, meaning) = (default(field), cell(&field.docs.join(" ")));
        let range = match field.range {
            Some((low, high)) => format!(
                " from {} to {}",
                low.replace('"', ""),
                high.replace('"', "")
            ),
            None => String::new(),
        };
        let takes = takes((field.of)());
        out.push_str(&format!(
            "| `{}` | {takes}{range} | {default} | {meaning} |\n",
            field.name
        ));
    }
}

fn default(field: &FieldDesc) -> String {
    match field.default {
        Some(text) => format!("`{}`", cell(text)),
        None if field.required() => "**must be given**".to_owned(),
        None => "–".to_owned(),
    }
}

/// What a type is in words, with links.
fn takes(desc: TypeDesc) -> String {
    match desc {
        TypeDesc::Plain { name, .. } => cell(without_article(name)),
        TypeDesc::Optional(of) => takes(of()),
        TypeDesc::List(of) => format!("list of {}", takes(of())),
        TypeDesc::OneOrList(of) => format!("{}, or a list of them", takes(of())),
        TypeDesc::Map(of) => format!("map of names to {}", takes(of())),
        TypeDesc::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| takes(part())).collect();
            format!("({})", parts.join(", "))
        }
        TypeDesc::Struct(desc) => link(desc.name),
        TypeDesc::Enum(desc) => link(desc.name),
    }
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn variants(variants: &[VariantDesc], out: &mut String) {
    out.push_str("\n| choice | meaning |\n|---|---|\n");
    for variant in variants {
        let docs = cell(&variant.docs.join(" "));
        out.push_str(&format!(
            "| `{}` | {docs}{} |\n",
            written(variant),
            inside(variant)
        ));
    }
    // What stands in brackets by name has defaults and ranges of its own.
    for variant in variants.iter().filter(|it| !it.fields.is_empty()) {
        out.push_str(&format!("\n`{}` has:\n\n", variant.name));
        fields(variant.fields, out);
    }
}

/// How a choice is written, with all of its values.
fn written(variant: &VariantDesc) -> String {
    let name = |item: &FieldDesc| match (item.of)() {
        TypeDesc::Struct(_) => "…",
        _ => item.name,
    };
    let items = variant.items.iter().map(|item| name(item).to_owned());
    let fields = variant
        .fields
        .iter()
        .map(|field| format!("{}: …", field.name));
    let all: Vec<String> = items.chain(fields).collect();
    match all.as_slice() {
        [] => variant.name.to_owned(),
        all => format!("{}({})", variant.name, all.join(", ")),
    }
}

/// What the values by position are.
fn inside(variant: &VariantDesc) -> String {
    let items = variant.items.iter().map(|item| {
        let what = takes((item.of)());
        match (item.of)() {
            TypeDesc::Struct(_) => format!(" The fields of {what} stand in its brackets."),
            _ => format!(" `{}` is a {what}.", item.name),
        }
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::markdown;
    use crate::scenario::decode::{Decode, TypeDesc, reachable};
    use crate::scenario::raw;

    #[test]
    fn every_field_and_choice_is_on_the_page_and_every_link_leads_somewhere() {
        let page = markdown();
        for desc in reachable(raw::Scenario::describe()) {
            match desc {
                TypeDesc::Struct(desc) => {
                    assert!(
                        page.contains(&format!("\n## {}\n", desc.name)),
                        "{}",
                        desc.name
                    );
                    for field in desc.fields {
                        assert!(
                            page.contains(&format!("| `{}` |", field.name)),
                            "{}",
                            field.name
                        );
                        assert!(!field.docs.is_empty(), "{}.{}", desc.name, field.name);
                    }
                }
                TypeDesc::Enum(desc) => {
                    for variant in desc.variants {
                        let (word, bracket) = (
                            format!("| `{}`", variant.name),
                            format!("| `{}(", variant.name),
                        );
                        assert!(
                            page.contains(&word) || page.contains(&bracket),
                            "{}",
                            variant.name
                        );
                    }
                }
                _ => {}
            }
        }
        let headings: Vec<String> = page
            .lines()
            .filter_map(|line| Some(line.strip_prefix("## ")?.to_lowercase()))
            .collect();
        let mut unique = headings.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), headings.len(), "two headings of one name");
        for part in page.split("](#").skip(1) {
            let target = part.split(')').next().expect("a link");
            assert!(
                headings.iter().any(|it| it == target),
                "no heading for #{target}"
            );
        }
    }
}
