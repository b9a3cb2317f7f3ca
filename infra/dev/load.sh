#!/usr/bin/env bash
# `make load`: a scenario of loadtests/ against the platform that `make up` runs in another
# terminal. Optimised, because a slow generator would measure itself.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console packages; do . "$HERE/$part.sh"; done
STATE=${GUICHET_STATE:-$ROOT/.local}

[ -f "$STATE/guichet.env" ] || die "nothing runs: start the platform with make up in another terminal"
need_compiler
cargo build --manifest-path "$ROOT/Cargo.toml" --locked --release --package loadtests
set -a
# shellcheck source=/dev/null
. "$STATE/guichet.env"
set +a
exec "${CARGO_TARGET_DIR:-$ROOT/target}/release/loadtests" "$@"
