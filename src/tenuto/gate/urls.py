from django.urls import URLPattern, URLResolver, path

from tenuto.gate import ledger_pages, pages

app_name = "gate"
urlpatterns: list[URLPattern | URLResolver] = [
    path("studio/<slug:key>/uses", pages.uses, name="uses"),
    path("studio/<slug:key>/kept", pages.stands, name="stands"),
    # No track has the key “ledger”: keys have twelve letters.
    path("studio/ledger", ledger_pages.of_all, name="ledger"),
    path("studio/ledger/proofs.json", ledger_pages.of_all_proofs, name="ledger-proofs"),
    path("studio/ledger/kit.zip", ledger_pages.of_all_kit, name="ledger-kit"),
    path("studio/<slug:key>/ledger", ledger_pages.of_one, name="track-ledger"),
    path("studio/<slug:key>/ledger/proofs.json", ledger_pages.of_one_proofs, name="track-ledger-proofs"),
    path("studio/<slug:key>/ledger/kit.zip", ledger_pages.of_one_kit, name="track-ledger-kit"),
]
