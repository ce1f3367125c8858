"""nethogs and iftop: what each says it has counted, in bytes."""

import re

UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "b": 1 / 8, "Kb": 128, "Mb": 128 << 10, "Gb": 128 << 20}


def nethogs(text):
    """Both ways, of all processes that it names: `-v 2` is a running total of each for as long as it shows it."""
    highest = {}
    for line in text.splitlines():
        fields = line.rsplit("\t", 2)
        if len(fields) == 3 and not fields[0].startswith("unknown "):
            try:
                highest[fields[0]] = max(highest.get(fields[0], 0), float(fields[1]) + float(fields[2]))
            except ValueError:
                continue
    return round(sum(highest.values())) if text else None


def iftop(text):
    """Both ways, of the device; it prints three digits."""
    found = re.findall(r"^Cumulative \(sent/received/total\):\s+\S+\s+\S+\s+([\d.]+)(\w+)", text, re.MULTILINE)
    return round(float(found[-1][0]) * UNITS[found[-1][1]]) if found else None
