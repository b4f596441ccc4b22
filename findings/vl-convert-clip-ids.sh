#!/usr/bin/env bash
# vl-convert draws the same chart twice in one process and gives two different files.
#
# Expected   The same Vega-Lite specification with its data inside gives the same SVG, byte for byte, so that a saved
#            report can be drawn again and compared.
# Seen       Only as long as nothing is clipped. A mark with "clip": true carries an id (clip1, clip2, ...) from a counter
#            that runs through the whole life of the process: the second drawing differs, and a report's bytes depend on
#            what was drawn before it. A new process starts at clip1 again, so two charts drawn by two processes share an
#            id once they are put into one page.
# Versions   vl-convert-python 1.9.0.post1, Vega-Lite 5.20 inside it.
# Source     Run here. The numbering comes from the SVG renderer of the Vega that is embedded; Vega itself has a function
#            that resets it, but the Python package's functions take no option for it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'vl-convert-python==1.9.0.post1' || exit 2
cd "$work"
cat > draw.py <<'PY'
import re
import sys

import vl_convert

DAYS = [{"day": day, "posts": posts} for day, posts in ((1, 8), (2, 13), (3, 5))]


def drawing(clip):
    chart = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": DAYS},
        "mark": {"type": "line", "clip": clip},
        "encoding": {
            "x": {"field": "day", "type": "quantitative"},
            "y": {"field": "posts", "type": "quantitative"},
        },
    }
    return vl_convert.vegalite_to_svg(chart, "5.20")


def ids(svg):
    return re.findall(r'id="(clip\d+)"', svg)


first, second = drawing(clip=True), drawing(clip=True)
unclipped = drawing(clip=False) == drawing(clip=False)
print(f"without clip: equal = {unclipped}; with clip: equal = {first == second}, ids {ids(first)} and {ids(second)}")
rest = re.sub(r"clip\d+", "clip", first) == re.sub(r"clip\d+", "clip", second)
print(f"equal once the ids are taken out = {rest}")
if (unclipped, first == second, ids(first), ids(second), rest) != (True, False, ["clip1"], ["clip2"], True):
    sys.exit("changed: the two drawings no longer differ by a running clip id alone")
PY
echo "first process"
venv/bin/python draw.py
echo "second process"
venv/bin/python draw.py
