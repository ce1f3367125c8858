#!/bin/bash
# usage: check.sh RID      Looks whether out/release/RID is what a release has to be; ends with one line, "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
rid=$1
out=out/release/$rid
binary=$out/tcptop
sysroot=$PWD/artifacts/sysroot/$rid
largest=$((14 * 1000 * 1000))
. build/checks.sh

glibc=$(sed -n 's/.*"glibc": "\(.*\)".*/\1/p' "$sysroot/inputs.json")
[ "$glibc" = 2.28 ] || echo "note: the oldest supported Debian is no longer served; this build links against a newer one and needs glibc $glibc"

newest_glibc() { objdump -T "$binary" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -Vu | tail -n 1; }
needs_no_newer() { [ "$(printf '%s\n' "$glibc" "$(newest_glibc)" | sort -V | tail -n 1)" = "$glibc" ]; }
no_other_versions() { ! objdump -T "$binary" | grep '\*UND\*' | grep -oE '\([A-Z][A-Z0-9_]*_[0-9.]+\)' | grep -v GLIBC_; }
libc_alone() { ! readelf -d "$binary" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -vE '^(lib(c|m|dl|rt|pthread)\.so\.[0-9]|ld-linux-.*)$'; }
no_search_path() { ! readelf -d "$binary" | grep -E 'RPATH|RUNPATH'; }
stripped() { ! readelf -S "$binary" | grep -E '\.(symtab|debug_)'; }
names_its_symbols() { readelf --string-dump=.gnu_debuglink "$binary" | grep -q tcptop.dbg; }
build_id() { readelf -n "$1" 2> /dev/null | sed -n 's/.*Build ID: //p'; }
same_build() { [ -n "$(build_id "$binary")" ] && [ "$(build_id "$binary")" = "$(build_id "$out/tcptop.dbg")" ]; }
symbols_are_there() { readelf -S "$out/tcptop.dbg" 2> /dev/null | grep -q '\.debug_info'; }
# A fixed address or a stack that can be run would be a step back; full RELRO is what "now" and the segment together make.
hardened() {
    readelf -h "$binary" | grep -q 'Type:.*DYN' && readelf -lW "$binary" | grep -q GNU_RELRO && readelf -d "$binary" | grep -q NOW &&
        ! readelf -lW "$binary" | grep 'GNU_STACK.*E '
}
small() { [ "$(stat -c %s "$binary")" -le "$largest" ]; }
no_places() { ! strings -a "$binary" | grep -F -e "$PWD" -e "$HOME/."; }
# Another architecture's binary starts under QEMU, with the C library that it was linked against; that has no eBPF, so this is all that it can do there.
run=()
[ "$rid" = linux-x64 ] || run=(qemu-aarch64-static -L "$sysroot/libc")
of_this_commit() { [ "$("${run[@]}" "$binary" --version | head -n 2)" = "$(printf 'tcptop %s\ncommit %s' "$(build/version.sh)" "$(git rev-parse HEAD)")" ]; }
says_what_is_inside() { "${run[@]}" "$binary" --version | grep -qE '^libbpf [0-9]+\.[0-9]+$' && "${run[@]}" "$binary" --version | grep -qE "^runtime \.NET .* ahead of time, $rid$"; }
helps() { "${run[@]}" "$binary" --help | grep -q '^  --interval SECONDS'; }
refuses_an_ordinary_user() {
    local ordinary=() said status
    [ "$(id -u)" != 0 ] || ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    said=$("${ordinary[@]}" "${run[@]}" "$binary" --batch -n 1 2>&1)
    status=$?
    [ "$status" = 77 ] && [ "$said" = "error: tcptop requires root privileges. Run with sudo." ]
}
list_names() { grep -q "\"name\": \"$1\"" "$out/tcptop.cdx.json"; }
notices_have() { grep -q "^$1 " "$out/NOTICES"; }
refuses_changes() {
    local clone said status
    clone=$(mktemp -d)
    git clone -q . "$clone/tree"
    echo "# changed" >> "$clone/tree/Makefile"
    said=$("$clone/tree/build/release/build.sh" "$rid" 2>&1)
    status=$?
    rm -rf "$clone"
    [ "$status" = 1 ] && [ "$said" = "error: a release is built from a commit, but this tree has changes: commit or stash Makefile" ]
}

check "it needs no newer glibc than $glibc (it needs $(newest_glibc))" needs_no_newer
check "all versions of symbols that it needs are of glibc" no_other_versions
check "it needs no library but those of the C library" libc_alone
check "it looks for libraries in no place of its own" no_search_path
check "it is stripped" stripped
check "it says where its symbols are" names_its_symbols
check "its symbols are those of the same build" same_build
check "its symbols are there" symbols_are_there
check "it can be loaded anywhere, and has neither a writable table nor a stack that runs" hardened
check "it is no larger than $largest bytes (it has $(stat -c %s "$binary"))" small
check "it has no place of this machine in it" no_places
check "it says its version, and the commit that it is of" of_this_commit
check "it says which libbpf and runtime are in it" says_what_is_inside
check "it helps" helps
check "it tells an ordinary user to use sudo, with exit code 77" refuses_an_ordinary_user
check "a tree with changes is not released" refuses_changes
for part in libbpf libelf zlib System.CommandLine Wcwidth "Microsoft.NETCore.App.Runtime.NativeAOT.$rid"; do
    check "the list of what is inside names $part" list_names "$part"
    check "the licences have that of $part" notices_have "$part"
done
conclude
