"""The three-class label: model file, n-grams, words of feeling, judgement."""
