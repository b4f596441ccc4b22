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
