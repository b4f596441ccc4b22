"""Which brand a post names, whose voice it is and where it comes from: Post in, Mention out."""

from koubei.mentions.builder import MentionBuilder
from koubei.mentions.matching import BrandSpans, Matcher
from koubei.mentions.voices import Voices

__all__ = ["BrandSpans", "Matcher", "MentionBuilder", "Voices"]
