from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "tenuto.terms"
    label = "terms"

    def ready(self) -> None:
        # One registers what workers look after, the other what goes into everybody's copy of everything.
        from tenuto.terms import announce, export  # noqa: F401
