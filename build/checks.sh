# Sourced by scripts that check: check "what" command..., as often as needed, then conclude, which ends with "N passed, N failed".
passed=0
failed=0

check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok: $what"
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

conclude() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
