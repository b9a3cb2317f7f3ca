#!/usr/bin/env bash
# `make lighthouse`: Lighthouse's four scores of home, search, event and ticket, as on a telephone,
# against a release build of its own in .local/lighthouse/. Fails below 95. Reports are kept in
# .local/lighthouse/reports/. NAMES="home event" measures these only.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages platform; do . "$HERE/$part.sh"; done
export GUICHET_STATE=$ROOT/.local/lighthouse
STATE=$GUICHET_STATE
LIGHTHOUSE_VERSION=12.8.2
TOOL=$ROOT/.local/lighthouse-tool

main() {
  trap stop_platform EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  new_state
  mkdir -p "$STATE/reports"
  need_node_packages
  need_chromium
  need_lighthouse
  CHROMIUM=$(find_chromium)
  export CHROMIUM LIGHTHOUSE=$TOOL/node_modules/lighthouse
  if [ -z "${GUICHET_BINARIES:-}" ]; then
    attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --release --workspace --bins ||
      die "the build failed"
    export GUICHET_BINARIES=${CARGO_TARGET_DIR:-$ROOT/target}/release
  fi
  start_platform
  attend "$(find_node)" "$ROOT/api/tests/browser/lighthouse.mjs" "$STATE/reports" ||
    die "below 95: the reports are in $STATE/reports"
}

need_lighthouse() {
  [ ! -f "$TOOL/node_modules/lighthouse/package.json" ] || return 0
  say "installing lighthouse $LIGHTHOUSE_VERSION in .local/lighthouse-tool"
  mkdir -p "$TOOL"
  npm install --no-audit --no-fund --loglevel=error --prefix "$TOOL" \
    "lighthouse@$LIGHTHOUSE_VERSION" >/dev/null || die "npm could not install lighthouse"
}

main "$@"
