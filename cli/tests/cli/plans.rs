//! Plans that somebody approved, and what environments are expected to have.

use serde_json::Value;

use crate::support::{BOTH, On, Project, Ran};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

/// A project with a migration that is applied and so many that are pending.
fn pending(on: On, count: usize) -> Project {
    let project = Project::with_model(on, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    (1..=count).for_each(|number| add(&project, number));
    project
}

/// Writes a migration that makes the table `t<number>`.
fn add(project: &Project, number: usize) {
    let tables = (1..=number).map(|own| format!("CREATE TABLE t{own} (id integer PRIMARY KEY);\n"));
    project.write("schema.sql", &(FIRST.to_owned() + &tables.collect::<String>()));
    project.run(&["-m", &format!("t{number}"), "--from", "migrations"]).exits(0);
}

fn json(ran: Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap()
}

/// The plan that a dry run shows.
fn plan(project: &Project, arguments: &[&str]) -> String {
    let dry = [&["upgrade", "--dry-run", "--format", "json"], arguments].concat();
    json(project.run(&dry).exits(0))["plan"].as_str().unwrap().to_owned()
}

fn up_of(project: &Project, number: usize) -> String {
    let names = project.migrations();
    let name = names.iter().find(|name| name.ends_with(&format!("_t{number}"))).unwrap();
    format!("migrations/{name}/up.sql")
}

#[test]
fn what_was_approved_is_applied_and_nothing_else() {
    for on in BOTH {
        let project = pending(on, 2);
        let approved = plan(&project, &[]);
        project.run(&["upgrade", "--dry-run"]).exits(0).says(&approved);
        project.run(&["status"]).exits(0).answers(&format!("plan        {approved}"));
        assert_eq!(json(project.run(&["status", "--format", "json"]).exits(0))["plan"], approved.as_str());
        add(&project, 3);
        let found = plan(&project, &[]);
        let refused = project.run(&["upgrade", "--plan", &approved]).exits(4);
        refused.says(&approved).says(&found).says("_t3 are pending").says("--dry-run");
        project.run(&["upgrade", "--dry-run", "--plan", &approved]).exits(4).says(&found);
        // Up to where it was approved, it is that plan.
        let last = project.migrations().into_iter().find(|name| name.ends_with("_t2")).unwrap();
        project.run(&["upgrade", &last, "--plan", &approved]).exits(0).says("_t1").says("_t2");
        // It is done, and whoever comes with it now has nothing to do.
        project.run(&["upgrade", &last, "--plan", &approved.to_uppercase()]).exits(0);
        assert_eq!(json(project.run(&["status", "--format", "json"]).exits(0))["pending"][1], Value::Null);
        project.run(&["upgrade", "--plan", &plan(&project, &[])]).exits(0).says("_t3");
        // Nothing is pending, which is a plan, too.
        project.run(&["upgrade", "--plan", &plan(&project, &[])]).exits(0);
        project.run(&["upgrade", "--plan", &approved]).exits(4).says("nothing is pending");
    }
}

#[test]
fn a_refused_upgrade_leaves_no_trace() {
    let project = Project::with_model(On::Sqlite, FIRST);
    project.run(&["-m", "first"]).exits(0);
    let other = "0123456789abcdef0123456789abcdef";
    let refused = ["upgrade", "--environment", "production", "--plan", other];
    project.run(&refused).exits(4).says("_first is pending");
    assert!(!project.path().join("shop.db").exists());
    project.run(&["upgrade", "--plan", "0123"]).exits(2).says("32 hexadecimal digits");
    project.run(&["upgrade", "--plan", other, "--sql"]).exits(2).says("--sql");
    project.run(&["upgrade", "--format", "json"]).exits(2).says("--dry-run");
    project.run(&["upgrade", "--dry-run", "--format", "junit"]).exits(2).says("text or json");
}

#[test]
fn a_comment_is_no_part_of_a_plan_and_a_statement_is() {
    for on in BOTH {
        let project = pending(on, 1);
        let approved = plan(&project, &[]);
        let file = up_of(&project, 1);
        let text = project.read(&file);
        project.write(&file, &text.replace("\nCREATE TABLE", "\n-- why,\n-- and who\nCREATE TABLE"));
        project.run(&["rehash"]).exits(0);
        assert_eq!(plan(&project, &[]), approved);
        project.write(&file, &text.replace("t1", "t2"));
        project.run(&["rehash", "--no-verify"]).exits(0);
        project.run(&["upgrade", "--plan", &approved]).exits(4);
        // The way back is a part of it.
        project.write(&file, &text);
        project.write(&file.replace("up.sql", "down.sql"), "DROP TABLE t1;\nSELECT 1;\n");
        project.run(&["rehash", "--no-verify"]).exits(0);
        project.run(&["upgrade", "--plan", &approved]).exits(4);
    }
}

#[test]
fn a_plan_that_stopped_half_way_goes_on() {
    for on in BOTH {
        let project = pending(on, 2);
        let file = up_of(&project, 2);
        project.write(&file, &(project.read(&file) + "INSERT INTO nowhere VALUES (1);\n"));
        project.run(&["rehash", "--no-verify"]).exits(0);
        let approved = plan(&project, &[]);
        project.run(&["upgrade", "--plan", &approved]).exits(3).says("nowhere");
        assert_ne!(plan(&project, &[]), approved, "one of the two is applied");
        project.sql("CREATE TABLE nowhere (id integer)");
        project.run(&["upgrade", "--plan", &approved, "--allow-drift"]).exits(0).says("_t2");
    }
}

#[test]
fn each_database_of_a_fleet_has_to_have_the_plan() {
    let project = pending(On::Sqlite, 1);
    let settings = project.read("autogen.toml");
    project.write("autogen.toml", &format!("{settings}\n[fleet.files]\nglob = \"dbs/*.db\"\n"));
    std::fs::create_dir(project.path().join("dbs")).unwrap();
    for name in ["a", "b", "c"] {
        let url = format!("sqlite:dbs/{name}.db");
        let target = if name == "c" { "base" } else { "+1" };
        std::fs::write(project.path().join(format!("dbs/{name}.db")), "").unwrap();
        project.run(&["upgrade", target, "--database-url", &url]).exits(0);
    }
    let dry = ["upgrade", "--fleet", "files", "--dry-run", "--format", "json"];
    let report = json(project.run(&dry).exits(0));
    let plans: Vec<&str> = (0..3).map(|at| report["databases"][at]["plan"].as_str().unwrap()).collect();
    assert_eq!((plans[0], plans[0] == plans[2]), (plans[1], false), "{report}");
    assert_eq!(plan(&project, &["--database-url", "dbs/a.db"]), plans[0]);
    project.run(&dry[..4]).exits(0).answers("2  not begun, at ").answers(plans[2]);
    let ran = project.run(&["upgrade", "--fleet", "files", "--plan", plans[0]]).exits(8);
    ran.answers("2  changed").answers("1  failed, at base, 2 pending").answers("--dry-run");
    let again = project.run(&["upgrade", "--fleet", "files", "--plan", plans[0], "--only", "dbs/a.db"]);
    again.exits(0).answers("1  unchanged");
    project.run(&["upgrade", "--fleet", "files", "--plan", plans[2]]).exits(0).answers("1  changed");
}

#[test]
fn what_is_generated_is_told_to_machines() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        let dry = json(project.run(&["-m", "first", "--dry-run", "--format", "json"]).exits(0));
        assert_eq!((dry["version"].as_u64(), dry["migrations"].as_array().unwrap().len()), (Some(1), 0));
        assert!(dry["sql"].as_str().unwrap().contains("CREATE TABLE"), "{dry}");
        let written = json(project.run(&["-m", "first", "--format", "json"]).exits(0));
        assert_eq!(written["changes"][0]["object"], "table users", "{written}");
        let own = &written["migrations"][0];
        assert_eq!(own["name"], project.migrations()[0].as_str());
        assert_eq!(
            (&own["proven"], &own["path"]),
            (&"up, down, up".into(), &format!("migrations/{}", project.migrations()[0]).into())
        );
        let hash = own["hash"].as_str().unwrap();
        project.run(&["show", "head"]).exits(0).answers(&format!("hash        {hash}"));
        let shown = json(project.run(&["show", "head", "--format", "json"]).exits(0));
        assert_eq!(shown["migrations"][0]["hash"], hash);
        let planned = json(project.run(&["upgrade", "--dry-run", "--format", "json"]).exits(0));
        assert_eq!(planned["migrations"][0]["hash"], hash);
        let reviewed = json(project.run(&["review", "--format", "json"]).exits(0));
        assert_eq!(reviewed["migrations"][0]["hash"], hash);
        project.run(&["upgrade"]).exits(0);
        let nothing = json(project.run(&["-m", "none", "--format", "json"]).exits(0));
        assert_eq!(nothing["migrations"], Value::Array(Vec::new()));
        let empty = json(project.run(&["generate", "--empty", "-m", "rows", "--format", "json"]).exits(0));
        assert!(empty["migrations"][0]["name"].as_str().unwrap().ends_with("_rows"), "{empty}");
    }
}

