#!/bin/bash
# usage: make.sh RID [VERSION]     Packs out/release/RID into out: .deb, .rpm, .tar.gz, and SHA256SUMS of them. The same input gives the same bits.
set -euo pipefail
cd "$(dirname "$0")/../.."
rid=$1
version=${2:-$(build/version.sh)}
out=${OUT:-$PWD/out}
case $rid in
    linux-x64) deb=amd64 rpm=x86_64 ;;
    linux-arm64) deb=arm64 rpm=aarch64 ;;
    *) echo "error: there are no packages for $rid, only for linux-x64 and linux-arm64" >&2; exit 1 ;;
esac
release=out/release/$rid
[ -x "$release/tcptop" ] || { echo "error: $release/tcptop is missing: run make release RID=$rid" >&2; exit 1; }
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
glibc=$(objdump -T "$release/tcptop" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH release version out work glibc deb rpm rid
umask 022
mkdir -p "$out"

for kind in deb rpm tar; do
    "build/packages/$kind.sh"
done
cd "$out"
find . -maxdepth 1 -type f \( -name 'tcptop*.deb' -o -name 'tcptop*.rpm' -o -name 'tcptop*.tar.gz' \) -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS
