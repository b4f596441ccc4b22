"""SnowNLP's own model and words, in batches on numpy, with its own numbers."""
