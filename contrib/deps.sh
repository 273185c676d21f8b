#!/bin/sh
# deps.sh [--missing] SET... : what caseward needs on Debian 12.
#
# Checks each thing first.  If one is missing, installs it with apt-get, by
# sudo when not root; daemons are not started.  With --missing it only says
# what is missing and what to do, and exits 1.
#   build   compiler and libraries: enough for `make` and `make demo`
#   test    what `make check` needs beside that
#   deb     for `make deb`
#   extra   for `make fuzz valgrind bench` and contrib/fresh.sh
set -eu
export LC_ALL=C

# set, kind of check, thing, Debian package.
things='
build program gcc gcc
build program make make
build program pkg-config pkg-config
build header stdio.h libc6-dev
build module sqlite3 libsqlite3-dev
build module libpcre2-8 libpcre2-dev
build module gmime-3.0 libgmime-3.0-dev
build module libxml-2.0 libxml2-dev
build module jansson libjansson-dev
build module yaml-0.1 libyaml-dev
build module libsodium libsodium-dev
build module nettle nettle-dev
build module gnutls libgnutls28-dev
build module libzstd libzstd-dev
build module libcurl libcurl4-gnutls-dev
build module md4c libmd4c-dev
build module md4c-html libmd4c-html0-dev
build header libetpan/libetpan.h libetpan-dev
build file /usr/share/zoneinfo/Europe/Berlin tzdata
test header cmocka.h libcmocka-dev
test file /usr/bin/python3 python3
test python pytest python3-pytest
test program openssl openssl
test program dovecot dovecot-core
test file /usr/lib/dovecot/imap dovecot-imapd
test file /usr/lib/dovecot/lmtp dovecot-lmtpd
test program postfix postfix
test program ps procps
test program groff groff-base
deb program dpkg-shlibdeps dpkg-dev
deb program strip binutils
extra program clang clang
extra file /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a libclang-rt-14-dev
extra program valgrind valgrind
extra program mbsync isync
extra program debootstrap debootstrap
'

has()
{
	case $1 in
	program) command -v "$2" >/dev/null || [ -x "/usr/sbin/$2" ] ;;
	module) pkg-config --exists "$2" 2>/dev/null ;;
	header) [ -e "/usr/include/$2" ] ;;
	file) [ -e "$2" ] ;;
	python) /usr/bin/python3 -c "import $2" 2>/dev/null ;;
	esac
}

# The packages of the sets in "$@" whose thing is not there.
missing()
{
	echo "$things" | while read -r set kind thing package; do
		case " $* " in
		*" $set "*) has "$kind" "$thing" || printf ' %s' "$package" ;;
		esac
	done
}

# Packages that bring a daemon ask policy-rc.d before they start it.
forbid_daemons()
{
	policy=/usr/sbin/policy-rc.d
	[ ! -e $policy ] || return 0
	trap '$sudo rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null
	$sudo chmod 755 $policy
}

only_say=
if [ "${1-}" = --missing ]; then
	only_say=1
	shift
fi
want=$(missing "$@")
[ -n "$want" ] || exit 0
if [ -n "$only_say" ]; then
	echo "missing:$want" >&2
	echo "run \`make deps\` first: it installs them with apt-get" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null; then
	echo "missing (names of Debian 12):$want" >&2
	exit 1
fi

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
	echo "missing:$want; not root and there is no sudo" >&2
	exit 1
fi
echo "deps: installing$want"
log=$(mktemp)
forbid_daemons
apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
if ! { $apt update && $apt install -y --no-install-recommends $want; } \
    >"$log" 2>&1 </dev/null; then
	cat "$log" >&2
	rm -f "$log"
	exit 1
fi
rm -f "$log"
want=$(missing "$@")
if [ -n "$want" ]; then
	echo "deps: installed, but still not found:$want" >&2
	exit 1
fi
