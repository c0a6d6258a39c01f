//! Keys, checks and foreign keys.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Ident, LitStr, Path, parenthesized};

use super::column::ColumnParts;
use super::grammar::{
    comma_separated, databases, each_inner_key, flag, for_one, idents, is_plain_list, nearest, once,
    per_database, string, text, timing,
};
use super::table::{columns_of, set_primary_key};
use super::unraw;
use crate::declared::{
    Action, Check, Exclude, ForeignKey, PerDatabase, PrimaryKey, Reference, Referenced, Table, Text, Timing,
    Unique,
};

/// What stands at fields is the table's.
pub(super) fn add_of_columns(table: &mut Table, parts: ColumnParts) {
    let ColumnParts { primary_key, uniques, indexes, checks, foreign_keys } = parts;
    if let Some((_, span)) = primary_key.first() {
        let span = *span;
        let columns = primary_key.into_iter().map(|(column, _)| column).collect();
        set_primary_key(
            table,
            PrimaryKey {
                span,
                name: None,
                columns,
                timing: Timing::Immediate,
                options: PerDatabase::default(),
            },
        )
        .expect("it is the first");
    }
    table.uniques.extend(uniques);
    table.indexes.extend(indexes);
    table.checks.extend(checks);
    table.foreign_keys.extend(foreign_keys);
}

/// `primary_key(a, b)`, or `primary_key(columns(a, b), name = "…")`; with a name alone, that of the key at the fields.
pub(super) fn primary_key(table: &mut Table, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let span = meta.path.span();
    let (mut fields, mut name, mut when) = (Vec::new(), None, Timing::Immediate);
    let mut options = PerDatabase::default();
    if is_plain_list(meta) {
        fields = idents(meta)?;
    } else {
        let known = ["columns", "name", "deferrable", "initially_deferred", "options"];
        each_inner_key(meta, &known, |key, meta| match key {
            "columns" => {
                fields = idents(meta)?;
                Ok(true)
            }
            "name" => once(&mut name, meta, string(meta)?),
            "options" => per_database(&mut options, meta),
            _ => timing(&mut when, key, meta),
        })?;
    }
    match (&mut table.primary_key, fields.is_empty()) {
        (Some(key), true) => {
            (key.name, key.timing, key.options) = (name, when, options);
            Ok(())
        }
        (None, true) => Err(syn::Error::new(span, "of which columns? `primary_key(columns(a, b))`")),
        (_, false) => {
            let columns = columns_of(table, &fields)?;
            set_primary_key(table, PrimaryKey { span, name, columns, timing: when, options })
        }
    }
}

const UNIQUE_KEYS: [&str; 8] = [
    "columns",
    "name",
    "include",
    "nulls_not_distinct",
    "deferrable",
    "initially_deferred",
    "options",
    "only",
];

/// `unique(a, b)`, or `unique(columns(a, b), name = "…")`.
pub(super) fn unique(table: &mut Table, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let (mut fields, mut include) = (Vec::new(), Vec::new());
    let mut found = empty_unique(meta);
    if is_plain_list(meta) {
        fields = idents(meta)?;
    } else {
        each_inner_key(meta, &UNIQUE_KEYS, |key, meta| match key {
            "columns" => {
                fields = idents(meta)?;
                Ok(true)
            }
            "include" => {
                include = idents(meta)?;
                Ok(true)
            }
            _ => unique_key(&mut found, key, meta),
        })?;
    }
    if fields.is_empty() {
        return Err(meta.error("of which columns? `unique(columns(a, b))`"));
    }
    found.columns = columns_of(table, &fields)?;
    found.include = columns_of(table, &include)?;
    table.uniques.push(found);
    Ok(())
}

/// `unique`, or `unique(name = "…")`, at a field.
pub(super) fn unique_of_column(meta: &ParseNestedMeta<'_>) -> syn::Result<Unique> {
    let mut found = empty_unique(meta);
    if meta.input.peek(syn::token::Paren) {
        let known = ["name", "nulls_not_distinct", "deferrable", "initially_deferred", "options", "only"];
        each_inner_key(meta, &known, |key, meta| unique_key(&mut found, key, meta))?;
    } else {
        flag(meta)?;
    }
    Ok(found)
}

fn empty_unique(meta: &ParseNestedMeta<'_>) -> Unique {
    Unique {
        span: meta.path.span(),
        name: None,
        columns: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: false,
        timing: Timing::Immediate,
        options: PerDatabase::default(),
        only: Vec::new(),
    }
}

fn unique_key(found: &mut Unique, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    match key {
        "name" => return once(&mut found.name, meta, string(meta)?),
        "nulls_not_distinct" => found.nulls_not_distinct = flag(meta)?,
        "options" => return per_database(&mut found.options, meta),
        "only" => found.only = databases(meta)?,
        _ => return timing(&mut found.timing, key, meta),
    }
    Ok(true)
}

