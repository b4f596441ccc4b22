"""What texts are made of for the scorer: folding and marks, phrases, tables of words, hashed keys."""
