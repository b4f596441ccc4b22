"""Factors (要素), journey stages and their polarity, clause by clause."""
