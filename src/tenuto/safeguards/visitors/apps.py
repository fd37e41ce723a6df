from importlib import import_module

from django.apps import AppConfig


class VisitorsConfig(AppConfig):
    name = "tenuto.safeguards.visitors"
    label = "visitors"

    def ready(self) -> None:
        # What is swept, and what stands in copies; each registers itself.
        for module in ("sweeps", "export"):
            import_module(f"tenuto.safeguards.visitors.{module}")
