//! The short transaction in which columns change their names with those beside them (`replacement`), and the way back, which has
//! the old columns take over what was written since.

use autogen_diff_core::diff::rename::{PairOf, Rename};
use autogen_diff_core::hazard::{Hazard, HazardClass, HazardCode};
use autogen_diff_core::lock::{Lock, LockMode, LockWork};
use autogen_diff_core::model::{Column, Identity, Index, Table};
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::replacement::{Group, Replacement};
use crate::casts::postgres;
use crate::hazards::column::type_change;
use crate::hazards::hazard;
use crate::plan::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, Operation, PlanError,
    SequenceOperation,
};
use crate::postgres::casts::cast;
use crate::postgres::{add_identity, render};
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// What is said of the way back.
const VALUES_BACK: &str = "reads and writes wait while the old columns take over what was written since";

/// A swap: the schemas before and after it, and what changes its name.
pub(super) struct Swap<'a> {
    group: &'a Group,
    schemas: Pair<&'a Schema>,
    quoter: &'a Quoter,
}

/// What a script is made of.
enum Part {
    Operations(Vec<Operation>),
    Statement(Statement),
}

impl Group {
    /// Both ways of the swap.
    ///
    /// # Errors
    /// When an operation can't be spelled.
    pub(crate) fn swap(&self, schemas: Pair<&Schema>, quoter: &Quoter) -> Result<Pair<Script>, PlanError> {
        let swap = Swap { group: self, schemas, quoter };
        let mut up = script(swap.up(), schemas, quoter)?;
        up.statements.iter_mut().for_each(|statement| statement.hazards.clear());
        if let Some(first) = up.statements.first_mut() {
            first.hazards =
                self.columns.iter().flat_map(|own| losses(own).into_iter().chain([moved(own)])).collect();
        }
        let mut down = script(swap.down(), Pair::new(schemas.to, schemas.from), quoter)?;
        let is_told = |hazard: &Hazard| self.is_told_back(hazard);
        down.statements.iter_mut().for_each(|statement| statement.hazards.retain(is_told));
        down.notes.push(VALUES_BACK.into());
        Ok(Pair::new(up, down))
    }

    /// A schema as the way forward leaves it: the new columns stand behind the others.
    pub(crate) fn left(&self, schemas: Pair<&Schema>) -> Schema {
        let mut left = schemas.to.clone();
        for name in self.tables() {
            let (Some(from), Some(table)) = (schemas.from.table(name), left.table_mut(name)) else {
                continue;
            };
            let place = |column: &Column| {
                let mut own = self.columns_of(name);
                let before = own.find_map(|own| own.name_before(&column.name));
                let before = before.unwrap_or_else(|| column.name.clone());
                from.columns.iter().position(|column| column.name == before)
            };
            table.columns.sort_by_key(place);
        }
        left
    }

    /// Whether a danger of the way back is one: what comes back into a key was in one, unless its cast makes values the same.
    fn is_told_back(&self, hazard: &Hazard) -> bool {
        let is_lossy = || {
            let mut types =
                self.columns.iter().map(|own| own.column.as_ref().map(|column| column.data_type.as_str()));
            types.any(|types| postgres::cast(types.to, types.from).loses())
        };
        match hazard.code.class() {
            HazardClass::Locks | HazardClass::Rewrite => true,
            HazardClass::DataLoss => hazard.code == HazardCode::NarrowType,
            HazardClass::MayFail => hazard.code == HazardCode::CastType || is_lossy(),
            HazardClass::BreaksCompatibility
            | HazardClass::Behavior
            | HazardClass::Irreversible
            | HazardClass::Access
            | HazardClass::Secret
            | HazardClass::Design => false,
        }
    }
}

impl Replacement {
    /// What a column was called before the swap.
    fn name_before(&self, name: &Ident) -> Option<Ident> {
        if *name == self.old_name() {
            Some(self.name().clone())
        } else {
            (name == self.name()).then(|| self.new_name())
        }
    }
}

/// A new column stands behind all others, and the old one in its place until it goes.
fn moved(replacement: &Replacement) -> Hazard {
    let message = "goes behind the other columns: INSERT and COPY without a list of columns, and SELECT * by position, take another one for it";
    hazard(HazardCode::MoveColumn, format!("{}.{}", replacement.table, replacement.name()), message)
}

/// What the new values lose, which programs see from the swap on.
fn losses(replacement: &Replacement) -> Vec<Hazard> {
    let types = replacement.column.as_ref().map(|column| column.data_type.as_str());
    type_change(types.from, types.to, format!("{}.{}", replacement.table, replacement.name()))
}

