//! Enums as types (PostgreSQL), as `ENUM` (MySQL), or as text with a check.

use super::SqlWriter;
use crate::declared::EnumType;

impl SqlWriter<'_> {
    /// `CREATE TYPE … AS ENUM`.
    pub(super) fn enum_type(&mut self, item: &EnumType) {
        let start = self.script.text.len();
        self.hint("", item.renamed_from.as_ref(), item.place.file);
        self.script.push(&format!("CREATE TYPE {} AS ENUM (", self.enum_name(item)));
        for (i, value) in item.values.iter().enumerate() {
            self.script.push(if i == 0 { "\n" } else { ",\n" });
            self.hint("    ", value.renamed_from.as_ref(), item.place.file);
            let place = crate::Place { file: item.place.file, span: value.variant.span() };
            let value = self.literal(&value.value);
            self.script.at(place, &format!("    {value}"));
        }
        self.script.push("\n);\n\n");
        self.script.since(start, item.place);
    }

    /// The type's name with its schema.
    pub(super) fn enum_name(&self, item: &EnumType) -> String {
        let name = self.quoted(&item.name.value);
        match &item.schema {
            Some(schema) => format!("{}.{name}", self.quoted(&schema.value)),
            None => name,
        }
    }

    /// The values, as a list.
    pub(super) fn enum_values(&self, item: &EnumType) -> String {
        item.values.iter().map(|value| self.literal(&value.value)).collect::<Vec<_>>().join(", ")
    }
}
