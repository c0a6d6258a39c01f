//! Constraints in a line each.

use autogen_diff_core::Ident;
use autogen_diff_core::diff::change::ConstraintChange;
use autogen_diff_core::model::{
    Action, Check, Constraint, ConstraintKind, Deferrability, ForeignKey, KeyConstraint, MatchType,
    TextConstraintKind,
};

pub(super) fn lines(changes: &[ConstraintChange]) -> Vec<String> {
    changes.iter().map(|change| line(change, changes)).collect()
}

fn line(change: &ConstraintChange, all: &[ConstraintChange]) -> String {
    match change {
        ConstraintChange::Add(constraint) => format!("+ {}", told_apart(constraint, all)),
        ConstraintChange::Drop(constraint) => format!("- {}", told_apart(constraint, all)),
        ConstraintChange::Rename(names) => format!("~ constraint {} renamed to {}", names.from, names.to),
        ConstraintChange::Validate(constraint) => format!("~ validate {}", describe(constraint)),
        ConstraintChange::AlterDeferrability(pair) => format!("~ {}", describe(&pair.to)),
    }
}

/// With the server's own text behind it where another constraint would have the same line.
fn told_apart(constraint: &Constraint, all: &[ConstraintChange]) -> String {
    let line = describe(constraint);
    let others = all.iter().filter_map(|change| match change {
        ConstraintChange::Add(other) | ConstraintChange::Drop(other) if other != constraint => Some(other),
        ConstraintChange::Add(_)
        | ConstraintChange::Drop(_)
        | ConstraintChange::Rename(_)
        | ConstraintChange::Validate(_)
        | ConstraintChange::AlterDeferrability(_) => None,
    });
    let definition = constraint.key().map(|key| key.definition.as_str()).filter(|text| !text.is_empty());
    match definition {
        Some(definition) if others.map(describe).any(|other| other == line) => {
            format!("{line}: {definition}")
        }
        Some(_) | None => line,
    }
}

const fn kind_words(kind: TextConstraintKind) -> &'static str {
    match kind {
        TextConstraintKind::Exclusion => "exclusion",
        TextConstraintKind::PrimaryKey => "primary key",
        TextConstraintKind::Unique => "unique",
        TextConstraintKind::ForeignKey => "foreign key",
        TextConstraintKind::Check => "check",
    }
}

/// A constraint with all that can differ of it.
pub(super) fn describe(constraint: &Constraint) -> String {
    let name = constraint.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let mut line = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => format!("primary key{name} {}", key_text(key)),
        ConstraintKind::Unique(key) => format!("unique{name} {}", key_text(key)),
        ConstraintKind::ForeignKey(key) => format!("foreign key{name} {}", foreign_key_text(key)),
        ConstraintKind::Check(check) => format!("check{name} {}", check_text(check)),
        ConstraintKind::Exclude(text) => {
            let (kind, rest) = TextConstraintKind::split(text);
            format!("{}{name} {rest}", kind_words(kind))
        }
    };
    line.push_str(match constraint.deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::Immediate => " deferrable",
        Deferrability::Deferred => " deferrable initially deferred",
    });
    if constraint.inherited {
        line.push_str(" inherited");
    }
    line
}

fn key_text(key: &KeyConstraint) -> String {
    let mut text = columns(&key.columns);
    if !key.include.is_empty() {
        text.push_str(&format!(" include {}", columns(&key.include)));
    }
    if key.nulls_not_distinct {
        text.push_str(" nulls not distinct");
    }
    if !key.storage_parameters.is_empty() {
        text.push_str(&format!(" with ({})", key.storage_parameters.join(", ")));
    }
    if let Some(tablespace) = &key.tablespace {
        text.push_str(&format!(" tablespace {tablespace}"));
    }
    if key.alone {
        text.push_str(" only");
    }
    if let Some(index) = &key.attached_to {
        text.push_str(&format!(" attached to {index}"));
    }
    text
}

fn foreign_key_text(key: &ForeignKey) -> String {
    let mut text = format!("{} to {}", columns(&key.columns), key.target);
    if !key.target_columns.is_empty() {
        text.push_str(&format!(" {}", columns(&key.target_columns)));
    }
    text.push_str(match key.match_type {
        MatchType::Simple => "",
        MatchType::Full => " match full",
        MatchType::Partial => " match partial",
    });
    text.push_str(&action_text("delete", key.on_delete));
    if !key.on_delete_columns.is_empty() {
        text.push_str(&format!(" {}", columns(&key.on_delete_columns)));
    }
    text.push_str(&action_text("update", key.on_update));
    text.push_str(if key.validated { "" } else { " not valid" });
    text
}

fn action_text(event: &str, action: Action) -> String {
    let action = match action {
        Action::NoAction => return String::new(),
        Action::Restrict => "restrict",
        Action::Cascade => "cascade",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
    };
    format!(" on {event} {action}")
}

fn check_text(check: &Check) -> String {
    let mut text = parenthesized(check.expression.as_str());
    text.push_str(if check.no_inherit { " no inherit" } else { "" });
    text.push_str(if check.validated { "" } else { " not valid" });
    text
}

/// `CHECK (…)`, for sentences.
pub(crate) fn check_clause(check: &Check) -> String {
    format!("CHECK {}", parenthesized(check.expression.as_str()))
}

/// An expression in parentheses: its own, where one pair holds all of it.
fn parenthesized(expression: &str) -> String {
    if is_in_parentheses(expression) { expression.to_owned() } else { format!("({expression})") }
}

/// Whether the first parenthesis is closed by the last character. Quoted ones don't count.
fn is_in_parentheses(expression: &str) -> bool {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in expression.char_indices() {
        match (quote, c) {
            (Some(close), c) if c == close => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        if depth == 0 {
            return at > 0 && at + c.len_utf8() == expression.len() && c == ')';
        }
    }
    false
}

fn columns(columns: &[Ident]) -> String {
    let names: Vec<&str> = columns.iter().map(Ident::as_str).collect();
    format!("({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::parenthesized;

    #[test]
    fn parentheses_are_put_around_once() {
        assert_eq!(parenthesized("a > 0"), "(a > 0)");
        assert_eq!(parenthesized("(a > 0)"), "(a > 0)");
        assert_eq!(parenthesized("(a) > (b)"), "((a) > (b))");
        assert_eq!(parenthesized("(a <> ')')"), "(a <> ')')");
    }
}
