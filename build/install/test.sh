#!/bin/bash
# Installs out/tcptop under a directory and a prefix of its own, uses it from there, and takes it away; ends with one line, "N passed, N failed".
# As root, or what needs root is asked of sudo.
set -uo pipefail
cd "$(dirname "$0")/../.."
. build/checks.sh
root=$(mktemp -d)
chmod 755 "$root"
trap 'rm -rf "$root"' EXIT
sudo=()
[ "$(id -u)" = 0 ] || sudo=(sudo)
ordinary=(setpriv --reuid=65534 --regid=65534 --clear-groups)

files() { (cd "$1" && find . -type f | sort); }
installs() { make -s install DESTDIR="$root/stage" PREFIX=/opt/net; }
everything_is_there() {
    [ "$(files "$root/stage")" = "$(sed 's:^:./opt/net/:' << 'END'
etc/logrotate.d/tcptop
lib/systemd/system/tcptop@.service
sbin/tcptop
share/bash-completion/completions/tcptop
share/doc/tcptop/CHANGELOG.md
share/doc/tcptop/LICENSE
share/doc/tcptop/LICENSE.bpf
share/doc/tcptop/README.md
share/doc/tcptop/how-it-counts.md
share/doc/tcptop/limits.md
share/doc/tcptop/output.md
share/doc/tcptop/trace.md
share/fish/vendor_completions.d/tcptop.fish
share/man/man8/tcptop.8
share/zsh/site-functions/_tcptop
END
)" ]
}
others_may_read_it() { [ -z "$(find "$root/stage" ! -perm -a+r)" ] && [ "$(stat -c %a "$root/stage/opt/net/sbin/tcptop")" = 755 ]; }
it_is_the_binary() { cmp out/tcptop "$root/stage/opt/net/sbin/tcptop"; }
manual_is_found() { MANPATH="$root/stage/opt/net/share/man" man -w tcptop | grep -q "^$root/stage/opt/net/"; }
bash_completes() {
    [ "$(bash -c '. "$1"; COMP_WORDS=(tcptop --inter); COMP_CWORD=1; $(complete -p tcptop | sed "s/.*-F \([^ ]*\).*/\1/"); echo "${COMPREPLY[0]}"' \
        - "$root/stage/opt/net/share/bash-completion/completions/tcptop")" = --interval ]
}
unit_starts_it() { grep -qx 'ExecStart=/opt/net/sbin/tcptop --log .*' "$root/stage/opt/net/lib/systemd/system/tcptop@.service"; }
prefix_alone_installs() { make -s install PREFIX="$root/prefix" && "$root/prefix/sbin/tcptop" --version > /dev/null; }
unit_is_right() { systemd-analyze verify --man=no "$root/prefix/lib/systemd/system/tcptop@.service" > "$root/said" 2>&1 && [ ! -s "$root/said" ] || { cat "$root/said"; false; }; }
unit_is_hardened() {
    systemd-analyze security --no-pager --offline=yes --threshold=20 "$root/prefix/lib/systemd/system/tcptop@.service" > "$root/said" 2>&1 || { tail -n 1 "$root/said"; false; }
}
uninstalls() { make -s uninstall DESTDIR="$root/stage" PREFIX=/opt/net && [ -z "$(files "$root/stage")" ] && [ ! -e "$root/stage/opt/net/share/doc/tcptop" ]; }
leaves_what_others_have() {
    touch "$root/prefix/share/man/man8/other.8"
    make -s uninstall PREFIX="$root/prefix" && [ "$(files "$root/prefix")" = ./share/man/man8/other.8 ]
}
uninstalls_again() { make -s uninstall PREFIX="$root/prefix"; }

