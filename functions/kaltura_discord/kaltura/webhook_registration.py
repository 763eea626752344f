"""Having Kaltura notify us: which of its notifications we want, and how to make an account send them.

Kaltura keeps templates of notifications that an account clones and changes a little (Kaltura server: the plugin
event_notification). What makes them fire is Kaltura's own and can't be changed, so each that we want is a clone of one
of Kaltura's, which is found by its system name, as its number differs from region to region:

    DISCORD_ENTRY_READY         an entry becomes ready                         HTTP_ENTRY_STATUS_EQUALS
    DISCORD_RECORDING_READY     a recording has its final content              Recorded_Entry_Content_Replaced
    DISCORD_ENTRY_PUBLISHED     an entry is put into a category                HTTP_ENTRY_ADDED_TO_CATEGORY

What is sent is a text with the entry's id and status, and no more: Kaltura escapes nothing in it. To look first and to
act afterwards are apart, so that people see what changes. Done twice, nothing changes the second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kaltura_discord.kaltura.answers import Fields, fields_of, identifier, items, listed, number, text
from kaltura_discord.kaltura.errors import NotFound
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from kaltura_discord.resilience.deadline import Deadline

WEBHOOKS_PATH = "/kaltura/webhooks/"

_SERVICE = "eventnotification_eventnotificationtemplate"
_CLASS = "KalturaHttpNotificationTemplate"
_FILTER = "KalturaEventNotificationTemplateFilter"
_ACTIVE = 2
_POST = 2
_TIMEOUT_SECONDS = 10
_TEXT = '{"entry_id":"{entry_id}","entry_status":"{entry_status}"}'
_JSON = "application/json"
_ALGORITHM_NUMBERS = {HashAlgorithm.SHA1: 1, HashAlgorithm.SHA256: 2, HashAlgorithm.SHA512: 3}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A notification that we want; `parameters` are the values of its user parameters."""

    system_name: str
    origin: str
    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)


