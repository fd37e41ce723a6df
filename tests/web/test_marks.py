from hypothesis import given
from hypothesis import strategies as st

from tenuto.web.templatetags.marks import clock, face, paragraphs, peaks, span


def test_lengths_read_as_on_a_record() -> None:
    assert [clock(seconds) for seconds in (0, 59.6, 292, 3892, None)] == ["0:00", "1:00", "4:52", "1:04:52", "0:00"]
    assert span(3892) == "PT1H4M52S"


def test_words_become_paragraphs_and_addresses_become_links() -> None:
    made = paragraphs("One\nline.\r\n\r\nSee https://example.org/a?b=1&c=2, or (http://example.net/x).")
    assert made == (
        "<p>One<br>line.</p><p>See "
        '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener noreferrer">'
        "https://example.org/a?b=1&amp;c=2</a>, or ("
        '<a href="http://example.net/x" rel="nofollow ugc noopener noreferrer">http://example.net/x</a>).</p>'
    )


def test_no_other_scheme_becomes_a_link() -> None:
    assert "<a" not in paragraphs("https://example.org@example.net/ http://user:word@example.net")
    assert 'href="https://example.org/@alma"' in paragraphs("https://example.org/@alma")
    turned = paragraphs("https://example.org/\u202egro.elpmaxe//:sptth")
    assert 'href="https://example.org/"' in turned, "an address ends where reading turns"
    assert "<a" not in paragraphs("javascript:alert(1) data:text/html,x ftp://example.org file:///etc/passwd")


@given(st.text() | st.text(alphabet="<>\"'&/: htps\n.javscript()=").map(lambda text: f"https://{text}"))
def test_nothing_that_people_write_becomes_markup(text: str) -> None:
    made = str(paragraphs(text))
    for ours in ("<p>", "</p>", "<br>", "</a>"):
        made = made.replace(ours, "")
    for part in made.split("<a href=")[1:]:
        address, _, _ = part[1:].partition('"')
        assert address.lower().startswith(("https://", "http://"))
        made = made.replace(f'<a href="{address}" rel="nofollow ugc noopener noreferrer">', "")
    assert "<" not in made
    assert ">" not in made


def test_somebody_without_a_picture_has_a_letter() -> None:
    assert (face("alma"), face("¿Ünal?"), face("…")) == ("A", "Ü", "?")


def test_a_waveform_travels_as_text() -> None:
    assert peaks(bytes([0, 255])) == peaks(memoryview(bytes([0, 255]))) == "AP8="
    assert peaks(None) == ""
