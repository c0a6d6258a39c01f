//! Migrations in the words of the model.

use crate::support::{On, Project};

const MODEL: &str = "CREATE TYPE mood AS ENUM ('happy', 'sad');

CREATE TABLE users (
    id    integer PRIMARY KEY,
    email text NOT NULL CHECK (email LIKE '%@%'),
    mood  mood NOT NULL DEFAULT 'happy',
    state varchar(9) DEFAULT 'new' CONSTRAINT known CHECK (state IN ('new', 'old' /* no more */)),
    CHECK (id > 0)
);

-- Who can be written to.
CREATE OR REPLACE VIEW reachable (who, address) AS
    SELECT u.id, u.email  -- as they typed it
      FROM users u
     WHERE u.state <> 'old';

CREATE VIEW everything AS SELECT * FROM users;

CREATE MATERIALIZED VIEW counted AS
    SELECT count(*) AS n FROM users
    WITH NO DATA;

CREATE FUNCTION touch() returns trigger language plpgsql
as $$
begin
    return new; -- nothing yet
end
$$;

CREATE TRIGGER touched before update on users
    for each row execute function touch();

CREATE POLICY mine ON users
    USING (email = current_user);
";

fn up(project: &Project, number: usize) -> String {
    project.read(&format!("migrations/{}/up.sql", project.migrations()[number]))
}

#[test]
fn what_is_made_of_a_models_text_stands_there_as_it_was_written() {
    let project = Project::with_model(On::Postgres, MODEL);
    project.run(&["-m", "first"]).exits(0);
    let up = up(&project, 0);
    for said in [
        "    mood public.mood DEFAULT 'happy' NOT NULL,\n",
        "DEFAULT 'new',\n",
        "CONSTRAINT known CHECK (state IN ('new', 'old' /* no more */))",
        "CONSTRAINT users_email_check CHECK (email LIKE '%@%')",
        "CONSTRAINT users_id_check CHECK (id > 0)",
        "CREATE VIEW reachable (who, address) AS\nSELECT u.id, u.email  -- as they typed it\n      FROM users u\n     WHERE u.state <> 'old';\n",
        "CREATE VIEW everything AS\nSELECT users.id,\n    users.email,",
        "CREATE MATERIALIZED VIEW counted AS\nSELECT count(*) AS n FROM users\nWITH NO DATA;\n",
        "CREATE OR REPLACE FUNCTION touch() returns trigger language plpgsql\nas $$\nbegin\n    return new; -- nothing yet\nend\n$$;\n",
        "CREATE TRIGGER touched before update on users\n    for each row execute function touch();\n",
        "CREATE POLICY mine ON users\n    USING (email = current_user);\n",
    ] {
        assert!(up.contains(said), "{said}\nis not in\n{up}");
    }
    assert!(up.contains("Proof") || up.contains("proven"), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    let changed = MODEL.replace("u.state <> 'old'", "u.state = 'new'").replace("id > 0", "id > 1");
    project.write("schema.sql", &changed.replace("DEFAULT 'happy'", "DEFAULT 'sad'"));
    project.run(&["-m", "second"]).exits(0);
    let up = self::up(&project, 1);
    for said in [
        "CREATE OR REPLACE VIEW reachable (who, address) AS\nSELECT u.id, u.email  -- as they typed it\n",
        "ADD CONSTRAINT users_id_check CHECK (id > 1)",
        "ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'sad';\n",
    ] {
        assert!(up.contains(said), "{said}\nis not in\n{up}");
    }
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}

#[test]
fn the_servers_words_stand_there_when_they_are_asked_for_or_mean_something_else() {
    let view = "CREATE TABLE t (id integer PRIMARY KEY);\nCREATE VIEW v AS select id   from t;\n";
    let of = |settings: &str, model: &str| {
        let project = Project::with_model(On::Postgres, model);
        let written = project.read("autogen.toml");
        project.write("autogen.toml", &format!("{settings}{written}"));
        project.run(&["-m", "first"]).exits(0);
        up(&project, 0)
    };
    let asked = of("words = \"server\"\n", view);
    assert!(asked.contains("SELECT t.id\n   FROM public.t"), "{asked}");
    // The names of the model hang on a setting that the migration has not.
    let elsewhere = "CREATE SCHEMA app;\nSET search_path = app;\n".to_owned() + view;
    let set = of("", &elsewhere);
    assert!(set.contains("FROM app.t"), "{set}");
    // Another search path would find the other table.
    let twice = "CREATE SCHEMA app;\nCREATE TABLE app.t (id integer);\n".to_owned() + view;
    let ambiguous = of("", &twice);
    assert!(ambiguous.contains("FROM public.t"), "{ambiguous}");
    // It says another thing each time: the time is read when the default is made.
    let now = of("", "CREATE TABLE t (id integer PRIMARY KEY, made timestamp DEFAULT 'now');\n");
    assert!(!now.contains("'now'"), "{now}");
}

/// Where the table stands, the check calls the one function that there is; in the migration both are there already.
#[test]
fn words_that_are_not_proven_are_told_and_the_servers_stand() {
    let model = "CREATE FUNCTION fits(bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE TABLE t (x integer CHECK (fits(x)));
CREATE FUNCTION fits(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 1';
";
    let project = Project::with_model(On::Postgres, model);
    project
        .run(&["-m", "first"])
        .exits(0)
        .says("could not be proven in the model's own words")
        .says("fits(integer)");
    let up = up(&project, 0);
    assert!(up.contains("CONSTRAINT t_x_check CHECK (public.fits((x)::bigint))"), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}
