#!/usr/bin/env bash
# `make up`: the whole platform on this machine, from nothing to answering, until Ctrl-C.
#
# Everything it makes is in one folder, .local/ (or GUICHET_STATE): data, logs, secrets, ports.
# GUICHET_PROFILE=release builds optimised binaries; GUICHET_BINARIES names a folder of binaries
# built already, and then nothing is built.
set -euo pipefail

STEPS_TOTAL=7
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console binaries ports packages secrets stores; do . "$HERE/$part.sh"; done

STATE=${GUICHET_STATE:-$ROOT/.local}
API_PID='' GATE_PID='' STARTED='' COMPLETE=''

main() {
  mkdir -p "$STATE/log" "$STATE/run" "$STATE/gate"
  take_turn "$STATE" "make up"
  trap stop_everything EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  STARTED=yes
  rm -f "$STATE/guichet.env"
  stop_leftovers

  step "Looking for PostgreSQL, Redis and the compiler"
  need_compiler
  need_stores
  step "Building (the first time takes some minutes)"
  build_programs
  step "Starting PostgreSQL and Redis"
  start_stores
  step "Preparing the database"
  migrate
  step "Loading the demonstration catalogue and staff"
  load_demonstration
  step "Starting the ticket shop"
  start_api
  step "Starting the gate"
  start_gate
  write_environment
  COMPLETE=yes
  show_addresses
  watch
}

# A run that was killed outright leaves its processes behind: they hold the data and the ports.
stop_leftovers() {
  local name pid
  for name in gate-scanner api; do
    pid=$(cat "$STATE/run/$name.pid" 2>/dev/null || true)
    if is_ours "$pid" "/$name"; then stop_process "$pid" 10; fi
    rm -f "$STATE/run/$name.pid"
  done
  choose_store_user
  stop_postgres
  stop_redis
}

start_stores() {
  load_secrets "$STATE/secrets.env"
  choose_ports "$STATE/ports" API:8080 GATE:8090 SMTP:2525 POSTGRES:5442 REDIS:6389
  start_postgres durable "$POSTGRES_PORT"
  start_redis durable "$REDIS_PORT"
  create_database
  configure
}

# What the two binaries read. Nothing is passed on a command line, where others could see it.
configure() {
  local database=127.0.0.1:$POSTGRES_PORT/guichet
  export MODE=development
  # Their output goes to files.
  export NO_COLOR=1
  export DATABASE_URL="postgres://guichet_app:$APP_PASSWORD@$database"
  export DATABASE_OWNER_URL="postgres://guichet_owner:$OWNER_PASSWORD@$database"
  export REDIS_URL
  export API_URL="http://127.0.0.1:$API_PORT"
  export GATE_URL="http://127.0.0.1:$GATE_PORT"
  export PUBLIC_URL="$API_URL"
  export MAILBOX_SMTP_LISTEN="127.0.0.1:$SMTP_PORT"
  export SMTP_URL="smtp://$MAILBOX_SMTP_LISTEN"
  export SMS_URL="$API_URL/dev/sms"
  export GATE_NAME=Gate-A
  export LEDGER="$STATE/gate/scans.ledger"
  export ADMIN_EMAIL=admin@guichet.example MANAGER_EMAIL=manager@guichet.example
  export EDITOR_EMAIL=editor@guichet.example AGENT_EMAIL=agent@guichet.example
  export SPECTATOR_EMAIL=spectator@guichet.example
  export AGENT_NUMBER=0412 SUPERVISOR_NUMBER=0900
}

# api_command ARGUMENTS...: a command of administration; its output goes to the log, and to the
# terminal when it fails.
api_command() {
  local log=$STATE/log/setup.log status=0
  echo "--- api $*" >>"$log"
  attend "$BIN/api" "$@" >>"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || { tail -n 30 "$log" >&2; die "api $* failed (all of it: $log)"; }
}

migrate() { api_command migrate; }

load_demonstration() {
  api_command import catalogue --demo
  api_command staff demo
  # The festival is open for entry and on sale for weeks: what one buys can enter at once.
  api_command staff device --gate "$GATE_NAME" --events FES-001
  # PINs by the environment, where others do not see them.
  api_command staff agent --email "$AGENT_EMAIL" --number "$AGENT_NUMBER"
  AGENT_PIN=$SUPERVISOR_PIN api_command staff agent --email "$MANAGER_EMAIL" \
    --number "$SUPERVISOR_NUMBER" --supervisor
  make_enrolment
}

# A code for one tablet, good for a day: printed alone on the first line.
make_enrolment() {
  local log=$STATE/log/setup.log printed
  printed=$("$BIN/api" staff enrolment --gate "$GATE_NAME" --name "demo tablet" --minutes 1440 \
    2>>"$log") || die "api staff enrolment failed (all of it: $log)"
  GATE_ENROLMENT_CODE=${printed%%$'\n'*}
}

