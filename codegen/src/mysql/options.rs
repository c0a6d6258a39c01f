//! Table options: what `ENGINE=`, `COMMENT=` and the like become when they change, and what
//! an option that is gone falls back to.

use autogen_diff_core::Pair;
use autogen_diff_core::model::Table;

use super::online::{OnlineDdl, Server};

/// How `SHOW CREATE TABLE` says that old rows are kept (MariaDB).
const VERSIONED: &str = "WITH SYSTEM VERSIONING";

/// The clauses for options that differ.
pub(super) fn clauses(pair: &Pair<Table>) -> Vec<String> {
    let Pair { from, to } = pair.as_ref().map(|table| &table.mysql().options);
    let mut clauses: Vec<String> =
        to.iter().filter(|option| !from.contains(option) && *option != VERSIONED).cloned().collect();
    if clauses.iter().any(|clause| is_charset(clause)) {
        // One without the other would bring back the default of the other.
        clauses.retain(|clause| !is_charset(clause));
        clauses.push(charset(&pair.to).iter().map(|c| c.as_str()).collect::<Vec<_>>().join(" "));
    }
    let stays = |option: &str| to.iter().any(|other| name(other) == name(option));
    let is_known = |option: &str| engine(&pair.to) == Some("Aria") || !of_aria(name(option));
    let gone = from.iter().filter(|option| !stays(option) && is_known(option));
    clauses.extend(gone.filter_map(|option| reset(name(option))));
    clauses
}

/// Whether other engines than Aria refuse an option or pass it over (MariaDB).
fn of_aria(name: &str) -> bool {
    ["PAGE_CHECKSUM", "TRANSACTIONAL"].contains(&name)
}

/// The work of options that differ, or nothing when it is not known.
pub(super) fn work(pair: &Pair<Table>, server: Server) -> Option<Vec<OnlineDdl>> {
    let Pair { from, to } = pair.as_ref().map(|table| &table.mysql().options);
    let differing = from.iter().filter(|option| !to.contains(option));
    let differing = differing.chain(to.iter().filter(|option| !from.contains(option)));
    differing
        .map(|option| match name(option) {
            "COMMENT" | "DEFAULT CHARSET" | "COLLATE" | "STATS_PERSISTENT" | "STATS_AUTO_RECALC"
            | "STATS_SAMPLE_PAGES" => Some(server.quick()),
            "ROW_FORMAT" | "KEY_BLOCK_SIZE" => Some(OnlineDdl::Rebuild),
            _ => None,
        })
        .collect()
}

/// The clause that begins to keep old rows.
pub(super) fn versioning(pair: &Pair<Table>) -> Option<String> {
    (is_versioned(&pair.to) && !is_versioned(&pair.from)).then(|| "ADD SYSTEM VERSIONING".to_owned())
}

/// Whether old rows are kept.
pub(crate) fn is_versioned(table: &Table) -> bool {
    table.mysql().options.iter().any(|option| option == VERSIONED)
}

/// Whether the engine that a table gets keeps no rows.
pub(super) fn forgets_rows(pair: &Pair<Table>) -> bool {
    let keeps_none = |table| engine(table) == Some("BLACKHOLE");
    keeps_none(&pair.to) && !keeps_none(&pair.from)
}

/// The storage engine. Another one is another copy of the table.
pub(super) fn engine(table: &Table) -> Option<&str> {
    table.mysql().options.iter().find_map(|option| option.strip_prefix("ENGINE="))
}

/// The table's default character set and collation.
pub(super) fn charset(table: &Table) -> Vec<&String> {
    table.mysql().options.iter().filter(|option| is_charset(option)).collect()
}

fn is_charset(option: &str) -> bool {
    option.starts_with("DEFAULT CHARSET=") || option.starts_with("COLLATE=")
}

/// `ENGINE` of `ENGINE=InnoDB`, `TABLESPACE` of `` TABLESPACE `a` ``, and what an engine defines in its quotes: `` `page_compressed` ``.
fn name(option: &str) -> &str {
    if option.starts_with('`') {
        return option.split('=').next().unwrap_or(option);
    }
    let end = option.find(['=', '`']).unwrap_or(option.len());
    option[..end].trim()
}

/// The clause that gives an option its default (MySQL manual 15.1.20, MariaDB "CREATE TABLE").
fn reset(name: &str) -> Option<String> {
    Some(match name {
        // The new ones are written, if there are any.
        "COLLATE" | "DEFAULT CHARSET" => return None,
        VERSIONED => "DROP SYSTEM VERSIONING".to_owned(),
        "COMMENT" | "CONNECTION" | "COMPRESSION" | "ENGINE_ATTRIBUTE" | "SECONDARY_ENGINE_ATTRIBUTE" => {
            format!("{name}=''")
        }
        "ENCRYPTION" => "ENCRYPTION='N'".to_owned(),
        "INSERT_METHOD" => "INSERT_METHOD=NO".to_owned(),
        "SECONDARY_ENGINE" => "SECONDARY_ENGINE=NULL".to_owned(),
        "TABLESPACE" => "TABLESPACE `innodb_file_per_table`".to_owned(),
        "UNION" => "UNION=()".to_owned(),
        "KEY_BLOCK_SIZE" | "MAX_ROWS" | "MIN_ROWS" | "AVG_ROW_LENGTH" | "CHECKSUM" | "DELAY_KEY_WRITE"
        | "AUTOEXTEND_SIZE" | "TRANSACTIONAL" => format!("{name}=0"),
        _ => format!("{name}=DEFAULT"),
    })
}

#[cfg(test)]
mod tests {
    use super::{name, reset};

    #[test]
    fn an_option_that_is_gone_gets_its_default() {
        assert_eq!(reset(name("KEY_BLOCK_SIZE=8")).as_deref(), Some("KEY_BLOCK_SIZE=0"));
        assert_eq!(reset(name("ROW_FORMAT=COMPRESSED")).as_deref(), Some("ROW_FORMAT=DEFAULT"));
        assert_eq!(reset(name("COMMENT='a=b'")).as_deref(), Some("COMMENT=''"));
        assert_eq!(reset(name("TABLESPACE `a=b`")).as_deref(), Some("TABLESPACE `innodb_file_per_table`"));
        assert_eq!(reset(name("`page_compressed`=1")).as_deref(), Some("`page_compressed`=DEFAULT"));
        assert_eq!(reset(name("WITH SYSTEM VERSIONING")).as_deref(), Some("DROP SYSTEM VERSIONING"));
    }
}
