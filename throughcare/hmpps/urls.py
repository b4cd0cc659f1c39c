"""Pages of the feed, and the door for its messages."""

from django.urls import path

from throughcare.hmpps import views

urlpatterns = [
    path("feed/", views.feed, name="feed"),
    path("establishments/<str:code>/roll/", views.roll, name="roll"),
    path("establishments/<str:code>/roll/<uuid:difference>/", views.answer_roll, name="roll-answer"),
    path("hmpps/events/", views.events, name="hmpps-events"),
]
