"""Every address of the house."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from throughcare.config import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("throughcare.access.urls")),
    path("", include("throughcare.chart.urls")),
    path("", include("throughcare.screening.urls")),
    path("", include("throughcare.referrals.urls")),
    path("", include("throughcare.observations.urls")),
    path("", include("throughcare.hmpps.urls")),
    path("", include("throughcare.reporting.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("throughcare.demo.urls")))

handler400 = "throughcare.access.middleware.bad_request"
handler404 = "throughcare.access.middleware.not_found"
handler500 = "throughcare.access.middleware.server_error"
