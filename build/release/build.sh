#!/bin/bash
# usage: build.sh RID      makes out/release/RID: tcptop, tcptop.dbg with its symbols, and the list of what is inside. Only of what a commit has.
set -euo pipefail
cd "$(dirname "$0")/../.."
rid=$1
artifacts=$PWD/artifacts/release/$rid
sysroot=$PWD/artifacts/sysroot/$rid
out=out/release/$rid

build/release/require-commit.sh
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

build/release/sysroot.py "$rid" "$sysroot"

case $rid in
    linux-arm64) target=arm64 triple=aarch64-linux-gnu ;;
    *) target=x86 triple=x86_64-linux-gnu ;;
esac

# Everything anew: the build does not notice when nothing but the place of a library has changed.
rm -rf "$artifacts" "$out"
dotnet publish src/Tcptop -c Release -r "$rid" -o "$artifacts/publish" --nologo -v quiet -clp:ErrorsOnly \
    -p:ArtifactsPath="$artifacts" -p:SysRoot="$sysroot/libc" -p:BpfSysRoot="$sysroot/libraries" \
    -p:NativeLibDir="$sysroot/libraries/usr/lib/$triple" -p:BpfTarget=$target -p:BpfTriple=$triple
mkdir -p "$out"
cp "$artifacts/publish/tcptop" "$artifacts/publish/tcptop.dbg" "$out/"
git rev-parse HEAD > "$out/commit"
# Says which compilers made it, for nobody; tcptop.cdx.json says it for all.
llvm-objcopy --remove-section .comment "$out/tcptop"
build/release/inside.py "$rid" "$artifacts" "$sysroot" "$out" "$(build/version.sh)" "$(git rev-parse HEAD)"
