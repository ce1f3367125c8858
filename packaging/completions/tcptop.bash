# bash completion for tcptop. Made from the command line itself by "make completions": change it there.

_tcptop_among() {
    local name
    for name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$name")
    done
}

_tcptop() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= word
    COMPREPLY=()
    # bash takes --flag=value for three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            trace) command=$word ;;
        esac
    done
    case $command:$prev in
        :--interval | :--udp-idle | :--port | :--local-port | :--remote-port | :--process | :-n | :--max-rows)
            return ;;
        :--pid)
            local pids=(/proc/[0-9]*)
            _tcptop_among "${pids[@]##*/}"
            return ;;
        :--interface)
            local devices=(/sys/class/net/*)
            _tcptop_among "${devices[@]##*/}"
            return ;;
        :--format)
            _tcptop_among text json csv
            return ;;
        :--log)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        trace:--port | trace:--local-port | trace:--remote-port | trace:--process | trace:-n | trace:--buffer)
            return ;;
        trace:--pid)
            local pids=(/proc/[0-9]*)
            _tcptop_among "${pids[@]##*/}"
            return ;;
        trace:--interface)
            local devices=(/sys/class/net/*)
            _tcptop_among "${devices[@]##*/}"
            return ;;
        trace:--format)
            _tcptop_among text json
            return ;;
    esac
    case $command in
        '') _tcptop_among --interval -a --all --udp-idle --port --local-port --remote-port --pid --process --interface --tcp --udp -b --batch --format --log --append -n --max-rows --no-color --version -h --help trace ;;
        'trace') _tcptop_among --port --local-port --remote-port --pid --process --interface --tcp --udp --format -n --buffer -h --help ;;
    esac
}

complete -F _tcptop tcptop
