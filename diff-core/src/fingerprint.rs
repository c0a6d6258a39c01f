//! A short hash of a schema's meaning, for headers and drift checks.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use sha2::{Digest, Sha256};

use crate::model::{Column, Expression, Persistence, Schema, Table};
use crate::name::QualifiedName;
use crate::text::alias::by_name;

/// The first 12 hex digits of a SHA-256 over everything that is compared.
///
/// Column order, source spelling, the server's version and recorded
/// dependencies have no part in it.
pub fn fingerprint(schema: &Schema) -> String {
    let mut hash = FieldHash::default();
    write_text(schema, "", &mut hash);
    hash.finish()
}

/// The same, in which the name of a namespace has no part: of two namespaces with the same objects it is the same.
pub fn fingerprint_apart_from(schema: &Schema, namespace: &str) -> String {
    let quoted = format!("\"{}\"", namespace.replace('"', "\"\""));
    let spelled = [quoted.replace('\'', "''"), quoted, namespace.to_owned()];
    let mut text = String::new();
    write_text(schema, "\n", &mut text);
    let text = spelled.iter().fold(text, |text, name| {
        // As it stands in a text of `Debug`.
        without_word(&text, name.escape_debug().to_string().replace("\\'", "'").as_str())
    });
    let mut hash = FieldHash::default();
    let _ = hash.write_str(&text);
    hash.finish()
}

/// A text in which a word stands as `?`.
fn without_word(text: &str, word: &str) -> String {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let (mut kept, mut copied) = (String::new(), 0);
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        if at < copied || text[..at].ends_with(is_of_word) || text[end..].starts_with(is_of_word) {
            continue;
        }
        kept.push_str(&text[copied..at]);
        kept.push('?');
        copied = end;
    }
    kept.push_str(&text[copied..]);
    kept
}

/// Writes everything that is compared. A mark between the parts of a definition keeps its name a word of its own; what is
/// recorded has none.
fn write_text(schema: &Schema, mark: &str, out: &mut impl Write) {
    let Schema {
        dialect,
        flavor: _,
        extension_members: _,
        version: _,
        default_namespace: _,
        objects: _,
        comments,
        extension_dependencies,
        privileges,
        acl_order: _,
        owners,
        role: _,
        dependencies: _,
        notes: _,
    } = schema;
    // As a map of names to objects is written.
    let namespaces = by_name_of(schema.namespaces(), |found| &found.name);
    let enum_types = by_name_of(schema.enum_types(), |found| &found.name);
    let sequences = by_name_of(schema.sequences(), |found| &found.name);
    let views = in_any_order(schema.views(), schema, |view| &view.name, |view| &mut view.query);
    let materialized_views =
        in_any_order(schema.materialized_views(), schema, |view| &view.name, |view| &mut view.query);
    let _ = write!(
        out,
        "{dialect:?}{namespaces:?}{enum_types:?}{sequences:?}{views:?}{materialized_views:?}{comments:?}{privileges:?}{owners:?}"
    );
    if !extension_dependencies.is_empty() {
        let _ = write!(out, "{extension_dependencies:?}");
    }
    for extension in schema.extensions() {
        let _ = write!(out, "{}{}", extension.name, extension.namespace);
    }
    for definition in schema.definitions() {
        let meaning =
            definition.compared.as_ref().map_or_else(|| definition.statements.join(";"), Clone::clone);
        let (kind, identity, parts) = (definition.kind, &definition.identity, &definition.parts);
        let _ = write!(out, "{kind:?}{mark}{identity}{mark}{meaning}{mark}{parts:?}");
    }
    for table in schema.tables() {
        let _ = write!(out, "{:?}", sorted(table));
    }
}

/// A hash of a text of `Debug` without the fields that say nothing, so that an attribute which the model learns later changes no
/// fingerprint where nobody uses it. The text may come in pieces.
#[derive(Default)]
struct FieldHash {
    hash: Sha256,
    /// What came since the last field ended.
    field: String,
}

/// What parts the fields.
const BETWEEN: &str = ", ";

impl FieldHash {
    fn end_field(&mut self) {
        let field = self.field.as_str();
        let end = field.trim_end_matches([' ', '}', ')', ']']);
        let said = [": None", ": false", ": [", ": {"].iter().all(|usual| !end.ends_with(usual));
        if said {
            self.hash.update(BETWEEN);
            self.hash.update(field);
        } else {
            // The empty braces of the value are its own.
            let closing = &field[end.len()..];
            let own = usize::from(end.ends_with(['[', '{']));
            self.hash.update(closing.get(own..).unwrap_or_default());
        }
        self.field.clear();
    }

