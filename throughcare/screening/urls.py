"""Addresses of visits; the first night of the latest arrival has its own."""

from django.urls import path

from throughcare.screening import views

BASE = "patients/<uuid:patient>/first-night/"
VISITS = "patients/<uuid:patient>/visits/"
VISIT = f"{VISITS}<uuid:screen>/"

urlpatterns = [
    path(BASE, views.visit, name="first-night"),
    path(f"{BASE}answers/", views.answers, name="first-night-answers"),
    path(f"{BASE}steps/", views.steps, name="first-night-steps"),
    path(f"{BASE}stops/<slug:alert>/", views.stop, name="first-night-stop"),
    path(f"{BASE}warnings/", views.warnings, name="first-night-warnings"),
    path(f"{BASE}observed/", views.observed, name="first-night-observed"),
    path(f"{BASE}advice/", views.advice, name="location-advice"),
    path(f"{BASE}advice/slip/", views.officer_slip, name="officer-slip"),
    path(f"{BASE}tomorrow/", views.tomorrow_slip, name="tomorrow-slip"),
    path(VISITS, views.visits, name="visits"),
    path(VISIT, views.visit, name="visit"),
    path(f"{VISIT}answers/", views.answers, name="visit-answers"),
    path(f"{VISIT}steps/", views.steps, name="visit-steps"),
    path(f"{VISIT}stops/<slug:alert>/", views.stop, name="visit-stop"),
    path("patients/<uuid:patient>/screens/<uuid:screen>/", views.screen_answers, name="screen-answers"),
]
