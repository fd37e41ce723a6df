from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tenuto.accounts"
    label = "accounts"

    def ready(self) -> None:
        # One keeps sessions free of addresses, the other registers what workers look after.
        from tenuto.accounts import sessions, sweeps  # noqa: F401
