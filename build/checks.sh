# Sourced by scripts that check: check "what" command..., as often as needed, then conclude, which names again what failed and ends with "N passed, N failed".
passed=0
failed=0
failures=() # lines that conclude repeats

check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok: $what"
    else
        failed=$((failed + 1))
        failures+=("FAILED: $what")
        echo "FAILED: $what"
    fi
}

conclude() {
    [ "$failed" = 0 ] || printf '%s\n' "${failures[@]}"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
