# The local cluster and the faults that only many machines have. Sourced by break.sh.

for part in databases caches front; do . "$CLUSTER/$part.sh"; done
PLATFORM=''

start_setup() {
  local deadline=$((SECONDS + 1500))
  export GUICHET_LINES=yes GUICHET_CLUSTER_STATE=$STATE
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
  export SMTP_URL="smtp://127.0.0.1:$SMTP_PORT" SMS_URL="$API_URL/dev/sms"
  choose_store_user
  PG_BIN=$(find_postgres)
  PG_FOLDER=$(database_folder)
}

stop_setup() { [ -z "$PLATFORM" ] || stop_process "$PLATFORM" 60; }

api_environment() {
  export MODE=development TRUSTED_PROXIES=127.0.0.1
}

fault_api_killed() {
  kill -9 "$(cat "$STATE/run/api-2.pid")"
  sleep 5
  api_environment
  start_api_process 2
}

# The node that is a master now: replicas are promoted from one fault to the next.
a_master() {
  local node
  for node in $NODES; do
    if node_says "$node" role 2>/dev/null | head -n 1 | grep -q master; then echo "$node"; return; fi
  done
}

fault_redis_master_killed() {
  local node
  node=$(a_master)
  kill -9 "$(node_pid "$node")"
  sleep 10
  start_node "$node"
}

kill_all_nodes() {
  local node
  for node in $NODES; do kill -9 "$(node_pid "$node")"; done
  sleep 1
}

# With their append-only files.
fault_redis_restarted() {
  local node
  kill_all_nodes
  for node in $NODES; do start_node "$node"; done
}

fault_redis_wiped() {
  local node
  kill_all_nodes
  for node in $NODES; do
    rm -rf "$STATE/redis/$node/appendonlydir"
    start_node "$node"
  done
}

fault_flushall() {
  local node
  for node in $NODES; do node_says "$node" flushall >/dev/null 2>&1 || true; done
}

fault_redis_master_frozen() { freeze "$(node_pid "$(a_master)")" 6; }
fault_pooler_frozen() { freeze "$(cat "$(database_folder)/pgbouncer.pid")" 6; }

# Every line to PostgreSQL is cut at once.
fault_pooler_killed() {
  local folder
  folder=$(database_folder)
  kill -9 "$(cat "$folder/pgbouncer.pid")"
  sleep 3
  rm -f "$folder/pgbouncer.pid"
  as_store_user "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" -q -d "$folder/pgbouncer.ini"
}

# Wall clock only, in one of the three: ten minutes on, and back again.
fault_clock_jump() {
  local library file=$STATE/run/faketime
  library=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
  if [ -z "$library" ]; then
    install "faketime" "faketime" ""
    library=$(find /usr/lib -name libfaketime.so.1 | head -n 1)
  fi
  echo '+0' >"$file"
  kill -9 "$(cat "$STATE/run/api-3.pid")"
  api_environment
  (
    export LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$file FAKETIME_NO_CACHE=1
    export DONT_FAKE_MONOTONIC=1 FAKETIME_DONT_FAKE_MONOTONIC=1
    LISTEN=127.0.0.1:$API3_PORT "$BIN/api" serve >>"$STATE/log/api-3.log" 2>&1 &
    echo $! >"$STATE/run/api-3.pid"
  )
  sleep 5
  echo '+600' >"$file"
  sleep 8
  echo '+0' >"$file"
}

fault_postgres_killed() {
  local which=data port=$POSTGRES_PORT
  if [ "$(cat "$STATE/run/serving")" = standby ]; then which=standby port=$STANDBY_PORT; fi
  kill -9 "$(head -n 1 "$PG_FOLDER/$which/postmaster.pid")"
  sleep 2
  as_store_user "$PG_BIN/pg_ctl" -D "$PG_FOLDER/$which" -l "$PG_FOLDER/$which.log" -w -t 60 \
    -o "-p $port" start >/dev/null
}

fault_standby_promoted() {
  [ "$(cat "$STATE/run/serving")" = primary ] || return 1
  "$CLUSTER/promote.sh" >/dev/null
  POSTGRES_PORT=$STANDBY_PORT
}
