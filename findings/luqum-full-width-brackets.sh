#!/usr/bin/env bash
# luqum groups nothing where the brackets are the full-width ones of a Chinese keyboard, and the query means something else.
#
# Expected   （移动 OR 联通） AND 卡顿 is the query of the ASCII brackets, or a syntax error. Full-width signs seem known: the
#            full-width space separates words.
# Seen       The brackets become letters of the neighbouring words （移动 and 联通）, and since AND binds tighter the tree is
#            移动 OR (联通 AND 卡顿): 移动 alone is enough. A NOT in front covers the first word of the group only, so 招聘
#            comes in where it was to be kept out. No error, no warning from the parser.
# Versions   luqum 1.0.0, ply 3.11.
# Source     Run here. The lexer's pattern of a word leaves out the ASCII signs of the Lucene syntax and white space, which
#            for a Python regular expression includes U+3000; anything else, full-width brackets too, is a letter.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'luqum==1.0.0' 'ply==3.11' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys

from luqum.parser import parser

RECORDED = {
    "(移动 OR 联通) AND 卡顿": "AndOperation(Group(OrOperation(Word('移动'), Word('联通'))), Word('卡顿'))",
    "（移动 OR 联通） AND 卡顿": "OrOperation(Word('（移动'), AndOperation(Word('联通）'), Word('卡顿')))",
    "卡顿 AND NOT (广告 OR 招聘)": "AndOperation(Word('卡顿'), Not(Group(OrOperation(Word('广告'), Word('招聘')))))",
    "卡顿 AND NOT （广告 OR 招聘）": "OrOperation(AndOperation(Word('卡顿'), Not(Word('（广告'))), Word('招聘）'))",
    "移动\u3000AND\u3000卡顿": "AndOperation(Word('移动'), Word('卡顿'))",
}

seen = {}
for query in RECORDED:
    seen[query] = repr(parser.parse(query))
    print(f"{query}\n    {seen[query]}")
changed = {query: (RECORDED[query], seen[query]) for query in RECORDED if seen[query] != RECORDED[query]}
if changed:
    sys.exit(f"changed (recorded, now): {changed}")
PY
