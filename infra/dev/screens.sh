#!/usr/bin/env bash
# `make screens`: pictures of every page of the shop in three widths, light and dark, from a
# running `make up`, into docs/screens/. LOCALE=en-GB for English, TONES=light for one.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console packages; do . "$HERE/$part.sh"; done
STATE=${GUICHET_STATE:-$ROOT/.local}
[ -f "$STATE/guichet.env" ] || die "nothing is running: make up first"
need_node_packages
need_chromium
CHROMIUM=$(find_chromium)
export CHROMIUM
set -a
# shellcheck source=/dev/null
. "$STATE/guichet.env"
set +a
attend "$(find_node)" "$ROOT/api/tests/browser/screens.mjs" "$ROOT/docs/screens"
say "pictures are in docs/screens/"
