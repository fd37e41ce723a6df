from django.urls import URLPattern, URLResolver, path

from tenuto.ledger import page, public, witness_pages

app_name = "ledger"
urlpatterns: list[URLPattern | URLResolver] = [
    path("log", page.page, name="log"),
    path("log/checkpoint", public.checkpoint, name="checkpoint"),
    path("log/tile/<path:rest>", public.tile, name="tile"),
    path("log/policy", public.policy, name="policy"),
    path("log/manifest/<str:root>", public.manifest, name="manifest"),
    # a log that continues the first
    path("log/<int:number>/checkpoint", public.checkpoint, name="later-checkpoint"),
    path("log/<int:number>/tile/<path:rest>", public.tile, name="later-tile"),
    path("witness/add-checkpoint", witness_pages.add_checkpoint, name="add-checkpoint"),
    path("witness/<str:origin>/checkpoint", witness_pages.checkpoint, name="witnessed"),
]
