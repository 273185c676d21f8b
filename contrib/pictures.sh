#!/bin/sh
# pictures.sh DEMO : the pictures of README.md, from the folder of a demo.
# Needs chromium, and convert (ImageMagick) to make them small.
set -eu
demo=$(readlink -f "$1")
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

picture() # PAGE WIDTH HEIGHT NAME
{
	chromium --headless --no-sandbox --disable-gpu --no-first-run \
	    --disable-background-networking --user-data-dir="$profile" \
	    --hide-scrollbars --window-size="$2,$3" \
	    --screenshot="$profile/shot.png" "file://$1" >/dev/null 2>&1
	convert "$profile/shot.png" +dither -colors 128 -strip "contrib/doc/$4"
}

mkdir -p contrib/doc
picture "$demo/index.html" 1000 775 demo.png
# The first digest of the team leader in the second week.
digest=$(grep -l '<title>.*need.* you: .*12 Nov' "$demo"/mails/*-2026-11-12-lead-digest.html | head -n 1)
picture "${digest:?}" 680 1250 digest.png
ls -l contrib/doc
