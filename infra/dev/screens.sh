#!/usr/bin/env bash
# `make screens`: pictures of every page a spectator can meet and of every state of it, in three
# widths, into docs/screens/, from a platform of its own in .local/screens/.
#   SCREENS_LOCALE="ar es-ES"   other languages than fr-FR
#   SCREENS_THEME="light dark"  dark too
#   SCREENS_WIDTH="360 1440"    not all widths
#   SCREENS_ONLY="basket map"   only what begins so
# `make screens SCREENS_ONLY=docs` makes the pictures of README and docs/ anew instead.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages platform; do . "$HERE/$part.sh"; done
export GUICHET_STATE=$ROOT/.local/screens
STATE=$GUICHET_STATE

main() {
  trap stop_platform EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  new_state
  need_node_packages
  need_chromium
  CHROMIUM=$(find_chromium)
  export CHROMIUM
  if [ -z "${GUICHET_BINARIES:-}" ]; then
    attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --workspace --bins ||
      die "the build failed"
    export GUICHET_BINARIES=${CARGO_TARGET_DIR:-$ROOT/target}/debug
  fi
  start_platform
  attend "$(find_node)" "$ROOT/api/tests/browser/screens.mjs" "$ROOT/docs" ||
    die "not all pages could be reached"
}

main "$@"
