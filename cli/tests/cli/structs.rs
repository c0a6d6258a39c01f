//! Structs as the model. `tests/structs/` states all that attributes can, and `tests/structs/snapshots` holds the SQL that
//! it is; the servers prove it.

#![expect(clippy::print_stdout, reason = "a test that does less than it could says so")]

use std::path::{Path, PathBuf};

use crate::support::{BOTH, On, Project, Ran};

const USERS: &str = r#"
use crate::org::Org;

#[derive(autogen_model::Model)]
#[model(table = "users", index(columns(org_id, created_at desc), where_ = "deleted_at is null"), check = "email like '%@%'")]
pub struct User {
    #[model(primary_key, identity)]
    pub id: i64,
    #[model(unique, max_length = 255)]
    pub email: String,
    #[model(references = Org, on_delete = cascade)]
    pub org_id: i64,
    #[model(default = "CURRENT_TIMESTAMP")]
    pub created_at: chrono::NaiveDateTime,
    pub deleted_at: Option<chrono::NaiveDateTime>,
    pub full_name: String,
}
"#;

const ORGS: &str = "#[derive(autogen_model::Model)]
pub struct Org { #[model(primary_key, identity)] pub id: i64, pub plan: Plan }
#[derive(autogen_model::Enum)]
pub enum Plan { Free, PayAsYouGo }
";

/// A project with two files of structs.
fn project(on: On) -> Project {
    let project = Project::new(on);
    project.write("autogen.toml", "model = \"src/lib.rs\"\n");
    project.write("src/lib.rs", "//! An application.\npub mod org;\nmod user;\n");
    project.write("src/org.rs", ORGS);
    project.write("src/user.rs", USERS);
    project
}

fn edit(project: &Project, file: &str, old: &str, new: &str) {
    let text = project.read(file);
    assert!(text.contains(old), "{file} lacks {old:?}");
    project.write(file, &text.replacen(old, new, 1));
}

#[test]
fn structs_are_the_model_and_rows_stay_when_they_are_edited() {
    for on in BOTH {
        let project = project(on);
        project.run(&["-m", "first"]).exits(0).says("Proven").says("model src/lib.rs");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0).says("nothing differs");
        project.sql(
            "INSERT INTO orgs (plan) VALUES ('pay_as_you_go'); \
             INSERT INTO users (email, org_id, full_name) VALUES ('a@b', 1, 'Ann')",
        );
        edit(
            &project,
            "src/user.rs",
            "    pub full_name",
            "    #[model(renamed_from = \"full_name\")]\n    pub name",
        );
        edit(
            &project,
            "src/user.rs",
            "    pub deleted_at",
            "    #[model(default = 3)]\n    pub age: i32,\n    pub deleted_at",
        );
        edit(&project, "src/org.rs", "Free, ", "Free, Trial, ");
        project.run(&["check"]).exits(1).answers("rename column users.full_name");
        project.run(&["-m", "edit"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        assert_eq!(project.value("SELECT name FROM users"), "Ann");
        assert_eq!(project.value("SELECT age FROM users"), "3");
        project.sql("UPDATE orgs SET plan = 'trial'");
        project.sql("UPDATE orgs SET plan = 'free'");
        project.run(&["downgrade", "base"]).exits(0);
    }
}

#[test]
fn a_project_with_structs_is_set_up() {
    for on in BOTH {
        let project = project(on);
        std::fs::remove_file(project.path().join("autogen.toml")).unwrap();
        project.run(&["init", "--model", "src/main.rs"]).exits(2).says("there is no src/main.rs");
        project.run(&["init", "--model", "src/lib.rs"]).exits(0).says("edit src/lib.rs");
        project.run(&["-m", "first"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0);
        // Structs stand for a schema on the command line too.
        project.run(&["diff", "database", "src/lib.rs", "--exit-code"]).exits(0);
        project.run(&["diff", "src/lib.rs", "migrations", "--exit-code"]).exits(0);
        project
            .run(&["schema", "src/lib.rs", "--format", "rust"])
            .exits(0)
            .answers("joinable!(users -> orgs (org_id))");
    }
}

#[test]
fn the_server_s_errors_point_at_the_attribute() {
    for on in BOTH {
        let project = project(on);
        edit(&project, "src/user.rs", "email like '%@%'", "emial like '%@%'");
        project.run(&["check"]).exits(2).says("src/user.rs:5:").says("emial").says("the server stopped here");
    }
}

#[test]
fn what_is_wrong_is_told_at_once_and_with_its_place() {
    let project = project(On::Postgres);
    edit(&project, "src/user.rs", "max_length = 255", "max_lenght = 255");
    edit(&project, "src/user.rs", "on_delete = cascade", "on_delete = casacde");
    edit(&project, "src/user.rs", "columns(org_id, ", "columns(orgid, ");
    edit(&project, "src/org.rs", "PayAsYouGo", "PayAsYouGo(i32)");
    let ran = project.run(&["-m", "x"]).exits(2);
    ran.says("src/user.rs:9:21")
        .says("there is no `max_lenght` here; did you mean `max_length`?")
        .says("src/user.rs:11:43")
        .says("no such action; did you mean `cascade`?")
        .says("User has no field `orgid`; did you mean `org_id`?")
        .says("src/org.rs:4:23")
        .says("a value of an enum type holds nothing");
    assert!(project.migrations().is_empty());
}

#[test]
fn what_a_database_has_no_type_for_is_named() {
    let says = |on: On, field: &str, message: &str| {
        let project = Project::new(on);
        project.write("autogen.toml", "model = \"src/lib.rs\"\n");
        let model = format!(
            "#[derive(autogen_model::Model)]\nstruct Thing {{ #[model(primary_key)] id: i32,\n{field} }}\n"
        );
        project.write("src/lib.rs", &model);
        project.run(&["check"]).exits(2).says("src/lib.rs:").says(message);
    };
    says(On::Postgres, "x: u32", "PostgreSQL's integers have a sign");
    says(On::Sqlite, "x: Vec<i32>", "SQLite has no arrays");
    says(On::Postgres, "x: Email", "what is Email in the database?");
    says(On::Postgres, "x: std::time::Duration", "what is std::time::Duration in the database?");
    says(On::Postgres, "x: (i32, i32)", "the only tuple that is a column");
    says(On::Postgres, "x: fn(i32)", "no column is of such a type");
    says(On::Postgres, "#[model(max_length = 3)] x: i32", "integers of this size have no such size");
    says(On::Postgres, "#[model(references = Nobody)] x: i32", "no struct Nobody derives Model");
    says(On::Postgres, "#[model(on_delete = cascade)] x: i32", "`references = …` is missing");
    says(On::Sqlite, "#[model(identity)] x: i32", "only a primary key of one column counts");
    says(On::Postgres, "#[model(identity)] x: String", "only an integer counts");
    says(On::Sqlite, "#[model(identity(start = 3))] y: i64", "SQLite has no options of what counts");
    says(
        On::Postgres,
        "#[model(sql_type = \"citext\", max_length = 3)] x: String",
        "the size is a part of sql_type",
    );
    says(On::Sqlite, "#[model(comment = \"c\")] x: i32", "SQLite keeps no comments");
    says(On::Postgres, "#[model(column = \"id\")] x: i32", "both column id");
    says(On::Postgres, "#[model(default = 1, default = 2)] x: i32", "stated twice");
    says(On::Postgres, "#[model(unique = 1)] x: i32", "this takes no value");
    says(
        On::Sqlite,
        "x: i32 }\n#[derive(autogen_model::Model)]\n#[model(schema = \"app\")]\nstruct Other { y: i32",
        "no schemas",
    );
    says(
        On::Postgres,
        "x: i32 }\n#[derive(autogen_model::Model)]\n#[model(table = \"things\")]\nstruct Other { y: i32",
        "are both table things",
    );
}

#[test]
fn modules_are_followed_as_the_compiler_follows_them() {
    let project = Project::new(On::Sqlite);
    let table = |name: &str| format!("#[derive(autogen_model::Model)] pub struct {name} {{ pub id: i32 }}\n");
    project.write("autogen.toml", "model = \"src/lib.rs\"\n");
    project.write(
        "src/lib.rs",
        "mod a;\nmod b;\nmod inner { mod c; }\n#[path = \"elsewhere.rs\"] mod d;\n#[cfg(test)] mod tests;\n\
         #[cfg(feature = \"none\")] mod missing;\nuse autogen_model::Model as Table;\n\
         #[derive(Table)] struct Renamed { id: i32 }\n#[cfg_attr(all(), derive(autogen_model::Model))] struct Under { id: i32 }\n\
         #[derive(other::Model)] struct Foreign { id: i32 }\n\
         #[derive(autogen_model::Model)] #[diesel(check_for_backend(Sqlite), table_name = named)] struct Thing { id: i32 }\n",
    );
    project.write("src/a.rs", &format!("{}mod deeper;\n", table("A")));
    project.write("src/a/deeper.rs", &table("Deeper"));
    project.write("src/b/mod.rs", &format!("{}mod beside;\n", table("B")));
    project.write("src/b/beside.rs", &table("Beside"));
    project.write("src/inner/c.rs", &table("C"));
    project.write("src/elsewhere.rs", &table("D"));
    project.write("src/tests.rs", &table("Test"));
    let tables = |ran: Ran| {
        let out = ran.exits(0).out;
        let mut names: Vec<String> = out
            .lines()
            .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next().map(str::to_owned))
            .collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(
        tables(project.run(&["schema", "model"])),
        "\"as\" besides bs cs deepers ds named renameds unders"
    );
    assert_eq!(tables(project.run(&["schema", "src/b"])), "besides bs");
    assert_eq!(tables(project.run(&["schema", "src/b/mod.rs"])), "besides bs");
    project.write("autogen.toml", "model = \"src/b*/*.rs\"\n");
    assert_eq!(tables(project.run(&["schema", "model"])), "besides bs");
    project.write("src/lib.rs", "mod gone;\n");
    project.write("autogen.toml", "model = \"src/lib.rs\"\n");
    project
        .run(&["schema", "model"])
        .exits(2)
        .says("src/lib.rs:1:5")
        .says("there is no src/gone.rs and no src/gone/mod.rs");
    project.write("src/lib.rs", "fn main( {\n");
    project.run(&["schema", "model"]).exits(2).says("src/lib.rs:1:");
    project.write("src/lib.rs", "fn main() {}\n");
    project.run(&["schema", "model"]).exits(2).says("no struct of src/lib.rs derives autogen_model::Model");
}

#[test]
fn the_same_name_in_two_modules_is_no_confusion() {
    let project = Project::new(On::Postgres);
    project.write("autogen.toml", "model = \"src/lib.rs\"\n");
    let module = |name: &str, value: &str| {
        format!(
            "pub mod {name} {{ #[derive(autogen_model::Enum)] #[model(type = \"{name}_state\")] pub enum State {{ {value} }}\n\
             #[derive(autogen_model::Model)] #[model(table = \"{name}_items\")] pub struct Item {{ #[model(primary_key)] pub id: i32, pub state: State }} }}\n"
        )
    };
    let user = "mod user { use crate::b::{Item, State as S};\n#[derive(autogen_model::Model)] struct User { #[model(primary_key)] id: i32, \
        #[model(references = Item)] item: i32, #[model(references = super::a::Item)] other: i32, state: S, before: crate::a::State } }\n";
    project.write("src/lib.rs", &(module("a", "One") + &module("b", "Two") + user));
    let sql = project.run(&["schema", "model"]).exits(0).out;
    assert!(sql.contains("FOREIGN KEY (item) REFERENCES b_items (id)"), "{sql}");
    assert!(sql.contains("FOREIGN KEY (other) REFERENCES a_items (id)"), "{sql}");
    assert!(sql.contains("state public.b_state"), "{sql}");
    assert!(sql.contains("before public.a_state"), "{sql}");
    let unclear = user
        .replace("use crate::b::{Item, State as S};", "type S = i32;")
        .replace("state: S", "state: State");
    project.write("src/lib.rs", &(module("a", "One") + &module("b", "Two") + &unclear));
    project
        .run(&["schema", "model"])
        .exits(2)
        .says("State may be of")
        .says("::a or ")
        .says("::b; write it with its module");
}

#[test]
fn aliases_and_other_crates_are_followed() {
    let project = Project::new(On::Postgres);
    project.write("autogen.toml", "model = [\"one/src/lib.rs\", \"two-b/src/lib.rs\"]\n");
    let one = "pub type Id = i64;\npub type Name = Option<String>;\n#[derive(autogen_model::Enum)] #[model(type = \"state\")] pub enum State { A }\n\
        #[derive(autogen_model::Model)] pub struct Org { #[model(primary_key, identity)] pub id: Id, pub name: Name, pub state: crate::State }\n";
    project.write("one/src/lib.rs", one);
    let two = "use one::{Id, Org};\n#[derive(autogen_model::Enum)] #[model(type = \"other\")] pub enum State { B }\n\
        #[derive(autogen_model::Model)] pub struct User { #[model(primary_key)] pub id: Id, #[model(references = Org)] pub org: one::Id, \
        pub state: crate::State, pub theirs: one::State }\n";
    project.write("two-b/src/lib.rs", two);
    let sql = project.run(&["schema", "model"]).exits(0).out;
    for part in [
        "id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL",
        "name text,",
        "state public.state NOT NULL",
        "org bigint NOT NULL",
        "state public.other NOT NULL",
        "theirs public.state NOT NULL",
        "FOREIGN KEY (org) REFERENCES orgs (id)",
    ] {
        assert!(sql.contains(part), "{part} is not in\n{sql}");
    }
    project.write("one/src/lib.rs", &one.replace("pub type Id = i64", "pub type Id = Id"));
    project.run(&["schema", "model"]).exits(2).says("Id holds itself");
}

#[test]
fn settings_name_types_and_constraints() {
    let project = Project::new(On::Postgres);
    project.write(
        "autogen.toml",
        "model = [\"src/lib.rs\", \"db\"]\n[rust]\ndoc_comments = true\ntypes = { \"ids::UserId\" = \"bigint\", Color = \"text\" }\n\
         [naming]\nix = \"ix_%(column_0_N_label)s\"\nuq = \"uq_%(table_name)s_%(column_0_name)s\"\nck = \"ck_%(table_name)s_%(constraint_name)s\"\n\
         fk = \"fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s\"\npk = \"pk_%(table_name)s\"\n",
    );
    project.write("db/extra.sql", "CREATE VIEW names AS SELECT color FROM users;\n");
    project.write(
        "src/lib.rs",
        "/// Who.\n#[derive(autogen_model::Model)]\n#[model(index(boss, color), check(name = \"grown\", expression = \"age > 2\"))]\n\
         pub struct User { #[model(primary_key)] pub id: ids::UserId, #[model(references = Self)] pub boss: ids::UserId,\n\
         /// What.\n#[model(unique)] pub color: Color, pub age: i32 }\n",
    );
    let sql = project.run(&["schema", "model"]).exits(0).out;
    for part in [
        "id bigint",
        "color text",
        "CONSTRAINT ck_users_grown CHECK",
        "CONSTRAINT fk_users_boss_users FOREIGN KEY",
        "CONSTRAINT pk_users PRIMARY KEY",
        "CONSTRAINT uq_users_color UNIQUE",
        "CREATE INDEX ix_users_boss_users_color ON users",
        "COMMENT ON TABLE users IS 'Who.'",
        "COMMENT ON COLUMN users.color IS 'What.'",
        "CREATE VIEW names",
    ] {
        assert!(sql.contains(part), "{part} is not in\n{sql}");
    }
    edit(&project, "src/lib.rs", "name = \"grown\", expression", "expression");
    project.run(&["check"]).exits(2).says("src/lib.rs:3:").says("the naming convention wants a name");
    edit(&project, "autogen.toml", "%(table_name)s\"\n", "%(tabel_name)s\"\n");
    project.run(&["check"]).exits(2).says("naming.pk: there is no token %(tabel_name)s");
    edit(&project, "autogen.toml", "doc_comments", "doc_coments");
    project
        .run(&["check"])
        .exits(2)
        .says("unknown setting rust.doc_coments")
        .says("did you mean rust.doc_comments?");
}

#[test]
fn renames_of_all_that_has_a_name_keep_the_rows() {
    let project = Project::new(On::Postgres);
    let first = "#[derive(autogen_model::Enum)] pub enum Mood { Sad, Fine }\n\
        #[derive(autogen_model::Model)] #[model(index(columns(mood), name = \"moods\"))]\n\
        pub struct User { #[model(primary_key)] pub id: i32, pub mood: Mood }\n";
    with_model(&project, first);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO users VALUES (1, 'sad')");
    let second = "#[derive(autogen_model::Enum)] #[model(renamed_from = \"mood\")]\n\
        pub enum Feeling { #[model(renamed_from = \"sad\")] Blue, Fine }\n\
        #[derive(autogen_model::Model)] #[model(table = \"people\", renamed_from = \"users\")]\n\
        #[model(index(columns(feels), name = \"feelings\", renamed_from = \"moods\"))]\n\
        pub struct Person { #[model(primary_key)] pub id: i32, #[model(renamed_from = \"mood\")] pub feels: Feeling }\n";
    with_model(&project, second);
    project.run(&["-m", "names"]).exits(0).says("Proven");
    let name = project.migrations().last().unwrap().clone();
    let up = project.read(&format!("migrations/{name}/up.sql"));
    assert!(!up.contains("CREATE") && !up.contains("DROP"), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    assert_eq!(project.value("SELECT feels FROM people"), "blue");
}

#[test]
fn structs_and_a_schema_rs_are_two_models() {
    let project = project(On::Sqlite);
    project.write("autogen.toml", "model = [\"src/schema.rs\", \"src/lib.rs\"]\n");
    project.write("src/schema.rs", "diesel::table! { users (id) { id -> Integer, } }\n");
    project.run(&["check"]).exits(2).says("src/schema.rs").says("two models");
    // A schema.rs is one by what it holds.
    project.write("autogen.toml", "model = \"src/schema/mod.rs\"\n");
    project.write("src/schema/mod.rs", "diesel::table! { users (id) { id -> Integer, } }\n");
    project.run(&["-m", "first"]).exits(0).says("Proven");
    project.write("autogen.toml", "model = \"db/*.sql\"\n");
    project.run(&["check"]).exits(2).says("there is no model at db/*.sql");
}

/// All that attributes can state: the SQL that it is, written, applied, and found equal.
pub(crate) fn everything(name: &str, run: &dyn Fn(&[&str]) -> Ran) {
    run(&["check"]).exits(1);
    let sql = run(&["schema", "model"]).exits(0).out;
    insta::with_settings!({ snapshot_path => "../structs/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, sql);
    });
    run(&["-m", "all"]).exits(0).says("Proven");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0).says("nothing differs");
}

/// A model of `tests/structs`.
pub(crate) fn model(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/structs").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A project with such a model.
pub(crate) fn with_model(project: &Project, model: &str) {
    project.write("autogen.toml", "model = \"src/lib.rs\"\n");
    project.write("src/lib.rs", model);
}

#[test]
fn everything_is_stated_on_postgres() {
    let project = Project::new(On::Postgres);
    with_model(&project, &model("postgres.rs"));
    everything("postgres", &|arguments| project.run(arguments));
}

#[test]
fn everything_is_stated_on_sqlite() {
    let project = Project::new(On::Sqlite);
    with_model(&project, &model("sqlite.rs"));
    project.sql("VACUUM");
    everything("sqlite", &|arguments| project.run(arguments));
}

/// A project with the structs of Chinook, and the database's own script when `AUTOGEN_TEST_SCHEMAS` names the folder of it.
pub(crate) fn chinook(project: &Project, edition: &str, naming: &str) -> Option<PathBuf> {
    let structs = if edition == "PostgreSql" { "snake_case.rs" } else { "pascal_case.rs" };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/chinook/src").join(structs);
    with_model(project, &std::fs::read_to_string(path).unwrap());
    project.write("autogen.toml", &format!("model = \"src/lib.rs\"\n{naming}"));
    let folder = std::env::var_os("AUTOGEN_TEST_SCHEMAS").map(PathBuf::from)?;
    Some(folder.join(format!("Chinook_{edition}.sql")))
}

/// The names of Chinook's MySQL and SQLite editions.
pub(crate) const CHINOOK_NAMES: &str =
    "[naming]\nix = \"IFK_%(table_name)s%(column_0_name)s\"\npk = \"PK_%(table_name)s\"\n";

/// The structs are Chinook as its own script makes it: the snapshot, and the script where it is at hand.
pub(crate) fn is_chinook(name: &str, script: Option<&Path>, run: &dyn Fn(&[&str]) -> Ran) {
    match script {
        Some(script) => {
            let script = script.to_str().unwrap();
            let ran = run(&["diff", script, "model", "--exit-code"]).exits(0);
            assert_eq!(ran.out, "", "{script}");
        }
        None => println!("AUTOGEN_TEST_SCHEMAS is not set, Chinook's own script was not compared"),
    }
    let sql = run(&["schema", "model"]).exits(0).out;
    insta::with_settings!({ snapshot_path => "../structs/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("chinook_{name}"), sql);
    });
    run(&["-m", "Chinook"]).exits(0).says("Proven");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0);
}

#[test]
fn chinook_on_postgres_and_sqlite() {
    let project = Project::new(On::Postgres);
    let script = chinook(&project, "PostgreSql", "");
    is_chinook("postgres", script.as_deref(), &|arguments| project.run(arguments));
    let project = Project::new(On::Sqlite);
    let script = chinook(&project, "Sqlite", CHINOOK_NAMES);
    is_chinook("sqlite", script.as_deref(), &|arguments| project.run(arguments));
}
