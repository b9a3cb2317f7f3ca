#!/usr/bin/env bash
# break.sh SETUP FAULT...: starts that set-up, tries each fault on it, and adds a line for each to
# the file CHAOS_RESULTS. Called by run.sh.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEV=$HERE/../dev CLUSTER=$HERE/../local-cluster
for part in console binaries ports packages secrets stores rehearse; do . "$DEV/$part.sh"; done
SETUP=$1
shift
STATE=${GUICHET_CHAOS_STATE:-$ROOT/.local}/$SETUP
. "$CLUSTER/lines.sh"
. "$HERE/faults.sh"
. "$HERE/$SETUP.sh"

SECONDS_OF_LOAD=${CHAOS_SECONDS:-40}
PER_SECOND=${CHAOS_PER_SECOND:-15}
SETTLED_WITHIN_SECONDS=120
LOAD='' FAILED=0

main() {
  local fault
  trap stop_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  # Everybody comes from one address.
  export RATE_LIMIT_FACTOR=100000 NO_COLOR=1
  mkdir -p "$STATE/log" "$STATE/run"
  step "starting: $SETUP"
  start_setup
  for fault in "$@"; do
    step "$SETUP/$fault"
    try_fault "$fault"
  done
  [ "$FAILED" -eq 0 ]
}

# New people and events each time: what one fault leaves is not the next one's load. Each fault
# has a seed of its own, so that it can be repeated alone.
try_fault() {
  local fault=$1 log=$STATE/log/chaos-$1.log result=ok audit=clean
  local began late wait_for gap sold payers
  RANDOM=$(printf '%s' "$CHAOS_SEED/$SETUP/$fault" | cksum | awk '{ print $1 % 32768 }')
  rehearse 2000 2 5000
  rm -f "$STATE/reports/checkout.json"
  began=$(echo 'select clock_timestamp();' | sql guichet)
  "$BIN/loadtests" run checkout --per-second "$PER_SECOND" --seconds "$SECONDS_OF_LOAD" \
    --connections 16 --reports "$STATE/reports" --webhooks "$(webhooks_of "$fault")" \
    --seed "$RANDOM" >"$log" 2>&1 &
  LOAD=$!
  wait_for=$((4 + RANDOM % 5))
  sleep "$wait_for"
  "fault_$fault" || result='not injected'
  wait "$LOAD" || true
  LOAD=''
  payers=$(payers_of_the_load)
  settle_all "$payers" "$began" || result='payments without an end'
  read -r gap sold late <<<"$(sales_since "$began")"
  if [ "${sold:-0}" -eq 0 ] || [ "${late:-0}" -eq 0 ]; then result='sales did not resume'; fi
  audit_within "$STATE/log/chaos-audit-$fault.log" || { audit=violations result=audit; }
  [ "$result" = ok ] || FAILED=$((FAILED + 1))
  printf '%s|' "$SETUP" "$fault" "$wait_for" "${gap:-null}" "${payers:-null}" "${sold:-0}" "$audit" \
    >>"$CHAOS_RESULTS"
  echo "$result" >>"$CHAOS_RESULTS"
  say "longest time without a sale ${gap:-?} s, payers ${payers:-?}, paid orders ${sold:-0}," \
    "audit $audit: $result"
}

# How many payers went home having paid.
payers_of_the_load() {
  local report=$STATE/reports/checkout.json
  sed -n 's/^ *"goals": \([0-9]*\),.*/\1/p' "$report" 2>/dev/null | head -n 1 || true
}

# Longest gap between payments in seconds, payments, and those of the load's last ten seconds.
sales_since() {
  sql guichet -F ' ' -v began="$1" -v seconds="$SECONDS_OF_LOAD" <<'SQL'
with paid as (
  select paid_at, paid_at - lag(paid_at) over (order by paid_at) as gap
    from orders where paid_at >= :'began'::timestamptz)
select coalesce(round(extract(epoch from max(gap))::numeric, 1), 0), count(*),
       count(*) filter (
         where paid_at > :'began'::timestamptz + make_interval(secs => :seconds - 10))
  from paid;
SQL
}

# Payments that have neither their order nor their refund, with those that nobody knows of: the
# bank's own books and the load's count say how many there must be.
open_payments() {
  sql guichet -v payers="${1:-0}" -v began="$2" <<'SQL'
select (select count(*) from sandbox_bank_payments bank
         where bank.state = 'captured' and not exists (
          select from payments
           where id = bank.merchant_payment_id and state in ('captured', 'refunded')))
     + (select count(*) from payments where state = 'refund_due')
     + (select count(*) from payments
         where state = 'captured' and not exists (
           select from orders where orders.id = order_id and orders.state = 'paid'))
     + (select count(*) from payment_inbox where processed_at is null)
     + greatest(0, :payers - (select count(*) from payments
         where captured_at is not null and created_at >= :'began'::timestamptz));
SQL
}

# The reconciler has its time: what is not mended by then is lost.
settle_all() {
  local deadline=$((SECONDS + SETTLED_WITHIN_SECONDS))
  until [ "$(open_payments "$1" "$2")" = 0 ]; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 2
  done
}

audit_within() {
  local deadline=$((SECONDS + SETTLED_WITHIN_SECONDS))
  until "$BIN/api" audit >"$1" 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$1" >&2; return 1; }
    sleep 5
  done
}

stop_all() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  [ -z "$LOAD" ] || stop_process "$LOAD" 5
  stop_setup
  exit "$status"
}

main "$@"
