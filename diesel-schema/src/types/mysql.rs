//! MySQL and MariaDB: `COLUMN_TYPE` and `CHARACTER_MAXIMUM_LENGTH`, told from the column's definition.

use autogen_diff_core::model::Column;

use super::Inferred;

/// What `diesel::sql_types` has for MySQL alone.
pub(super) const PROVIDED: &[&str] = &["Varbinary", "Bit", "TinyInt", "Tinyint", "Datetime", "Json"];

pub(super) fn inferred(column: &Column) -> Option<Inferred> {
    let spelled = column.data_type.as_str();
    let unsigned = spelled.to_lowercase().contains("unsigned");
    let name = if spelled == "tinyint(1)" {
        "bool".to_owned()
    } else if spelled.starts_with("int") {
        "integer".to_owned()
    } else {
        let base = spelled.split('(').next().unwrap_or_default();
        base.to_lowercase().replace("unsigned", "").replace("zerofill", "").trim().to_owned()
    };
    if name.contains(' ') {
        return None;
    }
    let max_length = max_length(spelled);
    Some(Inferred {
        sql_name: name,
        schema: None,
        nullable: column.nullable,
        array: false,
        unsigned,
        max_length,
    })
}

/// The length of strings, the longest label of an enum, and all labels of a set.
fn max_length(spelled: &str) -> Option<u64> {
    let (kind, rest) = spelled.split_once('(')?;
    let inner = &rest[..rest.rfind(')')?];
    match kind {
        "char" | "varchar" | "binary" | "varbinary" => inner.parse().ok(),
        "enum" => labels(inner).iter().map(|label| label.chars().count() as u64).max(),
        "set" => {
            let labels = labels(inner);
            let commas = labels.len().saturating_sub(1) as u64;
            Some(labels.iter().map(|label| label.chars().count() as u64).sum::<u64>() + commas)
        }
        _ => None,
    }
}

fn labels(list: &str) -> Vec<String> {
    let (mut labels, mut label, mut inside) = (Vec::new(), String::new(), false);
    let mut characters = list.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\'' if inside && characters.peek() == Some(&'\'') => {
                characters.next();
                label.push('\'');
            }
            '\'' if inside => {
                inside = false;
                labels.push(std::mem::take(&mut label));
            }
            '\'' => inside = true,
            _ if inside => label.push(c),
            _ => {}
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::max_length;

    #[test]
    fn lengths_are_those_of_the_information_schema() {
        assert_eq!(max_length("varchar(50)"), Some(50));
        assert_eq!(max_length("enum('a','it''s')"), Some(4));
        assert_eq!(max_length("set('a','bc')"), Some(4));
        assert_eq!(max_length("decimal(10,2)"), None);
        assert_eq!(max_length("text"), None);
    }
}
