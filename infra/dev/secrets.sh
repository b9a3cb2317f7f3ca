# The secrets of one local installation, made once and kept in a file only its owner reads.
# Sourced. They are for this machine alone: production has its own, from its own vault.

random_key() { head -c 32 /dev/urandom | base64 | tr -d '\n'; }
# Letters and digits only, so that it stands in an address without escaping.
random_word() { head -c 60 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9' | cut -c "1-${1:-24}"; }

# Six digits: neither one digit six times nor a run.
random_pin() { printf '%d%d%04d' $((RANDOM % 4 + 5)) $((RANDOM % 3)) $((RANDOM % 10000)); }

secret_lines() {
  echo "POSTGRES_PASSWORD=$(random_word)"
  echo "OWNER_PASSWORD=$(random_word)"
  echo "APP_PASSWORD=$(random_word)"
  echo "REDIS_PASSWORD=$(random_word)"
  echo "KEY_ENCRYPTION_KEYS=k1:$(random_key)"
  echo "INDEX_KEY=$(random_key)"
  echo "COOKIE_KEY=$(random_key)"
  echo "MANIFEST_SIGNING_KEY=$(random_key)"
  echo "SANDBOX_BANK_SECRET=$(random_word 40)"
  echo "GATE_TOKEN=$(random_word 40)"
  echo "ADMIN_PASSWORD=$(random_word 16)"
  echo "MANAGER_PASSWORD=$(random_word 16)"
  echo "EDITOR_PASSWORD=$(random_word 16)"
  echo "AGENT_PASSWORD=$(random_word 16)"
  echo "SPECTATOR_PASSWORD=$(random_word 16)"
  echo "AGENT_PIN=$(random_pin)"
  echo "SUPERVISOR_PIN=$(random_pin)"
}

# load_secrets FILE: makes what is missing (a secret added in a later version too), exports all.
load_secrets() {
  local file=$1 line
  (umask 077 && touch "$file")
  while IFS= read -r line; do
    grep -q "^${line%%=*}=" "$file" || echo "$line" >>"$file"
  done <<<"$(secret_lines)"
  set -a
  # shellcheck source=/dev/null
  . "$file"
  set +a
}
