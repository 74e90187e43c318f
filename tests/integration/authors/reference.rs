//! The reference and the schema are written from the types, and kept where people look for them.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use sev1::diag::{Findings, Sources};
use sev1::scenario::builtin::{SCENARIOS, WORLDS};
use sev1::scenario::decode::{Decode, FieldDesc, TypeDesc, VariantDesc};
use sev1::scenario::syntax::{Entry, Field, Kind, Node, parse};
use sev1::scenario::{raw, reference, schema};

/// Compares with a file below `assets/authors`; renew them with `SEV1_RENEW=1 cargo test authors`.
pub(super) fn is_kept(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/authors")
        .join(name);
    if std::env::var_os("SEV1_RENEW").is_some() {
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        kept == made,
        "{name} is not what `sev1` prints; SEV1_RENEW=1 renews it"
    );
}

#[test]
fn the_reference_and_the_schema_are_as_the_program_prints_them() {
    is_kept("reference.md", &reference::markdown());
    is_kept("schema.json", &format!("{:#}\n", schema::schema()));
}

#[test]
fn both_commands_print_them() {
    for (command, begins) in [
        ("reference", "# The language of scenarios"),
        ("schema", "{"),
    ] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = sev1::cli::run_with(&["sev1", command], &mut out, &mut err);
        assert_eq!((code, err.len()), (0, 0));
        assert!(String::from_utf8(out).unwrap().starts_with(begins));
    }
}

/// A value as JSON, as the schema means it.
fn as_json(node: &Node, desc: &TypeDesc) -> Value {
    match (desc, &node.kind) {
        (TypeDesc::Optional(_), Kind::None) => Value::Null,
        (TypeDesc::Optional(of), Kind::Some(inner)) => as_json(inner, &of()),
        (TypeDesc::List(of) | TypeDesc::OneOrList(of), Kind::List(items)) => {
            items.iter().map(|item| as_json(item, &of())).collect()
        }
        (TypeDesc::Optional(of) | TypeDesc::OneOrList(of), _) => as_json(node, &of()),
        (TypeDesc::Map(of), Kind::Map(entries)) => {
            let value = |it: &Entry| (key(&it.key), as_json(&it.value, &of()));
            Value::Object(entries.iter().map(value).collect())
        }
        (TypeDesc::Tuple(parts), Kind::Tuple { items, .. }) => items
            .iter()
            .zip(*parts)
            .map(|(item, part)| as_json(item, &part()))
            .collect(),
        (TypeDesc::Struct(desc), _) => fields(node, desc.fields),
        (TypeDesc::Enum(desc), kind) => {
            let name = match kind {
                Kind::Word(word) => word,
                Kind::Struct {
                    name: Some(name), ..
                }
                | Kind::Tuple {
                    name: Some(name), ..
                } => &name.text,
                _ => panic!("no choice: {}", node.found()),
            };
            let variant = desc.variants.iter().find(|it| it.name == name);
            choice(node, variant.unwrap_or_else(|| panic!("no choice {name}")))
        }
        (_, Kind::Str(text) | Kind::Word(text)) => json!(text),
        (_, Kind::Number(text)) => serde_json::from_str(text).unwrap(),
        (_, Kind::Bool(value)) => json!(value),
        (_, Kind::None) => json!("none"),
        _ => panic!("unexpected {}", node.found()),
    }
}

fn key(node: &Node) -> String {
    match &node.kind {
        Kind::Str(text) | Kind::Word(text) => text.clone(),
        _ => panic!("no key: {}", node.found()),
    }
}

fn fields(node: &Node, descs: &[FieldDesc]) -> Value {
    let given: &[Field] = match &node.kind {
        Kind::Struct { fields, .. } => fields,
        _ => &[],
    };
    let value = |field: &Field| {
        let desc = descs.iter().find(|desc| desc.name == field.name.text);
        let desc = desc.unwrap_or_else(|| panic!("no field {}", field.name.text));
        (field.name.text.clone(), as_json(&field.value, &(desc.of)()))
    };
    Value::Object(given.iter().map(value).collect())
}

