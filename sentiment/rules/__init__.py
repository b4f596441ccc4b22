"""Rules files and what they hear: faults, denials, comparisons, and which brand a part is told of."""
