"""Tenuto's own settings, in a throw-away home, with mail kept in memory and quick passwords."""

import os
import tempfile

os.environ["TENUTO_HOME"] = tempfile.mkdtemp(prefix="tenuto-tests-")
os.environ.setdefault("TENUTO_SECRET_KEY", "for the tests alone")
# There is a process of tests for each core. With a thread for each core in each of them, what multiplies matrices spent
# five times the processor's time, most of it waiting for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tenuto.server.settings import *  # noqa: F403  the home must be known first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if template := os.environ.get("TENUTO_TESTS_TEMPLATE"):  # made by tests/on_postgres.py
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405
GUARD_PAUSE_SECONDS = 0  # processes tell one another when a test says so
DELIVERY_PAUSE_SECONDS = 0  # written down at once, in the test's own transaction
