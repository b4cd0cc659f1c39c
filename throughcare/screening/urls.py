"""Addresses of the first-night screen."""

from django.urls import path

from throughcare.screening import views

BASE = "patients/<uuid:patient>/first-night/"

urlpatterns = [
    path(BASE, views.first_night, name="first-night"),
    path(f"{BASE}answers/", views.answers, name="first-night-answers"),
    path(f"{BASE}steps/", views.steps, name="first-night-steps"),
    path(f"{BASE}stops/<slug:alert>/", views.stop, name="first-night-stop"),
    path(f"{BASE}warnings/", views.warnings, name="first-night-warnings"),
    path(f"{BASE}observed/", views.observed, name="first-night-observed"),
    path(f"{BASE}advice/", views.advice, name="location-advice"),
    path(f"{BASE}advice/slip/", views.officer_slip, name="officer-slip"),
    path(f"{BASE}tomorrow/", views.tomorrow_slip, name="tomorrow-slip"),
    path("patients/<uuid:patient>/screens/<uuid:screen>/", views.screen_answers, name="screen-answers"),
]
