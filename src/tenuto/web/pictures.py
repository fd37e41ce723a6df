"""Answers that are pictures: cached for ever where the address names the content, else checked again."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from tenuto.base import pictures
from tenuto.base.errors import NotFound
from tenuto.base.models import Blob
from tenuto.base.pictures import Crop, Sized
from tenuto.rules.xmp import with_packet

SVG = "image/svg+xml"


def picture_answer(
    request: HttpRequest,
    blob: Blob | None,
    size: int,
    crop: Crop,
    instead: bytes,
    *,
    public: bool,
    packet: bytes = b"",
) -> HttpResponseBase:
    """The picture in one of its sizes, or `instead`, a drawing in SVG, where there is none.

    `packet`: what the picture itself is to say, as XMP.
    """
    if size not in pictures.SIZES:
        raise NotFound(f"no picture is {size} wide")
    shown = pictures.sized(blob, size, crop) if blob is not None else drawing(instead)
    if packet and shown.mime != SVG:
        shown = Sized(with_packet(shown.data, packet), shown.mime, f'{shown.etag[:-1]}-{mark(packet)}"')
    response = get_conditional_response(request, etag=shown.etag) or HttpResponse(shown.data, content_type=shown.mime)
    response.headers["ETag"] = shown.etag
    # Looked at by itself, a picture may do nothing at all.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if not public:
        response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie"])
    elif request.GET.get("v") == (blob.digest[:12] if blob is not None else mark(instead)):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, no-cache"  # may be kept, but not shown unasked
    return response


def drawing(svg: bytes) -> Sized:
    return Sized(svg, SVG, f'"{mark(svg)}"')


def mark(content: bytes) -> str:
    """What tells one drawing from another in an address."""
    return sha256(content).hexdigest()[:12]
