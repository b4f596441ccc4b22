"""Aggregates, findings, sections, charts, HTML, alerts and their delivery."""
