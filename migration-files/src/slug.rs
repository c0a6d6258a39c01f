//! The words in a folder's name.

/// A folder name's second half: `Add e-mail!` becomes `add_e_mail`, `Straße` becomes `strasse`.
pub(crate) fn slug(message: &str) -> String {
    let mut slug = String::new();
    for c in deunicode::deunicode_with_tofu(message, "_").chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(64);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "migration".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("Add e-mail!"), "add_e_mail");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("Größe für Café"), "grosse_fur_cafe");
        assert_eq!(slug("добавить почту"), "dobavit_pochtu");
        assert_eq!(slug("添加邮箱"), "tian_jia_you_xiang");
        assert_eq!(slug("!?"), "migration");
        assert_eq!(slug(&"x".repeat(200)).len(), 64);
    }
}
