# A private PostgreSQL and a private Redis in one folder, on loopback only, each with its own
# password. Sourced. Needs packages.sh, ports.sh and the variable STATE (the folder).
#
# Two kinds: `durable` (every commit on the disk, Redis append-only) for running the platform,
# `quick` (nothing outlives a power cut) for tests.

# PostgreSQL refuses to run as root: then an unprivileged user of the system owns its folder.
choose_store_user() {
  STORE_USER=''
  am_root || return 0
  have runuser || die "PostgreSQL does not run as root and runuser is not there: \
please run as an ordinary user"
  if id postgres >/dev/null 2>&1; then STORE_USER=postgres; else STORE_USER=nobody; fi
}

# Started from / because the store user may not be allowed to stand in the current folder.
as_store_user() {
  if [ -n "$STORE_USER" ]; then (cd / && runuser -u "$STORE_USER" -- "$@"); else "$@"; fi
}

# The store user must reach its folder through all its parents. Where it cannot (a clone under
# /root, say), the data live in /var/tmp under a name made from the clone's path, with a link.
prepare_postgres_folder() {
  PG_FOLDER=$STATE/postgres
  local elsewhere
  mkdir -p "$PG_FOLDER/"
  [ -n "$STORE_USER" ] || { chmod 700 "$PG_FOLDER"; return 0; }
  own_postgres_folder && return 0
  elsewhere=/var/tmp/guichet-$(printf '%s' "$STATE" | cksum | cut -d' ' -f1)
  if [ ! -L "$PG_FOLDER" ]; then
    rmdir "$PG_FOLDER" || die "$PG_FOLDER is not reachable by the user $STORE_USER"
    mkdir -p "$elsewhere"
    ln -s "$elsewhere" "$PG_FOLDER"
    say "the user $STORE_USER cannot reach $STATE: PostgreSQL's data are in $elsewhere"
  fi
  PG_FOLDER=$elsewhere
  mkdir -p "$PG_FOLDER"
  own_postgres_folder || die "$PG_FOLDER is not usable by the user $STORE_USER"
}

own_postgres_folder() {
  chown "$STORE_USER" "$PG_FOLDER/" 2>/dev/null && chmod 700 "$PG_FOLDER/" &&
    as_store_user test -w "$PG_FOLDER/" 2>/dev/null
}

create_cluster() {
  local passwords=$PG_FOLDER/password locale made=''
  say "creating the PostgreSQL cluster"
  printf '%s\n' "$POSTGRES_PASSWORD" >"$passwords"
  chmod 600 "$passwords"
  [ -z "$STORE_USER" ] || chown "$STORE_USER" "$passwords"
  for locale in C.UTF-8 en_US.UTF-8 C; do
    if as_store_user "$PG_BIN/initdb" -D "$PG_FOLDER/data" -U postgres --pwfile="$passwords" \
      --auth=scram-sha-256 --encoding=UTF8 --locale="$locale" >"$STATE/log/initdb.log" 2>&1; then
      made=yes
      break
    fi
  done
  rm -f "$passwords"
  [ -n "$made" ] || { tail -n 20 "$STATE/log/initdb.log" >&2; die "initdb failed"; }
}

postgres_settings() { # postgres_settings durable|quick
  echo "listen_addresses = '127.0.0.1'"
  echo "unix_socket_directories = ''"
  echo "log_min_duration_statement = 1000"
  if [ "$1" = durable ]; then
    printf '%s\n' 'fsync = on' 'synchronous_commit = on' 'full_page_writes = on' \
      'max_connections = 200' 'shared_buffers = 512MB' 'jit = off'
    # What sells is in memory, so reading by an index costs no more than reading on.
    printf '%s\n' 'random_page_cost = 1.1'
    # After a checkpoint each page is logged whole once: they are far apart. Recovery is longer by it.
    printf '%s\n' 'checkpoint_timeout = 15min' 'max_wal_size = 4GB' 'min_wal_size = 1GB'
  else
    printf '%s\n' 'fsync = off' 'synchronous_commit = off' 'full_page_writes = off' \
      'max_connections = 400' 'shared_buffers = 64MB' 'max_wal_size = 2GB' 'autovacuum = off'
  fi
}

