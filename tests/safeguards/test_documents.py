"""The documents that machines look for name no track that is hidden, and say what the artist decided."""

import json
from hashlib import sha256
from html import escape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tenuto.accounts.models import Account
from tenuto.base.signatures import verify
from tenuto.consent.answer import Wish, answer
from tenuto.consent.models import Act
from tenuto.consent.standing import begin_epoch, subject_of
from tenuto.ledger import logs, trust
from tenuto.ledger.book import openings, register
from tenuto.ledger.sequencer import Sequencer
from tenuto.ledger.subjects import Subject
from tenuto.ledger.vault import keys_of
from tenuto.rules.canonical import canonical, digest_words, parsed
from tenuto.rules.cells import cells_of
from tenuto.rules.commitments import salt_of
from tenuto.rules.lines import Refused
from tenuto.rules.openings import MOST_SHOWN_BYTES, opened
from tenuto.rules.proofs import Proof, proven
from tenuto.rules.visibility import Audience
from tenuto.tracks import publish
from tenuto.tracks.models import Track
from tests.architecture.source import ROOT
from tests.audio.sounding import link_to, public, shared, sketch
from tests.consent.answering import NOON, TRAIN, agree, terms
from tests.ledger.writing import the_log, write_uses

FILES = ["/robots.txt", "/ai.txt", "/.well-known/tdmrep.json", "/rsl.xml", "/rsl-held.xml", "/tdm-policy.json"]
SITEMAPS = ["/sitemap.xml", "/sitemap-tracks-1.xml", "/sitemap-people-1.xml"]
OF_THE_SITE = [*FILES, *SITEMAPS, "/machines", "/"]


def test_no_public_document_tells_of_what_is_hidden(client: Client, as_cy: Client, alma: Account) -> None:
    """No key, title, address or secret link of a sketch or of a track for followers stands anywhere."""
    drafts = [sketch(alma, "Unfinished zzyzx"), shared(sketch(alma, "For friends qwxyz"), Audience.FOLLOWERS)]
    links = [link_to(track) for track in drafts]
    shown = public(alma, "Harbour")
    places = [*OF_THE_SITE, *(f"/tracks/{shown.key}/{name}" for name in ("machines", "rsl.xml", "tdm-policy.json"))]
    places += [f"/api/v1/tracks/{shown.key}/permissions", shown.get_absolute_url()]
    hidden = [word for track in drafts for word in (track.key, track.title, track.slug, track.recordings.get().key)]
    hidden += [link.secret for link in links]
    for browser in (client, as_cy):
        for place in places:
            answer = browser.get(place)
            assert answer.status_code == 200
            told = answer.content.decode() + str(answer.headers)
            assert [word for word in hidden if word in told] == [], place


def test_the_site_wide_documents_are_the_same_for_everybody_whatever_there_is(
    client: Client, as_alma: Client, alma: Account
) -> None:
    """Neither who asks nor what was uploaded changes a letter, so nothing can be learned from them."""
    places = FILES
    before = [client.get(place).content for place in places]
    sketch(alma)
    public(alma, "Harbour")
    assert [client.get(place).content for place in places] == before
    assert [as_alma.get(place).content for place in places] == before


@pytest.mark.parametrize("contact", ["", "mailto:rights@music.example", "https://label.example/licences"])
def test_the_operator_says_whom_to_ask(client: Client, alma: Account, settings: object, contact: str) -> None:
    settings.LICENCE_CONTACT = contact  # type: ignore[attr-defined]
    track, expected = public(alma), contact or "http://localhost:8000/machines"
    assert expected in client.get(f"/tracks/{track.key}/rsl.xml").content.decode()
    assigner = client.get(f"/tracks/{track.key}/tdm-policy.json").json()["assigner"]
    assert assigner["vcard:hasEmail" if contact.startswith("mailto:") else "vcard:hasURL"] == expected
    assert client.get(f"/api/v1/tracks/{track.key}/permissions").json()["contact"] == expected


def test_permissions_are_public_whole_and_can_be_checked(client: Client, alma: Account) -> None:
    """Anybody reads every cell of every part, and computes the same digests from what they read."""
    agree(alma, terms())
    track = public(alma, licence="cc-by")
    answer(alma, [track.pk], Wish(allowed=TRAIN.bit), Act.How.PAGE, at=NOON)
    told = client.get(f"/api/v1/tracks/{track.key}/permissions").json()
    assert told["answers"] == {
        "train_generative": False, "train": False, "mine": False, "ai_input": False, "ai_index": False, "search": True,
    }  # fmt: skip
    by_asset = {one["asset"]: one for one in told["policies"]}
    assert set(by_asset) == {"recording", "composition", "lyrics", "artwork", "logo", "image", "metadata"}
    for asset, one in by_asset.items():
        assert one["policy"]["licence"] == "https://creativecommons.org/licenses/by/4.0/"
        assert sum(len(uses) for uses in one["policy"]["cells"].values()) == cells_of(asset).bit_count()
        again = canonical(json.loads(json.dumps(one["policy"])))
        assert one["digest"] == digest_words(sha256(again).digest())
    assert by_asset["recording"]["policy"]["cells"]["organisation"]["train"] == "allowed"
    assert by_asset["artwork"]["policy"]["cells"]["organisation"]["train"] == "held"
    sent = client.get(track.get_absolute_url()).headers
    assert all(sent[name] == value for name, value in told["headers"].items())


