#!/usr/bin/env bash
# feedparser turns a Chinese date into the first day of whatever month it is today.
#
# Expected   A date in a form the reader does not know (2026年3月18日, 2026/03/18) stays unread: no published_parsed, and
#            the text is there for the caller to read.
# Seen       published_parsed is set: the year is the one written, the month is the month in which the feed is read, the
#            day is 1. The same feed gives another date next month, and nothing marks the entry as doubtful.
# Versions   feedparser 6.0.12.
# Source     Run here, with the clock as it is and with time.gmtime set to two other months. One of its readers tries
#            ISO 8601 templates in turn, and one template is a year alone; a match need not reach the end of the text, so
#            the four digits pass for a date and the current month fills the gap. The documentation's page on dates has a
#            section on adding readers for further formats, so a caller expects to be told that none fits.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'feedparser==6.0.12' 'sgmllib3k==1.0.0' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys
import time
from unittest import mock

import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>公告</title>
<item><title>资费调整说明</title><pubDate>{date}</pubDate></item></channel></rss>"""


def published(date):
    moment = feedparser.parse(FEED.format(date=date)).entries[0].get("published_parsed")
    return moment and time.strftime("%Y-%m-%d", moment)


def published_if_read_in(month, date):
    with mock.patch("time.gmtime", return_value=time.struct_time((2026, month, 9, 1, 0, 0, 0, 0, 0))):
        return published(date)


wrong = []
for date in ("2026年3月18日 08:30", "2026年3月18日", "2026/03/18 08:30"):
    now = published(date)
    april, august = (published_if_read_in(month, date) for month in (4, 8))
    print(f"{date:<18} read today: {now}   read in April: {april}   read in August: {august}")
    if (now, april, august) != (f"2026-{time.gmtime().tm_mon:02}-01", "2026-04-01", "2026-08-01"):
        wrong.append(date)
iso = published("2026-03-18 08:30")
print(f"{'2026-03-18 08:30':<20} read today: {iso}   (the same day with hyphens)")
if iso != "2026-03-18":
    wrong.append("2026-03-18 08:30")
if wrong:
    sys.exit(f"changed: no longer the first of the month of reading (or the hyphens' own day) for {wrong}")
PY
