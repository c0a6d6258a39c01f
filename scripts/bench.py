#!/usr/bin/env python3
"""Times autogen on a schema beside the server's own dump of it, in turns, and prints one table.

Usage: bench.py ROUNDS AUTOGEN URL_A URL_B SCHEMA

URL_A and URL_B are two databases that SCHEMA was run in: of PostgreSQL, of MySQL or MariaDB, or files of SQLite. A project is
made in a temporary folder, with SCHEMA as its model. Times are medians in seconds: of the wall clock, and of the processor for
the program itself (the server's part is its own). Ratios are to the dump, or to the floor where a dump asks less than a
comparison needs (SQLite).
"""
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path


# Above so many tables what runs the whole model is left out: it takes minutes, and says no more.
LARGE = 2000


class Work:
    """A command, and what its runs took."""

    def __init__(self, name: str, command: list[str], folder: str, url: str, codes: tuple[int, ...] = (0,)):
        self.name, self.command, self.folder, self.codes = name, command, folder, codes
        self.environment = {**os.environ, "DATABASE_URL": url}
        self.wall: list[float] = []
        self.processor: list[float] = []
        self.memory = 0.0

    def run(self) -> None:
        """Runs it once; it must end as it should."""
        start = time.perf_counter()
        with subprocess.Popen(self.command, cwd=self.folder, env=self.environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - start)
        if child.returncode not in self.codes:
            sys.exit(f"{self.name}: {' '.join(self.command)} ended with {child.returncode}")
        self.processor.append(usage.ru_utime + usage.ru_stime)
        self.memory = max(self.memory, usage.ru_maxrss / 1024)


# Catalogs as any reader of a schema needs them: the least that a comparison can cost.
FLOOR = {
    "postgres": """SELECT * FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public';
SELECT a.*, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid) FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND attrelid >= 16384;
SELECT *, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid >= 16384;
SELECT *, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid >= 16384;""",
    "mysql": """SELECT * FROM information_schema.tables WHERE table_schema = database();
SELECT * FROM information_schema.columns WHERE table_schema = database();
SELECT * FROM information_schema.statistics WHERE table_schema = database();
SELECT * FROM information_schema.key_column_usage WHERE table_schema = database();
SELECT * FROM information_schema.table_constraints WHERE table_schema = database();
SELECT * FROM information_schema.referential_constraints WHERE constraint_schema = database();
SELECT * FROM information_schema.check_constraints WHERE constraint_schema = database();""",
}


def sqlite_floor(path: str) -> None:
    """Reads every table and index as SQLite tells them."""
    with sqlite3.connect(path) as connection:
        read = lambda sql: connection.execute(sql).fetchall()
        for name, kind in read("SELECT name, type FROM sqlite_schema WHERE sql IS NOT NULL"):
            asked = ["table_xinfo", "foreign_key_list", "index_list"] if kind == "table" else ["index_xinfo"]
            for pragma in asked:
                read(f'PRAGMA {pragma}("{name}")')


def yardsticks(url: str) -> list[list[str]]:
    """The commands of the floor and the dump; SQLite has the floor alone."""
    if url.startswith("sqlite:"):
        return [[sys.executable, os.path.abspath(__file__), "--sqlite-floor", url.removeprefix("sqlite:")]]
    if url.startswith("mysql:"):
        found = urllib.parse.urlsplit(url)
        at = ["--no-defaults", f"-h{found.hostname}", f"-P{found.port}", f"-u{found.username}"]
        database = found.path.lstrip("/")
        return [["mariadb", *at, "--batch", "-e", FLOOR["mysql"], database],
                ["mariadb-dump", *at, "--no-data", "--routines", "--triggers", database]]
    return [["psql", "-qAt", "-c", FLOOR["postgres"], url], ["pg_dump", "--schema-only", url]]


def project(folder: str, autogen: str, url: str, schema: str) -> None:
    """A project whose database and model are the same, which autogen knows."""
    (Path(folder) / "schema.sql").write_text(schema)
    environment = {**os.environ, "DATABASE_URL": url}
    for arguments in (["init"], ["stamp", "head"], ["check"]):
        done = subprocess.run([autogen, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"autogen {' '.join(arguments)}: {done.stderr}")


def main() -> None:
    """Runs everything in turns, so that a noisy machine disturbs all alike."""
    rounds, autogen, a, b = int(sys.argv[1]), os.path.abspath(sys.argv[2]), *sys.argv[3:5]
    schema = Path(sys.argv[5]).read_text()
    with tempfile.TemporaryDirectory() as same, tempfile.TemporaryDirectory() as other:
        project(same, autogen, a, schema)
        shutil.copytree(same, other, dirs_exist_ok=True)
        table = schema.split("CREATE TABLE ")[2].split(" (")[0]
        (Path(other) / "schema.sql").write_text(f"{schema}\nALTER TABLE {table} ADD COLUMN nick text;\n")
        works = [
            *[Work(name, command, same, a) for name, command in zip(["floor: the catalog alone", "dump of the schema"], yardsticks(a))],
            Work("diff A B", [autogen, "diff", a, b, "--exit-code"], same, a),
            Work("check, nothing changed", [autogen, "check"], same, a),
            Work("check --full", [autogen, "check", "--full"], same, a),
            Work("diff, one column more", [autogen, "diff"], other, a),
            Work("-m, one column more", [autogen, "-m", "nick", "--dry-run"], other, a),
            Work("-m --full", [autogen, "-m", "nick", "--dry-run", "--full"], other, a),
        ]
        if schema.count("CREATE TABLE ") > LARGE:
            works = [work for work in works if "--full" not in work.command]
        for _ in range(rounds):
            for work in works:
                work.run()
    measure = works[len(yardsticks(a)) - 1]
    dump = statistics.median(measure.wall)
    print(f"{'':30} {'wall s':>8} {'x ' + measure.name.split(maxsplit=1)[0].strip(':'):>7} {'program s':>10} {'MiB':>6}   medians of {rounds}")
    for work in works:
        wall, processor = statistics.median(work.wall), statistics.median(work.processor)
        print(f"{work.name:30} {wall:8.2f} {wall / dump:7.2f} {processor:10.2f} {work.memory:6.0f}")


if __name__ == "__main__":
    if sys.argv[1] == "--sqlite-floor":
        sqlite_floor(sys.argv[2])
    else:
        main()