def test_one_cell_turned_is_told_at_once(client: Client, alma: Account) -> None:
    """The drill: the next answer of each surface has the new policy, and the old digest is gone."""
    agree(alma, terms())
    track = public(alma)
    answer(alma, [track.pk], Wish(allowed=TRAIN.bit), Act.How.PAGE, at=NOON)
    place = f"/api/v1/tracks/{track.key}/permissions"
    before = client.get(place).json()
    assert before["digest"] in client.get(f"/tracks/{track.key}/machines").content.decode()
    answer(alma, [track.pk], Wish(held=TRAIN.bit), Act.How.PAGE, at=NOON)
    after = client.get(place).json()
    turned = [one["asset"] for one, other in zip(before["policies"], after["policies"], strict=True) if one != other]
    assert turned == ["recording"]
    page = client.get(f"/tracks/{track.key}/machines").content.decode()
    assert after["digest"] in page
    assert before["digest"] not in page


def test_a_page_shows_people_what_machines_are_told(client: Client, as_alma: Client, alma: Account) -> None:
    """Each form with its specification, the very text that is sent; and the way there from the track's pages."""
    track = public(alma, "Harbour & <quay>")
    place = f"/tracks/{track.key}/machines"
    answer = client.get(place)
    page = answer.content.decode()
    for words in ("draft-ietf-aipref-vocab", "RFC 9309", "W3C CG Final Report", "Really Simple Licensing", "ai.txt"):
        assert words in page
    for name in ("Content-Usage", "tdm-reservation", "tdm-policy", "X-Robots-Tag"):
        assert f"{name}: {answer.headers[name]}" in page
    assert page.count("Harbour &amp; &lt;quay&gt;") >= 2
    assert place in client.get(track.get_absolute_url()).content.decode()
    assert place in as_alma.get(f"/studio/{track.key}/permissions").content.decode()


def test_of_a_sketch_its_owner_reads_that_everything_is_denied(as_alma: Client, alma: Account) -> None:
    track = sketch(alma)
    answer = as_alma.get(f"/tracks/{track.key}/machines")
    page = answer.content.decode()
    assert "refused everything" in page
    assert "mark--allowed" not in page
    assert answer.headers["Content-Usage"] == "train-ai=n, search=n"
    assert f"/tracks/{track.key}/rsl.xml" not in page
    for name in ("rsl-held.xml", "tdm-policy.json"):  # what the page shows is what lies there
        found = as_alma.get(f"/{name}")
        text = json.dumps(found.json(), indent=2) if name.endswith(".json") else found.content.decode()
        assert escape(text) in page
    told = as_alma.get(f"/api/v1/tracks/{track.key}/permissions").json()
    assert told["reach"] == "hidden"
    assert not any(told["answers"].values())


def test_what_is_told_of_a_hidden_track_is_kept_by_no_cache(as_alma: Client, alma: Account) -> None:
    """What is public is asked for again each time; of a sketch nobody between Alma and the site keeps a copy."""
    track, shown = sketch(alma), public(alma, "Shown")
    for name in (
        "tracks/{}/machines",
        "tracks/{}/rsl.xml",
        "tracks/{}/tdm-policy.json",
        "api/v1/tracks/{}/permissions",
    ):
        assert as_alma.get("/" + name.format(track.key)).headers["Cache-Control"] == "private, no-store"
        assert as_alma.get("/" + name.format(shown.key)).headers["Cache-Control"] == "no-cache"


def test_addresses_are_the_sites_own_whatever_host_is_asked_for(client: Client, alma: Account) -> None:
    """A forged Host header gets into no document."""
    track = public(alma)
    for place in (*FILES, f"/tracks/{track.key}/rsl.xml", f"/tracks/{track.key}/tdm-policy.json"):
        answer = client.get(place, headers={"Host": "evil.example"})
        assert "evil" not in answer.content.decode() + str(answer.headers)


def test_a_page_of_what_is_told_asks_no_more_however_much_was_said(
    client: Client, alma: Account, django_assert_max_num_queries: object
) -> None:
    agree(alma, terms())
    track = public(alma)
    place = f"/tracks/{track.key}/machines"
    client.get(place)
    with django_assert_max_num_queries(30) as few:  # type: ignore[operator]
        client.get(place)
    for held in (False, True) * 4:
        wish = Wish(held=TRAIN.bit) if held else Wish(allowed=TRAIN.bit)
        answer(alma, [track.pk], wish, Act.How.PAGE, at=NOON)
    with django_assert_max_num_queries(len(few)):  # type: ignore[operator]
        client.get(place)