#[test]
fn production_is_held_against_what_is_recorded() {
    for on in BOTH {
        let project = pending(on, 0);
        project.run(&["upgrade", "--environment", "production"]).exits(0);
        project.run(&["ref", "staging"]).exits(4).says("marked production");
        project.run(&["ref", "pro duction"]).exits(2).says("can't name an environment");
        project
            .run(&["ref", "production"])
            .exits(0)
            .answers("production is expected at ")
            .says("Wrote  migrations/autogen.refs");
        project.run(&["check"]).exits(0).says("production is expected at");
        add(&project, 1);
        let first = project.migrations()[0].clone();
        project.run(&["ref"]).exits(0).answers(&format!("at {first}; not yet there: "));
        project
            .run(&["status"])
            .exits(0)
            .answers(&format!("environment production is expected at {first}; not"));
        // Without its database, what it has not yet is no fault.
        let project_alone = |arguments: &[&str]| -> Ran {
            let mut command = project.command(arguments);
            command.env_remove("DATABASE_URL");
            if on == On::Postgres {
                command.env("AUTOGEN_SCRATCH_URL", autogen_fixtures::server::postgres_url());
            }
            command.output().unwrap().into()
        };
        project_alone(&["check"]).exits(0).says("not yet there");
        project.run(&["upgrade"]).exits(0);
        let ran = project.run(&["check"]).exits(1).answers("environment production: its database is at ");
        assert!(ran.out.contains("_t1, with 2 applied, and the record says"), "{}", ran.out);
        project.run(&["ref", "production"]).exits(0);
        project.run(&["check"]).exits(0);
        project.sql("CREATE TABLE by_hand (id integer)");
        project.run(&["check"]).exits(1).answers("the schema of its database is");
        project.sql("DROP TABLE by_hand");
        let kinds = |ran: Ran| json(ran)["environments"][0]["problems"][0]["kind"].clone();
        let file = "migrations/autogen.refs";
        let text = project.read(file);
        project.write(file, &text.replace("_t1 applied", "_other applied").replace(" at 20", " at 30"));
        let json_check = ["check", "--format", "json"];
        assert_eq!(kinds(project_alone(&json_check).exits(1)), "migration_missing");
        project
            .write(file, &text.replace(" applied 2 ", " applied 1 ").replace(" applied 1 ", " applied 1 0"));
        project_alone(&["check"]).exits(2).says("autogen.refs line 3");
        project.write(file, &text);
        let name = project.migrations()[0].clone();
        std::fs::remove_dir_all(project.path().join("migrations").join(&name)).unwrap();
        project_alone(&["rehash", "--no-verify"]).exits(0);
        project_alone(&["ref"]).exits(0).answers("the 1 up to ").answers("are not the 2 that it has");
    }
}

