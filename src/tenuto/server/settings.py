"""Every setting of Tenuto. What an operator may change is read from TENUTO_… variables (docs/operate/settings.md)."""

from pathlib import Path

from tenuto.server.environment import address, database, flag, number, party, secret_key, text, words

# ——— where things lie ———
HOME = Path(text("TENUTO_HOME", "var")).resolve()
STORE_DIR = HOME / "store"  # content-addressed: originals, renditions, pictures
UPLOADS_DIR = HOME / "uploads"  # bytes still coming in
SCRATCH_DIR = HOME / "scratch"  # what a worker is making
LEDGER_DIR = HOME / "ledger"  # the log's and the witness's private keys, whom we trust to witness
SIGNING_DIR = HOME / "signing"  # the private keys and certificates with which files are signed and stamped
INDEX_DIR = HOME / "index"  # what AI knows registered works by; made again where it is lost
INDEX_SHARDS = max(1, number("TENUTO_INDEX_SHARDS", 1))  # so many parts it is in, each asked by a process of its own
INDEX_WORKERS = flag("TENUTO_INDEX_WORKERS", False)  # are there workers that do the queues index-0, index-1 and so on?
LOG_DIR = HOME / "log"  # the public files of the transparency log
VAULT = Path(text("TENUTO_VAULT", str(HOME / "vault.sqlite3")))  # the ledger's keys, one for each work and account

# ——— who and where we are ———
SITE_NAME = text("TENUTO_NAME", "Tenuto")
SITE_URL = text("TENUTO_URL", "http://localhost:8000").rstrip("/")
# Whom crawlers ask for a licence: mailto:… or a page. Empty: the site's own page for them.
LICENCE_CONTACT = text("TENUTO_LICENCE_CONTACT", "")
# Who we are to partners who take DDEX messages: the identifier that DDEX gave us. Empty: our messages are tests.
DDEX_PARTY = party("TENUTO_DDEX_PARTY")
DEBUG = flag("TENUTO_DEBUG", False)
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = words("TENUTO_HOSTS", "localhost 127.0.0.1 [::1]")
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.forms",  # its widgets are templates too; web.forms.Renderer finds them as an app's
    "django_htmx",
    "django_tasks",
    "tenuto.base",
    "tenuto.web",
    "tenuto.accounts",
    "tenuto.terms",
    "tenuto.tracks",
    "tenuto.credits",
    "tenuto.lyrics",
    "tenuto.notifications",
    "tenuto.comments",
    "tenuto.ledger",
    "tenuto.agreements",
    "tenuto.consent",
    "tenuto.safeguards.signals",
    "tenuto.safeguards.marks",
    "tenuto.safeguards.visitors",
    "tenuto.audio",
    "tenuto.library.likes",
    "tenuto.library.reposts",
    "tenuto.library.playlists",
    "tenuto.library.history",
    "tenuto.library.releases",
    "tenuto.library.queues",
    "tenuto.embed",
    "tenuto.statistics",
    "tenuto.collectives",
    "tenuto.gate",
    "tenuto.ai.identification",
    "tenuto.ai.organisation",
    "tenuto.browse",
    "tenuto.charts",
    "tenuto.search",
    "tenuto.matches",
    "tenuto.reports",
    "tenuto.server",
    # below ours, so that our templates are found first
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "tenuto.safeguards.signals.middleware.Signals",  # outermost: every answer tells machines what holds for it
    "django.middleware.security.SecurityMiddleware",
    "tenuto.web.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenuto.accounts.languages.Remembered",
    "tenuto.accounts.moves.FollowMoves",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tenuto.web.ways.BackAfterSignIn",
    "tenuto.web.errors.PlainErrors",
    "tenuto.safeguards.visitors.crawlers.Crawlers",
    "tenuto.safeguards.visitors.pauses.Pauses",
]

ROOT_URLCONF = "tenuto.server.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tenuto.web.context.site",
                "tenuto.terms.context.unanswered",
                "tenuto.notifications.context.unread",
                "tenuto.safeguards.signals.head.machines",
                "tenuto.safeguards.visitors.decoys.planted",
            ],
        },
    }
]
FORM_RENDERER = "tenuto.web.forms.Renderer"

