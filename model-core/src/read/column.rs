//! A field as a column, and what its attributes say of the table.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Field, Ident};

use super::case::Case;
use super::column_kind::column_kind;
use super::grammar::{Errors, attributes, doc, each_key, flag, number, once, per_database, string, timing};
use super::{constraint, index, unraw};
use crate::declared::{
    Action, Check, Column, ColumnKind, ForeignKey, Index, PerDatabase, Reference, Size, Text, Timing, Unique,
};
use crate::types::{RustType, field_type};

const KEYS: [&str; 30] = [
    "column",
    "skip",
    "sql_type",
    "diesel_type",
    "max_length",
    "fixed_length",
    "precision",
    "scale",
    "nullable",
    "primary_key",
    "identity",
    "autoincrement",
    "serial",
    "unique",
    "index",
    "references",
    "on_delete",
    "on_update",
    "match_full",
    "deferrable",
    "initially_deferred",
    "foreign_key",
    "no_join",
    "default",
    "generated",
    "check",
    "collate",
    "comment",
    "renamed_from",
    "options",
];

/// What the attributes of fields say of the table.
#[derive(Default)]
pub(super) struct ColumnParts {
    pub(super) primary_key: Vec<(String, Span)>,
    pub(super) uniques: Vec<Unique>,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<Check>,
    pub(super) foreign_keys: Vec<ForeignKey>,
}

/// Reads a field; `None` when it is left out. One that is in error is there too, so that what names it finds it.
pub(super) fn column(
    field: &Field,
    case: Case,
    parts: &mut ColumnParts,
    errors: &mut Errors,
) -> Option<Column> {
    let ident = field.ident.as_ref().expect("the fields are named");
    let stated = attributes(&field.attrs);
    let mut found = Found::new(field, ident, case);
    each_key(&stated, &KEYS, errors, |key, meta| found.key(key, meta));
    if found.skip {
        return None;
    }
    let Found { mut column, reference, .. } = found;
    column.doc = doc(&stated);
    if let (RustType::Other(why), true) = (&column.ty.ty, column.sql_type.is_empty()) {
        errors.push(syn::Error::new(column.ty_span, why));
    }
    let name = column.name.value.clone();
    if let Some(span) = found.primary_key {
        parts.primary_key.push((name.clone(), span));
    }
    parts.uniques.extend(found.unique.map(|unique| Unique { columns: vec![name.clone()], ..unique }));
    parts.indexes.extend(found.indexes.into_iter().map(|index| index::with_column(index, &name)));
    parts.checks.extend(found.checks);
    match reference.finish(&name) {
        Ok(key) => parts.foreign_keys.extend(key),
        Err(error) => errors.push(error),
    }
    Some(column)
}

/// What is found at a field, while it is read.
struct Found {
    column: Column,
    skip: bool,
    primary_key: Option<Span>,
    unique: Option<Unique>,
    indexes: Vec<Index>,
    checks: Vec<Check>,
    reference: FoundReference,
}

impl Found {
    fn new(field: &Field, ident: &Ident, case: Case) -> Self {
        let name = unraw(ident);
        let column = Column {
            field: name.clone(),
            name: Text { value: case(&name), span: ident.span() },
            span: ident.span(),
            ty: field_type(&field.ty),
            ty_span: field.ty.span(),
            nullable: false,
            sql_type: PerDatabase::default(),
            diesel_type: None,
            size: Size::default(),
            kind: ColumnKind::Plain,
            default: PerDatabase::default(),
            collate: PerDatabase::default(),
            comment: PerDatabase::default(),
            doc: None,
            renamed_from: None,
            options: PerDatabase::default(),
            no_join: false,
        };
        Self {
            column,
            skip: false,
            primary_key: None,
            unique: None,
            indexes: Vec::new(),
            checks: Vec::new(),
            reference: FoundReference::default(),
        }
    }

    fn key(&mut self, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        let column = &mut self.column;
        match key {
            "column" => column.name = string(meta)?,
            "skip" => self.skip = flag(meta)?,
            "sql_type" => return per_database(&mut column.sql_type, meta),
            "diesel_type" => return once(&mut column.diesel_type, meta, meta.value()?.parse()?),
            "nullable" => column.nullable = flag(meta)?,
            "primary_key" => {
                flag(meta)?;
                return once(&mut self.primary_key, meta, meta.path.span());
            }
            "identity" | "autoincrement" | "serial" | "generated" => {
                let ColumnKind::Plain = column.kind else {
                    return Err(meta.error("what fills the column is stated already"));
                };
                column.kind = column_kind(key, meta)?;
            }
            "unique" => return once(&mut self.unique, meta, constraint::unique_of_column(meta)?),
            "index" => self.indexes.push(index::of_column(meta)?),
            "check" => self.checks.push(constraint::check(meta)?),
            "no_join" => column.no_join = flag(meta)?,
            "default" => return per_database(&mut column.default, meta),
            "collate" => return per_database(&mut column.collate, meta),
            "comment" => return per_database(&mut column.comment, meta),
            "renamed_from" => return once(&mut column.renamed_from, meta, string(meta)?),
            "options" => return per_database(&mut column.options, meta),
            _ => return Ok(size(&mut column.size, key, meta)? || self.reference.key(key, meta)?),
        }
        Ok(true)
    }
}

/// `max_length = 30` and its like.
pub(super) fn size(found: &mut Size, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    let place = match key {
        "max_length" => &mut found.max_length,
        "fixed_length" => &mut found.fixed_length,
        "precision" => &mut found.precision,
        "scale" => &mut found.scale,
        _ => return Ok(false),
    };
    once(place, meta, number(meta)?)
}

/// The foreign key of a field, whose keys stand beside each other.
#[derive(Default)]
struct FoundReference {
    reference: Option<Reference>,
    first: Option<Span>,
    name: Option<Text>,
    on_delete: Action,
    on_update: Action,
    match_full: bool,
    timing: Timing,
}

impl FoundReference {
    fn key(&mut self, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
        match key {
            "references" => {
                let found = constraint::reference(meta)?;
                return once(&mut self.reference, meta, found);
            }
            "foreign_key" => self.name = Some(string(meta)?),
            "on_delete" => self.on_delete = constraint::action(meta)?,
            "on_update" => self.on_update = constraint::action(meta)?,
            "match_full" => self.match_full = flag(meta)?,
            _ if timing(&mut self.timing, key, meta)? => {}
            _ => return Ok(false),
        }
        self.first.get_or_insert(meta.path.span());
        Ok(true)
    }

    fn finish(self, column: &str) -> syn::Result<Option<ForeignKey>> {
        let Self { reference, first, name, on_delete, on_update, match_full, timing } = self;
        match (reference, first) {
            (Some(reference), _) => Ok(Some(ForeignKey {
                span: reference.span,
                name,
                columns: vec![column.to_owned()],
                reference,
                on_delete,
                on_update,
                match_full,
                timing,
                options: PerDatabase::default(),
                only: Vec::new(),
            })),
            (None, Some(span)) => {
                Err(syn::Error::new(span, "this is for a foreign key: `references = …` is missing"))
            }
            (None, None) => Ok(None),
        }
    }
}
