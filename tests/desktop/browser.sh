#!/bin/sh
# Notes what the browser was asked to open.
echo "$2" >> "$1"
