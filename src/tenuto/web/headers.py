"""The headers that keep a page to itself: no other host, no framing, no guessing of types."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def policy(framed_by: str = "'none'") -> str:
    """Everything comes from here, and only those named may put it into a frame.

    `data:` pictures are small glyphs in style sheets; `blob:` is a picture chosen for upload.
    """
    return "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {framed_by}",
        ]
    )


POLICY = policy()


class SecurityHeaders:
    """Adds the policy to every answer that does not bring its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response
