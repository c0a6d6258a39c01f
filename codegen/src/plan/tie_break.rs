//! Which of the operations that could all be next goes first.

/// How ties are broken. No plan may depend on it: what must come first has an edge in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TieBreak {
    /// As people read it best: creations first, then changes, and drops last.
    #[default]
    Usual,
    /// The other way round.
    Reversed,
    /// In an order that a number stands for.
    Permuted(u64),
}

impl TieBreak {
    /// The place of an operation, from its usual place among so many.
    pub(super) const fn place(self, usual: usize, count: usize) -> u64 {
        match self {
            Self::Usual => usual as u64,
            Self::Reversed => (count - usual) as u64,
            Self::Permuted(seed) => mixed(seed.wrapping_add(usual as u64)),
        }
    }
}

/// SplitMix64 of a counter (Steele, Lea and Flood, 2014): each number has one of its own.
const fn mixed(counter: u64) -> u64 {
    let z = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TieBreak;

    #[test]
    fn each_place_is_taken_once() {
        for tie_break in [TieBreak::Usual, TieBreak::Reversed, TieBreak::Permuted(1), TieBreak::Permuted(77)]
        {
            let places: BTreeSet<u64> = (0..1000).map(|usual| tie_break.place(usual, 1000)).collect();
            assert_eq!(places.len(), 1000, "{tie_break:?}");
        }
        assert!(TieBreak::Reversed.place(0, 3) > TieBreak::Reversed.place(1, 3));
        assert_ne!(TieBreak::Permuted(1).place(0, 3), TieBreak::Permuted(2).place(0, 3));
    }
}
