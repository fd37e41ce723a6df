from django.urls import URLPattern, URLResolver, path

from tenuto.accounts import follows, languages, portraits
from tenuto.accounts.blocks import BlocksView, BlockView
from tenuto.accounts.export_page import ExportFileView, ExportView
from tenuto.accounts.profile import HandleView, ProfileView
from tenuto.accounts.removal_page import RemovalView
from tenuto.accounts.token_page import TokensView, TokenView

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings", ProfileView.as_view(), name="settings"),
    path("settings/handle", HandleView.as_view(), name="handle"),
    path("settings/tokens", TokensView.as_view(), name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", TokenView.as_view(), name="revoke-token"),
    path("settings/data", ExportView.as_view(), name="export"),
    path("settings/data/<slug:key>.zip", ExportFileView.as_view(), name="export-file"),
    path("settings/delete", RemovalView.as_view(), name="removal"),
    path("settings/blocked", BlocksView.as_view(), name="blocks"),
    path("language", languages.choose, name="language"),
    path("@<slug:handle>/block", BlockView.as_view(), name="block"),
    path("@<slug:handle>/follow", follows.follow, name="follow"),
    path("@<slug:handle>/avatar-<int:size>.webp", portraits.avatar, name="avatar"),
    path("@<slug:handle>/banner-<int:size>.webp", portraits.banner, name="banner"),
]
