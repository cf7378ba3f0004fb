from tests.privacy.test_catalogue import PAIR_TABLES
from tests.world import inside, sql


def test_x(north, secret):
    pair, p, c = secret
    for who in (p,c):
        with inside(north, who):
            f=open("/tmp/chx/out_%s"%(who.name),"w")
            for t in PAIR_TABLES:
                f.write(f"{t} {sql('SELECT count(*) FROM '+t)[0][0]}\n")
