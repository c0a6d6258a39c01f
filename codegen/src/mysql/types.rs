//! Which types hold all values of another.

/// Whether every value of a MySQL type fits into another one.
pub(crate) fn widens(from: &str, to: &str) -> bool {
    const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];
    const TEXTS: [&str; 6] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"];
    let base = |text: &str| text.split(['(', ' ']).next().unwrap_or_default().to_owned();
    let length = |text: &str| -> Option<u32> { text.split_once('(')?.1.split(')').next()?.parse().ok() };
    let place = |list: &[&str], text: &str| list.iter().position(|word| *word == base(text));
    let unsigned = |text: &str| text.ends_with(" unsigned");
    if let (Some(a), Some(b)) = (place(&INTEGERS, from), place(&INTEGERS, to)) {
        return (a <= b && unsigned(from) == unsigned(to)) || (a < b && unsigned(from));
    }
    match (place(&TEXTS, from), place(&TEXTS, to)) {
        (Some(a), Some(b)) if a > 1 => a <= b,
        // The longest varchar fits into text, not into tinytext.
        (Some(_), Some(b)) if b > 1 => b > 2,
        (Some(_), Some(_)) => length(from) <= length(to),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::widens;

    #[test]
    fn only_what_always_fits_widens() {
        for (from, to) in
            [("int(11)", "bigint(20)"), ("int(10) unsigned", "bigint(20)"), ("varchar(300)", "text")]
        {
            assert!(widens(from, to), "{from} to {to}");
        }
        for (from, to) in
            [("bigint(20)", "int(11)"), ("int(11)", "int(11) unsigned"), ("varchar(300)", "tinytext")]
        {
            assert!(!widens(from, to), "{from} to {to}");
        }
    }
}
