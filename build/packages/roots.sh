# Sourced: clean roots to install packages in.

# fresh_root RELEASE DIRECTORY [PACKAGES]: a minimal Debian, with packages (comma between them) if any are named; made once by debootstrap, then copied.
fresh_root() {
    local base=$bases/$1${3:+-$3} proxy
    if [ ! -d "$base" ]; then
        rm -rf "$base.part"
        # debootstrap asks the environment alone, apt its configuration.
        proxy=$(apt-config shell proxy Acquire::http::Proxy | sed -n "s/^proxy='\(.*\)'$/\1/p")
        http_proxy=${http_proxy:-$proxy} debootstrap --variant=minbase ${3:+"--include=$3"} --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$1" "$base.part" \
            "$(PYTHONPATH=build python3 -c 'import debian_archive; print(debian_archive.sites()["debian"])')" > "$base.log" 2>&1 || { tail -n 5 "$base.log" >&2; return 1; }
        mv "$base.part" "$base"
    fi
    cp -a --reflink=auto "$base" "$2"
    mount -t proc proc "$2/proc"
    mount --rbind /sys "$2/sys"
}

inside() {
    local root=$1
    shift
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"
}

# What is in a root, but for what dpkg, rpm and the loader write down about packages.
files_of() {
    (cd "$1" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/rpm -o -path ./var/log -o -path ./var/cache -o -path ./tmp \) -prune -o -print | LC_ALL=C sort)
}

quietly() {
    "$@" > "$work/said" 2>&1 || { cat "$work/said"; return 1; }
}

# know_libc ROOT RPM...: a package without files that provides what rpm itself reads off the root's C library, and the shell of packages' scripts, so that
# dependencies are really looked up.
know_libc() {
    local root=$1 libraries
    shift
    libraries=$(find "$root/lib/x86_64-linux-gnu" -maxdepth 1 -name 'lib*.so.*' -o -maxdepth 1 -name 'ld-linux-*' | grep -E '/(lib(c|m|dl|rt|pthread)\.so\.|ld-linux)')
    {
        printf 'Name: root-libc\nVersion: 1\nRelease: 1\nSummary: The C library of this root\nLicense: LGPL-2.1-or-later\nBuildArch: noarch\n'
        /usr/lib/rpm/elfdeps --provides <<< "$libraries" | sort -u | sed 's/^/Provides: /'
        printf 'Provides: /bin/sh\n'
        printf '%%description\nThe C library of this root.\n%%files\n'
    } > "$work/root-libc.spec"
    rpmbuild -bb --quiet --define "_topdir $work/libc" --define "_rpmdir $work/libc" --define "_dbpath $work/libc/db" "$work/root-libc.spec" &&
        "$@" -i "$work"/libc/noarch/root-libc-*.rpm
}
