//! A picture as SVG, by itself: no script, no font and nothing else is loaded. Light and dark as whoever looks at it wants.

use std::fmt::Write as _;

use super::layout::{Placed, places};
use super::{Mark, Picture, PictureColumn, PictureTable};
use crate::printable::printable;

/// The height of a line, and the width of a letter at that size, in pixels.
const LINE: usize = 20;
const LETTER: usize = 8;

/// How many letters of a line are shown.
const MOST_LETTERS: usize = 44;

const STYLE: &str = "<style>\
.autogen-picture{--paper:#fff;--ink:#1c2024;--dim:#60646c;--line:#b9bbc6;--head:#eef0f3;--added:#1a7f37;--dropped:#cf222e;--altered:#9a6700}\
@media(prefers-color-scheme:dark){.autogen-picture{--paper:#16181d;--ink:#edeef0;--dim:#a0a4ad;--line:#4b4f58;--head:#23262d;--added:#4ac26b;--dropped:#ff7b72;--altered:#e3b341}}\
.autogen-picture text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:var(--ink)}\
.autogen-picture .box{fill:var(--paper);stroke:var(--line)}.autogen-picture .head{fill:var(--head);stroke:var(--line)}\
.autogen-picture .name{font-weight:bold}.autogen-picture .dim{fill:var(--dim)}\
.autogen-picture .reference{fill:none;stroke:var(--line);stroke-width:1.5}\
.autogen-picture text.added{fill:var(--added)}.autogen-picture text.dropped{fill:var(--dropped);text-decoration:line-through}\
.autogen-picture text.altered{fill:var(--altered)}\
.autogen-picture .box.added,.autogen-picture .reference.added{stroke:var(--added)}\
.autogen-picture .box.dropped,.autogen-picture .reference.dropped{stroke:var(--dropped);stroke-dasharray:5 3}\
.autogen-picture .box.altered{stroke:var(--altered)}\
</style>";

/// Draws a picture as SVG.
pub fn svg(picture: &Picture) -> String {
    let boxes: Vec<Vec<Line>> = picture.tables.iter().map(lines).collect();
    let sizes: Vec<(usize, usize)> = boxes.iter().map(|lines| size(lines)).collect();
    let (placed, (width, height)) = places(picture, &sizes);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"autogen-picture\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">\n{STYLE}\n",
        escaped(&described(picture))
    );
    for reference in &picture.references {
        let path = curve(placed[reference.from], placed[reference.to]);
        let class = reference.mark.word().unwrap_or_default();
        let title = title(picture, reference.from, reference.to, &reference.columns);
        let _ = writeln!(
            text,
            "<path class=\"reference {class}\" d=\"{path}\"><title>{}</title></path>",
            escaped(&title)
        );
    }
    for ((table, lines), place) in picture.tables.iter().zip(&boxes).zip(&placed) {
        add_box(&mut text, table, lines, *place);
    }
    if picture.left_out > 0 {
        let _ = writeln!(
            text,
            "<text class=\"dim\" x=\"12\" y=\"20\">{} more tables have no room here</text>",
            picture.left_out
        );
    }
    text.push_str("</svg>\n");
    text
}

/// What the picture shows, for whoever does not see it.
fn described(picture: &Picture) -> String {
    let names: Vec<String> = picture
        .tables
        .iter()
        .map(|table| match table.mark.word() {
            Some(word) => format!("{} ({word})", table.name),
            None => table.name.to_string(),
        })
        .collect();
    let more = match picture.left_out {
        0 => String::new(),
        left_out => format!(", and {left_out} tables that are left out"),
    };
    format!("tables {}{more}", names.join(", "))
}

fn title(picture: &Picture, from: usize, to: usize, columns: &str) -> String {
    format!("{} ({columns}) refers to {}", picture.tables[from].name, picture.tables[to].name)
}

/// A line of a box.
struct Line {
    text: String,
    class: &'static str,
    sign: &'static str,
}

fn lines(table: &PictureTable) -> Vec<Line> {
    let head = Line { text: shortened(&table.name.to_string()), class: "name", sign: sign(table.mark) };
    let mut lines = vec![head];
    lines.extend(table.columns.iter().map(column_line));
    if table.left_out > 0 {
        lines.push(Line { text: format!("and {} more", table.left_out), class: "dim", sign: "" });
    }
    lines
}

fn column_line(column: &PictureColumn) -> Line {
    let key = if column.is_key { " PK" } else { "" };
    let refers = if column.refers { " FK" } else { "" };
    let text = shortened(&format!("{} {}{key}{refers}", column.name, column.data_type));
    Line { text, class: column.mark.word().unwrap_or_default(), sign: sign(column.mark) }
}

const fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "",
        Mark::Added => "+",
        Mark::Dropped => "-",
        Mark::Altered => "~",
    }
}

fn shortened(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    if text.chars().count() <= MOST_LETTERS {
        return text;
    }
    let start: String = text.chars().take(MOST_LETTERS - 1).collect();
    format!("{start}…")
}

fn size(lines: &[Line]) -> (usize, usize) {
    let letters = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
    ((letters + 4) * LETTER + 8, lines.len() * LINE + 10)
}

fn add_box(text: &mut String, table: &PictureTable, lines: &[Line], place: Placed) {
    let Placed { x, y, width, height } = place;
    let mark = table.mark.word().unwrap_or_default();
    let _ = writeln!(
        text,
        "<g><title>{}</title><rect class=\"box {mark}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>\
         <rect class=\"head\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"5\"/>",
        escaped(&table.name.to_string()),
        LINE + 6
    );
    for (number, line) in lines.iter().enumerate() {
        let baseline = y + number * LINE + if number == 0 { 18 } else { 22 };
        let class = if number == 0 { format!("name {mark}") } else { line.class.to_owned() };
        let _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{}\" y=\"{baseline}\">{}</text><text class=\"{class}\" x=\"{}\" y=\"{baseline}\">{}</text>",
            x + 8,
            line.sign,
            x + 24,
            escaped(&line.text)
        );
    }
    text.push_str("</g>\n");
}

/// A line from the side of one box to the near side of another.
fn curve(from: Placed, to: Placed) -> String {
    let middle = |place: Placed| place.y + 13;
    let (start_y, end_y) = (middle(from), middle(to));
    if from == to {
        let x = from.x + from.width;
        return format!("M{x},{start_y} c40,0 40,24 0,24");
    }
    let (start_x, end_x, out) = if from.x > to.x {
        (from.x, to.x + to.width, -1_i64)
    } else {
        (from.x + from.width, if from.x == to.x { to.x + to.width } else { to.x }, 1_i64)
    };
    let reach = 45 * out;
    let bend = |x: usize, by: i64| i64::try_from(x).unwrap_or(0) + by;
    let end_reach = if from.x == to.x { reach } else { -reach };
    format!(
        "M{start_x},{start_y} C{},{start_y} {},{end_y} {end_x},{end_y}",
        bend(start_x, reach),
        bend(end_x, end_reach)
    )
}

/// A text between tags or in an attribute.
fn escaped(text: &str) -> String {
    let mut clean = String::new();
    for c in printable(text).chars() {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '"' => clean.push_str("&quot;"),
            '\'' => clean.push_str("&#39;"),
            c => clean.push(c),
        }
    }
    clean
}
