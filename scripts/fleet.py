#!/usr/bin/env python3
"""Times `autogen … --fleet` with nothing to do beside opening the same databases and reading one row of each, and three migrations
in 1,000 schemas beside a loop of psql over the same files.

Usage: fleet.py AUTOGEN URL [PREFIX]

URL is a PostgreSQL database of a server that nobody else uses: databases are made there, which begin with PREFIX (`fleet_bench`) and are
dropped in the end. `psql` has to be on the path. Ratios are to the floor: what Python's sqlite3, or one psql, takes for it.
"""
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
HISTORY = "1000-01-01-000000-0000_first"


def timed(command: list[str], folder: Path, text: str | None = None, rounds: int = ROUNDS) -> tuple[float, float, str]:
    """The best wall clock of some runs, the most memory in MB, and what the last one printed."""
    best, memory, printed = 1e9, 0.0, ""
    for _ in range(rounds):
        with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as taken:
            given.write(text or "")
            given.seek(0)
            start = time.perf_counter()
            with subprocess.Popen(command, cwd=folder, stdin=given, stdout=taken, stderr=taken) as child:
                _, status, usage = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            best, memory = min(best, time.perf_counter() - start), max(memory, usage.ru_maxrss / 1024)
            taken.seek(0)
            printed = taken.read()
        if child.returncode:
            sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{printed[-2000:]}")
    return best, memory, printed


def report(name: str, took: float, floor: float, memory: float) -> None:
    """A line of the table."""
    print(f"{name:<42} {took:7.2f} s {floor:7.2f} s {took / floor:6.2f} {memory:7.0f} MB", flush=True)


def upgrade(autogen: str, fleet: str, folder: Path, count: int) -> tuple[float, float]:
    """Upgrades all, and then times the same with nothing to do."""
    subprocess.run([autogen, "upgrade", "--fleet", fleet], cwd=folder, check=True, capture_output=True)
    took, memory, printed = timed([autogen, "upgrade", "--fleet", fleet], folder)
    if f"{count}  unchanged" not in printed:
        sys.exit(printed[-2000:])
    return took, memory


def files(autogen: str, folder: Path, count: int) -> None:
    """SQLite files. One is upgraded, and the others are copies of it."""
    dbs = folder / f"files{count}"
    dbs.mkdir()
    (folder / "autogen.toml").write_text(f'[fleet.files]\nglob = "{dbs.name}/*.db"\n')
    (dbs / "0.db").touch()
    upgrade(autogen, "files", folder, 1)
    first = (dbs / "0.db").read_bytes()
    for number in range(1, count):
        (dbs / f"{number}.db").write_bytes(first)
    took, memory = upgrade(autogen, "files", folder, count)
    start = time.perf_counter()
    for path in dbs.iterdir():
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            connection.execute("SELECT version FROM __diesel_schema_migrations").fetchone()
    report(f"{count} SQLite files, nothing to do", took, time.perf_counter() - start, memory)


def psql(url: str, text: str) -> None:
    """Runs SQL."""
    subprocess.run(["psql", "-Xqv", "ON_ERROR_STOP=1", url], input=text, text=True, check=True, capture_output=True)


# What an upgrade leaves behind, in a schema of its own.
COPY = """CREATE SCHEMA {to}; SET search_path = {to};
CREATE TABLE __diesel_schema_migrations (LIKE {of}.__diesel_schema_migrations INCLUDING ALL);
CREATE TABLE __autogen_history (LIKE {of}.__autogen_history INCLUDING ALL);
CREATE TABLE __autogen_schema (LIKE {of}.__autogen_schema INCLUDING ALL);
INSERT INTO __diesel_schema_migrations SELECT * FROM {of}.__diesel_schema_migrations;
INSERT INTO __autogen_history SELECT * FROM {of}.__autogen_history;
INSERT INTO __autogen_schema SELECT * FROM {of}.__autogen_schema;
"""


def schemas(autogen: str, folder: Path, url: str, count: int) -> None:
    """Tenants as schemas of one database."""
    (folder / "autogen.toml").write_text(f'database_url = "{url}"\n[fleet.tenants]\nschemas = "tenant_*"\n')
    psql(url, "CREATE SCHEMA tenant_0;")
    upgrade(autogen, "tenants", folder, 1)
    for start in range(1, count, 100):
        numbers = range(start, min(start + 100, count))
        psql(url, "BEGIN;" + "".join(COPY.format(to=f"tenant_{n}", of="tenant_0") for n in numbers) + "COMMIT;")
    took, memory = upgrade(autogen, "tenants", folder, count)
    text = "".join(f"SELECT version FROM tenant_{n}.__diesel_schema_migrations;\n" for n in range(count))
    floor, _, _ = timed(["psql", "-Xqt", url], folder, text)
    report(f"{count} schemas of PostgreSQL, nothing to do", took, floor, memory)


