"""SnowNLP and what is built on it: mention text in, Score out."""
