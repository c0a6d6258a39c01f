#!/usr/bin/env python3
"""Measures how long programs wait while a migration runs, as one file and online, and prints one table.

Usage: stalls.py AUTOGEN BIN ROWS [NAME ...]

AUTOGEN is the program, BIN the folder of PostgreSQL's programs, ROWS how many rows the changed table has; NAMEs choose among the
measurements. A throw-away server is started with its usual settings. Two writers and a reader send 200 statements a second each;
a stall is the longest time that one of their statements took.
"""
import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

RATE = 200
QUIET_SECONDS = 5

ORDERS = """CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint, status text, note text);
"""
ORDERS_REQUIRED = """CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint REFERENCES users, status text NOT NULL, note text);
CREATE INDEX orders_user ON orders (user_id);
"""
ORDERS_WIDER = ORDERS_REQUIRED.replace("note text", "note text, seen timestamptz")
ORDERS_ROWS = """INSERT INTO users SELECT i, 'u' FROM generate_series(1, 1000) AS i;
INSERT INTO orders (user_id, status, note) SELECT 1 + i % 1000, 'new', repeat('x', 60) FROM generate_series(1, {rows}) AS i;
"""
ACCOUNTS = "CREATE TABLE orders (id serial PRIMARY KEY, user_id integer, status text NOT NULL, note text);\n"
ACCOUNTS_WIDER = ACCOUNTS.replace("serial", "bigserial")
ACCOUNTS_ROWS = """INSERT INTO orders (user_id, status, note)
SELECT 1 + i % 1000, 'new', repeat('x', 60) FROM generate_series(1, {rows}) AS i;
"""

# What is measured: the model before and after, the rows, the arguments of `-m`, and what else is done.
MEASUREMENTS = {
    "plain": ("NOT NULL, foreign key and index, one file", ORDERS, ORDERS_REQUIRED, ORDERS_ROWS, [], None),
    "ordered": ("the same, strongest lock last", ORDERS, ORDERS_REQUIRED, ORDERS_ROWS, [], "ordered"),
    "online": ("the same, online", ORDERS, ORDERS_REQUIRED, ORDERS_ROWS, ["--online"], None),
    "key": ("primary key from integer to bigint, one file", ACCOUNTS, ACCOUNTS_WIDER, ACCOUNTS_ROWS, [], None),
    "key-online": ("the same, online", ACCOUNTS, ACCOUNTS_WIDER, ACCOUNTS_ROWS, ["--online"], None),
    "reader": ("instant ADD COLUMN behind a reader of 12 s", ORDERS_REQUIRED, ORDERS_WIDER, ORDERS_ROWS, [], "reader"),
}

IN_ORDER = """CREATE INDEX orders_user ON orders (user_id);
ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);
ALTER TABLE orders ALTER COLUMN status SET NOT NULL;
"""


