#!/usr/bin/env python3
"""Names lines of C# and C that are wider than 120 characters. A text that would have to be broken to fit stays whole."""
import re
import subprocess
import sys

WIDEST = 120
LONG_TEXT = re.compile(r'"(?:[^"\\]|\\.){50,}"')


def too_wide(path):
    in_text = False
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n").expandtabs(8)
            touches_text = in_text or '"""' in line
            if line.count('"""') % 2:
                in_text = not in_text
            if len(line) > WIDEST and not touches_text and not LONG_TEXT.search(line):
                yield f"{path}:{number}: {len(line)} characters, where {WIDEST} are allowed"


files = subprocess.run(["git", "ls-files", "*.cs", "*.c", "*.h"], capture_output=True, text=True, check=True).stdout
wide = [line for path in files.split() for line in too_wide(path)]
print("\n".join(wide), end="\n" if wide else "")
sys.exit(1 if wide else 0)
