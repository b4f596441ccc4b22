from __future__ import annotations

from pathlib import Path

import pytest

from sentiment.rules.owners import Owners
from sentiment.rules.rules import HARDER, SOFTER, Fired, Heard, Rules
from sentiment.rules.ruleset import RULESETS, load_rules, rules_for
from sentiment.words.prepared import OTHER, OWN, Preparer, Vocabulary
from sentiment.words.tables import EMOTICONS, RulesError

RULESET = load_rules()
PREPARER = Preparer(Vocabulary(RULESET.names, RULESET.brands, RULESET.emoticons, RULESET.aliases))
RULES = Rules(RULESET)
OWNERS = Owners(RULESET)
SHIPPED = (RULESETS / "telecom.toml").read_text(encoding="utf-8")


def fire(folded: str, trade: bool = True) -> list[Fired]:
    return next(RULES.fire([Heard(folded, None, trade)]))


def fired(text: str) -> list[str]:
    folded = PREPARER.fold(text)
    return [each.rule for each in fire(folded, PREPARER.has_name(folded))]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("宽带又断网", ["fault", "stuck"]),
        ("宽带从来没掉过线", ["negated_fault"]),
        ("没断过网", ["negated_fault"]),
        ("宽带从不断网", ["negated_fault"]),
        ("宽带不断掉线", ["fault"]),
        ("如果没有断网我就给好评", ["fault"]),
        ("要是宽带不掉线就好了", ["fault"]),
        ("套餐不清楚", []),
        ("信号真好，一天掉了八次", ["fault", "irony"]),
        ("客服真棒，复读了二十遍", ["fault", "irony"]),
        ("信号满格，一天断网12次", ["fault", "irony"]),
        ("宽带一个月断了三次", ["fault"]),
        ("信号真好，三年只掉了两次", ["good"]),
        ("信号真好，没掉过三次", ["good", "negated_fault"]),
        ("信号真好，掉了一次", ["good"]),
        ("宽带真好，掉了三次都修好了", ["fault_mended", "good"]),
        ("投诉后第二天就退费了，效率不错", ["good"]),
        ("投诉后一直没退费", ["stuck"]),
        ("投诉到工信部才退费", ["stuck"]),
        ("信号不卡顿", ["good", "negated_fault"]),
        ("宽带没用两天就坏了", ["fault"]),
        ("客服一点都不耐心", ["negated_praise"]),
        ("移动牛逼，扣费比谁都快", ["irony"]),
        ("谢谢移动，断网了", ["fault", "irony"]),
        ("宽带断网，师傅半小时修好了，点赞", ["fault_mended", "good"]),
        ("宽带断网，还没修好", ["fault", "stuck"]),
        ("请问套餐多少钱", ["question"]),
        ("移动发布财报", ["notice"]),
        ("移动信号真好", ["good"]),
        ("动不动断网的宽带", ["fault"]),
        ("是不是断网了，宽带", ["fault"]),
        ("孩子的玩具红灯坏了", []),
        ("今天去吃饭，通知大家", []),
        ("", []),
    ],
)
def test_which_rules_fire(text: str, rules: list[str]) -> None:
    assert sorted(fired(text)) == sorted(rules)


def test_softer_and_harder_words_scale_the_rules_of_their_clause() -> None:
    plain, softer, harder, elsewhere = (
        fire(text)[0].push for text in ("宽带掉线", "宽带有点掉线", "宽带天天掉线", "天天下雨，宽带掉线")
    )
    assert softer == tuple(n * SOFTER for n in plain)
    assert harder == tuple(n * HARDER for n in plain)
    assert elsewhere == plain


def test_pushes_are_those_of_the_file() -> None:
    (only,) = fire(PREPARER.fold("移动牛逼，扣费比谁都快"))
    assert only.push == RULESET.push["irony"]
    assert "牛逼" in only.words


