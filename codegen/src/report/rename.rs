//! Renames in a line each.

use autogen_diff_core::ObjectId;
use autogen_diff_core::diff::rename::Rename;

use super::Entry;

pub(super) fn entry(rename: &Rename) -> Entry {
    let (object, to) = match rename {
        Rename::Table(names) => (ObjectId::Table(names.from.clone()).to_string(), names.to.to_string()),
        Rename::Column(table, names) => {
            (ObjectId::Column(table.clone(), names.from.clone()).to_string(), names.to.to_string())
        }
        Rename::EnumValue(name, values) => (format!("value {name}.{}", values.from), values.to.clone()),
        Rename::Object(ids) => (ids.from.to_string(), ids.to.to_string()),
    };
    Entry::new("rename", object, vec![format!("~ to {to}")].into())
}
