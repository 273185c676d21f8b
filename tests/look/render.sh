#!/bin/sh
# render.sh LETTERS [NAME...] : every mail as a browser shows it, at 375 and
# 1280 px, light and dark, into build/look/*.png.  LETTERS is the program of
# letters.c; NAMEs choose some of its mails, LOOK_LANG=es their language.
set -eu
letters=$1
shift
out=build/look
rm -rf "$out"
mkdir -p "$out"
"$letters" "$out" "${LOOK_LANG:-en}"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
	echo "look: no chromium here; the mails are in $out/*.html"
	exit 0
}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

shot() # PAGE PICTURE WIDTH HEIGHT FLAG...
{
	page=$1 picture=$2 size=$3,$4
	shift 4
	"$browser" --headless --no-sandbox --disable-gpu --no-first-run \
	    --disable-background-networking --user-data-dir="$profile" \
	    --hide-scrollbars --window-size="$size" --screenshot="$picture" \
	    "$@" "file://$PWD/$page" >"$profile/log" 2>&1 || {
		cat "$profile/log"
		exit 1
	}
}

# Headless windows are not made narrower than 500 px: a frame is.
[ $# -gt 0 ] || set -- $(cd "$out" && ls ./*.html | sed 's|^\./||; s|\.html$||')
for name; do
	echo "<!doctype html><body style=\"margin:0;background:#888\"><iframe \
src=\"$name.html\" style=\"border:0;width:375px;height:1600px\"></iframe>" \
	    >"$out/$name.narrow.htm"
	shot "$out/$name.html" "$out/$name.1280.png" 1280 1200
	shot "$out/$name.narrow.htm" "$out/$name.375.png" 500 1600
	shot "$out/$name.html" "$out/$name.1280.dark.png" 1280 1200 \
	    --blink-settings=preferredColorScheme=0
	shot "$out/$name.narrow.htm" "$out/$name.375.dark.png" 500 1600 \
	    --blink-settings=preferredColorScheme=0
done
echo "look: $# mails, pictures in $out/*.png"
