# Sourced: stage DIRECTORY puts what every package has into it; places as files.sh takes them from the environment. Times are those of the commit.
stage() {
    DESTDIR=$1 build/install/files.sh install "$release/tcptop"
    install -m 644 "$release/tcptop.cdx.json" "$release/NOTICES" "$1$DOCDIR/"
}

# Packages have manual pages and long texts compressed.
compress() {
    gzip -9n "$@"
}

stamp() {
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}
