"""A local site with a seeded world, speaking the wire formats we support.

Only the demo and tests import it.
"""

from crawlers.sandbox.items import Truth
from crawlers.sandbox.keywords import APPS, KEYWORDS
from crawlers.sandbox.site.server import SandboxServer
from crawlers.sandbox.sources import demo_sources
from crawlers.sandbox.story import CAMPAIGN_DAYS
from crawlers.sandbox.world import World

__all__ = ["APPS", "CAMPAIGN_DAYS", "KEYWORDS", "SandboxServer", "Truth", "World", "demo_sources"]
