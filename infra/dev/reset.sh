#!/usr/bin/env bash
# `make reset`: erases the data, secrets, ports and logs of `make up`. What tests downloaded stays.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console ports packages stores; do . "$HERE/$part.sh"; done
STATE=${GUICHET_STATE:-$ROOT/.local}

[ -d "$STATE" ] || { echo "Nothing to erase."; exit 0; }
take_turn "$STATE" "make up"
choose_store_user
# Of a run that was killed outright.
stop_postgres
stop_redis
if [ -L "$STATE/postgres" ]; then rm -rf "$(readlink "$STATE/postgres")"; fi
for name in postgres redis gate log run ports secrets.env guichet.env; do rm -rf "${STATE:?}/$name"; done
echo "Erased the data in $STATE. The next make up starts afresh."
