# Builds the programs of the whole workspace, so that `make test` finds the same dependencies
# compiled already. Sourced; needs console.sh. Sets BIN, their folder.
#
# GUICHET_BINARIES names a folder of programs built already, GUICHET_PROFILE a profile of cargo.

build_programs() {
  local profile=${GUICHET_PROFILE:-dev} folder=debug
  if [ -n "${GUICHET_BINARIES:-}" ]; then BIN=$GUICHET_BINARIES; return; fi
  [ "$profile" = dev ] || folder=$profile
  attend cargo build --manifest-path "$ROOT/Cargo.toml" --locked --workspace --bins \
    --profile "$profile" || die "the build failed"
  BIN=${CARGO_TARGET_DIR:-$ROOT/target}/$folder
}
