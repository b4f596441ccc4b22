"""`koubei notify test`: one harmless message to every channel."""

from __future__ import annotations

from koubei.app.context import AppContext
from koubei.core.errors import InputError
from koubei.core.language import _
from koubei.core.state import Delivery
from reports.delivery import Message


def send_test(app: AppContext, channel: str | None = None) -> list[Delivery]:
    """Send a test message, to one channel or to all.

    Raises:
        InputError: no such channel, or none is configured.
    """
    names = [c.name for c in app.settings.channels]
    if not names:
        raise InputError(_("没有配置渠道"), fix=_("在 koubei.toml 加一节 [[channels]]"))
    if channel and channel not in names:
        raise InputError(_("没有名为 {channel} 的渠道", channel=channel), _("、").join(names))
    stamp = app.clock.now().isoformat(timespec="seconds")
    brand = app.settings.own_brand.name
    text = f"口碑试投递：{brand}，{stamp}。收到即说明渠道可用。"
    message = Message(
        kind="test", ref=f"test-{stamp}", title=f"[口碑] 试投递 {brand}", markdown=text, text=text
    )
    return app.outbox.send(message, only=[channel] if channel else ())
