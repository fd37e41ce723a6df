"""The import contracts of .importlinter hold, and would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT

LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT, cwd=root, env={"PYTHONPATH": str(root / "src")}, capture_output=True, text=True, check=False
    )


def test_every_contract_is_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


BROKEN = {
    "rules/sharing.py": ("import os", "tenuto.rules.sharing -> os"),
    "rules/visibility.py": ("from django.db import models", "tenuto.rules.visibility -> django"),
    "dsp/probe.py": ("import django", "tenuto.dsp.probe -> django"),
    "algorithms/key.py": ("import pathlib", "tenuto.algorithms.key -> pathlib"),
    "algorithms/tempo.py": ("import tenuto.rules.sharing", "tenuto.algorithms.tempo -> tenuto.rules"),
    "audio/journey.py": ("import tenuto.algorithms.key", "tenuto.audio.journey -> tenuto.algorithms.key"),
    "tracks/access.py": ("import tenuto.audio.journey", "tenuto.tracks.access -> tenuto.audio.journey"),
    "safeguards/signals/told.py": ("import tenuto.audio.deliver", "tenuto.safeguards.signals.told -> tenuto.audio"),
    "consent/grid.py": ("import tenuto.safeguards.signals.told", "tenuto.consent.grid -> tenuto.safeguards"),
    "web/context.py": ("import tenuto.base.storage", "tenuto.web.context -> tenuto.base.storage"),
    "server/urls.py": ("import tenuto.audio.store", "tenuto.server.urls -> tenuto.audio.store"),
    "ai/organisation/jobs.py": ("import tenuto.tracks.models", "tenuto.ai.organisation.jobs -> tenuto.tracks.models"),
    "ai/organisation/models.py": ("import tenuto.base.models", "tenuto.ai.organisation.models -> tenuto.base.models"),
    "ai/organisation/numbers.py": ("import tenuto.dsp.decode", "tenuto.ai.organisation.numbers -> tenuto.dsp.decode"),
    "ai/organisation/findings.py": (
        "def hidden():\n    import tenuto.gate.attendant",
        "tenuto.ai.organisation.findings -> tenuto.gate.attendant",
    ),
    "gate/record.py": ("import tenuto.algorithms.tags", "tenuto.gate.record -> tenuto.algorithms.tags"),
    "gate/decide.py": ("import tenuto.ai.organisation.jobs", "tenuto.gate.decide -> tenuto.ai.organisation.jobs"),
    "consent/answer.py": ("import tenuto.gate.journey", "tenuto.consent.answer -> tenuto.gate.journey"),
    "browse/pages.py": ("import tenuto.ai.organisation.models", "tenuto.browse.pages -> tenuto.ai.organisation.models"),
    "drawer/__init__.py": ("", "tenuto.drawer"),
}


def test_a_line_that_breaks_a_contract_is_caught(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for module, (line, _) in BROKEN.items():
        place = tmp_path / "src" / "tenuto" / module
        place.parent.mkdir(exist_ok=True)
        with place.open("a") as file:
            file.write(f"\n{line}\n")
    result = lint(tmp_path)
    assert result.returncode != 0
    assert [found for _, found in BROKEN.values() if found not in result.stdout] == []
