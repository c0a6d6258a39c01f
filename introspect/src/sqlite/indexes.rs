//! Indexes from their `CREATE INDEX` texts.

use autogen_diff_core::model::{Expression, Index, IndexKey, IndexKeyValue, SourceText, Table};
use autogen_diff_core::{Ident, QualifiedName, Schema};
use autogen_sql_text::{canonical_lexemes, canonical_tokens};

use super::name;

/// Adds an index to its table; one that can't be read is compared as a whole.
pub(super) fn add_index(schema: &mut Schema, index_name: &str, relation: &str, sql: &str) {
    let Some(table) = schema.table_mut(&name(relation)) else { return };
    let words = canonical_lexemes(sql).unwrap_or_default();
    let index_name = Ident::case_insensitive(index_name);
    let (keys, predicate) = match key_words(&words) {
        Some((keys, rest)) => (keys.iter().map(|words| key(table, words)).collect(), predicate(rest)),
        None => (Vec::new(), Some(Expression::new(canonical_tokens(sql)))),
    };
    let unique = words.get(1).is_some_and(|word| word == "unique");
    let index = Index {
        predicate,
        source: SourceText(sql.to_owned()),
        ..Index::new(index_name.clone(), unique, keys)
    };
    table.indexes.insert(index_name, index.into());
}

/// The words of each key, and what follows the list.
fn key_words(words: &[String]) -> Option<(Vec<Vec<String>>, &[String])> {
    let on = words.iter().position(|word| word == "on")?;
    let open = on + words[on..].iter().position(|word| word == "(")?;
    let mut keys = vec![Vec::new()];
    let mut depth = 1;
    for (i, word) in words.iter().enumerate().skip(open + 1) {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((keys, &words[i + 1..]));
        }
        if depth == 1 && word == "," {
            keys.push(Vec::new());
        } else {
            keys.last_mut()?.push(word.clone());
        }
    }
    None
}

fn predicate(rest: &[String]) -> Option<Expression> {
    (rest.first()? == "where").then(|| Expression::new(rest[1..].join(" ")))
}

fn key(table: &Table, words: &[String]) -> IndexKey {
    let mut words = words;
    let mut descending = false;
    if let [rest @ .., last] = words
        && (last == "asc" || last == "desc")
    {
        descending = last == "desc";
        words = rest;
    }
    let mut collation: Option<QualifiedName> = None;
    if let [rest @ .., collate, last] = words
        && collate == "collate"
    {
        collation = Some(name(last));
        words = rest;
    }
    let column = match words {
        [only] => {
            Some(Ident::case_insensitive(only.trim_matches('\''))).filter(|c| table.column(c).is_some())
        }
        _ => None,
    };
    let value = column
        .map_or_else(|| IndexKeyValue::Expression(Expression::new(words.join(" "))), IndexKeyValue::Column);
    IndexKey { descending, collation, ..IndexKey::new(value) }
}
