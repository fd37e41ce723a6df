from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "tenuto.ledger"
    label = "ledger"

    def ready(self) -> None:
        # Each registers something: what `tenuto check` looks at, what workers look after.
        from tenuto.ledger import checks, erasure, leftovers  # noqa: F401