@pytest.mark.parametrize(
    "text",
    [
        *("断网" * 50_000, "没" * 100_000, "移动" * 50_000, "不" * 50_000 + "断网", "掉二" * 50_000 + "次"),
        *("以前现在" * 25_000, "没有一天" * 25_000 + "不断网", f"{OWN}比" * 50_000),
        *(
            f"{OWN}没有{OTHER}好" * 20_000,
            "资费很" * 33_000 + "贵",
            "网" + "很" * 100_000,
            "信号真好" * 25_000,
        ),
    ],
)
def test_hostile_lengths(text: str) -> None:
    """Not a measurement: quadratic work on these 100,000 characters would not come back for minutes."""
    fire(text)
    OWNERS.own_part(text)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("irony = [2.4, -0.6, -1.8]", "irony = [2.4, -0.6]", "irony = [", "三个"),
        ("irony = [2.4, -0.6, -1.8]", "irony = [99, 0, 0]", "irony = [", "99"),
        ("irony = [2.4, -0.6, -1.8]", "ironie = [1, 0, 0]", "ironie", "不认识的键"),
        ('"掉线", "掉过线"', '"掉线", "掉線"', "掉線", "简体"),
        ('"掉线", "掉过线"', '"掉线", "掉"', '"掉"', "太短"),
        ('"掉线", "掉过线"', '"掉线", 7', '"掉线", 7', "7"),
        ('"掉线", "掉过线"', '"掉线", "掉线*a*b*c*d"', "掉线*a*b*c*d", "4 个 *"),
    ],
)
def test_bad_rows_are_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: str, words: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError, match=r"own\.toml 第") as caught:
        load_rules(str(path))
    number = int(caught.value.found.split("第 ")[1].split(" ")[0])
    assert line in path.read_text(encoding="utf-8").split("\n")[number - 1]
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("softer = [", 'softer = ["移动", "移动", ', "softer = ["),
        ("harder = [", "harder = [12, ", "harder = ["),
        ("pivot = [", 'pivot = ["不", "不", ', "pivot = ["),
        ("notice = [-0.9, 1.3, -0.5]", "notice = [-0.9]", "notice = [-0.9]"),
        ('"移动", "10086"]', '"移动", "不知名"]', '  ["中国移动", "移动公司", "移动", "不知名"]'),
        ('"移动", "10086"]', '"移动", "移动"]', '  ["中国移动", "移动公司", "移动", "移动"]'),
        ('["中国广电", "广电", "10099"]', "7", "  7"),
        ("[words]", '[words]\n# "掉線" 不行\nnotes = []', "notes = []"),
    ],
)
def test_the_line_is_the_rows_own_not_the_first_with_the_word(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        load_rules(str(path))
    number = int(caught.value.found.split("第 ")[1].split(" ")[0])
    assert path.read_text(encoding="utf-8").split("\n")[number - 1].startswith(line)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    rules, table = tmp_path / "own.toml", tmp_path / "emoticons.tsv"
    rules.write_text(SHIPPED, encoding="utf-8-sig")
    table.write_text("[微笑]\t2\n", encoding="utf-8-sig")
    assert load_rules(str(rules), table).emoticons == {"[微笑]": 2}


def test_emoticon_lines_are_those_an_editor_shows(tmp_path: Path) -> None:
    path = tmp_path / "emoticons.tsv"
    path.write_text("# a\u2028b\x0cc\n[泪]\t-2\n[怒]\t9\n", encoding="utf-8", newline="\r\n")
    with pytest.raises(RulesError, match=r"emoticons\.tsv 第 3 行"):
        load_rules("telecom", path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a = [", "不是合法的 TOML"),
        ("", "缺少"),
        ("names = []\nbrands = []\naliases = []\nwords = 3\npush = {}", "不是表"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RulesError, match=words):
        load_rules(str(path))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="打不开"):
        load_rules(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes(b"names = [\n'\xff']")
    with pytest.raises(RulesError, match="第 2 行"):
        load_rules(str(tmp_path / "latin.toml"))


@pytest.mark.parametrize("row", ["[怒]\t3\t1", "[怒]", "[怒]\t-2\n[怒]\t-2", "[攤手]\t1", "\t1"])
def test_bad_emoticon_rows_are_refused_with_their_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "emoticons.tsv"
    path.write_text(f"# table\n\n[泪]\t-2\t9\n{row}\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"emoticons\.tsv 第 [45] 行"):
        load_rules("telecom", path)


def test_an_emoticon_table_of_ones_own_moves_the_signs(tmp_path: Path) -> None:
    path = tmp_path / "emoticons.tsv"
    path.write_text("[微笑]\t2\n", encoding="utf-8")
    own = load_rules("telecom", path)
    assert own.emoticons == {"[微笑]": 2}
    assert load_rules("telecom", EMOTICONS).emoticons["[微笑]"] < 0
    assert own.version != RULESET.version


def test_rules_go_with_the_lexicon(tmp_path: Path) -> None:
    assert rules_for("telecom") == "telecom"
    assert rules_for("no-such-trade") == "telecom"
    lexicon = tmp_path / "own.toml"
    assert rules_for(str(lexicon)) == "telecom"
    (tmp_path / "own.rules.toml").write_text("")
    assert rules_for(str(lexicon)) == str(tmp_path / "own.rules.toml")
