#!/bin/bash
# Releases and packs the commit of this tree twice, from two clones in directories of other names and at other times, and compares; ends with one line,
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
. build/checks.sh
rid=$1
version=$(build/version.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trees=("$work/a" "$work/another-directory/of-another-depth/tree")

released() {
    git clone -q . "$1" && make -s -C "$1" release packages RID="$rid"
}
same() { cmp "${trees[0]}/out/$1" "${trees[1]}/out/$1"; }

check "the commit is released" released "${trees[0]}"
check "and once more from elsewhere" released "${trees[1]}"
for file in "release/$rid/tcptop" "release/$rid/tcptop.dbg" "release/$rid/tcptop.cdx.json" "release/$rid/NOTICES" SHA256SUMS \
    $(cd "${trees[0]}/out" && ls tcptop*"$version"*); do
    check "$file is the same, bit for bit" same "$file"
done
sha256sum "${trees[0]}"/out/release/*/tcptop | cut -d ' ' -f 1
conclude
