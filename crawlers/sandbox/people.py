"""Who writes: invented names, home provinces; a few people write much, most write little."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

from crawlers.sandbox.keywords import OFFICIAL, PROVINCES

_HEADS = (
    "风", "小", "阿", "大", "老", "青", "北", "南", "海", "云", "星", "月", "雨", "雪", "山", "林", "木",
    "石", "橙",
    "柠檬", "可乐", "奶茶", "咖啡", "土豆", "番茄", "西瓜", "橘子", "芒果", "豆浆", "包子", "饺子", "火锅",
    "烧烤",
)  # fmt: skip
_TAILS = (
    "同学", "先生", "不加糖", "在路上", "爱睡觉", "吃不胖", "去上班", "的猫", "的夏天", "看世界", "打工人",
    "有点懒",
    "早睡早起", "不秃头", "很安静", "下雨天", "走四方", "的日常", "爱学习", "要暴富", "不内卷", "晒太阳",
    "慢半拍",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """An invented account: `uid` is its native id on its platform; `account` as an export describes it."""

    uid: str
    name: str
    province: str
    city: str
    account: str = "普通用户"


class People:
    """The accounts of one platform."""

    def __init__(self, rng: Random, prefix: int, size: int) -> None:
        self._rng = rng
        self._prefix = prefix
        self._made = 0
        self._provinces = list(PROVINCES)
        self._weights = list(accumulate(w for w, _ in PROVINCES.values()))
        self._regulars = [self.newcomer() for _ in range(max(size, 8))]
        self.officials = {
            brand: [self.newcomer(name=name, account="机构认证") for name in names]
            for brand, names in OFFICIAL.items()
        }

    def someone(self) -> Person:
        """A regular; the first in the list write more often."""
        return self._regulars[int(len(self._regulars) * self._rng.random() ** 1.6)]

    def newcomer(self, province: str | None = None, name: str = "", account: str = "普通用户") -> Person:
        """An account that has not written before."""
        rng = self._rng
        self._made += 1
        home = province or rng.choices(self._provinces, cum_weights=self._weights)[0]
        name = name or f"{rng.choice(_HEADS)}{rng.choice(_TAILS)}{self._made if rng.random() < 0.8 else ''}"
        return Person(f"{self._prefix}{self._made:06d}", name, home, rng.choice(PROVINCES[home][1]), account)
