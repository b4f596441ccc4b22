from __future__ import annotations

import pytest

from koubei.core.domain import FactorHit, Label
from sentiment.factors.lexicon import STAGES, load_lexicon
from sentiment.factors.tagging import CLAUSE_CHARS, FactorTagger, Named, Tags, primary_factor
from sentiment.rules.owners import clause_bounds
from sentiment.rules.ruleset import load_rules

FACTORS = [
    "资费套餐", "网络质量", "宽带", "客服", "营业厅与APP",
    "携转离网", "停机与反诈", "增值业务误订", "营销活动",
]  # fmt: skip


@pytest.fixture(scope="module")
def tagger() -> FactorTagger:
    return FactorTagger(load_lexicon("telecom"), load_rules())


def tag(tagger: FactorTagger, text: str) -> Tags:
    return tagger.tag([(text, ())])[0]


def names(tags: Tags) -> list[str]:
    return [factor.name for factor in tags.factors]


def test_the_shipped_lexicon_has_the_nine_factors_and_five_stages() -> None:
    lexicon = load_lexicon("telecom")
    assert [factor.name for factor in lexicon.factors] == FACTORS
    assert [stage.name for stage in lexicon.stages] == list(STAGES)
    assert [rows.name for rows in lexicon.severity] == ["3", "2", "1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("套餐只能升不能降，老用户杀熟", "资费套餐"),
        ("上个月话费多扣了二十", "资费套餐"),
        ("129的套餐太贵了", "资费套餐"),
        ("地铁里5G信号只有一格", "网络质量"),
        ("一到晚上就卡成狗，网页都转圈", "网络质量"),
        ("昨晚断网三小时", "网络质量"),
        ("宽带师傅爽约三次", "宽带"),
        ("光猫一直亮红灯，报修没人来", "宽带"),
        ("千兆WiFi测速才两百兆", "宽带"),
        ("10086半天转不了人工", "客服"),
        ("客服态度恶劣还挂我电话", "客服"),
        ("营业厅排队两小时说系统升级办理不了", "营业厅与APP"),
        ("APP更新后一打开就闪退", "营业厅与APP"),
        ("携号转网卡着不让转，违约金要八百", "携转离网"),
        ("受够了，准备销户走人", "携转离网"),
        ("好好的号码被停机，还要去反诈中心开证明", "停机与反诈"),
        ("断卡行动误伤，二次实名也没用", "停机与反诈"),
        ("莫名其妙给我开了视频彩铃", "增值业务误订"),
        ("未经同意私自开通会员权益，退订不了", "增值业务误订"),
        ("天天打营销电话推销，烦死", "营销活动"),
        ("充话费送手机就是套路，虚假宣传", "营销活动"),
    ],
)
def test_slang_leads_to_its_factor(tagger: FactorTagger, text: str, expected: str) -> None:
    tags = tag(tagger, text)
    same: Label = "neg"
    factors = [FactorHit(factor.name, same, factor.clauses[0][0]) for factor in tags.factors]
    assert primary_factor(tags, factors, same) == expected


@pytest.mark.parametrize(
    "text",
    [
        "今天天气不错", "流量明星塌房了", "过路口看信号灯", "直升机停在停机坪",
        "垃圾分类从我做起", "happy birthday", "15G", "显卡涨价", "", "，。！", "人工智能大会", "12100861",
    ],
)  # fmt: skip
def test_other_matters_name_no_factor(tagger: FactorTagger, text: str) -> None:
    assert names(tag(tagger, text)) == []


def test_texts_are_tagged_in_order_each_for_its_brand(tagger: FactorTagger) -> None:
    text = "移动信号差，电信客服好"
    tagged = tagger.tag([(text, ((0, 2),)), ("这家店太贵了", ()), (text, ((6, 8),)), (text, ())])
    assert list(map(names, tagged)) == [["网络质量"], [], ["客服"], ["网络质量", "客服"]]
    assert tagger.tag([]) == []


def test_context_words_count_only_in_context(tagger: FactorTagger) -> None:
    assert names(tag(tagger, "这家店太贵了")) == []
    assert names(tag(tagger, "移动太贵了")) == ["资费套餐"]


def test_an_excluded_phrase_hides_only_what_stands_in_it(tagger: FactorTagger) -> None:
    assert names(tag(tagger, "信号灯坏了")) == []
    assert names(tag(tagger, "信号灯坏了，手机信号也没了")) == ["网络质量"]


def test_each_factor_keeps_the_clause_that_names_it_in_reading_order(tagger: FactorTagger) -> None:
    tags = tag(tagger, "网速快！但是客服态度差，宽带还行")
    assert [(factor.name, factor.clauses[0][0]) for factor in tags.factors] == [
        ("网络质量", "网速快"),
        ("客服", "但是客服态度差"),
        ("宽带", "宽带还行"),
    ]


