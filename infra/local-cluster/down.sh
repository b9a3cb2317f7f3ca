#!/usr/bin/env bash
# Stops whatever of the local cluster runs; with --erase also its data. Logs stay.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEV=$HERE/../dev
for part in console ports packages secrets stores; do . "$DEV/$part.sh"; done
STATE=${GUICHET_CLUSTER_STATE:-$ROOT/.local/cluster}
for part in lines databases caches front; do . "$HERE/$part.sh"; done

rm -f "$STATE/guichet.env"
choose_store_user
stop_front
stop_lines
stop_caches
stop_databases
rm -f "$STATE/run/turn"
if [ "${1:-}" = --erase ]; then
  if [ -L "$STATE/postgres" ]; then rm -rf "$(readlink "$STATE/postgres")"; fi
  for name in postgres redis log; do rm -rf "${STATE:?}/$name"; done
fi
