import time
from throughcare.demo import people
def test_first(asha):
    asha.opens_arrivals().presses("Demo: the van arrives")
    screen = asha.screens(people.LIAM)
    ids=[q["id"] for q in screen._open(False) if q["kind"]=="radios"]
    print(len(ids))
    asha.page.set_default_timeout(3000)
    def lap(f,n,code):
        t=time.time()
        for i in ids[n:n+8]:
            f(screen.item(i).locator(f'input[value="{code}"]'))
        print(round((time.time()-t)/8,3))
        t=time.time(); screen.is_saved(); print("saved", round(time.time()-t,2))
    lap(lambda l:l.check(),0,"no")
    lap(lambda l:l.click(force=True),8,"no")
    lap(lambda l:l.check(),16,"no")
    lap(lambda l:l.click(force=True),0,"unable")
