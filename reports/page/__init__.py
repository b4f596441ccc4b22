"""Figures in, page, mail and card out. Knows no store."""
