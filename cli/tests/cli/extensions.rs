//! Databases with extensions: as many of those that are packaged as this machine has.

#![expect(clippy::print_stderr, reason = "a run says which extensions it was on")]

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use crate::servers::PostgresServer;
use crate::support::{On, Project, Ran, value_at};

/// Those that a run looks for. PostgreSQL's own are always there; the others are Debian's packages `postgresql-15-…`.
const EXTENSIONS: &[&str] = &[
    "citext",
    "hstore",
    "ltree",
    "cube",
    "earthdistance",
    "btree_gist",
    "btree_gin",
    "pg_trgm",
    "pgcrypto",
    "uuid-ossp",
    "intarray",
    "isn",
    "seg",
    "lo",
    "tablefunc",
    "postgres_fdw",
    "file_fdw",
    "dblink",
    "bloom",
    "unaccent",
    "fuzzystrmatch",
    "postgis",
    "postgis_raster",
    "postgis_topology",
    "postgis_tiger_geocoder",
    "pgrouting",
    "pointcloud",
    "pg_partman",
    "hll",
    "ip4r",
    "periods",
    "pgtap",
    "rum",
    "prefix",
    "semver",
    "pgmp",
    "orafce",
    "pg_rational",
    "numeral",
    "q3c",
    "jsquery",
    "tdigest",
    "unit",
    "first_last_agg",
    "asn1oid",
    "hypopg",
    "pg_similarity",
    "pgq",
    "pgaudit",
    "pg_repack",
    "table_log",
    "set_user",
    "icu_ext",
    "plpgsql_check",
    "pg_track_settings",
    "pldbgapi",
];

/// Those that the server has to load when it starts.
const PRELOADED: [&str; 2] = ["pgaudit", "set_user"];

/// A column that changes its type: an extension, the name, what it is before and after, and a value.
const COLUMNS: &[(&str, &str, &str, &str, &str)] = &[
    ("citext", "ct", "text", "citext DEFAULT 'x'", "'a'"),
    ("hstore", "hs", "hstore", "jsonb", "'a=>1'"),
    ("ltree", "lt", "ltree", "text", "'a.b'"),
    ("isn", "isb", "isbn", "ean13", "'978-0-393-04002-9'"),
    ("postgis", "geo", "geometry(Point,4326)", "geometry(Point,3857)", "NULL"),
    ("postgis", "geog", "geometry(Point,4326)", "geography", "'SRID=4326;POINT(1 2)'"),
    ("postgis", "shape", "box3d", "geometry", "'BOX3D(0 0 0,1 1 1)'"),
    ("postgis_raster", "rast", "raster", "raster", "NULL"),
    ("postgis_topology", "topo", "topology.topogeometry", "topology.topogeometry", "NULL"),
    ("hll", "h", "bytea", "hll DEFAULT hll_empty()", "NULL"),
    ("ip4r", "ip", "inet", "ip4r NOT NULL DEFAULT '1.1.1.1'", "'1.2.3.4'"),
    ("ip4r", "ips", "ip4r", "text", "'1.2.3.4'"),
    ("ip4r", "ipn", "ip4", "bigint", "'1.2.3.4'"),
    ("prefix", "pfx", "prefix_range", "varchar(20)", "'123'"),
    ("semver", "sv", "text", "semver DEFAULT '1.0.0'", "'2.1.0'"),
    ("semver", "svt", "semver", "text", "'2.1.0'"),
    ("pgmp", "z", "bigint", "mpz DEFAULT 7", "7"),
    ("pgmp", "q", "mpq", "integer", "'4/2'"),
    ("pg_rational", "rat", "rational", "double precision", "'1/2'"),
    ("numeral", "num", "numeral", "bigint", "'two'"),
    ("jsquery", "js", "text", "jsquery", "'a = 1'"),
    ("tdigest", "td", "tdigest", "json", "NULL"),
    ("unit", "u", "unit DEFAULT '1 m'", "unit DEFAULT '2 m'", "'3 m'"),
    ("asn1oid", "oid1", "asn1oid", "text", "'1.2.3'"),
    ("orafce", "vc", "oracle.varchar2(20)", "text", "'a'"),
    ("cube", "cu", "cube", "cube", "NULL"),
    ("seg", "sg", "seg", "seg", "NULL"),
    ("lo", "lob", "oid", "lo", "NULL"),
];

