//! A migration's files at another place among the others.

use crate::header_block::HeaderBlock;
use crate::header_line::{Fingerprints, HeaderLine};

/// Where a file stands among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address<'a> {
    /// Its version.
    pub version: &'a str,
    /// The versions before.
    pub parents: &'a [String],
    /// The schema before and after, if it is another one there.
    pub fingerprints: Option<Fingerprints>,
}

/// A file's text at another place. All else of the header stays as it is, and so does a text without a header.
pub fn readdressed(text: &str, address: &Address<'_>) -> String {
    let Some(block) = HeaderBlock::find(text) else { return text.to_owned() };
    let lines = text[block.fields.clone()].split_inclusive('\n').map(|line| {
        let content = line.trim_end_matches(['\r', '\n']);
        let new = match HeaderLine::read(content) {
            Some(HeaderLine::Revision { .. }) => Some(HeaderLine::Revision {
                version: address.version.to_owned(),
                parents: address.parents.to_vec(),
            }),
            Some(HeaderLine::Schema(_)) => address.fingerprints.clone().map(HeaderLine::Schema),
            Some(
                HeaderLine::Replaces(_)
                | HeaderLine::Phase(_)
                | HeaderLine::Proven(_)
                | HeaderLine::Restartable
                | HeaderLine::Takes(_)
                | HeaderLine::Note(_)
                | HeaderLine::Planned(_),
            )
            | None => None,
        };
        new.map_or_else(|| line.to_owned(), |new| format!("{new}{}", &line[content.len()..]))
    });
    let fields: String = lines.collect();
    format!("{}{fields}{}", &text[..block.fields.start], &text[block.fields.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address<'a>(version: &'a str, parents: &'a [String]) -> Address<'a> {
        let fingerprints = Fingerprints { before: "c".to_owned(), after: "d".to_owned() };
        Address { version, parents, fingerprints: Some(fingerprints) }
    }

    #[test]
    fn only_the_header_is_readdressed() {
        let text = "-- m\n--\n-- revision 1, the first\n-- schema   a -> b\n\n-- revision 1, not in the header\nSELECT 1;\n";
        let after = ["2".to_owned()];
        let moved = readdressed(text, &address("3", &after));
        assert_eq!(
            moved,
            "-- m\n--\n-- revision 3, after 2\n-- schema   c -> d\n\n-- revision 1, not in the header\nSELECT 1;\n"
        );
        assert_eq!(readdressed("SELECT 1;", &address("3", &after)), "SELECT 1;");
        assert_eq!(
            readdressed("-- revision 1, after 0\r\n", &address("3", &[])),
            "-- revision 3, the first\r\n"
        );
    }
}
