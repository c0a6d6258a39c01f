#!/usr/bin/env python3
"""Times `autogen diff A B` and `pg_dump --schema-only A` in turns, and prints the ratio of the medians.

Usage: bench.py ROUNDS AUTOGEN URL_A URL_B
"""
import statistics
import subprocess
import sys
import time


def seconds(command: list[str]) -> float:
    """How long a command takes; it must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Runs both in turns, so that a noisy machine disturbs both alike."""
    rounds, autogen, a, b = int(sys.argv[1]), *sys.argv[2:5]
    times: dict[str, list[float]] = {"autogen diff A B": [], "pg_dump --schema-only A": []}
    for _ in range(rounds):
        times["autogen diff A B"].append(seconds([autogen, "diff", a, b, "--format", "sql", "--exit-code"]))
        times["pg_dump --schema-only A"].append(seconds(["pg_dump", "--schema-only", a]))
    medians = {name: statistics.median(all_) for name, all_ in times.items()}
    for name, all_ in times.items():
        print(f"{name:26} median {medians[name] * 1000:7.0f} ms   best {min(all_) * 1000:7.0f} ms   of {rounds}")
    print(f"ratio of the medians: {medians['autogen diff A B'] / medians['pg_dump --schema-only A']:.2f}")


if __name__ == "__main__":
    main()
