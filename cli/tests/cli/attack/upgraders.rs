//! Many processes that upgrade one database at once, straight or through a pooler, while somebody else holds a lock or nobody does.

use std::process::Child;
use std::time::{Duration, Instant};

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{Attack, Outcome, is_long, server_name};
use autogen_fixtures::server::postgres_url;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, MysqlConnection, PgConnection, SqliteConnection};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::must_succeed;
use super::place::Place;
use crate::servers::Pooler;
use crate::support::Ran;

/// What stands between the upgraders and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hindrance {
    Nothing,
    /// Somebody holds a table, or SQLite's file, and lets it go within the time.
    HeldBriefly,
    /// They hold it for longer than anybody waits.
    HeldLong,
    SessionPooler,
    TransactionPooler,
}

const ANYWHERE: [Hindrance; 3] = [Hindrance::Nothing, Hindrance::HeldBriefly, Hindrance::HeldLong];
const POSTGRES: [Hindrance; 5] = [
    Hindrance::Nothing,
    Hindrance::HeldBriefly,
    Hindrance::HeldLong,
    Hindrance::SessionPooler,
    Hindrance::TransactionPooler,
];

/// For how long the upgraders wait; how long it takes to start and end them all comes on top.
const BUDGET: Duration = Duration::from_secs(30);
const SHORT_BUDGET: Duration = Duration::from_secs(1);
const START_AND_END: Duration = Duration::from_secs(25);

/// How many upgrade at once.
fn many() -> usize {
    if is_long() { 32 } else { 8 }
}

/// The session of somebody who holds what the first pending migration needs, as long as the value lives.
enum Holder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
    Mysql(MysqlConnection),
}

impl Holder {
    fn of(place: &Place) -> Self {
        match place.dialect {
            Dialect::Sqlite => {
                let mut holder = place.files.sqlite();
                holder.batch_execute("BEGIN IMMEDIATE").unwrap();
                Self::Sqlite(holder)
            }
            Dialect::Postgres => {
                let mut holder = PgConnection::establish(&place.url).unwrap();
                holder.batch_execute("BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE").unwrap();
                Self::Postgres(holder)
            }
            Dialect::Mysql => {
                let mut holder = MysqlConnection::establish(&place.url).unwrap();
                holder.batch_execute("LOCK TABLES a WRITE").unwrap();
                Self::Mysql(holder)
            }
        }
    }

    fn let_go(self) {
        match self {
            Self::Sqlite(mut holder) => holder.batch_execute("ROLLBACK").unwrap(),
            Self::Postgres(mut holder) => holder.batch_execute("ROLLBACK").unwrap(),
            Self::Mysql(mut holder) => holder.batch_execute("UNLOCK TABLES").unwrap(),
        }
    }
}

/// Migrations, the first of which is applied, and what the others add up to.
struct Pending {
    place: Place,
    /// How often `a.x` is counted up.
    updates: usize,
    indexes: usize,
    count: usize,
}

impl Pending {
    fn new(dialect: Dialect, random: &mut StdRng) -> Self {
        let place = Place::new(dialect);
        let mut pending = Self { place, updates: 0, indexes: 0, count: 0 };
        pending.write(
            "CREATE TABLE a (id integer PRIMARY KEY, x integer);\nINSERT INTO a VALUES (1, 1);\n",
            true,
        );
        pending.place.run(&["upgrade"]).exits(0);
        pending.count = 0;
        // Each of them needs the table.
        pending.step(0);
        for _ in 0..random.random_range(1..5) {
            pending.step(random.random_range(0..3));
        }
        pending.step(1);
        pending
    }

    fn step(&mut self, kind: u8) {
        match kind {
            0 => {
                self.updates += 1;
                self.write("UPDATE a SET x = x + 1;\n", true);
            }
            1 => {
                self.indexes += 1;
                let is_postgres = self.place.dialect == Dialect::Postgres;
                let how = if is_postgres { "CONCURRENTLY " } else { "" };
                self.write(&format!("CREATE INDEX {how}i{} ON a (x);\n", self.indexes), !is_postgres);
            }
            _ => {
                let column = format!("c{}", self.count);
                self.write(&format!("ALTER TABLE a ADD COLUMN {column} integer;\n"), true);
            }
        }
    }

    fn write(&mut self, up: &str, in_transaction: bool) {
        let folder =
            format!("migrations/2026-01-01-0000{:02}-0000_step", self.place.files.migrations().len());
        self.place.files.write(&format!("{folder}/up.sql"), up);
        self.place
            .files
            .write(&format!("{folder}/metadata.toml"), &format!("run_in_transaction = {in_transaction}\n"));
        self.count += 1;
    }

    /// Starts upgrades at once.
    fn start(&self, url: &str, budget: Duration) -> Vec<Child> {
        let budget = budget.as_secs().to_string();
        (0..many()).map(|_| self.place.start(url, &["upgrade", "--lock-timeout", &budget])).collect()
    }

