//! What differs of views and materialized views.

use autogen_diff_core::model::{MaterializedView, View};
use autogen_diff_core::{Ident, Pair};

use super::attribute::Attributes;
use super::text::TextChange;
use super::{Details, index};

pub(super) fn view(pair: &Pair<View>) -> Details {
    let View { name: _, columns, column_types: _, query, options, column_defaults, source } = &pair.from;
    let to = &pair.to;
    let mut found = Attributes::default();
    found.list("option", Pair::new(&**options, &to.options));
    for name in both(column_defaults.keys(), to.column_defaults.keys()) {
        let defaults = Pair::new(column_defaults.get(name), to.column_defaults.get(name));
        found.optional(&format!("default of {name}"), defaults);
    }
    // SQLite keeps what the author wrote.
    let texts = if source.0.is_empty() || to.source.0.is_empty() {
        Pair::new(query.as_str(), to.query.as_str())
    } else {
        Pair::new(source.0.as_str(), to.source.0.as_str())
    };
    let texts: Vec<TextChange> = TextChange::between("query", texts).into_iter().collect();
    if texts.is_empty() && found.len() == 0 {
        found.value("columns", Pair::new(names(columns), names(&to.columns)));
    }
    Details { lines: found.into_lines(), texts }
}

pub(super) fn materialized_view(pair: &Pair<MaterializedView>) -> Details {
    let MaterializedView {
        name: _,
        columns: _,
        column_settings,
        query,
        options,
        tablespace,
        access_method,
        populated,
        indexes: _,
        clustered_on,
    } = &pair.from;
    let to = &pair.to;
    let mut found = Attributes::default();
    found.list("option", Pair::new(&**options, &to.options));
    found.optional("tablespace", Pair::new(tablespace.as_ref(), to.tablespace.as_ref()));
    found.optional("access method", Pair::new(access_method.as_ref(), to.access_method.as_ref()));
    found.flag("data", Pair::new(*populated, to.populated));
    found.optional("clustered on", Pair::new(clustered_on.as_ref(), to.clustered_on.as_ref()));
    for name in both(column_settings.keys(), to.column_settings.keys()) {
        if column_settings.get(name) != to.column_settings.get(name) {
            found.say(format!("~ settings of column {name}"));
        }
    }
    let described = |side: &MaterializedView| side.indexes.values().map(|own| index::describe(own)).collect();
    found.lines(pair.as_ref().map(described));
    let texts = TextChange::between("query", Pair::new(query.as_str(), to.query.as_str()));
    Details { lines: found.into_lines(), texts: texts.into_iter().collect() }
}

/// The names of both sides, each once.
fn both<'a>(from: impl Iterator<Item = &'a Ident>, to: impl Iterator<Item = &'a Ident>) -> Vec<&'a Ident> {
    from.chain(to).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn names(columns: &[Ident]) -> String {
    columns.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ")
}
