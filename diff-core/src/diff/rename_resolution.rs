//! Renames that are stated, by hints in the model or by `--rename`: from names
//! as people write them to the objects of both sides.

use autogen_sql_text::{HintTarget, RenameHint};

use crate::capabilities::Capabilities;
use crate::diff::rename::{PairOf, Rename};
use crate::diff::rename_flag::{self, RenameFlag};
use crate::diff::rename_order::{from_free_names, in_order};
use crate::diff::rename_state::{must_find_their_names_free, pending, table_before};
use crate::model::{EnumType, Schema};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::pair::Pair;

/// Why a `--rename` means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameError {
    /// What is wrong.
    pub message: String,
}

/// All renames that are stated and not made yet, in the order in which they run.
///
/// # Errors
/// When a flag is not understood, when renames contradict each other, or when hints swap names and nothing shows
/// whether that is done; a hint whose rename is made already is passed over.
pub fn resolve(
    schemas: Pair<&Schema>,
    hints: &[RenameHint],
    flags: &[String],
) -> Result<Vec<Rename>, RenameError> {
    let mut flagged = Vec::new();
    for flag in flags {
        flagged.push(from_flag(schemas, flag)?);
    }
    let mut renames = flagged;
    // Columns are named by the new names of their tables.
    for is_round in [is_of_table, |hint: &RenameHint| !is_of_table(hint)] {
        let hints = hints.iter().filter(|hint| is_round(hint));
        let hinted = hints.flat_map(|hint| from_hint(schemas, &renames, hint)).collect();
        let found = pending(schemas, hinted, &renames)?;
        renames.extend(found);
    }
    renames.sort();
    renames.dedup();
    // A hint in front of what is called so already says nothing.
    renames.retain(|rename| *rename != rename.reversed());
    must_find_their_names_free(schemas.from, &renames)?;
    must_find_their_namespaces(schemas.from, &renames)?;
    Ok(from_free_names(in_order(renames)?, schemas.from))
}

/// Renames are made before anything else is, so a table moves only into a namespace that is there.
fn must_find_their_namespaces(from: &Schema, renames: &[Rename]) -> Result<(), RenameError> {
    let is_there = |namespace: &Ident| from.contains(&ObjectId::Namespace(namespace.clone()));
    for rename in renames {
        if let Rename::Table(names) = rename
            && names.from.namespace != names.to.namespace
            && let Some(namespace) = names.to.namespace.as_ref().filter(|namespace| !is_there(namespace))
        {
            let message = format!(
                "{} can't move to {} yet: make the schema {namespace} in a migration of its own first",
                names.from, names.to
            );
            return Err(RenameError { message });
        }
    }
    Ok(())
}

const fn is_of_table(hint: &RenameHint) -> bool {
    matches!(hint.target, HintTarget::Table(_))
}

/// A hint whose old name is still there.
fn from_hint(schemas: Pair<&Schema>, known: &[Rename], hint: &RenameHint) -> Vec<Rename> {
    match &hint.target {
        HintTarget::Table(name) => table_hint(schemas, name, &hint.from).into_iter().collect(),
        HintTarget::Column(table, column) => {
            column_hint(schemas, known, table, column, &hint.from).into_iter().collect()
        }
        HintTarget::EnumValue(name, value) => {
            enum_value(schemas, name, &hint.from, value).into_iter().collect()
        }
        HintTarget::Object(kind, name) => {
            let old = [hint.from.clone()];
            objects(schemas, kind, &old, name)
        }
    }
}

fn table_hint(schemas: Pair<&Schema>, name: &[String], old: &str) -> Option<Rename> {
    let to = find_table(schemas.to, name)?;
    let sibling = to.sibling(to.name.renamed(old));
    if schemas.from.has_table(&sibling) {
        return Some(Rename::Table(PairOf { from: sibling, to: to.clone() }));
    }
    // Out of another namespace, which the name says.
    let from = find_table(schemas.from, &parts(old))
        .filter(|from| from.namespace != to.namespace && old.contains('.'))?;
    Some(Rename::Table(PairOf { from: from.clone(), to: to.clone() }))
}