WANTED = (
    Wanted("DISCORD_ENTRY_READY", "HTTP_ENTRY_STATUS_EQUALS", "Discord: an entry is ready", {"trigger_status": "2"}),
    Wanted("DISCORD_RECORDING_READY", "Recorded_Entry_Content_Replaced", "Discord: a recording is complete"),
    Wanted("DISCORD_ENTRY_PUBLISHED", "HTTP_ENTRY_ADDED_TO_CATEGORY", "Discord: an entry is in a category"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be, in words; addresses without the secret at their end."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do.

    Attributes:
        kind: what.
        wanted: for which notification.
        template_id: of ours, or for `clone` of Kaltura's.
        differences: what it changes, in words.
    """

    kind: Literal["delete", "clone", "update", "activate"]
    wanted: Wanted
    template_id: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in order, and for what this account has neither Kaltura's template nor one of ours."""

    steps: tuple[Step, ...]
    missing: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookRegistration:
    """Registers the notifications. Every coroutine raises `KalturaError`.

    Attributes:
        transport: how the account is reached.
        url: where notifications are to be sent, with the token at its end.
        algorithm: how they are to be signed.
    """

    transport: KalturaTransport
    url: str = field(repr=False)
    algorithm: HashAlgorithm

    async def plan(self, deadline: Deadline) -> Plan:
        """What has to be done; only reads."""
        origins = await self._list("listTemplates", [wanted.origin for wanted in WANTED], deadline)
        own = await self._list("list", [wanted.system_name for wanted in WANTED], deadline)
        steps: list[Step] = []
        missing: list[Wanted] = []
        for wanted in WANTED:
            ours = [each for each in own if text(each, "systemName") == wanted.system_name]
            # Kaltura may list the template no more that ours was made of; ours then says itself what makes it fire.
            listed_ones = [each for each in origins if text(each, "systemName") == wanted.origin]
            origin = next(iter([*listed_ones, *ours]), None)
            if origin is None:
                missing.append(wanted)
                continue
            steps += self._steps(wanted, origin, ours)
        return Plan(tuple(steps), tuple(missing))

    async def carry_out(self, plan: Plan, deadline: Deadline) -> None:
        """Do it. Interrupted anywhere, a new plan goes on from there."""
        for step in plan.steps:
            await self._do(step, deadline)

    def _steps(self, wanted: Wanted, origin: Fields, ours: Sequence[Fields]) -> list[Step]:
        fitting = [each for each in ours if _fires_alike(each, origin)]
        kept = max(fitting, key=lambda each: (number(each, "status") == _ACTIVE, -number(each, "id")), default=None)
        steps = [Step("delete", wanted, text(each, "id")) for each in ours if each is not kept]
        if kept is None:
            new = Difference("address", "none", shown(self.url))
            return [*steps, Step("clone", wanted, text(origin, "id"), (new,))]
        differences = self._differences(kept, wanted)
        if differences:
            steps.append(Step("update", wanted, text(kept, "id"), differences))
        if number(kept, "status") != _ACTIVE:
            steps.append(Step("activate", wanted, text(kept, "id"), (Difference("state", "off", "on"),)))
        return steps

    def _differences(self, template: Fields, wanted: Wanted) -> tuple[Difference, ...]:
        data = template.get("data")
        now: list[tuple[str, object, object]] = [
            ("secret of the address", _token(text(template, "url")), _token(self.url)),
            ("address", _place(text(template, "url")), _place(self.url)),
            ("method", number(template, "method"), _POST),
            ("signature", number(template, "secureHashingAlgo"), _ALGORITHM_NUMBERS[self.algorithm]),
            ("body", _body(data if isinstance(data, dict) else {}), (_TEXT, _JSON)),
            ("seconds to answer", number(template, "timeout"), _TIMEOUT_SECONDS),
            ("parameters", _parameters(template), dict(wanted.parameters)),
        ]
        return tuple(_in_words(what, old, new) for what, old, new in now if old != new)

    async def _do(self, step: Step, deadline: Deadline) -> None:
        match step.kind:
            case "delete":
                await self._delete(step.template_id, deadline)
            case "clone":
                parameters = {"id": step.template_id, "eventNotificationTemplate": self._template(step.wanted)}
                answer = await self.transport.call(_SERVICE, "clone", parameters, deadline=deadline, repeatable=False)
                await self._activate(identifier(answer), deadline)
            case "update":
                parameters = {"id": step.template_id, "eventNotificationTemplate": self._template(step.wanted)}
                await self.transport.call(_SERVICE, "update", parameters, deadline=deadline, repeatable=True)
            case "activate":
                await self._activate(step.template_id, deadline)

    async def _activate(self, template_id: str, deadline: Deadline) -> None:
        """Only what is not active: Kaltura takes an active one for its own duplicate."""
        answer = await self.transport.call(_SERVICE, "get", {"id": template_id}, deadline=deadline, repeatable=True)
        if number(fields_of(answer), "status") == _ACTIVE:
            return
        parameters = {"id": template_id, "status": _ACTIVE}
        await self.transport.call(_SERVICE, "updateStatus", parameters, deadline=deadline, repeatable=False)

    async def _delete(self, template_id: str, deadline: Deadline) -> None:
        try:
            await self.transport.call(_SERVICE, "delete", {"id": template_id}, deadline=deadline, repeatable=True)
        except NotFound:
            return

    def _template(self, wanted: Wanted) -> dict[str, object]:
        value = {"objectType": "KalturaStringValue", "value": _TEXT}
        data = {"objectType": "KalturaHttpNotificationDataText", "contentType": _JSON, "content": value}
        return {
            "objectType": _CLASS,
            "name": wanted.name,
            "systemName": wanted.system_name,
            "url": self.url,
            "method": _POST,
            "timeout": _TIMEOUT_SECONDS,
            "secureHashingAlgo": _ALGORITHM_NUMBERS[self.algorithm],
            "data": data,
            "userParameters": [_parameter(name, value) for name, value in wanted.parameters.items()],
        }

    async def _list(self, action: str, system_names: Sequence[str], deadline: Deadline) -> list[Fields]:
        parameters = {
            "filter": {"objectType": _FILTER, "systemNameIn": ",".join(system_names), "orderBy": "+createdAt"},
            "pager": {"objectType": "KalturaFilterPager", "pageSize": 500, "pageIndex": 1},
        }
        answer = await self.transport.call(_SERVICE, action, parameters, deadline=deadline, repeatable=True)
        return listed(answer)[0]


def shown(url: str) -> str:
    """An address of webhooks for people and logs: whoever knows the end of it can send us some."""
    return f"{_place(url)}…" if _token(url) else url


def _place(url: str) -> str:
    return url.rpartition("/")[0] + "/" if "/" in url else url


def _token(url: str) -> str:
    return url.rpartition("/")[2]


def _in_words(what: str, old: object, new: object) -> Difference:
    if what in ("address", "method", "seconds to answer"):
        return Difference(what, str(old) or "none", str(new))
    return Difference(what, "another", "ours")


def _fires_alike(template: Fields, origin: Fields) -> bool:
    names = ("eventType", "eventObjectType")
    return all(text(template, name) == text(origin, name) for name in names)


def _body(data: Fields) -> tuple[str, str]:
    content = data.get("content")
    return text(content, "value") if isinstance(content, dict) else "", text(data, "contentType")


def _parameters(template: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    for parameter in items(template, "userParameters"):
        value = parameter.get("value")
        found[text(parameter, "key")] = text(value, "value") if isinstance(value, dict) else ""
    return found


def _parameter(key: str, value: str) -> dict[str, object]:
    of_text = {"objectType": "KalturaStringValue", "value": value}
    return {"objectType": "KalturaEventNotificationParameter", "key": key, "value": of_text}
