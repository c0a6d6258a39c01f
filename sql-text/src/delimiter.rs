//! The mark that ends statements of a script for the mysql client.

/// A mark that does not stand in a text.
pub fn unused_delimiter(sql: &str) -> String {
    // One more than the longest run is in none.
    let longest = sql.split(|c| c != '$').map(str::len).max().unwrap_or(0);
    "$".repeat(longest.max(1) + 1)
}

#[cfg(test)]
mod tests {
    use super::unused_delimiter;

    #[test]
    fn it_does_not_stand_in_the_text() {
        assert_eq!(unused_delimiter("SELECT 1"), "$$");
        assert_eq!(unused_delimiter("SELECT '$$', a$b"), "$$$");
    }
}
