"""Addresses about proving who one is. Names without a prefix."""

from __future__ import annotations

from django.urls import path

from rollout.identity.views import address, factors, sheet, steps

on_sign_in_host = [
    path("sign-in/sheet/", sheet.SheetSignIn.as_view(), name="sign-in-sheet"),
    path("sheet/", sheet.Sheet.as_view(), name="sheet"),
    path("sign-in/second-step/", steps.SignInStep.as_view(), name="mfa_authenticate"),
    path("second-step/", steps.StepUp.as_view(), name="second-step"),
    path("prove/", steps.Prove.as_view(), name="prove"),
    path("email/", address.Address.as_view(), name="address"),
    path("email/change/", address.AddressChange.as_view(), name="address-change"),
    path("email/code/", address.AddressCode.as_view(), name="address-code"),
    path("email/stop/", address.AddressStop.as_view(), name="address-stop"),
    path("factors/", factors.Factors.as_view(), name="factors"),
    path("factors/app/", factors.AddApp.as_view(), name="factor-app"),
    path("factors/passkey/", factors.AddPasskey.as_view(), name="factor-passkey"),
    path("factors/keep/", factors.KeepFactors.as_view(), name="factors-keep"),
    path("factors/codes/", factors.RecoveryCodes.as_view(), name="factor-codes"),
    path("factors/<int:pk>/rename/", factors.RenamePasskey.as_view(), name="factor-rename"),
    path("factors/<int:pk>/remove/", factors.RemoveFactor.as_view(), name="factor-remove"),
]

on_organisation_hosts = [
    path("sheet/", sheet.Sheet.as_view(sign_in_path="/enter/start/"), name="sheet"),
]
