# HAProxy before three API processes, and one that does the jobs. Sourced after infra/dev's parts.

start_api_process() { # start_api_process NUMBER
  local listen=API$1_PORT mailbox=''
  # One process keeps the mailbox of development; HAProxy sends /dev/ to it.
  if [ "$1" = 1 ]; then mailbox=127.0.0.1:$SMTP_PORT; fi
  if [ -n "$mailbox" ]; then export MAILBOX_SMTP_LISTEN=$mailbox; else unset MAILBOX_SMTP_LISTEN; fi
  LISTEN=127.0.0.1:${!listen} "$BIN/api" serve >>"$STATE/log/api-$1.log" 2>&1 &
  echo $! >"$STATE/run/api-$1.pid"
}

start_worker() {
  unset MAILBOX_SMTP_LISTEN
  "$BIN/api" work >>"$STATE/log/work.log" 2>&1 &
  echo $! >"$STATE/run/work.pid"
}

# What reached no server is tried again elsewhere; what may have reached one only where that does
# no harm: the method is idempotent, or it is a webhook, which is known by its id. Whoever still
# gets no answer is told to come back: what they asked carries an id too. While no process is
# ready, those alive still show the catalogue.
#
# A process that died is left out after five failed connections, not after two checks. Servers are
# drawn, the better of two: with `leastconn` a dead one has the fewest connections, gets everybody,
# and each of them waits a second before they are sent on. Connections to servers are shared and
# kept: hundreds opened at once are what a crowd that comes at once can least afford.
balancer_settings() {
  cat <<TEXT
global
  maxconn 9000
  pidfile $STATE/run/haproxy.pid
  stats socket $STATE/run/haproxy.sock mode 600 level user
defaults
  mode http
  http-reuse always
  timeout connect 1s
  timeout client 75s
  timeout server 30s
  timeout http-keep-alive 75s
  option redispatch 1
  retries 2
  retry-on conn-failure empty-response
  option forwardfor
  errorfile 502 $STATE/busy.http
  errorfile 503 $STATE/busy.http
  errorfile 504 $STATE/busy.http
  default-server check inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
  default-server observe layer4 error-limit 5 on-error mark-down pool-purge-delay 60s
frontend shop
  bind 127.0.0.1:$FRONT_PORT
  use_backend mailbox if { path_beg /dev/ }
  use_backend alive if { nbsrv(ready) eq 0 }
  default_backend ready
backend ready
  balance random(2)
  option httpchk GET /readyz
  http-request disable-l7-retry if ! { method GET HEAD PUT } ! { path_beg /webhooks/ }
  server api1 127.0.0.1:$API1_PORT
  server api2 127.0.0.1:$API2_PORT
  server api3 127.0.0.1:$API3_PORT
backend alive
  balance random(2)
  option httpchk GET /healthz
  http-request disable-l7-retry if ! { method GET HEAD PUT } ! { path_beg /webhooks/ }
  server api1 127.0.0.1:$API1_PORT
  server api2 127.0.0.1:$API2_PORT
  server api3 127.0.0.1:$API3_PORT
backend mailbox
  server api1 127.0.0.1:$API1_PORT
TEXT
}

busy_answer() {
  printf '%s\r\n' 'HTTP/1.1 503 Service Unavailable' 'content-type: application/problem+json' \
    'cache-control: no-store' 'retry-after: 3' ''
  printf '%s' '{"type":"about:blank","title":"Service Unavailable","status":503,"code":"busy",' \
    '"detail":"no answer at this moment: try again in a few seconds"}'
}

start_balancer() {
  busy_answer >"$STATE/busy.http"
  balancer_settings >"$STATE/haproxy.cfg"
  "$(command -v haproxy || echo /usr/sbin/haproxy)" -D -f "$STATE/haproxy.cfg" \
    >"$STATE/log/haproxy.log" 2>&1 || { cat "$STATE/log/haproxy.log" >&2; die "HAProxy does not start"; }
}

stop_front() {
  local name pid
  for name in haproxy work api-1 api-2 api-3; do
    pid=$(cat "$STATE/run/$name.pid" 2>/dev/null || true)
    if is_ours "$pid" /api || is_ours "$pid" haproxy; then stop_process "$pid" 10; fi
    rm -f "$STATE/run/$name.pid"
  done
}
