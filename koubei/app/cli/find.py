"""koubei search / export: mentions out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from indexer.export import Format, write
from koubei.app.cli.commands import QueryCommand
from koubei.app.cli.output import Advance, beijing, json_line, one_line, progress, remark, say
from koubei.app.cli.root import cli, open_app
from koubei.core.clock import days_window
from koubei.core.domain import ScoredMention
from koubei.core.errors import InputError, QueryError
from koubei.core.language import _
from koubei.core.query import And, Everything, Query, Range, parse_query, point_at
from koubei.core.records import Record, to_record

From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help=_("发布日期起（北京）"))]
Until = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help=_("发布日期止，含当日"))]


@cli.command(help=_("检索提及，新的在前。"), cls=QueryCommand)
def search(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(help=_("如：资费 AND label:neg AND province:山东；空串为全部"))
    ] = "",
    since: From = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=_("最多几条"))] = 20,
    after: Annotated[str | None, typer.Option(help=_("上一页给出的游标"))] = None,
    count: Annotated[bool, typer.Option("--count", help=_("只数：帖数与独立声音"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("每行一个 JSON 对象"))] = False,
) -> None:
    """Search mentions, newest first."""
    wanted = build_query(query, since, until)
    with open_app(context) as app:
        if count:
            voices = app.store.distinct(wanted, "root_id")
            _say_count(app.store.count(wanted), voices, as_json)
            return
        page = app.store.search(wanted, after, limit)
        for item in page.items:
            if as_json:
                sys.stdout.write(json_line(to_record(item)) + "\n")
            else:
                _say_mention(item)
        if not as_json:
            say(
                _("共 {count} 条", count=app.store.count(wanted))
                + (_("；下一页 --after {next}", next=page.next) if page.next else "")
            )


def _say_count(posts: int, voices: int, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json_line({"count": posts, "distinct_root_id": voices}) + "\n")
    else:
        say(_("{posts} 条提及，{voices} 个独立声音", posts=posts, voices=voices))


def _say_mention(item: ScoredMention) -> None:
    post, score = item.mention.post, item.score
    snow = "—" if score.snow is None else f"{score.snow:.2f}"
    say(
        _(
            "{published_at}  {platform}  {brand_id}  {label}（SnowNLP {snow}）  {primary_factor}  {province}",
            published_at=beijing(post.published_at, _("时间未知")),
            platform=post.platform,
            brand_id=item.mention.brand_id,
            label=score.label,
            snow=snow,
            primary_factor=score.primary_factor,
            province=item.mention.province or "—",
        )
    )
    say(f"  {one_line(post.scored_text)}")
    say(f"  {item.mention.mention_id}" + (f"  {post.url}" if post.url else ""))


@cli.command(help=_("导出提及，旧的在前；没有 --output 时以 JSONL 写到标准输出。"), cls=QueryCommand)
def export(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help=_("同 search"))] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help=_("文件；.jsonl .csv .xlsx"))] = None,
    kind: Annotated[str | None, typer.Option("--format", help=_("jsonl、csv 或 xlsx；默认看后缀"))] = None,
    since: From = None,
    until: Until = None,
) -> None:
    """Export mentions, oldest first; without --output as JSONL to standard output."""
    wanted = build_query(query, since, until)
    form = file_format(kind, output)
    if form == "xlsx" and output is None:
        raise InputError(_("Excel 不能写到标准输出"), fix=_("用 --output 文件.xlsx"))
    with open_app(context) as app, progress(_("导出")) as advance:
        rows = _counted(app.store.export(wanted), advance)
        written = write(rows, output or sys.stdout.buffer, form)
    if output:
        say(_("{written} 条写入 {output}", written=written, output=output))


def file_format(kind: str | None, output: Path | None) -> Format:
    """The format asked for by name, else by the file's ending, else jsonl.

    Raises:
        InputError: there is no such format.
    """
    wanted = kind or (output.suffix.lstrip(".").lower() if output else "jsonl")
    if wanted not in get_args(Format):
        raise InputError(
            _("不认识的格式 {wanted}", wanted=wanted or _("（无后缀）")),
            _("jsonl、csv 或 xlsx"),
            _("用 --format 指明"),
        )
    return cast(Format, wanted)


def _counted(rows: Iterable[Record], advance: Advance) -> Iterator[Record]:
    for n, row in enumerate(rows, 1):
        advance(n)
        yield row


def _parse(text: str) -> Query:
    try:
        return parse_query(text) if text.strip() else Everything()
    except QueryError as error:
        remark(point_at(text, error.column))
        raise


def build_query(text: str, since: datetime | None, until: datetime | None) -> Query:
    """The parsed query within published days `since` to `until` (inclusive, Beijing).

    Raises:
        QueryError: the text is no query; the message points at the column.
        InputError: the days are the wrong way round.
    """
    wanted = _parse(text)
    if since is None and until is None:
        return wanted
    first = since.date() if since else date(1970, 1, 1)
    last = until.date() if until else date(9998, 12, 31)
    if first > last:
        raise InputError(_("--from {first} 晚于 --to {last}", first=first, last=last), _("起不晚于止"))
    window = days_window(first, last)
    span = Range("published_at", window.start, window.end, high_open=True)
    return span if isinstance(wanted, Everything) else And((wanted, span))
