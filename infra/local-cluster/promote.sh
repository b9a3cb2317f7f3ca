#!/usr/bin/env bash
# Kills the primary of the running local cluster and lets the standby take over.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DEV=$HERE/../dev
for part in console ports packages secrets stores; do . "$DEV/$part.sh"; done
STATE=${GUICHET_CLUSTER_STATE:-$ROOT/.local/cluster}
for part in databases; do . "$HERE/$part.sh"; done

[ "$(cat "$STATE/run/serving" 2>/dev/null)" = primary ] || die "no primary with a standby runs"
. "$STATE/secrets.env"
. "$STATE/ports"
choose_store_user
PG_BIN=$(find_postgres)
kill_server data
promote_standby
