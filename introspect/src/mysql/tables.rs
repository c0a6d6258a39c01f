//! Tables, from the text that makes them.

use autogen_diff_core::model::{
    Action, Check, Column, ColumnExtra, Constraint, ConstraintKind, Expression, ForeignKey, Generated, Index,
    IndexKey, IndexKeyValue, KeyConstraint, MysqlColumn, MysqlTable, SourceText, Table, TableExtra,
};
use autogen_diff_core::{Ident, ObjectId, QualifiedName, Schema};

use super::name;
use super::scanner::{name as quoted, words};
use super::table_text::{TableText, names};

/// Adds a table with all that its text says.
pub(super) fn add_table(schema: &mut Schema, table_name: &str, text: &str) {
    let mut text = TableText::parse(text);
    if text.options.iter().any(|option| option == "ENGINE=InnoDB") && has_block_sizes_of_table(&text) {
        let keys = text.keys.iter_mut().map(|(_, line)| line);
        keys.chain(&mut text.primary_key).for_each(|line| *line = without_block_size(line));
    }
    let collation = text.options.iter().find_map(|option| option.strip_prefix("COLLATE=")).map(str::to_owned);
    for (_, definition) in &mut text.columns {
        *definition = without_inherited_collation(definition, collation.as_deref());
    }
    let mut constraints: Vec<Constraint> = text.primary_key.iter().map(|line| primary_key(line)).collect();
    constraints.extend(text.foreign_keys.iter().map(|(name, rest)| foreign_key(name, rest)));
    constraints.extend(text.checks.iter().map(|(name, rest)| check(name, rest)));
    let table = Table {
        name: name(table_name),
        columns: text.columns.iter().map(|(name, definition)| column(name, definition)).collect(),
        constraints,
        indexes: text
            .keys
            .iter()
            .map(|(name, line)| (Ident::case_insensitive(name), index(name, line).into()))
            .collect(),
        extra: TableExtra::of_mysql(MysqlTable {
            options: text.options,
            partition: text.partition,
            periods: text.periods,
        }),
    };
    link(schema, &table);
    schema.insert(table);
}

/// A foreign key needs both tables and its columns.
fn link(schema: &mut Schema, table: &Table) {
    for constraint in &table.constraints {
        let (Some(key), Some(constraint_name)) = (constraint.foreign_key(), &constraint.name) else {
            continue;
        };
        let id = ObjectId::Constraint(table.name.clone(), constraint_name.clone());
        let needs = schema.dependencies.entry(id).or_default();
        let column = |column: &Ident| ObjectId::Column(table.name.clone(), column.clone());
        needs.extend(key.columns.iter().map(column));
        needs.insert(ObjectId::Table(table.name.clone()));
        needs.insert(ObjectId::Table(key.target.clone()));
        let target = |column: &Ident| ObjectId::Column(key.target.clone(), column.clone());
        needs.extend(key.target_columns.iter().map(target));
    }
}

/// Whether keys may show the block size of the table, now or once: when a table's `KEY_BLOCK_SIZE` changes,
/// the servers note the old one at every key (seen on MariaDB 10.11). A primary key without one tells that
/// the others' were declared.
fn has_block_sizes_of_table(text: &TableText) -> bool {
    let declares = |text: &str| words(text).iter().any(|word| word.starts_with(BLOCK_SIZE));
    text.options.iter().any(|option| option.starts_with(BLOCK_SIZE))
        || text.primary_key.as_deref().is_none_or(declares)
}

const BLOCK_SIZE: &str = "KEY_BLOCK_SIZE=";

fn without_block_size(line: &str) -> String {
    let kept = words(line).into_iter().filter(|word| !word.starts_with(BLOCK_SIZE));
    kept.collect::<Vec<_>>().join(" ")
}

/// MySQL shows the collation that a column has from its table, without its character set; said
/// in a statement, it would be the column's own.
fn without_inherited_collation(definition: &str, collation: Option<&str>) -> String {
    let mut words = words(definition);
    let at = words.windows(2).position(|pair| pair[0] == "COLLATE" && Some(pair[1]) == collation);
    match at {
        Some(at) if !words.windows(2).any(|pair| pair == ["CHARACTER", "SET"]) => {
            words.drain(at..at + 2);
            words.join(" ")
        }
        Some(_) | None => definition.to_owned(),
    }
}

fn column(name: &str, definition: &str) -> Column {
    let words = words(definition);
    let generated = generated(&words);
    Column {
        name: Ident::case_insensitive(name),
        data_type: data_type(&words),
        nullable: !words.windows(2).any(|pair| pair == ["NOT", "NULL"]),
        // Every column that may be NULL says so.
        default: after(&words, "DEFAULT")
            .filter(|default| generated.is_none() && *default != "NULL")
            .map(Expression::new),
        identity: None,
        generated,
        collation: None,
        extra: ColumnExtra::of_mysql(MysqlColumn {
            spelling: name.to_owned(),
            definition: definition.to_owned(),
        }),
    }
}

