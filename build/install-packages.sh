#!/bin/sh
# Installs the packages that are missing from those named on the command line as PROBE=PACKAGE, where PROBE is a command or an absolute file.
# No package manager is called when nothing is missing. With WITHOUT_SERVICES=1 what the packages would start is not started, unless the host has
# a policy-rc.d of its own that lets it, and not left enabled.
set -eu

missing=
for pair in "$@"; do
    probe=${pair%%=*}
    package=${pair#*=}
    case $probe in
        # A pattern, where a path has a version in it.
        /*) for file in $probe; do [ -e "$file" ] && continue 2; done ;;
        *) command -v "$probe" > /dev/null 2>&1 && continue ;;
    esac
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get > /dev/null 2>&1; then
    echo "error: this build needs these packages, by their Debian names:$missing" >&2
    echo "Install the equivalents of your distribution, then run make again." >&2
    exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo > /dev/null 2>&1; then
        echo "error: packages are missing and there is no sudo; run as root: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing:$missing"
# An old package list may name files that are gone; a fresh one is worth its seconds only when something is to be installed.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq

enabled() {
    if command -v systemctl > /dev/null 2>&1; then
        systemctl --root=/ list-unit-files --state=enabled --no-legend 2> /dev/null | cut -d ' ' -f 1 | sort
    fi
}

# Debian asks this program before it starts a service; 101 is no.
policy=/usr/sbin/policy-rc.d
policy_is_ours=

leave_as_it_was() {
    trap '' INT TERM HUP
    [ -z "$policy_is_ours" ] || $as_root rm -f "$policy"
    for unit in $(enabled); do
        printf '%s\n' "$before" | grep -qxF "$unit" || $as_root systemctl --root=/ --quiet disable "$unit"
    done
}

if [ "${WITHOUT_SERVICES:-}" = 1 ]; then
    before=$(enabled)
    # A signal of its own does not make dash run what is trapped at the exit.
    trap leave_as_it_was EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if [ -e "$policy" ]; then
        echo "note: $policy already exists on this host and decides whether services are started" >&2
    else
        policy_is_ours=1
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" > /dev/null
        $as_root chmod 755 "$policy"
    fi
fi
# shellcheck disable=SC2086 # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