fn column_hint(
    schemas: Pair<&Schema>,
    known: &[Rename],
    table: &[String],
    column: &str,
    old: &str,
) -> Option<Rename> {
    let to = find_table(schemas.to, table)?;
    let table = schemas.to.table(to)?;
    let column = table.columns.iter().find(|c| c.name.as_str().eq_ignore_ascii_case(column))?;
    let from = column.name.renamed(old);
    let old_table = table_before(schemas.from, known, to).or_else(|| {
        // The table itself may be renamed in the same step.
        schemas.from.tables().find(|t| t.column(&from).is_some() && !schemas.to.has_table(&t.name))
    })?;
    let is_there = old_table.column(&from).is_some();
    is_there.then(|| Rename::Column(to.clone(), PairOf { from, to: column.name.clone() }))
}

fn enum_value(schemas: Pair<&Schema>, name: &[String], old: &str, new: &str) -> Option<Rename> {
    let found = find_name(schemas.to, schemas.to.enum_types().map(|found| &found.name), name)?;
    let has = |enum_type: &EnumType, value: &str| enum_type.values.iter().any(|v| v == value);
    // The type itself may be renamed in the same step.
    let mut others =
        schemas.from.enum_types().filter(|found| has(found, old) && !schemas.to.has_enum_type(&found.name));
    let from = match schemas.from.enum_type(found) {
        Some(from) => from,
        None => others.next().filter(|_| others.next().is_none())?,
    };
    let types = Pair::new(from, schemas.to.enum_type(found)?);
    let pending = has(types.from, old) && !has(types.from, new) && has(types.to, new) && !has(types.to, old);
    let values = PairOf { from: old.to_owned(), to: new.to_owned() };
    pending.then(|| Rename::EnumValue(found.clone(), values))
}

/// The objects of a kind that have the new name on the `to` side and only the old one on the `from` side.
fn objects(schemas: Pair<&Schema>, kind: &str, old: &[String], new: &[String]) -> Vec<Rename> {
    if !Capabilities::of(schemas.to.dialect, schemas.to.version).renames_objects {
        // What can't be renamed in place holds no rows: it is dropped and made again.
        return Vec::new();
    }
    let candidates = schemas.to.objects().filter(|id| is_of_kind(id, kind) && is_called(schemas.to, id, new));
    let pairs = candidates.filter_map(|to| {
        let from = called(&to, old.last()?)?;
        let pending =
            schemas.from.contains(&from) && !schemas.from.contains(&to) && !schemas.to.contains(&from);
        pending.then_some(Rename::Object(PairOf { from, to }))
    });
    pairs.collect()
}

/// Whether there is an object of a kind and name.
fn is_there(schema: &Schema, kind: &str, name: &[String]) -> bool {
    schema.objects().any(|id| is_of_kind(&id, kind) && is_called(schema, &id, name))
}

/// Whether a word of `CREATE` means an object's kind.
fn is_of_kind(id: &ObjectId, word: &str) -> bool {
    match word {
        "type" => id.kind().ends_with("type"),
        "server" => id.kind() == "foreign server",
        word => id.kind() == word,
    }
}

/// Whether an object has a name, qualified or not.
fn is_called(schema: &Schema, id: &ObjectId, name: &[String]) -> bool {
    let Some((own, namespace)) = schema.name_of(id) else { return false };
    match name {
        [name] => own == *name,
        [wanted, name] => own == *name && namespace.is_none_or(|namespace| namespace == *wanted),
        _ => false,
    }
}

/// The object under another name.
fn called(id: &ObjectId, name: &str) -> Option<ObjectId> {
    let sibling = |old: &QualifiedName| old.sibling(old.name.renamed(name));
    Some(match id {
        ObjectId::Namespace(old) => ObjectId::Namespace(old.renamed(name)),
        ObjectId::EnumType(old) => ObjectId::EnumType(sibling(old)),
        ObjectId::Sequence(old) => ObjectId::Sequence(sibling(old)),
        ObjectId::View(old) => ObjectId::View(sibling(old)),
        ObjectId::MaterializedView(old) => ObjectId::MaterializedView(sibling(old)),
        ObjectId::Index(table, old) => ObjectId::Index(table.clone(), old.renamed(name)),
        ObjectId::Definition(kind, identity) => {
            ObjectId::Definition(*kind, crate::model::definition::renamed_identity(identity, name)?)
        }
        ObjectId::Extension(_) | ObjectId::Table(_) | ObjectId::Column(..) | ObjectId::Constraint(..) => {
            return None;
        }
    })
}

