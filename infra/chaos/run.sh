#!/usr/bin/env bash
# `make chaos`: breaks the shop while people buy, on the local cluster and on one machine with one
# Redis and one PostgreSQL. For each fault: a checkout load, the fault at a moment drawn from the
# printed seed, then sales must go on by themselves, the audit be clean and every payment have its
# order or its refund. FAULTS names some (`flushall`, on both; `cluster/flushall`, on one of them);
# CHAOS_SEED repeats a run, and any part of it.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$HERE/../dev/console.sh"
. "$HERE/faults.sh"

export CHAOS_SEED=${CHAOS_SEED:-$RANDOM$RANDOM}
export CHAOS_RESULTS=$ROOT/.local/chaos-results
CHILD=''

main() {
  local setup found='' names status=0
  trap stop_child EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  say "seed $CHAOS_SEED (CHAOS_SEED=$CHAOS_SEED repeats it)"
  take_the_machine
  : >"$CHAOS_RESULTS"
  # shellcheck disable=SC2086,SC2048  # lists of names
  for setup in $SETUPS; do
    names=$(names_on "$setup" $*)
    [ -n "$names" ] || continue
    found=yes
    # shellcheck disable=SC2086
    "$HERE/break.sh" "$setup" $names &
    CHILD=$!
    wait "$CHILD" || status=$?
    CHILD=''
  done
  [ -n "$found" ] || die "no such fault; there are: $(all_names)"
  report
  [ "$status" -eq 0 ] || die "not every fault was survived"
}

# Two runs would stop each other's stores.
take_the_machine() {
  local other
  mkdir -p "$ROOT/.local"
  other=$(cat "$ROOT/.local/chaos.pid" 2>/dev/null || true)
  ! is_ours "$other" chaos/run.sh || die "make chaos already runs (process $other)"
  echo $$ >"$ROOT/.local/chaos.pid"
}

# names_on SETUP NAME...: those of them that this set-up has; all when none is named.
names_on() {
  local setup=$1 fault name
  shift
  for fault in $(faults_of "$setup"); do
    if [ $# -eq 0 ]; then echo "$fault"; fi
    for name in "$@"; do
      case "$name" in "$fault" | "$setup/$fault" | "$setup") echo "$fault" ;; esac
    done
  done
}

all_names() {
  local setup fault
  for setup in $SETUPS; do
    for fault in $(faults_of "$setup"); do printf '%s/%s ' "$setup" "$fault"; done
  done
}

LINE='%-12s %-20s %8s %11s %6s %6s %-11s %s\n'

report() {
  local setup fault at gap payers sold audit result comma=''
  # shellcheck disable=SC2059  # the format is ours
  printf "\n$LINE" set-up fault 'after s' 'no sales s' payers paid audit result
  {
    printf '{"seed": %s, "faults": [' "$CHAOS_SEED"
    while IFS='|' read -r setup fault at gap payers sold audit result; do
      # shellcheck disable=SC2059
      printf "$LINE" "$setup" "$fault" "$at" "$gap" "$payers" "$sold" "$audit" "$result" >&2
      printf '%s{"setup": "%s", "fault": "%s", "after_seconds": %s, "seconds_without_sales": %s, ' \
        "$comma" "$setup" "$fault" "$at" "$gap"
      printf '"payers": %s, "paid": %s, "audit": "%s", "result": "%s"}' \
        "$payers" "$sold" "$audit" "$result"
      comma=', '
    done <"$CHAOS_RESULTS"
    printf ']}\n'
  } >"$ROOT/.local/chaos.json"
  say "written to .local/chaos.json"
}

stop_child() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$CHILD" ] || stop_process "$CHILD" 90
  exit "$status"
}

main "$@"
