"""`.env` as Terraform's variables: every character of a value arrives as it is written.

Values go through `TF_VAR_...`, in the environment of Terraform's process: no shell, no file, no command line sees them
(but for what the environment's tfvars set, and a person otherwise, which are no secrets: see `terraform`).
There, a map is an expression of HCL and not JSON (Terraform docs: Input Variables, Complex-typed Values), so `${` would
mean something, and some of JSON's escapes are none. What is written here is both. Terraform brings letters with accents
into their composed form (NFC), and nothing can be done about that.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nacl.signing import SigningKey

REPOSITORY = Path(__file__).resolve().parents[2]

STATE_BUCKET = "TERRAFORM_STATE_BUCKET"

_SECRET = re.compile("TOKEN|SECRET")
_SET = re.compile(r"^(\w+)\s*=\s*(.+?)\s*$", re.MULTILINE)
_KNOWN = re.compile(r"^([A-Z][A-Z0-9_]*)=", re.MULTILINE)

# What only operators' commands read, or what Terraform knows better.
_NOT_FOR_FUNCTIONS = re.compile(
    rf"AWS_\w+|OPERATOR_\w+|\w+_QUEUE_URL|TABLE_NAME|SECRETS_PATH|PUBLIC_BASE_URL|LOG_LEVEL|{STATE_BUCKET}"
)

# Terraform's own, for what should stand in no file of the repository, such as alarm_email.
_OF_TERRAFORM = "TF_VAR_"

# Lambda's quota for a function's environment is 4 KB; what Terraform adds (addresses, names) takes less than this.
MOST_BYTES = 4096 - 900

_ESCAPES = {"\\b": "\\u0008", "\\f": "\\u000c"}


class NotDeployable(Exception):
    """Something is not as it has to be before anything is deployed; the message says what to do."""


@cache
def known_names(example: Path = REPOSITORY / ".env.example") -> frozenset[str]:
    """All names that `.env` may hold, but for CONFIG__..., of which there are many."""
    return frozenset(_KNOWN.findall(example.read_text(encoding="utf-8")))


def with_canary(written: Mapping[str, str]) -> dict[str, str]:
    """The same with the canary's key: made of JWT_SECRET where none is set, always the same one.

    Raises:
        NotDeployable: there is nothing to make it of, or what is set is no key.
    """
    secret = written.get("CANARY_SECRET", "").strip()
    if not secret:
        if not written.get("JWT_SECRET"):
            raise NotDeployable("JWT_SECRET is not set. Put a long random text into .env: openssl rand -base64 48")
        secret = hmac.new(written["JWT_SECRET"].encode(), b"canary", hashlib.sha256).hexdigest()
    if not re.fullmatch("[0-9a-fA-F]{64}", secret):
        raise NotDeployable("CANARY_SECRET has to be 64 hexadecimal digits: openssl rand -hex 32")
    public_key = SigningKey(bytes.fromhex(secret)).verify_key.encode().hex()
    return {**written, "CANARY_SECRET": secret, "CANARY_PUBLIC_KEY": public_key}


def expression(value: object) -> str:
    """A value as an expression of HCL that is JSON, too."""
    # Beyond ASCII, JSON's escapes are surrogates, which HCL refuses; for two control characters it has no letter.
    text = json.dumps(value, ensure_ascii=False).replace("$", "\\u0024").replace("%", "\\u0025")
    return re.sub(r"\\\\|\\[bf]", lambda found: _ESCAPES.get(found[0], found[0]), text)


def terraform_variables(written: Mapping[str, str], environment: str) -> dict[str, str]:
    """Environment variables for Terraform, from what stands in `.env`.

    Raises:
        NotDeployable: see `with_canary`.
    """
    complete = with_canary(written)
    secrets = secrets_of(complete)
    variables: dict[str, object] = {
        "settings": settings_of(complete),
        "secrets": secrets,
        "secret_names": sorted(secrets),
        "secrets_version": _version_of(secrets),
    }
    own = own_variables(written)
    texts = {"environment": environment}
    if written.get("LOG_LEVEL"):
        texts["log_level"] = written["LOG_LEVEL"].upper()
    if written.get("AWS_REGION"):
        texts["region"] = written["AWS_REGION"]
    told = texts | {name: expression(value) for name, value in variables.items()}
    return own | {f"{_OF_TERRAFORM}{name}": text for name, text in told.items()}


def own_variables(written: Mapping[str, str]) -> dict[str, str]:
    """What a person tells Terraform directly, as `TF_VAR_...`."""
    return {name: value for name, value in written.items() if name.startswith(_OF_TERRAFORM)}


def values_in_file(environment: str) -> dict[str, str]:
    """What the environment's tfvars set, by name, as it is written there."""
    file = REPOSITORY / "infra" / "terraform" / "environments" / f"{environment}.tfvars"
    return dict(_SET.findall(file.read_text(encoding="utf-8")))


def told_to_terraform(written: Mapping[str, str], environment: str) -> dict[str, str]:
    """The same as `TF_VAR_...`, with what a person sets instead and besides."""
    in_file = {f"{_OF_TERRAFORM}{name}": value for name, value in values_in_file(environment).items()}
    return in_file | own_variables(written)


def secrets_of(written: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that nobody may see."""
    return {name: value for name, value in written.items() if value and _is_ours(name) and _SECRET.search(name)}


def settings_of(written: Mapping[str, str]) -> dict[str, str]:
    """What every function finds in its environment, of what a person wrote."""
    return {
        name: value
        for name, value in written.items()
        if value and _is_ours(name) and not _SECRET.search(name) and not _NOT_FOR_FUNCTIONS.fullmatch(name)
    }


def bytes_of(settings: Mapping[str, str]) -> int:
    """How much of Lambda's quota they take."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in settings.items())


def _is_ours(name: str) -> bool:
    return name in known_names() or name.startswith("CONFIG__")


def _version_of(secrets: Mapping[str, str]) -> int:
    """A number that changes when a secret does, so that Terraform writes them anew. Keyed: the state keeps it."""
    key = secrets.get("JWT_SECRET", "").encode()
    together = json.dumps(secrets, sort_keys=True).encode()
    return int.from_bytes(hmac.new(key, together, hashlib.sha256).digest()[:4]) or 1
