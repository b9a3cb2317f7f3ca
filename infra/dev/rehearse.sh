# What a load test needs in the shop: people with sessions and events on sale, new for each run.
# Sourced; needs BIN, STATE, MODE=development and the stores' addresses in the environment.

# in_shop ARGUMENTS: a command of the shop's own; its last words when it fails.
in_shop() {
  attend "$BIN/api" "$@" >>"$STATE/log/setup.log" 2>&1 ||
    { tail -n 20 "$STATE/log/setup.log" >&2; die "api $1 $2 failed"; }
}

# rehearse PEOPLE EVENTS PLACES [options of events]: sets LOAD_ACCOUNTS and LOAD_EVENTS.
rehearse() {
  local number tag people=$1 places=$3
  tag=$(printf '%X' "$(date +%s)" | tail -c 6)
  LOAD_EVENTS=''
  for number in $(seq 1 "$2"); do LOAD_EVENTS=$LOAD_EVENTS,L${tag}-$number; done
  LOAD_EVENTS=${LOAD_EVENTS#,}
  LOAD_ACCOUNTS=$STATE/load-accounts
  export LOAD_EVENTS LOAD_ACCOUNTS
  shift 3
  in_shop rehearse event --code "$LOAD_EVENTS" --places "$places" "$@"
  in_shop rehearse accounts --count "$people" --out "$LOAD_ACCOUNTS"
}

# rehearse_hot PLACES: one more event, which everybody will want. Sets LOAD_HOT_EVENT.
rehearse_hot() {
  LOAD_HOT_EVENT=HOT-$(printf '%X' "$(date +%s)" | tail -c 6)
  LOAD_HOT_PLACES=$1
  export LOAD_HOT_EVENT LOAD_HOT_PLACES
  in_shop rehearse event --code "$LOAD_HOT_EVENT" --places "$1"
}

# rehearse_gate TICKETS [EVENT]: two events that are about to begin, with tickets for all of the
# first; the device of GATE_TOKEN lets in who has one of those, or of EVENT. Sets LOAD_TICKETS and
# LOAD_OTHER_TICKETS.
rehearse_gate() {
  local event
  event=GATE-$(printf '%X' "$(date +%s)" | tail -c 6)
  LOAD_TICKETS=$STATE/load-tickets
  LOAD_OTHER_TICKETS=$STATE/load-other-tickets
  export LOAD_TICKETS LOAD_OTHER_TICKETS
  in_shop rehearse event --code "$event-1" --places "$1" --gates-open
  in_shop rehearse event --code "$event-2" --places 1000 --gates-open
  in_shop rehearse tickets --event "$event-1" --count "$1" --out "$LOAD_TICKETS"
  in_shop rehearse tickets --event "$event-2" --count 1000 --out "$LOAD_OTHER_TICKETS"
  in_shop staff device --gate "$GATE_NAME" --events "${2:+$2,}$event-1"
}

# run_load SCENARIO [arguments]: the load tests' program with the words of its command line.
run_load() {
  local scenario=$1
  shift
  case "$scenario" in
    bench | on_sale_rush | gate_opening | games_day | costs) set -- "$scenario" "$@" ;;
    *) set -- run "$scenario" "$@" ;;
  esac
  export API_BINARY=$BIN/api
  attend "$BIN/loadtests" "$@" || die "the load test failed"
}
