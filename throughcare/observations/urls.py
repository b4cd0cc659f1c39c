"""Addresses of planned observations."""

from django.urls import path

from throughcare.observations import views

BASE = "patients/<uuid:patient>/observations/"

urlpatterns = [
    path(BASE, views.observations, name="observations"),
    path(f"{BASE}<uuid:plan>/end/", views.end, name="end-observations"),
    path(f"{BASE}<uuid:plan>/missed/", views.missed, name="missed-observations"),
]
