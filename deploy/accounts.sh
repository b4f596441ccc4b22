#!/usr/bin/env bash
# Kibana's password, Koubei's role and account. Every start runs it; the result is always the same.
set -euo pipefail
base=https://elasticsearch:9200/_security

for password in "$ELASTIC_PASSWORD" "$KIBANA_PASSWORD" "$KOUBEI_ES_PASSWORD"; do
  case $password in
    *[!A-Za-z0-9._~-]*) echo "a password in .env has a character other than letters, digits and . _ ~ -" >&2; exit 2 ;;
  esac
done

send() { # method, path; the body on standard input: passwords stay out of the list of processes
  echo "$1 $2"
  curl -sS --fail-with-body --retry 10 --retry-connrefused --cacert /certificates/ca.crt \
    --config <(printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD") \
    -H 'Content-Type: application/json' -X "$1" "$base/$2" --data-binary @-
  echo
}

send POST user/kibana_system/_password <<<"{\"password\":\"$KIBANA_PASSWORD\"}"
send PUT role/koubei </koubei/roles/koubei.json
send PUT role/koubei_analyst </koubei/roles/analyst.json
send PUT user/koubei <<<"{\"password\":\"$KOUBEI_ES_PASSWORD\",\"roles\":[\"koubei\"],\"full_name\":\"Koubei\"}"
echo "accounts are ready"
