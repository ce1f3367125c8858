"""Reads rows with python's own readers, strictly, and prints what a test asks of them.

usage: read_rows.py csv|json FILE     a line a row: TIMESTAMP LOCAL_PORT REMOTE_PORT CLOSED COOKIE BYTES_OUT PROCESS-IN-HEX PID

Ends with 1 where a row is not whole, or has other fields than the first.
"""

import csv
import json
import sys


def rows(form, path):
    with open(path, encoding="utf-8", errors="strict", newline="") as file:
        text = file.read()
    if form == "json":
        assert text == "" or text.endswith("\n"), "the last line is not whole"
        return [json.loads(line) for line in text.split("\n")[:-1]]
    assert text.endswith("\r\n"), "the last row is not whole"
    header, *lines = csv.reader(text.splitlines(keepends=True), strict=True)
    for line in lines:
        assert len(line) == len(header), line
    return [dict(zip(header, line)) for line in lines]


found = rows(*sys.argv[1:3])
for row in found:
    assert list(row) == list(found[0]), row
    process = (row["process"] or "").encode().hex() or "-"
    closed = str(row["closed"]).lower()
    bytes_out = "-" if row["bytes_out"] in (None, "") else row["bytes_out"]
    print(row["timestamp"], row["local_port"], row["remote_port"], closed, row["cookie"], bytes_out, process, row["pid"] or "-")