fn script(parts: Vec<Part>, schemas: Pair<&Schema>, quoter: &Quoter) -> Result<Script, PlanError> {
    let mut whole =
        Script { statements: Vec::new(), transaction: TransactionMode::Transaction, notes: Vec::new() };
    for part in parts {
        match part {
            Part::Statement(statement) => whole.statements.push(statement),
            Part::Operations(operations) => {
                let script = render(&operations, schemas, quoter)?;
                whole.statements.extend(script.statements);
                whole.notes.extend(script.notes);
            }
        }
    }
    Ok(whole)
}

impl Swap<'_> {
    fn up(&self) -> Vec<Part> {
        let mut freed = self.drops_of_syncs();
        freed.extend(self.drops_of_foreign_keys());
        freed.extend(self.drops_of_keys());
        freed.extend(self.on_indexes(|table, index| IndexOperation::Drop { table, index: index.clone() }));
        let mut parts = vec![Part::Statement(self.lock())];
        for column in &self.group.columns {
            freed.extend(renamed_identity(column, &column.column.from, &column.old_name()));
            freed.push(rename(column, column.name(), &column.old_name()));
            freed.push(rename(column, &column.new_name(), column.name()));
        }
        parts.push(Part::Operations(freed));
        parts.extend(self.group.columns.iter().flat_map(|column| self.columns_up(column)));
        let mut rest = self.sequences(self.schemas);
        rest.extend(self.index_renames(|own, new| Pair::new(new, own)));
        rest.extend(self.keys_of_indexes());
        rest.extend(self.foreign_keys(self.schemas.to));
        parts.extend((!rest.is_empty()).then_some(Part::Operations(rest)));
        parts
    }

    fn down(&self) -> Vec<Part> {
        let mut freed = self.drops_of_foreign_keys();
        freed.extend(self.drops_of_keys());
        let mut parts = vec![Part::Statement(self.lock())];
        parts.extend((!freed.is_empty()).then_some(Part::Operations(freed)));
        parts.extend(self.group.tables().into_iter().map(|table| Part::Statement(self.values_back(table))));
        let mut renamed = Vec::new();
        for column in &self.group.columns {
            renamed.extend(renamed_identity(column, &column.column.to, &column.new_name()));
            renamed.push(rename(column, column.name(), &column.new_name()));
            renamed.push(rename(column, &column.old_name(), column.name()));
        }
        parts.push(Part::Operations(renamed));
        parts.extend(self.group.columns.iter().flat_map(|column| self.columns_down(column)));
        let mut rest = self.sequences(Pair::new(self.schemas.to, self.schemas.from));
        rest.extend(self.index_renames(Pair::new));
        rest.extend(self.on_indexes(|table, index| IndexOperation::Create { table, index: index.clone() }));
        rest.extend(self.keys_and_indexes_of_keys());
        rest.extend(self.foreign_keys(self.schemas.from));
        rest.extend(self.syncs());
        parts.push(Part::Operations(rest));
        parts
    }

    /// All locks first, so that none is waited for while others are held that somebody waits for.
    fn lock(&self) -> Statement {
        let tables = self.group.locked_tables();
        let names: Vec<String> = tables.iter().map(|table| self.quoter.qualified(table)).collect();
        let locks = tables.into_iter().map(|table| lock_on(table, LockWork::Instant));
        Statement {
            locks: locks.collect(),
            ..Statement::plain(format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", ")))
        }
    }

    /// The old column lets go of what the new one takes.
    fn columns_up(&self, own: &Replacement) -> Vec<Part> {
        let Pair { from, to } = &own.column;
        let new = named(own.new_column(), own.name());
        let (mut operations, mut parts) = (Vec::new(), Vec::new());
        let old = own.kept();
        let had = Column { name: own.old_name(), identity: None, ..from.clone() };
        if let (Some(of_old), Some(of_new)) = (&from.identity, &to.identity) {
            parts.push(Part::Statement(self.numbered(own, to, of_new)));
            let sequence = identity_beside(of_old, own, &own.old_name());
            parts.push(Part::Statement(self.count_on(&sequence.sequence, &of_new.sequence)));
            let column = Column { identity: Some(sequence.into()), ..had.clone() };
            operations.push(drop_identity(own, column));
        }
        operations.push(alter(own, &had, &old));
        operations.push(alter(own, &Column { identity: to.identity.clone(), ..new }, to));
        parts.push(Part::Operations(operations));
        parts
    }

    /// The new column lets go of what the old one takes back.
    fn columns_down(&self, own: &Replacement) -> Vec<Part> {
        let Pair { from, to } = &own.column;
        let (mut operations, mut parts) = (Vec::new(), Vec::new());
        let new = own.new_column();
        let has = named(Column { identity: None, ..to.clone() }, &own.new_name());
        let old = Column { identity: None, ..from.clone() };
        operations.push(alter(own, &has, &Column { default: has.default.clone(), ..new.clone() }));
        operations.push(alter(own, &named(own.kept(), own.name()), &old));
        if let (Some(of_old), Some(of_new)) = (&from.identity, &to.identity) {
            parts.push(Part::Operations(std::mem::take(&mut operations)));
            parts.push(Part::Statement(self.numbered(own, from, of_old)));
            let sequence = identity_beside(of_new, own, &own.new_name());
            parts.push(Part::Statement(self.count_on(&sequence.sequence, &of_old.sequence)));
            let column = Column { identity: Some(sequence.into()), ..new.clone() };
            operations.push(drop_identity(own, column));
        }
        operations.push(alter(own, &Column { default: has.default, ..new.clone() }, &new));
        parts.push(Part::Operations(operations));
        parts
    }

    /// Has a column take numbers.
    fn numbered(&self, own: &Replacement, column: &Column, identity: &Identity) -> Statement {
        Statement::plain(add_identity(&own.table, column, identity, self.quoter))
    }

    /// Has a sequence go on where another one is.
    fn count_on(&self, from: &QualifiedName, to: &QualifiedName) -> Statement {
        let sequence = self.quoter.literal(&self.quoter.qualified(to));
        let from = self.quoter.qualified(from);
        Statement::plain(format!("SELECT setval({sequence}, last_value, is_called) FROM {from}"))
    }

    fn values_back(&self, table: &QualifiedName) -> Statement {
        let (mut values, mut differs, mut hazards) = (Vec::new(), Vec::new(), Vec::new());
        let is_alone = self.group.columns_of(table).count() == 1;
        for own in self.group.columns_of(table) {
            let (new, old) = (self.quoter.ident(own.name()), self.quoter.ident(&own.old_name()));
            let types = own.column.as_ref().map(|column| column.data_type.as_str());
            let back = cast(&new, types.to, types.from);
            // A value that nobody changed stays as it was, whatever its way there lost. Not all types can be compared, as json.
            let written = format!("({})::{}", cast(&old, types.from, types.to), types.to);
            let differs_here = format!("{written}::text IS DISTINCT FROM {new}::text");
            values.push(match is_alone {
                true => format!("{old} = {back}"),
                false => format!("{old} = CASE WHEN {differs_here} THEN {back} ELSE {old} END"),
            });
            differs.push(differs_here);
            hazards.extend(type_change(types.to, types.from, format!("{table}.{}", own.name())));
        }
        let message = "reads and writes wait while it is read";
        hazards.push(hazard(HazardCode::CheckRows, table.to_string(), message));
        let sql = format!(
            "UPDATE {} SET {} WHERE {}",
            self.quoter.qualified(table),
            values.join(", "),
            differs.join(" OR ")
        );
        Statement { hazards, locks: vec![lock_on(table, LockWork::Scan)], ..Statement::plain(sql) }
    }

    fn drops_of_syncs(&self) -> Vec<Operation> {
        let definitions = self.group.columns.iter().flat_map(|column| {
            let Pair { from: trigger, to: function } = column.sync().definitions();
            [trigger, function]
        });
        definitions.map(|own| Operation::Definition(DefinitionOperation::Drop(own))).collect()
    }

    fn syncs(&self) -> Vec<Operation> {
        let definitions = self.group.columns.iter().flat_map(|column| {
            let Pair { from: trigger, to: function } = column.sync().definitions();
            [function, trigger]
        });
        definitions.map(|own| Operation::Definition(DefinitionOperation::Create(own))).collect()
    }

    fn drops_of_foreign_keys(&self) -> Vec<Operation> {
        let keys = self.group.foreign_keys.iter().cloned();
        keys.map(|(table, constraint)| Operation::Constraint(ConstraintOperation::Drop { table, constraint }))
            .collect()
    }

    /// The foreign keys as a schema has them.
    fn foreign_keys(&self, schema: &Schema) -> Vec<Operation> {
        let keys = self.group.foreign_keys.iter().filter_map(|(table, constraint)| {
            let constraint = schema.table(table)?.constraint(constraint.name.as_ref()?)?.clone();
            Some(Operation::Constraint(ConstraintOperation::Add { table: table.clone(), constraint }))
        });
        keys.collect()
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        self.group.tables().into_iter().filter_map(|name| self.schemas.from.table(name))
    }

    fn drops_of_keys(&self) -> Vec<Operation> {
        let keys = self
            .tables()
            .flat_map(|table| self.group.keys(table).map(|key| (table.name.clone(), key.clone())));
        keys.map(|(table, constraint)| Operation::Constraint(ConstraintOperation::Drop { table, constraint }))
            .collect()
    }

    fn on_indexes(&self, operation: impl Fn(QualifiedName, &Index) -> IndexOperation) -> Vec<Operation> {
        let indexes = self
            .tables()
            .flat_map(|table| self.group.indexes(table).map(|index| (table.name.clone(), index)));
        indexes.map(|(table, index)| Operation::Index(operation(table, index))).collect()
    }

    /// The indexes that are no key's, from one name to the other.
    fn index_renames(&self, names: impl Fn(Ident, Ident) -> Pair<Ident>) -> Vec<Operation> {
        let built = self.built().filter(|(table, own, _)| table.indexes.contains_key(own));
        let renames = built.map(|(table, own, index)| IndexOperation::Rename {
            table: table.name.clone(),
            names: names(own, index.name),
        });
        renames.map(Operation::Index).collect()
    }

    fn keys_of_indexes(&self) -> Vec<Operation> {
        let keys = self.built().filter_map(|(table, own, index)| {
            let (table_name, constraint) = (table.name.clone(), table.constraint(&own)?.clone());
            Some(ConstraintOperation::FromIndex { table: table_name, constraint, index: index.name })
        });
        keys.map(Operation::Constraint).collect()
    }

    fn keys_and_indexes_of_keys(&self) -> Vec<Operation> {
        let keys = self.built().filter_map(|(table, own, index)| {
            let (table_name, constraint) = (table.name.clone(), table.constraint(&own)?.clone());
            let key = ConstraintOperation::Add { table: table_name.clone(), constraint };
            let index = IndexOperation::Create { table: table_name, index };
            Some([Operation::Constraint(key), Operation::Index(index)])
        });
        keys.flatten().collect()
    }

    /// The indexes over the new columns, each with its table and the name that it takes over.
    fn built(&self) -> impl Iterator<Item = (&Table, Ident, Index)> {
        self.tables().flat_map(|table| {
            let built = self.group.built(table);
            built.into_iter().map(move |(own, index)| (table, own, index))
        })
    }

    /// The sequences that go with the columns, as the other schema has them.
    fn sequences(&self, schemas: Pair<&Schema>) -> Vec<Operation> {
        let owned = |column: &Replacement| {
            let owned = schemas.to.sequences().filter(|sequence| column.owns(sequence));
            let operations = owned.flat_map(|to| {
                let from = schemas.from.sequence(&to.name).cloned();
                let altered = from.filter(|from| from != to).map(|from| Pair::new(from, to.clone()));
                let owner =
                    SequenceOperation::SetOwner { sequence: to.name.clone(), owner: to.owned_by.clone() };
                altered.map(SequenceOperation::Alter).into_iter().chain([owner])
            });
            operations.map(Operation::Sequence).collect::<Vec<_>>()
        };
        self.group.columns.iter().flat_map(owned).collect()
    }
}

