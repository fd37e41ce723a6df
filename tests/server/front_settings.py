"""Tenuto's settings with a few addresses that try the web front, and a single thread for pages."""

from tenuto.server.settings import *  # noqa: F403  settings are a star import by nature

ROOT_URLCONF = "tests.server.front_views"
FRONT_THREADS = 1
MAX_FORM_BYTES = 1024 * 1024
UPLOAD_PATHS = ("/uploads", "/api/v1/uploads")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
MIDDLEWARE = [name for name in MIDDLEWARE if "Csrf" not in name]  # noqa: F405  from the star above