/// An index that changes: an extension, and what stands behind `USING` before and after.
const INDEXES: &[(&str, &str, &str)] = &[
    ("pg_trgm", "gin (body gin_trgm_ops)", "gist (body gist_trgm_ops (siglen=32))"),
    ("postgis", "gist (geog)", "spgist (geo)"),
    ("postgis", "gist (geo)", "gist (geo gist_geometry_ops_nd)"),
    ("rum", "rum (words rum_tsvector_ops)", "rum (words rum_tsvector_hash_ops)"),
    ("intarray", "gist (numbers gist__int_ops)", "gist (numbers gist__intbig_ops (siglen=100))"),
    ("bloom", "bloom (id) WITH (length=80)", "bloom (id) WITH (length=160)"),
    ("q3c", "btree (q3c_ang2ipix(id, id))", "btree (q3c_ang2ipix(id, 1))"),
    ("btree_gist", "gist (id)", "gist (id) WITH (fillfactor=80)"),
    ("pg_similarity", "gin (body gin_similarity_ops)", "gin (body gin_similarity_ops) WITH (fastupdate=off)"),
];

/// What else a model has: an extension, and statements.
const OBJECTS: &[(&str, &str)] = &[
    ("postgis", "CREATE TABLE places (id integer PRIMARY KEY, srid integer REFERENCES spatial_ref_sys);"),
    ("postgis", "CREATE VIEW shown AS SELECT id, st_x(geo) AS x FROM zoo WHERE st_isvalid(geo);"),
    ("postgis", "CREATE MATERIALIZED VIEW systems AS SELECT srid FROM spatial_ref_sys;"),
    ("postgis", "CREATE DOMAIN west AS geometry(Point,4326) CHECK (st_x(VALUE) < 0);"),
    (
        "postgis",
        "GRANT SELECT ON spatial_ref_sys TO extension_reader; REVOKE SELECT ON geometry_columns FROM PUBLIC;",
    ),
    ("postgis", "GRANT EXECUTE ON FUNCTION st_area(geometry) TO extension_reader;"),
    ("postgis_topology", "CREATE TABLE topology.mine (id integer PRIMARY KEY);"),
    ("ip4r", "CREATE TABLE nets (net ip4r, room integer, EXCLUDE USING gist (net WITH &&, room WITH =));"),
    ("hll", "CREATE MATERIALIZED VIEW counted AS SELECT hll_add_agg(hll_hash_integer(id)) AS h FROM zoo;"),
    ("pgmp", "CREATE TYPE ratio AS (value mpq);"),
    ("semver", "GRANT USAGE ON TYPE semver TO extension_reader;"),
    ("orafce", "GRANT USAGE ON SCHEMA oracle, dbms_random TO extension_reader;"),
    ("postgres_fdw", "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO extension_reader;"),
    ("table_log", "CREATE TABLE logged (id integer PRIMARY KEY);"),
    ("periods", "CREATE TABLE period (id integer PRIMARY KEY, since date NOT NULL, until date NOT NULL);"),
    ("pg_partman", "CREATE TABLE events (id integer, at timestamptz NOT NULL) PARTITION BY RANGE (at);"),
];

/// What extensions make when they are called, in their own schemas or as rows: none of it is a model's.
const CALLS: &[(&str, &str)] = &[("pgq", "SELECT pgq.create_queue('mail')")];

/// What they make beside the objects of a model, which a dump has.
const CALLS_BESIDE: &[(&str, &str)] = &[
    ("postgis_topology", "SELECT topology.createtopology('town', 4326)"),
    ("table_log", "SELECT table_log_init(5, 'logged')"),
    ("periods", "SELECT periods.add_period('period', 'validity', 'since', 'until')"),
    ("periods", "SELECT periods.add_system_time_period('period')"),
    ("periods", "SELECT periods.add_system_versioning('period')"),
    ("pg_partman", "SELECT create_parent('public.events', 'at', 'native', 'daily')"),
];

/// A server with what is installed of the list.
struct Zoo {
    server: PostgresServer,
    there: BTreeSet<&'static str>,
}

impl Zoo {
    fn start() -> Self {
        let mut server = PostgresServer::new();
        server.start();
        let there: BTreeSet<&str> = {
            let offered = offered(&server);
            EXTENSIONS.iter().copied().filter(|name| offered.contains(*name)).collect()
        };
        let loaded: Vec<&str> = PRELOADED.into_iter().filter(|name| there.contains(name)).collect();
        if !loaded.is_empty() {
            server.stop("fast");
            server.set(&format!(
                "-c shared_preload_libraries={} -c max_locks_per_transaction=512",
                loaded.join(",")
            ));
            server.start();
        }
        eprintln!("the extensions that are here: {}", there.iter().copied().collect::<Vec<_>>().join(", "));
        let mut admin = PgConnection::establish(&server.url()).unwrap();
        // Those of pgq, which a scratch database would not make.
        for role in ["extension_reader", "pgq_admin", "pgq_reader", "pgq_writer"] {
            admin.batch_execute(&format!("CREATE ROLE {role}")).unwrap();
        }
        admin.batch_execute("CREATE DATABASE shop").unwrap();
        Self { server, there }
    }

