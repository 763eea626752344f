"""Rate limits: one bucket per route and top-level resource, and one over everything.

Discord docs, Topics - Rate Limits. A bucket holds `limit` requests and is full again `seconds` after its first one;
every answer says how it stands. Above all buckets lies the global limit of 50 requests a second, which the callback
and webhook routes of interactions do not count towards. The sizes of single buckets are not documented; those here
were seen in the wild, and a caller must read them from the headers anyway. Tests make them larger or smaller (`sizes`).
"""

import hashlib
from dataclasses import dataclass, field

from local_stack.discord.wire import Clock, Json

GLOBAL_REQUESTS = 50
GLOBAL_SECONDS = 1.0
FORGET_ABOVE = 5000

EVERYTHING = "*"
"""The limit over all buckets, where a route is named."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in so many seconds; `counts_globally` is false for interactions' own routes."""

    requests: int
    seconds: float
    counts_globally: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a bucket stands after a request; `retry_after` seconds where the request is refused."""

    limit: int
    remaining: int
    reset_at: float
    reset_after: float
    bucket: str
    retry_after: float | None = None
    scope: str = "user"

    @property
    def is_global(self) -> bool:
        """Whether it was the global limit that refused."""
        return self.scope == "global"

    def headers(self) -> dict[str, str]:
        """The `X-RateLimit-*` headers of the answer."""
        if self.retry_after is not None and self.is_global:
            return {
                "X-RateLimit-Global": "true",
                "X-RateLimit-Scope": "global",
                "Retry-After": _whole_seconds(self.retry_after),
            }
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{self.reset_at:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }
        if self.retry_after is not None:
            headers["X-RateLimit-Scope"] = self.scope
            headers["Retry-After"] = _whole_seconds(self.retry_after)
        return headers

    def body(self) -> Json:
        """The body of a 429."""
        retry_after = round(self.retry_after or 0.0, 3)
        return {"message": "You are being rate limited.", "retry_after": retry_after, "global": self.is_global}


def hash_of(route: str) -> str:
    """By which Discord calls the bucket of a route."""
    return hashlib.sha256(route.encode()).hexdigest()[:32]


def _whole_seconds(seconds: float) -> str:
    return str(max(1, int(-(-seconds // 1))))


@dataclass(slots=True)
class _Bucket:
    used: int
    reset_at: float


@dataclass(slots=True)
class RateLimiter:
    """All buckets of one bot."""

    now: Clock
    buckets: dict[str, _Bucket] = field(default_factory=dict)
    everything: _Bucket = field(default_factory=lambda: _Bucket(0, 0.0))
    sizes: dict[str, Limit] = field(default_factory=dict)
    """Routes whose buckets hold something else than usual; `*` is the global limit."""

    def take(self, route: str, resource: str, limit: Limit) -> Verdict:
        """Count one request to `route` (such as `POST /channels/:id/messages`) on `resource` (such as a channel id)."""
        now = self.now()
        bucket_hash = hash_of(route)
        over_all = self.sizes.get(EVERYTHING, Limit(GLOBAL_REQUESTS, GLOBAL_SECONDS))
        if limit.counts_globally and not self._fits(self.everything, over_all.requests, over_all.seconds, now):
            wait = self.everything.reset_at - now
            return Verdict(over_all.requests, 0, self.everything.reset_at, wait, bucket_hash, wait, "global")
        limit = self.sizes.get(route, limit)
        bucket = self.buckets.setdefault(f"{route} {resource}", _Bucket(0, 0.0))
        fits = self._fits(bucket, limit.requests, limit.seconds, now)
        self._forget_full_ones(now)
        remaining = max(0, limit.requests - bucket.used)
        wait = max(0.0, bucket.reset_at - now)
        return Verdict(limit.requests, remaining, bucket.reset_at, wait, bucket_hash, None if fits else wait)

    def clear(self) -> None:
        """Fill every bucket up, each as large as it usually is."""
        self.sizes.clear()
        self.buckets.clear()
        self.everything = _Bucket(0, 0.0)

    @staticmethod
    def _fits(bucket: _Bucket, requests: int, seconds: float, now: float) -> bool:
        if now >= bucket.reset_at:
            bucket.used = 0
            bucket.reset_at = now + seconds
        if bucket.used >= requests:
            return False
        bucket.used += 1
        return True

    def _forget_full_ones(self, now: float) -> None:
        if len(self.buckets) > FORGET_ABOVE:
            self.buckets = {key: bucket for key, bucket in self.buckets.items() if bucket.reset_at > now}