def tenants(autogen: str, folder: Path, url: str, count: int, parallel: int) -> None:
    """Three migrations in each of many schemas, beside `xargs -P` and one psql for each."""
    project = folder / "tenants"
    texts = ["CREATE TABLE users (id integer PRIMARY KEY);", "ALTER TABLE users ADD COLUMN name text;", "CREATE INDEX users_name ON users (name);"]
    for number, text in enumerate(texts):
        migration = project / "migrations" / f"100{number}-01-01-000000-0000_m"
        migration.mkdir(parents=True)
        (migration / "up.sql").write_text(f"{text}\n")
        (project / f"{number}.sql").write_text(f"BEGIN;\n{text}\nCOMMIT;\n")
    (project / "autogen.toml").write_text(f'database_url = "{url}"\n[fleet.tenants]\nschemas = "tenant_*"\n')
    for start in range(0, count, 100):
        numbers = range(start, min(start + 100, count))
        psql(url, "".join(f"CREATE SCHEMA tenant_{n}; CREATE SCHEMA loop_{n};" for n in numbers))
    names = "\n".join(f"loop_{number}" for number in range(count))
    each = f"PGOPTIONS=-csearch_path={{}} psql -Xqv ON_ERROR_STOP=1 -f 0.sql -f 1.sql -f 2.sql '{url}'"
    loop = f"xargs -P{parallel} -I{{}} sh -c \"{each}\""
    floor, _, _ = timed(["sh", "-c", loop], project, names, rounds=1)
    fleet = [autogen, "upgrade", "--fleet", "tenants", "--parallel", str(parallel)]
    took, memory, printed = timed(fleet, project, rounds=1)
    if f"{count}  changed" not in printed:
        sys.exit(printed[-2000:])
    report(f"{count} schemas, three migrations, {parallel} at once", took, floor, memory)


def databases(autogen: str, folder: Path, url: str, prefix: str, count: int) -> None:
    """Databases of one server, copies of one that was upgraded."""
    base = url.rsplit("/", 1)[0]
    names = [f"{prefix}_{number}" for number in range(count)]
    (folder / "list.txt").write_text(f"{base}/{names[0]}\n")
    (folder / "autogen.toml").write_text('[fleet.all]\nfile = "list.txt"\n')
    psql(url, f"CREATE DATABASE {names[0]};")
    try:
        upgrade(autogen, "all", folder, 1)
        psql(url, "".join(f"CREATE DATABASE {name} TEMPLATE {names[0]};\n" for name in names[1:]))
        (folder / "list.txt").write_text("".join(f"{base}/{name}\n" for name in names))
        took, memory = upgrade(autogen, "all", folder, count)
        text = "".join(f"\\c {name}\nSELECT version FROM __diesel_schema_migrations;\n" for name in names)
        floor, _, _ = timed(["psql", "-Xqt", url], folder, text)
        report(f"{count} databases of PostgreSQL, nothing to do", took, floor, memory)
    finally:
        psql(url, "".join(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);\n" for name in names))


def main() -> None:
    """Makes a project and measures."""
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    autogen, url, prefix = os.path.abspath(sys.argv[1]), sys.argv[2], (sys.argv[3:] or ["fleet_bench"])[0]
    os.environ.pop("DATABASE_URL", None)
    base = url.rsplit("/", 1)[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        migration = folder / "migrations" / HISTORY
        migration.mkdir(parents=True)
        (migration / "up.sql").write_text("CREATE TABLE users (id integer PRIMARY KEY);\n")
        print(f"{'':<42} {'autogen':>9} {'floor':>9} {'ratio':>6} {'memory':>10}")
        files(autogen, folder, 1_000)
        files(autogen, folder, 10_000)
        psql(url, f"CREATE DATABASE {prefix}_schemas;")
        try:
            schemas(autogen, folder, f"{base}/{prefix}_schemas", 1_000)
        finally:
            psql(url, f"DROP DATABASE {prefix}_schemas WITH (FORCE);")
        psql(url, f"CREATE DATABASE {prefix}_tenants;")
        try:
            tenants(autogen, folder, f"{base}/{prefix}_tenants", 1_000, 8)
        finally:
            psql(url, f"DROP DATABASE {prefix}_tenants WITH (FORCE);")
        databases(autogen, folder, url, prefix, 200)


if __name__ == "__main__":
    main()
