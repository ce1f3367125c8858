#!/bin/bash
# usage: audit.sh DOTNET      Asks the package sources whether a package that is built with, or one
# that it brings, has a known vulnerability; fails if so. Builds do not ask: what is published
# tomorrow must not break them. An audit that cannot be had is a warning, for nobody who builds can
# do anything about it.
set -uo pipefail
cd "$(dirname "$0")/.."
dotnet=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NU1901 to NU1904 are vulnerabilities by severity, NU1900 is a source that did not answer.
vulnerable='(warning|error) NU190[1-4]: .*'
unanswered='(warning|error) NU1900: .*'

# What a restore has found is told again by builds that use it: so into a folder of its own.
restore() {
    "$dotnet" restore "$1" --nologo -v minimal -p:ArtifactsPath="$work/artifacts" \
        -p:NuGetAudit=true -p:NuGetAuditMode=all -p:NuGetAuditLevel=low \
        -p:TreatWarningsAsErrors=false 2>&1
}

not_made() {
    echo "warning: the audit could not be made, nothing is known of vulnerabilities: $1" >&2
    [ -z "$2" ] || printf '%s\n' "$2" >&2
    exit 0
}

# A source without a list of vulnerabilities is passed over without a word. So one is asked for that
# every such list has: GHSA-5crp-9r3c-p9vr.
mkdir "$work/known"
cat > "$work/known/known.csproj" << 'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="Newtonsoft.Json" Version="12.0.1" /></ItemGroup>
</Project>
END
said=$(restore "$work/known/known.csproj")
grep -qE "$vulnerable" <<< "$said" ||
    not_made "the package sources do not tell of one that is known" \
        "$(grep -oE '(warning|error) NU[0-9]+: .*' <<< "$said" | sort -u)"

said=$(restore Tcptop.slnx)
status=$?
found=$(grep -oE "$vulnerable" <<< "$said" | sort -u)
if [ -n "$found" ]; then
    printf 'FAILED: packages with known vulnerabilities\n%s\n' "$found" >&2
    exit 1
fi
said_so=$(grep -oE "$unanswered" <<< "$said" | sort -u)
[ -z "$said_so" ] || not_made "a package source did not answer" "$said_so"
[ "$status" = 0 ] || { printf '%s\n' "$said" >&2; exit 1; }
echo "audited: no package with a known vulnerability"
