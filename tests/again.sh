# Sourced: what a network or a busy index refuses for a moment is tried again.

# Run a command up to three times, until it ends well.
again() {
    local pause
    for pause in 5 20; do
        "$@" && return
        echo "$1 failed, and is tried again in $pause seconds: $*" >&2
        sleep "$pause"
    done
    "$@"
}
