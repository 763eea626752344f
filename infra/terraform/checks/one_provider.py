"""The provider, started once for all that Terraform does in a folder.

Terraform starts it anew for every walk through the configuration, twenty times in `terraform test`, and each start of
AWS's takes most of a second of a processor. Started with `-debug`, a provider stays, and prints what
TF_REATTACH_PROVIDERS has to be so that Terraform asks this one (Terraform's documentation, "Debugging providers").
A provider that prints nothing of the kind is started by Terraform, as ever.
"""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_ADDRESS = re.compile(r"TF_REATTACH_PROVIDERS='([^']+)'")


@contextmanager
def provider_started_once(
    configuration: Path, folder: Path, environment: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """What Terraform's environment has to hold besides, while the provider runs.

    Args:
        configuration: where `terraform init` was run.
        folder: where the provider writes what it writes.
        environment: the provider's.
    """
    found = sorted((configuration / ".terraform" / "providers").glob("*/hashicorp/aws/*/*/terraform-provider-aws*"))
    if not found:
        yield {}
        return
    log = folder / "provider.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [str(found[0]), "-debug"],
            env={**environment, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        address = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if address:
            return {"TF_REATTACH_PROVIDERS": address[1]}
        if process.poll() is not None:
            break
        time.sleep(0.1)
    return {}
