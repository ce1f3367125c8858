#!/bin/bash
# The package for rpm; called by make.sh, with its variables.
set -euo pipefail
. build/packages/stage.sh
root=$work/rpm-stage
export PREFIX=/usr DOCDIR=/usr/share/doc/tcptop
stage "$root"
compress "$root/usr/share/man/man8/tcptop.8"
stamp "$root"

# The directories of shells that may not be installed are ours, too, as is usual; the licences so that rpm knows them for what they are.
files=$(cd "$root" && find . -type f -printf '/%P\n' | LC_ALL=C sort | sed -E 's:^(.*/LICENSE[^/]*|.*/NOTICES)$:%license \1:; t; s:^(/usr/share/doc/.*):%doc \1:; t; s:^(/etc/.*):%config(noreplace) \1:')
for directory in doc/tcptop bash-completion bash-completion/completions fish fish/vendor_completions.d zsh zsh/site-functions; do
    files+=$'\n'"%dir /usr/share/$directory"
done
# What is inside, for who looks for a library with a fault.
bundled=$(sed -nE 's/^ +"name": "(libbpf|libelf|zlib)",/\1/p; s/^ +"version": "([^"]*)",/\1/p' "$release/tcptop.cdx.json" |
    awk '/^(libbpf|libelf|zlib)$/ { name = $0; next } name { print "Provides:       bundled(" name ") = " $0; name = "" }')
awk -v version="$version" -v stage="$root" -v date="$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')" -v files="$files" -v bundled="$bundled" \
    '{ gsub("@VERSION@", version); gsub("@STAGE@", stage); gsub("@DATE@", date) } /^@FILES@$/ { $0 = files } /^@BUNDLED@$/ { $0 = bundled } { print }' \
    packaging/rpm/tcptop.spec.in > "$work/tcptop.spec"
# A database and a home of its own: the host's settings of rpm are not ours.
rpmbuild -bb --quiet --target "$rpm-linux" --define "_topdir $work/rpm" --define "_dbpath $work/rpmdb" --define "_rpmdir $out" \
    --define "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$work/tcptop.spec" > "$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
