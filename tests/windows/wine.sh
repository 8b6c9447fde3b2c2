# Sourced: how Windows programs are run here. The caller sets WINEPREFIX.
# Wine 8 dies of what Python asks its WMI (wbemprox); without it Python asks elsewhere.
export WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,wbemprox="
export PATH=/usr/lib/wine:$PATH
# Wine inherits these, and with them set the Windows certificate store is not what is tried.
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
# Names of files are UTF-8, and what this computer's Python and proxies are is nothing to Windows.
export LC_ALL=C.UTF-8
unset LANGUAGE PYTHONPATH PYTHONHOME HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy \
    https_proxy all_proxy no_proxy
wineserver=/usr/lib/wine/wineserver64

# Run a Windows program; its output goes through a pipe, because a file of Linux as stdout or
# stderr ends a Windows Python with WinError 6. What hangs is ended after a quarter of an hour, and
# what it leaves running holds no lock of this script (9).
in_wine() {
    {
        timeout --kill-after=10 900 wine64 "$@" </dev/null 2>&1 9>&- ||
            { echo "$* in Wine: exit code $?" >&2; return 1; }
    } | timeout 930 cat
}

# Wait until all programs of a prefix have ended; those that do not are ended.
settle() {
    timeout 60 "$wineserver" -w || "$wineserver" -k || true
}

# Copy a prefix that no program uses; Windows and its programs are shared, the rest is copied.
copy_windows() { # copy_windows FROM TO
    mkdir -p "$2/drive_c"
    for part in "$1"/*.reg "$1"/dosdevices "$1"/.update-timestamp; do
        cp -a "$part" "$2/"
    done
    for part in "$1"/drive_c/*; do
        case $part in
            */windows | */Python | */Program*) cp -al "$part" "$2/drive_c/" ;;
            *) cp -a "$part" "$2/drive_c/" ;;
        esac
    done
}
