#!/usr/bin/env python3
"""Holds what autogen says of how long statements take against how long they take (PostgreSQL), and prints one table.

Usage: estimates.py AUTOGEN URL PREFIX ROWS...

URL is a server's database; databases whose names begin with PREFIX are made there, and dropped at the end. For each number of
rows a table is filled, `autogen stats` reads its size and measures the server, and each change is planned from a project whose
model has it. Its statements then run in a copy of the database, so that none sees what another one left. The last column is the
time that it took, divided by the middle of the estimate. What is over within 0.2 seconds does not count. Exit code 1 where one is beyond a factor of two.
"""
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TABLES = """
CREATE TABLE parent (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE big (id bigint PRIMARY KEY, n integer, parent_id bigint, email text, note text, score integer{columns});
CREATE INDEX big_score ON big (score);
INSERT INTO parent SELECT i, md5(i::text) FROM generate_series(1, {parents}) i;
INSERT INTO big SELECT i, hashint8(i), 1 + abs(hashint8(i)::bigint) % {parents}, md5(i::text) || '@example.org', repeat('x', i % 120), i % 1000{values}
  FROM generate_series(1, {rows}) i;
VACUUM ANALYZE;
"""

# What rows hold besides: nothing, or twenty columns and half a kilobyte.
SHAPES = {
    "small rows": ("", ""),
    "wide rows": (
        "".join(f", a{i} integer, b{i} timestamptz" for i in range(10)) + ", doc text",
        ", i, now()" * 10 + ", repeat(md5(i::text), 16)",
    ),
}

# What is changed: a text of the model, what stands there instead, and what is added behind the model.
CHANGES = {
    "scan: check": (None, None, "ALTER TABLE big ADD CONSTRAINT big_score_check CHECK (score >= 0);"),
    "scan: not null": ("email text", "email text NOT NULL", ""),
    "rewrite: type": ("n integer", "n bigint", ""),
    "rewrite: volatile default": ("parent_id bigint", "parent_id bigint, code uuid NOT NULL DEFAULT gen_random_uuid()", ""),
    "build: integer": (None, None, "CREATE INDEX big_n ON big (n);"),
    "build: text": (None, None, "CREATE INDEX big_email ON big (email);"),
    "build: unique, 2 columns": (None, None, "CREATE UNIQUE INDEX big_n_id ON big (n, id);"),
    "foreign key": (None, None, "ALTER TABLE big ADD CONSTRAINT big_parent FOREIGN KEY (parent_id) REFERENCES parent (id);"),
    "build concurrently": (None, None, "CREATE INDEX big_n ON big (n);"),
    "backfill": ("parent_id bigint", "parent_id bigint, code uuid NOT NULL DEFAULT gen_random_uuid()", ""),
}
ONLINE = {"build concurrently": "index", "backfill": "fill"}


def main() -> None:
    autogen, url, prefix, sizes = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3], [int(rows) for rows in sys.argv[4:]]
    print(f"{'':28} {'rows':>9} {'low s':>8} {'high s':>8} {'took s':>8} {'took / middle':>14}")
    worst = 1.0
    base, copy = f"{prefix}_base", f"{prefix}_copy"
    for rows in sizes:
        for shape in SHAPES:
            print(f"{shape}:")
            try:
                worst = max(worst, *measured(autogen, url, base, copy, (rows, shape)))
            finally:
                for name in (base, copy):
                    psql(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    print(f"farthest from the middle: a factor of {worst:.2f}")
    sys.exit(1 if worst > 2 else 0)


def measured(autogen: str, url: str, base: str, copy: str, table: tuple[int, str]) -> list[float]:
    """Measures all changes of a table; gives how far each is from the middle, as a factor."""
    rows, (columns, values) = table[0], SHAPES[table[1]]
    psql(url, f"CREATE DATABASE {base}")
    start = time.monotonic()
    psql(at(url, base), "SELECT 1;")
    client = time.monotonic() - start
    psql(at(url, base), TABLES.format(rows=rows, parents=max(rows // 10, 1), columns=columns, values=values))
    factors = []
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *arguments: autogen_run(autogen, folder, at(url, base), arguments)
        run("init")
        run("stamp", "head")
        run("stats", "--out", "stats.json")
        model = (Path(folder) / "schema.sql").read_text()
        for name, (old, new, added) in CHANGES.items():
            if old is not None and old not in model:
                sys.exit(f"{name}: the model has no {old}")
            changed = model if old is None else model.replace(old, new)
            (Path(folder) / "schema.sql").write_text(f"{changed}\n{added}\n")
            low, high, before, timed = planned(run, Path(folder), name)
            psql(url, f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
            psql(url, f"CREATE DATABASE {copy} TEMPLATE {base} STRATEGY FILE_COPY")
            psql(at(url, copy), before + "CHECKPOINT;")
            start = time.monotonic()
            psql(at(url, copy), timed)
            took = time.monotonic() - start - client
            ratio = took / math.sqrt(low * high)
            # What is over in a moment is no matter, and the clock has no better grain with a client to be started.
            if max(took, high) >= 0.2:
                factors.append(max(ratio, 1 / ratio))
            print(f"{name:28} {rows:9} {low:8.2f} {high:8.2f} {took:8.2f} {ratio:14.2f}", flush=True)
    return factors or [1.0]


def planned(run, folder: Path, name: str) -> tuple[float, float, str, str]:
    """The estimate of a change, what runs before it, and its statements."""
    part = ONLINE.get(name)
    if part is None:
        statements = json.loads(run("diff", "--format", "json"))["statements"]
        estimates = [statement["estimate"] for statement in statements if "estimate" in statement]
        low, high = (sum(estimate[end] for estimate in estimates) for end in ("low_seconds", "high_seconds"))
        return low, high, "", "".join(f"{statement['sql']};\n" for statement in statements)
    run("-m", "change", "--online")
    written = sorted(path for path in (folder / "migrations").iterdir() if "_change" in path.name)
    texts = [(path.name, (path / "up.sql").read_text()) for path in written]
    place = next(i for i, (_, text) in enumerate(texts) if "-- takes  " in text and (len(texts) == 1 or part in texts[i][0]))
    text = texts[place][1]
    low, high = map(float, re.search(r"^-- takes    ([\d.]+) s to ([\d.]+) s$", text, re.MULTILINE).groups())
    for path in written:
        subprocess.run(["rm", "-r", path], check=True)
    run("rehash", "--no-verify")
    return max(low, 0.05), high, "".join(text for _, text in texts[:place]), text


def at(url: str, database: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{database}"


def psql(url: str, sql: str) -> None:
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url]
    done = subprocess.run(command, input=sql, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{sql[:200]}: {done.stderr}")


def autogen_run(autogen: str, folder: str, url: str, arguments) -> str:
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run([autogen, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"autogen {' '.join(arguments)}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
