//! Everything that a crate declares, and what the paths in it mean.

use std::collections::BTreeMap;

use crate::database::Database;
use crate::declared::{Column, EnumType, NewType, Place, Reference, Referenced, Size, Table};
use crate::scope::{Meant, Scope};
use crate::types::{RustType, Scalar, names, range_name, scalar, sql_type};

/// What a crate declares.
#[derive(Clone, Debug, Default)]
pub struct Models {
    /// The structs that are tables, in the order in which they were read.
    pub tables: Vec<Table>,
    /// The enums.
    pub enums: Vec<EnumType>,
    /// The structs around one value.
    pub new_types: Vec<NewType>,
    /// What the modules import.
    pub scope: Scope,
}

/// Something that is wrong with a model, and where.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// A column's type.
#[derive(Clone, Debug)]
pub(crate) enum ColumnType<'a> {
    /// As SQL, and what it is made of when we know.
    Sql(String, Option<Scalar>),
    /// An enum.
    Enum(&'a EnumType),
    /// An array of enums (PostgreSQL).
    EnumArray(&'a EnumType),
}

impl Models {
    /// A column's type, and in words why there is none.
    pub(crate) fn column_type(
        &self,
        database: Database,
        table: &Table,
        column: &Column,
        project: &BTreeMap<String, String>,
    ) -> Result<ColumnType<'_>, String> {
        if let Some(stated) = column.sql_type.get(database) {
            return Ok(ColumnType::Sql(stated.value.clone(), None));
        }
        let find = Find { models: self, database, module: &table.module, project };
        find.ty(&column.ty.ty, &column.size, 0)
    }

    /// Whether a column may be NULL: its type is an `Option`, or another name for one, or it is said.
    pub(crate) fn is_nullable(&self, table: &Table, column: &Column) -> bool {
        column.nullable || column.ty.nullable || self.names_option(&table.module, &column.ty.ty, 0)
    }

    fn names_option(&self, module: &[String], ty: &RustType, depth: usize) -> bool {
        let RustType::Path(path) = ty else { return false };
        let items = self.new_types.iter().map(|item| (item.module.as_slice(), item.rust_name.as_str()));
        let Meant::Surely(found) = self.scope.meant(module, &names(path), items) else { return false };
        let [found] = found[..] else { return false };
        let found = &self.new_types[found];
        found.inner.nullable || (depth < 16 && self.names_option(&found.module, &found.inner.ty, depth + 1))
    }

    /// The table and the columns that a reference of a table means; `None` when it is stated as SQL.
    pub(crate) fn target(
        &self,
        from: &Table,
        reference: &Reference,
    ) -> Result<Option<(&Table, Vec<String>)>, String> {
        let Referenced::Struct(path, fields) = &reference.target else { return Ok(None) };
        let table = self.table_of(from, &names(path))?;
        if fields.is_empty() {
            let shown = names(path).join("::");
            let key = table.primary_key.as_ref();
            let key = key.ok_or_else(|| {
                format!("{shown} has no primary key; name what it refers to: {shown}(field)")
            })?;
            return Ok(Some((table, key.columns.clone())));
        }
        let column = |field: &syn::Ident| {
            let name = crate::read::unraw(field);
            let found = table.columns.iter().find(|column| column.field == name);
            let missing = || format!("{} has no field {name}", table.rust_name);
            found.map(|column| column.name.value.clone()).ok_or_else(missing)
        };
        Ok(Some((table, fields.iter().map(column).collect::<Result<_, _>>()?)))
    }

    /// The struct that a path means where another struct stands.
    fn table_of(&self, from: &Table, path: &[String]) -> Result<&Table, String> {
        let shown = path.join("::");
        let path = if shown == "Self" { std::slice::from_ref(&from.rust_name) } else { path };
        let items = self.tables.iter().map(|table| (table.module.as_slice(), table.rust_name.as_str()));
        match self.scope.meant(&from.module, path, items) {
            Meant::Surely(found) | Meant::Perhaps(found) => self
                .one(&found, &shown, |i| self.tables[i].module.join("::"))
                .map(|found| &self.tables[found]),
            Meant::Nothing => Err(format!("no struct {shown} derives Model")),
        }
    }

    /// The one that is meant.
    fn one(&self, found: &[usize], shown: &str, module: impl Fn(usize) -> String) -> Result<usize, String> {
        match found {
            [one] => Ok(*one),
            _ => {
                let modules: Vec<String> = found.iter().map(|i| module(*i)).collect();
                Err(format!("{shown} may be of {}; write it with its module", modules.join(" or ")))
            }
        }
    }
}

/// What types are looked for with.
struct Find<'a, 'b> {
    models: &'a Models,
    database: Database,
    module: &'b [String],
    project: &'b BTreeMap<String, String>,
}

