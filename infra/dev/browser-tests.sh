#!/usr/bin/env bash
# The browser tests: Chromium against a platform of their own, started as `make up` starts it,
# in .local/browser/ and erased before. Arguments name test files; without any, all are run.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages; do . "$HERE/$part.sh"; done
export GUICHET_STATE=$ROOT/.local/browser
STATE=$GUICHET_STATE
PLATFORM=''

main() {
  [ -f "$BROWSER_TESTS/package.json" ] || { say "there are none in api/tests/browser"; return 0; }
  trap stop_platform EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  [ ! -d "$STATE" ] || "$HERE/reset.sh" >/dev/null
  mkdir -p "$STATE/log"
  need_node_packages
  need_chromium
  CHROMIUM=$(find_chromium)
  export CHROMIUM
  start_platform
  run_tests "$@"
}

start_platform() {
  local deadline=$((SECONDS + 1500))
  build_once
  "$HERE/up.sh" >"$STATE/up.log" 2>&1 &
  PLATFORM=$!
  until [ -f "$STATE/guichet.env" ]; do
    alive "$PLATFORM" || { tail -n 40 "$STATE/up.log" >&2; die "it did not start"; }
    [ "$SECONDS" -lt "$deadline" ] || die "it did not start in time (log: $STATE/up.log)"
    sleep 0.3
  done
  set -a
  # shellcheck source=/dev/null
  . "$STATE/guichet.env"
  set +a
}

# With the tests' own feature set, so that nothing is compiled twice within `make test`.
build_once() {
  attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --workspace --bins --tests ||
    die "the build failed"
  export GUICHET_BINARIES=${CARGO_TARGET_DIR:-$ROOT/target}/debug
}

run_tests() {
  if [ $# -eq 0 ]; then set -- "$BROWSER_TESTS"/*.test.*js; fi
  [ -e "$1" ] || die "no *.test.js or *.test.mjs in $BROWSER_TESTS"
  attend "$(find_node)" --test --test-concurrency=1 --test-reporter=spec "$@" || {
    printf '%s\n' "${DIM}the platform's logs are in $STATE/log/${PLAIN}"
    die "browser tests failed"
  }
}

stop_platform() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  [ -z "$PLATFORM" ] || stop_process "$PLATFORM" 60
  exit "$status"
}

main "$@"
