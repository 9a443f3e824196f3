//! The format as a JSON Schema, with which editors complete and check a scenario as it is written.
//!
//! Draft 7, and of that only what editors of TOML understand. A schema sees the shape of a file and no more: which
//! names there are, and what needs what, is for the reader to say.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Absent, Either, Key, Kind, MAX_MEMBERS, MAX_NAME, Others, Portion, Range, SCENARIO, Section};
use crate::scenario::institutions;

/// What every schema of the format says about which it is.
const SCHEMA_ID: &str = "urn:nemcon:scenario";

/// Names that can be ids.
const NAME: &str = "^[A-Za-z0-9_-]+$";
/// Setting paths: names with dots between them.
const PATH: &str = "^[^.]+(\\.[^.]+)+$";
/// Days.
const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
/// Exact fractions as text.
const FRACTION: &str = "^\\s*[0-9_]+(\\.[0-9_]*|\\s*/\\s*[0-9_]+)?\\s*$";

/// The JSON Schema of scenario files.
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    let Value::Object(mut schema) = definitions.section(&SCENARIO) else { return String::new() };
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("$id".to_owned(), json!(SCHEMA_ID));
    schema.insert("title".to_owned(), json!("A scenario of nemcon"));
    let found = definitions.0.into_iter().filter_map(|(name, schema)| Some((name.to_owned(), schema?)));
    schema.insert("definitions".to_owned(), Value::Object(found.collect()));
    format!("{:#}\n", Value::Object(schema))
}

/// Whether `bytes` are a JSON Schema of scenario files, of whichever version.
pub fn is_schema(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Value>(bytes).is_ok_and(|schema| schema["$id"] == SCHEMA_ID)
}

/// What is said once and referred to, by name; nothing while it is being written.
#[derive(Default)]
struct Definitions(BTreeMap<&'static str, Option<Value>>);

impl Definitions {
    /// A reference to what is called `name`, which is written if it is not yet.
    fn refer(&mut self, name: &'static str, write: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            self.0.insert(name, None);
            let written = write(self);
            self.0.insert(name, Some(written));
        }
        // Beside a bare reference no description would be read.
        json!({ "allOf": [{ "$ref": format!("#/definitions/{name}") }] })
    }

    fn section(&mut self, section: &Section) -> Value {
        let properties: Map<_, _> = section.all().map(|key| (key.name.to_owned(), self.key(key))).collect();
        let required: Vec<_> = section.all().filter(|key| key.absent == Absent::Wrong).map(|key| key.name).collect();
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if let Some(Others { kind, meaning, .. }) = &section.others {
            let pattern = if matches!(kind, Kind::Any) { PATH } else { NAME };
            let mut other = self.kind(kind);
            other["description"] = json!(meaning);
            schema["patternProperties"] = json!({ pattern: other });
        }
        if section.one_of.len() == section.keys.len() && !section.one_of.is_empty() {
            schema["minProperties"] = json!(1);
            schema["maxProperties"] = json!(1);
        } else if !section.one_of.is_empty() {
            let ways: Vec<_> = section.one_of.iter().map(|key| json!({ "required": [key] })).collect();
            schema["oneOf"] = json!(ways);
        }
        schema
    }

    fn either(&mut self, either: &Either) -> Value {
        let table = self.kind(&Kind::Table(either.table));
        json!({ "anyOf": [{ "type": "string", "enum": either.words }, table] })
    }

    fn key(&mut self, key: &Key) -> Value {
        let mut schema = self.kind(&key.kind);
        schema["description"] = json!(key.meaning);
        match key.absent {
            // Of a table of numbers it is the default of each.
            Absent::Number(_) if matches!(key.kind, Kind::Numbers(_)) => {}
            Absent::Number(number) if number.fract() == 0.0 => schema["default"] = json!(number as i64),
            Absent::Number(number) => schema["default"] = json!(number),
            Absent::Word(word) => schema["default"] = json!(word),
            Absent::False => schema["default"] = json!(false),
            Absent::True => schema["default"] = json!(true),
            Absent::Wrong | Absent::WrongAlone | Absent::Nothing | Absent::Says(_) => {}
        }
        schema
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Number(range) => number(range),
            Kind::Whole(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Kind::Fraction(portion) => {
                let mut schema = json!({ "type": ["number", "string"], "pattern": FRACTION, "minimum": 0 });
                match portion {
                    Portion::Any => {}
                    Portion::Share => schema["maximum"] = json!(1),
                    Portion::ShareAboveZero => {
                        schema["maximum"] = json!(1);
                        schema["exclusiveMinimum"] = json!(0);
                    }
                }
                schema
            }
            Kind::Text(longest) => text(*longest),
            Kind::Name => name(),
            Kind::Institution => json!({ "type": "string", "enum": institutions::names().collect::<Vec<_>>() }),
            Kind::Date => json!({ "type": "string", "pattern": DATE }),
            Kind::Total(section) => {
                let whole = json!({ "type": "integer", "minimum": 0, "maximum": MAX_MEMBERS });
                json!({ "anyOf": [whole, self.kind(&Kind::Table(section))] })
            }
            Kind::Truth => json!({ "type": "boolean" }),
            Kind::Choice(words) => json!({ "type": "string", "enum": words }),
            Kind::Texts(longest) => json!({ "type": "array", "items": text(*longest) }),
            Kind::Names => json!({ "type": "array", "items": name() }),
            Kind::Numbers(named) => json!({
                "type": "object",
                "patternProperties": { NAME: number(&named.range) },
                "additionalProperties": false,
            }),
            Kind::Table(section) => self.refer(section.name, |all| all.section(section)),
            Kind::Tables(section) => {
                json!({ "type": "array", "items": self.refer(section.name, |all| all.section(section)) })
            }
            Kind::Either(either) => self.refer(either.name, |all| all.either(either)),
            Kind::Several(either) => {
                json!({ "type": "array", "minItems": 1, "items": self.refer(either.name, |all| all.either(either)) })
            }
            Kind::Any => json!({}),
        }
    }
}

fn number(range: &Range) -> Value {
    json!({ "type": "number", "minimum": range.min, "maximum": range.max })
}

fn text(longest: usize) -> Value {
    let mut schema = json!({ "type": "string" });
    if longest < usize::MAX {
        schema["maxLength"] = json!(longest);
    }
    schema
}

fn name() -> Value {
    json!({ "type": "string", "pattern": NAME, "maxLength": MAX_NAME })
}
