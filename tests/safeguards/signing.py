"""A crawler that signs its requests, as Web Bot Auth has it."""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode

from tenuto.base.signatures import SigningKey
from tenuto.rules.message_signatures import Asked, thumbprint

NOW = 1_790_000_000
KEY = SigningKey(b"\1" * 32)
JWK = {"kty": "OKP", "crv": "Ed25519", "x": urlsafe_b64encode(KEY.public).rstrip(b"=").decode()}
AGENT = "https://crawler.example"


def key_of(jwk: dict[str, str]) -> bytes:
    return urlsafe_b64decode(jwk["x"] + "=")


def asked(headers: dict[str, str], authority: str = "testserver", path: str = "/", query: str = "") -> Asked:
    small = {name.lower(): value for name, value in headers.items()}
    return Asked("GET", "http", authority, path, query, lambda name: small.get(name.lower(), ""))


def signed_headers(
    path: str = "/",
    covered: str = '("@authority" "signature-agent";key="crawler")',
    created: int = NOW,
    expires: int = NOW + 600,
    tag: str = "web-bot-auth",
    alg: str = "ed25519",
) -> dict[str, str]:
    """The headers of a request that this crawler signs; with something wrong where a test wants it wrong."""
    agent = f'crawler="{AGENT}"'
    given = f'{covered};created={created};expires={expires};keyid="{thumbprint(JWK)}";alg="{alg}";tag="{tag}"'
    values = {
        '"@authority"': "testserver",
        '"@target-uri"': f"http://testserver{path}",
        '"signature-agent";key="crawler"': f'"{AGENT}"',
    }
    lines = [f"{name}: {value}" for name, value in values.items() if name in covered]
    base = "\n".join([*lines, f'"@signature-params": {given}'])
    signature = b64encode(KEY.sign(base.encode())).decode()
    return {"Signature-Agent": agent, "Signature-Input": f"s={given}", "Signature": f"s=:{signature}:"}
