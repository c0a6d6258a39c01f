//! Names in Rust for names in SQL, as Diesel makes them (`diesel_cli/src/infer_schema_internals/inference.rs`).

/// Names that `table!` uses itself.
const RESERVED: [&str; 3] = ["table", "columns", "is_nullable"];

/// The name in Rust; a column must not be named like its table.
pub(crate) fn rust_name(sql_name: &str, table: Option<&str>) -> String {
    let mut name = String::new();
    let mut last_was_mapped = false;
    if sql_name.starts_with(|c: char| c.is_ascii_digit()) {
        name.push('_');
    }
    for c in sql_name.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            name.push(c);
            last_was_mapped = false;
        } else if !last_was_mapped {
            name.push('_');
            last_was_mapped = true;
        }
    }
    if is_reserved(&name) || table == Some(name.as_str()) { format!("{name}_") } else { name }
}

/// A trailing underscore makes any name free.
fn is_reserved(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
        || RESERVED.contains(&name)
        || (name.starts_with("__") && !name.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::rust_name;

    #[test]
    fn names_are_as_diesel_makes_them() {
        for (sql, rust) in [
            ("users", "users"),
            ("type", "type_"),
            ("table", "table_"),
            ("two words", "two_words"),
            ("a--b", "a_b"),
            ("1st", "_1st"),
            ("__x", "__x_"),
            ("größe", "gr_e"),
        ] {
            assert_eq!(rust_name(sql, None), rust, "{sql}");
        }
        assert_eq!(rust_name("users", Some("users")), "users_");
    }
}
