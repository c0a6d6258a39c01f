//! Views that programs read.

use autogen_diff_core::diff::rename_order::is_aside;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::{Break, GONE};

/// A column, with its type where that is known.
type ViewColumn<'a> = (&'a Ident, Option<&'a str>);

/// A view that goes, or that is made again with other columns.
pub(super) fn dropped(name: &QualifiedName, schemas: Pair<&Schema>) -> Vec<Break> {
    if is_aside(&name.name) {
        // What stepped aside is told of by its own name.
        return Vec::new();
    }
    let sides = schemas.map(|schema| columns(name, schema));
    let Some(new) = sides.to else { return vec![(name.to_string(), GONE.to_owned())] };
    let old = sides.from.unwrap_or_default();
    let lost = old.into_iter().filter_map(|column| {
        let message = match new.iter().find(|(other, _)| *other == column.0) {
            None => "programs that read this column of the view fail from here on".to_owned(),
            Some((_, to)) => {
                let types = Pair::new(column.1?, (*to)?);
                (types.from != types.to && !follows_table(types, schemas))
                    .then(|| format!("programs read {} where the view had {}", types.to, types.from))?
            }
        };
        Some((format!("{name}.{}", column.0), message))
    });
    lost.collect()
}

/// The columns of a view, or of the table that takes its place; none where there is neither.
fn columns<'a>(name: &QualifiedName, schema: &'a Schema) -> Option<Vec<ViewColumn<'a>>> {
    if let Some(view) = schema.view(name) {
        let types = view.column_types.iter().map(|text| Some(text.as_str()));
        return Some(view.columns.iter().zip(types.chain(std::iter::repeat(None))).collect());
    }
    if let Some(view) = schema.materialized_view(name) {
        return Some(view.columns.iter().map(|column| (column, None)).collect());
    }
    let table = schema.table(name)?;
    Some(table.columns.iter().map(|column| (&column.name, Some(column.data_type.as_str()))).collect())
}

/// Whether a column of a table, which programs read too, changes its type in the same way.
fn follows_table(types: Pair<&str>, schemas: Pair<&Schema>) -> bool {
    schemas.from.tables().any(|old| {
        let of_type = old.columns.iter().filter(|column| column.data_type == types.from);
        let new = schemas.to.table(&old.name);
        let mut changed = of_type.filter_map(|column| new?.column(&column.name));
        changed.any(|column| column.data_type == types.to)
    })
}
