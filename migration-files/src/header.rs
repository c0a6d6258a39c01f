//! The comment at the top of a migration's file: what it is, what it comes after, and how it was made.

use std::fmt;

use crate::checksum::sha256_hex;
use crate::header_block::HeaderBlock;
use crate::header_line::{Fingerprints, HeaderLine};
use crate::header_text::{escape_text, unescape};
use crate::phase::Phase;
use crate::proof::Proof;
use crate::takes::Takes;

/// What a header says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The message, as given with `-m`.
    pub message: String,
    /// This migration's version.
    pub version: String,
    /// The versions before: none for the first, several for a merge.
    pub parents: Vec<String>,
    /// The versions in whose place it stands, itself left out; none but for a squash.
    pub replaces: Vec<String>,
    /// The schema before and after, if known.
    pub fingerprints: Option<Fingerprints>,
    /// Whether programs of the release before live with it; none where that was not asked.
    pub phase: Option<Phase>,
    /// How the migration was run up, down and up in a scratch database.
    pub proof: Proof,
    /// Whether its statements may run again after they were stopped anywhere: what is done already, they leave as it is.
    pub restartable: bool,
    /// How long it was estimated to take, where sizes were known.
    pub takes: Option<Takes>,
    /// What a reviewer must know about the whole file.
    pub notes: Vec<String>,
    /// The fingerprint of the statements below, when they are a plan's and not somebody's own.
    pub planned: Option<String>,
}

/// How many versions stand on one line.
const VERSIONS_IN_LINE: usize = 4;

/// How many digits of a hash are its fingerprint.
const DIGITS: usize = 12;

impl Header {
    /// Reads the header of a file: the comment above the first statement that says a revision.
    pub fn parse(text: &str) -> Option<Self> {
        let block = HeaderBlock::find(text)?;
        let mut header = Self { message: unescape(block.title.unwrap_or_default()), ..Self::default() };
        let mut found: Vec<HeaderLine> = text[block.fields].lines().filter_map(HeaderLine::read).collect();
        // Of two lines that say the same thing the upper one counts.
        found.reverse();
        for line in found {
            match line {
                HeaderLine::Revision { version, parents } => {
                    (header.version, header.parents) = (version, parents);
                }
                HeaderLine::Replaces(versions) => {
                    header.replaces.splice(0..0, versions);
                }
                HeaderLine::Schema(fingerprints) => header.fingerprints = Some(fingerprints),
                HeaderLine::Phase(phase) => header.phase = Some(phase),
                HeaderLine::Proven(proof) => header.proof = proof,
                HeaderLine::Restartable => header.restartable = true,
                HeaderLine::Takes(takes) => header.takes = Some(takes),
                HeaderLine::Note(note) => header.notes.insert(0, note),
                HeaderLine::Planned(fingerprint) => header.planned = Some(fingerprint),
            }
        }
        Some(header)
    }

    /// The header of the way back.
    #[must_use]
    pub fn undo(&self) -> Self {
        let turned = |fingerprints: &Fingerprints| Fingerprints {
            before: fingerprints.after.clone(),
            after: fingerprints.before.clone(),
        };
        Self {
            message: format!("undo: {}", self.message),
            fingerprints: self.fingerprints.as_ref().map(turned),
            ..self.clone()
        }
    }

    /// The same, saying that the statements are a plan's.
    #[must_use]
    pub fn of_planned(self, statements: &str) -> Self {
        Self { planned: Some(fingerprint(statements)), ..self }
    }

    /// The text of a file with this header.
    pub fn above(&self, statements: &str) -> String {
        format!("{self}\n{statements}")
    }

