#!/bin/sh
# fresh.sh [-u] REPOSITORY TARGET... : does `make TARGET` work on a machine
# that has nothing?
#
# Makes a tree of Debian 12 with git and make only, clones REPOSITORY into
# it and runs `make TARGET` there, one after the other; -u: as a user with
# sudo instead of root.  Prints how long each took.  Packages come from where
# this machine gets them; the bare tree is kept in /var/tmp for next time.
# Needs root, debootstrap and unshare.
set -eu
base=/var/tmp/caseward-fresh.tar

if [ -z "${FRESH_TREE-}" ]; then
	# Again, with mounts and processes that end with us.
	FRESH_TREE=$(mktemp -d /var/tmp/fresh.XXXXXX)
	export FRESH_TREE
	trap 'rm -rf --one-file-system "$FRESH_TREE"' EXIT
	unshare --mount --pid --fork --kill-child --propagation private \
	    "$0" "$@"
	exit
fi
tree=$FRESH_TREE
user=root
if [ "$1" = -u ]; then
	user=worker
	shift
fi
repository=$(readlink -f "$1")
shift

if [ ! -e $base ]; then
	mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' \
	    'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }')
	debootstrap --variant=minbase --include=git,make bookworm \
	    "$tree" "$mirror" >"$tree.log" 2>&1 ||
	    { cat "$tree.log"; exit 1; }
	rm -f "$tree.log"
	tar -C "$tree" -cf $base.new .
	mv $base.new $base
else
	tar -C "$tree" -xf $base
fi

chmod 755 "$tree"

# How this machine reaches its packages.
rm -rf "$tree/etc/apt/sources.list"
cp -R /etc/apt/. "$tree/etc/apt/"
cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
mkdir -p "$tree/etc/ssl/certs"
[ ! -e /etc/ssl/certs/ca-certificates.crt ] ||
    cp -L /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$tree" "$@"; }

home=/root
if [ $user != root ]; then
	home=/home/$user
	inside sh -c 'apt-get -qq update && apt-get -qq install -y sudo' \
	    >/dev/null 2>&1 </dev/null
	inside useradd -m -s /bin/sh $user
	echo "$user ALL=(ALL) NOPASSWD: ALL" >"$tree/etc/sudoers.d/$user"
fi
git clone -q "$repository" "$tree$home/caseward"
inside chown -R $user "$home/caseward"

failed=0
for target; do
	start=$(date +%s) status=0
	inside setpriv --reuid $user --regid $user --init-groups \
	    env HOME=$home sh -c "cd && cd caseward && make $target" </dev/null ||
	    status=$? failed=1
	echo "fresh: make $target as $user: $(($(date +%s) - start)) s, exit $status"
done
exit $failed
