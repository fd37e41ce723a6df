"""Style sheets and scripts are named by what is in them, and a page asks for few of them."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage, Storage

from tenuto.web.statics import NamedByContent, with_imports


def collected(into: Path, changed: str = "") -> str:
    """The text of site.css as it is served, and its name in front; `changed` is written to one file it imports."""
    storage = NamedByContent(location=into, base_url="/static/")
    paths: dict[str, tuple[Storage, str]] = {}
    for finder in get_finders():
        for path, source in finder.list(None):
            if path.startswith("web/css/"):
                with source.open(path) as file:
                    storage.save(path, file)
                paths[path] = (FileSystemStorage(into), path)
    if changed:
        (into / "web/css/components/button.css").write_text(changed)
    for _old, _new, problem in storage.post_process(paths, dry_run=False):
        assert problem is True or problem is False, problem
    name = storage.stored_name("web/css/site.css")
    return f"{name}\n{(into / name).read_text()}"


def test_the_style_sheet_brings_what_it_imports(tmp_path: Path) -> None:
    text = collected(tmp_path)
    assert "@import" not in text
    assert "@layer components {" in text
    assert ".play" in text


def test_a_change_in_what_is_imported_gives_a_new_name(tmp_path: Path) -> None:
    one, other = collected(tmp_path / "one"), collected(tmp_path / "other", changed=".button { color: red }")
    assert one.splitlines()[0] != other.splitlines()[0]
    assert ".button { color: red }" in other


def test_a_file_that_names_others_is_not_moved_blindly(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("b { background: url(c.png) }")
    with pytest.raises(ValueError, match="url"):
        with_imports('@import "a.css" layer(base);', tmp_path)
