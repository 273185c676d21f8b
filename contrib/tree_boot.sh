#!/bin/sh
# tree_boot.sh FOLDER : boot the Debian in FOLDER with its own systemd as process 1, in namespaces of its own, until it powers off.
#
# For a machine without systemd-nspawn's needs: control groups of version 1 or 2, mounted below.  Call with `unshare --mount`; stops
# with the script that called it.
set -eu
tree=$1
if [ -z "${TREE_BOOT_INNER-}" ]; then
	# A control group of our own, so that what boots does not see ours.
	for top in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ -e "$top/cgroup.procs" ] || continue
		mkdir -p "$top/caseward-boot"
		echo $$ >"$top/caseward-boot/cgroup.procs" || :
	done
	export TREE_BOOT_INNER=1
	exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup --propagation private "$0" "$@"
fi
mount --bind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
if [ -e /sys/fs/cgroup/systemd ]; then
	mount -t tmpfs tmpfs "$tree/sys/fs/cgroup"
	mkdir "$tree/sys/fs/cgroup/systemd"
	mount -t cgroup -o none,name=systemd cgroup "$tree/sys/fs/cgroup/systemd"
else
	mount -t cgroup2 cgroup2 "$tree/sys/fs/cgroup"
fi
mount -t tmpfs -o mode=755 dev "$tree/dev"
for d in null zero full random urandom tty; do
	touch "$tree/dev/$d"
	mount --bind "/dev/$d" "$tree/dev/$d"
done
mkdir -p "$tree/dev/pts" "$tree/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$tree/dev/pts" || :
ln -s pts/ptmx "$tree/dev/ptmx"
: >"$tree/root/console.log" # what systemd itself says
ln -s /root/console.log "$tree/dev/console"
mount -t tmpfs tmpfs "$tree/run"
# The tree as the root of its mounts: services get views of it of their own.
mount --make-rprivate /
cd "$tree"
mkdir -p .old
pivot_root . .old
umount -l /.old
mount --make-rshared /
exec env -i container=caseward PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=console --log-color=no --unit=multi-user.target
