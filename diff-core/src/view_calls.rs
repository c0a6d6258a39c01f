//! Which routines the views of MySQL and MariaDB call. MariaDB records it nowhere, and MySQL only for those who may see all of it
//! (`information_schema.VIEW_ROUTINE_USAGE`), so their texts tell.

use std::collections::{BTreeMap, BTreeSet};

use autogen_sql_text::{Dialect, Lexeme, lexemes};

use crate::definition_kind::DefinitionKind;
use crate::model::{Schema, View};
use crate::object::ObjectId;

/// For each view, the functions and packages that it may call. A view is made only where they are there.
pub(crate) fn view_calls(schema: &Schema) -> BTreeMap<ObjectId, BTreeSet<ObjectId>> {
    let routines = routines(schema);
    if schema.dialect != Dialect::Mysql || routines.is_empty() {
        return BTreeMap::new();
    }
    let called = |view: &View| {
        called_by(view).iter().filter_map(|name| routines.get(name)).flatten().cloned().collect()
    };
    schema.views().map(|view| (ObjectId::View(view.name.clone()), called(view))).collect()
}

/// Functions and packages with their bodies by name, which is the same in any case.
fn routines(schema: &Schema) -> BTreeMap<String, Vec<ObjectId>> {
    let mut found: BTreeMap<String, Vec<ObjectId>> = BTreeMap::new();
    let kinds = [DefinitionKind::Function, DefinitionKind::Package];
    for definition in schema.definitions().filter(|definition| kinds.contains(&definition.kind)) {
        if let Some(name) = definition.own_name() {
            found.entry(name.to_lowercase()).or_default().push(definition.id());
        }
    }
    found
}

/// The names that stand before a parenthesis, or before a dot.
fn called_by(view: &View) -> BTreeSet<String> {
    let lexemes = lexemes(Dialect::Mysql, view.query.as_str());
    let is_called = |pair: &&[Lexeme]| pair[1].is_sign("(") || pair[1].is_sign(".");
    lexemes.windows(2).filter(is_called).filter_map(|pair| pair[0].name()).map(str::to_lowercase).collect()
}
