#!/bin/bash
# usage: test.sh RID      Looks at out's packages with lintian and rpmlint, then installs, runs, upgrades and removes them in clean roots: Debian's 11 and
# 12, and one of rpm's. Ends with one line, "N passed, N failed". Needs root, for the roots and for running tcptop.
set -uo pipefail
cd "$(dirname "$0")/../.."
# Mounts of our own vanish with us.
[ "${TCPTOP_TEST_MOUNTS:-}" = own ] || exec env TCPTOP_TEST_MOUNTS=own unshare --mount --propagation private "$0" "$@"
. build/checks.sh
rid=$1
version=$(build/version.sh)
older=0.0.9
work=$PWD/artifacts/test-packages
bases=$PWD/artifacts/roots
rm -rf "$work"
mkdir -p "$work/older" "$bases"
. build/packages/roots.sh

deb=out/tcptop_$version-1_amd64.deb
rpm=out/tcptop-$version-1.x86_64.rpm
archive=out/tcptop-$version-$rid.tar.gz

sums_are_right() { (cd out && sha256sum --quiet -c SHA256SUMS); }
sums_are_complete() { [ "$(cd out && ls tcptop*.deb tcptop*.rpm tcptop*.tar.gz | wc -l)" = "$(wc -l < out/SHA256SUMS)" ]; }
no_word_of() { ! "$@" 2>&1 | grep -E '^[EWI]:|: [EW]: '; }
small() { [ "$(stat -c %s "$deb")" -le $((5 * 1000 * 1000)) ]; }
depends_on_libc_alone() { [ "$(dpkg-deb -f "$deb" Depends)" = "libc6 (>= $(sed -n 's/.*"glibc": "\(.*\)".*/\1/p' "artifacts/sysroot/$rid/inputs.json"))" ]; }
rpm_depends_on_nothing_else() { ! rpm -qp --requires "$rpm" 2> /dev/null | grep -vE '^(/bin/sh$|(lib(c|m|dl|rt|pthread)\.so\.[0-9]|ld-linux-[a-z0-9-]+\.so\.[0-9]|rpmlib|config)\()'; }
same_bits_again() { OUT=$work/again build/packages/make.sh "$rid" && for file in "$deb" "$rpm" "$archive"; do cmp "$file" "$work/again/${file#out/}" || return 1; done; }
archive_runs() { tar -xzf "$archive" -C "$work" && [ "$("$work/tcptop-$version-$rid/sbin/tcptop" --version | head -n 1)" = "tcptop $version" ]; }

says_version() { [ "$(inside "$root" tcptop --version | head -n 1)" = "tcptop $version" ]; }
shows_connections() { inside "$root" timeout 20 tcptop --batch -n 1 | grep -qE '[0-9]+ connections'; }
has_manual_and_completions() {
    [ -s "$root/usr/share/man/man8/tcptop.8.gz" ] && [ -s "$root/usr/share/bash-completion/completions/tcptop" ] &&
        [ -s "$root/usr/share/fish/vendor_completions.d/tcptop.fish" ] && [ -s "$1" ]
}
nothing_is_left() { diff "$work/before" <(files_of "$root"); }

test_deb() {
    local release=$1 started
    root=$work/$release
    fresh_root "$release" "$root" || { check "a root of Debian's $release can be had" false; return; }
    files_of "$root" > "$work/before"
    cp "$work/older/tcptop_$older-1_amd64.deb" "$deb" "$root/tmp/"
    check "$release: the older package is installed" quietly inside "$root" dpkg -i "/tmp/tcptop_$older-1_amd64.deb"
    started=$(date +%s%N)
    check "$release: it is upgraded" quietly inside "$root" dpkg -i "/tmp/${deb#out/}"
    check "$release: it shows connections" shows_connections
    echo "$release: from dpkg -i to the first refresh in $(( ($(date +%s%N) - started) / 1000000 )) ms"
    check "$release: it is of this version" says_version
    check "$release: dpkg knows it by this version" [ "$(inside "$root" dpkg-query -W -f '${Version}' tcptop)" = "$version-1" ]
    check "$release: its files are as they were packed" quietly inside "$root" dpkg -V tcptop
    check "$release: manual page and completions are in their places" has_manual_and_completions "$root/usr/share/zsh/vendor-completions/_tcptop"
    check "$release: it is removed" quietly inside "$root" dpkg -P tcptop
    rm "$root"/tmp/*.deb
    check "$release: nothing of it is left" nothing_is_left
}

test_rpm() {
    root=$work/rpm
    fresh_root bullseye "$root" || { check "a root for rpm can be had" false; return; }
    files_of "$root" > "$work/before"
    local rpm_here=(rpm --root "$root" --dbpath /var/lib/rpm)
    refuses_without_libc() { ! "${rpm_here[@]}" -i "$rpm" 2> "$work/refusal" && grep -q 'libc.so.6.* is needed by tcptop' "$work/refusal"; }
    check "rpm: it is refused where there is no C library" refuses_without_libc
    check "rpm: the C library of the root is told to rpm" quietly know_libc "$root" "${rpm_here[@]}"
    check "rpm: the older package is installed" quietly "${rpm_here[@]}" -i "$work/older/tcptop-$older-1.x86_64.rpm"
    check "rpm: it is upgraded" quietly "${rpm_here[@]}" -U "$rpm"
    check "rpm: it is of this version" says_version
    check "rpm: it shows connections" shows_connections
    check "rpm: rpm knows it by this version" [ "$("${rpm_here[@]}" -q tcptop)" = "tcptop-$version-1.x86_64" ]
    check "rpm: its files are as they were packed" quietly "${rpm_here[@]}" -V tcptop
    check "rpm: manual page and completions are in their places" has_manual_and_completions "$root/usr/share/zsh/site-functions/_tcptop"
    check "rpm: it is removed" quietly "${rpm_here[@]}" -e tcptop
    check "rpm: nothing of it is left" nothing_is_left
}

OUT=$work/older build/packages/make.sh "$rid" "$older"
check "the checksums are right" sums_are_right
check "every package has its checksum" sums_are_complete
check "the same input gives the same packages" same_bits_again
check "the .deb is no larger than 5 MB (it has $(stat -c %s "$deb") bytes)" small
check "the .deb depends on the C library alone" depends_on_libc_alone
check "the .rpm depends on the C library, and on a shell for its scripts" rpm_depends_on_nothing_else
check "lintian has nothing to say" no_word_of lintian --display-info "$deb"
check "rpmlint has nothing to say" no_word_of rpmlint --config packaging/rpm/rpmlint.toml "$rpm"
check "the archive runs from where it was unpacked" archive_runs
test_deb bullseye
test_deb bookworm
test_rpm
conclude