def test_nginx_is_told_to_pass_on_every_header_that_machines_are_told(client: Client, db: None) -> None:
    """With X-Accel-Redirect nginx drops what it is not told to keep."""
    sample = (ROOT / "deploy/nginx-x-accel.conf").read_text(encoding="utf-8")
    for name in ("Content-Usage", "tdm-reservation", "tdm-policy", "X-Robots-Tag", "Link"):
        assert name in client.get("/").headers
        assert f"add_header {name} $upstream_http_{name.lower().replace('-', '_')} always;" in sample


def test_the_last_entry_of_the_log_is_proved_to_the_artist_and_opened_to_nobody_else(
    client: Client, as_alma: Client, alma: Account
) -> None:
    """Your own call brings a file that checks against the log; a stranger's says only where the log is."""
    track = public(alma)
    subject = Subject("recording", track.pk)
    logs.open_log()
    write_uses(3, subject)
    Sequencer().step()
    place = f"/api/v1/tracks/{track.key}/permissions"
    stranger, own = (browser.get(place).json()["log"] for browser in (client, as_alma))
    assert stranger == {**own, "entry": None, "proof": None}
    assert stranger["standing"] is None  # nothing is mapped
    assert client.get(stranger["checkpoint"]).status_code == client.get(stranger["page"]).status_code == 200
    proof = Proof.parse(own["proof"].encode())
    opening = opened(proof.extra or b"", keys_of([subject])[subject])
    proven(proof, opening.entry, trust.published(the_log()), verify)
    assert opening.record["n"] == 2
    assert proof.index == own["entry"]


@pytest.fixture
def mapped(alma: Account) -> Track:
    """A public track in which a use is allowed, as the log's map has it."""
    agree(alma, terms())
    track = public(alma)
    logs.open_log()
    with transaction.atomic():
        register([subject_of(track.pk)])
    answer(alma, [track.pk], Wish(allowed=TRAIN.bit), Act.How.PAGE, at=NOON)
    mapped_now()
    return track


def mapped_now() -> None:
    begin_epoch(timezone.now())
    Sequencer().step()


def standing(browser: Client, track: Track) -> Any:
    return browser.get(f"/api/v1/tracks/{track.key}/permissions").json()["log"]["standing"]


def test_everybody_can_check_the_policy_against_the_log(client: Client, mapped: Track) -> None:
    """The log's own root shows that exactly these cells are open in the track, and no other words fit beside it."""
    told = client.get(f"/api/v1/tracks/{mapped.key}/permissions").json()
    shown = told["log"]["standing"]
    proof = Proof.parse(shown["proof"].encode())
    opening = opened(proof.extra or b"")
    proven(proof, opening.entry, trust.published(the_log()), verify)
    assert opening.record["epoch"] == shown["epoch"]
    assert opening.open == tuple(shown["open"])
    allowed = {
        f"{policy['asset']}/{purpose}/{use}"
        for policy in told["policies"]
        for purpose, uses in policy["policy"]["cells"].items()
        for use, word in uses.items()
        if word == "allowed"
    }
    assert str(TRAIN) in allowed
    assert allowed == {name for name in shown["open"] if not name.startswith("listening/")}
    said = parsed(proof.extra or b"", MOST_SHOWN_BYTES)
    for words in ([], ["everything"], [*shown["open"], "lyrics"]):
        with pytest.raises(Refused):
            opened(canonical({**said, "open": words}, MOST_SHOWN_BYTES))


def test_the_log_s_word_is_shown_only_where_it_is_the_policy_s(client: Client, alma: Account, mapped: Track) -> None:
    """Between your change of mind and the next epoch there is no proof, rather than one of what you no longer say."""
    before = standing(client, mapped)
    answer(alma, [mapped.pk], Wish(held=TRAIN.bit), Act.How.PAGE, at=timezone.now())
    assert standing(client, mapped) is None
    mapped_now()
    after = standing(client, mapped)
    assert after["epoch"] == before["epoch"] + 1
    assert str(TRAIN) not in after["open"]


def test_no_key_is_in_what_everybody_is_shown_and_a_hidden_track_shows_nothing(
    client: Client, as_alma: Client, alma: Account, mapped: Track
) -> None:
    [key] = keys_of([subject_of(mapped.pk)]).values()
    shown = standing(client, mapped)
    extra = (Proof.parse(shown["proof"].encode()).extra or b"").decode()
    assert key.hex() not in extra
    salts = {salt_of(key, each.nonce).hex() for each in openings([subject_of(mapped.pk)])}
    assert not any(salt in extra for salt in salts)
    publish.withdraw_to_sketchbook(mapped, alma, timezone.now())
    assert standing(as_alma, mapped) is None


def test_no_proof_is_handed_out_that_does_not_hold(
    client: Client, alma: Account, mapped: Track, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a track that was mapped in another form there is none until it is mapped anew."""
    with monkeypatch.context() as former:
        former.setattr("tenuto.consent.standing.map_value", lambda key, state: sha256(key + state).digest())
        answer(alma, [mapped.pk], Wish(held=TRAIN.bit), Act.How.PAGE, at=timezone.now())
        mapped_now()
    assert standing(client, mapped) is None
    answer(alma, [mapped.pk], Wish(allowed=TRAIN.bit), Act.How.PAGE, at=timezone.now())
    mapped_now()
    assert standing(client, mapped) is not None
