//! Two clones with real git, a migration in each, and their merge.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::Ran;

/// A folder for clones of one repository.
struct Clones {
    folder: TempDir,
}

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const DIESEL: &str = "[print_schema]\nfile = \"src/schema.rs\"\n";

impl Clones {
    /// A repository with a project that has a migration.
    fn new() -> Self {
        let clones = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(clones.path("a/src")).unwrap();
        clones.git("a", &["init", "-q", "-b", "main"]).exits(0);
        clones.write("a", "model/users.sql", MODEL);
        clones.write("a", "diesel.toml", DIESEL);
        clones.write("a", ".gitignore", "*.db\n");
        clones.run("a", &["init", "--model", "model", "--git"]).exits(0).says("info/attributes");
        clones.run("a", &["-m", "first"]).exits(0);
        clones.run("a", &["upgrade"]).exits(0);
        clones.commit("a");
        clones.git(".", &["clone", "-q", "a", "b"]).exits(0);
        clones.run("b", &["upgrade"]).exits(0);
        clones
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, clone: &str, path: &str, text: &str) {
        let path = self.path(clone).join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    fn run(&self, clone: &str, arguments: &[&str]) -> Ran {
        self.ran(Path::new(env!("CARGO_BIN_EXE_autogen")), clone, arguments)
    }

    fn git(&self, clone: &str, arguments: &[&str]) -> Ran {
        self.ran(Path::new("git"), clone, arguments)
    }

    /// Runs a program in a clone; `autogen` is on the path.
    fn ran(&self, program: &Path, clone: &str, arguments: &[&str]) -> Ran {
        let own = Path::new(env!("CARGO_BIN_EXE_autogen")).parent().unwrap().to_owned();
        let paths = std::env::var_os("PATH").unwrap();
        let paths = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&paths))).unwrap();
        let mut command = Command::new(program);
        command.current_dir(self.path(clone)).args(arguments).env("PATH", paths);
        command.env("DATABASE_URL", "sqlite:shop.db").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for (key, value) in [("NAME", "me"), ("EMAIL", "me@example.org")] {
            command.env(format!("GIT_AUTHOR_{key}"), value).env(format!("GIT_COMMITTER_{key}"), value);
        }
        command.output().unwrap().into()
    }

    fn commit(&self, clone: &str) {
        self.git(clone, &["add", "-A"]).exits(0);
        self.git(clone, &["commit", "-q", "-m", "a change"]).exits(0);
    }

    /// A table more in a clone: in the model, as a migration, applied there, and committed.
    fn table(&self, clone: &str, name: &str) {
        self.write(
            clone,
            &format!("model/{name}.sql"),
            &format!("CREATE TABLE {name} (id integer PRIMARY KEY);\n"),
        );
        self.run(clone, &["-m", name]).exits(0);
        self.run(clone, &["upgrade"]).exits(0);
        self.commit(clone);
    }

    /// The `up.sql` of the first migration, as each clone has it.
    fn up_of_first(&self) -> String {
        let sum = self.read("a/migrations/autogen.sum");
        let (name, _) = sum.lines().nth(1).unwrap().split_once('/').unwrap();
        format!("migrations/{name}/up.sql")
    }

    /// Both clones have a table more, and the first one pulls what the other one has.
    fn pulled(&self) -> Ran {
        self.table("a", "orgs");
        // Each version is later than the one before by a second at least.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        self.table("b", "teams");
        self.git("a", &["pull", "-q", "--no-rebase", "--no-edit", "../b", "main"])
    }
}

#[test]
fn two_branches_merge_are_told_apart_and_rebased() {
    let clones = Clones::new();
    clones.pulled().exits(0);
    let sum = clones.read("a/migrations/autogen.sum");
    let names: Vec<&str> =
        sum.lines().filter_map(|line| line.split_once('/')).map(|(name, _)| name).collect();
    assert!(names.is_sorted() && sum.contains("_orgs/") && sum.contains("_teams/"), "{sum}");
    let tables = clones.read("a/src/schema.rs");
    assert!(tables.contains("orgs (id)") && tables.contains("teams (id)"), "{tables}");
    let told = clones.run("a", &["check"]).exits(5).says("several heads").says("autogen merge --rebase");
    assert!(told.err.contains("_orgs") && told.err.contains("_teams"), "{}", told.err);
    clones.run("a", &["merge", "--rebase"]).exits(0);
    clones.run("a", &["upgrade"]).exits(0);
    clones.run("a", &["check"]).exits(0);
}

