"""Every address of Kaltura that we build."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class KalturaAddresses:
    """Where this account's Kaltura stands.

    Attributes:
        service_url: the API's address without `/api_v3`, such as `https://www.kaltura.com`.
        cdn_url: where thumbnails and players come from, such as `https://cdnapisec.kaltura.com`.
        kaf_url: Kaltura's application framework; `https://{pid}.kaf.kaltura.com` where the setting is empty.
        partner_id: the account.
        player_id: the player's configuration (uiconf id); 0 where none is set.
    """

    service_url: str
    cdn_url: str
    kaf_url: str
    partner_id: int
    player_id: int

    @classmethod
    def of_account(
        cls, service_url: str, cdn_url: str, kaf_url: str, partner_id: int, player_id: int
    ) -> "KalturaAddresses":
        """The addresses from the settings: trailing slashes cut, an empty `kaf_url` replaced by the default."""
        kaf = kaf_url.strip() or f"https://{partner_id}.kaf.kaltura.com"
        return cls(_bare(service_url), _bare(cdn_url), _bare(kaf), partner_id, player_id)

    def with_player(self, player_id: int) -> "KalturaAddresses":
        """The same with another player; 0 keeps this one."""
        return replace(self, player_id=player_id) if player_id else self

    def action(self, service: str, action: str) -> str:
        """Where an API action is called (Kaltura: POST, one URL per action)."""
        return f"{self.service_url}/api_v3/service/{quote(service)}/action/{quote(action)}"

    @property
    def multirequest(self) -> str:
        """Where several actions are called at once."""
        return f"{self.service_url}/api_v3/service/multirequest"

    def thumbnail(self, entry_id: str, width: int = 640, height: int = 360) -> str:
        """An image of the entry, cropped to `width` x `height` pixels (thumbnail API, `type/3`)."""
        size = f"width/{width}/height/{height}/type/3"
        return f"{self.cdn_url}/p/{self.partner_id}/thumbnail/entry_id/{quote(entry_id, safe='')}/{size}"

    def player_page(self, entry_id: str, start_seconds: float = 0) -> str:
        """A page that plays the entry (player embed, `iframeembed=true`), from `start_seconds` on."""
        query: dict[str, str] = {"iframeembed": "true", "entry_id": entry_id}
        if start_seconds > 0:
            query["kalturaSeekFrom"] = str(int(start_seconds))
        page = f"{self.cdn_url}/p/{self.partner_id}/embedPlaykitJs/uiconf_id/{self.player_id}"
        return f"{page}?{urlencode(query)}"

    @property
    def player_script(self) -> str:
        """The player's JavaScript, which defines `KalturaPlayer` (embedPlaykitJs without a target)."""
        return f"{self.cdn_url}/p/{self.partner_id}/embedPlaykitJs/uiconf_id/{self.player_id}"

    def hls_manifest(self, entry_id: str) -> str:
        """The entry's HLS master playlist (playManifest); a session goes into the header `X-Kaltura-Ks`."""
        protocol = self.cdn_url.partition("://")[0]
        account = f"p/{self.partner_id}/sp/{self.partner_id}00"
        entry = f"entryId/{quote(entry_id, safe='')}/protocol/{protocol}/format/applehttp"
        return f"{self.cdn_url}/{account}/playManifest/{entry}/a.m3u8"

    @property
    def kaf_version(self) -> str:
        """KAF's version page: answers where the instance exists."""
        return f"{self.kaf_url}/version"

    def view_room(self, session: str) -> str:
        """KAF's way into a room entry; the session in it names the room."""
        return f"{self.kaf_url}/embeddedrooms/index/view-room/ks/{quote(session, safe='')}"

    def launch_virtual_event(self, session: str) -> str:
        """KAF's way into a newrow room; the session in it names the event or resource."""
        return f"{self.kaf_url}/virtualEvent/launch?{urlencode({'ks': session})}"


def _bare(address: str) -> str:
    return address.strip().rstrip("/")
