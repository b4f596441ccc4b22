"""An incident as a chat card, as plain text and as a mail."""

from __future__ import annotations

from functools import cache

import jinja2

from koubei.core.config.schema import Settings
from reports.alerts.lifecycle import Change
from reports.alerts.words import Fact, Notice, Quote, notice
from reports.delivery.message import MARKDOWN_BYTES, Message
from reports.delivery.safe import card_text, card_url, cut_bytes


def alert_message(change: Change, settings: Settings) -> Message:
    """The message for a change; the same number, event and level make the same message."""
    said, incident = notice(change, settings), change.incident
    again = incident.evidence.get("reopened", 0)
    return Message(
        kind="alert",
        ref=incident.number,
        title=said.title,
        markdown=card(said),
        text=plain_text(said),
        html=_template().render(notice=said),
        identity=f"{change.event}/{incident.level}/{again}",
    )


def card(said: Notice) -> str:
    """Markdown under MARKDOWN_BYTES; when too long, quotations go first, then the last facts."""
    facts, quotes = list(said.facts), list(said.quotes)
    while True:
        text = _card(said, facts, quotes)
        if len(text.encode()) <= MARKDOWN_BYTES:
            return text
        if len(quotes) > 1:
            quotes.pop()
        elif facts:
            facts.pop()
        elif quotes:
            quotes.pop()
        else:
            return cut_bytes(text, MARKDOWN_BYTES)


def _card(said: Notice, facts: list[Fact], quotes: list[Quote]) -> str:
    lines = [f"### {card_text(said.title)}", f"**{card_text(said.lead)}**"]
    if said.caution:
        lines.append(f"> {card_text(said.caution)}")
    lines += ["\n".join(f"- {card_text(f.label)}：{card_text(f.text)}" for f in facts)] if facts else []
    lines += [_quote_line(q) for q in quotes]
    number = card_text(said.number)
    lines.append(f"[{number}]({card_url(said.link)})" if said.link else f"编号 {number}")
    return "\n\n".join(lines)


def _quote_line(quote: Quote) -> str:
    source = f"{card_text(quote.label)}，{card_text(quote.source)}"
    shown = f"[{source}]({card_url(quote.url)})" if quote.url else source
    return f"> 「{card_text(quote.text)}」{shown}"


def plain_text(said: Notice) -> str:
    """The message without any markup, links written out."""
    lines = [said.title, said.lead]
    lines += [said.caution] if said.caution else []
    lines += [f"{fact.label}：{fact.text}" for fact in said.facts]
    lines += [f"{q.label}，{q.source}：「{q.text}」{' ' + q.url if q.url else ''}" for q in said.quotes]
    lines += [f"检索式：{said.query}"] if said.query else []
    lines.append(f"编号 {said.number}" + (f" {said.link}" if said.link else ""))
    return "\n".join(lines)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("reports.alerts"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("alert.html")
