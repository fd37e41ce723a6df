"""A set of cells as a column: 64 hexadecimal digits, so that every database keeps all 256 bits in order."""

from typing import Any

from django.db import models

DIGITS = 64


def as_digits(mask: int) -> str:
    return f"{mask:0{DIGITS}x}"


class MaskField(models.Field[int, int]):
    """An integer of 256 bits in Python, hexadecimal digits in the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": 0, "editable": False, **kwargs})

    def db_type(self, connection: Any) -> str:
        return f"char({DIGITS})"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value, 16)

    def to_python(self, value: Any) -> Any:
        return int(value, 16) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else as_digits(value)

    def value_to_string(self, row: models.Model) -> str:
        return as_digits(self.value_from_object(row))
