"""What is derived from a key is what anybody derives from it, by the standard's own name: HMAC-SHA256."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenuto.rules.commitments import (
    blinded_entry,
    blocks,
    commitment,
    deriving,
    hidden_entry,
    manifest_key,
    manifest_lines,
    manifest_value,
    salt_of,
)


@given(st.binary(min_size=32, max_size=32), st.lists(st.binary(max_size=200), max_size=3))
def test_what_is_derived_is_hmac_as_everybody_computes_it(key: bytes, messages: list[bytes]) -> None:
    derive = deriving(key)
    assert [derive(message) for message in messages] == [hmac.digest(key, each, "sha256") for each in messages]


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_salts_places_and_values_are_derived_under_their_own_names(key: bytes, manifest: bytes) -> None:
    """The formats that the decision on the log's formats names, computed by nothing of ours."""
    assert salt_of(key, manifest[:16]) == hmac.digest(key, b"tenuto/entry/v1\n" + manifest[:16], "sha256")
    place = hmac.digest(key, b"tenuto/manifest/v1\n" + manifest, "sha256")
    value = hmac.digest(key, b"tenuto/manifest-value/v1\n" + manifest, "sha256")
    assert (manifest_key(key, manifest), manifest_value(key, manifest)) == (place, value)
    other = bytes(32)
    lines = {place: value, manifest_key(other, manifest): manifest_value(other, manifest)}
    assert manifest_lines([key, other], manifest) == lines
    with pytest.raises(ValueError, match="31 bytes where 32 are due"):
        manifest_lines([key], manifest[1:])


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16), st.binary(max_size=400))
def test_an_entry_hidden_in_one_step_is_the_blinded_commitment(key: bytes, nonce: bytes, body: bytes) -> None:
    assert hidden_entry(blocks(key), nonce, body) == blinded_entry(commitment(key, nonce, body))
    with pytest.raises(ValueError, match="17 bytes where 16 are due"):
        hidden_entry(blocks(key), nonce + b"\0", body)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match=f"{size} bytes where 32 are due"):
        deriving(bytes(size))
    assert deriving(bytes(32))(b"") == hmac.digest(bytes(32), b"", "sha256")
