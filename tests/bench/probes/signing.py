"""What it costs to sign a request to AWS, and to make a Kaltura session.

signing.py ours|botocore|session <seconds>      prints microseconds
"""

import sys
import time
from collections.abc import Callable

_BODY = b'{"TableName":"kaltura-discord","Key":{"pk":{"S":"SERVER#1300000000000000002"},"sk":{"S":"ALLOWED"}}}'
_HOST = "dynamodb.eu-central-1.amazonaws.com"
_HEADERS = {
    "host": _HOST,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.GetItem",
}
_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_BETWEEN_LOOKS_AT_THE_CLOCK = 50


def _ours() -> Callable[[], object]:
    from kaltura_discord.aws.sigv4 import Credentials, signed_headers

    credentials = Credentials("AKIDEXAMPLE", _SECRET, "token" * 100)
    return lambda: signed_headers(
        credentials,
        region="eu-central-1",
        service="dynamodb",
        method="POST",
        path="/",
        headers=_HEADERS,
        body=_BODY,
        at=time.time(),
    )


def _botocore() -> Callable[[], object]:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    signer = SigV4Auth(Credentials("AKIDEXAMPLE", _SECRET, "token" * 100), "dynamodb", "eu-central-1")
    return lambda: signer.add_auth(AWSRequest("POST", f"https://{_HOST}/", headers=_HEADERS, data=_BODY))


def _session() -> Callable[[], object]:
    from kaltura_discord.kaltura.session import SessionGrant, SessionType, mint

    privileges = {
        "setrole": "viewerRole",
        "userContextualRole": "3",
        "sessionid": "m1300000000000000009",
        "eventId": "1",
    }

    def one() -> str:
        grant = SessionGrant("discord_1300000000000000004", SessionType.USER, 1_790_000_000, privileges)
        return mint(grant, partner_id=12345, secret="0123456789abcdef0123456789abcdef")

    return one


def main() -> None:
    """Measure and print."""
    one = {"ours": _ours, "botocore": _botocore, "session": _session}[sys.argv[1]]()
    for _ in range(_BETWEEN_LOOKS_AT_THE_CLOCK):
        one()
    done = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < float(sys.argv[2]):
        for _ in range(_BETWEEN_LOOKS_AT_THE_CLOCK):
            one()
        done += _BETWEEN_LOOKS_AT_THE_CLOCK
    print((time.perf_counter() - begun) / done * 1e6)


main()
