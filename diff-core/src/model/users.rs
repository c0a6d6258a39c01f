//! Who needs what: the recorded dependencies seen from the other end.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::model::Needs;
use crate::object::ObjectId;

/// The objects that need each object. A hash map is made in less than half the time of a sorted one; this one is in the order of what
/// was put in.
#[derive(Debug)]
pub struct Users<'a>(IndexMap<&'a ObjectId, Vec<&'a ObjectId>>);

impl<'a> Users<'a> {
    /// Turns dependencies around.
    pub(super) fn of(dependencies: &'a BTreeMap<ObjectId, Needs>) -> Self {
        let mut users: IndexMap<&ObjectId, Vec<&ObjectId>> = IndexMap::with_capacity(dependencies.len());
        for (user, needs) in dependencies {
            for need in needs {
                users.entry(need).or_default().push(user);
            }
        }
        Self(users)
    }

    /// The objects that need one, in their order.
    pub fn of_object<'s>(&'s self, id: &ObjectId) -> impl Iterator<Item = &'a ObjectId> + use<'a, 's> {
        self.0.get(id).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Ident;

    #[test]
    fn each_object_is_asked_for_its_users() {
        let id = |name: &str| ObjectId::Namespace(Ident::exact(name));
        let needs = |names: &[&str]| names.iter().map(|name| id(name)).collect::<Needs>();
        let dependencies = BTreeMap::from([(id("a"), needs(&["x", "y"])), (id("b"), needs(&["x"]))]);
        let users = Users::of(&dependencies);
        let of = |name: &str| users.of_object(&id(name)).cloned().collect::<Vec<_>>();
        assert_eq!((of("x"), of("y"), of("a")), (vec![id("a"), id("b")], vec![id("a")], Vec::new()));
    }
}