impl<'a> Find<'a, '_> {
    fn ty(&self, ty: &RustType, size: &Size, depth: usize) -> Result<ColumnType<'a>, String> {
        match ty {
            RustType::Path(path) => self.path(path, size, depth),
            RustType::Bytes => self.scalar(Scalar::Bytes, size),
            RustType::ByteArray(length) => self.scalar(Scalar::byte_array(*length)?, size),
            RustType::Array(element, _) => match (self.database, self.ty(element, size, depth)?) {
                (Database::Postgres, ColumnType::Sql(sql, _)) => {
                    Ok(ColumnType::Sql(format!("{sql}[]"), None))
                }
                (Database::Postgres, ColumnType::Enum(found)) => Ok(ColumnType::EnumArray(found)),
                (Database::Postgres, ColumnType::EnumArray(_)) => {
                    Err("an array of arrays is an array".to_owned())
                }
                (other @ (Database::Mysql | Database::Sqlite), _) => Err(format!("{other} has no arrays")),
            },
            RustType::Range(of) => self.range(of, false),
            RustType::Multirange(of) => self.range(of, true),
            RustType::Other(why) => Err(why.clone()),
        }
    }

    fn scalar(&self, scalar: Scalar, size: &Size) -> Result<ColumnType<'a>, String> {
        sql_type(self.database, scalar, size).map(|sql| ColumnType::Sql(sql, Some(scalar)))
    }

    fn range(&self, of: &RustType, is_multirange: bool) -> Result<ColumnType<'a>, String> {
        if self.database != Database::Postgres {
            return Err(format!("{} has no ranges", self.database));
        }
        let ColumnType::Sql(_, Some(scalar)) = self.ty(of, &Size::default(), 0)? else {
            return Err("there is no range over this".to_owned());
        };
        let name = range_name(scalar, is_multirange).ok_or("there is no range over this")?;
        Ok(ColumnType::Sql(name.to_owned(), None))
    }

    fn path(&self, path: &syn::Path, size: &Size, depth: usize) -> Result<ColumnType<'a>, String> {
        let stated = names(path);
        let shown = stated.join("::");
        let expanded = self.models.scope.expanded(self.module, &stated);
        let own = self.declared(&stated, size, depth);
        let project = self.of_project(&expanded, &shown);
        match (own, project, scalar(&expanded, path)) {
            (Some((true, found)), _, _) => found,
            (_, Some(sql), _) => Ok(ColumnType::Sql(sql.clone(), None)),
            (_, None, Some(scalar)) => self.scalar(scalar, size),
            (Some((false, found)), None, None) => found,
            (None, None, None) => Err(format!(
                "what is {shown} in the database? Derive autogen_model::Enum or autogen_model::Type on it, state \
                 #[model(sql_type = \"…\")] here, or {shown} = \"…\" under [rust.types] in autogen.toml"
            )),
        }
    }

    /// What the settings say of a type, by its whole path, as it is written, or by its name.
    fn of_project(&self, expanded: &[String], shown: &str) -> Option<&String> {
        if self.project.is_empty() {
            return None;
        }
        let whole = self.project.get(&expanded.join("::")).or_else(|| self.project.get(shown));
        whole.or_else(|| self.project.get(expanded.last()?))
    }

    /// What the crate itself declares under a path, and whether that is sure.
    fn declared(
        &self,
        stated: &[String],
        size: &Size,
        depth: usize,
    ) -> Option<(bool, Result<ColumnType<'a>, String>)> {
        let Models { enums, new_types, .. } = self.models;
        let of_enums = enums.iter().map(|item| (item.module.as_slice(), item.rust_name.as_str()));
        let of_types = new_types.iter().map(|item| (item.module.as_slice(), item.rust_name.as_str()));
        let (is_sure, found) = match self.models.scope.meant(self.module, stated, of_enums.chain(of_types)) {
            Meant::Surely(found) => (true, found),
            Meant::Perhaps(found) => (false, found),
            Meant::Nothing => return None,
        };
        let one = self.models.one(&found, &stated.join("::"), |i| {
            let module = enums.get(i).map(|item| &item.module);
            module.unwrap_or_else(|| &new_types[i - enums.len()].module).join("::")
        });
        Some((
            is_sure,
            one.and_then(|i| match enums.get(i) {
                Some(found) => Ok(ColumnType::Enum(found)),
                None => self.new_type(&new_types[i - enums.len()], size, depth),
            }),
        ))
    }

    fn new_type(&self, found: &NewType, size: &Size, depth: usize) -> Result<ColumnType<'a>, String> {
        if let Some(stated) = found.sql_type.get(self.database) {
            return Ok(ColumnType::Sql(stated.value.clone(), None));
        }
        if depth > 16 {
            return Err(format!("{} holds itself", found.rust_name));
        }
        let Size { max_length, fixed_length, precision, scale } = found.size;
        let size = Size {
            max_length: size.max_length.or(max_length),
            fixed_length: size.fixed_length.or(fixed_length),
            precision: size.precision.or(precision),
            scale: size.scale.or(scale),
        };
        // What it holds is looked for where it stands.
        let there = Find {
            models: self.models,
            database: self.database,
            module: &found.module,
            project: self.project,
        };
        there.ty(&found.inner.ty, &size, depth + 1)
    }
}