# ——— data ———
DATABASES = {"default": database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",  # one for all processes: base.remembered
        "LOCATION": "base_remembered",
        "KEY_FUNCTION": "tenuto.base.remembered.hidden",
        # When full, a tenth goes, whichever it is: keys are digests, so nobody can aim at the count of their guesses.
        "OPTIONS": {"MAX_ENTRIES": 20_000, "CULL_FREQUENCY": 10},
    }
}
QUEUES = ["default", "push", "audio", "ai", *(f"index-{shard}" for shard in range(INDEX_SHARDS))]
TASKS = {"default": {"BACKEND": "tenuto.base.jobs.LeaseBackend", "QUEUES": QUEUES}}
SESSION_ENGINE = "tenuto.accounts.session_store"

# ——— people ———
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = text("TENUTO_EMAIL_VERIFICATION", "mandatory")
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PRESERVE_USERNAME_CASING = False  # Alma and alma are one handle
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds; then exports, deletion and keys ask again who one is
ACCOUNT_FORMS = {"signup": "tenuto.consent.signing_up.SignupForm", "login": "tenuto.accounts.entrance.LoginForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("TENUTO_BEHIND_PROXY", False) else 0
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_ADAPTER = "tenuto.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # passkeys on http://localhost
MFA_ADAPTER = "tenuto.accounts.adapter.SecondStep"
MFA_FORMS = {
    "authenticate": "tenuto.accounts.proof.AuthenticateForm",
    "authenticate_webauthn": "tenuto.accounts.proof.AuthenticateWebAuthnForm",
    "login_webauthn": "tenuto.accounts.proof.LoginWebAuthnForm",
    "reauthenticate": "tenuto.accounts.proof.ReauthenticateForm",
    "reauthenticate_webauthn": "tenuto.accounts.proof.ReauthenticateWebAuthnForm",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after: phones keep time badly

# ——— mail: to the console until the operator names a server ———
EMAIL_HOST = text("TENUTO_SMTP_HOST", "")
EMAIL_PORT = number("TENUTO_SMTP_PORT", 587)
EMAIL_HOST_USER = text("TENUTO_SMTP_USER", "")
EMAIL_HOST_PASSWORD = text("TENUTO_SMTP_PASSWORD", "")
EMAIL_USE_TLS = flag("TENUTO_SMTP_TLS", True)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "tenuto.accounts.mail.PrintedMail"
DEFAULT_FROM_EMAIL = text("TENUTO_MAIL_FROM", f"{SITE_NAME} <tenuto@localhost>")

# ——— words and time ———
LANGUAGE_CODE = text("TENUTO_LANGUAGE", "en-gb")
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]  # each by its own name
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "web" / "locale"]
FORMAT_MODULE_PATH = "tenuto.web.formats"
LANGUAGE_COOKIE_NAME = "language"  # set where somebody chooses one, and at no other time
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("TENUTO_TIME_ZONE", "UTC")

# ——— static files: served by the web front, named by content when not in debug ———
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "tenuto.web.statics.NamedByContent"
    },
}

# ——— safety ———
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tenuto.web.errors.stale_form"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("TENUTO_BEHIND_PROXY", False) else None
BEHIND_PROXY = flag("TENUTO_BEHIND_PROXY", False)  # then the last X-Forwarded-For names the client
COUNTRY_HEADER = text("TENUTO_COUNTRY_HEADER", "")  # set by a proxy that knows, as CF-IPCountry
COUNTRY_FILE = text("TENUTO_COUNTRY_FILE", "")  # of networks, in MaxMind's format; asked where no header is named
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # forms and JSON; uploads of music stream past this

