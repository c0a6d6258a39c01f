//! The merge driver of the files that autogen writes: both sides of a merge and what they come from, made one. Whatever both sides
//! changed otherwise is a conflict, and nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use autogen_diesel_schema::{SchemaFile, is_generated, read};
use autogen_migration_files::{AGREEMENT_FILE, PARTS_FILE, REFS_FILE, SUM_FILE, name_of_file};
use similar::{MergeResolution, TextMerge};

use crate::known::KNOWN_FILE;

/// The texts of a file that is merged.
#[derive(Clone, Copy, Debug)]
pub struct ThreeSides<'a> {
    /// What both sides come from.
    pub base: &'a str,
    /// The branch that is merged into.
    pub ours: &'a str,
    /// The branch that is merged.
    pub theirs: &'a str,
}

/// The merged text of a file, by its name. An error is the text with what both sides changed otherwise between marks.
///
/// # Errors
/// When both sides changed one thing otherwise.
pub fn merged(path: &Path, sides: ThreeSides<'_>) -> Result<String, String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match &*name {
        SUM_FILE => by_line(sides, |line| line.rsplit_once(' ').map_or(line, |(file, _)| file)),
        KNOWN_FILE => by_line(sides, |line| line.split("  ").next().unwrap_or_default()),
        REFS_FILE => by_line(sides, |line| line.split(' ').next().unwrap_or_default()),
        // Each line is a fact by itself.
        AGREEMENT_FILE => by_line(sides, |line| line),
        // It is sealed and describes one model: of two, either is right.
        PARTS_FILE => Ok(if sides.ours == sides.base { sides.theirs } else { sides.ours }.to_owned()),
        _ => by_text(sides),
    }
}

const OURS: &str = "<<<<<<< ours\n";
const BETWEEN: &str = "=======\n";
const THEIRS: &str = ">>>>>>> theirs\n";

/// What stands under one key, in the order of the file.
type Lines<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// Merges files in which each line stands for itself, under a key.
fn by_line<'a>(sides: ThreeSides<'a>, key: impl Fn(&'a str) -> &'a str) -> Result<String, String> {
    let ThreeSides { base, ours, theirs } = sides;
    let is_comment = |line: &&str| line.starts_with('#');
    let of = |text: &'a str| {
        let mut lines = Lines::new();
        for line in text.lines().filter(|line| !is_comment(line) && !line.trim().is_empty()) {
            lines.entry(key(line)).or_default().push(line);
        }
        lines
    };
    let mut keys: Vec<&str> = Vec::new();
    for line in ours.lines().chain(theirs.lines()).filter(|line| !is_comment(line)) {
        if !line.trim().is_empty() && !keys.contains(&key(line)) {
            keys.push(key(line));
        }
    }
    // A migration's files stay beside each other, and migrations stand in their order.
    keys.sort_by_key(|key| name_of_file(key));
    let mut text: String = ours.lines().filter(is_comment).map(|line| format!("{line}\n")).collect();
    let (base, ours, theirs) = (of(base), of(ours), of(theirs));
    let mut is_conflict = false;
    for key in keys {
        let [base, ours, theirs] =
            [&base, &ours, &theirs].map(|side| side.get(key).map_or(&[][..], Vec::as_slice));
        let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        if ours == theirs || theirs == base {
            text.push_str(&joined(ours));
        } else if ours == base {
            text.push_str(&joined(theirs));
        } else {
            is_conflict = true;
            text.push_str(&[OURS, &joined(ours), BETWEEN, &joined(theirs), THEIRS].concat());
        }
    }
    if is_conflict { Err(text) } else { Ok(text) }
}

/// Merges texts line by line. Of a `schema.rs` that a program wrote, what both sides added at one place is kept one behind the other.
fn by_text(ThreeSides { base, ours, theirs }: ThreeSides<'_>) -> Result<String, String> {
    let mut merge = TextMerge::from_lines(base, ours, theirs);
    merge.labels("base", "ours", "theirs");
    if !merge.is_conflicted() {
        return Ok(merge.to_string());
    }
    let both = (is_generated(ours) && is_generated(theirs)).then(|| with_both(&merge)).flatten();
    both.filter(|text| is_sound(text)).ok_or_else(|| merge.to_string())
}

/// The text with what both sides added; none where they changed or took away the same lines.
fn with_both(merge: &TextMerge<'_, '_, '_, str>) -> Option<String> {
    let mut text = String::new();
    for region in merge.regions() {
        let ours = region.ours_range().filter_map(|line| merge.ours_line(line));
        let theirs = region.theirs_range().filter_map(|line| merge.theirs_line(line));
        match region.resolution() {
            MergeResolution::Theirs => text.extend(theirs),
            MergeResolution::Conflict if region.base_range().is_empty() => text.extend(ours.chain(theirs)),
            MergeResolution::Conflict => return None,
            // Both sides have what ours has.
            _ => text.extend(ours),
        }
    }
    Some(text)
}

