"""Tables as CSV (RFC 4180), a line at a time, safe for whoever opens them."""

import csv
import io
from collections.abc import Iterable

# A spreadsheet takes a cell that begins so for a formula, and runs it for whoever opens a stranger's table.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[str]) -> str:
    """One line of a table, with its end."""
    out = io.StringIO()
    csv.writer(out).writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return out.getvalue()
