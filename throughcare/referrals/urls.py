"""Addresses of referrals."""

from django.urls import path

from throughcare.referrals import views

BASE = "patients/<uuid:patient>/referrals/"

urlpatterns = [
    path("establishments/<str:code>/referrals/", views.inbox, name="referral-inbox"),
    path(BASE, views.referrals, name="referrals"),
    path(f"{BASE}new/", views.new_referral, name="new-referral"),
    path(f"{BASE}<uuid:referral>/", views.referral, name="referral"),
    path(f"{BASE}<uuid:referral>/answer/", views.answer, name="answer-referral"),
    path(f"{BASE}<uuid:referral>/attendances/", views.attendances, name="referral-attendances"),
    path(f"{BASE}replies/<uuid:requisition>/", views.reply, name="referral-reply"),
    path(f"{BASE}replies/<uuid:requisition>/slip/", views.reply_slip, name="referral-slip"),
]
