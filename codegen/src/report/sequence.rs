//! What differs of a sequence.

use autogen_diff_core::Pair;
use autogen_diff_core::model::{Sequence, SequenceOptions};

use super::attribute::Attributes;

pub(super) fn lines(pair: &Pair<Sequence>) -> Vec<String> {
    let Sequence { name: _, data_type, options, unlogged, owned_by } = &pair.from;
    let to = &pair.to;
    let owner = |owner: &Option<_>| owner.as_ref().map(|(table, column)| format!("{table}.{column}"));
    let mut found = Attributes::default();
    found.value("type", Pair::new(data_type, &to.data_type));
    add_options(&mut found, Pair::new(options, &to.options));
    found.flag("unlogged", Pair::new(*unlogged, to.unlogged));
    found.optional("owned by", Pair::new(owner(owned_by), owner(&to.owned_by)));
    found.into_lines()
}

fn add_options(found: &mut Attributes, pair: Pair<&SequenceOptions>) {
    let SequenceOptions { start, increment, min_value, max_value, cache, cycle } = pair.from;
    let to = pair.to;
    found.value("start", Pair::new(*start, to.start));
    found.value("increment", Pair::new(*increment, to.increment));
    found.value("minvalue", Pair::new(*min_value, to.min_value));
    found.value("maxvalue", Pair::new(*max_value, to.max_value));
    found.value("cache", Pair::new(*cache, to.cache));
    found.flag("cycle", Pair::new(*cycle, to.cycle));
}
