from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tenuto.accounts"
    label = "accounts"

    def ready(self) -> None:
        from tenuto.accounts import sessions  # noqa: F401  receives what allauth tells of new sessions
