//! A password in every form of a URL, in every place that takes one, through every command, while all is well and while it is not:
//! nothing shows it, and no file holds it but the one that did.

use std::time::{Duration, Instant};

use autogen_fixtures::attack::{AT_ONCE, Attack, Outcome};
use autogen_introspect::DatabaseUrl;

use crate::support::{On, Project, Ran};

/// `{c}` is the password (a name of a user is none), `{at}` a server that takes any, with its port, and `{db}` a database there.
const FORMS: [&str; 24] = [
    "postgres://postgres:{c}@{at}/{db}",
    "postgresql+psycopg2://postgres:{c}@{at}/{db}",
    "postgres://{at}/{db}?user=postgres&password={c}",
    "postgres://postgres@{at}/{db}?sslpassword={c}",
    "postgres://postgres:{c}@{at}/nowhere",
    "postgres://nobody:{c}@{at}/{db}",
    "postgres://me:{c}@127.0.0.1:1/db",
    "postgres://me:{c}@127.0.0.1:99999/db",
    "postgres://me:{c}@[bad/db",
    "postgres://me:{c}@a b/db",
    "postgres://me:{c}@/db",
    "postgres:{c}@127.0.0.1/db",
    "me:{c}@127.0.0.1/db",
    "host=127.0.0.1 port=1 password={c} dbname=db",
    "host=127.0.0.1 port=1 password='a {c}' dbname=db",
    "host=127.0.0.1 port=1 password = {c} dbname=db",
    "jdbc:postgresql://127.0.0.1:1/db?user=a&password={c}",
    "mysql://me:{c}@127.0.0.1:1/db",
    "mariadb://me:{c}@127.0.0.1:1/db?ssl-mode=disabled",
    "mysql:me:{c}@127.0.0.1/db",
    "sqlite://me:{c}@127.0.0.1/shop.db",
    "oracle://me:{c}@127.0.0.1/db",
    "https://me:{c}@127.0.0.1/db",
    "Server=127.0.0.1;User Id=me;Password={c};Database=db",
];

/// Where a URL is put.
#[derive(Clone, Copy, Debug)]
enum Put {
    Environment,
    DotEnv,
    Option,
    Settings,
    ScratchUrl,
    Argument,
    Fleet,
    /// As the name of a setting.
    Key,
}

const PLACES: [Put; 8] = [
    Put::Environment,
    Put::DotEnv,
    Put::Option,
    Put::Settings,
    Put::ScratchUrl,
    Put::Argument,
    Put::Fleet,
    Put::Key,
];

const COMMANDS: [&[&str]; 19] = [
    &["status"],
    &["check"],
    &["check", "--format", "json"],
    &["upgrade"],
    &["upgrade", "--sql"],
    &["upgrade", "--dry-run"],
    &["downgrade", "base"],
    &["current"],
    &["history", "-v"],
    &["verify"],
    &["review"],
    &["repair"],
    &["stats"],
    &["schema", "database"],
    &["stamp", "head"],
    &["init"],
    &["-m", "x"],
    &["diff", "database", "model"],
    &["lint", "schema.sql"],
];

/// What is wrong with the project.
const MODELS: [&str; 3] = [
    "CREATE TABLE t (id integer PRIMARY KEY);\n",
    "CREATE TABLE t (id integer PRIMARY KEY,,);\n",
    "CREATE TABLE t (id integer REFERENCES nowhere (id));\n",
];

/// Hooks say what they know of the database, and fail.
const HOOKS: &str = "[hooks]\nbefore = [\"echo $DATABASE_URL; echo $DATABASE_URL >&2; false\"]\n";

/// `stats` measures a server, which takes its time where that has much to do; what it printed until then is looked at.
const TIME: Duration = Duration::from_secs(60);

/// A URL of a form; the database is the attempt's own.
fn url(form: &str, canary: &str, database: &str) -> String {
    let server = DatabaseUrl::parse(database).unwrap();
    let at = server.secret().rsplit_once('@').unwrap().1;
    let (at, db) = at.split_once('/').unwrap();
    form.replace("{c}", canary).replace("{at}", at).replace("{db}", db)
}

