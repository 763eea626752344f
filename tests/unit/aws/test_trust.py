"""Our own connections to AWS are made with whom the system's authorities vouch for, by name, and with nobody else."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.socket_poster import SocketPoster
from kaltura_discord.aws.trust import trusted_authorities
from tests.unit.aws.scripted_server import QUICK

KEYS = {"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def certified(host: str, folder: Path) -> Path:
    """A file with a key and a certificate for `host`, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of this test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(autouse=True)
def _a_process_that_has_connected_nowhere() -> Iterator[None]:
    trusted_authorities.cache_clear()
    yield
    trusted_authorities.cache_clear()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certified("127.0.0.1", tmp_path)


@pytest.fixture
async def address(certificate: Path) -> AsyncIterator[str]:
    """Where somebody answers whatever comes with 200, behind the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65_536):
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    # Handshakes that failed are still being tidied away on both sides.
    await asyncio.sleep(0.05)


async def _speak_with(address: str) -> None:
    caller = SignedCaller("sqs", {**KEYS, "AWS_ENDPOINT_URL": address}, QUICK)
    try:
        assert await caller.call("SendMessage", {}) == {}
    finally:
        await caller.close()


async def test_who_is_vouched_for_is_spoken_with(
    address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    await _speak_with(address)
    poster = SocketPoster(f"{address}/ws", KEYS)
    posted = await poster.post(b"{}", ["a-connection"])
    await poster.close()
    assert posted.sent == 1


async def test_who_is_not_vouched_for_is_told_nothing(address: str) -> None:
    with pytest.raises(AwsUnavailable):
        await _speak_with(address)


async def test_a_certificate_for_somebody_else_is_not_taken(
    address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with pytest.raises(AwsUnavailable):
        await _speak_with(address.replace("127.0.0.1", "localhost"))


async def test_authorities_are_read_once_in_a_process(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    make = ssl.create_default_context

    def counted() -> ssl.SSLContext:
        read.append(1)
        return make()

    monkeypatch.setattr(ssl, "create_default_context", counted)
    for _ in range(2):
        with pytest.raises(AwsUnavailable):
            await _speak_with(address)
    assert len(read) == 1
