#!/usr/bin/env bash
# `make load`: a scenario of loadtests/ against the platform that `make up` runs in another
# terminal. Built like the platform (GUICHET_PROFILE=release for figures worth keeping).
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console packages; do . "$HERE/$part.sh"; done
STATE=${GUICHET_STATE:-$ROOT/.local}

[ -f "$STATE/guichet.env" ] || die "nothing runs: start the platform with make up in another terminal"
need_compiler
profile=${GUICHET_PROFILE:-dev}
folder=$profile
[ "$profile" != dev ] || folder=debug
cargo build --manifest-path "$ROOT/Cargo.toml" --locked --workspace --bins --profile "$profile"
set -a
# shellcheck source=/dev/null
. "$STATE/guichet.env"
set +a
exec "${CARGO_TARGET_DIR:-$ROOT/target}/$folder/loadtests" "$@"
