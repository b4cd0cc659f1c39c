"""What the prison lists of a man beside his movements, in one line each: alerts, dates, whom to keep apart. Real actions."""

from uuid import NAMESPACE_OID, uuid5

from throughcare.core import clock
from throughcare.custody import actions as custody
from throughcare.custody.actions import ToldAlert, ToldApart, ToldDate
from throughcare.custody.tests.told import fed, prisoner


def alert(code, *, key="", **more):
    """One alert as the prison lists it; its key is that of the code, unless another is given."""
    return ToldAlert(uuid=uuid5(NAMESPACE_OID, key or code), code=code, type=code[0], **more)


def alerts(man, *listed, whole=True, at=None):
    """The prison's list of alerts, each a code or an `alert`; how many codes went on or off."""
    told = [one if isinstance(one, ToldAlert) else alert(one) for one in listed]
    with fed() as feed:
        return custody.take_alerts(
            prisoner=prisoner(man), alerts=told, at=at or clock.now(), by=feed.id, establishment="LEI", whole=whole
        )


def dates(man, *listed):
    """Its list of dates: source, kind, how sure, the day, and how far it is trusted where that is said."""
    told = [
        ToldDate(source=source, kind=kind, certainty=certainty, date=day, trust=trust[0] if trust else 1)
        for source, kind, certainty, day, *trust in listed
    ]
    with fed() as feed:
        return custody.take_key_dates(prisoner=prisoner(man), dates=told, at=clock.now(), by=feed.id, establishment="LEI")


def apart(man, *listed):
    """Its list of people to keep apart: reference, from whom, how far, and whether it is open where that is said."""
    told = [
        ToldApart(reference=reference, other_number=other.prison_number, restriction=far, open=still[0] if still else True)
        for reference, other, far, *still in listed
    ]
    with fed() as feed:
        return custody.take_non_associations(prisoner=prisoner(man), apart=told, at=clock.now(), by=feed.id, establishment="LEI")
