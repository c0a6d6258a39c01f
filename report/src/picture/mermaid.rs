//! A picture as Mermaid's `erDiagram`, which GitHub and GitLab draw in markdown (mermaid.js.org, "Entity Relationship Diagrams").
//!
//! It has no colour for a line, so that what happened stands beside it as a text.

use std::fmt::Write as _;

use super::{Mark, Picture, PictureColumn, PictureTable};
use crate::printable::printable;

/// Draws a picture as Mermaid.
pub fn mermaid(picture: &Picture) -> String {
    let mut text = "erDiagram\n".to_owned();
    for (place, table) in picture.tables.iter().enumerate() {
        add_table(&mut text, place, table);
    }
    for reference in &picture.references {
        let mark = reference.mark.word().map_or_else(String::new, |word| format!(" ({word})"));
        let label = label(&format!("{}{mark}", reference.columns));
        let _ = writeln!(text, "    t{} }}o--|| t{} : \"{label}\"", reference.from, reference.to);
    }
    if picture.left_out > 0 {
        let _ = writeln!(text, "    %% {} tables are left out", picture.left_out);
    }
    text
}

fn add_table(text: &mut String, place: usize, table: &PictureTable) {
    let mark = table.mark.word().map_or_else(String::new, |word| format!(" ({word})"));
    let name = label(&format!("{}{mark}", table.name));
    let _ = writeln!(text, "    t{place}[\"{name}\"] {{");
    table.columns.iter().for_each(|column| add_column(text, column));
    if table.left_out > 0 {
        let _ = writeln!(text, "        etc more \"and {} more\"", table.left_out);
    }
    text.push_str("    }\n");
}

fn add_column(text: &mut String, column: &PictureColumn) {
    let PictureColumn { name, data_type, mark, is_key, refers } = column;
    let keys = match (is_key, refers) {
        (true, true) => " PK, FK",
        (true, false) => " PK",
        (false, true) => " FK",
        (false, false) => "",
    };
    let plain = word(name);
    let real = (plain != *name).then(|| label(name));
    let data = data_type.rsplit(" -> ").next().unwrap_or(data_type);
    let changed = (data != data_type).then(|| label(&data_type.replace("->", "to")));
    let marked = mark.word().filter(|_| *mark != Mark::Same).map(str::to_owned);
    let notes: Vec<String> = [real, marked, changed].into_iter().flatten().collect();
    let note = if notes.is_empty() { String::new() } else { format!(" \"{}\"", notes.join(", ")) };
    let _ = writeln!(text, "        {} {plain}{keys}{note}", word(data));
}

/// A name or type as Mermaid takes it bare.
fn word(text: &str) -> String {
    let clean = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '(' | ')') { c } else { '_' };
    let word: String = text.chars().map(clean).collect();
    if word.starts_with(char::is_alphabetic) { word } else { format!("_{word}") }
}

/// A text between quotes.
fn label(text: &str) -> String {
    let clean = |c: char| match c {
        '"' => '\'',
        '\n' | '\r' | '\t' => ' ',
        '#' | ';' | '`' | '<' | '>' | '{' | '}' | '%' => '_',
        c => c,
    };
    printable(text).chars().map(clean).collect()
}
