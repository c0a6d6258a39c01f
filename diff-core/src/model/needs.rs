//! What one object needs.

use serde::{Deserialize, Serialize};

use crate::object::ObjectId;

/// A sorted set of objects. Most have one or two members, for which the nodes of a tree would be mostly empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<ObjectId>")]
pub struct Needs(Vec<ObjectId>);

impl Needs {
    /// Adds an object, unless it is there.
    pub fn insert(&mut self, need: ObjectId) {
        if let Err(place) = self.0.binary_search(&need) {
            self.0.insert(place, need);
        }
    }

    /// Whether an object is needed.
    pub fn contains(&self, need: &ObjectId) -> bool {
        self.0.binary_search(need).is_ok()
    }

    /// The objects in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, ObjectId> {
        self.0.iter()
    }

    /// Keeps the objects for which a condition holds.
    pub fn retain(&mut self, keep: impl FnMut(&ObjectId) -> bool) {
        self.0.retain(keep);
    }
}

impl Extend<ObjectId> for Needs {
    fn extend<I: IntoIterator<Item = ObjectId>>(&mut self, needs: I) {
        needs.into_iter().for_each(|need| self.insert(need));
    }
}

impl FromIterator<ObjectId> for Needs {
    fn from_iter<I: IntoIterator<Item = ObjectId>>(needs: I) -> Self {
        let mut sorted: Vec<ObjectId> = needs.into_iter().collect();
        sorted.sort();
        sorted.dedup();
        sorted.shrink_to_fit();
        Self(sorted)
    }
}

impl From<Vec<ObjectId>> for Needs {
    fn from(needs: Vec<ObjectId>) -> Self {
        needs.into_iter().collect()
    }
}

impl IntoIterator for Needs {
    type Item = ObjectId;
    type IntoIter = std::vec::IntoIter<ObjectId>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Needs {
    type Item = &'a ObjectId;
    type IntoIter = std::slice::Iter<'a, ObjectId>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Ident;

    #[test]
    fn it_is_sorted_and_holds_each_object_once() {
        let id = |name: &str| ObjectId::Namespace(Ident::exact(name));
        let mut needs: Needs = ["c", "a", "c"].map(id).into_iter().collect();
        needs.extend(["b", "a"].map(id));
        assert_eq!(needs.into_iter().collect::<Vec<_>>(), ["a", "b", "c"].map(id));
    }
}
