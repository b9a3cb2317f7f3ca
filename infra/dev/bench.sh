#!/usr/bin/env bash
# `make bench`: limits and real endpoints in turn, on durable stores of their own in .local/bench,
# with optimised binaries. `infra/dev/bench.sh on_sale_rush` runs that scenario there instead
# (likewise gate_opening, games_day, costs).
# GUICHET_BINARIES names a folder of binaries built already.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages secrets stores rehearse; do . "$HERE/$part.sh"; done
STATE=$ROOT/.local/bench
SCENARIO=${1:-bench}
[ $# -eq 0 ] || shift
PIDS=''

main() {
  # Thousands of connections on either side.
  ulimit -n "$(ulimit -Hn)"
  mkdir -p "$STATE/log" "$STATE/run" "$ROOT/.local/reports"
  take_turn "$STATE" "make bench"
  trap stop_everything EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  need_compiler
  need_stores
  step "Building optimised binaries (the first time takes some minutes)"
  build
  step "Starting durable PostgreSQL and Redis"
  erase_stores
  start_stores
  step "Preparing people and events"
  prepare
  step "Starting the shop, its jobs and the limits"
  start_services
  step "Measuring"
  case "$SCENARIO" in
    bench) run_load bench --out "$ROOT/.local/bench.json" "$@" ;;
    costs) run_load costs --out "$ROOT/.local/costs.json" --erase-redis "$@" ;;
    *) run_load "$SCENARIO" --reports "$ROOT/.local/reports" "$@" ;;
  esac
}

build() {
  if [ -n "${GUICHET_BINARIES:-}" ]; then BIN=$GUICHET_BINARIES; return; fi
  attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --release -p api -p loadtests \
    -p gate-scanner --bins || die "the build failed"
  BIN=${CARGO_TARGET_DIR:-$ROOT/target}/release
}

# Every run starts from nothing, so that runs can be compared.
erase_stores() {
  choose_store_user
  stop_postgres
  stop_redis
  if [ -L "$STATE/postgres" ]; then rm -rf "$(readlink "$STATE/postgres")"; fi
  rm -rf "${STATE:?}/postgres" "${STATE:?}/redis" "${STATE:?}/gate" "${STATE:?}/gate-cut"
}

start_stores() {
  load_secrets "$STATE/secrets.env"
  choose_ports "$STATE/ports" API:0 LIMITS:0 GATE:0 CUT_GATE:0 SMTP:0 POSTGRES:0 REDIS:0
  start_postgres durable "$POSTGRES_PORT"
  start_redis durable "$REDIS_PORT"
  create_database
  # Costs are measured once all is written, which the owner may then ask for.
  sql postgres <<'SQL'
create database guichet_limits;
grant pg_checkpoint to guichet_owner;
SQL
  local server=127.0.0.1:$POSTGRES_PORT
  export NO_COLOR=1 MODE=development REDIS_URL
  export DATABASE_URL="postgres://guichet_app:$APP_PASSWORD@$server/guichet"
  export DATABASE_OWNER_URL="postgres://guichet_owner:$OWNER_PASSWORD@$server/guichet"
  export LIMITS_DATABASE_URL="postgres://postgres:$POSTGRES_PASSWORD@$server/guichet_limits"
  export API_URL="http://127.0.0.1:$API_PORT" LIMITS_URL="http://127.0.0.1:$LIMITS_PORT"
  export PUBLIC_URL="$API_URL" LIMITS_LISTEN="127.0.0.1:$LIMITS_PORT"
  export GATE_URL="http://127.0.0.1:$GATE_PORT" GATE_NAME=Gate-A LEDGER="$STATE/gate/scans.ledger"
  export LIMITS_SCAN_LOG="$STATE/limits-scans.log" POSTGRES_PROGRAM="$PG_BIN/postgres"
  export MAILBOX_SMTP_LISTEN="127.0.0.1:$SMTP_PORT"
  export SMTP_URL="smtp://$MAILBOX_SMTP_LISTEN" RATE_LIMIT_FACTOR=100000
  export RUST_LOG=${RUST_LOG:-warn}
}

prepare() {
  : >"$STATE/log/setup.log"
  attend "$BIN/api" migrate >>"$STATE/log/setup.log" 2>&1 || die "api migrate failed"
  attend "$BIN/api" import catalogue --demo >>"$STATE/log/setup.log" 2>&1 || die "api import failed"
  case "$SCENARIO" in
    games_day) rehearse "${LOAD_PEOPLE:-100000}" 4 "${LOAD_PLACES:-250000}" --gates-open ;;
    *) rehearse "${LOAD_PEOPLE:-200000}" 2 "${LOAD_PLACES:-1000000}" ;;
  esac
  case "$SCENARIO" in
    on_sale_rush) rehearse_hot "${LOAD_HOT_PLACES:-80000}" ;;
    bench) rehearse_gate "${LOAD_TICKET_COUNT:-300000}" ;;
    gate_opening | games_day) rehearse_gate "${LOAD_TICKET_COUNT:-180000}" ;;
  esac
}

start_services() {
  LISTEN=127.0.0.1:$API_PORT "$BIN/api" serve >"$STATE/log/api.log" 2>&1 &
  API_PID=$!
  PIDS="$PIDS $API_PID"
  export API_PID
  # The jobs issue and reconcile; they have a process of their own and yield to the shop. Only one
  # process keeps the mailbox.
  env -u MAILBOX_SMTP_LISTEN nice -n 19 "$BIN/api" work >"$STATE/log/work.log" 2>&1 &
  PIDS="$PIDS $!"
  "$BIN/loadtests" limits >"$STATE/log/limits.log" 2>&1 &
  PIDS="$PIDS $!"
  wait_for "$API_PORT" /readyz api
  wait_for "$LIMITS_PORT" /hello limits
  [ "$SCENARIO" != bench ] || start_cut_gate
  [ -z "${LOAD_TICKETS:-}" ] || start_gate "$GATE_PORT"
}

# start_gate PORT: GATE_PID is its process.
start_gate() {
  LISTEN=127.0.0.1:$1 "$BIN/gate-scanner" serve >>"$STATE/log/gate-scanner.log" 2>&1 &
  GATE_PID=$!
  PIDS="$PIDS $GATE_PID"
  wait_for "$1" /v1/status gate-scanner "Authorization: Bearer $GATE_TOKEN"
}

# A gate that has its list from the centre, and then no link any more: nobody is where it asks.
start_cut_gate() {
  local -x LEDGER=$STATE/gate-cut/scans.ledger
  local deadline=$((SECONDS + 120))
  export CUT_GATE_URL=http://127.0.0.1:$CUT_GATE_PORT
  start_gate "$CUT_GATE_PORT"
  until [ -e "$LEDGER.list" ]; do
    [ "$SECONDS" -lt "$deadline" ] || die "the gate to be cut off has no list"
    sleep 0.5
  done
  stop_process "$GATE_PID" 15
  API_URL=http://127.0.0.1:1 start_gate "$CUT_GATE_PORT"
}

wait_for() { # wait_for PORT PATH NAME [HEADER]: up to a minute
  local deadline=$((SECONDS + 60))
  until [ "$(http_status "$1" "$2" "${4:-}")" = 200 ]; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$STATE/log/$3.log" >&2; die "$3 does not answer"; }
    sleep 0.2
  done
}

stop_everything() {
  local status=$? pid
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  for pid in $PIDS; do stop_process "$pid" 15; done
  stop_redis
  stop_postgres
  rm -f "$STATE/run/turn"
  exit "$status"
}

main "$@"
