# Fault proxies before the stores, so that a rehearsal can cut or stall what the shop's processes
# say to them. Sourced after infra/dev's parts; needs BIN and STATE.

line_pid() { cat "$STATE/run/line-$1.pid" 2>/dev/null || true; }

# start_line NAME PORT=TARGET_PORT...: one process, broken and mended as a whole.
start_line() {
  local name=$1 pair pairs=() tries=0
  shift
  [ -x "$BIN/fault-proxy" ] || die "$BIN has no fault-proxy: build the whole workspace"
  for pair in "$@"; do pairs+=("127.0.0.1:${pair%=*}=127.0.0.1:${pair#*=}"); done
  "$BIN/fault-proxy" "${pairs[@]}" >>"$STATE/log/line-$name.log" 2>&1 &
  echo $! >"$STATE/run/line-$name.pid"
  for pair in "$@"; do
    until port_taken "${pair%=*}"; do
      tries=$((tries + 1))
      [ "$tries" -lt 100 ] || die "the line $name does not answer ($STATE/log/line-$name.log)"
      sleep 0.1
    done
  done
}

# break_line NAME cut|stall SECONDS: every connection of it, then mends it.
break_line() {
  local signal=USR1
  [ "$2" = cut ] || signal=USR2
  kill "-$signal" "$(line_pid "$1")"
  sleep "$3"
  kill -HUP "$(line_pid "$1")"
}

stop_lines() {
  local name pid
  for name in redis postgres; do
    pid=$(line_pid "$name")
    if is_ours "$pid" fault-proxy; then stop_process "$pid" 5; fi
    rm -f "$STATE/run/line-$name.pid"
  done
}
