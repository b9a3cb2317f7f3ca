#!/usr/bin/env bash
# `make costs`: what things cost, in time and memory, on the stores of `make bench`: the figures go
# to .local/costs.json. Arguments name the parts (connections, halls, waiting, games, orders) and
# options of `loadtests costs`. GAMES_FOLDER names a folder with venues.csv and sessions.csv of a
# whole Games; without one that part is left out.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A whole Games, held one by one: eight each.
export LOAD_PEOPLE=${LOAD_PEOPLE:-100000}
exec "$HERE/bench.sh" costs "$@"