/// `GENERATED ALWAYS AS (…) STORED`; a system versioned table's `AS ROW START` is none.
fn generated(words: &[&str]) -> Option<Generated> {
    let at = words.windows(3).position(|three| three == ["GENERATED", "ALWAYS", "AS"])?;
    let expression = words.get(at + 3).filter(|word| word.starts_with('('))?;
    let stored = words[at + 4..].iter().any(|word| ["STORED", "PERSISTENT"].contains(word));
    Some(Generated { expression: Expression::new(*expression), stored })
}

/// `varchar(10)`, `int(11) unsigned`, `enum('a b','c')` at the start of a definition.
fn data_type(words: &[&str]) -> String {
    let rest = words.iter().skip(1).take_while(|word| ["unsigned", "zerofill"].contains(word));
    words.iter().take(1).chain(rest).copied().collect::<Vec<_>>().join(" ")
}

fn after<'a>(words: &[&'a str], word: &str) -> Option<&'a str> {
    let at = words.iter().position(|found| *found == word)?;
    words.get(at + 1).copied()
}

fn primary_key(line: &str) -> Constraint {
    let columns = names(line).0.iter().map(Ident::case_insensitive).collect();
    let key = KeyConstraint { columns, definition: line.to_owned(), ..KeyConstraint::default() };
    constraint("PRIMARY", ConstraintKind::PrimaryKey(key))
}

fn constraint(name: &str, kind: ConstraintKind) -> Constraint {
    Constraint::new(Some(Ident::case_insensitive(name)), kind)
}

fn check(name: &str, rest: &str) -> Constraint {
    // `CHECK (…)`, and on MySQL ` NOT ENFORCED` behind it, which stays with the text.
    let rest = rest.strip_prefix("CHECK ").unwrap_or(rest);
    constraint(name, ConstraintKind::Check(Check::new(Expression::new(rest))))
}

fn foreign_key(key_name: &str, rest: &str) -> Constraint {
    let (columns, rest) = names(rest);
    let target = rest.find('`').and_then(|start| quoted(&rest[start..]));
    let (first, rest) = target.unwrap_or_default();
    // A table of another database has that one's name in front.
    let (target, rest) = match rest.strip_prefix('.').and_then(quoted) {
        Some((table, rest)) => (QualifiedName::new(Some(Ident::exact(first)), Ident::exact(table)), rest),
        None => (name(&first), rest),
    };
    let (target_columns, rest) = names(rest);
    let idents = |names: Vec<String>| names.iter().map(Ident::case_insensitive).collect();
    constraint(
        key_name,
        ConstraintKind::ForeignKey(ForeignKey {
            on_delete: action(rest, "ON DELETE "),
            on_update: action(rest, "ON UPDATE "),
            ..ForeignKey::new(idents(columns), target, idents(target_columns))
        }),
    )
}

fn action(rest: &str, word: &str) -> Action {
    let Some((_, action)) = rest.split_once(word) else { return Action::NoAction };
    if action.starts_with("CASCADE") {
        Action::Cascade
    } else if action.starts_with("SET NULL") {
        Action::SetNull
    } else if action.starts_with("SET DEFAULT") {
        Action::SetDefault
    } else if action.starts_with("RESTRICT") {
        Action::Restrict
    } else {
        Action::NoAction
    }
}

fn index(name: &str, line: &str) -> Index {
    let columns = names(line).0;
    let keys = columns.iter().map(|column| IndexKeyValue::Column(Ident::case_insensitive(column)));
    Index {
        definition: definition_of(line),
        source: SourceText(line.to_owned()),
        ..Index::new(
            Ident::case_insensitive(name),
            line.starts_with("UNIQUE"),
            keys.map(IndexKey::new).collect(),
        )
    }
}

/// The line without the key's name, so that a mere rename is seen as one, and
/// without the usual kind of index, which is said or not.
fn definition_of(line: &str) -> String {
    let mut words = words(line);
    if let Some(at) = words.iter().position(|word| word.starts_with('`')) {
        words.remove(at);
    }
    if let Some(at) = words.windows(2).position(|pair| pair == ["USING", "BTREE"]) {
        words.drain(at..at + 2);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::foreign_key;

    #[test]
    fn a_foreign_key_may_lead_to_another_database() {
        let text = "FOREIGN KEY (`a`) REFERENCES `other`.`t` (`id`) ON DELETE CASCADE";
        let key = foreign_key("k", text).foreign_key().cloned().unwrap();
        assert_eq!(key.target.to_string(), "other.t");
        assert_eq!(key.target_columns.len(), 1);
        assert_eq!(
            foreign_key("k", "FOREIGN KEY (`a`) REFERENCES `t` (`id`)")
                .foreign_key()
                .unwrap()
                .target
                .to_string(),
            "t"
        );
    }
}
