"""Bytes of pages, feeds and files to text: one place, one order. A bad byte costs itself and is counted."""

from crawlers.decoding.pages import Decoded, decode

__all__ = ["Decoded", "decode"]
