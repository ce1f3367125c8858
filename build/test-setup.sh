#!/bin/bash
# What make says and does where the .NET SDK is missing or does not start, and what the audit makes
# of an SDK's words: with a dotnet and an apt of its own, so nothing is installed and nobody is
# asked. Ends with one line, "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
. build/checks.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' global.json)

# Programs of this name that do what the script on standard input does.
fake() {
    { echo '#!/bin/sh'; cat; } > "$work/bin/$1"
    chmod +x "$work/bin/$1"
}

# Only these programs and what they need are on PATH: not the host's dotnet, and not its curl.
begin() {
    local program
    rm -rf "$work/bin"
    mkdir "$work/bin"
    for program in sh sed cat dirname make env dpkg cut sort grep; do
        ln -s "$(command -v "$program")" "$work/bin/$program"
    done
    fake id <<< 'echo 1000'
}

# Keeps its words and its exit code.
make_sdk() {
    code=0
    words=$(env -i PATH="$work/bin" make --no-print-directory sdk "$@" 2>&1) || code=$?
}

# Make itself has the last line of a recipe that failed.
last_line() { grep -v '^make: ' <<< "$words" | tail -n 1; }
fails() { [ "$code" != 0 ] || { printf '%s\n' "$words"; return 1; }; }
says() { grep -qF -- "$1" <<< "$words" || { printf '%s\n' "$words"; return 1; }; }
brings() { [ "$(last_line | sed -E 's/^To (install it|start it without libicu), run: //')" = "$1" ] || { printf '%s\n' "$words"; return 1; }; }
says_once() { [ "$(grep -cE '^To .*, run: ' <<< "$words")" = 1 ]; }

install='curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0'
install+=' && export PATH="$HOME/.dotnet:$PATH"'

begin
fake curl < /dev/null
make_sdk
check "without dotnet it fails" fails
check "without dotnet it says which SDK is wanted" says "the .NET SDK $wanted or later"
check "without dotnet it names the line of Microsoft's script" brings "$install"
check "it names one line" says_once
make_sdk DOTNET=/nowhere/dotnet
check "a dotnet that was named and is not there is named again" says "there is no '/nowhere/dotnet'"

begin
fake apt-get <<< 'echo "$@" >> '"$work/apt"
fake apt-cache <<< 'echo "  Candidate: 10.0.108-1"'
make_sdk
check "where apt has an SDK that global.json refuses, Microsoft's is named, and curl before it" \
    brings "sudo apt-get install -y curl ca-certificates && $install"
fake apt-cache <<< "echo '  Candidate: $wanted-1'"
make_sdk
check "where apt has one that global.json takes, apt's is named" \
    brings "sudo apt-get install -y dotnet-sdk-10.0"
fake id <<< 'echo 0'
make_sdk
check "root needs no sudo" brings "apt-get install -y dotnet-sdk-10.0"

begin
fake curl < /dev/null
fake dotnet <<'END'
echo "A compatible .NET SDK was not found."
echo "Requested SDK version: 10.0.400" >&2
exit 155
END
make_sdk
check "with another SDK it fails" fails
check "with another SDK it has its words, from standard output" says "A compatible .NET SDK was not"
check "with another SDK it has its words, from standard error" says "Requested SDK version: 10.0.4"
check "with another SDK it names the line that brings the right one" brings "$install"

# As the SDK says it on Debian 12; works once the package is "installed".
lacks_icu() {
    fake dotnet <<END
[ ! -e '$work/icu' ] || { echo $wanted; exit 0; }
echo "Process terminated." >&2
echo "Couldn't find a valid ICU package installed on the system." >&2
exit 134
END
}
# The host may have it, where the script looks for it: so the one that installs is ours.
in_a_tree_of_its_own() {
    mkdir -p "$work/tree/build"
    cp Makefile global.json "$work/tree/"
    cp -r build/release build/sdk.sh "$work/tree/build/"
    { echo '#!/bin/sh'; cat; } > "$work/tree/build/install-packages.sh"
    chmod +x "$work/tree/build/install-packages.sh"
    make_sdk -C "$work/tree"
}

begin
lacks_icu
in_a_tree_of_its_own <<< "echo \"Installing: \$1\" && : > '$work/icu'"
check "without libicu that is installed, and make goes on" [ "$code" = 0 ]
check "by the name that apt finds it by" says 'Installing: /usr/lib/*/libicuuc.so.*=^libicu[0-9]*$'
rm "$work/icu"
in_a_tree_of_its_own <<< "echo 'error: packages are missing and there is no sudo' >&2; exit 1"
check "where libicu cannot be installed it fails" fails
check "where libicu cannot be installed it has the SDK's words" says "find a valid ICU pack"
check "where libicu cannot be installed it names the way without it" \
    brings "export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1"

begin
fake dotnet <<< "echo $wanted"
make_sdk
check "with an SDK that starts it says nothing" [ "$code:$words" = 0: ]

# audit KNOWN OURS [CODE]: what a restore says of the package that is known to be vulnerable, and of
# ours, and how the latter ends.
audit() {
    code=0
    fake dotnet <<END
case \$2 in
    *known.csproj) echo "known.csproj : $1" ;;
    *) echo "Tcptop.csproj : $2"; exit ${3:-0} ;;
esac
END
    words=$(build/audit.sh "$work/bin/dotnet" 2>&1) || code=$?
}
passes() { [ "$code" = 0 ] || { printf '%s\n' "$words"; return 1; }; }

known="warning NU1903: Package 'Newtonsoft.Json' 12.0.1 has a known vulnerability"
audit "$known" "restored"
check "an audit that finds nothing passes" passes
check "an audit that finds nothing says so" says "audited: no package with a known vulnerability"
for number in 1 2 3 4; do
    audit "$known" "warning NU190$number: Package 'Some' 1.0.0 has a known vulnerability"
    check "what is known as NU190$number fails it" fails
    check "what is known as NU190$number is named" says "NU190$number: Package 'Some' 1.0.0"
done
audit "warning NU1900: Error occurred while getting package vulnerability data" "restored"
check "a source that does not answer is no failure" passes
check "a source that does not answer is told of" says "warning: the audit could not be made"
check "it is told of in the SDK's words" says "NU1900: Error occurred while getting"
audit "restored" "restored"
check "a source without a list is not taken for one that finds nothing" \
    says "could not be made"
audit "$known" "warning NU1900: Error occurred while getting package vulnerability data"
check "one that stops answering is told of, too" says "warning: the audit could not be made"
audit "$known" "error NETSDK1045: The current .NET SDK does not support this" 1
check "a restore that fails otherwise fails it" fails
conclude
