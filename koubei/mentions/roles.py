"""Whose voice a post is. The first rule that fits decides; each is meant to be right when it speaks.

| role | when |
|---|---|
| official | the author is an official account of a configured brand, by "platform:id" or display name |
| media | the source describes the account as media or government, or the post is news |
| marketing | the source describes the account as an organisation (蓝V, 企业, 机构, 商家 …) |
| customer | a review, a complaint or a ticket |
| media | news copy: 记者 … 获悉, 新华社 … 电; it begins with 据 … 报道 and has no 我, 你, question |
| marketing | an advert: an offer (流量卡, 免费领 …), a way to reach the seller, and no word of warning |
| marketing | a prize draw: 转发 / 关注 and 抽 3 位; not of one who asks who was drawn |
| employee | the author says so: 我是移动的员工, 作为移动员工我 …, 在移动上班三年了; not 如果, 客服说 |
| customer | the source says it is a private person (普通用户, 个人认证 …) |
| unknown | otherwise; counts as a customer in every share |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from koubei.core.config.schema import Brand
from koubei.core.domain import Post, Role
from koubei.core.intake import NAME_KEY
from koubei.core.privacy import AuthorKeys
from koubei.core.text import fold
from koubei.mentions.keywords import any_of
from koubei.mentions.positions import lower

_MEDIA = re.compile(
    "媒体|新闻|报社|日报|晚报|电视台|广播|通讯社|杂志|政府|政务|公安|法院|检察|消协|消费者协会|监管"
)
_ORGANISATION = re.compile("蓝v|企业|机构|公司|品牌|商家|官方|组织|团体|校园|营销|代理", re.IGNORECASE)
_PERSON = re.compile("普通用户|个人|无认证|未认证|非认证|非v", re.IGNORECASE)

_NEWS_COPY = re.compile(
    r"记者[^，。\n]{0,12}(?:获悉|了解到|采访)|本报(?:讯|记者)|(?:新华社|中新社|中新网)[^，。\n]{0,10}[电讯]"
)
_RETOLD = re.compile(
    r"\s*(?:【[^】\n]{1,40}】)?\s*据[^，。\n]{1,20}(?:报道|消息|获悉|通报)[^我你您咱俺吗?]*", re.DOTALL
)
"""The whole of a text that only hands on what the news say; who adds a word of their own is not the media."""
_SELLER = re.compile(
    r"加我(?:微信|vx?|wx|薇|威|qq|好友)|(?:加|\+)(?:vx?|wx|薇|威)(?![a-z])|(?:vx|wx|微信号?|薇信|威信)[::]\s*[a-z]\w{4,}"
    r"|(?:私聊|私信|滴滴|(?<![a-z])dd)我|(?:需要|想要|想办|要办|有意)的?[^，。!！\n]{0,4}(?:私|扣\s*1|加|滴滴)|评论区?扣\s*1|请(?:私信|私聊)|点主页|名额\D{0,3}\d|仅剩\s*\d"
)
"""Only somebody who sells writes so."""
_REACH = re.compile(r"加微信|扫码|戳链接|点(?:击)?(?:链接|主页)|联系(?:电话|方式|我)|\*{11}")
_OFFER = re.compile(
    "低价|免费(?:领|送|办)|代办|代理|办卡|流量卡|大流量|号卡|靓号|返现|返佣|佣金|包邮|接单|内部(?:套餐|渠道|价)"
    r"|优惠办|特价|招(?:代理|募)|\d元\s*(?:月租|包)|月租\s*\d+|(?:诚信|全国|专业|长期|可)办理?|办理(?:宽带|套餐|流量)"
)
_WARNING = re.compile(
    "骗|坑|诈|忽悠|小心|警惕|避雷|别信|不要信|举报|投诉|骚扰|维权|曝光|上当|垃圾|退款|退费|怎么|吗[?]|(?:让|叫|要|催)我"
)
_PRIZE = re.compile(
    r"(?:转发|关注|转赞评|评论|点赞)[^。！!\n]{0,20}抽[取送]?(?:(?![到过])[^，。！!\n]){0,4}[\d一二三四五六七八九十两几][^，。！!\n]{0,2}(?:位(?!数)|[名人个])"
)
_JOBS = "员工|职工|客服|客户经理|营业员|装维|网格|工程师|技术|代维|业务员|话务员|外包"
_NUMERALS = r"[\d一二两三四五六七八九十几半多]"
_UNREAL = re.compile(
    "如果|要是|假如|假设|倘若|若|除非|只要|万一|难道|以为|认为|觉得|怀疑|冒充|假装|谎称|问"
    "|(?<![实话直])说(?!实话|一?下|一?句|明|真)"
)
"""Before 我是移动员工 in its clause: a condition, or what somebody else says or believes."""
_UNREAL_AFTER = re.compile(r"[^，。！？；,!?;\n]{0,6}(?:的话|就(?:可以|能|行|好))")
_UNREAL_REACH = 12
_PERSON_AFTER = "(?!的?(?:朋友|同学|亲戚|老公|老婆|哥|姐|弟|妹|爸|妈|同事|闺蜜))"


class RoleFinder:
    """Knows the official accounts and the brands' words."""

    def __init__(self, brands: Sequence[Brand], keys: AuthorKeys) -> None:
        self._official = _OfficialAccounts([name for brand in brands for name in brand.official], keys)
        words = {
            lower(fold(word)) for b in brands for word in (b.name, *b.include, *b.context) if word.strip()
        }
        brand = any_of(words).pattern
        self._employee = re.compile(
            rf"(?:我|本人|俺|笔者)(?:就|也|现在|目前|以前|之前)?(?:"
            rf"是(?:[^\s，。！？,.!?不]{{0,4}})(?:{brand})(?:公司|营业厅|内部|这边)?的?(?:一[名个])?"
            rf"[^\s，。！？,.!?]{{0,4}}(?:{_JOBS})"
            rf"|在(?:[^\s，。！？,.!?]{{0,4}})(?:{brand})(?:公司|营业厅|内部)?(?:上班|工作|任职|实习)"
            rf"){_PERSON_AFTER}"
            rf"|作为(?:一?[名个位])?(?:{brand})(?:公司|营业厅|内部)?的?(?:一[名个位])?[^\s，。！？,.!?]{{0,4}}(?:{_JOBS})"
            rf"(?=[^你您他她。！？!?\n]{{0,12}}(?:(?<![把给对跟骂让被向和])我|本人|俺|说句|说一句))"
            rf"|(?:^|(?<=[。！？；!?;\n]))\s*(?:已经)?在(?:{brand})(?:公司|营业厅)?(?:上班|工作|干)了?"
            rf"{_NUMERALS}{{1,4}}个?[年月](?!多?的|级)"
        )
        self._rules: tuple[Callable[[Post, str], Role | None], ...] = (
            self._by_name,
            _by_account,
            _by_kind,
            self._by_words,
            _by_person,
        )

    def role(self, post: Post, text: str) -> Role:
        """The role of the post's author; `text` is its scored text, folded and in lower case."""
        return next((role for rule in self._rules if (role := rule(post, text))), "unknown")

    def _by_name(self, post: Post, _text: str) -> Role | None:
        return "official" if post in self._official else None

    def _by_words(self, _post: Post, text: str) -> Role | None:
        if _NEWS_COPY.search(text) or _RETOLD.fullmatch(text):
            return "media"
        if _PRIZE.search(text) or _is_advert(text):
            return "marketing"
        return "employee" if any(_is_real(text, said) for said in self._employee.finditer(text)) else None


