#!/bin/sh
# collect NAME PACKAGE: lists the programs of a Debian package as /packages/NAME.files, and packs them with every library
# that they load as /packages/NAME.tar.
set -e
mkdir -p /packages
canonical() {
  while IFS= read -r path; do
    [ ! -f "$path" ] || echo "$(readlink -f "$(dirname "$path")")/$(basename "$path")"
  done
}
dpkg -L "$2" | grep -v -e ^/usr/share/ -e ^/var/ -e ^/lib/systemd/ -e ^/etc/init -e ^/etc/pam \
  | while IFS= read -r path; do [ -L "$path" ] || echo "$path"; done | canonical >"/packages/$1.files"
[ "$1" != ca-certificates ] || echo /etc/ssl/certs/ca-certificates.crt >>"/packages/$1.files"
xargs ldd <"/packages/$1.files" 2>/dev/null | grep -o '/[^ :)]*' | canonical >/tmp/libraries
sort -u "/packages/$1.files" /tmp/libraries | sed s:^/:: | tar -C / -h -cf "/packages/$1.tar" -T -
