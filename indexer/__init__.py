"""One MentionStore interface and the stores behind it."""
