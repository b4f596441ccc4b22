#!/usr/bin/env bash
# An authority of our own and a certificate for each service, made once; a later start changes nothing.
set -euo pipefail
tool=/usr/share/elasticsearch/bin/elasticsearch-certutil
cd /certificates

if [ ! -f ca.crt ]; then
  work=$(mktemp -d)
  "$tool" ca --silent --pem --days 3650 -out "$work/ca.zip"
  unzip -q "$work/ca.zip" -d "$work"
  for name in elasticsearch kibana; do
    "$tool" cert --silent --pem --days 1095 --name "$name" --dns "$name,localhost" \
      --ip 127.0.0.1 --ca-cert "$work/ca/ca.crt" --ca-key "$work/ca/ca.key" -out "$work/$name.zip"
    unzip -q "$work/$name.zip" -d "$work"
    cp "$work/$name/$name.crt" "$work/$name/$name.key" .
  done
  cp "$work/ca/ca.key" .
  cp "$work/ca/ca.crt" .
  rm -r "$work"
fi

# Elasticsearch and Kibana run as 1000; the authority's own key stays root's. Koubei, another user, can read ca.crt alone.
chown 1000:0 ./*.key
chown 0:0 ca.key
chmod 600 ./*.key
chmod 644 ./*.crt
chown 1000:0 /snapshots
