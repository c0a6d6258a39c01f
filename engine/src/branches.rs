//! Two branches of a folder.

use autogen_runner::{Migration, MigrationDirectory};

/// Two branches and where they part.
pub(crate) struct Branches<'a> {
    /// What both have.
    pub(crate) common: Vec<&'a Migration>,
    /// What only the older head has.
    pub(crate) ones: Vec<&'a Migration>,
    /// What only the other has.
    pub(crate) others: Vec<&'a Migration>,
}

impl<'a> Branches<'a> {
    pub(crate) fn of(directory: &'a MigrationDirectory, one: &Migration, other: &Migration) -> Self {
        let (ones, others) = (directory.ancestors(one), directory.ancestors(other));
        let common: Vec<&Migration> = ones.iter().copied().filter(|m| others.contains(m)).collect();
        let only = |list: &[&'a Migration]| -> Vec<&'a Migration> {
            list.iter().copied().filter(|m| !common.contains(m)).collect()
        };
        Self { ones: only(&ones), others: only(&others), common }
    }

    /// One branch and then the other, and the other way round.
    pub(crate) fn orders(&self) -> [Vec<&'a Migration>; 2] {
        let Self { common, ones, others } = self;
        [[&common[..], ones, others].concat(), [&common[..], others, ones].concat()]
    }
}
