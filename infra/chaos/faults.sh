# The faults by set-up, and those that every set-up has: on the lines to the stores and at the
# bank. What people would do by hand afterwards (start a process again) is part of a fault, what
# the shop does by itself is not. Sourced.

SETUPS='one_machine cluster'

faults_of() {
  case "$1" in
    one_machine) echo api_killed redis_killed redis_wiped flushall postgres_killed ;;
    cluster) echo api_killed redis_master_killed redis_restarted redis_wiped flushall \
      redis_master_frozen pooler_frozen pooler_killed clock_jump postgres_killed ;;
  esac
  echo redis_cut redis_stalled postgres_cut postgres_stalled webhooks_lost webhooks_doubled
  # Last: from then on the cluster has no standby any more.
  [ "$1" != cluster ] || echo standby_promoted
}

LINE_BROKEN_SECONDS=6

# Connections are severed and new ones refused.
fault_redis_cut() { break_line redis cut "$LINE_BROKEN_SECONDS"; }
fault_postgres_cut() { break_line postgres cut "$LINE_BROKEN_SECONDS"; }
# As a network that swallows packets: connections stay open, nothing answers.
fault_redis_stalled() { break_line redis stall "$LINE_BROKEN_SECONDS"; }
fault_postgres_stalled() { break_line postgres stall "$LINE_BROKEN_SECONDS"; }

# The load's bank misbehaves from the first payment to the last.
fault_webhooks_lost() { :; }
fault_webhooks_doubled() { :; }

webhooks_of() {
  case "$1" in
    webhooks_lost) echo lost:0.3 ;;
    webhooks_doubled) echo doubled:0.5 ;;
  esac
}

# Stalled from inside: the process neither reads nor answers.
freeze() { # freeze PID SECONDS
  kill -STOP "$1"
  sleep "$2"
  kill -CONT "$1"
}
