#!/bin/sh
# Puts tcptop and what belongs to it in their places, or takes them away again. All other ways to install it (packages, archive) come here, too.
#
# usage: files.sh install|uninstall BINARY
#
# From the environment: PREFIX (/usr/local), DESTDIR (before every path), and where the parts go if not where PREFIX says: SBINDIR, DATADIR, MANDIR,
# DOCDIR, ZSHDIR, UNITDIR, SYSCONFDIR.
set -eu
cd "$(dirname "$0")/../.."
action=$1
binary=$2
PREFIX=${PREFIX-/usr/local}
DESTDIR=${DESTDIR:-}
SBINDIR=${SBINDIR:-$PREFIX/sbin}
DATADIR=${DATADIR:-$PREFIX/share}
MANDIR=${MANDIR:-$DATADIR/man}
DOCDIR=${DOCDIR:-$DATADIR/doc/tcptop}
ZSHDIR=${ZSHDIR:-$DATADIR/zsh/site-functions}
UNITDIR=${UNITDIR:-$PREFIX/lib/systemd/system}
# logrotate looks at /etc alone. A prefix of one's own keeps everything, and is for others to link.
case $PREFIX in
    /usr | /usr/local) SYSCONFDIR=${SYSCONFDIR:-/etc} ;;
    *) SYSCONFDIR=${SYSCONFDIR:-$PREFIX/etc} ;;
esac

# place MODE FILE TARGET
place() {
    if [ "$action" = install ]; then
        install -D -m "$1" "$2" "$DESTDIR$3"
    else
        rm -f "$DESTDIR$3"
    fi
}

place 755 "$binary" "$SBINDIR/tcptop"
place 644 packaging/man/tcptop.8 "$MANDIR/man8/tcptop.8"
place 644 packaging/completions/tcptop.bash "$DATADIR/bash-completion/completions/tcptop"
place 644 packaging/completions/_tcptop "$ZSHDIR/_tcptop"
place 644 packaging/completions/tcptop.fish "$DATADIR/fish/vendor_completions.d/tcptop.fish"
place 644 LICENSE "$DOCDIR/LICENSE"
place 644 bpf/LICENSE "$DOCDIR/LICENSE.bpf"
place 644 CHANGELOG.md "$DOCDIR/CHANGELOG.md"
place 644 README.md "$DOCDIR/README.md"
for document in how-it-counts limits output trace; do
    place 644 "docs/$document.md" "$DOCDIR/$document.md"
done
place 644 packaging/systemd/tcptop@.service "$UNITDIR/tcptop@.service"
place 644 packaging/logrotate/tcptop "$SYSCONFDIR/logrotate.d/tcptop"
# Without a prefix it may be unpacked anywhere: systemd then looks for the program by its name.
[ "$action" = uninstall ] || [ -z "$PREFIX" ] || sed -i "s:^ExecStart=tcptop :ExecStart=$SBINDIR/tcptop :" "$DESTDIR$UNITDIR/tcptop@.service"
# Directories of our own; of the others, others have files there.
[ "$action" = install ] || [ ! -d "$DESTDIR$DOCDIR" ] || rmdir "$DESTDIR$DOCDIR"
