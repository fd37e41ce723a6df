"""Names for things that people meet in addresses: short, random, without look-alikes."""

import secrets

# No 0/O, 1/l/I and no vowels, so that no key spells a word.
_LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def new_key() -> str:
    """A public name for a row, 12 letters (57 bits): enough never to collide, not a secret."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def new_secret() -> str:
    """A bearer secret, 32 letters (152 bits): whoever holds it may use it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(32))
