# Free ports, and the few lines of HTTP needed to know that something answers. Sourced.
# Uses bash's own /dev/tcp so that neither curl nor nc is needed on a fresh machine.

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_port PREFERRED: that one if nothing listens there, else one below the ephemeral range.
free_port() {
  local port=$1 tries=0
  while [ "$port" -eq 0 ] || port_taken "$port"; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || die "no free port found"
    port=$((20000 + RANDOM % 12000))
  done
  echo "$port"
}

# choose_ports FILE NAME:PREFERRED...: sets NAME_PORT for each. A port chosen once is kept in
# FILE, so that addresses stay the same from one start to the next; one that something else has
# taken meanwhile is replaced. Call it only while nothing of ours runs.
choose_ports() {
  local file=$1 pair name port
  shift
  touch "$file"
  for pair in "$@"; do
    name=${pair%%:*}
    port=$(sed -n "s/^${name}_PORT=//p" "$file")
    [ -n "$port" ] || port=${pair##*:}
    port=$(free_port "$port")
    while grep -v "^${name}_PORT=" "$file" | grep -q "=$port\$"; do port=$(free_port 0); done
    { grep -v "^${name}_PORT=" "$file" || true; echo "${name}_PORT=$port"; } >"$file.new"
    mv "$file.new" "$file"
    printf -v "${name}_PORT" '%s' "$port"
  done
}

# http_status PORT PATH [HEADER]: prints the status of a GET, or 000.
http_status() {
  local line='' status=000 end=$'\r\n' header=''
  [ -z "${3:-}" ] || header=$3$end
  if exec 3<>"/dev/tcp/127.0.0.1/$1"; then
    printf '%s' "GET $2 HTTP/1.0${end}Host: 127.0.0.1:$1${end}${header}${end}" >&3
    IFS= read -r -t 5 line <&3 || true
    exec 3>&-
    case "$line" in HTTP/*) line=${line#* } status=${line%% *} ;; esac
  fi 2>/dev/null
  echo "${status%$'\r'}"
}
