"""Puts the lines of attacks into the table of a document: reliability.py DOCUMENT LINES.

A line replaces that of the same attack on the same server, and the others stay."""

import pathlib
import sys

START, END = "<!-- attacks, written by ./dev attack -->\n", "<!-- end of attacks -->\n"


def key(line):
    return tuple(part.strip() for part in line.split("|")[1:3])


document = pathlib.Path(sys.argv[1])
before, rest = document.read_text().split(START)
table, after = rest.split(END)
head, lines = table.splitlines()[:2], table.splitlines()[2:]
found = {key(line): line for line in lines}
found.update((key(line), line) for line in pathlib.Path(sys.argv[2]).read_text().splitlines())
table = "\n".join(head + [found[at] for at in sorted(found)]) + "\n"
document.write_text(before + START + table + END + after)
