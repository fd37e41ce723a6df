"""Lock 2 and 3: AI code has a small vocabulary, and its tables lead nowhere."""

import pytest
from django.apps import apps
from django.db.models import Model

from tenuto.gate.duties import duties
from tenuto.rules.cells import Purpose
from tests.architecture.source import ROOT, SOURCE, named
from tests.architecture.vocabulary import forbidden

MODULES = [
    path
    for folder in ("ai", "algorithms")
    for path in sorted((SOURCE / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
FEATURES = [config for config in apps.get_app_configs() if config.name.startswith("tenuto.ai.")]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_ai_code_speaks_only_its_own_vocabulary(path) -> None:  # type: ignore[no-untyped-def]
    assert forbidden(path.read_text(encoding="utf-8"), named(path)) == []


@pytest.mark.parametrize("config", FEATURES, ids=lambda config: config.name)
def test_no_relation_leads_out_of_the_tables_of_ai(config) -> None:  # type: ignore[no-untyped-def]
    ways_out = [
        f"{model.__name__}.{field.name}"
        for model in config.get_models()
        for field in model._meta.get_fields(include_hidden=True)
        if (other := field.related_model) is not None
        and not (isinstance(other, type) and issubclass(other, Model) and other._meta.app_label == config.label)
    ]
    assert ways_out == []


def test_ai_has_a_folder_for_a_purpose_and_for_nothing_else() -> None:
    folders = {path.name for path in (SOURCE / "ai").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= {purpose.value for purpose in Purpose}
    assert folders == {config.name.rpartition(".")[2] for config in FEATURES}


def test_every_job_serves_the_purpose_of_its_folder() -> None:
    for duty in duties():
        assert duty.work.__module__.split(".")[2] == duty.purpose.value
        for table in duty.keeps + duty.consults:
            assert table.__module__.startswith(f"tenuto.ai.{duty.purpose.value}.")


def test_the_gate_hides_all_its_modules_but_one() -> None:
    contracts = (ROOT / ".importlinter").read_text()
    hidden = {f"tenuto.gate.{path.stem}" for path in (SOURCE / "gate").glob("*.py")} - {
        "tenuto.gate.__init__", "tenuto.gate.handle", "tenuto.gate.apps", "tenuto.gate.urls", "tenuto.gate.api",
    }  # fmt: skip
    section = contracts.split("[importlinter:contract:one-handle]")[1].split("[importlinter:")[0]
    assert {word for word in section.split() if word.startswith("tenuto.gate.")} == hidden