    fn finish(mut self) -> String {
        self.end_field();
        short(self.hash)
    }
}

impl Write for FieldHash {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        // What parts two fields may come in two pieces.
        if self.field.ends_with(',') && rest.starts_with(' ') {
            self.field.pop();
            self.end_field();
            rest = &rest[1..];
        }
        // One character is found quicker than two.
        let mut looked_at = 0;
        while let Some(found) = rest[looked_at..].find(',') {
            let comma = looked_at + found;
            if rest[comma..].starts_with(BETWEEN) {
                self.field.push_str(&rest[..comma]);
                self.end_field();
                rest = &rest[comma + BETWEEN.len()..];
                looked_at = 0;
            } else {
                looked_at = comma + 1;
            }
        }
        self.field.push_str(rest);
        Ok(())
    }
}

/// The same of any text.
pub fn fingerprint_of_text(text: &str) -> String {
    short(Sha256::new_with_prefix(text))
}

/// The first digits of a hash.
fn short(hash: Sha256) -> String {
    hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Views whose queries do not depend on the order of columns.
fn in_any_order<'a, V: Clone + 'a>(
    views: impl Iterator<Item = &'a V>,
    schema: &Schema,
    name: impl Fn(&V) -> &QualifiedName,
    query: impl Fn(&mut V) -> &mut Expression,
) -> BTreeMap<QualifiedName, V> {
    let views = views.cloned().map(|mut view| {
        let query = query(&mut view);
        *query = Expression::new(by_name(query.as_str(), schema));
        (name(&view).clone(), view)
    });
    views.collect()
}

fn by_name_of<'a, N: Ord, V>(
    objects: impl Iterator<Item = &'a V>,
    name: impl Fn(&'a V) -> &'a N,
) -> BTreeMap<&'a N, &'a V> {
    objects.map(|object| (name(object), object)).collect()
}

/// The table with its columns and constraints in an order of their own.
fn sorted(table: &Table) -> Table {
    let mut table = table.clone();
    if table.postgres().partition_key.is_some() {
        // On a partitioned table it has no effect, and no statement changes it.
        table.postgres_mut().persistence = Persistence::Permanent;
    }
    let recorded = |column: &&mut Column| column.postgres().not_null.is_recorded();
    for column in table.columns.iter_mut().filter(recorded) {
        // A name that nobody gave is no part of the meaning.
        let constraint = &mut column.postgres_mut().not_null;
        constraint.name = constraint.given_name().cloned();
        constraint.has_default_name = constraint.name.is_none();
    }
    table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    table.constraints.sort_by_cached_key(|constraint| format!("{constraint:?}"));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_left_out_where_it_is_one() {
        assert_eq!(without_word("a.b ab.a \"a\" a_1", "a"), "?.b ab.? \"?\" a_1");
    }

    fn hash_of<'a>(pieces: impl IntoIterator<Item = &'a str>) -> String {
        let mut hash = FieldHash::default();
        pieces.into_iter().for_each(|piece| hash.write_str(piece).unwrap());
        hash.finish()
    }

    #[test]
    fn a_field_that_says_nothing_changes_nothing() {
        let before = hash_of(["T { a: 1, b: Some(2), c: [U { d: 3 }] }"]);
        for after in [
            "T { a: 1, new: None, b: Some(2), c: [U { d: 3, new: None }] }",
            "T { a: 1, b: Some(2), c: [U { d: 3, new: false, newer: [] }], more: [], most: {} }",
        ] {
            assert_eq!(hash_of([after]), before);
        }
        assert_ne!(hash_of(["T { a: 1, b: Some(2) }"]), hash_of(["T { a: 1, b: None }"]));
    }

    #[test]
    fn pieces_are_hashed_as_their_text() {
        let text = "T { ä: 1, new: None, b: \"ö,é, \", c: [U { d: 3, new: [] }], e: {} }, , x";
        assert_eq!(fingerprint_of_text(", T { ä: 1, b: \"ö,é, \", c: [U { d: 3 }] }, , x"), hash_of([text]));
        assert_eq!(hash_of(text.split_inclusive(|_| true)), hash_of([text]));
    }
}