#[test]
fn a_database_that_does_not_answer_is_unreachable() {
    let project = pending(On::Postgres, 1);
    project.run(&["ref", "production"]).exits(0);
    let gone = "postgres://me:secret@127.0.0.1:1/shop";
    let status = project.command(&["status"]).env("DATABASE_URL", gone).output().unwrap();
    let status = Ran::from(status).exits(3).says("can't connect").answers("current     unreachable");
    let status =
        status.answers("migrations  2 in migrations").answers("environment production is expected at");
    assert!(!(status.out + &status.err).contains("secret"));
    let asked = project.command(&["status", "--format", "json"]).env("DATABASE_URL", gone).output().unwrap();
    let answer = json(Ran::from(asked).exits(3));
    assert_eq!((&answer["reachable"], &answer["pending"]), (&false.into(), &Value::Null), "{answer}");
    let settings = project.read("autogen.toml");
    let urls = format!("[fleet.all]\nurls = [{:?}, {gone:?}]\n", project.url());
    project.write("autogen.toml", &format!("{settings}\n{urls}"));
    let fleet =
        project.run(&["status", "--fleet", "all"]).exits(8).answers("1  unreachable").answers("1  behind");
    fleet.answers("unreachable: postgres://me");
    let report = json(project.run(&["status", "--fleet", "all", "--format", "json"]).exits(8));
    assert_eq!(report["databases"][1]["state"], "unreachable", "{report}");
}