start_api() {
  LISTEN=127.0.0.1:$API_PORT "$BIN/api" serve --with-worker >"$STATE/log/api.log" 2>&1 &
  API_PID=$!
  echo "$API_PID" >"$STATE/run/api.pid"
  wait_for api "$API_PID" "$API_PORT" /readyz
}

start_gate() {
  LISTEN=127.0.0.1:$GATE_PORT "$BIN/gate-scanner" serve >"$STATE/log/gate-scanner.log" 2>&1 &
  GATE_PID=$!
  echo "$GATE_PID" >"$STATE/run/gate-scanner.pid"
  wait_for gate-scanner "$GATE_PID" "$GATE_PORT" /v1/status
}

wait_for() { # wait_for NAME PID PORT PATH: up to two minutes
  local deadline=$((SECONDS + 120)) status
  while true; do
    alive "$2" || fell "$1"
    status=$(http_status "$3" "$4" "Authorization: Bearer $GATE_TOKEN")
    [ "$status" != 200 ] || return 0
    [ "$SECONDS" -lt "$deadline" ] || {
      tail -n 30 "$STATE/log/$1.log" >&2
      die "$1 answers $status at $4 after two minutes (log: $STATE/log/$1.log)"
    }
    sleep 0.2
  done
}

fell() { # fell NAME: one of ours ended by itself
  COMPLETE=''
  [ ! -f "$STATE/log/$1.log" ] || tail -n 30 "$STATE/log/$1.log" >&2
  die "$1 ended unexpectedly (all of its log: $STATE/log/$1.log)"
}

# Values hold neither spaces nor quotes, so that both a shell and a simple parser read the file.
write_environment() {
  local name
  (
    umask 077
    for name in MODE PUBLIC_URL API_URL GATE_URL GATE_TOKEN GATE_NAME DATABASE_URL DATABASE_OWNER_URL REDIS_URL \
      ADMIN_EMAIL ADMIN_PASSWORD MANAGER_EMAIL MANAGER_PASSWORD EDITOR_EMAIL EDITOR_PASSWORD \
      AGENT_EMAIL AGENT_PASSWORD SPECTATOR_EMAIL SPECTATOR_PASSWORD GATE_ENROLMENT_CODE \
      AGENT_NUMBER AGENT_PIN SUPERVISOR_NUMBER SUPERVISOR_PIN SMTP_URL; do
      echo "$name=${!name}"
    done >"$STATE/guichet.env.new"
  )
  # Whoever waits for the file finds it whole.
  mv "$STATE/guichet.env.new" "$STATE/guichet.env"
}

show_addresses() {
  cat <<TEXT

${GREEN}${BOLD}Guichet is open.${PLAIN}

  Ticket shop      ${BOLD}$API_URL${PLAIN}
  Mails and SMS    $API_URL/dev/mailbox
  Gate             ${BOLD}$GATE_URL${PLAIN}   device token $GATE_TOKEN
    a tablet       enrolment code ${BOLD}$GATE_ENROLMENT_CODE${PLAIN} (for one tablet, today)
    its agent      number $AGENT_NUMBER, PIN $AGENT_PIN; supervisor $SUPERVISOR_NUMBER, PIN $SUPERVISOR_PIN

  Demonstration accounts
    administrator  $ADMIN_EMAIL       $ADMIN_PASSWORD
    manager        $MANAGER_EMAIL     $MANAGER_PASSWORD
    editor         $EDITOR_EMAIL      $EDITOR_PASSWORD
    gate agent     $AGENT_EMAIL       $AGENT_PASSWORD
    spectator      $SPECTATOR_EMAIL   $SPECTATOR_PASSWORD

  ${DIM}All of this is in $STATE/guichet.env; logs are in $STATE/log/.${PLAIN}
  Ctrl-C stops everything; the data stay. make reset erases them.

TEXT
}

# One process that dies takes the rest with it: half a platform would only confuse.
watch() {
  while true; do
    alive "$API_PID" || fell api
    alive "$GATE_PID" || fell gate-scanner
    postgres_lives || fell postgres
    redis_lives || fell redis
    attend sleep 1 || true
  done
}

stop_everything() {
  local status=$?
  trap '' INT TERM HUP
  [ -n "$STARTED" ] || exit "$status"
  [ -z "$COMPLETE" ] || printf '\nStopping... '
  rm -f "$STATE/guichet.env" "$STATE/guichet.env.new"
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  # The gate first: what it scanned can still be told to the API.
  [ -z "$GATE_PID" ] || stop_process "$GATE_PID" 15
  [ -z "$API_PID" ] || stop_process "$API_PID" 15
  stop_redis
  stop_postgres
  rm -f "$STATE/run/api.pid" "$STATE/run/gate-scanner.pid" "$STATE/run/turn"
  if [ -n "$COMPLETE" ]; then
    echo "stopped. The data are kept in $STATE."
    # Ctrl-C is the way to stop it, not a failure.
    [ "$status" -ne 130 ] && [ "$status" -ne 143 ] || status=0
  fi
  exit "$status"
}

main "$@"