fn choice(node: &Node, variant: &VariantDesc) -> Value {
    let items: &[Node] = match &node.kind {
        Kind::Tuple { items, .. } => items,
        _ => &[],
    };
    let inside = match (variant.items, items) {
        ([], _) if variant.fields.is_empty() => return json!(variant.name),
        ([], _) => fields(node, variant.fields),
        ([one], [item]) => as_json(item, &(one.of)()),
        ([one], _) => match (one.of)() {
            TypeDesc::Struct(desc) => fields(node, desc.fields),
            other => panic!("{} holds {}", variant.name, other.short()),
        },
        (descs, items) => items
            .iter()
            .zip(descs)
            .map(|(it, desc)| as_json(it, &(desc.of)()))
            .collect(),
    };
    Value::Object(Map::from_iter([(variant.name.to_owned(), inside)]))
}

/// The words of JSON schema that ours uses.
fn fits(value: &Value, schema: &Value, root: &Value) -> bool {
    let each = |key: &str| schema[key].as_array().map(|all| all.iter());
    if let Some(path) = schema["$ref"].as_str() {
        return fits(
            value,
            root.pointer(path.trim_start_matches('#'))
                .expect("a definition"),
            root,
        );
    }
    let kind = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|it| it.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    };
    let type_fits = match &schema["type"] {
        Value::String(name) => kind(name),
        Value::Array(names) => names
            .iter()
            .any(|name| kind(name.as_str().expect("a type"))),
        _ => true,
    };
    let is_const = schema.get("const").is_none_or(|it| it == value);
    let any = each("anyOf").is_none_or(|mut all| all.any(|it| fits(value, it, root)));
    let one = each("oneOf").is_none_or(|all| all.filter(|it| fits(value, it, root)).count() == 1);
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    let listed = match (schema.get("items"), each("prefixItems")) {
        (Some(of), _) => items.iter().all(|item| fits(item, of, root)),
        (None, Some(all)) => {
            all.len() == items.len() && all.zip(items).all(|(of, it)| fits(it, of, root))
        }
        _ => true,
    };
    type_fits && is_const && any && one && listed && object_fits(value, schema, root)
}

fn object_fits(value: &Value, schema: &Value, root: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return true;
    };
    let mut required = schema["required"].as_array().into_iter().flatten();
    let fields_fit = object.iter().all(|(name, value)| {
        match (
            schema["properties"].get(name),
            &schema["additionalProperties"],
        ) {
            (None, Value::Bool(allowed)) => *allowed,
            (None, Value::Null) => true,
            (Some(of), _) | (None, of) => fits(value, of, root),
        }
    });
    fields_fit && required.all(|name| object.contains_key(name.as_str().expect("a name")))
}

fn tree(text: &str) -> Node {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let (_, tree) = parse("f", text.as_bytes(), &mut sources, &mut findings);
    assert!(!findings.has_errors());
    tree.unwrap()
}

#[test]
fn the_schema_takes_what_ships_and_refuses_what_the_program_refuses() {
    let schema = schema::schema();
    let scenario = raw::Scenario::describe();
    for file in SCENARIOS {
        let value = as_json(&tree(file.text), &scenario);
        assert!(fits(&value, &schema, &schema), "{}", file.path);
    }
    for file in WORLDS {
        let value = as_json(&tree(file.text), &raw::World::describe());
        assert!(fits(&value, &schema, &schema), "{}", file.path);
    }
    let good = json!({"components": {"a": {"Service": {"workers": 4}}}, "faults": [
        {"name": "f", "when": {"At": "5m"}, "do": {"Restart": {"component": "a"}}},
    ]});
    assert!(fits(&good, &schema, &schema));
    for (path, bad) in [
        ("/components/a/Service/workers", json!([4])),
        ("/components/a", json!({"Servant": {}})),
        ("/components/a", json!({"Service": {"worker": 4}})),
        ("/faults/0/when", json!("Sometimes")),
        ("/faults/0", json!({"name": "f", "when": "Never"})),
        ("/faults/0/do", json!([{"Restart": {}}])),
        ("/components", json!([])),
    ] {
        let mut broken = good.clone();
        *broken.pointer_mut(path).unwrap() = bad;
        assert!(!fits(&broken, &schema, &schema), "{broken}");
    }
}