    fn lines(&self) -> impl Iterator<Item = HeaderLine> {
        let Self {
            message: _,
            version,
            parents,
            replaces,
            fingerprints,
            phase,
            proof,
            restartable,
            takes,
            notes,
            planned,
        } = self;
        let revision = HeaderLine::Revision { version: version.clone(), parents: parents.clone() };
        let replaces = replaces.chunks(VERSIONS_IN_LINE).map(|some| HeaderLine::Replaces(some.to_vec()));
        let schema = fingerprints.clone().map(HeaderLine::Schema);
        let notes = notes.iter().cloned().map(HeaderLine::Note);
        let planned = planned.clone().map(HeaderLine::Planned);
        std::iter::once(revision)
            .chain(replaces)
            .chain(schema)
            .chain(phase.map(HeaderLine::Phase))
            .chain([HeaderLine::Proven(*proof)])
            .chain(restartable.then_some(HeaderLine::Restartable))
            .chain(takes.map(HeaderLine::Takes))
            .chain(notes)
            .chain(planned)
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-- {}\n--\n", escape_text(&self.message))?;
        self.lines().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Whether the statements of a file are still those that were planned: an edit makes them somebody's own.
pub fn is_as_planned(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    let Some(block) = HeaderBlock::find(&text) else { return false };
    let statements = &text[block.fields.end..];
    let statements = statements.strip_prefix('\n').unwrap_or(statements);
    // Above the mark of another way, a blank line ends the statements.
    let ended = statements.strip_suffix('\n').filter(|rest| rest.ends_with('\n')).unwrap_or(statements);
    let planned = Header::parse(&text).and_then(|header| header.planned);
    planned.is_some_and(|planned| planned == fingerprint(ended))
}

fn fingerprint(statements: &str) -> String {
    sha256_hex(statements)[..DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::address::{Address, readdressed};
    use crate::header_block::title;
    use crate::takes::tests::takes;

    fn hostile() -> impl Strategy<Value = String> {
        let traps = [
            "\n",
            "\r",
            "\r\n",
            "\\u{a}",
            "\\u{",
            "-- ",
            "--\n",
            ", ",
            " -> ",
            "…",
            "\u{1b}[31m",
            "\u{202e}",
            "revision 1, the first",
            "schema   a -> b",
            "planned  a",
            "the first",
            "after ",
            "undo: ",
            "ß",
            "\u{2028}",
            " ",
        ];
        let part = prop_oneof![prop::sample::select(traps.to_vec()).prop_map(str::to_owned), any::<String>()];
        vec(part, 0..5).prop_map(|parts| parts.concat())
    }

    fn header() -> impl Strategy<Value = Header> {
        let fingerprints = (hostile(), hostile()).prop_map(|(before, after)| Fingerprints { before, after });
        let lists = (vec(hostile(), 0..3), vec(hostile(), 0..10), vec(hostile(), 0..3));
        let phase = prop::option::of(prop::sample::select(Phase::ALL.to_vec()));
        let optional = (prop::option::of(fingerprints), prop::option::of(hostile()), phase);
        let part = (any::<usize>(), any::<usize>()).prop_map(|(objects, of)| Proof::Part { objects, of });
        let proof = prop_oneof![Just(Proof::Not), Just(Proof::Whole), part];
        let times = prop::option::of((any::<u64>(), any::<u64>()).prop_map(|(low, high)| takes(low, high)));
        (hostile(), hostile(), lists, optional, (proof, any::<bool>(), times)).prop_map(
            |(
                message,
                version,
                (parents, replaces, notes),
                (fingerprints, planned, phase),
                (proof, restartable, takes),
            )| Header {
                message,
                version,
                parents,
                replaces,
                fingerprints,
                phase,
                proof,
                restartable,
                takes,
                notes,
                planned,
            },
        )
    }

    proptest! {
        #[test]
        fn a_header_is_read_back_as_it_was(header in header(), statements in hostile()) {
            let text = header.to_string();
            prop_assert!(text.lines().all(|line| line.starts_with("--")));
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
            prop_assert_eq!(Header::parse(&text), Some(header.clone()));
            // What stands below is no part of it, and the ends of lines are not either.
            let file = header.above(&statements);
            prop_assert_eq!(Header::parse(&file), Some(header.clone()));
            prop_assert_eq!(Header::parse(&text.replace('\n', "\r\n")), Some(header));
        }

        #[test]
        fn a_file_at_another_place_has_the_rest_of_its_header(header in header(), other in header()) {
            let address = Address {
                version: &other.version,
                parents: &other.parents,
                fingerprints: other.fingerprints.clone(),
            };
            let moved = readdressed(&header.above("SELECT 1;\n"), &address);
            let fingerprints = match header.fingerprints {
                Some(_) => other.fingerprints.clone().or_else(|| header.fingerprints.clone()),
                None => None,
            };
            let wanted = Header {
                version: other.version.clone(),
                parents: other.parents.clone(),
                fingerprints,
                ..header
            };
            prop_assert_eq!(moved, wanted.above("SELECT 1;\n"));
        }

        #[test]
        fn any_text_can_be_asked_for_its_header(text in hostile()) {
            let _ = (Header::parse(&text), is_as_planned(&text), title(&text));
        }
    }

    fn small() -> Header {
        Header { message: "m".to_owned(), version: "1".to_owned(), proof: Proof::Whole, ..Header::default() }
    }

    #[test]
    fn a_header_looks_like_this() {
        let fingerprints = Fingerprints { before: "a".to_owned(), after: "b".to_owned() };
        let header = Header {
            message: "add e-mail\n".to_owned(),
            parents: vec!["0".to_owned()],
            replaces: ["2", "3", "4", "5", "6"].map(str::to_owned).to_vec(),
            fingerprints: Some(fingerprints),
            takes: Some(takes(1200, 4_000)),
            notes: vec!["n".to_owned()],
            planned: Some("c".to_owned()),
            ..small()
        };
        assert_eq!(
            header.undo().to_string(),
            "-- undo: add e-mail\\u{a}\n--\n-- revision 1, after 0\n-- replaces 2, 3, 4, 5\n-- replaces 6\n\
             -- schema   b -> a\n-- proven   up, down, up\n-- takes    1.2 s to 4 s\n-- note     n\n-- planned  c\n"
        );
    }

    #[test]
    fn a_header_may_stand_below_other_comments_but_not_below_a_statement() {
        let text = small().above("SELECT 1;\n");
        assert_eq!(Header::parse(&format!("-- (c) somebody\n\n{text}")), Some(small()));
        assert_eq!(title(&format!("\n-- (c) somebody\n\n{text}")), Some("m"));
        assert_eq!(Header::parse(&format!("SELECT 0;\n{text}")), None);
        assert_eq!(Header::parse(&format!("-- a\rSELECT 0;\n{text}")), None);
        assert_eq!(Header::parse("-- revision 2 of the plan, by hand\nSELECT 1;"), None);
    }

    #[test]
    fn a_header_by_hand_needs_no_message() {
        let header = Header::parse("-- revision 2, after 1,  0\nSELECT 1;").unwrap();
        assert_eq!(header.parents, ["1", "0"]);
        assert_eq!(title("-- revision 2, after 1\nSELECT 1;"), None);
        assert_eq!(title("-- m\n-- revision 2, after 1\nSELECT 1;"), Some("m"));
        assert_eq!(title("-- by hand\nSELECT 1;"), Some("by hand"));
        // The first line is the message, even if it reads like another line.
        let text = "-- revision 1, the first\n--\n-- revision 2, after 1\n";
        assert_eq!(Header::parse(text).unwrap().version, "2");
    }

    #[test]
    fn a_licence_above_hides_no_header_and_a_list_needs_no_spaces() {
        let text = "/* (c) us,\n   all of us */\n\n-- a\n--\n-- revision 4, after 2,3\nSELECT 1;\n";
        let header = Header::parse(text).expect("a header");
        assert_eq!((header.message.as_str(), header.parents), ("a", vec!["2".to_owned(), "3".to_owned()]));
        for hidden in ["/*!40101 SET a = 1 */\n", "/* a */ SELECT 1;\n", "/* never ends\n"] {
            assert_eq!(
                Header::parse(&format!("{hidden}-- a\n--\n-- revision 4, after 2\n")),
                None,
                "{hidden}"
            );
        }
    }

    #[test]
    fn an_edit_of_planned_statements_shows_and_one_of_the_header_does_not() {
        let statements = "SELECT 1;\n";
        let text = small().of_planned(statements).above(statements);
        assert!(is_as_planned(&text), "{text}");
        assert!(is_as_planned(&text.replace("-- revision 1,", "-- revision 3,").replace('\n', "\r\n")));
        assert!(!is_as_planned(&text.replace("SELECT 1", "SELECT 3")));
        assert!(!is_as_planned(&text.replace("-- m\n", "-- m\rDROP TABLE t;\n")));
        assert!(!is_as_planned(&format!("SELECT 0;\n{text}")));
        assert!(!is_as_planned("SELECT 1;\n"));
        assert!(!is_as_planned(&small().above(statements)));
    }
}