/// A name of a list, as a person writes it: the default namespace goes first.
fn find_name<'a>(
    schema: &Schema,
    names: impl Iterator<Item = &'a QualifiedName> + Clone,
    parts: &[String],
) -> Option<&'a QualifiedName> {
    let (name, namespace) = match parts {
        [name] => (name, None),
        [namespace, name] => (name, Some(namespace)),
        _ => return None,
    };
    let mut found = names.filter(|key| {
        key.name.as_str().eq_ignore_ascii_case(name)
            && namespace.is_none_or(|wanted| key.namespace.as_ref().is_some_and(|n| n.as_str() == *wanted))
    });
    let in_default = found.clone().find(|key| key.namespace.as_ref() == schema.default_namespace.as_ref());
    in_default.or_else(|| found.next())
}

fn find_table<'a>(schema: &'a Schema, parts: &[String]) -> Option<&'a QualifiedName> {
    find_name(schema, schema.tables().map(|table| &table.name), parts)
}

/// `old=new` for a table, `table.old=table.new` for a column, `type.old=type.new` for a
/// value of an enum type, `kind old=new` for anything else.
fn from_flag(schemas: Pair<&Schema>, flag: &str) -> Result<Rename, RenameError> {
    let wrong = |message: String| RenameError { message };
    let RenameFlag { kind, old, new } =
        rename_flag::parse(flag).ok_or_else(|| wrong(format!("--rename {flag} has no =")))?;
    if let Some(kind) = kind {
        let found = objects(schemas, kind, &old, &new);
        let (old_name, new_name) = (old.join("."), new.join("."));
        let found: Result<[Rename; 1], _> = found.try_into();
        return match found {
            Ok([rename]) => Ok(rename),
            Err(several) if several.len() > 1 => Err(wrong(format!(
                "--rename {flag} fits {} objects; put a hint into the model",
                several.len()
            ))),
            Err(_) if !Capabilities::of(schemas.to.dialect, schemas.to.version).renames_objects => {
                Err(wrong(format!(
                    "--rename {flag}: {} renames tables and columns alone: a {kind} is dropped and made again",
                    schemas.to.dialect.name()
                )))
            }
            Err(_) if is_there(schemas.from, kind, &new) => Err(wrong(format!(
                "--rename {flag}: there is a {kind} called {new_name} already, and only tables and columns can swap names"
            ))),
            Err(_) => Err(wrong(format!(
                "--rename {flag}: no {kind} is called {old_name} in the current and {new_name} in the declared schema"
            ))),
        };
    }
    if let Some(rename) = column_flag(schemas, &old, &new) {
        return Ok(rename);
    }
    if let (Some((from, _)), Some((to, name))) = (old.split_last(), new.split_last())
        && let Some(rename) = enum_value(schemas, name, from, to)
    {
        return Ok(rename);
    }
    if let Some((value, name)) = new.split_last()
        && find_name(schemas.from, schemas.from.enum_types().map(|found| &found.name), name)
            .and_then(|found| schemas.from.enum_type(found))
            .is_some_and(|found| found.values.contains(value))
    {
        return Err(wrong(format!(
            "--rename {flag}: the type has a value {value} already, and only tables and columns can swap names"
        )));
    }
    match (find_table(schemas.from, &old), find_table(schemas.to, &new)) {
        (Some(from), Some(to)) => Ok(Rename::Table(PairOf { from: from.clone(), to: to.clone() })),
        (None, _) => Err(wrong(format!("--rename {flag}: the current schema has no {}", old.join(".")))),
        (_, None) => Err(wrong(format!("--rename {flag}: the declared schema has no {}", new.join(".")))),
    }
}

fn column_flag(schemas: Pair<&Schema>, old: &[String], new: &[String]) -> Option<Rename> {
    let ((from, old_table), (to, new_table)) = (old.split_last()?, new.split_last()?);
    let table = find_table(schemas.to, new_table)?;
    let column = schemas.to.table(table)?.columns.iter().find(|c| c.name.as_str() == *to)?;
    let from = column.name.renamed(from);
    let old_table = find_table(schemas.from, old_table)?;
    let known: Option<&Ident> = schemas.from.table(old_table)?.column(&from).map(|column| &column.name);
    known.map(|_| Rename::Column(table.clone(), PairOf { from, to: column.name.clone() }))
}

fn parts(text: &str) -> Vec<String> {
    text.split('.').map(str::to_owned).collect()
}
