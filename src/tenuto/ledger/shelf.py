"""The public files of one log: tiles, bundles and the checkpoint, as any web server can serve them.

Tiles and bundles are written once; writing one again writes the same bytes. What is published is on disk before it
can be seen.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tenuto.ledger import files
from tenuto.ledger.errors import LedgerTorn
from tenuto.rules.lines import Refused
from tenuto.rules.tiles import WIDTH, Bundle, Tile

Named = Tile | Bundle
AT_ONCE = 8  # disks bring several files to rest in the time of one


@dataclass(frozen=True)
class Shelf:
    """The folder with the files of one log."""

    folder: Path

    def place(self, name: Named) -> Path:
        return self.folder / name.path

    def read(self, name: Named) -> bytes:
        """A tile's or bundle's bytes. One that is wanted in part may be there in full by now."""
        try:
            return self._content(name)
        except FileNotFoundError:
            if name.width == WIDTH or isinstance(name, Bundle):
                raise
            return self._content(name._replace(width=WIDTH))[: name.width * 32]

    def _content(self, name: Named) -> bytes:
        # Half the time of `Path.read_bytes`, and a proof reads five.
        with open(f"{self.folder}/{name.path}", "rb", buffering=0) as file:  # noqa: PTH123
            return file.readall()

    def sure(self, name: Named) -> bytes:
        """The same; Refused, as the rules want it, where it cannot be read."""
        try:
            return self.read(name)
        except OSError as error:
            raise Refused("it is not there" if isinstance(error, FileNotFoundError) else str(error)) from error

    def write(self, contents: Mapping[Named, bytes]) -> None:
        """Bring all these files to disk, and then their names."""
        files.make_folder(self.folder)
        files.disk.make_folder(self._drafts, 0o777)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            # The first that fails ends it: what was written is harmless, and is written again.
            list(pool.map(self._write_once, contents, contents.values()))
            list(pool.map(files.sync_folder, self._folders(contents)))

    def _write_once(self, name: Named, content: bytes) -> None:
        """What is there already says the same, or something is badly wrong."""
        place = self.place(name)
        try:
            there = place.read_bytes()
        except FileNotFoundError:
            self._compare_wider(name, content)
            files.write(place, content, drafts=self._drafts)
            return
        if there != content:
            raise LedgerTorn(f"{name.path} is there and says something else")

    def _compare_wider(self, name: Named, content: bytes) -> None:
        """A log that was longer once has left wider copies, even where its checkpoint is gone. They begin the same."""
        if name.width < WIDTH:
            place = self.place(name)
            widths = [int(each.name) for each in place.parent.glob("[0-9]*") if each.name.isdecimal()]
            wider = place.parent / str(max(widths)) if max(widths, default=0) > name.width else None
            full = place.parent.with_suffix("")
            for there in (full, wider):
                if there is not None and there.is_file() and not there.read_bytes().startswith(content):
                    raise LedgerTorn(f"{there.relative_to(self.folder)} is there and begins otherwise than {name.path}")

    def settle(self) -> None:
        """Remove what a killed process did not finish, and have the disk keep what it did. For whoever is alone."""
        files.disk.remove_tree(self._drafts)
        files.settle(self.folder)

    def drop_partial(self, names: Iterable[Named]) -> None:
        """Remove narrower copies of tiles and bundles that are full now; whoever wants one takes the full one."""
        for name in names:
            if name.width == WIDTH:
                place = self.place(name)
                files.disk.remove_tree(place.with_name(f"{place.name}.p"))

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    def published(self) -> bytes | None:
        """The checkpoint that everybody sees."""
        try:
            return self.checkpoint.read_bytes()
        except FileNotFoundError:
            return None

    def publish(self, note: bytes) -> None:
        files.put(self.checkpoint, note)

    @property
    def _drafts(self) -> Path:
        return self.folder / ".drafts"

    def _folders(self, names: Iterable[Named]) -> list[Path]:
        """Every folder in which a name is new, up to the log's own."""
        found: set[Path] = set()
        for name in names:
            folder = self.place(name).parent
            while folder not in found and folder != self.folder.parent:
                found.add(folder)
                folder = folder.parent
        return sorted(found, key=lambda folder: -len(folder.parts))
