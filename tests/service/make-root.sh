#!/bin/bash
# usage: make-root.sh DIRECTORY PACKAGE LOAD     A Debian with systemd as its first process, an older version of the package installed in it, and what tests it. As root.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "${TCPTOP_TEST_MOUNTS:-}" = own ] || exec env TCPTOP_TEST_MOUNTS=own unshare --mount --propagation private "$0" "$@"
root=$1 package=$2 load=$3
bases=$PWD/artifacts/roots
mkdir -p "$bases"
. build/packages/roots.sh

rm -rf "$root" "$root.older"
# The older version has the unit and the settings for logrotate that 0.1.0 had at first; all else is the same.
dpkg-deb -R "$package" "$root.older"
older_command=$(sed -n "s/^ExecStart=\(\S*\) .*/\1/p" "$root.older/usr/lib/systemd/system/tcptop@.service")
sed "s:^ExecStart=tcptop :ExecStart=$older_command :" \
    tests/service/older/tcptop@.service > "$root.older/usr/lib/systemd/system/tcptop@.service"
cp tests/service/older/logrotate "$root.older/etc/logrotate.d/tcptop"
sed -i 's/^Version: .*/Version: 0.0.9/' "$root.older/DEBIAN/control"
fresh_root bookworm "$root" systemd-sysv,logrotate
cp "$package" "$root/root/tcptop.deb"
dpkg-deb --root-owner-group -b "$root.older" "$root/root/older.deb" > "$root.log"
inside "$root" dpkg -i /root/older.deb >> "$root.log" 2>&1 || { cat "$root.log" >&2; exit 1; }
rm -r "$root.older"
install -m 755 "$load" "$root/usr/local/bin/load"
install -m 755 tests/service/guest/run "$root/usr/local/sbin/test-service"
install -m 644 tests/service/guest/test.service "$root/etc/systemd/system/test.service"
ln -s ../test.service "$root/etc/systemd/system/multi-user.target.wants/test.service"
ln -s /lib/systemd/systemd "$root/init"
# The console is the test's.
ln -s /dev/null "$root/etc/systemd/system/serial-getty@ttyS0.service"
umount -l "$root/proc" "$root/sys"
# All of it is in the guest's memory.
rm -rf "$root"/usr/share/{doc,locale,man,i18n} "$root"/var/cache/apt "$root"/var/lib/apt/lists
