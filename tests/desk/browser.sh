#!/bin/sh
# Plays the browser for the desk: notes which page it was to show.
printf '%s\n' "$1" >> "$SODASHEET_TEST_OPENED"
