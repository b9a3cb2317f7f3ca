# How the development scripts speak, fail and wait. Sourced by the others.
# Written for bash 3.2 too, which is what macOS ships.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ -t 1 ]; then BOLD=$'\033[1m' DIM=$'\033[2m' RED=$'\033[31m' GREEN=$'\033[32m' PLAIN=$'\033[0m'
else BOLD='' DIM='' RED='' GREEN='' PLAIN=''; fi

STEP_NUMBER=0
STEPS_TOTAL=${STEPS_TOTAL:-0}

step() { # step TEXT: one line of progress
  STEP_NUMBER=$((STEP_NUMBER + 1))
  if [ "$STEPS_TOTAL" -gt 0 ]; then printf '%s[%d/%d]%s %s\n' "$BOLD" "$STEP_NUMBER" "$STEPS_TOTAL" "$PLAIN" "$*"
  else printf '%s==>%s %s\n' "$BOLD" "$PLAIN" "$*"; fi
}
say() { printf '      %s\n' "$*"; }
die() { printf '%serror:%s %s\n' "$RED" "$PLAIN" "$*" >&2; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }
am_root() { [ "$(id -u)" -eq 0 ]; }

# A long command in the background with a wait, because bash runs its traps only between
# foreground commands: a TERM during a build would otherwise be heard when the build ends.
FOREGROUND=''
attend() {
  local status=0
  "$@" &
  FOREGROUND=$!
  wait "$FOREGROUND" || status=$?
  FOREGROUND=''
  return "$status"
}

# Both from /proc where it exists: a minimal Debian has no ps.
process_state() {
  if [ -r "/proc/$1/stat" ]; then sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null
  else ps -p "$1" -o stat= 2>/dev/null; fi
}
process_command() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null
  else ps -p "$1" -o args= 2>/dev/null; fi
}

# alive PID. A process that has ended but that nobody has waited for (in a container whose first
# process does not reap) still takes signals: it counts as gone.
alive() {
  [ -n "$1" ] && kill -0 "$1" 2>/dev/null || return 1
  case "$(process_state "$1")" in Z* | '') return 1 ;; esac
}

# is_ours PID TEXT: the process lives and its command line holds TEXT (pids are reused).
is_ours() {
  alive "$1" || return 1
  case "$(process_command "$1")" in *"$2"*) return 0 ;; *) return 1 ;; esac
}

# stop_process PID SECONDS: asks, waits, and insists only when the time is over.
stop_process() {
  local pid=$1 tenths=$(($2 * 10))
  kill -TERM "$pid" 2>/dev/null || return 0
  while [ "$tenths" -gt 0 ]; do
    alive "$pid" || return 0
    sleep 0.1
    tenths=$((tenths - 1))
  done
  kill -KILL "$pid" 2>/dev/null || true
}

# take_turn FOLDER WHAT: one run per folder; says who has it otherwise.
take_turn() {
  local file=$1/run/turn pid=''
  mkdir -p "$1/run"
  [ -f "$file" ] && pid=$(cat "$file")
  if [ "$pid" != "$$" ] && is_ours "$pid" infra/dev/; then
    [ -f "$1/guichet.env" ] && say "$(grep -E '^(API|GATE)_URL=' "$1/guichet.env" | tr '\n' ' ')"
    die "$2 already runs (process $pid). Stop it first with Ctrl-C in its terminal, or: kill $pid"
  fi
  echo "$$" >"$file"
}