fn lock_on(table: &QualifiedName, work: LockWork) -> Lock {
    Lock { relation: table.clone(), part_of: None, mode: LockMode::AccessExclusive, work, estimate: None }
}

fn rename(own: &Replacement, from: &Ident, to: &Ident) -> Operation {
    Operation::Rename(Rename::Column(own.table.clone(), PairOf { from: from.clone(), to: to.clone() }))
}

fn alter(own: &Replacement, from: &Column, to: &Column) -> Operation {
    let column = Pair::new(from.clone(), to.clone());
    Operation::Column(ColumnOperation::Alter { table: own.table.clone(), column })
}

fn drop_identity(own: &Replacement, column: Column) -> Operation {
    Operation::Column(ColumnOperation::DropIdentity { table: own.table.clone(), column })
}

/// A column by another name; the constraint behind its `NOT NULL` keeps its own.
fn named(mut column: Column, name: &Ident) -> Column {
    column.name = name.clone();
    let constraint = &mut column.postgres_mut().not_null;
    constraint.has_default_name &= constraint.name.is_none();
    column
}

/// Has the sequence of an identity step aside.
fn renamed_identity(own: &Replacement, column: &Column, aside: &Ident) -> Option<Operation> {
    let identity = column.identity.as_ref()?;
    let beside = Column { identity: Some(identity_beside(identity, own, aside).into()), ..column.clone() };
    Some(alter(own, column, &beside))
}

/// An identity with the sequence that it has while another column has its name.
fn identity_beside(identity: &Identity, own: &Replacement, column: &Ident) -> Identity {
    Identity { sequence: own.sequence_of(column), ..identity.clone() }
}
