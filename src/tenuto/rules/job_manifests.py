"""What the log's `job.open` records say of manifests, and what an asset's key has to do with them.

The record is the job's header with the root and the size of its manifest added: `{"t":"job.open", …, "manifest":
"sha256:…", "size": …}`. The manifest's id is the SHA-256 of the header alone, so it was fixed before the tree was built
and nobody chose it.
"""

from dataclasses import dataclass
from hashlib import sha256

from .canonical import canonical
from .commitments import manifest_key, manifest_value
from .digests import digest_in
from .lines import Refused
from .manifest_proofs import ManifestProof

KIND = "job.open"
_ADDED = ("manifest", "size")


@dataclass(frozen=True)
class JobManifest:
    """A manifest as the log names it: its id, its root, and its size with dummies included."""

    id: bytes
    root: bytes
    size: int

    @classmethod
    def of(cls, record: dict[str, object]) -> "JobManifest":
        """The manifest that a `job.open` record opens with."""
        root, size = record.get("manifest"), record.get("size")
        if record.get("t") != KIND or not isinstance(root, str) or not isinstance(size, int):
            raise Refused("this record opens no job with a manifest")
        header = {name: value for name, value in record.items() if name not in _ADDED}
        return cls(sha256(canonical(header)).digest(), digest_in(root), size)

    def has(self, key: bytes, proof: ManifestProof) -> bool:
        """Whether the asset with this key is in the manifest, as the proof shows; Refused if it shows neither."""
        value = proof.value_of(manifest_key(key, self.id), self.root)
        if value is not None and value != manifest_value(key, self.id):
            raise Refused("something stands at this asset's place that was not made with its key")
        return value is not None