    /// A model of all that is there, with the columns and indexes as they are before or after.
    fn model(&self, is_after: bool) -> String {
        let has = |name: &str| self.there.contains(name);
        let mut model: String = EXTENSIONS
            .iter()
            .filter(|name| has(name))
            .map(|name| format!("CREATE EXTENSION \"{name}\";\n"))
            .collect();
        model.push_str(
            "CREATE TABLE zoo (id integer PRIMARY KEY, body text, words tsvector, numbers integer[]",
        );
        for (_, name, before, after, _) in COLUMNS.iter().filter(|column| has(column.0)) {
            model.push_str(&format!(",\n    {name} {}", if is_after { after } else { before }));
        }
        model.push_str(");\n");
        for (number, (_, before, after)) in INDEXES.iter().filter(|index| has(index.0)).enumerate() {
            let index = if is_after { after } else { before };
            model.push_str(&format!("CREATE INDEX zoo_{number} ON zoo USING {index};\n"));
        }
        let objects =
            OBJECTS.iter().filter(|object| has(object.0) && (is_after || !object.1.contains(" ON ")));
        objects.for_each(|(_, object)| model.push_str(&format!("{object}\n")));
        model
    }

    fn row(&self) -> String {
        let columns: Vec<_> = COLUMNS.iter().filter(|column| self.there.contains(column.0)).collect();
        let names: String = columns.iter().map(|column| format!(", {}", column.1)).collect();
        let values: String = columns.iter().map(|column| format!(", {}", column.4)).collect();
        format!("INSERT INTO zoo (id{names}) VALUES (1{values})")
    }

    fn call(&self, calls: &[(&str, &str)]) {
        let mut connection = PgConnection::establish(&self.server.url_of("shop")).unwrap();
        for (_, call) in calls.iter().filter(|call| self.there.contains(call.0)) {
            connection.batch_execute(call).unwrap();
        }
    }
}

/// The names of what the server offers.
fn offered(server: &PostgresServer) -> BTreeSet<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let mut connection = PgConnection::establish(&server.url()).unwrap();
    let rows: Vec<Row> =
        sql_query("SELECT name::text AS name FROM pg_available_extensions").load(&mut connection).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn what_extensions_bring_is_used_and_changed_and_never_dropped() {
    let zoo = Zoo::start();
    let url = zoo.server.url_of("shop");
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "model = \"schema.sql\"\n[manage]\ngrants = true\n");
    project.write("schema.sql", &zoo.model(false));
    std::fs::create_dir(project.path().join("migrations")).unwrap();
    let run = |arguments: &[&str]| {
        Ran::from(project.command(arguments).env("DATABASE_URL", &url).output().unwrap())
    };
    if zoo.there.contains("pgq") {
        let mut admin = PgConnection::establish(&url).unwrap();
        admin.batch_execute("DROP ROLE pgq_admin; DROP ROLE pgq_reader; DROP ROLE pgq_writer").unwrap();
        run(&["-m", "first"]).exits(4).says("it makes roles").says("pgq_admin, pgq_reader, pgq_writer");
        assert_eq!(value_at(&url, "SELECT count(*) FROM pg_roles WHERE rolname ~ '^pgq'"), "0");
        admin.batch_execute("CREATE ROLE pgq_admin; CREATE ROLE pgq_reader; CREATE ROLE pgq_writer").unwrap();
    }
    run(&["-m", "first"]).exits(0).says("Proven  up, down, up");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0);
    PgConnection::establish(&url).unwrap().batch_execute(&zoo.row()).unwrap();
    project.write("schema.sql", &zoo.model(true));
    run(&["-m", "second"]).exits(0).says("Proven  up, down, up");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0);
    assert_eq!(value_at(&url, "SELECT hs ->> 'a' FROM zoo"), "1");
    zoo.call(CALLS);
    run(&["check"]).exits(0);
    run(&["diff", "--exit-code"]).exits(0);
    if zoo.there.contains("pgq") {
        run(&["diff"]).exits(0).says("a table in a schema that belongs to an extension");
    }
}

#[test]
fn a_database_with_extensions_does_not_differ_from_what_is_printed_of_it() {
    let zoo = Zoo::start();
    let url = zoo.server.url_of("shop");
    PgConnection::establish(&url).unwrap().batch_execute(&zoo.model(true)).unwrap();
    zoo.call(CALLS_BESIDE);
    let project = Project::new(On::Sqlite);
    let printed = Ran::from(project.command(&["schema", &url]).output().unwrap()).exits(0);
    project.write("printed.sql", &printed.out);
    let same = Ran::from(project.command(&["diff", &url, "printed.sql", "--exit-code"]).output().unwrap());
    assert_eq!(same.exits(0).out, "");
}
