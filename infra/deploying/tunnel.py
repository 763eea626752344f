"""`make tunnel`: the local stack behind cloudflared, and what goes into which field of Discord's portal."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping

from infra.deploying.portal import by_hand
from infra.operations.environment import written_settings
from infra.operations.examination.discord import INTERACTIONS_PATH
from infra.operations.examination.settings import PORTAL
from infra.operations.subscribe_events import EVENTS_PATH

_ADDRESS = re.compile(r"https://[a-z0-9-]+\.trycloudflare\.com")

_DOWNLOADS = "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/"


def address_in(lines: Iterable[str]) -> str:
    """The address that cloudflared tells among its lines; empty where it tells none."""
    for line in lines:
        found = _ADDRESS.search(line)
        if found:
            return found[0]
    return ""


def advice(address: str, settings: Mapping[str, str]) -> str:
    """What to do with the address, in this order: Discord tries addresses out before it takes them."""
    return (
        f"The stack is at {address} while this runs. The address is another one each time.\n"
        f"1. Into .env: PUBLIC_BASE_URL={address}\n"
        "2. Start the stack again: make run\n"
        f"3. In Discord's portal ({PORTAL}), your application:\n"
        f"  General Information, Interactions Endpoint URL: {address}{INTERACTIONS_PATH}\n"
        f"  Webhooks, Endpoint URL:                         {address}{EVENTS_PATH} (or: make subscribe-events)\n"
        f"4. {by_hand(address, settings)}\n"
        "5. Where Kaltura is your own, too: make register-webhooks\n"
        "Ctrl+C ends it."
    )


def main() -> int:
    """Run it until it is ended; the exit status."""
    program, port = shutil.which("cloudflared"), sys.argv[1]
    if program is None:
        print(f"cloudflared is not installed: {_DOWNLOADS}", file=sys.stderr)
        return 1
    command = [program, "tunnel", "--no-autoupdate", "--url", f"http://127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tunnel:
        if tunnel.stderr is None:
            return 1
        address = address_in(tunnel.stderr)
        print(advice(address, written_settings()) if address else "cloudflared ended without an address.")
        try:
            for _ in tunnel.stderr:
                pass
        except KeyboardInterrupt:
            tunnel.terminate()
    return 0 if address else 1


if __name__ == "__main__":
    sys.exit(main())
