//! Structs as the model: finds the files, reads them, and writes the SQL that they are. Nothing of the project is compiled
//! or run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use autogen_codegen::quote::Quoter;
use autogen_diff_core::Dialect;
use autogen_introspect::load::{SourceFile, SourceMap};
use autogen_introspect::{SchemaSource, SqlFailure};
use autogen_model_core::{Database, Item, Models, Module, Naming, Place, Scope, SqlOptions, items, write};
use proc_macro2::Span;

use crate::advice::Advice;
use crate::error::Error;
use crate::project::Project;

/// The files of a model, as far as they are of structs, and the others.
pub(crate) fn of(source: &SchemaSource) -> Option<(Vec<&PathBuf>, Vec<&PathBuf>)> {
    let SchemaSource::Model(paths) = source else { return None };
    let (structs, others): (Vec<_>, Vec<_>) = paths.iter().partition(|path| is_of_structs(path));
    (!structs.is_empty()).then_some((structs, others))
}

/// Whether a path is Rust, but no `schema.rs`: a crate's root, a folder, a pattern, or a file that derives `Model`.
fn is_of_structs(path: &Path) -> bool {
    if path.is_dir() {
        return !has_any(path, "sql") && has_any(path, "rs");
    }
    if path.extension().is_none_or(|extension| extension != "rs") {
        return false;
    }
    if is_pattern(path) || is_root(path) {
        return true;
    }
    let Ok(text) = fs_err::read_to_string(path) else { return false };
    match items(&text, 0, &[], &mut Scope::default()) {
        Ok(found) if found.iter().any(|item| matches!(item, Item::Table(_) | Item::Enum(_))) => true,
        Ok(found) => !found.is_empty() && !text.contains("table!"),
        Err(_) => !text.contains("table!"),
    }
}

/// Whether a path is that of a crate's root.
pub(crate) fn is_root(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "lib.rs" || name == "main.rs")
}

/// Whether a path names Rust files with `*`.
pub(crate) fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains('*') && path.extension().is_some_and(|extension| extension == "rs")
}

fn has_any(folder: &Path, extension: &str) -> bool {
    let Ok(entries) = fs_err::read_dir(folder) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| match path.is_dir() {
        true => has_any(&path, extension),
        false => path.extension().is_some_and(|found| found == extension),
    })
}

/// The SQL that structs are, for a database.
pub(crate) fn sql(project: &Project, paths: &[&PathBuf], dialect: Dialect) -> Result<SourceFile, Error> {
    let naming = Naming::new(&project.settings.naming).map_err(|error| {
        Error::usage(
            format!("autogen.toml: naming.{}: {}", error.key, error.message),
            Advice::CorrectNamingTemplate,
        )
    })?;
    let mut reader = Reader::default();
    for path in paths {
        reader.path(path)?;
    }
    let Reader { files, models, failures, .. } = reader;
    if !failures.is_empty() {
        return Err(Error::Model(failures));
    }
    let shown = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    // A model without any table would be one in which every table is dropped.
    if models.tables.is_empty() {
        return Err(Error::usage(
            format!("no struct of {shown} derives autogen_model::Model"),
            Advice::NameFilesOfStructs,
        ));
    }
    let quoter = Quoter::new(dialect, None);
    let options = SqlOptions {
        database: database(dialect),
        naming: &naming,
        types: &project.settings.rust.types,
        doc_comments: project.settings.rust.doc_comments,
        quote: &|name| quoter.text(name),
    };
    let script = write(&models, &options).map_err(|faults| {
        let failure = |fault: autogen_model_core::Fault| failure(&files, fault.place, fault.message);
        Error::Model(faults.into_iter().map(failure).collect())
    })?;
    let parts = script.places.into_iter().map(|(range, place)| (range, place.file, place.span.byte_range()));
    let map = SourceMap { parts: parts.collect(), files };
    Ok(SourceFile { path: shown.into(), text: script.text, origin: Some(Arc::new(map)) })
}

const fn database(dialect: Dialect) -> Database {
    match dialect {
        Dialect::Postgres => Database::Postgres,
        Dialect::Mysql => Database::Mysql,
        Dialect::Sqlite => Database::Sqlite,
    }
}

fn failure(files: &[(PathBuf, String)], place: Place, message: String) -> SqlFailure {
    let (file, text) = files.get(place.file).cloned().unwrap_or_default();
    SqlFailure { file, text, span: place.span.byte_range(), message, hint: None, is_refused: false }
}

/// The files that were read, and what they declare.
#[derive(Default)]
struct Reader {
    files: Vec<(PathBuf, String)>,
    seen: BTreeSet<PathBuf>,
    models: Models,
    failures: Vec<SqlFailure>,
}

