# tree.sh - a bare Debian 12 in a folder; read by scripts that try things in one.
#
# The script must have run `unshare --mount` (see tree_own): mounts end with it.  Packages come from where this machine gets them; the
# bare tree is kept in /var/tmp for next time.  Needs root, debootstrap and unshare.
base=/var/tmp/caseward-fresh.tar

# Run "$0" "$@" again, with a folder $TREE and mounts and processes that end with us.
tree_own()
{
	[ -z "${TREE-}" ] || return 0
	TREE=$(mktemp -d /var/tmp/fresh.XXXXXX)
	export TREE
	trap 'rm -rf --one-file-system "$TREE"' EXIT
	unshare --mount --pid --fork --kill-child --propagation private "$0" "$@"
	exit
}

tree_make()
{
	if [ ! -e $base ]; then
		mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' \
		    'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }')
		debootstrap --variant=minbase --include=git,make bookworm \
		    "$TREE" "$mirror" >"$TREE.log" 2>&1 ||
		    { cat "$TREE.log"; exit 1; }
		rm -f "$TREE.log"
		tar -C "$TREE" -cf $base.new .
		mv $base.new $base
	else
		tar -C "$TREE" -xf $base
	fi
	chmod 755 "$TREE"

	# How this machine reaches its packages.
	rm -rf "$TREE/etc/apt/sources.list"
	cp -R /etc/apt/. "$TREE/etc/apt/"
	cp -L /etc/resolv.conf /etc/hosts "$TREE/etc/"
	mkdir -p "$TREE/etc/ssl/certs"
	[ ! -e /etc/ssl/certs/ca-certificates.crt ] ||
	    cp -L /etc/ssl/certs/ca-certificates.crt "$TREE/etc/ssl/certs/"
	mount -t proc proc "$TREE/proc"
	mount --rbind /dev "$TREE/dev"
}

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$TREE" "$@"; }

# Packages into the tree; quiet unless it fails.
tree_install()
{
	inside env DEBIAN_FRONTEND=noninteractive sh -c \
	    'apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"' - "$@" \
	    >"$TREE/root/apt.log" 2>&1 </dev/null || { cat "$TREE/root/apt.log" >&2; return 1; }
}
