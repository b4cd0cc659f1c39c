"""Addresses of inspection packs."""

from django.urls import path

from throughcare.reporting import views

urlpatterns = [
    path("establishments/<str:code>/packs/", views.packs, name="packs"),
    path("establishments/<str:code>/packs/approvals/", views.approvals, name="pack-approvals"),
    path("establishments/<str:code>/packs/about/<uuid:patient>/", views.ask, name="ask-for-pack"),
    path("establishments/<str:code>/packs/<uuid:pack>/", views.pack, name="pack"),
    path("establishments/<str:code>/packs/<uuid:pack>/building/", views.again, name="build-pack-again"),
    path("establishments/<str:code>/packs/<uuid:pack>/file/", views.file, name="pack-file"),
    path("establishments/<str:code>/packs/<uuid:pack>/approval/", views.approval, name="pack-approval"),
]
