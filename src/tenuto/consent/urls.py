from django.urls import URLPattern, URLResolver, path

from tenuto.consent import album, catalogue, listener, receipts, track

app_name = "consent"
urlpatterns: list[URLPattern | URLResolver] = [
    # one track
    path("studio/<slug:key>/consent", track.AnswerView.as_view(), name="track"),
    path("studio/<slug:key>/consent/preview", track.PreviewView.as_view(), name="track-preview"),
    path("studio/<slug:key>/consent/held", track.HeldView.as_view(), name="track-held"),
    # what is on an album
    path("albums/<slug:key>/consent", album.AlbumView.as_view(), name="album"),
    path("albums/<slug:key>/consent/preview", album.PreviewView.as_view(), name="album-preview"),
    path("albums/<slug:key>/consent/held", album.HeldView.as_view(), name="album-held"),
    # everything one has
    path("permissions", catalogue.DefaultsView.as_view(), name="account"),
    path("permissions/preview", catalogue.PreviewView.as_view(), name="account-preview"),
    path("permissions/held", catalogue.HeldView.as_view(), name="account-held"),
    path("permissions/tracks", catalogue.ManyView.as_view(), name="many"),
    # what one has answered, and the receipts of it
    path("permissions/history", receipts.history, name="history"),
    path("permissions/receipts/<slug:act_key>.json", receipts.as_json, name="receipt"),
    path("permissions/receipts/<slug:act_key>.jsonld", receipts.as_dpv, name="receipt-dpv"),
    # listening
    path("settings/listening", listener.ListeningView.as_view(), name="listening"),
]
