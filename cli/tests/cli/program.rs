//! A program that prints the model: any at all, and the examples for SQLAlchemy and Django, whose programs the guide shows.

use std::path::Path;

use autogen_fixtures::python::python_package;

use crate::support::{BOTH, On, Project, Ran};

#[test]
fn what_a_program_prints_is_the_model() {
    for on in BOTH {
        let project = Project::new(on);
        project.write("ddl.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
        project.write("autogen.toml", "model = { command = [\"cat\", \"ddl.sql\"] }\n");
        project.run(&["-m", "first"]).exits(0).says("what cat ddl.sql prints");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        project.write(
            "ddl.sql",
            "CREATE TABLE users (id integer PRIMARY KEY, -- autogen: renamed from x\n email text);\n",
        );
        project.run(&["check"]).exits(1).answers("column email");
        project.write("ddl.sql", "");
        project.run(&["-m", "nothing"]).exits(2).says("cat ddl.sql: it prints nothing");
        project.write("autogen.toml", "model = { command = [\"false\"] }\n");
        project.run(&["-m", "x"]).exits(2).says("exit status: 1").says("autogen.toml");
        project.write("autogen.toml", "model = { command = [\"no-such-program\"] }\n");
        project.run(&["check"]).exits(2).says("no-such-program: No such file");
        project.write("autogen.toml", "model = \"ddl.sql\"\nsource = { command = [\"x\"] }\n");
        project.run(&["check"]).exits(2).says("several ways");
        // The key from before, and what it is now.
        project.write("ddl.sql", "CREATE TABLE users (id integer PRIMARY KEY, email text);\n");
        project.write("autogen.toml", "source = { command = [\"cat\", \"ddl.sql\"] }\n");
        project.run(&["check"]).exits(1).says("are `model` now").answers("column email");
        project.write("autogen.toml", "sources = [\"ddl.sql\"]\n");
        project.run(&["check"]).exits(1).says("are `model` now").answers("column email");
        project.write("autogen.toml", "model = 3\n");
        project.run(&["check"]).exits(2).says("autogen.toml:1").says("a path, a list of paths");
        project.write("autogen.toml", "model = { comand = [\"cat\"] }\n");
        project.run(&["check"]).exits(2).says("autogen.toml:1").says("a path, a list of paths");
    }
}

/// A file of an example.
fn example(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    std::fs::read_to_string(root.join(path)).unwrap()
}

/// Runs autogen with a library for Python.
fn run_with(project: &Project, library: &Path, arguments: &[&str]) -> Ran {
    let mut command = project.command(arguments);
    command.env("PYTHONPATH", library).env("PYTHONDONTWRITEBYTECODE", "1");
    Ran::from(command.output().unwrap())
}

#[test]
fn the_guide_shows_the_programs_of_the_examples() {
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/models.md")).unwrap();
    for path in ["sqlalchemy/app/ddl.py", "django/ddl.py"] {
        assert!(guide.contains(&format!("```python\n{}```", example(path))), "docs/models.md lacks {path}");
    }
}

#[test]
fn sqlalchemys_models_are_a_model() {
    let library = python_package("sqlalchemy", "2.0");
    for on in BOTH {
        let project = Project::new(on);
        let dialect = match on {
            On::Sqlite => "sqlite",
            On::Postgres => "postgresql",
        };
        for file in ["app/__init__.py", "app/ddl.py", "app/models.py"] {
            project.write(file, &example(&format!("sqlalchemy/{file}")));
        }
        project.write(
            "autogen.toml",
            &format!("model = {{ command = [\"python3\", \"-m\", \"app.ddl\", \"{dialect}\"] }}\n"),
        );
        let run = |arguments: &[&str]| run_with(&project, &library, arguments);
        run(&["-m", "first tables"]).exits(0).says("Proven");
        run(&["upgrade"]).exits(0);
        run(&["check"]).exits(0).says("nothing differs");
        project.sql(
            "INSERT INTO users (id, name) VALUES (1, 'a'); INSERT INTO posts (id, user_id, state) VALUES (1, 1, 'open')",
        );
        if on == On::Postgres {
            let comment = "SELECT col_description('posts'::regclass, 3)";
            assert_eq!(project.value(comment), "100% or nothing");
        }
        let models =
            project.read("app/models.py").replace("    ok = 2\n", "    ok = 2\n    glad = 3\n").replace(
                "    created_at",
                "    email: Mapped[str | None] = mapped_column(unique=True)\n    created_at",
            );
        project.write("app/models.py", &models);
        let written = run(&["-m", "email and a mood"]).exits(0).says("column email");
        if on == On::Postgres {
            written.says("glad");
        }
        run(&["upgrade"]).exits(0);
        run(&["check"]).exits(0).says("nothing differs");
        assert_eq!(project.value("SELECT count(*) FROM posts"), "1", "rows stay on {on:?}");
        run(&["downgrade", "-1"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM posts"), "1", "rows stay on {on:?}");
    }
}

#[test]
fn djangos_models_are_a_model() {
    let library = python_package("django", "5.2");
    let project = Project::new(On::Sqlite);
    for file in ["ddl.py", "settings.py", "shop/__init__.py", "shop/models.py"] {
        project.write(file, &example(&format!("django/{file}")));
    }
    project.write(
        "autogen.toml",
        "model = { command = [\"env\", \"DJANGO_SETTINGS_MODULE=settings\", \"python3\", \"ddl.py\"] }\n",
    );
    let run = |arguments: &[&str]| run_with(&project, &library, arguments);
    run(&["-m", "first tables"]).exits(0).says("create table shop_post_tags");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0).says("nothing differs");
}
