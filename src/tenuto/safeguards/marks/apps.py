from importlib import import_module

from django.apps import AppConfig


class MarksConfig(AppConfig):
    name = "tenuto.safeguards.marks"
    label = "marks"

    def ready(self) -> None:
        # What covers say, what goes into accounts' copies of everything; each registers itself.
        for module in ("covers", "export"):
            import_module(f"tenuto.safeguards.marks.{module}")