    /// Everything is there once, and nobody holds a lock.
    fn must_be_done(&self) -> Result<(), String> {
        let all = self.place.files.migrations().len().to_string();
        let indexes = match self.place.dialect {
            Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'i_'",
            Dialect::Postgres => {
                "SELECT count(*) FILTER (WHERE indisvalid AND indisready) FROM pg_index \
                 WHERE indrelid = 'a'::regclass AND NOT indisprimary"
            }
            Dialect::Mysql => {
                "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME LIKE 'i_'"
            }
        };
        self.place.must_have(
            &[
                ("SELECT x FROM a", (self.updates + 1).to_string()),
                (indexes, self.indexes.to_string()),
                ("SELECT count(*) FROM __diesel_schema_migrations", all.clone()),
                ("SELECT count(DISTINCT version) FROM __diesel_schema_migrations", all),
                (locks(self.place.dialect), "0".to_owned()),
            ],
            "all is there once",
        )?;
        must_succeed(self.place.run(&["repair"]), "repair").map(drop)
    }
}

/// How many hold the migration lock of a database.
const fn locks(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "SELECT 0",
        Dialect::Postgres => {
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database \
             WHERE locktype = 'advisory' AND datname = current_database()"
        }
        Dialect::Mysql => {
            "SELECT IS_USED_LOCK(CONCAT('autogen ', LEFT(SHA2(DATABASE(), 256), 40))) IS NOT NULL"
        }
    }
}

/// Waits for all; those that end otherwise than they must are failures. Gives how many migrations they say to have applied.
fn ended(children: Vec<Child>, code: i32, limit: Duration) -> Result<usize, String> {
    let start = Instant::now();
    let mut applied = 0;
    for child in children {
        let ran = Ran::from(child.wait_with_output().unwrap());
        if ran.code != code || ran.err.contains("deadlock") || ran.err.contains("panicked") {
            return Err(format!("one ended with {} rather than {code}: {}", ran.code, ran.err));
        }
        applied += ran.err.matches("  Applied  ").count();
    }
    if start.elapsed() > limit { Err(format!("they took {:?}", start.elapsed())) } else { Ok(applied) }
}

fn attempt(dialect: Dialect, hindrance: Hindrance, poolers: &[Pooler], seed: u64) -> Result<(), String> {
    let mut random = StdRng::seed_from_u64(seed);
    let pending = Pending::new(dialect, &mut random);
    let url = &pending.place.url;
    let applied = match hindrance {
        Hindrance::Nothing => ended(pending.start(url, BUDGET), 0, BUDGET)?,
        Hindrance::SessionPooler => {
            ended(pending.start(&poolers[0].url(url), BUDGET), 0, BUDGET + START_AND_END)?
        }
        Hindrance::HeldBriefly => {
            let holder = Holder::of(&pending.place);
            let children = pending.start(url, BUDGET);
            std::thread::sleep(Duration::from_millis(random.random_range(0..2000)));
            holder.let_go();
            ended(children, 0, BUDGET)?
        }
        Hindrance::HeldLong => {
            let holder = Holder::of(&pending.place);
            ended(pending.start(url, SHORT_BUDGET), 6, SHORT_BUDGET + START_AND_END)?;
            holder.let_go();
            pending.place.must_have(
                &[("SELECT x FROM a", "1".to_owned()), (locks(dialect), "0".to_owned())],
                "held",
            )?;
            ended(pending.start(url, BUDGET), 0, BUDGET)?
        }
        Hindrance::TransactionPooler => {
            ended(pending.start(&poolers[1].url(url), BUDGET), 4, START_AND_END)?;
            pending.place.must_have(&[(locks(dialect), "0".to_owned())], "through the pooler")?;
            ended(pending.start(url, BUDGET), 0, BUDGET)?
        }
    };
    if applied != pending.count {
        return Err(format!("{applied} were applied rather than {}", pending.count));
    }
    pending.must_be_done()
}

/// As many processes as run at once are enough for the machine.
fn upgraders(dialect: Dialect, hindrances: &[Hindrance], poolers: &[Pooler], small: u64) {
    Attack { name: "upgraders", on: server_name(dialect), small, at_once: 1 }.run(|seed| {
        let at = usize::try_from(seed).expect("a seed") % hindrances.len();
        let ran = attempt(dialect, hindrances[at], poolers, seed);
        ran.map(|()| Outcome::Held).map_err(|error| format!("{:?}: {error}", hindrances[at]))
    });
}

#[test]
fn upgraders_sqlite() {
    upgraders(Dialect::Sqlite, &ANYWHERE, &[], 3);
}

#[test]
fn upgraders_postgres() {
    // One that upgrades looks at the server by a second session now and then.
    let poolers = [("session", many() + 2), ("transaction", 3)]
        .map(|(mode, size)| Pooler::start(mode, size, postgres_url()));
    upgraders(Dialect::Postgres, &POSTGRES, &poolers, 5);
}

#[cfg(feature = "mysql")]
#[test]
fn upgraders_mysql() {
    upgraders(Dialect::Mysql, &ANYWHERE, &[], 3);
}