def test_traditional_and_full_width_text_is_folded_first(tagger: FactorTagger) -> None:
    assert names(tag(tagger, "網速太慢，客服態度惡劣")) == ["网络质量", "客服"]
    assert names(tag(tagger, "５Ｇ太慢")) == ["网络质量"]
    assert names(tag(tagger, "ＡＰＰ闪退")) == ["营业厅与APP"]


def test_the_clause_keeps_its_capitals(tagger: FactorTagger) -> None:
    assert tag(tagger, "APP又闪退，iPhone15").factors[0].clauses[0][0] == "APP又闪退"


def test_a_gap_stays_within_eight_characters_and_a_clause(tagger: FactorTagger) -> None:
    assert "增值业务误订" in names(tag(tagger, "莫名其妙就给我扣了"))
    assert names(tag(tagger, "莫名其妙，扣了")) == []
    assert names(tag(tagger, "莫名其妙一二三四五六七八九扣")) == []


def test_hits_inside_a_longer_hit_count_once(tagger: FactorTagger) -> None:
    (factor,) = tag(tagger, "人工客服").factors
    assert factor.hits == 1


def test_latin_words_are_not_found_inside_others(tagger: FactorTagger) -> None:
    assert "网络质量" not in names(tag(tagger, "15g流量"))
    assert names(tag(tagger, "apples")) == []
    assert "网络质量" in names(tag(tagger, "用5g上网"))


def test_a_letter_that_grows_when_lowered_moves_nothing(tagger: FactorTagger) -> None:
    assert tag(tagger, "İİİ，客服不理人").factors[0].clauses[0][0] == "客服不理人"


def test_a_long_clause_is_cut_around_the_word(tagger: FactorTagger) -> None:
    (factor,) = tag(tagger, "啊" * 500 + "客服" + "啊" * 500).factors
    assert len(factor.clauses[0][0]) <= CLAUSE_CHARS
    assert "客服" in factor.clauses[0][0]


def named(name: str, hits: int) -> Named:
    return Named(name, ((name, ()),), hits)


@pytest.mark.parametrize(
    ("hits", "polarities", "label", "expected"),
    [
        ([("a", 1), ("b", 2)], ["neg", "pos"], "neg", "b"),
        ([("a", 1), ("b", 1)], ["pos", "neg"], "neg", "b"),
        ([("a", 1), ("b", 1)], ["neg", "neg"], "neg", "a"),
        ([("a", 1), ("b", 1)], ["pos", "pos"], "neg", "a"),
        ([], [], "neg", "none"),
    ],
)
def test_primary_is_most_hits_then_the_texts_polarity_then_first(
    hits: list[tuple[str, int]], polarities: list[Label], label: Label, expected: str
) -> None:
    tags = Tags(tuple(named(name, count) for name, count in hits))
    factors = [FactorHit(name, polarity, name) for (name, _), polarity in zip(hits, polarities, strict=True)]
    assert primary_factor(tags, factors, label) == expected


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("有没有人用过，想办一张，哪个好", "售前"),
        ("请问怎么办理，需要带什么", "咨询"),
        ("刚开通就下单了", "购买"),
        ("用了三年，最近老是没信号", "使用"),
        ("要求退费，投诉没人处理", "售后"),
        ("请问怎么退订，要求退费，要投诉", "售后"),
        ("今天天气不错", ""),
    ],
)
def test_stage(tagger: FactorTagger, text: str, stage: str) -> None:
    assert tag(tagger, text).stage == stage


def test_stage_falls_back_on_the_primary_factor(tagger: FactorTagger) -> None:
    tags = tag(tagger, "光猫坏了")
    assert tags.stage == ""
    assert tagger.stage(tags, "宽带") == "使用"
    assert tagger.stage(tags, "none") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("信号好但是客服差", ["信号好", "但是客服差"]),
        ("信号好但客服差", ["信号好", "但客服差"]),
        ("网速5.5兆。太慢", ["网速5.5兆", "太慢"]),
        ("网速快 客服差", ["网速快", "客服差"]),
        ("5G chip is ok", ["5G chip is ok"]),
        ("a. b", ["a", "b"]),
        ("！！！", []),
        ("", []),
        ("一\n二；三…四~五", ["一", "二", "三", "四", "五"]),
    ],
)
def test_clauses(text: str, expected: list[str]) -> None:
    bounds = clause_bounds(text)
    cut = (text[start:end].strip() for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    assert [clause for clause in cut if clause] == expected


@pytest.mark.parametrize(
    "piece", ["信号弹信号", "莫名其妙", "扣了", "客服，", "但是", " ", "投诉电话投诉", "一直转圈"]
)
def test_long_repetitive_text_is_tagged(tagger: FactorTagger, piece: str) -> None:
    """Not a measurement: quadratic work on these 100,000 characters would not come back for minutes."""
    tags = tag(tagger, piece * (100_000 // len(piece)))
    assert all(len(factor.clauses[0][0]) <= CLAUSE_CHARS for factor in tags.factors)
