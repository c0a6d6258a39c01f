//! Which item a path means: what modules are called and what they import.

use std::collections::BTreeMap;

use syn::UseTree;

use crate::read::unraw;

/// What the modules of a crate import.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// By module: a name there, and the path that it stands for.
    names: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
    /// By module: the paths that it takes everything of.
    globs: BTreeMap<Vec<String>, Vec<Vec<String>>>,
}

impl Scope {
    /// Takes in what a `use` of a module brings.
    pub(crate) fn import(&mut self, module: &[String], tree: &UseTree) {
        self.tree(module, &[], tree);
    }

    fn tree(&mut self, module: &[String], before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[unraw(name)]].concat();
        match tree {
            UseTree::Path(path) => self.tree(module, &with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(module, before, tree)),
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = before.last() {
                    self.insert(module, last.clone(), before.to_vec());
                }
            }
            UseTree::Name(name) => self.insert(module, unraw(&name.ident), with(&name.ident)),
            UseTree::Rename(renamed) => {
                let path = if renamed.ident == "self" { before.to_vec() } else { with(&renamed.ident) };
                self.insert(module, unraw(&renamed.rename), path);
            }
            UseTree::Glob(_) => self.globs.entry(module.to_vec()).or_default().push(before.to_vec()),
        }
    }

    fn insert(&mut self, module: &[String], name: String, path: Vec<String>) {
        self.names.entry(module.to_vec()).or_default().insert(name, path);
    }

    /// A path with its first name replaced by what the module imports under it.
    pub(crate) fn expanded(&self, module: &[String], path: &[String]) -> Vec<String> {
        let imported = path.first().and_then(|first| self.names.get(module)?.get(first));
        match imported {
            Some(imported) => [imported, &path[1..]].concat(),
            None => path.to_vec(),
        }
    }

    /// Whether a module has `use a_crate::*`.
    pub(crate) fn takes_all_of(&self, module: &[String], a_crate: &str) -> bool {
        let globs = self.globs.get(module);
        globs.is_some_and(|globs| globs.iter().any(|path| path.first().is_some_and(|first| first == a_crate)))
    }

    /// Which of some items a path means in a module, by the items' places in the list; several when it is not clear.
    pub(crate) fn meant<'a>(
        &self,
        module: &[String],
        path: &[String],
        items: impl Iterator<Item = (&'a [String], &'a str)>,
    ) -> Meant {
        let expanded = self.expanded(module, path);
        let Some(last) = expanded.last() else { return Meant::Nothing };
        let named = items.enumerate().filter(|(_, (_, name))| name == last);
        let candidates: Vec<(usize, Vec<String>)> =
            named.map(|(i, (module, name))| (i, [module, &[name.to_owned()]].concat())).collect();
        if candidates.is_empty() {
            return Meant::Nothing;
        }
        // What is written out from the root, or from here, is exact.
        let exact = absolute(module, &expanded);
        if let Some((found, _)) = candidates.iter().find(|(_, full)| exact.contains(full)) {
            return Meant::Surely(vec![*found]);
        }
        // Items may be exported elsewhere than they are, so that a path's end is all that is sure.
        let is_step = |name: &String| matches!(name.as_str(), "crate" | "self" | "super");
        let tail: Vec<String> = expanded.iter().filter(|name| !is_step(name)).cloned().collect();
        let ends: Vec<usize> =
            candidates.iter().filter(|(_, full)| full.ends_with(&tail)).map(|(i, _)| *i).collect();
        let all = || candidates.iter().map(|(i, _)| *i).collect();
        match (ends.is_empty(), expanded.first().is_some_and(is_step)) {
            (false, _) => Meant::Surely(ends),
            (true, true) => Meant::Surely(all()),
            (true, false) => Meant::Perhaps(all()),
        }
    }
}

/// What a path means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// One of these items, of this crate.
    Surely(Vec<usize>),
    /// One of these items, unless it is something well known of another crate.
    Perhaps(Vec<usize>),
    /// No item.
    Nothing,
}

/// The whole paths that a path may stand for.
fn absolute(module: &[String], path: &[String]) -> Vec<Vec<String>> {
    match path.first().map(String::as_str) {
        Some("crate") => vec![[&module[..module.len().min(1)], &path[1..]].concat()],
        Some("self") => vec![[module, &path[1..]].concat()],
        Some("super") => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            let above = &module[..module.len().saturating_sub(ups)];
            vec![[above, &path[ups..]].concat()]
        }
        Some(_) => vec![[module, path].concat(), path.to_vec()],
        None => Vec::new(),
    }
}
