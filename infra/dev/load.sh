#!/usr/bin/env bash
# `make load`: a scenario of loadtests/ against the platform that `make up` runs in another
# terminal. Built like the platform (GUICHET_PROFILE=release for figures worth keeping).
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console binaries packages secrets rehearse; do . "$HERE/$part.sh"; done
STATE=${GUICHET_STATE:-$ROOT/.local}
SCENARIO=${1:-smoke}
[ $# -eq 0 ] || shift

[ -f "$STATE/guichet.env" ] || die "nothing runs: start the platform with make up in another terminal"
need_compiler
build_programs
load_secrets "$STATE/secrets.env"
set -a
# shellcheck source=/dev/null
. "$STATE/guichet.env"
set +a
case "$SCENARIO" in
  games_day) rehearse "${LOAD_PEOPLE:-20000}" 4 "${LOAD_PLACES:-20000}" --gates-open ;;
  *) rehearse "${LOAD_PEOPLE:-20000}" 4 "${LOAD_PLACES:-20000}" ;;
esac
case "$SCENARIO" in
  on_sale_rush) rehearse_hot "${LOAD_HOT_PLACES:-8000}" ;;
  # The festival's visitors still enter there.
  gate_opening | games_day) rehearse_gate "${LOAD_TICKET_COUNT:-20000}" FES-001 ;;
esac
run_load "$SCENARIO" --reports "$STATE/reports" "$@"
