#!/usr/bin/env python3
"""Names lines of C# and C of more than 120 characters. What one text alone makes too wide may stay whole."""
import os
import re
import subprocess
import sys

WIDEST = 120
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
RAW_TEXT = '"""'


def is_too_wide(line):
    """Without what is in its longest text."""
    longest = max((len(text) - len('""') for text in TEXT.findall(line)), default=0)
    return len(line) - longest > WIDEST


def too_wide(path):
    in_text = False
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n").expandtabs(8)
            is_text_only = in_text and RAW_TEXT not in line
            if line.count(RAW_TEXT) % 2:
                in_text = not in_text
            if not is_text_only and is_too_wide(line):
                yield f"{path}:{number}: {len(line)} characters, where {WIDEST} are allowed"


files = subprocess.run(["git", "ls-files", "*.cs", "*.c", "*.h"], capture_output=True, text=True, check=True).stdout
wide = [line for path in files.split() if os.path.exists(path) for line in too_wide(path)]
print("\n".join(wide), end="\n" if wide else "")
sys.exit(1 if wide else 0)
