"""Every address with who may call it. An address that is not listed fails; so does one that lets in whom it should not.

anyone    whoever asks
member    whoever is signed in; others are asked to sign in
owner     the one whose it is; to everybody else it is missing
heard     whoever may hear the track, by the one rule of rules.visibility; to everybody else it is missing
entrance  django-allauth's pages on the way in, for visitors
self      django-allauth's pages about one's own account; others are asked to sign in
staff     whoever is staff; others are asked to sign in, and to whoever is signed in it is missing
operator  whoever may use the operator's pages
"""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import issue
from tenuto.agreements.disputes import contest
from tenuto.agreements.objections import object_to
from tenuto.collectives.change import begin
from tenuto.comments.models import Comment
from tenuto.consent.answer import hold_everything
from tenuto.consent.models import Act
from tenuto.credits.models import Credited
from tenuto.matches.models import Match
from tenuto.notifications.models import Device
from tests.agreements.agreeing import CATALOGUE, drafted, label, over
from tests.audio.sounding import link_to, sketch
from tests.library.listing import playlist, release
from tests.once import Once
from tests.people import person
from tests.terms.writing import first, second

ACCESS = {
    "health": "anyone",
    "web:manifest": "anyone",
    "web:worker": "anyone",
    "web:offline": "anyone",
    "web:favicon": "anyone",
    # people
    "accounts:settings": "member",
    "accounts:handle": "member",
    "accounts:tokens": "member",
    "accounts:revoke-token": "owner",
    "accounts:export": "member",
    "accounts:export-file": "owner",
    "accounts:removal": "member",
    "accounts:language": "anyone",
    "accounts:follow": "member",
    "accounts:blocks": "member",
    "accounts:block": "member",
    "accounts:avatar": "anyone",
    "accounts:banner": "anyone",
    # what people are told
    "notifications:notices": "member",
    "notifications:settings": "member",
    "notifications:devices": "member",
    "notifications:device": "owner",
    "notifications:worker": "anyone",
    "api:my_notices": "member",
    "api:read_notices": "member",
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
    "audio:feed-sound": "heard",
    "audio:download": "heard",
    "audio:credentials": "heard",
    "audio:waveform": "heard",
    "audio:receipts": "owner",
    # the catalogue
    "search:search": "anyone",
    "search:typing": "anyone",
    "charts:charts": "anyone",
    "tracks:front": "anyone",
    "tracks:profile": "anyone",
    "tracks:track": "heard",
    "tracks:secret": "heard",
    "tracks:artwork": "heard",
    "terms:current": "anyone",
    "terms:versions": "anyone",
    "terms:version": "anyone",  # POST is for members: others are sent to sign in
    "terms:changes": "anyone",
    "terms:compare": "anyone",  # leads to terms:changes, or to the list of versions
    "terms:text": "anyone",
    "terms:feed": "anyone",
    # what AI may do
    "consent:track": "owner",
    "consent:track-preview": "owner",
    "consent:track-held": "owner",
    "consent:album": "owner",
    "consent:album-preview": "owner",
    "consent:album-held": "owner",
    "consent:account": "member",
    "consent:account-preview": "member",
    "consent:account-held": "member",
    "consent:many": "member",
    "consent:history": "member",
    "consent:receipt": "owner",
    "consent:receipt-dpv": "owner",
    "consent:listening": "member",
    # agreements, objections, disputes
    "agreements:organisations": "member",
    "agreements:organisation": "anyone",
    "agreements:members": "owner",
    "agreements:membership": "owner",
    "agreements:ended-membership": "owner",
    "agreements:new-draft": "member",  # whoever is no member of the organisation writes as an artist
    "agreements:agreements": "member",
    "agreements:agreement": "owner",
    "agreements:draft": "owner",
    "agreements:refusal": "owner",
    "agreements:sign": "owner",
    "agreements:end": "owner",
    "agreements:wording": "owner",
    "agreements:documents": "owner",
    "agreements:document": "owner",
    "agreements:object": "owner",  # and whoever may hear the track; here it is hidden
    "agreements:objections": "member",
    "agreements:objection": "owner",
    "agreements:withdrawal": "owner",
    "agreements:acceptance": "owner",
    "agreements:contest": "owner",
    "agreements:contest-agreement": "owner",
    "agreements:dispute": "owner",
    "agreements:resolution": "owner",
    "agreements:desk": "staff",
    "agreements:desk-organisations": "staff",
    "agreements:desk-organisation": "staff",
    "agreements:desk-owner": "staff",
    # who asks for music, and what is stopped
    "visitors:crawlers": "anyone",
    "visitors:appeal": "anyone",
    "visitors:pause": "anyone",
    "visitors:decoy": "anyone",
    "visitors:licences": "member",
    "visitors:offer": "member",
    "visitors:revoked-licence": "owner",
    "visitors:stopped": "staff",
    "visitors:agent": "staff",
    "visitors:appeal-answer": "staff",
    # what AI keeps, and when it asked
    "gate:uses": "owner",
    "gate:stands": "owner",
    "gate:ledger": "member",
    "gate:ledger-proofs": "member",
    "gate:ledger-kit": "member",
    "gate:track-ledger": "owner",
    "gate:track-ledger-proofs": "owner",
    "gate:track-ledger-kit": "owner",
    # what was recognised
    "matches:register": "member",
    "matches:turned-up": "member",
    "matches:recognised": "owner",
    "matches:credits": "owner",
    "matches:again": "owner",
    "matches:replace": "owner",
    "matches:claim": "owner",
    "matches:match": "owner",
    "matches:desk": "staff",
    "matches:release": "staff",
    "matches:ruling": "staff",
    # what machines are told
    "marks:catalogue": "member",
    "marks:ern": "owner",
    "marks:root": "anyone",
    "marks:time-stamp": "anyone",
    "signals:robots": "anyone",
    "signals:sitemap": "anyone",
    "signals:sitemap-page": "anyone",
    "signals:ai-txt": "anyone",
    "signals:tdmrep": "anyone",
    "signals:site-rsl": "anyone",
    "signals:held-rsl": "anyone",
    "signals:site-tdm-policy": "anyone",
    "signals:site": "anyone",
    "signals:machines": "heard",
    "signals:rsl": "heard",
    "signals:tdm-policy": "heard",
    # what is heard, and what artists say of it
    "browse:browse": "anyone",
    "browse:similar": "heard",
    "browse:sound": "owner",
    "browse:heard-again": "owner",
    "browse:suggested-tag": "owner",
    "feeds:rss": "anyone",
    "feeds:json": "anyone",
    "feeds:m3u8": "anyone",
    "feeds:xspf": "anyone",
    "feeds:playlist-rss": "heard",  # public playlists only; here it is private
    "feeds:playlist-json": "heard",
    "feeds:playlist-m3u8": "heard",
    "feeds:playlist-xspf": "heard",
    "feeds:album-rss": "heard",  # albums that everybody sees; here nobody does
    "feeds:album-json": "heard",
    "feeds:album-m3u8": "heard",
    "feeds:album-xspf": "heard",
    "embed:oembed": "anyone",
    "embed:listens": "heard",
    "embed:listen": "owner",
    "embed:track": "heard",
    "embed:playlist": "heard",  # public playlists only; here it is private
    "embed:album": "heard",  # albums that everybody sees; here nobody does
    "embed:artist": "anyone",
    "embed:share-track": "heard",
    "embed:share-playlist": "heard",
    "embed:share-album": "heard",
    "embed:share-artist": "anyone",
    # how music is heard
    "statistics:own": "member",
    "statistics:own-table": "member",
    "statistics:track": "owner",
    "statistics:track-table": "owner",
    "statistics:insights": "heard",
    # what people say along tracks
    "comments:comments": "heard",  # POST is for members: others are sent to sign in
    "comments:heart": "heard",  # and whoever reads the comment
    "comments:removal": "owner",
    "comments:let-stand": "owner",
    "comments:mute": "member",
    "comments:studio": "member",
    # reports, decisions, appeals
    "reports:report": "heard",  # of a person, a playlist, an album, a collective: whoever meets that
    "reports:own": "member",
    "reports:told": "anyone",  # whoever has its secret address
    "reports:decision": "anyone",  # likewise
    "reports:moderation": "anyone",
    "reports:desk": "staff",
    "reports:record": "staff",
    "reports:case": "staff",
    "reports:appeal": "staff",
    # who made it
    "credits:people": "owner",
    "credits:taken-back": "owner",
    "credits:own": "member",
    "credits:answer": "owner",  # whoever was asked
    "credits:codes": "member",
    "credits:of": "anyone",
    "api:read_credits": "heard",
    "api:ask_about_credit": "owner",
    "api:my_credits": "member",
    "api:answer_credit": "owner",  # whoever was asked
    # what is sung
    "lyrics:lyrics": "owner",
    "lyrics:removal": "owner",
    "api:read_lyrics": "heard",
    "api:write_lyrics": "owner",
    "api:take_lyrics_away": "owner",
    # what people keep and put together
    "playlists:library": "member",
    "playlists:of": "anyone",
    "playlists:choose": "owner",  # and whoever may hear the track; here it is hidden
    "playlists:by-link": "owner",  # and whoever has its secret address
    "playlists:playlist": "owner",  # and whoever it is open to; here it is private
    "playlists:edit": "owner",
    "playlists:link": "owner",
    "playlists:removal": "owner",
    "playlists:people": "owner",
    "playlists:removed": "owner",
    "playlists:membership": "owner",  # whoever is invited
    "playlists:place": "owner",
    "playlists:taken-out": "owner",
    "releases:own": "member",
    "releases:edit": "owner",
    "releases:tracks": "owner",
    "releases:place": "owner",
    "releases:taken-off": "owner",
    "releases:publication": "owner",
    "releases:removal": "owner",
    "releases:cover": "owner",  # and everybody once it is published; here it is not
    "releases:release": "owner",  # likewise
    "releases:of": "anyone",
    "collectives:own": "member",
    "collectives:collective": "anyone",
    "collectives:picture": "anyone",
    "collectives:edit": "owner",  # and its editors
    "collectives:music": "owner",  # and whoever belongs to it
    "collectives:people": "owner",
    "collectives:person": "owner",
    "collectives:membership": "owner",  # and whoever is invited
    "collectives:removal": "owner",
    "api:read_collective": "anyone",
    "api:show_under_collective": "owner",  # whoever belongs to it
    "api:take_off_collective": "owner",
    "likes:own": "member",
    "likes:of": "anyone",
    "likes:like": "heard",
    "reposts:following": "member",
    "reposts:of": "anyone",
    "reposts:repost": "heard",
    "history:history": "member",
    "history:cleared": "member",
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
    # the log, for whoever checks it
    "ledger:log": "anyone",
    "ledger:checkpoint": "anyone",
    "ledger:tile": "anyone",
    "ledger:policy": "anyone",
    "ledger:manifest": "anyone",
    "ledger:later-checkpoint": "anyone",
    "ledger:later-tile": "anyone",
    "ledger:add-checkpoint": "anyone",
    "ledger:witnessed": "anyone",
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
    "api:show_track_consent": "owner",
    "api:answer_for_track": "owner",
    "api:preview_for_track": "owner",
    "api:show_album_consent": "owner",
    "api:answer_for_my_album": "owner",
    "api:preview_for_album": "owner",
    "api:hold_my_album": "owner",
    "api:show_my_consent": "member",
    "api:answer_for_me": "member",
    "api:answer_for_many": "member",
    "api:hold_all": "member",
    "api:my_receipts": "member",
    "api:my_receipt": "owner",
    "api:show_listening_consent": "member",
    "api:answer_for_listening": "member",
    "api:my_organisations": "member",
    "api:found_organisation": "member",
    "api:read_organisation": "anyone",
    "api:list_members": "owner",
    "api:invite_member": "owner",
    "api:remove_member": "owner",
    "api:accept_invitation": "owner",
    "api:list_agreements": "member",
    "api:draft_agreement": "member",
    "api:read_agreement": "owner",
    "api:change_agreement": "owner",
    "api:give_agreement_up": "owner",
    "api:list_claims": "owner",
    "api:raise_objection": "owner",  # and whoever may hear the track; here it is hidden
    "api:my_objections": "member",
    "api:read_objection": "owner",
    "api:withdraw_objection": "owner",
    "api:accept_objection": "owner",
    "api:contest_objection": "owner",
    "api:contest_reach": "owner",
    "api:read_dispute": "owner",
    "api:settle_dispute": "owner",
    "api:read_permissions": "heard",
    "api:show_uses": "owner",
    "api:show_trainings": "owner",
    "api:show_kept": "owner",
    "api:show_withdrawals": "owner",
    "api:browse": "anyone",
    "api:read_sound": "heard",
    "api:read_similar": "heard",
    "api:correct_sound": "owner",
    "api:take_sound_back": "owner",
    "api:list_suggested_tags": "owner",
    "api:answer_suggested_tag": "owner",
    "api:list_comments": "heard",
    "api:say_something": "heard",
    "api:take_comment_away": "owner",
    "api:like_comment": "heard",
    "api:like_comment_no_more": "heard",
    "api:find": "anyone",
    "api:read_chart": "anyone",
    "api:my_playlists": "member",
    "api:make_playlist": "member",
    "api:playlists_of_person": "anyone",
    "api:read_playlist": "owner",  # and whoever it is open to; here it is private
    "api:change_playlist": "owner",
    "api:delete_playlist": "owner",
    "api:place_on_playlist": "owner",
    "api:take_off_playlist": "owner",
    "api:invite_to_playlist": "owner",
    "api:remove_from_playlist": "owner",
    "api:join_playlist": "owner",  # whoever is invited
    "api:leave_playlist": "owner",
    "api:read_queue": "anyone",  # whoever is not signed in has none
    "api:keep_queue": "anyone",  # likewise, and keeps none
    "api:my_releases": "member",
    "api:begin_release": "member",
    "api:change_release": "owner",
    "api:delete_release": "owner",
    "api:change_release_cover": "owner",
    "api:place_on_release": "owner",
    "api:take_off_release": "owner",
    "api:publish_release": "owner",
    "api:take_release_back": "owner",
    "api:releases_of_person": "anyone",
    "api:read_release": "owner",  # and everybody once it is published; here it is not
    "api:my_likes": "member",
    "api:like_track": "member",  # who may hear the track: tests/library/test_likes.py
    "api:unlike_track": "member",  # at the same address: one's own like goes, and one that never was is not there after
    "api:read_likes_shown": "member",
    "api:turn_likes_shown": "member",
    "api:likes_of_person": "anyone",  # who shows them
    "api:my_stream": "member",
    "api:my_reposts": "member",
    "api:repost_track": "member",  # who may hear the track: tests/library/test_reposts.py
    "api:take_repost_back": "member",  # one's own, as for likes
    "api:reposts_of_person": "anyone",
    "api:read_history": "member",
    "api:pause_history": "member",
    "api:clear_history": "member",
    "api:recognised": "owner",
    "api:recognise": "member",
    "api:registration": "owner",
    "api:change_registration": "owner",
    "api:where_mine_turned_up": "member",
    "api:my_statistics": "member",
    "api:statistics_of_track": "owner",
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
WORDS = {"words": "I wrote the second verse with her."}
BODY: dict[str, Mapping[str, object]] = {
    "api:raise_objection": {"role": "writer", **WORDS},
    "api:contest_objection": WORDS,
    "api:contest_reach": {"agreement": "b" * 12, **WORDS},
    "api:change_agreement": {"assets": ["recording"], "covers": [{"kind": "catalogue"}], "over": "a" * 64},
    "api:invite_member": {"handle": "cy", "role": "owner"},
    "api:share": {"audience": "public"},
    "api:list_comments": WORDS,  # the same address
    "api:say_something": WORDS,
    "api:ask_about_credit": {"role": "mix", "name": "Cy", "handle": "cy"},
    "api:answer_credit": {"confirms": True},
    "reports:report": {"reason": "spam"},
    "api:make_link": {"name": "x"},
    "api:report_listen": {"position": 1, "heard": 1},
    "audio:listen": {"position": 1, "heard": 1},
    "embed:listen": {"position": 1, "heard": 1},
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


@pytest.fixture(scope="module")
def addresses_once(once: Once) -> dict[str, str]:
    return once.make(everything_of_almas)


@pytest.fixture
def addresses(db: None, addresses_once: dict[str, str]) -> dict[str, str]:
    """Each address, of Alma's things where it is of somebody's: a sketch, its link, her token."""
    return addresses_once


@pytest.fixture
def alma(addresses: dict[str, str]) -> Account:
    return Account.objects.get(username="alma")


def everything_of_almas() -> dict[str, str]:
    alma = person("alma", "Alma Ferreira")
    track = sketch(alma)
    link, (token, _secret) = link_to(track), issue(alma, "hers", None)
    device = Device.objects.create(account=alma, endpoint="https://push.example/1", key="k", secret="s", name="Firefox")
    held = hold_everything(alma, Act.How.PAGE, at=timezone.now())[0]
    now = timezone.now()
    kept, pressed = playlist(alma, track), release(alma, track)
    shore = begin(alma, "North Shore", "collective", now)
    harbour = label(alma, at=now)
    agreement = drafted(harbour, alma, over(CATALOGUE), by=alma, at=now)
    objection = object_to(track, "writer", frozenset(), WORDS["words"], by=person("bea", "Bea"), at=now)
    dispute = contest(objection, WORDS["words"], by=alma, at=now)
    comment = Comment.objects.create(track=track, author=alma, at_seconds=1, words=WORDS["words"])
    match = Match.objects.create(recording=track.recordings.get(), holder=alma, told_at=now)
    own = {
        "comments": (track.key, comment.key),
        "agreements": (track.key, agreement.key),
        "objections": (track.key, objection.key),
        "disputes": (track.key, dispute.key),
        "matches": (track.key, match.key),
        "organisations": (track.slug, harbour.slug),
        "playlists": (track.key, kept.key),
        "albums": (track.key, pressed.key),
        "collectives": (track.slug, shore.slug),
    }
    values: dict[str, object] = {
        "key": track.key,
        "handle": "alma",
        "username": "alma",
        "slug": track.slug,
        "token_id": token.pk,
        "device_id": device.pk,
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
        "act_key": held.key,
        "track_key": track.key,
        "agreement_key": agreement.key,
        "member_id": harbour.memberships.get().pk,
        "digest": "a" * 64,
        "number": first().number,
        "old": 1,
        "new": second().number,
        "rest": "0/000",
        "root": "0" * 64,
        "origin": "0" * 64,
        "reference": "nobody-signed-this",
        "match": match.key,
        "what": "track",
        "report": "a" * 12,
        "appeal": "a" * 12,
        "credit": Credited.objects.create(track=track, account=alma, role="mix", name="Alma").key,
        "places": "tracks",
        "page": 1,
    }
    return Addresses(values, own)


class Addresses(dict[str, str]):
    """The addresses by their names, each made when it is asked for."""

    def __init__(self, values: dict[str, object], own: dict[str, tuple[str, str]]) -> None:
        super().__init__()
        self.values_taken = values
        self.own = own  # what stands for a track's key or slug below these words

    def __missing__(self, name: str) -> str:
        address = address_of(name, self.values_taken)
        word = re.match(r"/(?:api/v1/(?:me/)?|desk/|embed/|share/)?(\w+)/", address)
        former, its_own = self.own.get(word[1] if word else "", ("", ""))
        return address.replace(f"/{former}", f"/{its_own}", 1) if former else address


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


@pytest.mark.parametrize("name", of_kind("staff"))
def test_to_whoever_is_no_staff_the_desk_is_missing(name: str, addresses: dict[str, str], cy: Account) -> None:
    browser = Client()
    browser.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    for method in METHODS:
        assert "/accounts/login/" in getattr(Client(), method)(addresses[name]).headers.get("Location", "")
        assert getattr(browser, method)(addresses[name]).status_code == 404


@pytest.mark.parametrize("name", of_kind("heard"))
def test_a_hidden_track_is_missing_to_everybody_else(name: str, addresses: dict[str, str], cy: Account) -> None:
    browser = Client()
    browser.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    key = addresses["tracks:basics"].rstrip("/").rpartition("/")[2]
    for client in (Client(), browser):
        for method in METHODS:
            body = {"key": key, **BODY.get(name, {})}
            answer = getattr(client, method)(addresses[name], body, content_type="application/json")
            assert answer.status_code in {401, 403, 404, 405}, (method, answer.status_code)


@pytest.mark.parametrize("name", of_kind("anyone", "entrance"))
def test_what_is_for_anyone_asks_nobody_to_sign_in(name: str, addresses: dict[str, str]) -> None:
    answer = Client().get(addresses[name])
    assert answer.status_code in {200, 302, 404, 405, 422}
    if ACCESS[name] == "anyone" and answer.status_code == 302:
        assert answer["Location"].startswith("/terms"), answer["Location"]


@pytest.mark.django_db
def test_the_operators_pages_are_for_operators(alma: Account) -> None:
    browser = Client()
    browser.force_login(alma, backend="django.contrib.auth.backends.ModelBackend")
    for client in (Client(), browser):
        answer = client.get("/operator/")
        assert answer.status_code in {302, 403}