class _OfficialAccounts:
    """Official accounts as keys: ids and names are hashed at intake, so they are compared hashed."""

    def __init__(self, accounts: Sequence[str], keys: AuthorKeys) -> None:
        self._accounts = [account.strip() for account in accounts]
        self._keys = keys
        self._by_platform: dict[str, frozenset[str]] = {}

    def __contains__(self, post: Post) -> bool:
        if post.platform not in self._by_platform:
            self._by_platform[post.platform] = self._keys_on(post.platform)
        known = self._by_platform[post.platform]
        return post.author_key in known or post.extra.get(NAME_KEY) in known

    def _keys_on(self, platform: str) -> frozenset[str]:
        """Of every account that is written without a platform or with this one; by id and by name."""
        here = {a.removeprefix(f"{platform}:") for a in self._accounts}
        by_id = {self._keys.key(platform, account) for account in here}
        return frozenset(by_id | {self._keys.name_key(platform, account) for account in here})


def _is_real(text: str, said: re.Match[str]) -> bool:
    """Whether what the author says of themselves is so: no condition, nobody else's words."""
    before = text[max(0, said.start() - _UNREAL_REACH) : said.start()]
    clause = re.split("[，。！？；,!?;\n]", before)[-1]
    return not _UNREAL.search(clause) and not _UNREAL_AFTER.match(text, said.end())


def _is_advert(text: str) -> bool:
    """An offer by somebody who sells, or two offers and a way to reach whoever makes them."""
    offers = set(_OFFER.findall(text))
    if not offers or _WARNING.search(text):
        return False
    return bool(_SELLER.search(text)) or (len(offers) > 1 and bool(_REACH.search(text)))


def _by_account(post: Post, _text: str) -> Role | None:
    if _MEDIA.search(post.account):
        return "media"
    if _PERSON.search(post.account):
        return None
    return "marketing" if _ORGANISATION.search(post.account) else None


def _by_person(post: Post, _text: str) -> Role | None:
    """After the words: a private account may still be a seller's."""
    return "customer" if _PERSON.search(post.account) else None


def _by_kind(post: Post, _text: str) -> Role | None:
    if post.kind == "news":
        return "media"
    return "customer" if post.kind in ("review", "complaint", "ticket") else None
