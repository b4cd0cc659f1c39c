"""Signing in and out, one's own account, and who works at an establishment.

Names with an underscore are django-allauth's own, which it looks up. Of its addresses only these are here: nobody signs
up, and there is no e-mail.
"""

from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.socialaccount.views import login_cancelled, login_error
from django.conf import settings
from django.urls import path

from throughcare.access.own import library
from throughcare.access.sight import shows
from throughcare.access.views import account, door, first, screen, staff

urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-in/password/", door.sign_in, name="account_login"),
    path("sign-in/code/", account.second_factor, name="mfa_authenticate"),
    path("sign-in/passkey/", door.passkey, name="mfa_login_webauthn"),
    path("sign-in/pin/", door.by_pin, name="sign-in-by-pin"),
    path("sign-in/role/", door.role, name="sign-in-role"),
    path("sign-in/first/", first.code, name="one-time-code"),
    path("sign-in/first/you/", first.first_sign_in, name="first-sign-in"),
    path("sign-in/locked/", screen.locked, name="locked"),
    path("sign-in/unlock/", screen.unlock, name="unlock"),
    path("sign-in/touch/", screen.touch, name="touch"),
    path("sign-in/switch/", door.switch, name="switch-user"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("sign-out/", door.sign_out, name="account_logout"),
    path("account/", account.index, name="mfa_index"),
    path("account/pin/", account.pin, name="account-pin"),
    path("account/password/", account.change_password, name="account_change_password"),
    path("account/app/", account.activate_totp, name="mfa_activate_totp"),
    path("account/app/remove/", account.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", account.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", account.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/passkeys/", account.passkeys, name="mfa_list_webauthn"),
    path("account/passkeys/new/", account.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", account.remove_passkey, name="mfa_remove_webauthn"),
    path("account/proof/password/", account.prove_by_password, name="account_reauthenticate"),
    path("account/proof/code/", account.prove_by_code, name="mfa_reauthenticate"),
    path("account/proof/passkey/", account.prove_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("establishments/<str:code>/staff/", staff.staff, name="staff"),
    path("establishments/<str:code>/staff/invitations/<uuid:invitation>/confirmation/", staff.confirm, name="staff-confirm"),
    path("establishments/<str:code>/staff/invitations/<uuid:invitation>/cancellation/", staff.cancel, name="staff-cancel"),
    path("establishments/<str:code>/staff/members/<uuid:membership>/end/", staff.end, name="staff-end"),
    path("establishments/<str:code>/staff/members/<uuid:membership>/new-code/", staff.let_back_in, name="staff-new-code"),
]

if settings.OIDC["server"]:
    urlpatterns += [
        path("sign-in/with/<str:provider_id>/", shows("public")(library(openid.login)), name="openid_connect_login"),
        path("sign-in/with/<str:provider_id>/back/", shows("public")(library(openid.callback)), name="openid_connect_callback"),
        path("sign-in/with/cancelled/", shows("public")(library(login_cancelled)), name="socialaccount_login_cancelled"),
        path("sign-in/with/error/", shows("public")(library(login_error)), name="socialaccount_login_error"),
    ]
