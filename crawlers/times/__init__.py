"""Times as sites and files write them: a text (forms), its zone (zones), 3小时前 (ago), a page (together)."""

from crawlers.times.forms import parse_time
from crawlers.times.together import Stamp, settle_together

__all__ = ["Stamp", "parse_time", "settle_together"]
