#!/bin/sh
# embed.sh FILE... : C source of a table that holds the bytes of the files,
# for base/embed.h.  Names are the paths as given, in the order of `sort`.
set -eu
export LC_ALL=C

echo '#include "base/embed.h"'
n=0
for f; do
	echo "static const unsigned char f$n[] = {"
	od -An -v -tu1 "$f" | sed 's/  *\([0-9][0-9]*\)/\1,/g'
	echo "0 };"
	n=$((n + 1))
done
echo "const struct embedded embedded_files[] = {"
n=0
for f; do
	echo "{ \"$f\", (const char *)f$n, sizeof(f$n) - 1 },"
	n=$((n + 1))
done
echo "{ 0, 0, 0 } };"