class Server:
    """A PostgreSQL server of its own."""

    def __init__(self, programs: Path):
        self.programs, self.folder = programs, Path(tempfile.mkdtemp(prefix="autogen-stalls-"))
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]

    def __enter__(self) -> "Server":
        self.run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")
        return self

    def __exit__(self, *_: object) -> None:
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop")
        shutil.rmtree(self.folder)

    def run(self, program: str, *arguments: object) -> None:
        command = [*self.user, str(self.programs / program), *map(str, arguments)]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL)

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def psql(self, database: str) -> list[str]:
        return [str(self.programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(database)]

    def sql(self, database: str, text: str) -> str:
        done = subprocess.run(self.psql(database), input=text, text=True, check=True, stdout=subprocess.PIPE)
        return done.stdout.strip()


class Program(threading.Thread):
    """Sends a statement again and again, and notes when each began and how long it took."""

    def __init__(self, server: Server, database: str, statement, ends: threading.Event):
        super().__init__()
        self.statement, self.ends = statement, ends
        self.took: list[tuple[float, float]] = []
        self.failed = False
        self.child = subprocess.Popen(server.psql(database), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self) -> None:
        due = time.perf_counter()
        while not self.ends.is_set():
            begun = time.perf_counter()
            self.child.stdin.write(f"{self.statement()};\n\\echo done\n")
            self.child.stdin.flush()
            while (line := self.child.stdout.readline()) != "done\n":
                if not line:
                    # A thread's exit is not that of the program, so whoever waits for it asks.
                    self.failed = True
                    return
            self.took.append((begun, time.perf_counter() - begun))
            due = max(due + 1 / RATE, time.perf_counter() - 1 / RATE)
            time.sleep(max(0.0, due - time.perf_counter()))
        self.child.stdin.close()
        self.child.wait()

    def longest(self, since: float, until: float) -> tuple[float, float]:
        """Of the statements that ran in a time: how many milliseconds the longest took, and when it ended."""
        ran = ((took * 1000, begun + took) for begun, took in self.took if begun + took > since and begun < until)
        return max(ran, default=(0.0, 0.0))


def programs(server: Server, database: str, rows: int, ends: threading.Event) -> list[Program]:
    """Two writers and a reader."""
    some = lambda: random.randint(1, rows)
    statements = [
        lambda: f"UPDATE orders SET status = 'seen' WHERE id = {some()}",
        lambda: "INSERT INTO orders (user_id, status) VALUES (1, 'new')",
        lambda: f"SELECT status FROM orders WHERE id = {some()}",
    ]
    return [Program(server, database, statement, ends) for statement in statements]


@contextlib.contextmanager
def long_reader(server: Server, database: str):
    """A transaction that reads for 12 s."""
    text = "BEGIN; SELECT count(*) FROM orders WHERE id < 10; SELECT pg_sleep(12); COMMIT;"
    with subprocess.Popen(server.psql(database), text=True, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        child.stdin.write(text)
        child.stdin.close()
        time.sleep(0.5)
        yield


def measure(server: Server, autogen: str, rows: int, name: str) -> str:
    """A line of the table."""
    title, before, after, values, arguments, also = MEASUREMENTS[name]
    database = name.replace("-", "_")
    server.sql("postgres", f"CREATE DATABASE {database}")
    with tempfile.TemporaryDirectory() as folder:
        def run(*command: str) -> list[tuple[float, str]]:
            """Gives each line of what it says, with the time."""
            environment = {**os.environ, "DATABASE_URL": server.url(database)}
            with subprocess.Popen([autogen, *command], cwd=folder, env=environment, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT) as child:
                said = [(time.perf_counter(), line.strip()) for line in child.stdout]
            if child.returncode:
                sys.exit(f"{name}: autogen {' '.join(command)}: {said}")
            return said

        model = Path(folder, "schema.sql")
        Path(folder, "autogen.toml").write_text('model = "schema.sql"\n')
        model.write_text(before)
        run("-m", "first")
        run("upgrade")
        server.sql(database, values.format(rows=rows) + "VACUUM ANALYZE; CHECKPOINT;")
        model.write_text(after)
        run("-m", "second", *arguments)
        folders = sorted(Path(folder, "migrations").glob("*/up.sql"))[1:]
        if also == "ordered":
            header, _ = folders[0].read_text().split("\n\n", 1)
            folders[0].write_text(f"{header}\n\n{IN_ORDER}")
            run("rehash")
        ends = threading.Event()
        running = programs(server, database, rows, ends)
        for program in running:
            program.start()
        time.sleep(QUIET_SECONDS)
        with long_reader(server, database) if also == "reader" else contextlib.nullcontext():
            begun = time.perf_counter()
            said = run("upgrade")
            done = time.perf_counter()
        ends.set()
        for program in running:
            program.join()
            if program.failed:
                sys.exit("a program's statement failed")
        run("check")
    *writers, reader = running
    write, at = max(program.longest(begun, done) for program in writers)
    during = [line.split("_")[-1] for when, line in said if when < at and line.startswith("Applying")]
    quiet, _ = max(program.longest(begun - QUIET_SECONDS + 1, begun) for program in writers)
    read, _ = reader.longest(begun, done)
    server.sql("postgres", f"DROP DATABASE {database}")
    times = f"{done - begun:.1f} s | {write:,.0f} ms | {during[-1] if during else '-'} | {read:,.0f} ms | {quiet:,.0f} ms"
    return f"| {title} | {len(folders)} | {times} |"


def main() -> None:
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    autogen, folder, rows, *names = sys.argv[1:]
    print("| migration | folders | takes | longest write | during | longest read | longest write before |\n|---|---|---|---|---|---|---|")
    with Server(Path(folder).resolve()) as server:
        for name in names or MEASUREMENTS:
            print(measure(server, str(Path(autogen).resolve()), int(rows), name), flush=True)


if __name__ == "__main__":
    main()
