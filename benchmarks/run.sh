#!/bin/sh
# Builds the programs of the benchmarks and prints the report of all benchmarks. As root, on a quiet machine.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "error: the benchmarks run tcptop, which needs root: sudo make bench" >&2; exit 77; }
build/install-packages.sh clang=clang python3=python3
mkdir -p artifacts/benchmarks
clang -O2 -Wall -Wextra -Werror -o artifacts/benchmarks/load benchmarks/overhead/load.c
"${DOTNET:-dotnet}" publish benchmarks/Tcptop.ScreenBenchmark -c Release -r "${RID:-linux-x64}" -o artifacts/benchmarks/screen --nologo -v quiet -clp:ErrorsOnly
exec python3 benchmarks/measure.py out/tcptop artifacts/benchmarks/load artifacts/benchmarks/screen/Tcptop.ScreenBenchmark "$@"
