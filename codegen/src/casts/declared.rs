//! A type as a server spells it, taken apart.

/// `numeric(10,2)`, `character varying(5)[]`, `timestamp(3) with time zone`, `int(10) unsigned`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// What stands around the arguments.
    pub(crate) name: String,
    /// The numbers in parentheses.
    pub(crate) arguments: Vec<u32>,
    /// Whether it is an array of that type (PostgreSQL).
    pub(crate) array: bool,
}

impl Declared {
    /// Reads a server's spelling.
    pub(crate) fn parse(text: &str) -> Self {
        let (text, array) = text.strip_suffix("[]").map_or((text, false), |text| (text, true));
        let Some((head, rest)) = text.split_once('(') else {
            return Self { name: text.to_owned(), arguments: Vec::new(), array };
        };
        let (arguments, tail) = rest.split_once(')').unwrap_or((rest, ""));
        let arguments = arguments.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        Self { name: format!("{head}{tail}"), arguments, array }
    }

    /// The first argument: a length, or the digits of a second's fraction.
    pub(crate) fn length(&self) -> Option<u32> {
        self.arguments.first().copied()
    }
}
