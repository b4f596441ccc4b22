#!/usr/bin/env bash
# JioNLP's parse_money counts the digits in front of 万 twice as soon as anything follows the 万.
#
# Expected   1万2千元, as complaints state what was charged, is 12,000 yuan, like 一万二千元 and 1.2万元.
# Seen       22,000 yuan, "definition": "accurate". 10万5千元 is 115,000 and 1亿2千万元 is 220,000,000. Written with 一 in
#            place of 1, or with nothing behind the 万, the amount is right; no error, no warning.
# Versions   jionlp 1.5.31 (and cn2an 0.5.24 for comparison, which reads all of these rightly).
# Source     Run here, and the code of parse_money read. The amount is split at 万 and both halves go through a helper that
#            treats text of ASCII digits alone as a whole number of yuan and then adds what stands behind the word yuan,
#            for jiao and fen. The half in front of 万 has no such word, so "what stands behind" is the half itself, its
#            digits added up once more: 1 becomes 1 + 1, 10 becomes 10 + 1.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'jionlp==1.5.31' 'cn2an==0.5.24' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys

import cn2an
import jionlp

RECORDED = {
    "一万二千元": ("12000.00", "accurate"),
    "1.2万元": ("12000.00", "accurate"),
    "10万元": ("100000.00", "accurate"),
    "1万2千元": ("22000.00", "accurate"),
    "3万5千元": ("65000.00", "accurate"),
    "10万5千元": ("115000.00", "accurate"),
    "1亿2千万元": ("220000000.00", "accurate"),
}

seen = {}
for amount in RECORDED:
    read = jionlp.parse_money(amount)
    seen[amount] = (read["num"], read["definition"])
    other = cn2an.cn2an(amount.removesuffix("元"), "smart")
    print(f"jionlp {read['num']:>13} ({read['definition']})   cn2an {other:>10}   {amount}")
changed = {amount: (RECORDED[amount], seen[amount]) for amount in RECORDED if seen[amount] != RECORDED[amount]}
if changed:
    sys.exit(f"changed (recorded, now): {changed}")
PY
