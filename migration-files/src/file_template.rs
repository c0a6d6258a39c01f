//! What a migration is called: `file_template` in the settings.

use serde::Deserialize;

use crate::layout::Layout;
use crate::slug::slug;

/// A folder's name with words in braces. Diesel's version comes first, and ends at the first `_`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct FileTemplate(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Word(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Version,
    Slug,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

const WORDS: [(&str, Word); 8] = [
    ("version", Word::Version),
    ("slug", Word::Slug),
    ("year", Word::Year),
    ("month", Word::Month),
    ("day", Word::Day),
    ("hour", Word::Hour),
    ("minute", Word::Minute),
    ("second", Word::Second),
];

impl Default for FileTemplate {
    fn default() -> Self {
        Self(vec![Part::Word(Word::Version), Part::Text("_".to_owned()), Part::Word(Word::Slug)])
    }
}

impl FileTemplate {
    /// The name of a migration in a layout.
    pub fn name(&self, layout: Layout, version: &str, message: &str) -> String {
        let folder = self.folder(version, message);
        let (_, words) = folder.split_once('_').unwrap_or_default();
        layout.name(version, words)
    }

    /// The folder of a migration. The parts of a date are those of its version.
    pub fn folder(&self, version: &str, message: &str) -> String {
        let digits = version.replace('-', "");
        let date = |from: usize, to: usize| digits.get(from..to).unwrap_or("0").to_owned();
        let word = |word: Word| match word {
            Word::Version => version.to_owned(),
            Word::Slug => slug(message),
            Word::Year => date(0, 4),
            Word::Month => date(4, 6),
            Word::Day => date(6, 8),
            Word::Hour => date(8, 10),
            Word::Minute => date(10, 12),
            Word::Second => date(12, 14),
        };
        let texts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Word(found) => word(*found),
        });
        texts.collect()
    }
}

impl TryFrom<String> for FileTemplate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = |what: &str| format!("file_template = {text:?}: {what}");
        if !text.starts_with("{version}_") {
            return Err(wrong(
                "it must begin with {version}_, since Diesel takes what is before the first _ as the version",
            ));
        }
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').ok_or_else(|| wrong("a { is not closed"))?;
            let names: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
            let found = WORDS.iter().find(|(known, _)| *known == name);
            let (_, word) =
                found.ok_or_else(|| wrong(&format!("{{{name}}} is none of {}", names.join(", "))))?;
            parts.extend((!before.is_empty()).then(|| Part::Text(before.to_owned())));
            parts.push(Part::Word(*word));
            rest = after;
        }
        parts.extend((!rest.is_empty()).then(|| Part::Text(rest.to_owned())));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let odd = parts.iter().find_map(|part| match part {
            Part::Text(text) => text.chars().find(|c| !is_plain(*c)),
            Part::Word(_) => None,
        });
        match odd {
            Some(c) => Err(wrong(&format!("{c:?} is no character for a folder's name"))),
            None => Ok(Self(parts)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(template: &str) -> Result<String, String> {
        FileTemplate::try_from(template.to_owned())
            .map(|template| template.folder("2026-11-20-101112-0000", "Add e-mail"))
    }

    #[test]
    fn words_are_filled_in() {
        assert_eq!(folder("{version}_{slug}").unwrap(), "2026-11-20-101112-0000_add_e_mail");
        assert_eq!(
            folder("{version}_{year}{month}_{slug}").unwrap(),
            "2026-11-20-101112-0000_202611_add_e_mail"
        );
        assert_eq!(FileTemplate::default().folder("1", "x"), "1_x");
        assert_eq!(FileTemplate::default().name(Layout::Refinery, "1", "Add x"), "V1__add_x");
    }

    #[test]
    fn what_diesel_could_not_read_is_refused() {
        assert!(folder("{slug}_{version}").unwrap_err().contains("must begin with {version}_"));
        assert!(folder("{version}_{rev}").unwrap_err().contains("{rev} is none of version, slug"));
        assert!(folder("{version}_a/b").unwrap_err().contains("no character"));
        assert!(folder("{version}_{slug").unwrap_err().contains("not closed"));
    }
}
