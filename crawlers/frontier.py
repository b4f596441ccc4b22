"""How far a listing (newest first) was read, so that the next crawl stops where the last one began."""

from __future__ import annotations

from collections.abc import Sequence

KEPT = 2000
"""Most ids remembered per listing: many times the longest page."""


class Frontier:
    """The known ground of one listing: ids met by the last crawl that read it to the end.

    The ledger of seen posts will not do here: after a crawl that was cut off, the newest posts are seen
    and those below them are not.

    Attributes:
        complete: the listing was read down to known ground, to its end or to the page limit.
        truncated: the list ended before known ground although there is some: posts were missed.
    """

    def __init__(self, known: Sequence[str]) -> None:
        self._known = dict.fromkeys(known)
        self._met: dict[str, None] = {}
        self._touched = False
        self.complete = False
        self.truncated = False

    def known(self, item: str) -> bool:
        """True where the last whole crawl met it."""
        return item in self._known

    def advance(self, page: Sequence[str]) -> bool:
        """Note the ids of one page, in order. False where all are known: nothing new lies below."""
        fresh = [item for item in page if item not in self._known]
        self._met.update(dict.fromkeys(page))
        self._touched = self._touched or len(fresh) < len(page)
        self.complete = bool(self._known and page and not fresh)
        return not self.complete

    def end(self, whole: bool = False) -> None:
        """The list goes no further. `whole`: it holds everything there is, not only the newest."""
        self.complete = True
        self.truncated = bool(self._known) and not self._touched and not whole

    def forget(self, item: str) -> None:
        """It could not be read; the next crawl is to meet it as new."""
        self._met.pop(item, None)
        self._known.pop(item, None)

    def ids(self) -> list[str]:
        """What the next crawl will know, newest first."""
        return list({**self._met, **self._known})[:KEPT]
