# bash completion for tcptop. Made from the command line itself by "make completions": change it there.

_tcptop_among() {
    local name
    for name; do
        [[ $name == "$cur"* ]] && COMPREPLY+=("$name")
    done
}

# What stands before the last comma or sign stays.
_tcptop_fields() {
    local before=${cur%"${cur##*[,+-]}"} name
    compopt -o nospace
    for name; do
        [[ $before$name == "$cur"* ]] && COMPREPLY+=("$before$name")
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
            trace|fields) command=$word ;;
        esac
    done
    case $command:$prev in
        :--interval | :--udp-idle | :--port | :--local-port | :--remote-port | :--process | :-n | :--max-rows | :--top)
            return ;;
        :--columns | :--sort)
            _tcptop_fields timestamp proto local_addr local_port remote_addr remote_port pid process state bytes_in bytes_out packets_in packets_out rate_in rate_out rtt_us closed cookie netns cgroup uid age_s retransmits interface netns_name container user command executable process_started holders drops accept_queue accept_limit local remote rate_total queue min_rtt_us send_failed_bytes cwnd ssthresh mss rttvar_us receive_rtt_us rto_us timeouts probes unacked_bytes unsent_bytes unread_bytes send_window receive_window send_buffer receive_buffer delivery_rate pacing_rate busy_ms rwnd_limited_ms sndbuf_limited_ms lost dsacks reordering reorder_seen out_of_order data_segments_out data_segments_in delivered retransmit_share congestion
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
        fields:--format)
            _tcptop_among text json
            return ;;
    esac
    case $command in
        '') _tcptop_among --interval -a --all --udp-idle --columns --sort --port --local-port --remote-port --pid --process --interface --tcp --udp -b --batch --format --log --append -n --max-rows --top --closed-only --changed --bytes --no-header --now --no-color --version -h --help trace fields ;;
        'trace') _tcptop_among --port --local-port --remote-port --pid --process --interface --tcp --udp --format -n --buffer -h --help ;;
        'fields') _tcptop_among --format -h --help ;;
    esac
}

complete -F _tcptop tcptop
