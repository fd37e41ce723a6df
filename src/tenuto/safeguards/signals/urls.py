from django.urls import URLPattern, URLResolver, path

from tenuto.safeguards.signals import documents, pages, sitemaps

app_name = "signals"
urlpatterns: list[URLPattern | URLResolver] = [
    # of the site
    path("robots.txt", documents.robots_txt, name="robots"),
    path("ai.txt", documents.spawning_ai_txt, name="ai-txt"),
    path(".well-known/tdmrep.json", documents.tdmrep_json, name="tdmrep"),
    path("rsl.xml", documents.site_rsl, name="site-rsl"),
    path("rsl-held.xml", documents.held_rsl, name="held-rsl"),
    path("tdm-policy.json", documents.site_tdm_policy, name="site-tdm-policy"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap"),
    path("sitemap-<slug:places>-<int:page>.xml", sitemaps.sitemap_page, name="sitemap-page"),
    path("machines", pages.site, name="site"),
    # of a track
    path("tracks/<slug:key>/machines", pages.of_track, name="machines"),
    path("tracks/<slug:key>/rsl.xml", documents.track_rsl, name="rsl"),
    path("tracks/<slug:key>/tdm-policy.json", documents.track_tdm_policy, name="tdm-policy"),
]
