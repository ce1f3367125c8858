#!/bin/bash
# Builds and runs every suite, or with "faults" the tests of what goes wrong around the shipped
# binary, and ends with one line: "N passed, N failed". A skipped test counts as failed: what a
# suite needs must be there. With BUSY=1 they run beside the traffic of tests/busy, which has to be
# there to the end.
set -uo pipefail
cd "$(dirname "$0")/.."

suites=(Tcptop.UnitTests Tcptop.NetnsTests Tcptop.TuiTests)
chosen=(-trait- kind=fault)
traffic_flags=()
if [ "${1:-}" = faults ]; then
    suites=(Tcptop.NetnsTests Tcptop.TuiTests)
    chosen=(-trait kind=fault)
    # Tables are the whole host's: in one of eight flows there is no room for others' datagrams.
    traffic_flags=(--without-udp)
fi
# What is shipped: compiled ahead of time, libbpf linked in.
export TCPTOP_BINARY=${TCPTOP_BINARY:-$PWD/out/tcptop}
configuration=debug
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo --preserve-env=TCPTOP_BINARY,TCPTOP_TEST_PATIENCE,DOTNET_ROOT,PATH)

dotnet build Tcptop.slnx --nologo -v quiet -clp:NoSummary || { echo "0 passed, 1 failed"; exit 1; }

passed=0
failed=0
log=$(mktemp)
trap 'end_traffic; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# It ends with its input, which is ours alone: also when this script is killed.
start_traffic() {
    local said=
    # Nothing is to be written into the tree.
    coproc traffic { exec "${as_root[@]}" python3 -B tests/busy/traffic.py "${traffic_flags[@]}"; }
    if ! read -r -t 300 -u "${traffic[0]}" said; then
        echo "error: the traffic to test beside did not start" >&2
        echo "0 passed, 1 failed"
        exit 1
    fi
    echo "== beside traffic: $said"
}

# Fails where the traffic was there no more.
end_traffic() {
    local process=${traffic_PID:-} input=${traffic[1]:-} said=
    [ -n "$process" ] || return 1
    exec {input}>&-
    read -r -u "${traffic[0]}" said
    wait "$process" && echo "== beside traffic: $said"
}

[ "${BUSY:-}" != 1 ] || start_traffic
for suite in "${suites[@]}"; do
    runner=()
    [ "$suite" = Tcptop.UnitTests ] || runner=("${as_root[@]}")
    echo "== $suite"
    # What needs the guests of tests/kernel-matrix is run there.
    "${runner[@]}" "artifacts/bin/$suite/$configuration/$suite" -noColor "${chosen[@]}" -trait- needs=kernel-matrix 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    if [[ "$(grep -o 'Total: .*' "$log" | tail -n 1)" =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
        bad=$((BASH_REMATCH[2] + BASH_REMATCH[3] + BASH_REMATCH[4] + BASH_REMATCH[5]))
        good=$((BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4] - BASH_REMATCH[5]))
        # A runner that fails without a failed test has failed all the same; so has one that ran nothing.
        [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
        [ "$good" -gt 0 ] || bad=$((bad + 1))
    else
        good=0
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
done
if [ "${BUSY:-}" = 1 ] && ! end_traffic; then
    echo "error: the traffic to test beside did not last" >&2
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
