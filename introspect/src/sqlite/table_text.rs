//! Reads a stored `CREATE TABLE` with the tokenizer: columns, constraints and
//! options, so that spelling and the place of a constraint are no difference.
//!
//! What is not understood stays in the tokens and is compared with them.

use autogen_sql_text::{Dialect, Lexeme, LexemeKind, lexemes};

/// A `CREATE TABLE` taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableText {
    pub(super) columns: Vec<ColumnText>,
    /// Table constraints and those of columns in table form, as tokens.
    pub(super) constraints: Vec<Vec<String>>,
    /// What stands behind the closing parenthesis, sorted.
    pub(super) options: Vec<String>,
    pub(super) autoincrement: bool,
}

/// A column definition taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnText {
    pub(super) name: String,
    /// The definition as the author wrote it.
    pub(super) source: String,
    pub(super) type_tokens: Vec<String>,
    /// Clauses that stay with the column, each as its tokens, sorted.
    pub(super) clauses: Vec<Vec<String>>,
}

impl ColumnText {
    /// The clause that starts with these words.
    pub(super) fn clause(&self, start: &[&str]) -> Option<&[String]> {
        self.clauses.iter().map(Vec::as_slice).find(|clause| starts_with(clause, start))
    }
}

/// Takes a `CREATE TABLE` apart; one that can't be read is compared as a whole.
pub(super) fn read_or_whole(sql: &str) -> TableText {
    read(sql).unwrap_or_else(|| TableText { constraints: vec![vec![sql.to_owned()]], ..TableText::default() })
}

/// Takes a `CREATE TABLE` apart; `None` when it has no column list.
fn read(sql: &str) -> Option<TableText> {
    let tokens = lexemes(Dialect::Sqlite, sql);
    let open = tokens.iter().position(|lexeme| lexeme.is_sign("("))?;
    let mut table = TableText::default();
    let mut depth = 1;
    let mut start = open + 1;
    for i in open + 1..tokens.len() {
        if tokens[i].is_sign("(") {
            depth += 1;
        } else if tokens[i].is_sign(")") {
            depth -= 1;
        }
        let ends = depth == 0 || (depth == 1 && tokens[i].is_sign(","));
        if ends {
            table.add_item(sql, &tokens[start..i]);
            start = i + 1;
        }
        if depth == 0 {
            break;
        }
    }
    let rest = words(&tokens[start..]);
    table.options =
        rest.split(|word| word == ",").map(|option| option.join(" ")).filter(|o| !o.is_empty()).collect();
    table.options.sort();
    for constraint in &mut table.constraints {
        *constraint = without_defaults(std::mem::take(constraint));
    }
    table.constraints.sort();
    Some(table)
}

impl TableText {
    fn add_item(&mut self, sql: &str, tokens: &[Lexeme]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let words = words(tokens);
        let bare = matches!(first.kind, LexemeKind::Word(_));
        if bare && ["constraint", "primary", "unique", "check", "foreign"].contains(&words[0].as_str()) {
            self.constraints.push(words);
            return;
        }
        let source = sql[first.span.start..last.span.end].to_owned();
        let name = unquoted(sql, first);
        let mut column = ColumnText { name, source, ..ColumnText::default() };
        for clause in clauses(&words[1..]) {
            self.add_clause(&mut column, &words[0], clause);
        }
        column.clauses.sort();
        self.columns.push(column);
    }

    /// Sorts a column's clause to the column or, in table form, to the table.
    fn add_clause(&mut self, column: &mut ColumnText, canonical_name: &str, clause: Clause) {
        let Clause { name, mut words } = clause;
        let key = ["(".to_owned(), canonical_name.to_owned(), ")".to_owned()];
        let in_table_form = match words.first().map(String::as_str) {
            None => return,
            Some("primary") => {
                self.autoincrement |= words.iter().any(|word| word == "autoincrement");
                words.retain(|word| word != "autoincrement");
                let descending = words.get(2).is_some_and(|word| word == "desc");
                if descending {
                    // INTEGER PRIMARY KEY DESC is no rowid alias; it must stay with its column.
                    column.clauses.push(name.into_iter().chain(words).collect());
                    return;
                }
                words.retain(|word| word != "asc");
                words.splice(2..2, key);
                words
            }
            Some("unique") => {
                words.splice(1..1, key);
                words
            }
            Some("references") => {
                let lead = ["foreign".to_owned(), "key".to_owned()];
                words.splice(0..0, lead.into_iter().chain(key));
                words
            }
            Some("check") => words,
            Some("type") => {
                column.type_tokens = words.split_off(1);
                return;
            }
            Some("not" | "default" | "collate" | "generated" | "as" | "null") | Some(_) => {
                if words.first().is_some_and(|word| word == "null") && words.len() == 1 {
                    return;
                }
                column.clauses.push(name.into_iter().chain(words).collect());
                return;
            }
        };
        self.constraints.push(name.into_iter().chain(in_table_form).collect());
    }
}

