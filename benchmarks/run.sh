#!/bin/sh
# Builds the programs of the benchmarks and prints the report of all benchmarks, or of the sections named. As root, on a quiet machine.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "error: the benchmarks run tcptop, which needs root: sudo make bench" >&2; exit 77; }
build/install-packages.sh clang=clang python3=python3 ss=iproute2 nethogs=nethogs iftop=iftop qemu-system-x86_64=qemu-system-x86 \
    /bin/busybox=busybox-static cpio=cpio cc=gcc /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring >&2
mkdir -p artifacts/benchmarks
clang -O2 -Wall -Wextra -Werror -o artifacts/benchmarks/load benchmarks/overhead/load.c
"${DOTNET:-dotnet}" publish benchmarks/Tcptop.ScreenBenchmark -c Release -r "${RID:-linux-x64}" -o artifacts/benchmarks/screen --nologo -v quiet -clp:ErrorsOnly
exec python3 benchmarks/measure.py out/tcptop artifacts/benchmarks/load artifacts/benchmarks/screen/Tcptop.ScreenBenchmark "$@"
