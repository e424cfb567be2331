#!/bin/sh
# Starts Chromium for the browser tests. As root it runs as an unprivileged user with a profile of its own, because a browser
# that reads pages must not be root; its own sandbox is kept where the kernel allows it.
program=$(command -v chromium) || { echo "chromium is missing (tools/deps test)" >&2; exit 1; }
[ "$(id -u)" = 0 ] || exec "$program" "$@"
user=$(id -u nobody)
for arg in "$@"; do
	case $arg in --user-data-dir=*) chown -R "$user" "${arg#*=}" ;; esac
done
home=$(mktemp -d /tmp/tobari-browser.XXXXXX)
chown "$user" "$home"
trap 'rm -rf "$home"' EXIT
HOME=$home XDG_CONFIG_HOME=$home XDG_CACHE_HOME=$home setpriv --reuid="$user" --regid="$(id -g nobody)" --clear-groups -- "$program" "$@"
