# fish completion for tcptop. Made from the command line itself by "make completions": change it there.

# What stands before the last comma or sign stays.
function __tcptop_fields
    set -l token (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    set -l before (string match -r '^.*[,+-]' -- $token)
    for name in $argv
        echo "$before$name"
    end
end

complete -c tcptop -f
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l interval -x -d 'Seconds between refreshes, 0.1 to 3600, fractions allowed (default 1)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -s a -l all -d 'Also show LISTEN, TIME_WAIT and SYN_RECV sockets'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l udp-idle -x -d 'Seconds without a datagram after which a UDP flow ends, 0.1 to 3600 (default 5)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l columns -x -a '(__tcptop_fields timestamp proto local_addr local_port remote_addr remote_port pid process state bytes_in bytes_out packets_in packets_out rate_in rate_out rtt_us closed cookie netns cgroup uid age_s retransmits interface netns_name container user command executable process_started holders drops accept_queue accept_limit local remote rate_total queue min_rtt_us send_failed_bytes cwnd ssthresh mss rttvar_us receive_rtt_us rto_us timeouts probes unacked_bytes unsent_bytes unread_bytes send_window receive_window send_buffer receive_buffer delivery_rate pacing_rate busy_ms rwnd_limited_ms sndbuf_limited_ms lost dsacks reordering reorder_seen out_of_order data_segments_out data_segments_in delivered retransmit_share congestion)' -d 'Columns, on the screen and in every output: NAME,NAME, or +NAME and -NAME to change the usual ones; see tcptop fields'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l sort -x -a '(__tcptop_fields timestamp proto local_addr local_port remote_addr remote_port pid process state bytes_in bytes_out packets_in packets_out rate_in rate_out rtt_us closed cookie netns cgroup uid age_s retransmits interface netns_name container user command executable process_started holders drops accept_queue accept_limit local remote rate_total queue min_rtt_us send_failed_bytes cwnd ssthresh mss rttvar_us receive_rtt_us rto_us timeouts probes unacked_bytes unsent_bytes unread_bytes send_window receive_window send_buffer receive_buffer delivery_rate pacing_rate busy_ms rwnd_limited_ms sndbuf_limited_ms lost dsacks reordering reorder_seen out_of_order data_segments_out data_segments_in delivered retransmit_share congestion)' -d 'Sort by this field: amounts from the largest, all else from the first; -FIELD: the other way round (default rate_total)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l port -x -d 'Only connections with this port at either end'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l local-port -x -d 'Only connections with this local port'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l remote-port -x -d 'Only connections with this remote port'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l pid -x -a '(__fish_complete_pids)' -d 'Only connections of this process'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l process -x -d 'Only connections of processes whose name contains NAME, ignoring case'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l interface -x -a '(__fish_print_interfaces)' -d 'Only connections whose route uses this device'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l tcp -d 'Only TCP'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l udp -d 'Only UDP (with --tcp: both, the default)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -s b -l batch -d 'Print snapshots to standard output instead of the full-screen view'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l format -x -a 'text json csv' -d 'Batch output format: text, json (one object per line) or csv (default text)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l log -r -F -d 'Write CSV to FILE (- for standard output) until stopped; overwrites an existing FILE; SIGUSR1 reopens it'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l append -d 'With --log: append to an existing FILE instead of overwriting it'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -s n -x -d 'Exit after COUNT refreshes'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l max-rows -x -d 'Write at most COUNT rows per refresh, 0 for all (default 1000000)'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l top -x -d 'Only the first COUNT live rows, and all that ended'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l closed-only -d 'Only connections that ended, a row each'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l changed -d 'Only connections that moved data, began, ended or changed state since the last refresh'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l bytes -d 'Text for awk: exact numbers, no blanks inside a value, no summary line'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l no-header -d 'No column names in text and CSV'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l now -d 'With -n 1: print the first reading at once, without rates, instead of a second one'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l no-color -d 'Draw the screen without colours, as NO_COLOR in the environment does'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -l version -d 'Show version, commit, libbpf and runtime, and exit'
complete -c tcptop -n 'not __fish_seen_subcommand_from trace fields' -s h -l help -d 'Show this help and exit'
complete -c tcptop -n __fish_use_subcommand -a trace -d 'Prints a line for each send, receive and TCP state change, as it happens. Events that a filter rejects cost next to nothing.'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l port -x -d 'Only events with this port at either end'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l local-port -x -d 'Only events with this local port'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l remote-port -x -d 'Only events with this remote port'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l pid -x -a '(__fish_complete_pids)' -d 'Only events of this process'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l process -x -d 'Only events of processes whose name contains NAME, ignoring case'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l interface -x -a '(__fish_print_interfaces)' -d 'Only events whose route uses this device'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l tcp -d 'Only TCP'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l udp -d 'Only UDP (with --tcp: both, the default)'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l format -x -a 'text json' -d 'Output format: text, or json with one object per line (default text)'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -s n -x -d 'Exit after COUNT events'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -l buffer -x -d 'Memory for events waiting to be printed: bytes, or 512K, 16M, 1G; rounded up to a power of two (default 4M)'
complete -c tcptop -n '__fish_seen_subcommand_from trace' -s h -l help -d 'Show this help and exit'
complete -c tcptop -n __fish_use_subcommand -a fields -d 'Lists every field: its name for --columns and --sort, its unit, and what it means. Needs no root.'
complete -c tcptop -n '__fish_seen_subcommand_from fields' -l format -x -a 'text json' -d 'Output format: text, or json with one object per line (default text)'
complete -c tcptop -n '__fish_seen_subcommand_from fields' -s h -l help -d 'Show this help and exit'
