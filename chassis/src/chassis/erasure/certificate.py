"""The certificate of an erasure: what was destroyed, when, by whose decision; signed, without a name in it.

It holds ids and codes only, so that it can be kept and shown for as long as anybody asks. Ed25519 (RFC 8032)
over the canonical JSON of everything but the signature.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["KIND", "Certificates", "NotGenuine", "verify"]

KIND = "waakvlam-erasure-certificate-v1"


class NotGenuine(Exception):
    """The certificate was changed, or signed by somebody else."""


class Certificates:
    """Signs with one key: 32 random bytes from a key file."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)

    @property
    def public_key(self) -> str:
        """To verify with; base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def signed(self, facts: Mapping[str, Any]) -> str:
        """The facts as a signed certificate, one line of JSON. The same facts give the same certificate."""
        body = {**facts, "kind": KIND, "publicKey": self.public_key}
        signature = base64.b64encode(self._key.sign(_canonical(body))).decode()
        return _canonical({**body, "signature": signature}).decode()


def verify(certificate: str, public_key: str) -> dict[str, Any]:
    """The facts of a genuine certificate of the holder of that key. Raises `NotGenuine`."""
    try:
        body = json.loads(certificate)
        signature = base64.b64decode(body.pop("signature"), validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        if body["kind"] != KIND or body["publicKey"] != public_key:
            raise NotGenuine("it is another kind of document, or of another signer")
        key.verify(signature, _canonical(body))
    except (InvalidSignature, binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        raise NotGenuine("it was changed, or signed by somebody else") from None
    return dict(body)


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