start_postgres() { # start_postgres durable|quick PORT
  local wanted=''
  prepare_postgres_folder
  [ -f "$PG_FOLDER/data/PG_VERSION" ] && wanted=$(cat "$PG_FOLDER/data/PG_VERSION")
  PG_BIN=$(find_postgres "$wanted")
  [ -n "$PG_BIN" ] || die "the data in $STATE/postgres are of PostgreSQL $wanted, which is no \
longer installed. Install it again, or erase the data with: make reset"
  [ -n "$wanted" ] || create_cluster
  postgres_settings "$1" >"$PG_FOLDER/data/guichet.conf"
  grep -q guichet.conf "$PG_FOLDER/data/postgresql.conf" ||
    echo "include 'guichet.conf'" >>"$PG_FOLDER/data/postgresql.conf"
  ln -sf "$PG_FOLDER/postgres.log" "$STATE/log/postgres.log"
  as_store_user "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -l "$PG_FOLDER/postgres.log" -w -t 60 \
    -o "-p $2" start >/dev/null || {
    tail -n 20 "$PG_FOLDER/postgres.log" >&2
    die "PostgreSQL does not start"
  }
  POSTGRES_URL="postgres://postgres:$POSTGRES_PASSWORD@127.0.0.1:$2/postgres"
}

# Also finds the server of a run that was killed before it could stop it.
stop_postgres() {
  local folder=$STATE/postgres version bin
  [ -f "$folder/data/postmaster.pid" ] || return 0
  version=$(cat "$folder/data/PG_VERSION")
  bin=$(find_postgres "$version")
  [ -n "$bin" ] || return 0
  folder=$(cd "$folder" && pwd -P)
  as_store_user "$bin/pg_ctl" -D "$folder/data" -m fast -w -t 60 stop >/dev/null 2>&1 || true
}

postgres_lives() { alive "$(head -n 1 "$STATE/postgres/data/postmaster.pid" 2>/dev/null || true)"; }

# sql DATABASE [psql options]: runs the statements on standard input as the superuser.
sql() {
  local database=$1
  shift
  PGPASSWORD=$POSTGRES_PASSWORD "$PG_BIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$POSTGRES_PORT" -U postgres -d "$database" "$@"
}

# The owner runs migrations; the application has only what they grant.
create_database() {
  sql postgres -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
select 'create role guichet_owner login'
 where not exists (select from pg_roles where rolname = 'guichet_owner') \gexec
select 'create role guichet_app login'
 where not exists (select from pg_roles where rolname = 'guichet_app') \gexec
alter role guichet_owner password :'owner_password';
alter role guichet_app password :'app_password';
select 'create database guichet owner guichet_owner'
 where not exists (select from pg_database where datname = 'guichet') \gexec
revoke all on database guichet from public;
grant connect on database guichet to guichet_app;
SQL
}

redis_settings() { # redis_settings durable|quick PORT
  printf '%s\n' "bind 127.0.0.1" "port $2" "requirepass $REDIS_PASSWORD" \
    "dir \"$STATE/redis\"" "logfile \"$STATE/log/redis.log\"" "pidfile \"$STATE/run/redis.pid\"" \
    'daemonize yes' 'save ""' 'maxmemory-policy noeviction' 'lazyfree-lazy-expire yes'
  if [ "$1" = durable ]; then printf '%s\n' 'appendonly yes' 'appendfsync everysec' \
      'auto-aof-rewrite-min-size 512mb'
  else echo 'appendonly no'; fi
}

start_redis() { # start_redis durable|quick PORT
  local tries=0
  mkdir -p "$STATE/redis"
  (umask 077 && redis_settings "$1" "$2" >"$STATE/redis/redis.conf")
  redis-server "$STATE/redis/redis.conf" >/dev/null || die "Redis does not start"
  # It answers only after its append-only file is loaded.
  until [ "$(redis_says PING)" = +PONG ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { tail -n 20 "$STATE/log/redis.log" >&2; die "Redis does not answer"; }
    sleep 0.1
  done
  REDIS_URL="redis://:$REDIS_PASSWORD@127.0.0.1:$2/0"
}

# redis_says COMMAND: the first line of its answer; the client program is a package of its own.
redis_says() {
  local line=''
  if exec 4<>"/dev/tcp/127.0.0.1/$REDIS_PORT"; then
    printf 'AUTH %s\r\n%s\r\n' "$REDIS_PASSWORD" "$1" >&4
    IFS= read -r -t 5 line <&4 || true
    IFS= read -r -t 5 line <&4 || true
    exec 4>&-
  fi 2>/dev/null
  echo "${line%$'\r'}"
}

redis_pid() { cat "$STATE/run/redis.pid" 2>/dev/null || true; }
redis_lives() { is_ours "$(redis_pid)" redis-server; }

# TERM makes Redis flush its append-only file and leave.
stop_redis() { if redis_lives; then stop_process "$(redis_pid)" 20; fi; }
