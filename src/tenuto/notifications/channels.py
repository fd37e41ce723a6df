"""The ways in which people are told."""

from enum import StrEnum


class Channel(StrEnum):
    PAGE = "page"  # /notifications
    MAIL = "mail"  # in the digest
    PUSH = "push"  # to their browsers, at once
