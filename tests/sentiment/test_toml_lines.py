from __future__ import annotations

import pytest

from sentiment.words.toml_lines import Place, TomlLines

SOURCE = """\
# words = ["x"]
top = ["a", # "b"
  "b", 1.5,
  ["c",
   "d"],
]
text = \"\"\"
[words]
x = 1\"\"\"
"quoted" = 'it'
[words]  # [[rows]]
fault = [
  "x # no comment", "y",
]
a.b = {c = 1, d = [1,
  2]}

[[rows]]
name = 'one'
[[rows]]
name = 'two'
words = []
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("top", 0), 2),
        (("top", 1), 3),
        (("top", 2), 3),
        (("top", 3), 4),
        (("top", 3, 1), 5),
        (("text",), 7),
        (("quoted",), 10),
        (("words",), 11),
        (("words", "fault"), 12),
        (("words", "fault", 1), 13),
        (("words", "a", "b", "d", 1), 16),
        (("rows", 0, "name"), 19),
        (("rows", 1), 20),
        (("rows", 1, "name"), 21),
        (("rows", 1, "words", 0), 22),
        (("rows", 1, "nothing"), 20),
        (("nothing",), 1),
    ],
)
def test_line_of_a_value_else_of_what_is_around_it(place: Place, line: int) -> None:
    assert TomlLines(SOURCE).of(*place) == line
