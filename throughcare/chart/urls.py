"""Addresses of pages about people."""

from django.urls import path

from throughcare.chart import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today_page, name="today"),
    path("search/", views.search_page, name="search"),
    path("establishments/<str:code>/arrivals/", views.arrivals, name="arrivals"),
    path("establishments/<str:code>/arrivals/unbooked/", views.unbooked, name="unbooked"),
    path("establishments/<str:code>/bookings/<uuid:prisoner>/", views.match, name="match"),
    path("patients/<uuid:patient>/", views.patient_page, name="patient"),
    path("patients/<uuid:patient>/encounters/new/", views.new_encounter, name="new-encounter"),
    path("patients/<uuid:patient>/nhs-number/", views.nhs_number, name="nhs-number"),
]
