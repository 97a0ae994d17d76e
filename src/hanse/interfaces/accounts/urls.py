"""Addresses of signing in and of accounts: every door of allauth that is open is named here."""

from allauth.account import views as theirs
from allauth.urls import build_provider_urlpatterns
from allauth.usersessions import views as sessions
from django.urls import URLPattern, URLResolver, include, path

from hanse.interfaces.accounts import applying, entering, leaving, mine, staff

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", entering.sign_in, name="sign-in"),
    path("sign-in/code/", entering.ask, name="account-code"),
    path("sign-in/code/check/", entering.check, name="account-code-check"),
    path("sign-up/", entering.join, name="sign-up"),
    path("invitations/<str:token>/", staff.invitation, name="invitation"),
    path("business/", applying.business, name="business"),
    path("business/<slug:kind>/", applying.begin, name="apply"),
    path("business/applications/<str:code>/", applying.application, name="application"),
    path("business/applications/<str:code>/withdraw/", applying.take_back, name="application-withdraw"),
    path("business/applications/<str:code>/enter/", applying.enter, name="application-enter"),
    path("papers/<str:code>/", applying.paper, name="paper"),
    path("account/", mine.account, name="account"),
    path("account/password/", mine.password, name="account-password"),
    path("account/name/", mine.name, name="account-name"),
    path("account/again/", mine.again, name="account-again"),
    path("account/check/", mine.check, name="account-check"),
    path("account/data/", leaving.data, name="account-data"),
    path("account/close/", leaving.leave, name="account-close"),
    path("account/closed/", leaving.left, name="left"),
    path("account/staff/", staff.staff, name="account-staff"),
    path("account/staff/revoke/", staff.revoke, name="account-staff-revoke"),
    path("account/confirm/", theirs.reauthenticate, name="account_reauthenticate"),
    path("account/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("account/leave/", theirs.logout, name="account_logout"),
    path("account/steps/", include("allauth.mfa.urls")),
    path("account/sites/", include("allauth.socialaccount.urls")),
    # By these names allauth's pages lead to ours.
    path("sign-in/", entering.sign_in, name="account_login"),
    path("sign-in/code/", entering.ask, name="account_signup"),
    path("sign-in/code/", entering.ask, name="account_reset_password"),
    path("account/", mine.account, name="account_email"),
    path("account/password/", mine.password, name="account_change_password"),
    path("account/password/", mine.password, name="account_set_password"),
    *build_provider_urlpatterns(),
]
