#!/usr/bin/env bash
# For the holidays package the Sunday in the middle of China's National Day week is no holiday; for chinesecalendar it is.
#
# Expected   The State Council's notice for 2026 gives 1 to 7 October off, seven days in a row. A calendar of China that
#            knows the notice's moved days (it marks 6 October as taken from 20 September) lists all seven.
# Seen       holidays lists six: Sunday 4 October is missing, "in" says False, though is_working_day says False too. Eleven
#            days of 2026 are like it, every one a Saturday or Sunday inside an announced block that is neither a
#            statutory day nor its substitute. chinesecalendar names the holiday for all eleven. Hourly or daily
#            baselines that split weekends from holidays put these days into different boxes by the package they use.
# Versions   holidays 0.109, chinesecalendar 1.11.0.
# Source     Run here. holidays builds the year from the statutory days, their substitutes and the exchanged days, and an
#            ordinary weekend day needs none of these to be free; chinesecalendar keeps a table of every day of the
#            blocks as announced.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  'holidays==0.109' 'chinesecalendar==1.11.0' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys
from datetime import date, timedelta

import chinese_calendar
import holidays

RECORDED = "01-03 02-15 02-21 02-22 04-04 05-03 06-20 06-21 09-26 09-27 10-04".split()
listed = holidays.country_holidays("CN", years=2026, language="en_US")


def holiday_of_table(day):
    off, name = chinese_calendar.get_holiday_detail(day)
    return name if off else None


for number in range(1, 8):
    day = date(2026, 10, number)
    print(f"{day:%a %d %b}   holidays: {listed.get(day) or '-':<44} chinesecalendar: {holiday_of_table(day)}")
year = [date(2026, 1, 1) + timedelta(days) for days in range(365)]
missing = [f"{day:%m-%d}" for day in year if holiday_of_table(day) and day not in listed]
print(f"in a block of 2026 for chinesecalendar, no holiday for holidays ({len(missing)}): {' '.join(missing)}")
if missing != RECORDED:
    sys.exit(f"changed: recorded {RECORDED}, now {missing}")
PY
