//! Findings that people have judged, in comments above a statement: `-- autogen: waive LK201, MF101: the table has ten rows`

use crate::dialect::Dialect;
use crate::lexer::tokens;
use crate::lines::LineIndex;
use crate::syntax::Syntax;
use crate::token::TokenKind;

/// A comment that says which findings of a statement are known and meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The codes, in upper case.
    pub codes: Vec<String>,
    /// Why; none where nothing stands behind the codes.
    pub reason: Option<String>,
    /// The line of the statement below it, from 1.
    pub line: usize,
}

/// The waivers of a script, in its order; none where it can't be read. One below the last statement is about none.
pub fn waivers(dialect: Dialect, script: &str) -> Vec<Waiver> {
    let lines = LineIndex::new(script);
    let mut found = Vec::new();
    let mut above = Vec::new();
    let mut is_within = false;
    for token in tokens(Syntax::server(dialect), script).unwrap_or_default() {
        if token.kind == TokenKind::Terminator {
            is_within = false;
        } else if token.kind == TokenKind::Comment && !is_within {
            above.extend(waived(&script[token.span.clone()]));
        } else if token.kind.is_significant() {
            is_within = true;
            let line = lines.line_at(token.span.start);
            found.extend(above.drain(..).map(|(codes, reason)| Waiver { codes, reason, line }));
        }
    }
    found
}

/// The codes and the reason that a comment gives.
fn waived(comment: &str) -> Option<(Vec<String>, Option<String>)> {
    let text = comment.strip_prefix("--").or_else(|| comment.strip_prefix('#'))?.trim();
    let text = text.strip_prefix("autogen:")?.trim().strip_prefix("waive ")?;
    let (codes, reason) = text.split_once(':').unwrap_or((text, ""));
    let codes = codes.split([',', ' ']).filter(|code| !code.is_empty()).map(str::to_uppercase).collect();
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    Some((codes, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_is_about_the_statement_below_it() {
        let script = "SELECT 1;\n-- autogen: waive lk201, MF101: ten rows: no more\n-- and a word\n\
                      CREATE INDEX i -- autogen: waive LK202: no\n ON t (a);\n-- autogen: waive LK203\nSELECT 2;\n\
                      -- autogen: waive LK204: nothing below";
        let waiver = |codes: &[&str], reason: Option<&str>, line| Waiver {
            codes: codes.iter().map(|&code| code.to_owned()).collect(),
            reason: reason.map(str::to_owned),
            line,
        };
        let all = waivers(Dialect::Postgres, script);
        let ten = Some("ten rows: no more");
        assert_eq!(all, [waiver(&["LK201", "MF101"], ten, 4), waiver(&["LK203"], None, 7)]);
    }
}
