#!/bin/sh
# fresh.sh [-u] REPOSITORY TARGET... : does `make TARGET` work on a machine
# that has nothing?
#
# Makes a tree of Debian 12 with git and make only, clones REPOSITORY into
# it and runs `make TARGET` there, one after the other; -u: as a user with
# sudo instead of root.  Prints how long each took.  See tree.sh.
set -eu
. "$(dirname "$0")/tree.sh"
tree_own "$@"
user=root
if [ "$1" = -u ]; then
	user=worker
	shift
fi
repository=$(readlink -f "$1")
shift
tree_make

home=/root
if [ $user != root ]; then
	home=/home/$user
	tree_install sudo
	inside useradd -m -s /bin/sh $user
	echo "$user ALL=(ALL) NOPASSWD: ALL" >"$TREE/etc/sudoers.d/$user"
fi
git clone -q "$repository" "$TREE$home/caseward"
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
