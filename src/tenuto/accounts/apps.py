from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tenuto.accounts"
    label = "accounts"
