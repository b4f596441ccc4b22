"""`koubei demo`: the whole product on one machine, against a local site that speaks the real formats."""

from koubei.app.demo.acts import Shown, play

__all__ = ["Shown", "play"]
