"""How requests leave: politeness, robots.txt, locks, refusals, and where they may go at all."""
