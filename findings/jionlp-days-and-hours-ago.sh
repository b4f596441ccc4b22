#!/usr/bin/env bash
# JioNLP's parse_time reads "2 days 3 hours ago" as 3 hours ago and calls the answer accurate.
#
# Expected   2天3小时前, as mobile forum pages write the age of a post, counts back both units, or is refused. The parser
#            refuses plenty (刚刚 raises ValueError), so silence is taken as understanding.
# Seen       Only the unit next to 前 counts: 2天3小时前 is three hours ago, 3小时20分钟前 twenty minutes ago; both come as
#            a time_point with "definition": "accurate". An alarm on fresh posts would take a two-day-old one for new.
# Versions   jionlp 1.5.31.
# Source     Run here with a fixed time_base. Each unit has its own pattern of "number, unit, 前" and its own function;
#            the whole text is handed to the first pattern found in it, and what stands in front of the match is dropped.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'jionlp==1.5.31' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys
from datetime import datetime

import jionlp

NOW = datetime(2026, 11, 18, 8, 30)
RECORDED = {
    "3小时前": "2026-11-18 05:30:00 accurate",
    "2天3小时前": "2026-11-18 05:30:00 accurate",
    "2天零3小时前": "2026-11-18 05:30:00 accurate",
    "20分钟前": "2026-11-18 08:10:00 accurate",
    "3小时20分钟前": "2026-11-18 08:10:00 accurate",
}
RIGHT = ("11-18 05:30", "11-16 05:30", "11-16 05:30", "11-18 08:10", "11-18 05:10")

seen = {}
print(f"now is {NOW:%Y-%m-%d %H:%M}; the end of the span that parse_time gives:")
for age, right in zip(RECORDED, RIGHT, strict=True):
    read = jionlp.parse_time(age, time_base=NOW)
    seen[age] = f"{read['time'][1]} {read['definition']}"
    print(f"{seen[age]}   meant: {right}   {age}")
changed = {age: (RECORDED[age], seen[age]) for age in RECORDED if seen[age] != RECORDED[age]}
if changed:
    sys.exit(f"changed (recorded, now): {changed}")
PY
