//! Which databases of a fleet a command is for.

use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::member::Member;
use crate::name_pattern::matches;

/// Which databases of a fleet a command is for.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only those whose name fits a pattern in which `*` stands for anything.
    pub only: Option<String>,
    /// Only one part of them.
    pub shard: Option<Shard>,
}

/// One part of a fleet of several, which does not depend on how many databases there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    number: u64,
    /// How many there are.
    of: u64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parsed {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            Some(_) | None => Err("give a part and how many there are, such as 3/8".to_owned()),
        }
    }
}

impl Shard {
    /// Whether a database is of this part: its name decides, so that each part is the same on every machine.
    fn has(self, name: &str) -> bool {
        let digest = Sha256::digest(name.as_bytes());
        let number = digest.iter().take(8).fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
        number % self.of == self.number - 1
    }
}

impl Selection {
    pub(super) fn has(&self, member: &Member) -> bool {
        self.fits(member) && self.shard.is_none_or(|shard| shard.has(&member.name))
    }

    /// Whether a database's name fits the pattern, whichever part it is of.
    pub(super) fn fits(&self, member: &Member) -> bool {
        let fits = |pattern: &String| {
            matches(pattern, &member.name) || matches(pattern, &member.url.database_name())
        };
        self.only.as_ref().is_none_or(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn each_database_is_of_one_shard() {
        let shards: Vec<Shard> = (1..=8).map(|number| format!("{number}/8").parse().unwrap()).collect();
        for name in (0..1000).map(|number| format!("tenant_{number}")) {
            assert_eq!(shards.iter().filter(|shard| shard.has(&name)).count(), 1);
        }
        for wrong in ["0/8", "9/8", "1/0", "3", "a/b", "/"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
