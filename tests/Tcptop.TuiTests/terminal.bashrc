# The shell in the terminal of the screen tests.
PS1='$ '

# Runs a command, then says how it ended and whether it left the terminal's modes as they were.
run() {
    local before
    before=$(stty -g)
    "$@"
    echo "exit code $?"
    [ "$(stty -g)" = "$before" ] && echo "same modes"
}
