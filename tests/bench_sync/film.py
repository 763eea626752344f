"""The film that everybody watches: the longest of the simulated Kaltura's library."""

from dataclasses import dataclass
from typing import Any

from local_stack.kaltura.world import PLAYER_ID
from tests.integration.running_stack import Stack


@dataclass(frozen=True, slots=True)
class Film:
    """What Kaltura says about it; addresses are the CDN's own."""

    entry_id: str
    title: str
    seconds: float
    manifest: str
    script: str
    partner_id: int


def longest_film(stack: Stack) -> Film:
    """Ask Kaltura for it, as anybody may."""
    kaltura = stack.description["kaltura"]
    base, partner_id = kaltura["service_url"], kaltura["partner_id"]
    session = stack.http.post(
        f"{base}/api_v3/service/session/action/startWidgetSession", json={"widgetId": f"_{partner_id}", "format": 1}
    ).json()
    answer = stack.http.post(
        f"{base}/api_v3/service/media/action/list",
        json={"ks": session["ks"], "format": 1, "pager": {"pageSize": 100}, "filter": {"mediaTypeEqual": 1}},
    ).json()
    entry: dict[str, Any] = max(answer["objects"], key=lambda entry: entry["duration"])
    cdn = f"{base}/p/{partner_id}"
    return Film(
        entry_id=entry["id"],
        title=entry["name"],
        seconds=float(entry["duration"]),
        manifest=f"{cdn}/sp/{partner_id}00/playManifest/entryId/{entry['id']}/format/applehttp/protocol/http/a.m3u8",
        script=f"{cdn}/embedPlaykitJs/uiconf_id/{PLAYER_ID}",
        partner_id=partner_id,
    )
