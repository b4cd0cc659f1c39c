"""The first person of a real installation: somebody has to be there before two people can let a third one in."""

from __future__ import annotations

import secrets

from throughcare.config.commands.problem import Problem

WORDS = 4  # groups of five letters: 92 bits
LETTERS = "abcdefghjkmnpqrstuvwxyz"


def add(*, username: str, name: str, establishment: str, role: str, organisation: str) -> int:
    """Give somebody a role and print a password for the first sign-in, which leads straight to a second factor."""
    from throughcare.access import actions
    from throughcare.access.acting import Actor, acting
    from throughcare.access.models import User
    from throughcare.core import clock
    from throughcare.places.models import Establishment

    if not Establishment.objects.filter(code=establishment).exists():
        raise Problem(f"There is no establishment {establishment}. Give its code, such as LEI.")
    if User.objects.filter(username=username.casefold()).exists():
        raise Problem(f"{username} is there already. Colleagues let somebody back in on the Staff page.")
    today, password = clock.prison_day(clock.now()), _password()
    with acting(Actor("system:staff command", "Throughcare (staff command)", purpose="set up")) as system:
        try:
            held = actions.add_staff(username=username, name=name, organisation=organisation, establishment=establishment,
                                     role=role, since=today, by=system.id)  # fmt: skip
        except actions.NoSuchRole as refusal:
            raise Problem(str(refusal)) from refusal
        held.user.set_password(password)
        held.user.save(update_fields=["password"])
    print(f"{name} may sign in as {username.casefold()} with: {password}\nHand it over in person; it is not shown again.")
    return 0


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(WORDS))
