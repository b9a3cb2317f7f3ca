# Finds the programs the platform and its tests need, and installs those that are missing with
# the system's package manager, saying so. Sourced.

PACKAGES_REFRESHED=''

# as_admin COMMAND...: through sudo unless already root.
as_admin() {
  if am_root; then "$@"
  elif have sudo; then sudo "$@"
  else die "this needs administrator rights and sudo is not there. As root, run: $*"; fi
}

install_apt() {
  say "installing with apt-get: $*"
  if [ -z "$PACKAGES_REFRESHED" ]; then
    as_admin apt-get -qq -o Acquire::Retries=3 update || die "apt-get update failed"
    PACKAGES_REFRESHED=yes
  fi
  as_admin env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Acquire::Retries=3 \
    -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" >"$STATE/log/packages.log" 2>&1 || {
    tail -n 20 "$STATE/log/packages.log" >&2
    die "apt-get could not install: $*"
  }
}

# install "WHAT FOR" "DEBIAN PACKAGES" "BREW PACKAGES"
install() {
  say "$1 not found"
  if have apt-get; then
    # shellcheck disable=SC2086  # a list of package names
    install_apt $2
  elif have brew && [ -n "$3" ]; then
    say "installing with brew: $3"
    # shellcheck disable=SC2086
    brew install --quiet $3 || die "brew could not install: $3"
  else
    die "please install $1 (Debian calls it: $2), then run this again"
  fi
}

# Debian keeps PostgreSQL's server binaries off the PATH, brew keeps versions apart. Prints the
# folder of the newest server of version 15 or later, or of exactly version $1 when given.
find_postgres() {
  local wanted=${1:-} folder version best='' best_version=0
  for folder in "$(dirname "$(command -v postgres 2>/dev/null || echo /none/x)")" \
    /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
    /usr/local/opt/postgresql@*/bin; do
    [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -x "$folder/psql" ] || continue
    version=$("$folder/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    if [ -n "$wanted" ] && [ "$version" != "$wanted" ]; then continue; fi
    if [ "$version" -ge 15 ] && [ "$version" -gt "$best_version" ]; then
      best=$folder best_version=$version
    fi
  done
  echo "$best"
}

need_stores() {
  [ -n "$(find_postgres)" ] || install "PostgreSQL 15 or later" "postgresql" "postgresql@17"
  [ -n "$(find_postgres)" ] || die "PostgreSQL 15 or later is needed, and the system's package \
is older. See https://www.postgresql.org/download/ for a newer one."
  have redis-server || install "Redis" "redis-server" "redis"
}

need_compiler() {
  have cargo || { [ -x "$HOME/.cargo/bin/cargo" ] && export PATH="$HOME/.cargo/bin:$PATH"; } ||
    die "Rust is needed: see https://rustup.rs, then run this again"
  if have rustup; then
    # The version is pinned in rust-toolchain.toml or is the machine's own; either way the
    # linter and the formatter belong to it.
    rustup component list --installed 2>/dev/null | grep -q '^clippy' ||
      rustup component add clippy rustfmt >/dev/null 2>&1 || true
  fi
  have cc || install "a C compiler (Rust links with it)" "build-essential" ""
}

CHROMIUM_NAMES='chromium chromium-browser google-chrome google-chrome-stable'

# Prints the browser for the tests. Ubuntu's chromium-browser is a stub for a snap, which
# runs neither as root nor in a container: it does not count.
find_chromium() {
  local name path
  if [ -n "${CHROMIUM:-}" ] && [ -x "${CHROMIUM:-}" ]; then echo "$CHROMIUM"; return; fi
  for name in $CHROMIUM_NAMES; do
    path=$(command -v "$name" 2>/dev/null) || continue
    if head -c 2000 "$path" | grep -aq snap; then continue; fi
    echo "$path"
    return
  done
  for path in "$ROOT"/.local/browsers/chromium-*/chrome-linux*/chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    /Applications/Chromium.app/Contents/MacOS/Chromium; do
    [ -x "$path" ] && { echo "$path"; return; }
  done
  return 0
}

need_chromium() {
  [ -z "$(find_chromium)" ] || return 0
  if grep -qs '^ID=debian' /etc/os-release; then
    install "Chromium" "chromium fonts-dejavu-core" ""
  elif [ -d "$BROWSER_TESTS/node_modules" ]; then
    say "Chromium not found: downloading Playwright's build, with its libraries"
    (cd "$BROWSER_TESTS" && PLAYWRIGHT_BROWSERS_PATH="$ROOT/.local/browsers" \
      npx playwright-core install --with-deps chromium) || die "could not download Chromium"
  fi
  [ -n "$(find_chromium)" ] || die "please install Chromium, or name one: CHROMIUM=/path make test"
}

# Prints a Python that has the `cryptography` package: the verifier written from
# docs/credential.md is run with it.
find_python() {
  local python
  for python in "$ROOT/.local/test-venv/bin/python" python3 /usr/bin/python3; do
    if "$python" -c 'import cryptography' >/dev/null 2>&1; then command -v "$python"; return; fi
  done
  return 0
}

need_python() {
  [ -z "$(find_python)" ] || return 0
  if have apt-get; then
    install "Python's cryptography package" "python3 python3-cryptography" ""
  else
    have python3 || install "Python 3" "python3 python3-venv" "python"
    say "installing Python's cryptography package in .local/test-venv"
    python3 -m venv "$ROOT/.local/test-venv"
    "$ROOT/.local/test-venv/bin/pip" install --quiet cryptography
  fi
  [ -n "$(find_python)" ] || die "no Python with the cryptography package"
}

BROWSER_TESTS=$ROOT/api/tests/browser

# The driver of the browser needs Node.js 20; Debian 12 and Ubuntu 24.04 have 18.
NODE_VERSION_MIN=20
NODE_VERSION_OWN=22.23.3

find_node() {
  local node version
  for node in node "$ROOT/.local/node/node_modules/.bin/node"; do
    version=$("$node" --version 2>/dev/null | sed 's/^v//; s/[.].*//') || continue
    [ -n "$version" ] && [ "$version" -ge "$NODE_VERSION_MIN" ] || continue
    command -v "$node"
    return
  done
  return 0
}

need_node() {
  have node || install "Node.js" "nodejs" "node"
  have npm || install "npm" "npm" "node"
  [ -z "$(find_node)" ] || return 0
  say "Node.js here is $(node --version): putting $NODE_VERSION_OWN in .local/node"
  npm install --no-audit --no-fund --loglevel=error --prefix "$ROOT/.local/node" \
    "node@$NODE_VERSION_OWN" >/dev/null || die "npm could not install node@$NODE_VERSION_OWN"
  [ -n "$(find_node)" ] || die "please install Node.js $NODE_VERSION_MIN or later"
}

need_node_packages() {
  [ -f "$BROWSER_TESTS/package.json" ] || return 0
  need_node
  # npm ci erases the folder first: run it only when the lock file has changed since.
  if [ "$BROWSER_TESTS/package-lock.json" -nt "$BROWSER_TESTS/node_modules/.package-lock.json" ]; then
    say "installing the browser tests' Node packages"
    (cd "$BROWSER_TESTS" && npm ci --no-audit --no-fund --loglevel=error) || die "npm ci failed"
    touch "$BROWSER_TESTS/node_modules/.package-lock.json"
  fi
}

need_test_tools() {
  have zbarimg || install "zbarimg, which reads barcodes" "zbar-tools" "zbar"
  have pdftoppm || install "pdftoppm, which renders PDF" "poppler-utils" "poppler"
  need_python
  need_node_packages
  need_chromium
}
