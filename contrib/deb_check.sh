#!/bin/sh
# deb_check.sh PACKAGE : installed, run, updated and removed on a Debian 12 that has nothing.
#
# First by hand: the commands of the package's own advice, a mail in, an acknowledgement out.  Then the tree boots with systemd
# (tree_boot.sh): the unit with its sandbox, readiness, the watchdog, reload, backup, stop.  Prints one line for each thing seen; exit 1 at
# the first that is not.
set -eu
. "$(dirname "$0")/tree.sh"
tree_own "$@"
package=$1

seen() { echo "deb-check: $*"; }
fail()
{
	echo "deb-check: FAILED: $*" >&2
	exit 1
}
as_caseward() { inside runuser -u caseward -- "$@"; }

mail='From: Alice Martin <alice.martin@northwind.example>
To: er@northwind.example
Subject: My payslip
Message-ID: <one@mua.example>

Nine hours of overtime are missing on my payslip.'

tree_make
cp "$package" "$TREE/root/caseward.deb"
tree_install /root/caseward.deb || fail "apt-get install"
seen "installed: $(inside caseward --version), $(inside dpkg-query -W -f '${Installed-Size}' caseward) KB, user $(inside id caseward)"
[ -z "$(inside find /usr/bin /usr/lib /usr/share /etc/caseward -user caseward)" ] || fail "the service owns a file of the system"

as_caseward caseward check >/dev/null || fail "check of the shipped settings"
as_caseward caseward init >/dev/null || fail init
as_caseward caseward doctor >"$TREE/root/doctor" || { cat "$TREE/root/doctor" >&2; fail doctor; }
seen "check, init, doctor"

box=/var/lib/caseward/mail
deliver() { echo "$mail" | sed "s/<one@/<$1@/" | inside runuser -u caseward -- sh -c "cat >$box/inbox/new/$1.test"; }
# Wait for $2 mails about the case in the outgoing Maildir; a turn takes a moment.
wait_sent()
{
	for _ in $(seq 100); do
		[ "$(inside find $box/outbox/new -type f | wc -l)" -lt "$1" ] || return 0
		sleep 0.2
	done
	fail "there are not $1 mails in $box/outbox"
}
deliver one
as_caseward caseward once >/dev/null || fail once
wait_sent 2
seen "a mail in, $(inside find $box/outbox/new -type f | wc -l) mails out, by hand"

inside apt-get -qq install -y --reinstall /root/caseward.deb >/dev/null 2>&1 </dev/null || fail "installing it again"
[ "$(as_caseward caseward case list --json | grep -c '"no"')" = 1 ] || fail "the case after an update"
seen "installed again: the case is still there"

tree_install systemd systemd-sysv dbus || fail "systemd cannot be installed"
umount -R "$TREE/dev" "$TREE/proc"
mkdir -p "$TREE/etc/systemd/system/multi-user.target.wants"
cp "$(dirname "$0")/deb_check_inside.sh" "$TREE/root/inside.sh"
cat >"$TREE/etc/systemd/system/inside.service" <<'END'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh /root/inside.sh
StandardOutput=file:/root/inside.log
StandardError=file:/root/inside.log
ExecStopPost=/bin/sh -c "echo $$EXIT_STATUS >/root/inside.status; systemctl --force --no-block poweroff"
END
ln -s ../inside.service "$TREE/etc/systemd/system/multi-user.target.wants/inside.service"
timeout -k 5 120 "$(dirname "$0")/tree_boot.sh" "$TREE" >"$TREE/root/boot.log" 2>&1 </dev/null || :
if [ ! -e "$TREE/root/inside.log" ]; then
	tail -5 "$TREE/root/boot.log" >&2
	seen "NOT SEEN: this machine does not let a tree boot with systemd"
	exit 1
fi
cat "$TREE/root/inside.log"
[ "$(cat "$TREE/root/inside.status" 2>/dev/null)" = 0 ] || {
	grep -i fail "$TREE/root/console.log" | tail -20 >&2
	fail "under systemd"
}
mount -t proc proc "$TREE/proc"
mount --rbind /dev "$TREE/dev"
inside apt-get -qq purge -y caseward >"$TREE/root/purge" 2>&1 </dev/null || fail "purge"
[ ! -e "$TREE/usr/bin/caseward" ] || fail "the program is still there"
[ -e "$TREE/var/lib/caseward/caseward.db" ] && grep -q "the cases and their key stay" "$TREE/root/purge" || fail "purge took the cases"
seen "purged: the cases and their key stayed"
