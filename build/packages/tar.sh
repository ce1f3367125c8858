#!/bin/bash
# The archive for who has neither dpkg nor rpm: unpacked into / or under /usr/local; called by make.sh, with its variables.
set -euo pipefail
. build/packages/stage.sh
name=tcptop-$version-$rid
export PREFIX= DOCDIR=/share/doc/tcptop
stage "$work/$name"
(cd "$work" && tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$name") | gzip -9n > "$out/$name.tar.gz"