/// Runs a command with the URL in its place.
fn run(project: &Project, place: Put, url: &str, command: &[&str], hooks: &str) -> Ran {
    let quoted = format!("{url:?}");
    let settings = match place {
        Put::Environment | Put::DotEnv | Put::Option | Put::Argument => String::new(),
        Put::Settings => format!("database_url = {quoted}\n"),
        Put::ScratchUrl => format!("scratch_url = {quoted}\n"),
        Put::Fleet => format!("[fleet.all]\nurls = [{quoted}]\n"),
        Put::Key => format!("{quoted} = 1\n"),
    };
    let (hooks, settings) = match place {
        Put::Fleet => ("", format!("model = \"schema.sql\"\n{settings}")),
        _ => (hooks, format!("model = \"schema.sql\"\n{settings}")),
    };
    project.write("autogen.toml", &format!("{settings}{hooks}"));
    let mut command = project.command(command);
    match place {
        Put::Environment => drop(command.env("DATABASE_URL", url)),
        Put::DotEnv => {
            project.write(".env", &format!("DATABASE_URL='{url}'\n"));
            command.env_remove("DATABASE_URL");
        }
        Put::Option => drop(command.env_remove("DATABASE_URL").args(["--database-url", url])),
        Put::Settings => drop(command.env_remove("DATABASE_URL")),
        Put::ScratchUrl | Put::Key => {}
        Put::Argument => drop(command.args([url])),
        Put::Fleet => drop(command.env_remove("DATABASE_URL").args(["--fleet", "all"])),
    }
    command.timeout(TIME).output().unwrap().into()
}

/// The files that hold a text, besides those that were given it.
fn files_with(folder: &std::path::Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.display().to_string();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if !name.ends_with("autogen.toml") && !name.ends_with(".env") {
            let bytes = std::fs::read(&path).unwrap();
            if String::from_utf8_lossy(&bytes).contains(text) {
                found.push(name);
            }
        }
    }
    found
}

fn attempt(seed: u64) -> Result<Outcome, String> {
    // All combinations, in an order that mixes them.
    let mut at = usize::try_from(seed.wrapping_mul(7_919) % 1_000_003).unwrap();
    let mut pick = |count: usize| {
        let picked = at % count;
        at /= count;
        picked
    };
    let (form, place, command) =
        (FORMS[pick(FORMS.len())], PLACES[pick(PLACES.len())], COMMANDS[pick(COMMANDS.len())]);
    let (model, hooks) = (MODELS[pick(MODELS.len())], ["", HOOKS][pick(2)]);
    let canary = format!("cAnArY{seed:x}");
    let project = Project::new(On::Sqlite);
    project.write("schema.sql", model);
    project.write("migrations/2026-01-01-000000-0000_a/up.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
    project.write("migrations/2026-01-01-000000-0000_a/down.sql", "DROP TABLE a;\n");
    let start = Instant::now();
    let database = Project::new(On::Postgres);
    let ran = run(&project, place, &url(form, &canary, &database.url), command, hooks);
    let is_late = start.elapsed() >= TIME;
    let what = format!("{form} by {place:?}, {command:?}, {model:?}, {hooks:?}");
    let Ran { code, out, err } = &ran;
    let said = format!("{out}{err}");
    if said.contains(&canary) || said.to_lowercase().contains(&canary.to_lowercase()) {
        return Err(format!("{what} shows the password:\n{said}"));
    }
    let held = files_with(project.path(), &canary);
    if !held.is_empty() {
        return Err(format!("{what}: the password is in {held:?}"));
    }
    if is_late {
        return Ok(Outcome::Refused(format!("{} took over {TIME:?}", command[0])));
    }
    if *code < 0 || *code == 101 || said.contains("panicked") {
        return Err(format!("{what} ended with {code}:\n{said}"));
    }
    Ok(Outcome::Held)
}

#[test]
fn secrets() {
    Attack { name: "secrets", on: "the command line".to_owned(), small: 60, at_once: AT_ONCE }.run(attempt);
}
