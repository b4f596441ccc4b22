"""What is a complaint and what only names one; written for this project."""

from __future__ import annotations

import pytest

from sentiment.factors.lexicon import load_lexicon
from sentiment.factors.tagging import FactorTagger
from sentiment.rules.ruleset import load_rules

TAGGER = FactorTagger(load_lexicon("telecom"), load_rules())


def severity(text: str) -> int:
    return TAGGER.tag([(text, ())])[0].severity


@pytest.mark.parametrize(
    "text",
    [
        "工信部通报：三季度电信用户申诉量环比下降",
        "315晚会将于今晚八点播出",
        "12300是工信部申诉热线，今年受理量下降",
        "工信部印发5G发展通知",
        "工信部要求三大运营商提速降费",
        "12315是什么电话",
        "中国移动被工信部点名表扬",
        "律师推荐哪个套餐",
        "法院判决联通胜诉",
        "工信部：上半年受理用户申诉12万件",
        "去年工信部组织了携号转网试点",
        "12345热线接听量创新高",
        "消协发布双十一消费提示",
        "不想投诉，就是希望快点修好",
        "还没到要投诉的地步",
        "撤销了工信部投诉",
        "投诉已经撤销，谢谢客服",
        "没投诉过",
        "从来没被乱扣费",
        "不至于投诉",
        "懒得投诉",
        "没想过投诉",
        "已经撤回了投诉，问题解决了",
        "不打算投诉，客服态度挺好",
        "中国移动起诉某公司商标侵权",
        "投诉电话是多少",
        "怎么投诉移动",
        "投诉处理很快，点赞",
        "装宽带的师傅把垃圾带走了，好评",
        "以前老断网，现在从不掉线",
        "工信部公布三季度投诉情况，移动投诉量下降",
    ],
)
def test_news_questions_and_denials_are_not_severe(text: str) -> None:
    assert severity(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "不投诉到工信部他们根本不理你",
        "不投诉就一直拖着",
        "谁说我没投诉",
        "投诉工信部",
        "已向12300投诉",
        "工信部投诉一波",
        "莫名其妙扣了三十块",
        "再不退费，工信部见",
        "再不退费，12315",
        "逼我找工信部",
        "投诉到工信部才退费",
        "已经打了12300",
        "准备起诉移动",
        "我要去法院起诉你们",
        "法院见",
        "已经委托律师",
        "客服让我撤销投诉",
        "我绝不撤销投诉",
        "打12315举报移动乱扣费",
        "工信部给我回电话了",
        "向通信管理局申诉了",
        "不投诉没人管",
        "找315晚会曝光你们",
        "必须起诉",
        "不投诉工信部就永远不解决",
        "只好去工信部申诉",
    ],
)
def test_complaints_and_threats_are_severe(text: str) -> None:
    assert severity(text) >= 2


@pytest.mark.parametrize(
    "piece",
    ["工信部", "不投诉", "投诉撤销", "没想准备投诉", "再不12315", "去年要求工信部", "投诉处理", "投诉电话"],
)
def test_cues_without_end_are_weighed(piece: str) -> None:
    """Not a measurement: quadratic work on these 100,000 characters would not come back for minutes."""
    severity(piece * (100_000 // len(piece)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天天气不错", 0),
        ("谢谢客服，服务很好", 0),
        ("垃圾网络", 1),
        ("莫名其妙扣了我三十", 2),
        ("我要投诉", 2),
        ("不用投诉了，已经解决", 0),
        ("谨防诈骗电话", 0),
        ("已经打12300投诉到工信部", 3),
        ("12315见", 3),
        ("订单号12315000", 0),
        ("账单清清楚楚，没有乱扣一分钱", 0),
        ("从不乱扣费", 0),
        ("沒有亂扣費，很透明", 0),
        ("又乱扣费", 2),
        ("客服没有踢皮球", 0),
        ("再也不用担心断网了", 0),
        ("断网三天了", 1),
        ("工信部公布新的号码管理办法", 0),
        ("尾号12300的卡多少钱", 0),
        ("工信部 12300 投诉电话是多少", 0),
        ("只好去工信部申诉", 3),
    ],
)
def test_severity_is_the_highest_level_named(text: str, expected: int) -> None:
    assert severity(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "没投诉过", "没有投诉过", "从未投诉", "从来没投诉过", "从来没有投诉", "不用投诉", "不用去投诉",
        "不必投诉", "没必要投诉", "用不着投诉", "不会投诉", "不再投诉", "没打算投诉", "没人投诉过",
        "一次都没投诉过", "沒有投訴過", "没有乱扣费", "没被乱扣费", "从来没被乱扣费", "从没被乱扣过",
        "从来没有再被乱扣费", "没有出现过乱扣费", "没有莫名其妙扣费", "没有任何捆绑销售", "没有偷扣",
        "从不偷偷扣钱", "不用去工信部投诉", "没有打12300投诉", "没去过工信部", "不用报警", "没有断网",
        "从不断网", "没断网", "没让我失望", "不失望", "一点都不垃圾", "没有套路", "没有套路和忽悠",
        "没投诉就解决了", "从来没有因为乱扣费投诉过", "没有乱扣费都不错", "客服很好，没有乱扣费，信号稳",
    ],
)  # fmt: skip
def test_what_is_denied_is_not_severe(text: str) -> None:
    assert severity(text) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没有办法只能投诉", 2),
        ("没办法，投诉", 2),
        ("不得不投诉", 2),
        ("再不解决就投诉", 2),
        ("没人管只好投诉", 2),
        ("不投诉不行", 2),
        ("不投诉就不处理", 2),
        ("不投诉都不行", 2),
        ("不去投诉他们就不管", 2),
        ("没投诉之前没人理", 2),
        ("你们有没有乱扣费心里没数", 2),
        ("不是没投诉过", 2),
        ("无奈投诉", 2),
        ("要是没投诉到现在都没解决", 2),
        ("如果没有乱扣费我就不换了", 2),
        ("为什么不投诉", 2),
        ("有没有投诉的渠道", 2),
        ("打电话没用投诉才有用", 2),
        ("不让我投诉", 2),
        ("不给投诉", 2),
        ("没有投诉，直接找工信部", 3),
        ("没有乱扣费但是莫名其妙停机", 2),
        ("没有投诉 这次必须投诉", 2),
        ("没有提前告知就乱扣费", 2),
        ("没有投诉我就去12315", 3),
        ("不停地投诉", 2),
        ("不仅断网还骗人，投诉", 2),
    ],
)
def test_what_only_stands_near_a_negation_is_severe(text: str, expected: int) -> None:
    assert severity(text) == expected


@pytest.mark.parametrize("piece", ["没有投诉", "投诉投诉", "没被再去", "不", "不投诉和"])
def test_denials_without_end_are_tagged(piece: str) -> None:
    severity(piece * (100_000 // len(piece)))