/// A foreign key without `ON … NO ACTION`, which is what happens anyway, and with its actions in one order.
fn without_defaults(words: Vec<String>) -> Vec<String> {
    let Some(start) = words.iter().position(|word| word == "references") else { return words };
    let begins = |i: &usize| {
        let word = words[*i].as_str();
        let before = words[*i - 1].as_str();
        word == "on" || word == "match" || word == "not" || (word == "deferrable" && before != "not")
    };
    let starts: Vec<usize> = (start + 1..words.len()).filter(begins).collect();
    let Some(first) = starts.first() else { return words };
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    let mut clauses: Vec<&[String]> =
        starts.iter().zip(ends).map(|(start, end)| &words[*start..end]).collect();
    clauses.retain(|clause| !(clause.len() == 4 && clause[2] == "no" && clause[3] == "action"));
    clauses.sort();
    let kept = clauses.into_iter().flatten().cloned();
    words[..*first].iter().cloned().chain(kept.collect::<Vec<_>>()).collect()
}

struct Clause {
    /// `constraint <name>`, when it is named.
    name: Vec<String>,
    words: Vec<String>,
}

/// Splits what follows a column's name; the type comes as the clause `type …`.
fn clauses(words: &[String]) -> Vec<Clause> {
    let mut found = vec![Clause { name: Vec::new(), words: vec!["type".to_owned()] }];
    let mut depth = 0;
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_str();
        let previous = if i == 0 { "" } else { words[i - 1].as_str() };
        match word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 && word == "constraint" && i + 1 < words.len() {
            found.push(Clause { name: vec![word.to_owned(), words[i + 1].clone()], words: Vec::new() });
            i += 2;
            continue;
        }
        if depth == 0 && starts_clause(word, previous, words.get(i + 1).map(String::as_str)) {
            let named_and_empty = found.last().is_some_and(|clause| clause.words.is_empty());
            if !named_and_empty {
                found.push(Clause { name: Vec::new(), words: Vec::new() });
            }
        }
        if let Some(clause) = found.last_mut() {
            clause.words.push(word.to_owned());
        }
        i += 1;
    }
    found
}

fn starts_clause(word: &str, previous: &str, next: Option<&str>) -> bool {
    match word {
        "primary" | "unique" | "check" | "references" | "collate" | "generated" => true,
        "default" => previous != "set",
        "not" => next == Some("null"),
        "null" => !matches!(previous, "not" | "set" | "default"),
        "as" => previous != "always",
        _ => false,
    }
}

fn words(tokens: &[Lexeme]) -> Vec<String> {
    tokens.iter().map(Lexeme::canonical).collect()
}

/// A name as the catalog has it: quotes that are doubled within quotes of the same kind are one.
fn unquoted(sql: &str, lexeme: &Lexeme) -> String {
    match &lexeme.kind {
        LexemeKind::Text(text) => text.replace("''", "'"),
        LexemeKind::Name(name) if sql[lexeme.span.clone()].starts_with('"') => name.replace("\"\"", "\""),
        LexemeKind::Name(name) if sql[lexeme.span.clone()].starts_with('`') => name.replace("``", "`"),
        LexemeKind::Word(name) | LexemeKind::Name(name) | LexemeKind::Other(name) => name.clone(),
    }
}

fn starts_with(words: &[String], start: &[&str]) -> bool {
    let skip = if words.first().is_some_and(|word| word == "constraint") { 2 } else { 0 };
    let words = words.get(skip..).unwrap_or_default();
    words.len() >= start.len() && words.iter().zip(start).all(|(a, b)| a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_and_the_order_of_clauses_are_no_difference() {
        let one = read(
            "CREATE TABLE t (a int NOT NULL DEFAULT 1 UNIQUE, b INT REFERENCES u(x) ON DELETE SET NULL)",
        );
        let two = read(
            "CREATE TABLE t (\"A\" INT DEFAULT 1 not null, b int, UNIQUE(a), FOREIGN KEY (b) REFERENCES u (x) on delete set null)",
        );
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.constraints, two.constraints);
        assert_eq!(one.columns[0].clauses, two.columns[0].clauses);
        assert_eq!(one.columns[0].type_tokens, two.columns[0].type_tokens);
    }

    #[test]
    fn names_are_those_of_the_catalog() {
        let text = r#"CREATE TABLE t ("a""" int, `b``"` int, [c"] int, 'd''' int, "E`" int)"#;
        let table = read(text).expect("a table");
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["a\"", "b`\"", "c\"", "d'", "E`"]);
    }

    #[test]
    fn what_happens_anyway_is_no_difference() {
        let tokens = |actions: &str| {
            let sql = format!("create table t (b int, foreign key (b) references u (x){actions})");
            read(&sql).unwrap().constraints
        };
        assert_eq!(tokens(" on delete no action ON UPDATE NO ACTION"), tokens(""));
        assert_eq!(
            tokens(" on update cascade on delete set null deferrable initially deferred"),
            tokens(" on delete set null on update cascade deferrable initially deferred")
        );
        assert_eq!(tokens(" not deferrable on delete no action"), tokens(" not deferrable"));
        assert_ne!(tokens(" on delete cascade"), tokens(""));
        assert_ne!(tokens(" deferrable initially deferred"), tokens(""));
    }

    #[test]
    fn options_and_counters_are_seen() {
        let table = read(
            "create table t(id integer primary key autoincrement, g AS (id+1) stored) STRICT, without Rowid",
        )
        .unwrap();
        assert!(table.autoincrement);
        assert_eq!(table.options, ["strict", "without rowid"]);
        assert_eq!(table.columns[1].clause(&["as"]).unwrap().last().unwrap(), "stored");
    }
}
