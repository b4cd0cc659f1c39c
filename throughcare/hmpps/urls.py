"""Pages of the feed."""

from django.urls import path

from throughcare.hmpps import views

urlpatterns = [path("feed/", views.feed, name="feed")]
