#!/bin/sh
# Fails on anything that groff warns of in the manual pages named, and on a line that does not fit a terminal of 80 columns.
set -eu
for page in "$@"; do
    warnings=$(groff -man -Tutf8 -ww -rLL=78n -z "$page" 2>&1)
    [ -z "$warnings" ] || { echo "$warnings" >&2; exit 1; }
    wide=$(MANWIDTH=80 man -l "$page" 2> /dev/null | col -bx | awk 'length > 80')
    [ -z "$wide" ] || { printf '%s: wider than 80 columns:\n%s\n' "$page" "$wide" >&2; exit 1; }
done
