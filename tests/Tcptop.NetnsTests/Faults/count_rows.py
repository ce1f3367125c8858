"""Counts the lines of its input, says when they begin, each 20,000, and how long the longest
is at its end: "rows N longest BYTES"."""
import sys

STEP = 20_000
count = longest = 0
for line in sys.stdin.buffer:
    count += 1
    if count == 1:
        print("begun", flush=True)
    longest = max(longest, len(line))
    if count % STEP == 0:
        print("rows", count, flush=True)
print("rows", count, "longest", longest, flush=True)
