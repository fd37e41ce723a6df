from django.urls import URLPattern, URLResolver, path, re_path

from tenuto.audio import listens, media, receipts, tus, upload_page

app_name = "audio"
urlpatterns: list[URLPattern | URLResolver] = [
    # arrive
    path("upload", upload_page.UploadPage.as_view(), name="upload"),
    path("upload/rows", upload_page.rows, name="upload-rows"),
    path("upload/<slug:key>/remove", upload_page.remove, name="upload-remove"),
    path("upload/<slug:key>/again", upload_page.again, name="upload-again"),
    path("uploads/", tus.uploads, name="tus-uploads"),
    path("uploads/<slug:key>", tus.upload, name="tus-upload"),
    # deliver and count
    path("listens", listens.listens, name="listens"),
    path("listens/<slug:key>", listens.listen, name="listen"),
    re_path(r"^media/(?P<address>[^/]+)/(?P<kind>aac|opus)\.mp4$", media.media, name="media"),
    re_path(r"^media/(?P<address>[^/]+)/(?P<kind>aac|opus)\.m3u8$", media.playlist, name="playlist"),
    path("media/<str:address>/master.m3u8", media.master, name="master"),
    path("tracks/<slug:key>/stream", media.stream, name="stream"),
    path("tracks/<slug:key>/feed.m4a", media.feed_sound, name="feed-sound"),
    path("tracks/<slug:key>/download", media.download, name="download"),
    path("tracks/<slug:key>/download.c2pa", media.credentials, name="credentials"),
    re_path(
        r"^tracks/(?P<key>[\w-]+)/waveform-(?P<samples_per_pixel>[0-9]{1,7})\.(?P<form>dat|json)$",
        media.waveform,
        name="waveform",
    ),
    path("tracks/<slug:key>/receipts", receipts.receipts, name="receipts"),
]
