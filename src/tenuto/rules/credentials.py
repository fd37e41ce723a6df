"""Content credentials (C2PA 2.x) for one file: what was done to it, and what may be done with it, in signed boxes.

They claim no more than we know: a file was taken in as it came (`opened`), and words about its rights were put into it
(`edited.metadata`). What may be done is said twice, under the label of CAWG's ratified assertion and under the older
label of C2PA's own, because readers are about that look for the older one only.

Whoever signs hands in a function, so that no key comes near this module.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tenuto.rules import cbor, jumbf
from tenuto.rules.cbor import Tagged
from tenuto.rules.usage_policies import Answers

MEDIA_TYPE = "application/c2pa"
# What a signature and its time stamp may differ in from one signing to the next; and room for a head of three bytes.
SLACK_BYTES = 512

_ALGORITHM, _CERTIFICATES, _ES256 = 1, 33, -7  # RFC 9052 and 9360
_SIGN1 = 18
_CLAIM, _SIGNATURE, _ASSERTIONS = "c2pa.claim.v2", "c2pa.signature", "c2pa.assertions"
_INGREDIENT, _ACTIONS = "c2pa.ingredient.v3", "c2pa.actions.v2"
TRAINING = ("cawg.training-mining", "c2pa.training-mining")

_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # of the box that holds credentials in an MP4
_LEFT_OUT_OF_MP4: list[object] = [
    {"xpath": "/uuid", "data": [{"offset": 8, "value": _C2PA_UUID}]},
    {"xpath": "/ftyp"},
    {"xpath": "/mfra"},
]


@dataclass(frozen=True)
class Work:
    """The file that credentials are of."""

    title: str
    media_type: str
    uuid: str  # of this very copy
    parent: str  # what names the file that came: its SHA-256


@dataclass(frozen=True)
class Binding:
    """What ties credentials to the bytes around them."""

    digest: bytes
    boxes: bool = False  # of an MP4, box by box; otherwise of all bytes but those left out
    start: int = 0  # of what is left out
    length: int = 0


# Assertions by their labels.
Said = dict[str, dict[str, object]]
# Signs the bytes of a claim (ES256: r and s); and stamps a signature with the time: an RFC 3161 token.
Sign = Callable[[bytes], bytes]
Stamp = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Hand:
    """Who signs."""

    generator: str
    version: str
    certificates: Sequence[bytes]  # DER; the signer's own first
    sign: Sign
    stamp: Stamp


def training(answers: Answers, constraint: str) -> Said:
    """Both assertions on training and mining. `constraint`: where the rest is said, and its digest."""
    said = {
        "data_mining": answers.mine,
        "ai_inference": answers.may_feed_ai,
        "ai_training": answers.train,
        "ai_generative_training": answers.train_generative,
    }
    found: Said = {}
    for label in TRAINING:
        prefix = label.partition(".")[0]
        entries: dict[str, object] = {
            f"{prefix}.{name}": {"use": "allowed" if allowed else "notAllowed", "constraint_info": constraint}
            for name, allowed in said.items()
        }
        found[label] = {"entries": entries}
    return found


def credentials(work: Work, binding: Binding, said: Said, hand: Hand, size_bytes: int | None = None) -> bytes:
    """The signed boxes for a file. `size_bytes`: exactly so many, where room was left for them."""
    label = f"urn:c2pa:{work.uuid}"
    bound = _binding(binding)
    ingredient = _assertion(
        _INGREDIENT,
        {
            "dc:title": work.title,
            "dc:format": work.media_type,
            "instanceID": work.parent,
            "relationship": "parentOf",
        },
    )
    opened = {"action": "c2pa.opened", "parameters": {"ingredients": [_link(_INGREDIENT, ingredient)]}}
    actions = _assertion(_ACTIONS, {"actions": [opened, {"action": "c2pa.edited.metadata"}]})
    gathered = {name: _assertion(name, assertion) for name, assertion in said.items()}
    created = {_bound_label(binding): bound, _INGREDIENT: ingredient, _ACTIONS: actions}
    claim = cbor.encode(
        {
            "instanceID": f"xmp.iid:{work.uuid}",
            "claim_generator_info": {"name": hand.generator, "version": hand.version},
            "signature": f"self#jumbf=/c2pa/{label}/{_SIGNATURE}",
            "created_assertions": [_link(name, box) for name, box in created.items()],
            "gathered_assertions": [_link(name, box) for name, box in gathered.items()],
            "dc:title": work.title,
            "alg": "sha256",
        }
    )
    protected = cbor.encode({_ALGORITHM: _ES256, _CERTIFICATES: list(hand.certificates)})
    signature = hand.sign(cbor.encode(["Signature1", protected, b"", claim]))
    # As the COSE header for time stamps has it (mode CTT): the time is said of the signature, so of all that it signs.
    stamp = hand.stamp(cbor.encode(["CounterSignature", protected, b"", cbor.encode(signature)]))

    def written(padding: int) -> bytes:
        """All of it, with so many bytes that say nothing."""
        unprotected = {"sigTst2": {"tstTokens": [{"val": stamp}]}, "pad": bytes(padding)}
        signed = Tagged(_SIGN1, [protected, unprotected, None, signature])
        return jumbf.superbox(
            jumbf.STORE,
            "c2pa",
            jumbf.superbox(
                jumbf.MANIFEST,
                label,
                jumbf.superbox(jumbf.ASSERTIONS, _ASSERTIONS, *created.values(), *gathered.values()),
                jumbf.superbox(jumbf.CLAIM, _CLAIM, jumbf.box(b"cbor", claim)),
                jumbf.superbox(jumbf.SIGNATURE, _SIGNATURE, jumbf.box(b"cbor", cbor.encode(signed))),
            ),
        )

    least = written(SLACK_BYTES)
    if size_bytes is None:
        return least
    made = written(SLACK_BYTES + size_bytes - len(least))
    if len(made) != size_bytes:
        raise ValueError(f"{len(made)} bytes do not fill the room of {size_bytes}")
    return made


def room_for(work: Work, said: Said, hand: Hand, *, boxes: bool) -> int:
    """How many bytes to leave in a file for its credentials, whatever its digest turns out to be."""
    furthest = 2**63 - 1
    nothing_yet = Binding(bytes(32), boxes, furthest, furthest)
    least = len(credentials(work, nothing_yet, said, hand)) + SLACK_BYTES
    return least + least % 2  # chunks of a WAV fill whole words


def _bound_label(binding: Binding) -> str:
    return "c2pa.hash.bmff.v3" if binding.boxes else "c2pa.hash.data"


def _binding(binding: Binding) -> bytes:
    facts: dict[str, object] = {"alg": "sha256", "hash": binding.digest, "name": "jumbf manifest"}
    if binding.boxes:
        facts = {"exclusions": _LEFT_OUT_OF_MP4, **facts}
    else:
        if binding.length:
            facts = {"exclusions": [{"start": binding.start, "length": binding.length}], **facts}
        facts["pad"] = b""
    return _assertion(_bound_label(binding), facts)


def _assertion(label: str, facts: dict[str, object]) -> bytes:
    return jumbf.superbox(jumbf.CBOR, label, jumbf.box(b"cbor", cbor.encode(facts)))


def _link(label: str, box: bytes) -> dict[str, object]:
    """A reference to an assertion that names its bytes, too."""
    return {"url": f"self#jumbf={_ASSERTIONS}/{label}", "hash": sha256(jumbf.without_header(box)).digest()}
