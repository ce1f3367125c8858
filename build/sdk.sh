#!/bin/sh
# usage: sdk.sh DOTNET      Whether this .NET SDK starts, and is one that global.json takes. Where
# it lacks libicu alone, that is installed. Otherwise it says what is wrong in the SDK's own words,
# and in its last line what to run against it.
set -u
cd "$(dirname "$0")/.."
dotnet=$1

wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' global.json)
channel=${wanted%.*}
sudo=
[ "$(id -u)" = 0 ] || sudo="sudo "

# What a distribution calls by this name is often of an earlier feature band than global.json's.
apt_has_it() {
    candidate=$(LC_ALL=C apt-cache policy "dotnet-sdk-$channel" 2> /dev/null |
        sed -n 's/^ *Candidate: *\([0-9].*\)/\1/p')
    [ -n "$candidate" ] && dpkg --compare-versions "$candidate" ge "$wanted"
}

line_for_sdk() {
    if apt_has_it; then
        echo "${sudo}apt-get install -y dotnet-sdk-$channel"
        return
    fi
    command -v curl > /dev/null 2>&1 || ! command -v apt-get > /dev/null 2>&1 ||
        printf '%s' "${sudo}apt-get install -y curl ca-certificates && "
    # From Microsoft, into the home directory: the same line for every distribution.
    echo "curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel $channel" \
        '&& export PATH="$HOME/.dotnet:$PATH"'
}

refuse() {
    echo "error: $1" >&2
    [ -z "$2" ] || printf '%s\n' "$2" | sed 's/^/    /' >&2
    echo "$3" >&2
    exit 1
}

works() {
    words=$("$dotnet" --version 2>&1)
}

lacks_libicu() {
    case $words in *ICU*) ;; *) return 1 ;; esac
}

command -v "$dotnet" > /dev/null 2>&1 ||
    refuse "tcptop is built with the .NET SDK $wanted or later, and there is no '$dotnet'" "" \
        "To install it, run: $(line_for_sdk)"
works && exit 0
if lacks_libicu; then
    # Its name ends in a version; each release of Debian and Ubuntu has one.
    build/install-packages.sh '/usr/lib/*/libicuuc.so.*=^libicu[0-9]*$' && works && exit 0
fi
if lacks_libicu; then
    refuse "the .NET SDK does not start; '$dotnet --version' says:" "$words" \
        "To start it without libicu, run: export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"
fi
refuse "tcptop is built with the .NET SDK $wanted or later; '$dotnet --version' says:" "$words" \
    "To install it, run: $(line_for_sdk)"
