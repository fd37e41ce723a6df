from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tenuto.tracks.models import Publication, Recording, SecretLink, Track
from tenuto.tracks.publish import take_down
from tenuto.tracks.studio import member


class ReadOnly:
    """What operators look at but do not make: rows that come with files and events of their own."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class Recordings(ReadOnly, admin.TabularInline[Recording, Track]):
    model = Recording
    fields = ["filename", "stage", "current", "refusal", "warning", "arrived_at", "seconds"]
    extra = 0


@admin.register(Track)
class Tracks(ReadOnly, admin.ModelAdmin[Track]):
    """Secrets of links are not shown here: an operator needs to know that there are some, not what they open."""

    list_display = ["title", "owner", "key", "play_count", "created_at"]
    search_fields = ["title", "key", "owner__username"]
    list_select_related = ["owner"]
    show_full_result_count = False
    exclude = ["countries"]
    inlines = [Recordings]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request)

    def delete_model(self, request: HttpRequest, obj: Track) -> None:
        take_down(obj, by=member(request), at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Track]) -> None:
        for track in queryset:
            take_down(track, by=member(request), at=timezone.now())


@admin.register(Publication)
class Publications(ReadOnly, admin.ModelAdmin[Publication]):
    list_display = ["track", "audience", "starts_at", "audible", "by"]
    list_filter = ["audience", "audible"]
    list_select_related = ["track", "by"]
    search_fields = ["track__title", "track__key"]


@admin.register(SecretLink)
class SecretLinks(ReadOnly, admin.ModelAdmin[SecretLink]):
    list_display = ["name", "track", "created_at", "expires_at", "revoked_at"]
    list_select_related = ["track"]
    exclude = ["secret"]
    search_fields = ["name", "track__key"]
