#!/bin/sh
# deb_check_inside.sh - what deb_check.sh runs where systemd is process 1.
set -eu
box=/var/lib/caseward/mail
seen() { echo "deb-check: systemd: $*"; }
fail()
{
	echo "deb-check: systemd: FAILED: $*"
	systemctl status caseward --no-pager -l || :
	journalctl -u caseward --no-pager -n 40 || :
	exit 1
}
show() { systemctl show -p "$1" --value caseward; }
deliver()
{
	printf 'From: Alice Martin <alice.martin@northwind.example>\nTo: er@northwind.example\nSubject: Matter %s\nMessage-ID: <%s@mua.example>\n\nHello.\n' "$1" "$1" |
	    runuser -u caseward -- sh -c "cat >$box/inbox/new/$1.test"
}
count() { find $box/outbox/new -type f | wc -l; }
# The first argument is waited for.
until_true()
{
	for _ in $(seq 150); do
		! eval "$1" || return 0
		sleep 0.2
	done
	fail "$2"
}
# Another daemon than process $1 runs; one that has just died may still be called active, with process 0.
is_replaced()
{
	now=$(show MainPID)
	[ "$now" != 0 ] && [ "$now" != "$1" ] && [ "$(show ActiveState)" = active ]
}

systemctl start caseward || fail start
[ "$(show ActiveState)" = active ] || fail "it is not active"
seen "ready: $(show StatusText)"
before=$(count)
deliver two
systemctl reload caseward # reads the inbox at once
until_true '[ "$(count)" -gt $before ]' "no mail left under the unit's sandbox"
seen "a mail in, $(($(count) - before)) mails out, inside the sandbox"
! grep -q unknown /var/lib/caseward/caseward.db.sending || fail "the unit hides which boot this is: $(head -1 /var/lib/caseward/caseward.db.sending)"
figures=/run/caseward/caseward.prom
until_true 'grep -q "^caseward_cases_open 2" $figures' "no figures in $figures"
# As a monitor of another user reads them; the cases and the words of the status are not for it.
runuser -u nobody -- grep -q '^caseward_mails_taken_total' $figures || fail "nobody else can read $figures"
for secret in /run/caseward/status.json /var/lib/caseward /etc/caseward/caseward.yaml; do
	! runuser -u nobody -- ls "$secret/" >/dev/null 2>&1 && ! runuser -u nobody -- cat "$secret" >/dev/null 2>&1 || fail "anybody can read $secret"
done
runuser -u caseward -- grep -q '"sick": *false' /run/caseward/status.json || fail "status.json: $(cat /run/caseward/status.json)"
seen "figures for Prometheus: $(grep -vc '^#' $figures) lines that any user can read, in $(ls -ld /run/caseward | cut -c1-10)"
pid=$(show MainPID)
grep -q '^NoNewPrivs:.1' "/proc/$pid/status" || fail "NoNewPrivileges"
grep -q '^CapEff:.0*$' "/proc/$pid/status" || fail "capabilities"
seen "no privileges, no capabilities; $(systemd-analyze security --no-pager caseward 2>/dev/null | tail -1)"

echo 'desk: [' >>/etc/caseward/caseward.yaml
systemctl reload caseward || :
until_true 'journalctl -u caseward --no-pager | grep -q "reload-refused"' "a bad reload is not told"
[ "$(show ActiveState)" = active ] || fail "a bad reload ended it"
sed -i '$d' /etc/caseward/caseward.yaml
seen "a bad reload is refused, the old settings stay"

kill -KILL "$pid"
until_true "is_replaced $pid" "it was not started again"
seen "killed, and started again"
systemctl start caseward-backup.service || fail "backup"
ls /var/lib/caseward/backup/* >/dev/null || fail "no backup file"
seen "backup: $(ls /var/lib/caseward/backup)"
mkdir -p /run/systemd/system/caseward.service.d # the watchdog, shortened
printf '[Service]\nWatchdogSec=4\n' >/run/systemd/system/caseward.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart caseward
pid=$(show MainPID)
sleep 9
[ "$(show MainPID)" = "$pid" ] || fail "an idle daemon does not feed the watchdog"
kill -STOP "$pid" # a loop that stands
until_true "is_replaced $pid" "the watchdog did not bite"
seen "the watchdog is fed when idle, and bites when the loop stands"
systemctl stop caseward
[ "$(show Result)" = success ] || fail "stop: $(show Result)"
runuser -u caseward -- caseward once >/dev/null || fail "a pass by hand, after it stopped"
[ -z "$(find $figures -mmin +1)" ] || fail "a pass by hand leaves no figures"
seen "stopped: $(show Result)"
