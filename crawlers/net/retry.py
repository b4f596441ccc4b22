"""Network faults and 502-504 are asked again, at most twice, each time after a longer pause."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

T = TypeVar("T")


class SpacedRetryMiddleware(RetryMiddleware):
    """Scrapy's retry with pauses: the source's delay twice, then four times."""

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]  # Scrapy awaits coroutines here
        """The response, or the request once more."""
        return await self._pause(super().process_response(request, response))

    async def process_exception(  # type: ignore[override]  # as above
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """None lets the exception go on; a request is asked once more."""
        return await self._pause(super().process_exception(request, exception))

    async def _pause(self, result: T) -> T:
        if isinstance(result, Request):
            times = result.meta.get("retry_times", 1)
            await asyncio.sleep(self.crawler.settings.getfloat("DOWNLOAD_DELAY") * 2**times)
        return result
