#!/bin/sh
# deb.sh VERSION BINARY-TREE OUT : a Debian package of what is built.
#
# Installs into a folder, adds settings that work from /etc and /var, and packs it.  The same commit gives the same bytes: times are
# those of the last commit.  Needs dpkg-dev; not root.
set -eu
version=$1 build=$2 out=$3
root=$build/deb
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

rm -rf "$root"
mkdir -p "$root/DEBIAN" "$out"
make --no-print-directory install DESTDIR="$root" PREFIX=/usr >/dev/null
strip --strip-unneeded "$root/usr/bin/caseward"

# Settings that work as they are: the shipped ones, with the places of a system.
etc=$root/etc/caseward
mkdir -p "$etc"
for f in people.yaml rules.yaml directory.csv holidays-us.ics; do
	install -m 640 "config/$f" "$etc/$f"
done
sed -e 's|var/status.json|/run/caseward/status.json|' -e 's|# \(metrics_file: /run/\)|\1|' -e 's|\([ :]\)var/|\1/var/lib/caseward/|' -e 's|\.\./templates|/usr/share/caseward/templates|' \
    -e 's|imap-smtp.example.yaml beside this file|/usr/share/caseward/config|' config/caseward.yaml >"$etc/caseward.yaml"
if grep -n '[ :]var/' "$etc/caseward.yaml"; then
	echo "deb.sh: a path of the shipped settings is not for a system" >&2
	exit 1
fi
if [ "$(grep -c '_file: /run/caseward/' "$etc/caseward.yaml")" != 2 ]; then
	echo "deb.sh: what a monitor reads is not in /run/caseward" >&2
	exit 1
fi
chmod 640 "$etc/caseward.yaml"
(cd "$root" && find etc -type f | sed 's|^|/|' | sort) >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
	install -m 755 contrib/debian/$script "$root/DEBIAN/$script"
done

# What the binary needs, with the versions that this system has.
mkdir -p "$build/deb-control/debian"
: >"$build/deb-control/debian/control"
needs=$(cd "$build/deb-control" && dpkg-shlibdeps -O "$OLDPWD/$root/usr/bin/caseward" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$needs" ] || { echo "deb.sh: dpkg-shlibdeps found nothing" >&2; exit 1; }
cat >"$root/DEBIAN/control" <<END
Package: caseward
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: caseward <root@localhost>
Section: mail
Priority: optional
Depends: $needs, tzdata
Recommends: ca-certificates
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Description: turns the mail of an HR inbox into cases and follows them up
 caseward reads an Employee Relations inbox over IMAP, opens a case for each
 matter, asks the department that owes an answer and climbs a ladder of people
 until somebody resolves it.  Everybody uses nothing but mail; the operator has
 a command line, a systemd unit and a metrics file.
END
(cd "$root" && find usr -type f -exec md5sum {} + | sort -k2) >"$root/DEBIAN/md5sums"
find "$root" -newermt "@$epoch" -exec touch -h -d "@$epoch" {} +
package=$out/caseward_${version}_$(dpkg --print-architecture).deb
SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
