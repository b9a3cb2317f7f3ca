#!/usr/bin/env bash
# `make cluster`: the shop as it runs on many machines, on this one, without containers: HAProxy,
# three API processes and a worker, a Redis Cluster, a PostgreSQL primary with a synchronous
# standby behind PgBouncer. From nothing each time, in .local/cluster/, until Ctrl-C.
# GUICHET_BINARIES names a folder of binaries built already; GUICHET_PROFILE as for `make up`.
# With GUICHET_LINES the shop reaches its stores through fault proxies (infra/chaos).
set -euo pipefail

STEPS_TOTAL=6
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEV=$HERE/../dev
for part in console binaries ports packages secrets stores; do . "$DEV/$part.sh"; done
STATE=${GUICHET_CLUSTER_STATE:-$ROOT/.local/cluster}
for part in lines databases caches front; do . "$HERE/$part.sh"; done

main() {
  mkdir -p "$STATE/log" "$STATE/run"
  ! is_ours "$(cat "$STATE/run/turn" 2>/dev/null || true)" local-cluster/up.sh ||
    die "make cluster already runs (process $(cat "$STATE/run/turn"))"
  echo $$ >"$STATE/run/turn"
  trap stop_all EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  choose_store_user
  "$HERE/down.sh" --erase
  mkdir -p "$STATE/log" "$STATE/run"
  echo $$ >"$STATE/run/turn"

  step "Looking for what the cluster is made of"
  need_parts
  step "Building"
  build_programs
  step "Starting PostgreSQL, its standby and PgBouncer"
  load_secrets "$STATE/secrets.env"
  own_secret
  choose_all_ports
  start_databases
  step "Starting the Redis Cluster"
  start_caches
  step "Preparing the database and the demonstration"
  configure
  prepare
  step "Starting the shop behind HAProxy"
  start_shop
  write_environment
  printf '\n%s\n' "${GREEN}${BOLD}The cluster serves at $API_URL${PLAIN} (Ctrl-C stops it; log: $STATE/log/)"
  # Faults are injected on purpose: whoever dies is not our end.
  while true; do attend sleep 1 || true; done
}

need_parts() {
  need_compiler
  need_stores
  have redis-cli || install "redis-cli" "redis-tools" "redis"
  have haproxy || [ -x /usr/sbin/haproxy ] || install "HAProxy" "haproxy" "haproxy"
  have pgbouncer || [ -x /usr/sbin/pgbouncer ] || install "PgBouncer" "pgbouncer" "pgbouncer"
}

own_secret() {
  grep -q ^POOLER_PASSWORD= "$STATE/secrets.env" ||
    echo "POOLER_PASSWORD=$(random_word)" >>"$STATE/secrets.env"
  . "$STATE/secrets.env"
}

choose_all_ports() {
  choose_ports "$STATE/ports" FRONT:8180 API1:8181 API2:8182 API3:8183 SMTP:2625 POSTGRES:5542 \
    STANDBY:5543 POOLER:6532 LINE_POSTGRES:6533 NODE1:7101 NODE2:7102 NODE3:7103 NODE4:7104 NODE5:7105 NODE6:7106 \
    BUS1:17101 BUS2:17102 BUS3:17103 BUS4:17104 BUS5:17105 BUS6:17106 \
    LINE1:7111 LINE2:7112 LINE3:7113 LINE4:7114 LINE5:7115 LINE6:7116
}

configure() {
  export MODE=development NO_COLOR=1
  local database=$POOLER_PORT
  if [ -n "${GUICHET_LINES:-}" ]; then
    database=$LINE_POSTGRES_PORT
    start_line postgres "$database=$POOLER_PORT"
  fi
  export DATABASE_URL="postgres://guichet_app:$APP_PASSWORD@127.0.0.1:$database/guichet"
  # Migrations go past the pooler: they are one session's long work.
  export DATABASE_OWNER_URL="postgres://guichet_owner:$OWNER_PASSWORD@127.0.0.1:$POSTGRES_PORT/guichet"
  export REDIS_URL
  export API_URL="http://127.0.0.1:$FRONT_PORT"
  export PUBLIC_URL=$API_URL TRUSTED_PROXIES=127.0.0.1
  export SMTP_URL="smtp://127.0.0.1:$SMTP_PORT" SMS_URL="$API_URL/dev/sms"
  export GATE_NAME=Gate-A
  export ADMIN_EMAIL=admin@guichet.example MANAGER_EMAIL=manager@guichet.example
  export EDITOR_EMAIL=editor@guichet.example AGENT_EMAIL=agent@guichet.example
  export SPECTATOR_EMAIL=spectator@guichet.example
}

prepare() {
  local command
  for command in migrate "import catalogue --demo" "staff demo"; do
    # shellcheck disable=SC2086  # words of a command
    attend "$BIN/api" $command >>"$STATE/log/setup.log" 2>&1 ||
      { tail -n 30 "$STATE/log/setup.log" >&2; die "api $command failed"; }
  done
}

start_shop() {
  local number deadline=$((SECONDS + 120))
  for number in 1 2 3; do start_api_process "$number"; done
  start_worker
  start_balancer
  until [ "$(http_status "$FRONT_PORT" /readyz)" = 200 ]; do
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$STATE/log/api-1.log" >&2; die "the shop is not ready"; }
    sleep 0.3
  done
}

write_environment() {
  local name
  (
    umask 077
    for name in MODE PUBLIC_URL API_URL GATE_TOKEN GATE_NAME DATABASE_URL DATABASE_OWNER_URL \
      REDIS_URL TRUSTED_PROXIES ADMIN_EMAIL ADMIN_PASSWORD MANAGER_EMAIL MANAGER_PASSWORD \
      EDITOR_EMAIL EDITOR_PASSWORD AGENT_EMAIL AGENT_PASSWORD SPECTATOR_EMAIL SPECTATOR_PASSWORD; do
      echo "$name=${!name}"
    done >"$STATE/guichet.env.new"
  )
  mv "$STATE/guichet.env.new" "$STATE/guichet.env"
}

stop_all() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$FOREGROUND" ] || stop_process "$FOREGROUND" 10
  "$HERE/down.sh" || true
  [ "$status" -ne 130 ] && [ "$status" -ne 143 ] || status=0
  exit "$status"
}

main "$@"
