#!/usr/bin/env bash
# `make chaos`: breaks the local cluster while people buy. For each fault: a checkout load, the
# fault at a moment drawn from the printed seed, then sales must go on by themselves and the audit
# be clean. Arguments name faults; without any, all. CHAOS_SEED repeats a run.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEV=$HERE/../dev CLUSTER=$HERE/../local-cluster
for part in console ports packages secrets stores rehearse; do . "$DEV/$part.sh"; done
STATE=${GUICHET_CLUSTER_STATE:-$ROOT/.local/cluster}
for part in databases caches front; do . "$CLUSTER/$part.sh"; done
. "$HERE/faults.sh"

ALL='api_killed redis_master_killed redis_restarted redis_wiped flushall redis_stalled pooler_stalled
pooler_killed clock_jump postgres_restarted standby_promoted'
SEED=${CHAOS_SEED:-$RANDOM$RANDOM}
SECONDS_OF_LOAD=${CHAOS_SECONDS:-40}
PER_SECOND=${CHAOS_PER_SECOND:-15}
PLATFORM='' LOAD='' FAILED=0 RESULTS=()

main() {
  local fault
  RANDOM=$((SEED % 32768))
  say "seed $SEED (CHAOS_SEED=$SEED repeats it)"
  trap stop_chaos EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  start_cluster
  # shellcheck disable=SC2086  # a list of names
  if [ $# -eq 0 ]; then set -- $ALL; fi
  for fault in "$@"; do
    step "$fault"
    try_fault "$fault"
  done
  report
  [ "$FAILED" -eq 0 ] || die "$FAILED of $# faults were not survived"
}

start_cluster() {
  # Everybody comes from one address.
  export RATE_LIMIT_FACTOR=100000
  local deadline=$((SECONDS + 1500))
  mkdir -p "$STATE"
  rm -f "$STATE/guichet.env"
  "$CLUSTER/up.sh" >"$STATE/up.log" 2>&1 &
  PLATFORM=$!
  until [ -f "$STATE/guichet.env" ]; do
    alive "$PLATFORM" || { tail -n 30 "$STATE/up.log" >&2; die "the cluster did not start"; }
    [ "$SECONDS" -lt "$deadline" ] || die "the cluster did not start in time ($STATE/up.log)"
    sleep 0.5
  done
  BIN=${GUICHET_BINARIES:-${CARGO_TARGET_DIR:-$ROOT/target}/${CHAOS_FOLDER:-debug}}
  set -a
  . "$STATE/secrets.env"
  . "$STATE/guichet.env"
  set +a
  . "$STATE/ports"
  export NO_COLOR=1 SMTP_URL="smtp://127.0.0.1:$SMTP_PORT" SMS_URL="$API_URL/dev/sms"
  choose_store_user
  PG_BIN=$(find_postgres)
  PG_FOLDER=$(database_folder)
}

# New people and events each time: what one fault leaves is not the next one's load.
try_fault() {
  local fault=$1 began late wait_for log=$STATE/log/chaos-$1.log result=ok gap sold audit
  rehearse 2000 2 5000
  began=$(echo 'select clock_timestamp();' | sql guichet)
  "$BIN/loadtests" run checkout --per-second "$PER_SECOND" --seconds "$SECONDS_OF_LOAD" \
    --connections 16 --reports "$STATE/reports" >"$log" 2>&1 &
  LOAD=$!
  wait_for=$((4 + RANDOM % 5))
  sleep "$wait_for"
  "fault_$fault" || result='not injected'
  wait "$LOAD" || true
  LOAD=''
  read -r gap sold late <<<"$(sales_since "$began")"
  if [ "${sold:-0}" -eq 0 ] || [ "${late:-0}" -eq 0 ]; then result='sales did not resume'; fi
  audit=clean
  audit_within 120 "$STATE/log/chaos-audit-$fault.log" || { audit=violations result=audit; }
  [ "$result" = ok ] || FAILED=$((FAILED + 1))
  RESULTS+=("$fault|$wait_for|${gap:-?}|${sold:-0}|$audit|$result")
  say "longest time without a sale ${gap:-?} s, paid ${sold:-0}, audit $audit: $result"
}

# Longest gap between payments in seconds, payments, and those of the load's last ten seconds.
sales_since() {
  sql guichet -F ' ' -v began="$1" -v seconds="$SECONDS_OF_LOAD" <<'SQL'
with paid as (
  select paid_at, paid_at - lag(paid_at) over (order by paid_at) as gap
    from orders where paid_at >= :'began'::timestamptz)
select coalesce(round(extract(epoch from max(gap))::numeric, 1), 0), count(*),
       count(*) filter (where paid_at > :'began'::timestamptz + make_interval(secs => :seconds - 10))
  from paid;
SQL
}

# The reconciler has its time: what is not mended by then is a violation.
audit_within() {
  local deadline=$((SECONDS + $1))
  until "$BIN/api" audit >"$2" 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$2" >&2; return 1; }
    sleep 5
  done
}

report() {
  local line fault at gap sold audit result comma=''
  printf '\n%-22s %8s %12s %6s %-11s %s\n' fault 'after s' 'no sales s' paid audit result
  {
    printf '{"seed": %s, "faults": [' "$SEED"
    for line in "${RESULTS[@]}"; do
      IFS='|' read -r fault at gap sold audit result <<<"$line"
      printf '%-22s %8s %12s %6s %-11s %s\n' "$fault" "$at" "$gap" "$sold" "$audit" "$result" >&2
      printf '%s{"fault": "%s", "after_seconds": %s, "seconds_without_sales": "%s", "paid": %s, "audit": "%s", "result": "%s"}' \
        "$comma" "$fault" "$at" "$gap" "$sold" "$audit" "$result"
      comma=', '
    done
    printf ']}\n'
  } >"$ROOT/.local/chaos.json"
}

stop_chaos() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$LOAD" ] || stop_process "$LOAD" 5
  [ -z "$PLATFORM" ] || stop_process "$PLATFORM" 60
  exit "$status"
}

main "$@"