impl Reader {
    /// A crate's root with its modules, or all files that a folder or a pattern has.
    fn path(&mut self, path: &Path) -> Result<(), Error> {
        if !path.is_dir() && !is_pattern(path) {
            return self.file(path, &[crate_of(path)], Modules::Followed);
        }
        let pattern = if path.is_dir() { path.join("**/*.rs") } else { path.to_owned() };
        let pattern = pattern.to_string_lossy();
        let found = glob::glob(&pattern)
            .map_err(|error| Error::usage(format!("{pattern}: {error}"), Advice::CorrectPathPattern))?;
        // A folder that can't be looked into may hold tables, which would look dropped.
        let mut found = found.collect::<Result<Vec<PathBuf>, _>>().map_err(std::io::Error::from)?;
        found.sort();
        for path in found.into_iter().filter(|path| path.is_file()) {
            self.file(&path, &module_of(&path), Modules::Given)?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, own_module: &[String], modules: Modules) -> Result<(), Error> {
        if !self.seen.insert(fs_err::canonicalize(path)?) {
            return Ok(());
        }
        let SourceFile { text, .. } = SourceFile::read(path)?;
        let number = self.files.len();
        let found = items(&without_shebang(&text), number, own_module, &mut self.models.scope);
        self.files.push((path.to_owned(), text));
        for item in self.kept(number, found).into_iter().flatten() {
            match item {
                Item::Table(table) => self.models.tables.push(*table),
                Item::Enum(item) => self.models.enums.push(item),
                Item::NewType(item) => self.models.new_types.push(item),
                Item::Module(module) if modules == Modules::Followed => {
                    let candidates = files_of(path, &module.path[own_module.len()..], &module);
                    self.module(number, &module, &candidates)?;
                }
                Item::Module(_) => {}
            }
        }
        Ok(())
    }

    /// `mod name;`.
    fn module(&mut self, number: usize, module: &Module, candidates: &[PathBuf]) -> Result<(), Error> {
        if let Some(path) = candidates.iter().find(|path| path.is_file()) {
            return self.file(path, &module.path, Modules::Followed);
        }
        // What is there under a condition need not be there.
        if !module.attributes.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            let names: Vec<String> = candidates.iter().map(|path| path.display().to_string()).collect();
            let message = format!("there is no {}", names.join(" and no "));
            let place = Place { file: number, span: module.name.span() };
            self.failures.push(failure(&self.files, place, message));
        }
        Ok(())
    }

    /// The value, or its errors are kept.
    fn kept<T>(&mut self, number: usize, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(errors) => {
                let at = |span: Span| Place { file: number, span };
                let failures =
                    errors.into_iter().map(|error| failure(&self.files, at(error.span()), error.to_string()));
                self.failures.extend(failures.collect::<Vec<_>>());
                None
            }
        }
    }
}

/// Whether `mod name;` is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Modules {
    Followed,
    Given,
}

/// A script's first line is none of Rust's; its place stays.
fn without_shebang(text: &str) -> String {
    let line = text.lines().next().filter(|line| line.starts_with("#!") && !line.starts_with("#!["));
    match line {
        Some(line) => " ".repeat(line.len()) + &text[line.len()..],
        None => text.to_owned(),
    }
}

/// Where the file of a module may be (Rust reference, "Module source filenames"); the names are those of the modules in
/// the file, and the module's own.
fn files_of(from: &Path, names: &[String], module: &Module) -> Vec<PathBuf> {
    let folder = from.parent().unwrap_or_else(|| Path::new(""));
    if let Some(path) = path_attribute(module) {
        return vec![folder.join(path)];
    }
    let stem = from.file_stem().unwrap_or_default();
    let is_root = ["lib", "main", "mod"].iter().any(|root| stem == *root);
    let of_file = if is_root { folder.to_owned() } else { folder.join(stem) };
    let place = of_file.join(names.iter().collect::<PathBuf>());
    vec![place.with_extension("rs"), place.join("mod.rs")]
}

/// `#[path = "…"]`.
fn path_attribute(module: &Module) -> Option<String> {
    module.attributes.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(stated) if stated.path.is_ident("path") => match &stated.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}

/// The name of the crate that a file is of, which is usually that of the folder around `src`.
fn crate_of(path: &Path) -> String {
    let whole = fs_err::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = whole.ancestors().find(|folder| folder.ends_with("src")).and_then(Path::parent);
    let name = folder.and_then(Path::file_name).map(|name| name.to_string_lossy().replace('-', "_"));
    name.unwrap_or_else(|| "crate".to_owned())
}

/// The module that a file of a crate is, told from its path behind `src`.
fn module_of(path: &Path) -> Vec<String> {
    let parts: Vec<String> = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let start = parts.iter().rposition(|part| part == "src").map_or(0, |place| place + 1);
    let mut module = [&[crate_of(path)], &parts[start..]].concat();
    if module.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
        module.pop();
    }
    module
}
