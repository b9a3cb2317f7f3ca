# One machine: one Redis, one PostgreSQL, one process that also does the jobs, as `make up` starts
# them, but on stores of its own and with fault proxies before them. Sourced by break.sh.

API_PID=''

start_setup() {
  choose_store_user
  stop_setup
  if [ -L "$STATE/postgres" ]; then rm -rf "$(readlink "$STATE/postgres")"; fi
  rm -rf "${STATE:?}/postgres" "$STATE/redis"
  need_compiler
  need_stores
  build_programs
  load_secrets "$STATE/secrets.env"
  choose_ports "$STATE/ports" API:8280 SMTP:2725 POSTGRES:5642 REDIS:6589 \
    LINE_POSTGRES:5643 LINE_REDIS:6590
  start_postgres durable "$POSTGRES_PORT"
  start_redis durable "$REDIS_PORT"
  create_database
  start_line postgres "$LINE_POSTGRES_PORT=$POSTGRES_PORT"
  start_line redis "$LINE_REDIS_PORT=$REDIS_PORT"
  configure
  prepare
  start_api
}

configure() {
  local direct=127.0.0.1:$POSTGRES_PORT/guichet through=127.0.0.1:$LINE_POSTGRES_PORT/guichet
  export MODE=development
  export DATABASE_URL="postgres://guichet_app:$APP_PASSWORD@$through"
  export DATABASE_OWNER_URL="postgres://guichet_owner:$OWNER_PASSWORD@$direct"
  export REDIS_URL="redis://:$REDIS_PASSWORD@127.0.0.1:$LINE_REDIS_PORT/0"
  export API_URL="http://127.0.0.1:$API_PORT"
  export PUBLIC_URL=$API_URL MAILBOX_SMTP_LISTEN="127.0.0.1:$SMTP_PORT"
  export SMTP_URL="smtp://$MAILBOX_SMTP_LISTEN" SMS_URL="$API_URL/dev/sms"
}

prepare() {
  attend "$BIN/api" migrate >>"$STATE/log/setup.log" 2>&1 ||
    { tail -n 30 "$STATE/log/setup.log" >&2; die "api migrate failed"; }
}

start_api() {
  local deadline=$((SECONDS + 120))
  LISTEN=127.0.0.1:$API_PORT "$BIN/api" serve --with-worker >>"$STATE/log/api.log" 2>&1 &
  API_PID=$!
  echo "$API_PID" >"$STATE/run/api.pid"
  until [ "$(http_status "$API_PORT" /readyz)" = 200 ]; do
    alive "$API_PID" || { tail -n 20 "$STATE/log/api.log" >&2; die "the shop ended"; }
    [ "$SECONDS" -lt "$deadline" ] ||
      { tail -n 20 "$STATE/log/api.log" >&2; die "the shop is not ready"; }
    sleep 0.2
  done
}

# Also of a run that was killed before it could stop them.
stop_setup() {
  local pid
  pid=$(cat "$STATE/run/api.pid" 2>/dev/null || true)
  if is_ours "$pid" /api; then stop_process "$pid" 10; fi
  rm -f "$STATE/run/api.pid"
  stop_lines
  stop_redis
  stop_postgres
}

fault_api_killed() {
  kill -9 "$API_PID"
  wait "$API_PID" 2>/dev/null || true
  sleep 3
  start_api
}

kill_redis() {
  kill -9 "$(redis_pid)"
  sleep 2
}

# restart_redis: at its own port; the shop goes on through the line.
restart_redis() {
  local line=$REDIS_URL
  start_redis durable "$REDIS_PORT"
  export REDIS_URL=$line
}

# With its append-only file.
fault_redis_killed() {
  kill_redis
  restart_redis
}

fault_redis_wiped() {
  kill_redis
  rm -rf "$STATE/redis/appendonlydir"
  restart_redis
}

fault_flushall() { [ "$(redis_says FLUSHALL)" = +OK ]; }

fault_postgres_killed() {
  kill -9 "$(head -n 1 "$PG_FOLDER/data/postmaster.pid")"
  sleep 2
  # It finds the dead one's pid file, and says so.
  as_store_user "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -l "$PG_FOLDER/postgres.log" -w -t 60 \
    -o "-p $POSTGRES_PORT" start >/dev/null 2>&1
}
