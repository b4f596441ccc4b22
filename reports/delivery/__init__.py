"""One outbox for reports and alerts; a channel is a file in `channels/`."""

from reports.delivery.errors import DeliveryError
from reports.delivery.message import MARKDOWN_BYTES, Attachment, Message
from reports.delivery.outbox import Outbox, channel_problems

__all__ = ["MARKDOWN_BYTES", "Attachment", "DeliveryError", "Message", "Outbox", "channel_problems"]