# ——— limits, each with a sentence for whoever meets it ———
MAX_FILE_BYTES = number("TENUTO_MAX_FILE_MB", 4096) * 1024 * 1024
MAX_TRACK_SECONDS = number("TENUTO_MAX_TRACK_MINUTES", 360) * 60
MAX_TRACKS = number("TENUTO_MAX_TRACKS", 10_000)  # of one account
MAX_OPEN_UPLOADS = number("TENUTO_MAX_OPEN_UPLOADS", 100)  # of one account
QUOTA_BYTES = number("TENUTO_QUOTA_GB", 50) * 1024**3  # originals of one account
UPLOAD_EXPIRY_HOURS = number("TENUTO_UPLOAD_EXPIRY_HOURS", 72)  # an unfinished upload is kept this long
MAX_DOCUMENTS = number("TENUTO_MAX_DOCUMENTS", 10)  # attached to one agreement
MAX_DOCUMENT_BYTES = number("TENUTO_MAX_DOCUMENT_MB", 10) * 1024 * 1024
TERMS_DIR = Path(text("TENUTO_TERMS_DIR", str(HOME / "terms")))  # where the operator writes the next version
TERMS_NOTICE_DAYS = number("TENUTO_TERMS_NOTICE_DAYS", 30)  # from the announcement of new terms until they hold
QUEUE_ALARM_SECONDS = number("TENUTO_QUEUE_ALARM_SECONDS", 300)  # the oldest waiting job; then the alarm rings
JOB_LEASE_SECONDS = number("TENUTO_JOB_LEASE_SECONDS", 30)  # a worker silent for so long has lost its jobs
LOG_BUCKET = text("TENUTO_LOG_BUCKET", "")  # of an object store; the log's public files go there too
LOG_BUCKET_REGION = text("TENUTO_LOG_BUCKET_REGION", "us-east-1")
LOG_BUCKET_KEY = text("TENUTO_LOG_BUCKET_KEY", "")
LOG_BUCKET_SECRET = text("TENUTO_LOG_BUCKET_SECRET", "")
LEDGER_SECONDS = number("TENUTO_LEDGER_SECONDS", 60)  # from one checkpoint of the log to the next
LEDGER_MAP_SECONDS = number("TENUTO_LEDGER_MAP_SECONDS", 86_400)  # from one root of the map of consent to the next
SENDFILE = text("TENUTO_SENDFILE", "front")  # who sends media: our own front, or "x-accel" (nginx)

# ——— who takes how much music (docs/operate/scraping.md) ———
GUARD = flag("TENUTO_GUARD", True)
GUEST_MINUTES = number("TENUTO_GUEST_MINUTES", 120)  # of new music a day: all guests of one network together
MEMBER_MINUTES = number("TENUTO_MEMBER_MINUTES", 960)  # of new music a day: one member
LISTENERS_OF_A_NETWORK = number("TENUTO_LISTENERS_OF_A_NETWORK", 60)  # who listen at once, as guests
TRUSTED_NETWORKS = words("TENUTO_TRUSTED_NETWORKS", "")  # as 192.0.2.0/24: their guests are counted one by one
CRAWLER_NAMES = flag("TENUTO_CRAWLER_NAMES", True)  # ask name servers whether a claimed Googlebot is one
CRAWLER_RANGES_HOURS = number("TENUTO_CRAWLER_RANGES_HOURS", 0)  # fetch crawlers' networks so often; 0: never
PAGES_OF_A_NETWORK = number("TENUTO_PAGES_OF_A_NETWORK", 3_000)  # at once, by guests; then a pause. 0: never
REDIS = address("TENUTO_REDIS", "redis", "rediss", "unix")  # where processes count together; empty: in the database
GUARD_PAUSE_SECONDS = 1 if REDIS else 5  # processes tell one another so often who took what

# ——— the web front ———
FRONT_THREADS = number("TENUTO_THREADS", 4)  # in each web process; pages and decisions
FRONT_UPLOAD_THREADS = number("TENUTO_UPLOAD_THREADS", 16)  # in each web process; bodies that come in slowly
MAX_FORM_BYTES = number("TENUTO_MAX_FORM_MB", 32) * 1024 * 1024  # any request but an upload of music
UPLOAD_PATHS = ("/upload", "/api/v1/uploads")  # addresses that take bodies of any size, as they come
DELIVERY_PAUSE_SECONDS = 3  # delivered seconds of sound are written down so often, not with each range

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"tenuto": {"level": text("TENUTO_LOG_LEVEL", "INFO")}},
}
