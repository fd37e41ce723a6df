from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class SearchConfig(AppConfig):
    name = "tenuto.search"
    label = "search"

    def ready(self) -> None:
        in_step = import_module("tenuto.search.in_step")
        pre_migrate.connect(in_step.before_migrating, sender=self)
        post_migrate.connect(in_step.after_migrating, sender=self)
        # The sweeps that learn words and forget them.
        import_module("tenuto.search.spelling")
