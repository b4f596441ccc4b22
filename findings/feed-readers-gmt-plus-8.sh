#!/usr/bin/env bash
# Three feed readers, three moments for one pubDate in "GMT+8", and none is the moment meant.
#
# Expected   Chinese forum and news feeds write 08:30 Beijing time as "08:30:00 GMT+8". A reader that knows the zone says
#            00:30 UTC; one that does not leaves the date out. Written "+0800" all three say 00:30 UTC.
# Seen       feedparser gives no date at all, fastfeedparser says 08:30 UTC (eight hours late), atoma says 16:30 UTC
#            (sixteen hours late). With a colon and two digits ("GMT+08:00") only feedparser is right; for "UTC+8" none is.
# Versions   feedparser 6.0.12, fastfeedparser 0.6.5, atoma 0.0.17, python-dateutil 2.9.0.post0.
# Source     Run here, and the three packages' code read. feedparser's RFC 822 reader cuts "GMT" off and wants four digits
#            after the sign, so one digit makes it give the date up; "UTC+8" it looks up as the name of a zone, and a name
#            it does not know counts as UTC. fastfeedparser's pattern ends behind the letters of the zone and need not reach
#            the end of the text, so the number stays unread. atoma asks python-dateutil, whose parser takes GMT+8 the
#            POSIX way (local time plus eight is GMT); a comment there says that this is meant.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'feedparser==6.0.12' 'fastfeedparser==0.6.5' 'atoma==0.0.17' 'python-dateutil==2.9.0.post0' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys
from datetime import datetime, timezone

import atoma
import fastfeedparser
import feedparser

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>宽带交流</title><link>http://forum.example.test/</link><description>新帖</description>
<item><title>晚上八点准时断网</title><link>http://forum.example.test/thread-1-1-1.html</link><description>又断了</description>
<pubDate>Wed, 18 Nov 2026 08:30:00 {zone}</pubDate></item></channel></rss>"""

RECORDED = {
    "+0800": ("00:30", "00:30", "00:30"),
    "GMT+8": (None, "08:30", "16:30"),
    "GMT+08:00": ("00:30", "08:30", "16:30"),
    "UTC+8": ("08:30", "08:30", "16:30"),
}


def by_feedparser(feed):
    moment = feedparser.parse(feed).entries[0].get("published_parsed")
    return moment and datetime(*moment[:6]).strftime("%H:%M")


def by_fastfeedparser(feed):
    return datetime.fromisoformat(fastfeedparser.parse(feed).entries[0].published).astimezone(timezone.utc).strftime("%H:%M")


def by_atoma(feed):
    return atoma.parse_rss_bytes(feed.encode()).items[0].pub_date.astimezone(timezone.utc).strftime("%H:%M")


seen = {}
print(f"{'zone as written':<16}{'feedparser':<12}{'fastfeedparser':<16}atoma    (UTC; 00:30 is right)")
for zone in RECORDED:
    feed = FEED.format(zone=zone)
    seen[zone] = (by_feedparser(feed), by_fastfeedparser(feed), by_atoma(feed))
    first, second, third = (moment or "no date" for moment in seen[zone])
    print(f"{zone:<16}{first:<12}{second:<16}{third}")
changed = {zone: (RECORDED[zone], seen[zone]) for zone in RECORDED if seen[zone] != RECORDED[zone]}
if changed:
    sys.exit(f"changed (recorded, now): {changed}")
PY
