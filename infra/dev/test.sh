#!/usr/bin/env bash
# `make test`: every test there is, on private services of its own: unit, property, service and
# browser tests. Arguments go to `cargo test` in the place of --workspace, and then the browser
# tests are left out: `infra/dev/test.sh -p api --test it`.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages secrets stores; do . "$HERE/$part.sh"; done
STATE=$ROOT/.local/test

main() {
  mkdir -p "$STATE/log" "$STATE/run"
  take_turn "$STATE" "make test"
  trap stop_stores EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  choose_store_user
  erase_stores

  step "Looking for what the tests need"
  need_compiler
  need_stores
  need_test_tools
  if [ $# -gt 0 ]; then
    step "Starting private PostgreSQL and Redis"
    start_stores
    attend cargo test --manifest-path "$ROOT/Cargo.toml" --locked "$@" || die "tests failed"
    return 0
  fi
  step "Building the programs and the tests"
  # Binaries and tests in one go: the same dependencies with the same features, compiled once.
  attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --workspace --bins --tests ||
    die "the build failed"
  step "Starting private PostgreSQL and Redis"
  start_stores
  step "Running the Rust tests"
  local failed=''
  attend cargo test --manifest-path "$ROOT/Cargo.toml" --locked --workspace --no-fail-fast ||
    failed="Rust tests"
  step "Running the browser tests"
  attend "$HERE/browser-tests.sh" || failed="${failed:+$failed, }browser tests"
  [ -z "$failed" ] || die "failed: $failed"
  printf '%s\n' "${GREEN}All tests passed.${PLAIN}"
}

# Tests start from nothing; also clears what a killed run left.
erase_stores() {
  stop_postgres
  stop_redis
  if [ -L "$STATE/postgres" ]; then rm -rf "$(readlink "$STATE/postgres")"; fi
  rm -rf "${STATE:?}/postgres" "${STATE:?}/redis"
}

start_stores() {
  load_secrets "$STATE/secrets.env"
  choose_ports "$STATE/ports" POSTGRES:0 REDIS:0
  start_postgres quick "$POSTGRES_PORT"
  start_redis quick "$REDIS_PORT"
  export TEST_DATABASE_URL=$POSTGRES_URL
  export TEST_REDIS_URL=$REDIS_URL
  GUICHET_PYTHON=$(find_python)
  CHROMIUM=$(find_chromium)
  export GUICHET_PYTHON CHROMIUM
  # Tests make their own settings: none may leak in from this installation's secrets.
  unset KEY_ENCRYPTION_KEYS INDEX_KEY COOKIE_KEY MANIFEST_SIGNING_KEY SANDBOX_BANK_SECRET GATE_TOKEN
}

stop_stores() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 30
  if [ "$status" -ne 0 ] && [ -s "$STATE/log/postgres.log" ]; then
    # The log is in the folder that is erased now.
    cp "$STATE/log/postgres.log" "$STATE/log/postgres-failed.log"
    say "PostgreSQL's log: $STATE/log/postgres-failed.log"
  fi
  erase_stores
  rm -f "$STATE/run/turn"
  exit "$status"
}

main "$@"
