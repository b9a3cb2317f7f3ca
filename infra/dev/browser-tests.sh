#!/usr/bin/env bash
# The browser tests: Chromium against a platform of their own, started as `make up` starts it,
# in .local/browser/ and erased before. Arguments name test files; without any, all are run.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages platform; do . "$HERE/$part.sh"; done
export GUICHET_STATE=$ROOT/.local/browser
STATE=$GUICHET_STATE

main() {
  [ -f "$BROWSER_TESTS/package.json" ] || { say "there are none in api/tests/browser"; return 0; }
  trap stop_platform EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  new_state
  need_node_packages
  need_chromium
  CHROMIUM=$(find_chromium)
  export CHROMIUM
  build_once
  start_platform
  run_tests "$@"
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

main "$@"
