from django.urls import URLPattern, URLResolver, path

from tenuto.agreements import agreement_pages, desk, draft_pages, objection_pages, organisation_pages, signing_pages

app_name = "agreements"
urlpatterns: list[URLPattern | URLResolver] = [
    # organisations
    path("organisations", organisation_pages.OrganisationsView.as_view(), name="organisations"),
    path("organisations/<slug:slug>", organisation_pages.OrganisationView.as_view(), name="organisation"),
    path("organisations/<slug:slug>/members", organisation_pages.InvitationsView.as_view(), name="members"),
    path("organisations/<slug:slug>/membership", organisation_pages.MembershipView.as_view(), name="membership"),
    path(
        "organisations/<slug:slug>/members/<int:member_id>/ended",
        organisation_pages.EndedMembershipView.as_view(),
        name="ended-membership",
    ),
    path("organisations/<slug:slug>/agreements/new", draft_pages.NewDraftView.as_view(), name="new-draft"),
    # agreements
    path("agreements", agreement_pages.AgreementsView.as_view(), name="agreements"),
    path("agreements/<slug:key>", agreement_pages.AgreementView.as_view(), name="agreement"),
    path("agreements/<slug:key>/draft", draft_pages.DraftView.as_view(), name="draft"),
    path("agreements/<slug:key>/refusal", agreement_pages.RefusalView.as_view(), name="refusal"),
    path("agreements/<slug:key>/signature", signing_pages.SignView.as_view(), name="sign"),
    path("agreements/<slug:key>/ending", signing_pages.EndView.as_view(), name="end"),
    path("agreements/<slug:key>/wordings/<int:number>.json", agreement_pages.WordingView.as_view(), name="wording"),
    path("agreements/<slug:key>/documents", agreement_pages.DocumentsView.as_view(), name="documents"),
    path("agreements/<slug:key>/documents/<slug:digest>", agreement_pages.DocumentView.as_view(), name="document"),
    # objections and disputes
    path("tracks/<slug:key>/objection", objection_pages.ObjectView.as_view(), name="object"),
    path("objections", objection_pages.ObjectionsView.as_view(), name="objections"),
    path("objections/<slug:key>", objection_pages.ObjectionView.as_view(), name="objection"),
    path("objections/<slug:key>/withdrawal", objection_pages.WithdrawalView.as_view(), name="withdrawal"),
    path("objections/<slug:key>/acceptance", objection_pages.AcceptanceView.as_view(), name="acceptance"),
    path("objections/<slug:key>/dispute", objection_pages.ContestView.as_view(), name="contest"),
    path(
        "studio/<slug:key>/agreements/<slug:agreement_key>/dispute",
        objection_pages.ContestAgreementView.as_view(),
        name="contest-agreement",
    ),
    path("disputes/<slug:key>", objection_pages.DisputeView.as_view(), name="dispute"),
    path("disputes/<slug:key>/resolution", objection_pages.ResolutionView.as_view(), name="resolution"),
    # staff
    path("desk", desk.DeskView.as_view(), name="desk"),
    path("desk/organisations", desk.DeskOrganisationsView.as_view(), name="desk-organisations"),
    path("desk/organisations/<slug:slug>", desk.DeskOrganisationView.as_view(), name="desk-organisation"),
    path("desk/organisations/<slug:slug>/owner", desk.DeskOwnerView.as_view(), name="desk-owner"),
]
