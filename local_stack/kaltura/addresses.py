"""The addresses that the simulated Kaltura hands out for an entry, in the forms of the real one."""

from dataclasses import dataclass

from local_stack.places import Places


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of one partner on one running stack."""

    places: Places
    partner_id: int

    @property
    def partner_path(self) -> str:
        """`/p/{partner}/sp/{partner}00`, what every content address starts with."""
        return f"/p/{self.partner_id}/sp/{self.partner_id}00"

    def thumbnail(self, entry_id: str) -> str:
        """The picture of an entry; sizes are appended as path pairs."""
        return f"{self.places.kaltura_url}{self.partner_path}/thumbnail/entry_id/{entry_id}/version/100002"

    def play_manifest(self, entry_id: str, format_: str, file_name: str) -> str:
        """`playManifest` in one of its formats (applehttp, url, download)."""
        head = f"{self.places.kaltura_url}{self.partner_path}/playManifest/entryId/{entry_id}"
        return f"{head}/protocol/http/format/{format_}/{file_name}"

    def raw(self, entry_id: str) -> str:
        """The download address of an entry."""
        return f"{self.places.kaltura_url}{self.partner_path}/raw/entry_id/{entry_id}/version/0"

    def media(self, path: str) -> str:
        """A file on the media host."""
        return f"{self.places.media_url}/media/{path}"

    def caption(self, caption_id: str, action: str) -> str:
        """Where the text of a caption asset is served from."""
        service = f"{self.places.kaltura_url}/api_v3/service/caption_captionasset"
        return f"{service}/action/{action}/captionAssetId/{caption_id}"
