"""What is in a package, as CycloneDX 1.6 (cyclonedx.org/docs/1.6/json): for whoever asks which versions run.

Neither the time nor a random serial number stands in it, so it is the same on every run, as the package is.
"""

import json
import uuid
from collections.abc import Sequence

from infra.packaging.distributions import Distribution
from infra.packaging.target import Target

# SPDX expressions are told apart from free texts by their words (SPDX 2.3, annex D).
_EXPRESSION_WORDS = (" OR ", " AND ", " WITH ")


def bill_of_materials(
    function: str, package_hash: str, target: Target, distributions: Sequence[Distribution]
) -> dict[str, object]:
    """The document for one package; `package_hash` is the zip's SHA-256 in hexadecimal."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, package_hash)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": function,
                "name": f"kaltura-discord-{function}",
                "hashes": [{"alg": "SHA-256", "content": package_hash}],
                "properties": [
                    {"name": "aws:lambda:architecture", "value": target.architecture},
                    {"name": "aws:lambda:runtime", "value": target.runtime},
                ],
            }
        },
        "components": [_component(distribution) for distribution in distributions],
        "dependencies": [
            {"ref": function, "dependsOn": [_reference(distribution) for distribution in distributions]},
        ],
    }


def as_text(document: dict[str, object]) -> str:
    """The document as a file's text."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(distribution: Distribution) -> dict[str, object]:
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": _reference(distribution),
        "name": distribution.name,
        "version": distribution.version,
        "purl": _reference(distribution),
    }
    if distribution.licence:
        component["licenses"] = [_licence(distribution.licence)]
    return component


def _licence(text: str) -> dict[str, object]:
    if any(word in text for word in _EXPRESSION_WORDS):
        return {"expression": text}
    return {"license": {"name": text}}


def _reference(distribution: Distribution) -> str:
    return f"pkg:pypi/{distribution.name}@{distribution.version}"
