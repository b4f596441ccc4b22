"""Mentions as files: JSONL for programs, CSV and Excel for people."""

from indexer.export.writer import FORMATS, Format, write

__all__ = ["FORMATS", "Format", "write"]
