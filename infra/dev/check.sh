#!/usr/bin/env bash
# `make check`: formatting, lints, documentation, the rules of the layout, licences. No services.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in console packages; do . "$HERE/$part.sh"; done
STATE=$ROOT/.local/check
mkdir -p "$STATE/log"
cd "$ROOT"
need_compiler

step "Formatting"
cargo fmt --all --check
step "Lints"
cargo clippy --locked --workspace --all-targets -- -D warnings
step "Documentation"
RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps --document-private-items --quiet
step "Layout rules and licences"
# With --workspace, so that the dependencies have the features of `make test` and serve it too.
cargo test --locked --workspace --quiet --test tidy --test licences
printf '%s\n' "${GREEN}All checks passed.${PLAIN}"