# The lines that README.md gives are those that are tried, but for the place.
capabilities_of_line() { grep -oE 'setcap cap_[a-z_,]+=p' README.md | sed -n "s/^setcap //; $1p"; }
set_capabilities() { [ -n "$1" ] && "${sudo[@]}" setcap "$1" "$root/capable/sbin/tcptop"; }
ordinary_user_runs() { "${sudo[@]}" "${ordinary[@]}" timeout 20 "$root/capable/sbin/tcptop" --batch --format csv -n 1; }
is_installed_to_be_capable() { make -s install PREFIX="$root/capable"; }
# What is in reach with some is not with less; the connection is root's.
shows_a_connection() { ordinary_user_runs 2> /dev/null | grep -q "^[^,]*,tcp,127.0.0.1,$port,"; }
runs_with_the_first_line() { set_capabilities "$(capabilities_of_line 1)" && shows_a_connection; }
runs_with_the_second_line() { set_capabilities "$(capabilities_of_line 2)" && shows_a_connection; }
# As README.md once had it, and as files still have it.
kept_file_runs() { set_capabilities "$(capabilities_of_line 1 | sed 's/=p$/=ep/')" && shows_a_connection; }
# What the user names is opened with his rights; what he cannot reach stays as it is.
writes_nothing_of_others() {
    local form said
    mkdir -m 700 "$root/private" && echo kept > "$root/private/file" && chmod 666 "$root/private/file" || return 1
    for form in p ep; do
        set_capabilities "$(capabilities_of_line 2 | sed "s/=p\$/=$form/")" || return 1
        said=$("${sudo[@]}" "${ordinary[@]}" timeout 20 "$root/capable/sbin/tcptop" --log "$root/private/file" -n 1 2>&1)
        [ "$said" = "error: cannot open log file $root/private/file: Permission denied" ] || return 1
    done
    [ "$(cat "$root/private/file")" = kept ]
}
nothing_needs_more() { ! ordinary_user_runs 2>&1 > /dev/null | grep 'needs CAP_'; }
# Where functions are hooked instead, UDP needs nothing more.
udp_is_seen_or_said() {
    set_capabilities cap_bpf,cap_perfmon=p || return 1
    ordinary_user_runs > "$root/rows" 2> "$root/notes" || return 1
    grep -q 'not seen: UDP.*CAP_NET_ADMIN' "$root/notes" || { set_capabilities "$(capabilities_of_line 1)" && ! ordinary_user_runs 2>&1 > /dev/null | grep 'UDP'; }
}
# refuses_without LACKING CAPABILITIES
refuses_without() {
    local said status
    set_capabilities "$2" || return 1
    said=$(ordinary_user_runs 2>&1)
    status=$?
    [ "$status" = 77 ] && [ "$said" = "$(printf 'error: tcptop requires root privileges. Run with sudo.\nThis process lacks %s.' "$1")" ]
}
refuses_with_none() {
    local said status
    "${sudo[@]}" setcap -r "$root/capable/sbin/tcptop"
    said=$(ordinary_user_runs 2>&1)
    status=$?
    [ "$status" = 77 ] && [ "$said" = "error: tcptop requires root privileges. Run with sudo." ]
}

check "make install with DESTDIR and PREFIX" installs
check "every file is in its place, and no other" everything_is_there
check "all may read them, and run the program" others_may_read_it
check "what is installed is the binary that was built" it_is_the_binary
check "man finds the page" manual_is_found
check "bash completes by the file" bash_completes
check "the unit starts what was installed" unit_starts_it
check "make install with PREFIX alone" prefix_alone_installs
check "systemd has nothing to say of the unit" unit_is_right
check "systemd takes its exposure for 2 of 10 at most" unit_is_hardened
check "make uninstall leaves nothing behind" uninstalls
check "make uninstall leaves what is not ours" leaves_what_others_have
check "make uninstall where nothing is installed" uninstalls_again
check "make install for the capabilities" is_installed_to_be_capable
python3 - "$root/port" << 'END' &
import os, socket, sys, time

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
accepted, _ = listener.accept()
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(client.getsockname()[1]))
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(120)
END
holder=$!
for _ in $(seq 100); do [ -e "$root/port" ] && break; sleep 0.1; done
port=$(cat "$root/port")
check "an ordinary user runs it with the first line of README.md, and sees a connection of root" runs_with_the_first_line
check "an ordinary user runs it with the second line of README.md" runs_with_the_second_line
check "and nothing more is asked for" nothing_needs_more
check "so he does with a file of an older version's capabilities" kept_file_runs
check "with either he writes to no file that he cannot reach" writes_nothing_of_others
check "without CAP_NET_ADMIN UDP is seen, or said not to be" udp_is_seen_or_said
check "without CAP_BPF it is refused, and CAP_BPF named" refuses_without CAP_BPF cap_perfmon,cap_net_admin=p
check "without CAP_PERFMON it is refused, and CAP_PERFMON named" refuses_without CAP_PERFMON cap_bpf,cap_net_admin=p
check "without any it is refused as for every ordinary user" refuses_with_none
kill "$holder"
conclude
