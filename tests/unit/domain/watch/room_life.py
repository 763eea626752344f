"""One random step after the other in a `RoomWorld`; the same for the short test and for the long run."""

from collections.abc import Awaitable
from typing import Any

from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import ControlMode, WaitFor
from tests.unit.domain.watch.room_world import RoomWorld, Socket

Json = dict[str, Any]

_STATES = ("loading", "playing", "paused", "buffering", "seeking", "free")


class RoomLife:
    """Takes steps; counts what came of them, so that a test can see that it tried something."""

    def __init__(self, world: RoomWorld) -> None:
        self.world = world
        self.counts: dict[str, int] = {}

    async def begin(self) -> None:
        """A new room with some rules."""
        dice = self.world.dice
        await self.world.open_room(
            dice.choice(self.world.users),
            control_mode=dice.choice(list(ControlMode)),
            wait_for_buffering=dice.choice(list(WaitFor)),
        )
        for user_id in dice.sample(self.world.users, 3):
            await self._hello(self.world.connect(user_id, self._level()))

    async def step(self) -> None:
        """Something happens, or several things at once."""
        world, dice = self.world, self.world.dice
        world.caller.losses = 0.1 if dice.random() < 0.2 else 0.0
        room = world.room
        if room is None or room.is_closed or room_is_over(world):
            await self.begin()
            return
        if dice.random() < 0.25:
            world.clock.seconds += dice.choice((0.01, 0.3, 3, 9, 16, 31))
        chosen = dice.random()
        if chosen < 0.15:
            await self.race()
        elif chosen < 0.2:
            await self._stall()
        elif chosen < 0.3:
            await world.all_together(self._deed() for _ in range(dice.randint(2, 4)))
        else:
            await self._deed()
        if dice.random() < 0.2:
            world.deliver_late()
        world.look()
        if chosen >= 0.3:
            world.look_at_knowledge()

    def _deed(self) -> Awaitable[Any]:
        world, dice = self.world, self.world.dice
        here = [socket for socket in world.sockets.values() if socket.is_open]
        if not here or (len(here) < 12 and dice.random() < 0.12):
            return self._hello(world.connect(dice.choice(world.users), self._level()))
        socket = dice.choice(here)
        deed = dice.choices(
            (
                self._playback,
                self._report,
                self._claim,
                self._transfer,
                self._control,
                self._video,
                self._hello,
                self._reaction,
                self._request,
                self._hang_up,
                self._vanish,
                self._leave,
                self._close,
                self._go_deaf,
            ),
            (20, 22, 6, 4, 6, 3, 3, 2, 2, 5, 4, 3, 0.4, 2),
        )[0]
        name = deed.__name__.strip("_")
        self.counts[name] = self.counts.get(name, 0) + 1
        return deed(socket)

    async def race(self) -> None:
        """Several people change playback, on one base, at the same moment: exactly one may win."""
        world, dice = self.world, self.world.dice
        room = world.room
        here = [socket for socket in world.sockets.values() if socket.is_open and socket.has_said_hello]
        if room is None or len(here) < 2:
            return
        base = room.timeline.revision
        racers = dice.sample(here, min(len(here), 3))
        wishes = [self._wish(base) for _ in racers]
        if dice.random() < 0.3:
            # The network doubled one of them.
            racers, wishes = [*racers, racers[0]], [*wishes, wishes[0]]
        before = len(world.written)
        answers = await world.all_together(world.say(racer, wish) for racer, wish in zip(racers, wishes, strict=True))
        moves = [now for was, now in world.written[before:] if was.timeline.revision == base != now.timeline.revision]
        assert len(moves) <= 1, "two changes on one base"
        won = [answer for answer in answers if answer is not None and answer["type"] == "playback"]
        assert len(won) <= 1, "two were told that they had won"
        assert len(won) == len(moves), "who won was not told so"
        for answer in answers:
            if answer is not None and answer["type"] == "rejected":
                assert answer["current"]["timeline"]["revision"] >= base, "a loser was told an old state"
        self.counts["races won"] = self.counts.get("races won", 0) + len(won)

    async def _stall(self) -> None:
        """Somebody buffers at the very moment at which somebody else changes playback."""
        world, dice = self.world, self.world.dice
        here = [socket for socket in world.sockets.values() if socket.is_open and socket.has_said_hello]
        room = world.room
        if room is None or len(here) < 2:
            return
        one, other = dice.sample(here, 2)
        wish = {**self._wish(room.timeline.revision), "paused": False}
        await world.all_together((world.say(one, wish), self._report(other, "buffering")))

    def _wish(self, base: int) -> Json:
        dice = self.world.dice
        return {
            "type": "playback.set",
            "ref": self.world.ref(),
            "base_revision": base,
            "paused": dice.random() < 0.4,
            "position": round(dice.uniform(0, 700), 3),
            "rate": dice.choice((0.5, 1, 1.25, 2)),
            "cause": dice.choice(("play", "pause", "seek", "rate")),
        }

    async def _playback(self, socket: Socket) -> None:
        await self._twice_perhaps(socket, self._wish(socket.revision))

    async def _video(self, socket: Socket) -> None:
        grant = self.world.dice.choice(("1_other", "forged"))
        await self._ask(socket, "media.set", base_revision=socket.revision, grant=grant)

    async def _claim(self, socket: Socket) -> None:
        await self._twice_perhaps(socket, {"type": "host.claim", "ref": self.world.ref()})

    async def _transfer(self, socket: Socket) -> None:
        await self._ask(socket, "host.transfer", user_id=self.world.dice.choice(self.world.users))

    async def _control(self, socket: Socket) -> None:
        dice, users = self.world.dice, self.world.users
        wish: Json = {
            "mode": dice.choice(("host", "everyone")),
            "locked": dice.random() < 0.3,
            "wait_for_buffering": dice.choice(("nobody", "host", "everyone")),
            "bar": dice.choice(users),
            "unbar": dice.choice(users),
        }
        await self._ask(socket, "control.set", **{name: wish[name] for name in dice.sample(sorted(wish), 2)})

    async def _request(self, socket: Socket) -> None:
        await self._ask(socket, "control.request")

    async def _report(self, socket: Socket, state: str | None = None) -> None:
        dice = self.world.dice
        message = {
            "type": "report",
            "c0": 1,
            "revision": socket.revision,
            "control_revision": socket.control_revision,
            "roster_stamp_ms": dice.choice((0, self.world.clock.seconds * 1000 - 20_000)),
            "state": state or dice.choice(_STATES),
            "activity": "active",
            "position": 1.0,
            "drift_ms": dice.choice((None, dice.uniform(-50, 50))),
            "clock_bound_ms": 3,
            "one_way_ms": dice.choice((None, dice.uniform(5, 800))),
            "corrections": 0,
            "seeks": 0,
            "buffering_ms": 0,
        }
        answer = await self.world.say(socket, message)
        if answer is not None and answer["type"] == "roster" and not socket.misses:
            room = self.world.room
            assert room is not None
            assert 150 <= answer["lead_ms"] <= 500

    async def _reaction(self, socket: Socket) -> None:
        await self.world.say(socket, {"type": "reaction", "emoji": "🎉"})

    async def _hello(self, socket: Socket) -> None:
        socket.misses = False
        await self.world.say(socket, {"type": "hello", "version": 1, "c0": 1})

    async def _hang_up(self, socket: Socket) -> None:
        await self.world.disconnect(socket)
        if self.world.dice.random() < 0.2:
            await self.world.disconnect(socket)

    async def _vanish(self, socket: Socket) -> None:
        """No close event, as with phones: the next post finds out."""
        socket.is_open = False

    async def _leave(self, socket: Socket) -> None:
        await self.world.say(socket, {"type": "leave"})
        socket.is_open = False

    async def _close(self, socket: Socket) -> None:
        await self._ask(socket, "room.close")

    async def _go_deaf(self, socket: Socket) -> None:
        """From now on messages to this client are late, doubled, out of order or lost."""
        socket.misses = True

    async def _ask(self, socket: Socket, kind: str, **more: Any) -> None:
        await self.world.say(socket, {"type": kind, "ref": self.world.ref(), **more})

    async def _twice_perhaps(self, socket: Socket, message: Json) -> None:
        await self.world.say(socket, message)
        if self.world.dice.random() < 0.1:
            await self.world.say(socket, message)

    def _level(self) -> Level:
        return self.world.dice.choices(list(Level), (8, 1, 1))[0]


def room_is_over(world: RoomWorld) -> bool:
    """Whether the room has expired, as DynamoDB would say."""
    item = world.memory.items[f"ROOM#{world.room_id}"]["ROOM"]
    return bool(item["expires_at"] <= world.clock.seconds)


async def live(seed: int, steps: int) -> dict[str, int]:
    """So many steps from this seed; how often what was tried."""
    life = RoomLife(RoomWorld(seed))
    await life.begin()
    for _ in range(steps):
        await life.step()
    return life.counts
