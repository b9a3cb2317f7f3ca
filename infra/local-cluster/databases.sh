# A primary, its synchronous standby and PgBouncer before them. Sourced after infra/dev's parts.

CLUSTER_BASE=$STATE/postgres

# Whoever must run as the store user finds the folder that stores.sh made reachable for it.
database_folder() { (cd "$CLUSTER_BASE" && pwd -P); }

start_databases() {
  start_postgres durable "$POSTGRES_PORT"
  create_database
  start_standby
  start_pooler
  echo primary >"$STATE/run/serving"
}

start_standby() {
  local tries=0 source
  source="host=127.0.0.1 port=$POSTGRES_PORT user=postgres password=$POSTGRES_PASSWORD"
  as_store_user "$PG_BIN/pg_basebackup" -D "$PG_FOLDER/standby" -R -X stream -c fast \
    -d "$source application_name=standby" >"$STATE/log/basebackup.log" 2>&1 ||
    { tail -n 20 "$STATE/log/basebackup.log" >&2; die "the standby cannot be copied"; }
  as_store_user "$PG_BIN/pg_ctl" -D "$PG_FOLDER/standby" -l "$PG_FOLDER/standby.log" -w -t 60 \
    -o "-p $STANDBY_PORT" start >/dev/null || die "the standby does not start ($PG_FOLDER/standby.log)"
  echo "alter system set synchronous_standby_names = 'standby'; select pg_reload_conf();" |
    sql postgres >/dev/null
  until [ "$(echo 'select sync_state from pg_stat_replication;' | sql postgres)" = sync ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || die "the standby does not follow"
    sleep 0.2
  done
}

# Session pooling: Debian's PgBouncer does not carry prepared statements from one transaction to
# the next in its other modes (1.21 does), and every statement of the shop is prepared.
pooler_settings() { # pooler_settings PORT_OF_THE_PRIMARY
  local folder
  folder=$(database_folder)
  printf '%s\n' '[databases]' "guichet = host=127.0.0.1 port=$1 dbname=guichet" '[pgbouncer]' \
    'listen_addr = 127.0.0.1' "listen_port = $POOLER_PORT" 'unix_socket_dir =' \
    'auth_type = scram-sha-256' "auth_file = $folder/users.txt" 'admin_users = guichet_pooler' \
    'pool_mode = session' 'max_client_conn = 400' 'default_pool_size = 90' \
    'server_login_retry = 1' 'server_connect_timeout = 3' 'query_wait_timeout = 5' \
    'ignore_startup_parameters = extra_float_digits' \
    "logfile = $folder/pgbouncer.log" "pidfile = $folder/pgbouncer.pid"
}

write_pooler_settings() {
  local folder
  folder=$(database_folder)
  (umask 077 && pooler_settings "$1" >"$folder/pgbouncer.ini")
  [ -z "$STORE_USER" ] || chown "$STORE_USER" "$folder/pgbouncer.ini"
}

start_pooler() {
  local folder tries=0
  folder=$(database_folder)
  write_pooler_settings "$POSTGRES_PORT"
  (umask 077 && printf '"%s" "%s"\n' guichet_app "$APP_PASSWORD" \
    guichet_pooler "$POOLER_PASSWORD" >"$folder/users.txt")
  [ -z "$STORE_USER" ] || chown "$STORE_USER" "$folder/users.txt"
  as_store_user "$(command -v pgbouncer || echo /usr/sbin/pgbouncer)" -q -d "$folder/pgbouncer.ini" ||
    die "PgBouncer does not start ($folder/pgbouncer.log)"
  until port_taken "$POOLER_PORT"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || die "PgBouncer does not answer ($folder/pgbouncer.log)"
    sleep 0.1
  done
}

pooler_command() { # pooler_command WORDS: on PgBouncer's console
  PGPASSWORD=$POOLER_PASSWORD "$PG_BIN/psql" -X -q -A -t -h 127.0.0.1 -p "$POOLER_PORT" \
    -U guichet_pooler -d pgbouncer -c "$1"
}

# The standby takes over. It has every acknowledged commit; alone, it no longer waits for another.
promote_standby() {
  local folder
  folder=$(database_folder)
  as_store_user "$PG_BIN/pg_ctl" -D "$folder/standby" -w -t 60 promote >/dev/null ||
    die "the standby cannot be promoted ($folder/standby.log)"
  POSTGRES_PORT=$STANDBY_PORT
  printf '%s\n' 'alter system reset synchronous_standby_names;' 'select pg_reload_conf();' |
    sql postgres >/dev/null
  write_pooler_settings "$STANDBY_PORT"
  pooler_command RELOAD
  echo standby >"$STATE/run/serving"
  say "the standby serves, without a standby of its own"
}

# kill_server data|standby: as a power cut would, the postmaster and its children.
kill_server() {
  local folder pid
  folder=$(database_folder)
  pid=$(head -n 1 "$folder/$1/postmaster.pid" 2>/dev/null || true)
  [ -n "$pid" ] && is_ours "$pid" postgres || return 0
  as_store_user "$PG_BIN/pg_ctl" -D "$folder/$1" -m immediate -W stop >/dev/null 2>&1 || true
}

stop_databases() {
  local folder pid which
  [ -d "$CLUSTER_BASE" ] || return 0
  folder=$(database_folder)
  pid=$(cat "$folder/pgbouncer.pid" 2>/dev/null || true)
  if is_ours "$pid" pgbouncer; then stop_process "$pid" 5; fi
  PG_BIN=$(find_postgres)
  for which in standby data; do
    [ -f "$folder/$which/postmaster.pid" ] || continue
    as_store_user "$PG_BIN/pg_ctl" -D "$folder/$which" -m fast -w -t 30 stop >/dev/null 2>&1 || true
  done
}
