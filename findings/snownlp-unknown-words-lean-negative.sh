#!/usr/bin/env bash
# SnowNLP's sentiment takes every word it has never seen as evidence against the text: forty unknown words score .016.
#
# Expected   A word the model was not trained on says nothing: a list of order numbers, handles or model names stays near
#            .5, and such words behind a sentence of praise leave its score alone.
# Seen       One unknown word gives exactly .5, and each further one multiplies the odds by .90: ten give .28, twenty .12,
#            forty .016. 我很满意 falls from .82 to .43 when seventeen made-up product codes follow it.
# Versions   snownlp 0.12.3.
# Source     Run here, and the counts of the shipped model read. It is naive Bayes where an unseen word counts once in each
#            class and is divided by that class's own number of words. The shipped model holds 465,012 words of negative
#            reviews and 516,508 of positive ones, so the smaller, negative class always answers with the larger share;
#            their ratio is .90.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'snownlp==0.12.3' || exit 2
cd "$work"
venv/bin/python - <<'PY'
import sys

from snownlp import SnowNLP, sentiment

RECORDED = {"1": 0.5, "2": 0.474, "10": 0.28, "20": 0.12, "40": 0.016, "praise": 0.816, "praise and 17": 0.427}


def codes(number):
    return " ".join(f"QX{code}K" for code in range(number))


def score(text):
    return round(SnowNLP(text).sentiments, 3)


words = {label: int(counts.total) for label, counts in sentiment.classifier.classifier.d.items()}
print(f"words in the model: {words}, ratio {words['neg'] / words['pos']:.3f}")
seen = {str(number): score(codes(number)) for number in (1, 2, 10, 20, 40)}
seen["praise"] = score("我很满意")
seen["praise and 17"] = score("我很满意 " + codes(17))
for what, value in seen.items():
    print(f"{'unknown words: ' * what.isdigit() + what:<20} {value}")
if seen != RECORDED:
    sys.exit(f"changed: recorded {RECORDED}, now {seen}")
PY
