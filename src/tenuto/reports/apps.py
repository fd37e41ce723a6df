from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "tenuto.reports"
    label = "reports"

    def ready(self) -> None:
        # What stands on tracks' pages, goes into copies, with an account, or in time; each registers itself.
        for module in ("panel", "export", "removal", "notices", "sweeps"):
            import_module(f"tenuto.reports.{module}")
