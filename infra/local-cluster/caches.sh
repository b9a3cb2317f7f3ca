# A Redis Cluster: three masters, three replicas. Sourced after infra/dev's parts.

NODES='1 2 3 4 5 6'

# The shop and the replicas come to a node by the port it announces, redis-cli by its own.
line_port() { local name=LINE$1_PORT; echo "${!name}"; }
node_port() { local name=NODE$1_PORT; echo "${!name}"; }
node_pid() { cat "$STATE/run/redis-$1.pid" 2>/dev/null || true; }

node_settings() {
  local bus=BUS$1_PORT
  printf '%s\n' 'bind 127.0.0.1' "port $(node_port "$1")" "cluster-port ${!bus}" \
    "requirepass $REDIS_PASSWORD" "masterauth $REDIS_PASSWORD" "dir \"$STATE/redis/$1\"" \
    "logfile \"$STATE/log/redis-$1.log\"" "pidfile \"$STATE/run/redis-$1.pid\"" \
    'daemonize yes' 'save ""' 'appendonly yes' 'appendfsync everysec' \
    'maxmemory-policy noeviction' 'lazyfree-lazy-expire yes' 'cluster-enabled yes' \
    'cluster-node-timeout 2000' 'cluster-require-full-coverage no'
  [ -z "${GUICHET_LINES:-}" ] || echo "cluster-announce-port $(line_port "$1")"
}

start_node() {
  local tries=0
  mkdir -p "$STATE/redis/$1"
  (umask 077 && node_settings "$1" >"$STATE/redis/$1/redis.conf")
  redis-server "$STATE/redis/$1/redis.conf" >/dev/null || die "Redis node $1 does not start"
  until port_taken "$(node_port "$1")"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || die "Redis node $1 does not answer ($STATE/log/redis-$1.log)"
    sleep 0.1
  done
}

# node_says N COMMAND...
node_says() {
  local node=$1
  shift
  REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h 127.0.0.1 -p "$(node_port "$node")" "$@"
}

start_caches() {
  local node port tries=0 addresses=() lines=()
  if [ -n "${GUICHET_LINES:-}" ]; then
    for node in $NODES; do lines+=("$(line_port "$node")=$(node_port "$node")"); done
    start_line redis "${lines[@]}"
  fi
  for node in $NODES; do
    start_node "$node"
    addresses+=("127.0.0.1:$(node_port "$node")")
  done
  REDISCLI_AUTH=$REDIS_PASSWORD redis-cli --cluster create "${addresses[@]}" \
    --cluster-replicas 1 --cluster-yes >"$STATE/log/redis-create.log" 2>&1 ||
    { tail -n 20 "$STATE/log/redis-create.log" >&2; die "the Redis Cluster is not formed"; }
  for node in $NODES; do
    until node_says "$node" cluster info | grep -q cluster_state:ok; do
      tries=$((tries + 1))
      [ "$tries" -lt 300 ] || die "the Redis Cluster is not ready"
      sleep 0.1
    done
  done
  REDIS_URL=''
  for node in $NODES; do
    port=$(node_port "$node")
    if [ -n "${GUICHET_LINES:-}" ]; then port=$(line_port "$node"); fi
    REDIS_URL=${REDIS_URL:+$REDIS_URL,}redis://:$REDIS_PASSWORD@127.0.0.1:$port
  done
}

stop_caches() {
  local node pid
  for node in $NODES; do
    pid=$(node_pid "$node")
    if is_ours "$pid" redis-server; then stop_process "$pid" 10; fi
  done
}
