"""The floor of the house: what every stage shares. Imports nothing of ours."""
