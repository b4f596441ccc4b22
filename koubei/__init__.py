"""Koubei (口碑): a self-hosted brand word-of-mouth monitor for Chinese social media."""

__version__ = "0.1.0"