/// `check = "sql"`, or `check(name = "…", expression = "sql")`.
pub(super) fn check(meta: &ParseNestedMeta<'_>) -> syn::Result<Check> {
    let mut found = Check {
        span: meta.path.span(),
        name: None,
        expression: PerDatabase::default(),
        no_inherit: false,
        options: PerDatabase::default(),
        only: Vec::new(),
    };
    if !meta.input.peek(syn::token::Paren) {
        let expression = text(meta)?;
        found.span = expression.span;
        found.expression.any = Some(expression);
        return Ok(found);
    }
    let known = ["name", "expression", "no_inherit", "options", "only", "postgres", "mysql", "sqlite"];
    each_inner_key(meta, &known, |key, meta| match key {
        "name" => once(&mut found.name, meta, string(meta)?),
        "expression" => per_database(&mut found.expression, meta),
        "options" => per_database(&mut found.options, meta),
        "no_inherit" => {
            found.no_inherit = true;
            flag(meta)
        }
        "only" => {
            found.only = databases(meta)?;
            Ok(true)
        }
        _ => for_one(&mut found.expression, key, meta),
    })?;
    if found.expression.is_empty() {
        return Err(syn::Error::new(found.span, "`expression = \"…\"` is missing"));
    }
    Ok(found)
}

/// `exclude = "using gist (room with =)"`, or `exclude(name = "…", definition = "…")`.
pub(super) fn exclude(meta: &ParseNestedMeta<'_>) -> syn::Result<Exclude> {
    if !meta.input.peek(syn::token::Paren) {
        return Ok(Exclude { name: None, definition: string(meta)? });
    }
    let (mut name, mut definition) = (None, None);
    each_inner_key(meta, &["name", "definition"], |key, meta| match key {
        "name" => once(&mut name, meta, string(meta)?),
        "definition" => once(&mut definition, meta, string(meta)?),
        _ => Ok(false),
    })?;
    match definition {
        Some(definition) => Ok(Exclude { name, definition }),
        None => Err(meta.error("`definition = \"using gist (…)\"` is missing")),
    }
}

/// `foreign_key(columns(a, b), references = Org(x, y))`.
pub(super) fn foreign_key(table: &mut Table, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let span = meta.path.span();
    let (mut fields, mut to, mut name): (Vec<Ident>, Option<Reference>, Option<Text>) = Default::default();
    let (mut on_delete, mut on_update) = (Action::Unstated, Action::Unstated);
    let (mut match_full, mut when, mut only) = (false, Timing::Immediate, Vec::new());
    let mut options = PerDatabase::default();
    let known = [
        "columns",
        "references",
        "name",
        "on_delete",
        "on_update",
        "match_full",
        "deferrable",
        "initially_deferred",
        "options",
        "only",
    ];
    each_inner_key(meta, &known, |key, meta| {
        match key {
            "columns" => fields = idents(meta)?,
            "references" => return once(&mut to, meta, reference(meta)?),
            "name" => return once(&mut name, meta, string(meta)?),
            "on_delete" => on_delete = action(meta)?,
            "on_update" => on_update = action(meta)?,
            "match_full" => match_full = flag(meta)?,
            "options" => return per_database(&mut options, meta),
            "only" => only = databases(meta)?,
            _ => return timing(&mut when, key, meta),
        }
        Ok(true)
    })?;
    let (Some(reference), false) = (to, fields.is_empty()) else {
        return Err(syn::Error::new(span, "`columns(…)` and `references = …` are needed"));
    };
    let columns = columns_of(table, &fields)?;
    let key = ForeignKey {
        span,
        name,
        columns,
        reference,
        on_delete,
        on_update,
        match_full,
        timing: when,
        options,
        only,
    };
    table.foreign_keys.push(key);
    Ok(())
}

/// `= Org`, `= crate::Org(code)`, or `= "app.orgs (id)"`.
pub(super) fn reference(meta: &ParseNestedMeta<'_>) -> syn::Result<Reference> {
    let input = meta.value()?;
    let span = input.span();
    if input.peek(LitStr) {
        let sql: LitStr = input.parse()?;
        return Ok(Reference { span, target: Referenced::Sql(sql.value()) });
    }
    let path = Path::parse_mod_style(input)?;
    let mut fields = Vec::new();
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        fields = comma_separated(&content)?;
    }
    Ok(Reference { span, target: Referenced::Struct(path, fields) })
}

const ACTIONS: [(&str, &str); 4] = [
    ("cascade", "CASCADE"),
    ("restrict", "RESTRICT"),
    ("set_null", "SET NULL"),
    ("set_default", "SET DEFAULT"),
];

/// `= cascade`, or `= set_null(column)`.
pub(super) fn action(meta: &ParseNestedMeta<'_>) -> syn::Result<Action> {
    let input = meta.value()?;
    let (word, span) = if input.peek(LitStr) {
        let stated: LitStr = input.parse()?;
        (stated.value().trim().to_lowercase().replace(' ', "_"), stated.span())
    } else {
        let stated: Ident = input.parse()?;
        (unraw(&stated), stated.span())
    };
    let mut columns = Vec::new();
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        columns = comma_separated(&content)?.iter().map(unraw).collect();
    }
    if word == "no_action" {
        return Ok(Action::Unstated);
    }
    let known = ["cascade", "restrict", "set_null", "set_default", "no_action"];
    let found = ACTIONS.iter().find(|(key, _)| *key == word);
    let unknown = || syn::Error::new(span, format!("no such action; {}", nearest(&word, &known)));
    found.map(|(_, sql)| Action::Stated(sql, columns)).ok_or_else(unknown)
}
