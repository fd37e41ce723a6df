from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "tenuto.gate"
    label = "gate"

    def ready(self) -> None:
        # Each registers something: what it listens to, what workers look after, what it shows and foresees.
        from tenuto.gate import checks, due, export, foresight, panel, reconcile, registering, withdraw  # noqa: F401
