#!/bin/bash
# Debian's package; called by make.sh, with its variables.
set -euo pipefail
. build/packages/stage.sh
root=$work/deb
revision=$version-1
export PREFIX=/usr DOCDIR=/usr/share/doc/tcptop ZSHDIR=/usr/share/zsh/vendor-completions
stage "$root"
documents=$root$DOCDIR
compress "$root/usr/share/man/man8/tcptop.8" "$documents/NOTICES"
# The licence is in the copyright file, which Debian wants in a form of its own.
rm "$documents/LICENSE" "$documents/LICENSE.bpf"
install -m 644 packaging/deb/copyright "$documents/copyright"
mv "$documents/CHANGELOG.md" "$documents/changelog"
cat > "$documents/changelog.Debian" <<END
tcptop ($revision) stable; urgency=medium

  * Version $version. The changes are in changelog.gz.

 -- $(sed -n 's/^Maintainer: //p' packaging/deb/control.in)  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
END
compress "$documents/changelog" "$documents/changelog.Debian"
install -D -m 644 packaging/deb/lintian-overrides "$root/usr/share/lintian/overrides/tcptop"

size=$(du -sk --apparent-size "$root" | cut -f 1)
mkdir "$root/DEBIAN"
sed -e "s/@VERSION@/$revision/; s/@ARCHITECTURE@/$deb/; s/@SIZE@/$size/; s/@GLIBC@/$glibc/" packaging/deb/control.in > "$root/DEBIAN/control"
(cd "$root" && find etc -type f -printf '/%p\n') > "$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 755 "packaging/deb/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) > "$root/DEBIAN/md5sums"
stamp "$root"
# With several threads xz writes other blocks.
dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$out/tcptop_${revision}_$deb.deb" > "$work/said" || { cat "$work/said" >&2; exit 1; }
