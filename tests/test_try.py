import time
from tests import scenes
from throughcare.demo import people
from throughcare.access.acting import acting
from throughcare.instruments.models import Score, Answer
from throughcare.pathways.models import Task, ClockStart
from throughcare.record.models import *

def test_try(house):
    t=time.time(); p=scenes.screened(people.JOE, house.nurse); print("screened", time.time()-t)
    with acting(house.nurse):
        print(Score.objects.count(), list(Score.objects.values_list("instrument","total")), Answer.objects.count(), Task.objects.count(), ClockStart.objects.count(), AllergyIntolerance.objects.count(), Observation.objects.count())
    t=time.time(); scenes.crowd(5); print("crowd 5", time.time()-t)
    t=time.time(); scenes.received(scenes.OMAR, prison="MDI"); print(time.time()-t)

def test_page(house, client):
    p=scenes.screened(people.JOE, house.nurse)
    c=house.sign_in(client,"LEI reception_nurse")
    for u in ["/", "/today/", "/search/?q=khan", "/establishments/LEI/arrivals/", f"/patients/{p.id}/", f"/patients/{p.id}/first-night/", f"/patients/{p.id}/first-night/advice/slip/","/feed/", "/nothing/"]:
        t=time.time(); r=c.get(u); print(u, r.status_code, len(r.content), time.time()-t)
