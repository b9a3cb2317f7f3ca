# A platform of one's own beside the one of `make up`: started as `make up` starts it, erased
# before. Sourced; needs console.sh, packages.sh, GUICHET_STATE and its copy STATE, and
# GUICHET_BINARIES. What it says of itself is exported, with the shop's own program.

PLATFORM=''

# From nothing: what an earlier run left is erased.
new_state() {
  [ ! -d "$STATE" ] || "$HERE/reset.sh" >/dev/null
  mkdir -p "$STATE/log"
}

start_platform() {
  local deadline=$((SECONDS + 300))
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
  API_BINARY=$GUICHET_BINARIES/api
  # psql, where only the server's own folder has it
  PATH=$PATH:$(find_postgres)
  set +a
}

stop_platform() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  [ -z "$PLATFORM" ] || stop_process "$PLATFORM" 60
  exit "$status"
}
