//! The shape of scenario and world files as a JSON schema, for editors and for programs that write
//! scenarios. Written from the same declarations as the reference.

use serde_json::{Map, Value, json};

use super::decode::{Decode, FieldDesc, StructDesc, TypeDesc, VariantDesc, reachable};
use super::raw;

/// How RON is meant when it is written as JSON.
const COMMENT: &str = "RON as JSON: a struct is an object of its fields, its name left out; a map is an \
                       object; a choice without values is its word as a string, one with values an object \
                       with that word as its only key and, behind it, the value, the list of values or \
                       the object of fields; None is null. Files are written in RON.";

/// A schema of draft 2020-12: a scenario, or a world.
pub fn schema() -> Value {
    let roots = [raw::Scenario::describe(), raw::World::describe()];
    let mut definitions = Map::new();
    for root in roots {
        for desc in reachable(root) {
            match desc {
                TypeDesc::Struct(desc) => {
                    definitions.insert(desc.name.to_owned(), object(desc));
                }
                TypeDesc::Enum(desc) => {
                    let choices: Vec<Value> = desc.variants.iter().map(choice).collect();
                    let docs = desc.docs.join(" ");
                    let choice = json!({"description": docs.trim(), "oneOf": choices});
                    definitions.insert(desc.name.to_owned(), choice);
                }
                _ => {}
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SEV1 scenarios and worlds",
        "$comment": COMMENT,
        "anyOf": [reference("Scenario"), reference("World")],
        "$defs": definitions,
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn object(desc: &StructDesc) -> Value {
    let mut value = fields(desc.fields);
    value["description"] = json!(desc.docs.join(" ").trim());
    value
}

fn fields(fields: &[FieldDesc]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut of = of((field.of)());
        of["description"] = json!(field.docs.join(" ").trim());
        if let Some(default) = field.default {
            of["description"] = json!(format!(
                "{} If left out: {default}.",
                field.docs.join(" ").trim()
            ));
        }
        properties.insert(field.name.to_owned(), of);
    }
    let required: Vec<&str> = fields
        .iter()
        .filter(|it| it.required())
        .map(|it| it.name)
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn of(desc: TypeDesc) -> Value {
    match desc {
        TypeDesc::Plain {
            name,
            examples,
            quoted,
        } => {
            let kinds = match (name, quoted) {
                ("`true` or `false`", _) => json!("boolean"),
                ("a whole number", _) => json!("integer"),
                ("a number", _) => json!("number"),
                (_, true) => json!("string"),
                (_, false) => json!(["string", "number"]),
            };
            let examples: Vec<Value> = examples.iter().map(|text| example(text)).collect();
            json!({"type": kinds, "title": name, "examples": examples})
        }
        TypeDesc::Optional(part) => json!({"anyOf": [of(part()), {"type": "null"}]}),
        TypeDesc::List(part) => json!({"type": "array", "items": of(part())}),
        TypeDesc::OneOrList(part) => {
            json!({"anyOf": [of(part()), {"type": "array", "items": of(part())}]})
        }
        TypeDesc::Map(part) => json!({"type": "object", "additionalProperties": of(part())}),
        TypeDesc::Tuple(parts) => {
            let parts: Vec<Value> = parts.iter().map(|part| of(part())).collect();
            tuple(&parts)
        }
        TypeDesc::Struct(desc) => reference(desc.name),
        TypeDesc::Enum(desc) => reference(desc.name),
    }
}

fn tuple(parts: &[Value]) -> Value {
    let count = parts.len();
    json!({"type": "array", "prefixItems": parts, "minItems": count, "maxItems": count})
}

/// An example as authors write it: a text in quotes or a number.
fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

fn choice(variant: &VariantDesc) -> Value {
    let description = variant.docs.join(" ");
    let description = description.trim();
    let inside = match (variant.items, variant.fields) {
        ([], []) => return json!({"const": variant.name, "description": description}),
        ([one], _) => of((one.of)()),
        ([], named) => fields(named),
        (many, _) => {
            let parts: Vec<Value> = many.iter().map(|item| of((item.of)())).collect();
            tuple(&parts)
        }
    };
    json!({
        "type": "object",
        "description": description,
        "properties": {variant.name: inside},
        "required": [variant.name],
        "additionalProperties": false,
    })
}
