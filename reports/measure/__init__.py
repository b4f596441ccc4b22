"""Store and state in, figures out. Knows no page."""
