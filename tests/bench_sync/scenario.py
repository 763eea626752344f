"""What viewers go through while they are measured.

enter ── play ── settle ── steady ── seek × n ── join × n ── cut × n
                             │         │           │          └ one network away, the host seeks meanwhile
                             │         │           └ one more comes into the running film
                             │         └ everybody moves
                             └ nobody touches anything
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench_sync.drift import Route, Track, audible_seconds, frame_errors, pair_drifts, time_together
from tests.bench_sync.effort import Effort
from tests.bench_sync.engine_clock import clock_errors
from tests.bench_sync.findings import Findings
from tests.bench_sync.machine_load import Load
from tests.bench_sync.profiles import NetworkProfile
from tests.bench_sync.recordings import Recording, count
from tests.bench_sync.systems import CouldNotEnter, System
from tests.bench_sync.viewers import Viewer, now_ms, set_profile

_AUDIBLE = 0.05
_NOTICED_MS = 80.0
_ECHO_MS = 40.0
_START_SECONDS = 15.0
_SEEK_BY_SECONDS = (23.0, -17.0, 31.0, -29.0)


@dataclass(slots=True)
class Scenario:
    """One system, one room, one network. The first of `viewers` is the host; `guest` joins and leaves."""

    system: System
    viewers: Sequence[Viewer]
    guest: Viewer
    profile: NetworkProfile
    effort: Effort
    room: int

    async def run(self) -> Findings:
        """Go through it; what was found."""
        found = Findings(self.system.name, self.system.title, self.profile.name, self.profile.one_way)
        set_profile([*self.viewers, self.guest], self.profile)
        try:
            await self._start()
            await self._steady(found)
            for trial in range(self.effort.seeks):
                found.seeks.append(await self._seek(trial))
            for _ in range(self.effort.joins):
                await self._join(found)
            for trial in range(self.effort.cuts):
                await self._cut(found, trial)
            return found
        finally:
            for viewer in (*self.viewers, self.guest):
                found.page_errors += viewer.visit.errors if viewer.visit is not None else []
                await viewer.close_page()

    @property
    def _host(self) -> Viewer:
        return self.viewers[0]

    async def _start(self) -> None:
        """People come when they come: some before the film begins, some later."""
        middle = (len(self.viewers) + 1) // 2
        for viewer in self.viewers[:middle]:
            await self.system.enter(viewer, self.room)
        await self.system.play(self._host)
        for viewer in self.viewers[middle:]:
            await self.system.enter(viewer, self.room)
        for _ in range(int(_START_SECONDS * 2)):
            await asyncio.sleep(0.5)
            tracks = await self._tracks(self.viewers)
            if all((standing := track.at(now_ms() - 100)) is not None and standing.runs for track in tracks):
                break
        await asyncio.sleep(self.effort.settle)

    async def _steady(self, found: Findings) -> None:
        start, load = now_ms(), Load.now()
        await asyncio.sleep(self.effort.steady)
        end = now_ms()
        found.busy_share = Load.now().busy_since(load)
        recordings = [recording.between(start, end) for recording in await self._recordings(self.viewers)]
        tracks = [Track(recording) for recording in recordings]
        minutes = (end - start) / 60_000
        found.steady_seconds = (end - start) / 1000
        found.drifts = pair_drifts(tracks, start, end)
        found.frame_errors = frame_errors(tracks, start, end)
        found.needless_seeks = sum(count(recording.happenings, "seeking") for recording in recordings)
        found.stalls = sum(count(recording.happenings, "waiting") for recording in recordings)
        changes = sum(count(recording.happenings, "ratechange") for recording in recordings)
        found.rate_changes_per_minute = changes / minutes / len(recordings)
        found.audible_seconds = audible_seconds(tracks, start, end, _AUDIBLE, _NOTICED_MS)
        clock = clock_errors(recordings, start, end)
        found.clock_errors, found.clock_bounds, found.broken_bounds = clock.errors, clock.bounds, clock.broken_bounds
        self._count_messages(found, start, end)

    def _count_messages(self, found: Findings, start: float, end: float) -> None:
        minutes = (end - start) / 60_000
        visits = [viewer.visit for viewer in self.viewers if viewer.visit is not None]
        of_host, *of_others = [visit.traffic.between(start, end) for visit in visits]
        found.host_messages_per_minute = len(of_host) / minutes
        viewer_minutes = max(1, len(of_others)) * minutes
        kinds = Counter(letter.kind for letters in of_others for letter in letters)
        found.messages_per_viewer_minute = kinds.total() / viewer_minutes
        found.message_kinds = {kind: round(times / viewer_minutes, 2) for kind, times in kinds.items()}

    async def _seek(self, trial: int) -> float | None:
        route = await self._seek_elsewhere(trial)
        await asyncio.sleep(self.effort.within)
        tracks = await self._tracks(self.viewers)
        return time_together(tracks, route.since, now_ms(), _NOTICED_MS, route)

    async def _join(self, found: Findings) -> None:
        try:
            await self.system.enter(self.guest, self.room)
        except CouldNotEnter as failed:
            found.page_errors.append(str(failed))
            found.joins_80.append(None)
            found.joins_40.append(None)
            return
        await asyncio.sleep(self.effort.within)
        everybody = [*self.viewers, self.guest]
        recordings = await self._recordings(everybody)
        can_play_at = next((one.at for one in recordings[-1].happenings if one.name == "canplay"), None)
        tracks = [Track(recording) for recording in recordings]
        for times, limit in ((found.joins_80, _NOTICED_MS), (found.joins_40, _ECHO_MS)):
            reached = None if can_play_at is None else time_together(tracks, can_play_at, now_ms(), limit)
            times.append(reached)
        await self.guest.close_page()
        await asyncio.sleep(1.0)

    async def _cut(self, found: Findings, trial: int) -> None:
        """One viewer's network is away; meanwhile the host seeks, so that there is something to catch up with."""
        lost = self.viewers[-1]
        lost.network.cut()
        await asyncio.sleep(self.effort.cut / 2)
        route = await self._seek_elsewhere(trial)
        await asyncio.sleep(self.effort.cut / 2)
        mended_at = now_ms()
        lost.network.mend()
        await asyncio.sleep(self.effort.within * 2)
        back_at = None if lost.visit is None else lost.visit.traffic.first_received_after(mended_at)
        found.reconnects.append(None if back_at is None else back_at - mended_at)
        tracks = await self._tracks(self.viewers)
        found.cuts.append(None if back_at is None else time_together(tracks, back_at, now_ms(), _NOTICED_MS, route))

    async def _seek_elsewhere(self, trial: int) -> Route:
        """The host goes somewhere else in the film."""
        (host,) = await self._tracks([self._host])
        standing = host.at(now_ms() - 100)
        here = 0.0 if standing is None else standing.media_seconds
        target = max(5.0, here + _SEEK_BY_SECONDS[trial % len(_SEEK_BY_SECONDS)])
        return Route(target, await self.system.seek(self._host, target))

    async def _recordings(self, viewers: Sequence[Viewer]) -> list[Recording]:
        visits = [viewer.visit for viewer in viewers if viewer.visit is not None]
        for visit in visits:
            await visit.take()
        return [visit.recording.on_the_wall() for visit in visits]

    async def _tracks(self, viewers: Sequence[Viewer]) -> list[Track]:
        return [Track(recording) for recording in await self._recordings(viewers)]
