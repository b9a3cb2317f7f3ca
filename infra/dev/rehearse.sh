# What a load test needs in the shop: people with sessions and events on sale, new for each run.
# Sourced; needs BIN, STATE, MODE=development and the stores' addresses in the environment.

# rehearse PEOPLE EVENTS PLACES: sets LOAD_ACCOUNTS and LOAD_EVENTS.
rehearse() {
  local number tag
  tag=$(printf '%X' "$(date +%s)" | tail -c 6)
  LOAD_EVENTS=''
  for number in $(seq 1 "$2"); do LOAD_EVENTS=$LOAD_EVENTS,L${tag}-$number; done
  LOAD_EVENTS=${LOAD_EVENTS#,}
  LOAD_ACCOUNTS=$STATE/load-accounts
  export LOAD_EVENTS LOAD_ACCOUNTS
  attend "$BIN/api" rehearse event --code "$LOAD_EVENTS" --places "$3" >>"$STATE/log/setup.log" 2>&1 ||
    { tail -n 20 "$STATE/log/setup.log" >&2; die "api rehearse event failed"; }
  attend "$BIN/api" rehearse accounts --count "$1" --out "$LOAD_ACCOUNTS" >>"$STATE/log/setup.log" 2>&1 ||
    { tail -n 20 "$STATE/log/setup.log" >&2; die "api rehearse accounts failed"; }
}

# rehearse_hot PLACES: one more event, which everybody will want. Sets LOAD_HOT_EVENT.
rehearse_hot() {
  LOAD_HOT_EVENT=HOT-$(printf '%X' "$(date +%s)" | tail -c 6)
  LOAD_HOT_PLACES=$1
  export LOAD_HOT_EVENT LOAD_HOT_PLACES
  attend "$BIN/api" rehearse event --code "$LOAD_HOT_EVENT" --places "$1" >>"$STATE/log/setup.log" 2>&1 ||
    { tail -n 20 "$STATE/log/setup.log" >&2; die "api rehearse event failed"; }
}

# run_load SCENARIO [arguments]: the load tests' program with the words of its command line.
run_load() {
  local scenario=$1
  shift
  case "$scenario" in
    bench | on_sale_rush) set -- "$scenario" "$@" ;;
    *) set -- run "$scenario" "$@" ;;
  esac
  export API_BINARY=$BIN/api
  attend "$BIN/loadtests" "$@" || die "the load test failed"
}
