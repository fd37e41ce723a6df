"""Every address with who may call it. An address that is not listed fails; so does one that lets in whom it should not.

anyone    whoever asks
member    whoever is signed in; others are asked to sign in
owner     the one whose it is; to everybody else it is missing
heard     whoever may hear the track, by the one rule of rules.visibility; to everybody else it is missing
entrance  django-allauth's pages on the way in, for visitors
self      django-allauth's pages about one's own account; others are asked to sign in
operator  whoever may use the operator's pages
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import issue
from tests.audio.sounding import link_to, sketch
from tests.terms.writing import first, second

ACCESS = {
    "health": "anyone",
    "web:manifest": "anyone",
    # people
    "accounts:settings": "member",
    "accounts:handle": "member",
    "accounts:tokens": "member",
    "accounts:revoke-token": "owner",
    "accounts:export": "member",
    "accounts:export-file": "owner",
    "accounts:removal": "member",
    "accounts:follow": "member",
    "accounts:avatar": "anyone",
    "accounts:banner": "anyone",
    # arrive
    "audio:upload": "member",
    "audio:upload-rows": "member",
    "audio:upload-remove": "owner",
    "audio:upload-again": "owner",
    "audio:tus-uploads": "member",
    "audio:tus-upload": "owner",
    # deliver and count
    "audio:listens": "heard",
    "audio:listen": "owner",
    "audio:media": "heard",
    "audio:playlist": "heard",
    "audio:master": "heard",
    "audio:stream": "heard",
    "audio:download": "heard",
    "audio:waveform": "heard",
    "audio:receipts": "owner",
    # the catalogue
    "tracks:front": "anyone",
    "tracks:profile": "anyone",
    "tracks:track": "heard",
    "tracks:secret": "heard",
    "tracks:artwork": "heard",
    "terms:current": "anyone",
    "terms:versions": "anyone",
    "terms:version": "anyone",  # POST is for members: others are sent to sign in
    "terms:changes": "anyone",
    "terms:text": "anyone",
    "terms:feed": "anyone",
    "tracks:studio": "member",
    "tracks:studio-row": "owner",
    "tracks:basics": "owner",
    "tracks:metadata": "owner",
    "tracks:permissions": "owner",
    "tracks:publication": "owner",
    "tracks:sharing": "owner",
    "tracks:licence": "owner",
    "tracks:audio": "owner",
    "tracks:links": "owner",
    "tracks:revoked-link": "owner",
    "tracks:removal": "owner",
    # the HTTP API
    "api:api-root": "anyone",
    "api:openapi-json": "anyone",
    "api:read_me": "member",
    "api:change_me": "member",
    "api:change_picture": "member",
    "api:ask_for_export": "member",
    "api:read_export": "member",
    "api:fetch_export": "member",
    "api:remove_me": "member",
    "api:list_tokens": "member",
    "api:revoke_token": "owner",
    "api:read_person": "anyone",
    "api:follow": "member",
    "api:unfollow": "member",
    "api:newest": "anyone",
    "api:of_person": "anyone",
    "api:read_track": "heard",
    "api:own_tracks": "member",
    "api:own_track": "owner",
    "api:change_track": "owner",
    "api:remove_track": "owner",
    "api:change_artwork": "owner",
    "api:share": "owner",
    "api:take_back": "owner",
    "api:read_switches": "owner",
    "api:turn_switches": "owner",
    "api:list_links": "owner",
    "api:make_link": "owner",
    "api:revoke_link": "owner",
    "api:list_uploads": "member",
    "api:read_upload": "owner",
    "api:list_recordings": "owner",
    "api:try_again": "owner",
    "api:list_receipts": "owner",
    "api:list_terms": "anyone",
    "api:show_terms": "anyone",
    "api:show_changes": "anyone",
    "api:my_acceptances": "member",
    "api:accept_terms": "member",
    "api:begin_listen": "heard",
    "api:report_listen": "owner",
    # the way in
    "account_login": "entrance",
    "account_logout": "entrance",
    "account_inactive": "entrance",
    "account_signup": "entrance",
    "account_email_verification_sent": "entrance",
    "account_confirm_email": "entrance",
    "account_confirm_login_code": "entrance",
    "account_reset_password": "entrance",
    "account_reset_password_done": "entrance",
    "account_reset_password_from_key": "entrance",
    "account_reset_password_from_key_done": "entrance",
    "mfa_authenticate": "entrance",
    "mfa_login_webauthn": "entrance",
    "account_reauthenticate": "self",
    "account_email": "self",
    "account_change_password": "self",
    "account_set_password": "self",
    "mfa_index": "self",
    "mfa_reauthenticate": "self",
    "mfa_activate_totp": "self",
    "mfa_deactivate_totp": "self",
    "mfa_view_recovery_codes": "self",
    "mfa_generate_recovery_codes": "self",
    "mfa_download_recovery_codes": "self",
    "mfa_list_webauthn": "self",
    "mfa_add_webauthn": "self",
    "mfa_reauthenticate_webauthn": "self",
    "mfa_remove_webauthn": "self",
    "mfa_edit_webauthn": "self",
    "usersessions_list": "self",
}

METHODS = ("get", "post", "put", "patch", "delete")
BODY = {
    "api:share": {"audience": "public"},
    "api:make_link": {"name": "x"},
    "api:report_listen": {"position": 1, "heard": 1},
    "audio:listen": {"position": 1, "heard": 1},
}


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from routes(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}" if entry.name else f"{space}{entry.pattern}"


ROUTES = sorted({name for name in routes() if not name.startswith("admin:")})


def test_every_address_is_listed_and_nothing_else() -> None:
    assert set(ROUTES) == set(ACCESS)


@pytest.fixture
def addresses(alma: Account) -> dict[str, str]:
    """Each address, of Alma's things where it is of somebody's: a sketch, its link, her token."""
    track = sketch(alma)
    link, (token, _secret) = link_to(track), issue(alma, "hers", None)
    values: dict[str, object] = {
        "key": track.key,
        "handle": "alma",
        "username": "alma",
        "slug": track.slug,
        "token_id": token.pk,
        "link_id": link.pk,
        "size": 160,
        "kind": "aac",
        "part": "avatar",
        "samples_per_pixel": 256,
        "form": "dat",
        "address": "nobody-signed-this",
        "secret": "b" * 32,
        "recording": track.recordings.get().key,
        "pk": 1,
        "number": first().number,
        "old": 1,
        "new": second().number,
    }
    return Addresses(values)


class Addresses(dict[str, str]):
    """The addresses by their names, each made when it is asked for."""

    def __init__(self, values: dict[str, object]) -> None:
        super().__init__()
        self.values_taken = values

    def __missing__(self, name: str) -> str:
        return address_of(name, self.values_taken)


def address_of(name: str, values: dict[str, object]) -> str:
    """The address of this name, with whichever of these values it takes."""
    for _place, taken, _pattern, _converters in _possibilities(name):
        wanted = {parameter: values[parameter] for parameter in taken if parameter in values}
        if len(wanted) == len(taken):
            try:
                return reverse(name, kwargs=wanted)
            except NoReverseMatch:
                continue
    return reverse(name, kwargs={"uidb36": "a", "key": "b"} if "from_key" in name else {"key": "k:1:s"})


def _possibilities(name: str) -> Iterator[tuple[str, list[str], str, object]]:
    resolver: URLResolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    for possibility, pattern, _defaults, converters in resolver.reverse_dict.getlist(last):
        for place, taken in possibility:
            yield place, taken, pattern, converters


def of_kind(*kinds: str) -> list[str]:
    return sorted(name for name, kind in ACCESS.items() if kind in kinds)


@pytest.mark.parametrize("name", of_kind("member", "self"))
def test_whoever_is_not_signed_in_is_asked_to_be(name: str, addresses: dict[str, str]) -> None:
    answers = [getattr(Client(), method)(addresses[name]) for method in METHODS]
    for answer in answers:
        if answer.status_code == 302:
            assert "/accounts/login/" in answer["Location"] or "/accounts/" in answer["Location"]
        else:
            assert answer.status_code in {401, 403, 404, 405, 412, 422}, (name, answer.status_code)


@pytest.mark.parametrize("name", of_kind("owner"))
def test_what_is_anothers_is_missing(name: str, addresses: dict[str, str], cy: Account) -> None:
    """Whatever Cy does to what is Alma's, signed in or by token, nothing answers better than a missing thing."""
    _token, secret = issue(cy, "his", None)
    browser = Client()
    browser.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    program = Client(headers={"Authorization": f"Bearer {secret}", "Tus-Resumable": "1.0.0"})
    for client in (browser, program):
        for method in METHODS:
            answer = getattr(client, method)(addresses[name], BODY.get(name, {}), content_type="application/json")
            # 302: asked to prove who he is first, before anything is looked for
            assert answer.status_code in {302, 401, 403, 404, 405, 412, 422}, (method, answer.status_code)
            if answer.status_code == 302:
                assert "/accounts/" in answer["Location"]


@pytest.mark.parametrize("name", of_kind("heard"))
def test_a_hidden_track_is_missing_to_everybody_else(name: str, addresses: dict[str, str], cy: Account) -> None:
    browser = Client()
    browser.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    key = addresses["tracks:basics"].rstrip("/").rpartition("/")[2]
    for client in (Client(), browser):
        for method in METHODS:
            answer = getattr(client, method)(addresses[name], {"key": key}, content_type="application/json")
            assert answer.status_code in {401, 403, 404, 405}, (method, answer.status_code)


@pytest.mark.parametrize("name", of_kind("anyone", "entrance"))
def test_what_is_for_anyone_asks_nobody_to_sign_in(name: str, addresses: dict[str, str]) -> None:
    answer = Client().get(addresses[name])
    assert answer.status_code in {200, 302, 404, 405}
    if ACCESS[name] == "anyone":
        assert answer.status_code != 302, answer["Location"]


@pytest.mark.django_db
def test_the_operators_pages_are_for_operators(alma: Account) -> None:
    browser = Client()
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    for client in (Client(), browser):
        answer = client.get("/operator/")
        assert answer.status_code in {302, 403}
