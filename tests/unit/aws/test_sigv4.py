"""Our signature is botocore's, byte for byte."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import example, given
from hypothesis import strategies as st

from kaltura_discord.aws.sigv4 import Credentials, credentials_of, signed_headers

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
# Headers that botocore leaves unsigned, because proxies change them, are none of ours.
UNSIGNED = {"connection", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"}
TOKEN = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"), min_size=1)

header_names = TOKEN.map(lambda name: f"x-{name}").filter(lambda name: not name.lower().startswith("x-amz"))
headers_of_ours = st.dictionaries(header_names.map(str.lower), st.text(PRINTABLE)).filter(
    lambda headers: not UNSIGNED & headers.keys()
)
segments = st.text(min_size=1).filter(lambda segment: segment not in (".", ".."))
paths = st.lists(segments.map(lambda segment: quote(_encodable(segment), safe="~@$:,=")), max_size=4).map(
    lambda parts: "/" + "/".join(parts)
)
secrets = st.text(PRINTABLE, min_size=1)
moments = st.integers(min_value=0, max_value=4_102_444_800)


class _BotoSignerAt(SigV4Auth):
    """botocore's signer, whose clock stands still."""

    def __init__(self, credentials: BotoCredentials, service: str, region: str, moment: datetime) -> None:
        super().__init__(credentials, service, region)
        self._stamp = moment.strftime(SIGV4_TIMESTAMP)

    def add_auth(self, request: AWSRequest) -> None:
        request.context["timestamp"] = self._stamp
        request.headers["X-Amz-Date"] = self._stamp
        if self.credentials.token:
            request.headers["X-Amz-Security-Token"] = self.credentials.token
        string_to_sign = self.string_to_sign(request, self.canonical_request(request))
        # botocore's type stubs leave this one out.
        signer: Any = self
        signer._inject_signature_to_request(request, self.signature(string_to_sign, request))


@given(
    body=st.binary(max_size=2000),
    headers=headers_of_ours,
    path=paths,
    session_token=st.text(PRINTABLE).map(str.strip),
    secret=secrets,
    at=moments,
    service=st.sampled_from(["dynamodb", "sqs", "ssm", "execute-api"]),
    region=st.sampled_from(["us-east-1", "eu-central-1", "ap-southeast-2"]),
)
@example(
    body=b"{}",
    headers={"x-spaces": "  a   b  "},
    path="/prod/@connections/L0SM9cOFvHcCIhw%3D",
    session_token="",
    secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    at=0,
    service="execute-api",
    region="us-east-1",
)
def test_every_request_is_signed_as_botocore_signs_it(
    body: bytes, headers: dict[str, str], path: str, session_token: str, secret: str, at: int, service: str, region: str
) -> None:
    host = f"{service}.{region}.amazonaws.com"
    request = AWSRequest("POST", f"https://{host}{path}", headers={**headers, "Host": host}, data=body)
    boto_credentials = BotoCredentials("AKIDEXAMPLE", secret, session_token or None)
    _BotoSignerAt(boto_credentials, service, region, datetime.fromtimestamp(at, UTC)).add_auth(request)

    ours = signed_headers(
        Credentials("AKIDEXAMPLE", secret, session_token),
        region=region,
        service=service,
        method="POST",
        path=path,
        headers={**headers, "host": host},
        body=body,
        at=at,
    )

    theirs = {name.lower(): value.strip() for name, value in request.headers.items()}
    assert ours == theirs


def test_a_day_later_the_key_is_another() -> None:
    def authorization(at: float) -> str:
        return signed_headers(
            Credentials("AKIDEXAMPLE", "secret"),
            region="us-east-1",
            service="sqs",
            method="POST",
            path="/",
            headers={"host": "sqs.us-east-1.amazonaws.com"},
            body=b"",
            at=at,
        )["authorization"]

    assert authorization(86_399) != authorization(86_400)
    assert "/19700101/us-east-1/sqs/aws4_request" in authorization(86_399)
    assert "/19700102/us-east-1/sqs/aws4_request" in authorization(86_400)


def test_credentials_come_from_the_functions_environment() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert credentials_of(environment) == Credentials("AKIDEXAMPLE", "secret", "")
    assert credentials_of({**environment, "AWS_SESSION_TOKEN": "token"}).session_token == "token"


def test_without_credentials_nothing_can_be_signed() -> None:
    with pytest.raises(KeyError, match="AWS_ACCESS_KEY_ID"):
        credentials_of({})


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