/// The files of a migration that one side edited and recorded have one hash behind the merge, of which union would keep two.
#[test]
fn what_one_side_recorded_again_takes_the_place_of_what_was_recorded() {
    let clones = Clones::new();
    let file = clones.up_of_first();
    clones.write("a", &file, &(clones.read(&format!("a/{file}")) + "-- edited\n"));
    clones.run("a", &["rehash", "--no-verify"]).exits(0);
    clones.commit("a");
    clones.table("b", "teams");
    clones.git("a", &["pull", "-q", "--no-rebase", "--no-edit", "../b", "main"]).exits(0);
    let sum = clones.read("a/migrations/autogen.sum");
    assert_eq!(
        (sum.matches("_first/up.sql ").count(), sum.matches("_teams/up.sql ").count()),
        (1, 1),
        "{sum}"
    );
    clones.run("a", &["upgrade", "--database-url", "sqlite:new.db"]).exits(0).says("_teams");
}

#[test]
fn what_both_recorded_otherwise_is_a_conflict() {
    let clones = Clones::new();
    let first =
        clones.read("a/migrations/autogen.sum").lines().nth(1).unwrap().split_once('/').unwrap().0.to_owned();
    clones.run("b", &["init", "--git"]).exits(0);
    for clone in ["a", "b"] {
        let file = format!("migrations/{first}/up.sql");
        let text = clones.read(&format!("{clone}/{file}"));
        clones.write(clone, &file, &format!("{text}-- by {clone}\n"));
        clones.run(clone, &["rehash", "--no-verify"]).exits(0);
        clones.commit(clone);
    }
    let merge = clones.git("b", &["pull", "-q", "--no-rebase", "--no-edit", "../a", "main"]).exits(1);
    assert!((merge.out + &merge.err).contains("autogen.sum"));
    let sum = clones.read("b/migrations/autogen.sum");
    assert_eq!((sum.matches("<<<<<<< ours").count(), sum.matches("/up.sql ").count()), (1, 2), "{sum}");
    clones.run("b", &["check"]).exits(5).says("conflict");
}

#[test]
fn a_clone_without_the_driver_merges_the_sum_too() {
    let clones = Clones::new();
    std::fs::remove_file(clones.path("a/.git/info/attributes")).unwrap();
    clones.git("a", &["config", "--unset", "merge.autogen.driver"]).exits(0);
    // The tables in schema.rs are git's to merge then.
    clones.write("a", "diesel.toml", "");
    std::fs::remove_file(clones.path("a/src/schema.rs")).unwrap();
    clones.commit("a");
    clones.git("b", &["pull", "-q", "--no-rebase", "../a", "main"]).exits(0);
    clones.pulled().exits(0);
    clones.run("a", &["check"]).exits(5).says("several heads");
    clones.run("a", &["merge", "--rebase"]).exits(0);
    clones.run("a", &["upgrade"]).exits(0);
    clones.run("a", &["check"]).exits(0);
}

#[test]
fn each_clone_is_told_once_and_only_in_a_repository() {
    let clones = Clones::new();
    let attributes = clones.read("a/.git/info/attributes");
    assert!(attributes.contains("/migrations/autogen.sum merge=autogen\n"), "{attributes}");
    assert!(attributes.contains("/src/schema.rs merge=autogen\n"), "{attributes}");
    clones.run("a", &["init", "--git"]).exits(0);
    assert_eq!(clones.read("a/.git/info/attributes"), attributes);
    std::fs::create_dir(clones.path("c")).unwrap();
    clones.run("c", &["init", "--git"]).exits(2).says("git repository");
}
