"""The demo's own buttons; these addresses exist only where THROUGHCARE_DEMO is set."""

from django.urls import path

from throughcare.demo import views

urlpatterns = [path("van/", views.van, name="demo-van")]
