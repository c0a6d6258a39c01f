//! Where a header stands in a file.

use std::ops::Range;

use crate::header_line::HeaderLine;

/// The place of a header.
pub(crate) struct HeaderBlock<'a> {
    /// The message as it is written.
    pub(crate) title: Option<&'a str>,
    /// The bytes of the lines behind the message.
    pub(crate) fields: Range<usize>,
}

impl<'a> HeaderBlock<'a> {
    /// Finds the first comment that says a revision. What stands below the first statement is no header.
    pub(crate) fn find(text: &'a str) -> Option<Self> {
        let mut comment = 0..0;
        while let Some(line) = text[comment.end..].split_inclusive('\n').next() {
            if comment.is_empty()
                && let Some(length) = block_comment(&text[comment.end..])
            {
                comment = comment.end + length..comment.end + length;
                continue;
            }
            let line_end = comment.end + line.len();
            if is_comment(line) {
                comment.end = line_end;
                continue;
            }
            if let Some(block) = Self::of_comment(text, comment) {
                return Some(block);
            }
            if !line.trim().is_empty() {
                return None;
            }
            comment = line_end..line_end;
        }
        Self::of_comment(text, comment)
    }

    /// A comment as a header, if it says a revision. Behind a bare `--` the first line is a message whatever it says.
    fn of_comment(text: &'a str, comment: Range<usize>) -> Option<Self> {
        let mut lines = text[comment.clone()].split_inclusive('\n');
        let first = lines.next()?;
        let second = lines.next().unwrap_or_default();
        let content = first.trim_end_matches(['\r', '\n']);
        let is_message = second.trim_end() == "--" || HeaderLine::read(content).is_none();
        let title = is_message.then(|| content.strip_prefix("-- ").unwrap_or_default());
        let start = if is_message { comment.start + first.len() } else { comment.start };
        let fields = start..comment.end;
        let mut found = text[fields.clone()].lines().filter_map(HeaderLine::read);
        found.any(|line| matches!(line, HeaderLine::Revision { .. })).then_some(Self { title, fields })
    }
}

/// The length of a comment between `/*` and `*/` that ends its line, with the line's end. Those of MySQL and MariaDB that a
/// server runs are statements, and so may be what stands behind one within another.
fn block_comment(text: &str) -> Option<usize> {
    let inner = text.trim_start_matches([' ', '\t']).strip_prefix("/*")?;
    let end = inner.find("*/")?;
    if inner.starts_with(['!', 'M', '+']) || inner[..end].contains("/*") {
        return None;
    }
    let behind = &inner[end + 2..];
    let line_end = behind.find('\n').map_or(behind.len(), |at| at + 1);
    behind[..line_end].trim().is_empty().then(|| text.len() - behind.len() + line_end)
}

/// Whether a line is a comment to its end. For PostgreSQL a carriage return alone ends one, too.
fn is_comment(line: &str) -> bool {
    line.starts_with("--") && !line.trim_end_matches(['\r', '\n']).contains('\r')
}

/// The message of a file as it is written there: the header's, or else the first line, if it is a comment.
pub(crate) fn title(text: &str) -> Option<&str> {
    match HeaderBlock::find(text) {
        Some(block) => block.title,
        None => text.lines().next()?.strip_prefix("-- "),
    }
}
