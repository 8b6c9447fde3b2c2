# Sourced: how Windows programs are run here. The caller sets WINEPREFIX.
# Wine 8 dies of what Python asks its WMI (wbemprox); without it Python asks elsewhere.
export WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,wbemprox="
export PATH=/usr/lib/wine:$PATH
# Wine inherits these, and with them set the Windows certificate store is not what is tried.
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
wineserver=/usr/lib/wine/wineserver64

# Run a Windows program; its output goes through a pipe, because a file of Linux as stdout or
# stderr ends a Windows Python with WinError 6.
in_wine() {
    { wine64 "$@" </dev/null 2>&1 || { echo "exit code $?" >&2; return 1; }; } | cat
}
