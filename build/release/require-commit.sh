#!/bin/sh
# Fails where the tree has something that no commit has: what is released is what a commit says.
changes=$(git status --porcelain 2>&1) || { echo "error: a release is built from a commit, but git says: $changes" >&2; exit 1; }
[ -z "$changes" ] && exit 0
echo "error: a release is built from a commit, but this tree has changes: commit or stash $(echo "$changes" | awk '{ print $2 }' | head -n 5 | paste -sd' ')" >&2
exit 1