/// Whether a file of tables can be read, and says nothing twice.
fn is_sound(text: &str) -> bool {
    let Ok(SchemaFile { tables, joinables, generated: _, left_out: _ }) = read(text) else { return false };
    let mut names = BTreeSet::new();
    let columns = tables.iter().all(|table| {
        let mut names = BTreeSet::new();
        table.columns.iter().all(|column| names.insert(&column.rust_name))
    });
    let is_new_join = |at: usize| !joinables[..at].contains(&joinables[at]);
    columns
        && tables.iter().all(|table| names.insert((&table.namespace, &table.rust_name)))
        && (0..joinables.len()).all(is_new_join)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge(name: &str, base: &str, ours: &str, theirs: &str) -> Result<String, String> {
        merged(Path::new("a b/migrations").join(name).as_path(), ThreeSides { base, ours, theirs })
    }

    #[test]
    fn sums_of_two_branches_are_one() {
        let base = "# sum\n1_a/up.sql 11\n1_a/down.sql 12\n";
        let ours = format!("{base}3_c/up.sql 31\n3_c/down.sql 32\n");
        let theirs = base.replace(" 12", " 13") + "2_b/up.sql 21\n2_b/down.sql 22\n";
        let both = "# sum\n1_a/up.sql 11\n1_a/down.sql 13\n2_b/up.sql 21\n2_b/down.sql 22\n3_c/up.sql 31\n3_c/down.sql 32\n";
        assert_eq!(merge(SUM_FILE, base, &ours, &theirs), Ok(both.to_owned()));
        assert_eq!(merge(SUM_FILE, base, &theirs, &ours), Ok(both.to_owned()));
        // What one side took out is out.
        let without = "# sum\n1_a/up.sql 11\n";
        let merged = merge(SUM_FILE, base, without, &ours).unwrap();
        assert!(!merged.contains("1_a/down.sql") && merged.contains("3_c/down.sql"), "{merged}");
    }

    #[test]
    fn what_both_changed_otherwise_is_a_conflict() {
        let base = "# sum\n1_a/up.sql 11\n";
        let conflict = merge(SUM_FILE, base, &base.replace("11", "12"), &base.replace("11", "13"));
        let marked = "# sum\n<<<<<<< ours\n1_a/up.sql 12\n=======\n1_a/up.sql 13\n>>>>>>> theirs\n";
        assert_eq!(conflict, Err(marked.to_owned()));
        let line = |at| format!("production at {at} applied 1 h schema s as b\n");
        assert!(merge(REFS_FILE, &line(1), &line(2), &line(3)).is_err());
        assert_eq!(merge(REFS_FILE, &line(1), &line(2), &line(1)), Ok(line(2)));
    }

    #[test]
    fn facts_of_both_are_true_and_one_model_is_described() {
        let merged = merge(AGREEMENT_FILE, "a\nb\n", "b\nc\n", "a\nd\nb\n").unwrap();
        assert_eq!(merged, "b\nc\nd\n");
        assert_eq!(merge(PARTS_FILE, "a", "b", "c").as_deref(), Ok("b"));
        assert_eq!(merge(PARTS_FILE, "a", "a", "c").as_deref(), Ok("c"));
    }

    const HEAD: &str = "// @generated automatically by Diesel CLI.\n";

    fn table(name: &str, columns: &[&str]) -> String {
        let columns: String = columns.iter().map(|name| format!("        {name} -> Integer,\n")).collect();
        format!("\ndiesel::table! {{\n    {name} (id) {{\n        id -> Integer,\n{columns}    }}\n}}\n")
    }

    #[test]
    fn tables_and_columns_that_both_added_are_kept() {
        let file = |tables: &[String]| HEAD.to_owned() + &tables.concat();
        let (users, last) = (table("users", &[]), table("zoo", &[]));
        let base = file(&[users.clone(), last.clone()]);
        let ours = file(&[users.clone(), table("orgs", &["a"]), last.clone()]);
        let theirs = file(&[users.clone(), table("teams", &["a"]), last.clone()]);
        let merged = merge("schema.rs", &base, &ours, &theirs).unwrap();
        let names: Vec<String> = read(&merged).unwrap().tables.into_iter().map(|own| own.sql_name).collect();
        assert_eq!(names, ["users", "orgs", "teams", "zoo"], "{merged}");
        let column = |name| file(&[table("users", &[name]), last.clone()]);
        let merged = merge("schema.rs", &base, &column("email"), &column("age")).unwrap();
        assert!(merged.contains("email -> Integer") && merged.contains("age -> Integer"), "{merged}");
    }

    #[test]
    fn a_table_that_both_added_otherwise_and_files_by_hand_are_conflicts() {
        let base = HEAD.to_owned() + &table("users", &[]);
        let with = |columns: &[&str]| format!("{base}{}", table("orgs", columns));
        let conflict = merge("schema.rs", &base, &with(&["a"]), &with(&["b"])).unwrap_err();
        assert!(conflict.contains("<<<<<<< ours") && conflict.contains(">>>>>>> theirs"), "{conflict}");
        let column = |name: &str| base.replace("id -> Integer", &format!("id -> {name}"));
        assert!(merge("schema.rs", &base, &column("Text"), &column("BigInt")).is_err());
        let by_hand = |text: String| text.replace(HEAD, "// by hand\n");
        let sides = [&base, &(base.clone() + &table("a", &[])), &(base.clone() + &table("b", &[]))];
        let [base, ours, theirs] = sides.map(|text| by_hand(text.clone()));
        assert!(merge("schema.rs", &base, &ours, &theirs).is_err());
        assert_eq!(merge("schema.rs", &base, &ours, &base), Ok(ours.clone()));
    }
}
