"""The shape of koubei.toml: every key, its type, its default. Unknown keys are errors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from koubei.core.language import _
from koubei.core.urls import service_url


class Section(BaseModel):
    """A table of the file; a key it does not name is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


VariableName = Annotated[str, Field(pattern=r"^[A-Z_][A-Z0-9_]*$")]
"""The name of an environment variable, never the secret itself."""

ServiceUrl = Annotated[str, AfterValidator(lambda url: url and service_url(url))]
"""Where links lead; empty where they lead nowhere."""


class Brand(Section):
    """A brand and how it is recognised. The first brand is the one the reports are about.

    Attributes:
        include: a post that holds one of these words names the brand.
        context: ambiguous words; they count only where one of `context_with`, or a word of another configured
            brand, stands in the post too.
        context_except: phrases in which an ambiguous word is none (移动到, 向左移动), unless another brand's
            word follows at once (移动到联通).
        exclude: phrases taken out before matching (移动硬盘, 移动支付 …).
        official: platform:author ids or display names of the brand's own accounts.
        subjects: what a source may declare the post to be about (app ids, complaint targets).
    """

    id: Slug
    name: str
    include: tuple[str, ...] = Field(min_length=1)
    context: tuple[str, ...] = ()
    context_with: tuple[str, ...] = ()
    context_except: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class Factors(Section):
    """The factor (要素) lexicon: the name of a shipped one or the path of a TOML file."""

    lexicon: str = "telecom"


class Source(Section):
    """One place posts are collected from.

    Attributes:
        name: how reports and `koubei crawl` call it.
        spider: the Scrapy spider that reads it (`scrapy list`).
        platform: where the public wrote, as stored with each post; default: the source's name.
        urls: start addresses, as the spider's docs say.
        options: further settings of that spider (forum ids, app ids …).
        every_minutes: how often the schedule crawls it; 0 = only by hand.
        delay_seconds: pause between requests to one host; 0 is accepted for loopback only.
        expected_per_day: posts expected a day; default: the median of the past four weeks.
    """

    name: Slug
    spider: str
    platform: Slug | None = None
    urls: tuple[str, ...] = ()
    options: dict[str, Any] = Field(default_factory=dict)
    every_minutes: int = Field(default=30, ge=0)
    delay_seconds: float = Field(default=3.0, ge=0)
    expected_per_day: int | None = Field(default=None, ge=0)
    enabled: bool = True

    @property
    def platform_id(self) -> str:
        """The platform stored with each post."""
        return self.platform or self.name


class Network(Section):
    """How requests leave this machine."""

    contact: str = ""
    proxy: str | None = None
    ca_bundle: Path | None = None
    timeout_seconds: float = Field(default=30.0, gt=0)


class Storage(Section):
    """Where things are kept. Relative paths are relative to `data`."""

    data: Path = Path("koubei-data")
    store: str = "sqlite:mentions.db"
    keep_unmatched_days: int = Field(default=30, ge=0)
    keep_mentions_days: int = Field(default=0, ge=0, description="0 = for ever")
    spool_limit: int = Field(default=1_000_000, gt=0)


class Schedule(Section):
    """When the jobs run, Beijing time."""

    report_at: str = Field(default="08:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    alert_every_minutes: int = Field(default=5, gt=0)
    retention_at: str = Field(default="03:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class Alerts(Section):
    """The gates of the spike detector; see docs/alerts.md for what each is measured against.

    Attributes:
        min_roots: fewest distinct negative root posts in the window.
        min_authors: fewest distinct authors among them.
        min_ratio: at least this many times the baseline.
        min_coverage: least share of expected posts collected; below it no spike fires.
        tail: upper-tail score a window must stay under; calibrated by `koubei alerts backtest`.
        cooldown_hours: an incident that reopens within this time is the same incident.
        quiet_hours: an incident resolves after so many hours without a firing window.
        storm_share: share of copies above which an incident is labelled 放大.
    """

    min_roots: int = Field(default=8, ge=1)
    min_authors: int = Field(default=3, ge=1)
    min_ratio: float = Field(default=2.0, ge=1)
    min_coverage: float = Field(default=0.5, ge=0, le=1)
    tail: float = Field(default=1e-6, gt=0, lt=1)
    cooldown_hours: int = Field(default=24, ge=0)
    quiet_hours: int = Field(default=6, ge=1)
    storm_share: float = Field(default=0.7, gt=0, le=1)


class Channel(Section):
    """Where reports and alerts are delivered.

    Attributes:
        kind: console, folder, mail, wecom, dingtalk, feishu, or apprise (everything else).
        url_env: environment variable that holds the channel's secret address (webhook, apprise URL,
            smtp://user:password@host:port); secrets never stand in the file.
        base_url: the robot service's base address, for a gateway or a test replica.
        to: mail addresses (mail), or the folder (folder).
        sends: which of report / alert go there.
    """

    name: Slug
    kind: Literal["console", "folder", "mail", "wecom", "dingtalk", "feishu", "apprise"]
    url_env: VariableName | None = None
    secret_env: VariableName | None = None
    base_url: str | None = None
    to: tuple[str, ...] = ()
    sender: str = ""
    sends: tuple[Literal["report", "alert"], ...] = ("report", "alert")

    @model_validator(mode="after")
    def _needs(self) -> Channel:
        if self.kind in ("wecom", "dingtalk", "feishu", "apprise", "mail") and not self.url_env:
            raise ValueError(_("url_env 缺失：写入存放该渠道地址的环境变量名"))
        if self.kind in ("mail", "folder") and not self.to:
            raise ValueError(_("to 缺失：邮件写收件地址，folder 写目录"))
        return self


class Reports(Section):
    """Where links in reports lead and how they are written."""

    console_url: ServiceUrl | None = None
    kibana_url: ServiceUrl | None = None
    events: tuple[dict[str, str], ...] = Field(
        default=(), description="campaign events: {date = '2026-11-16', name = '满格出行'}"
    )


class Settings(Section):
    """The whole of koubei.toml."""

    brands: tuple[Brand, ...] = Field(min_length=1)
    factors: Factors = Factors()
    sources: tuple[Source, ...] = ()
    network: Network = Network()
    storage: Storage = Storage()
    schedule: Schedule = Schedule()
    alerts: Alerts = Alerts()
    reports: Reports = Reports()
    channels: tuple[Channel, ...] = ()

    @model_validator(mode="after")
    def _unique(self) -> Settings:
        for what, names in (
            ("brands.id", [b.id for b in self.brands]),
            ("sources.name", [s.name for s in self.sources]),
            ("channels.name", [c.name for c in self.channels]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(_("{what} 重复：{twice}", what=what, twice=", ".join(twice)))
        return self

    @property
    def own_brand(self) -> Brand:
        """The brand the reports and alerts are about: the first."""
        return self.brands[0]

    def source(self, name: str) -> Source | None:
        """The source of that name, or None."""
        return next((s for s in self.sources if s.name == name), None)
