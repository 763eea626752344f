"""Where everything of the local stack stands: ports, addresses, folders.

The public ones are a contract: people bookmark them, and the Activity's SDK accepts no other parent
than `http://localhost:3333`. Tests start a stack on other ports; then everything moves by `port_offset`.
"""

from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Places:
    """Ports and addresses of one running stack.

    Attributes:
        port_offset: added to every port, so that two stacks can run beside each other.
        state_directory: where `stack.json`, logs and downloads of this stack go.
    """

    port_offset: int = 0
    state_directory: Path = REPOSITORY / ".local"

    @property
    def front_port(self) -> int:
        """The gateway and the simulated Discord."""
        return 3333 + self.port_offset

    @property
    def kaltura_port(self) -> int:
        """Kaltura's API, CDN front (`playManifest`, thumbnails, player) and KAF."""
        return 3334 + self.port_offset

    @property
    def media_port(self) -> int:
        """Kaltura's media host: the segments, on an origin of their own as in production."""
        return 3335 + self.port_offset

    @property
    def aws_port(self) -> int:
        """What the functions call AWS: a proxy that can inject faults."""
        return 3336 + self.port_offset

    @property
    def embedded_aws_port(self) -> int:
        """MiniStack itself, behind that proxy."""
        return 3337 + self.port_offset

    @property
    def base_url(self) -> str:
        """Our own public address (the Activity, `/api`, `/j`, `/discord`, `/kaltura`)."""
        return f"http://127.0.0.1:{self.front_port}"

    @property
    def discord_page_url(self) -> str:
        """The simulated Discord client."""
        return f"http://localhost:{self.front_port}/discord-sim/"

    @property
    def discord_api_url(self) -> str:
        """The simulated Discord's REST API, where `https://discord.com/api/v10` would be."""
        return f"http://localhost:{self.front_port}/discord-sim/api/v10"

    @property
    def websocket_url(self) -> str:
        """Our WebSocket API."""
        return f"ws://127.0.0.1:{self.front_port}/ws"

    @property
    def kaltura_url(self) -> str:
        """Kaltura's service URL, without `/api_v3`; also its CDN front."""
        return f"http://localhost:{self.kaltura_port}"

    @property
    def kaf_url(self) -> str:
        """Kaltura's application framework: the pages that let a person into a room."""
        return f"http://localhost:{self.kaltura_port}/kaf"

    @property
    def media_url(self) -> str:
        """Kaltura's media host."""
        return f"http://localhost:{self.media_port}"

    @property
    def aws_url(self) -> str:
        """`AWS_ENDPOINT_URL` for the functions."""
        return f"http://127.0.0.1:{self.aws_port}"

    @property
    def embedded_aws_url(self) -> str:
        """MiniStack's own address."""
        return f"http://127.0.0.1:{self.embedded_aws_port}"

    @property
    def faults_url(self) -> str:
        """Where tests order faults."""
        return f"{self.base_url}/_local/faults"
