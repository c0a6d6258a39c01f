#!/usr/bin/env python3
"""Times autogen on a schema beside `pg_dump --schema-only`, in turns, and prints one table.

Usage: bench.py ROUNDS AUTOGEN URL_A URL_B SCHEMA

URL_A and URL_B are two databases that SCHEMA was run in. A project is made in a temporary folder, with SCHEMA as its model.
Times are medians in seconds: of the wall clock, and of the processor for the program itself (the server's part is its own).
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


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
FLOOR = """SELECT * FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public';
SELECT a.*, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid) FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND attrelid >= 16384;
SELECT *, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid >= 16384;
SELECT *, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid >= 16384;"""


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
        project(other, autogen, a, schema)
        table = schema.split("CREATE TABLE ")[2].split(" (")[0]
        (Path(other) / "schema.sql").write_text(f"{schema}\nALTER TABLE {table} ADD COLUMN nick text;\n")
        works = [
            Work("floor: four catalog queries", ["psql", "-qAt", "-c", FLOOR, a], same, a),
            Work("pg_dump --schema-only", ["pg_dump", "--schema-only", a], same, a),
            Work("diff A B", [autogen, "diff", a, b, "--exit-code"], same, a),
            Work("check, nothing changed", [autogen, "check"], same, a),
            Work("check --full", [autogen, "check", "--full"], same, a),
            Work("diff, one column more", [autogen, "diff"], other, a),
            Work("-m, one column more", [autogen, "-m", "nick", "--dry-run"], other, a),
            Work("-m --full", [autogen, "-m", "nick", "--dry-run", "--full"], other, a),
        ]
        for _ in range(rounds):
            for work in works:
                work.run()
    dump = statistics.median(works[1].wall)
    print(f"{'':30} {'wall s':>8} {'x dump':>7} {'program s':>10} {'MiB':>6}   medians of {rounds}")
    for work in works:
        wall, processor = statistics.median(work.wall), statistics.median(work.processor)
        print(f"{work.name:30} {wall:8.2f} {wall / dump:7.2f} {processor:10.2f} {work.memory:6.0f}")


if __name__ == "__main__":
    main()
