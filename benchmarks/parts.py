"""The parts of a run. In each, the slices of those who are compared take turns."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Self

from benchmarks import ground
from benchmarks.change.releases import write_release
from benchmarks.process import Project, timed
from benchmarks.table import Row, at_most, faster, seconds
from rollout.organisations.provisioning import TEMPLATE

ROOT = Path(__file__).resolve().parents[1]
WARM = 3
DUMP_SECONDS = 60


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    name: str
    present: int
    migrated: int
    stock_migrated: int
    pretended: tuple[int, int]
    few: int
    slices: int
    requests: int
    rotation: int
    memory: int
    pairs: int


SIZES = {
    "small": Size("small", 100, 60, 3, (20, 400), 3, 15, 100, 100, 100, 2_000),
    "full": Size("full", 1000, 500, 50, (100, 2000), 9, 60, 100, 100, 500, 20_000),
}


class Bench:
    """The three projects, and how many organisations each of them has."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.release = 1
        self.ours = Project("ours", ground.OURS)
        self.stock = Project("stock", ground.STOCK)
        self.count = 0
        self.next = 100_000

    def __enter__(self) -> Self:
        self.ours.do("ours.migrate")
        self.ours.end()
        for name, count in zip((ground.FEW, ground.MANY), self.size.pretended, strict=True):
            ground.copy(name)
            project = Project("ours", name)
            project.do("ours.pretend", count)
            project.end()
        self.ours = Project("ours", ground.OURS)
        self.stock.do("stocks.prepare")
        return self

    def __exit__(self, *_: object) -> None:
        self.ours.end()
        self.stock.end()

    def number(self) -> int:
        """One that nobody has had."""
        self.next += 1
        return self.next

    def fill(self, count: int) -> None:
        """Until so many organisations are present, on both sides."""
        if count > self.count:
            self.ours.do("ours.fill", self.count, count)
            self.stock.do("stocks.fill", self.ours.do("ours.script"), TEMPLATE, self.count, count)
            self.count = count


def provisioning_among_few(bench: Bench) -> list[Row]:
    """Against the same statements by hand, against the library's way, and from the pool."""
    raw, ours, stock, signed = [], [], [], []
    bench.ours.do("ours.provision_raw", bench.number())
    for _ in range(bench.size.few):
        raw += [bench.ours.do("ours.provision_raw", bench.number()) for _ in range(WARM)]
        ours += [bench.ours.do("ours.provision", bench.number()) for _ in range(WARM)]
        stock.append(bench.stock.do("stocks.provision", bench.number()))
        bench.ours.do("ours.wait", WARM)
        signed += [bench.ours.do("ours.sign_up", bench.number()) for _ in range(WARM)]
    spent = [one["database"] for one in signed]
    on = f"n = {len(signed)}; the whole call with its checks: {seconds([one['whole'] for one in signed])}"
    return [
        at_most("Provision, beside raw DDL", ours, raw, 1.25, f"n = {len(ours)} and {len(raw)}"),
        faster("Provision, beside stock migrate", ours, stock, 15, f"n = {len(ours)} and {len(stock)}, few present"),
        Row("Sign-up from the pool, in the database", "≤ 5 ms", seconds(spent), median(spent) <= 0.005, on),
    ]


def migrating(bench: Bench) -> list[Row]:
    """A column and an index for everybody, release after release."""
    size = bench.size
    bench.fill(size.migrated)
    whole, part, raw, stock = [], [], [], []
    tenants = list(range(size.stock_migrated))
    for _ in range(WARM):
        bench.release += 1
        write_release(Path(os.environ["BENCH_RELEASES"]), bench.release)
        told = bench.ours.do("ours.migrate")
        whole.append(told["whole"])
        part.append(told["organisations"])
        raw.append(bench.ours.do("ours.migrate_raw", bench.release))
        stock.append(bench.stock.do("stocks.migrate", tenants) / len(tenants) * size.migrated)
    on = f"{size.migrated} organisations, n = {WARM}"
    return [
        faster("Migrate, beside stock", whole, stock, 100, f"{on}; stock on {len(tenants)} of them, multiplied"),
        at_most("Migrate, beside raw SQL: the whole command", whole, raw, 4, f"{on}; with template and dump"),
        at_most("Migrate, beside raw SQL: the organisations", part, raw, 4, f"{on}; with the rehearsal"),
    ]


def same_dump(bench: Bench) -> list[Row]:
    """The template, a provisioned and a replayed schema."""
    found = bench.ours.do("ours.differences", ground.OURS)
    what = "Provisioned = migrated = replayed schema"
    return [Row(what, "identical dump", f"{found} statements differ", found == 0, "after the releases above")]


def nothing_to_migrate(bench: Bench) -> list[Row]:
    """The command as a deployment calls it, Python's start included."""
    few, many, start = [], [], []
    for _ in range(max(5, bench.size.few)):
        few.append(timed(_manage, bench, ground.FEW, "migrate"))
        many.append(timed(_manage, bench, ground.MANY, "migrate"))
        start.append(timed(_manage, bench, ground.FEW, "version"))
    least, most = bench.size.pretended
    on = f"n = {len(many)}; rows of organisations, no schemas; Python and Django alone: {seconds(start)}"
    return [
        Row(f"Nothing to migrate, {most} organisations", "≤ 1.5 s", seconds(many), median(many) <= 1.5, on),
        at_most(f"The same beside {least} organisations", many, few, 1.5, f"n = {len(few)}"),
    ]


def _manage(bench: Bench, database: str, command: str) -> None:
    env = {**bench.ours.environment, "BENCH_DATABASE": database}
    subprocess.run([sys.executable, ROOT / "manage.py", command], env=env, check=True, capture_output=True)


def requests(bench: Bench) -> list[Row]:
    """The same page of three queries in the three projects."""
    size = bench.size
    bench.fill(size.rotation)
    schemas = bench.ours.do("ours.tenants", size.rotation)
    ground.put_rows(ground.OURS, schemas, pairs=20, decisions=20)
    ground.put_rows(ground.STOCK, [f"s{number}" for number in range(size.rotation)], pairs=20, decisions=20)
    ground.make_plain(schemas[0])
    plain = Project("plain", ground.OURS)
    one = ["t0.localhost"] * size.requests
    turn = [f"t{number % size.rotation}.localhost" for number in range(size.requests)]
    whole = [f"t{number}.localhost" for number in range(size.rotation)]
    seen: dict[str, list[float]] = {name: [] for name in ("plain", "ours", "ours in turn", "stock", "stock in turn")}
    for project in (plain, bench.ours, bench.stock):
        for _ in range(WARM):
            project.do("serving.serve", one if project is plain else whole)
    for _ in range(size.slices):
        seen["plain"].append(plain.do("serving.serve", one))
        seen["ours"].append(bench.ours.do("serving.serve", one))
        seen["stock"].append(bench.stock.do("serving.serve", one))
        seen["ours in turn"].append(bench.ours.do("serving.serve", turn))
        seen["stock in turn"].append(bench.stock.do("serving.serve", turn))
    plain.end()
    each = {name: [sample / size.requests for sample in samples] for name, samples in seen.items()}
    on = f"n = {size.slices} slices of {size.requests}"
    turn_on = f"{on}, {size.rotation} organisations"
    return [
        at_most("Request, one organisation, beside plain Django", each["ours"], each["plain"], 1.05, on),
        at_most("Request, in rotation, beside plain Django", each["ours in turn"], each["plain"], 1.2, turn_on),
        faster("Request, one organisation, beside stock", each["ours"], each["stock"], 1.5, on),
        faster("Request, in rotation, beside stock", each["ours in turn"], each["stock in turn"], 1.5, turn_on),
    ]


def memory(bench: Bench) -> list[Row]:
    """The most private memory of one server process, while every table of each organisation is touched."""
    bench.fill(bench.size.memory)
    hosts = [f"t{number}.localhost" for number in range(bench.size.memory)]
    retired, kept = _most(bench, hosts, None), _most(bench, hosts, 10**9)
    if retired is None or kept is None:
        return [Row("Server process, private memory", "≤ 64 MB", "not measured", None, "the server runs elsewhere")]
    on = f"{len(hosts)} organisations, every table of each; never retired: {kept:.0f} MB"
    return [Row("Server process, private memory", "≤ 64 MB", f"{retired:.0f} MB", retired <= 64, on)]


def _most(bench: Bench, hosts: list[str], remembered: int | None) -> float | None:
    bench.ours.do("serving.retire_after", remembered)
    found = []
    for host in hosts:
        bench.ours.do("serving.serve", [host], "/every-table")
        if process := bench.ours.do("serving.server_process"):
            found.append(ground.private_memory(process))
    bench.ours.do("serving.retire_after", None)
    return max((one for one in found if one is not None), default=None)


def hidden_rows(bench: Bench) -> list[Row]:
    """A query by key and a list behind policies, beside the same rows without any."""
    bench.fill(1)
    (schema,) = bench.ours.do("ours.tenants", 1)
    with ground.admin(ground.OURS) as server:
        server.execute("DROP SCHEMA IF EXISTS plain CASCADE")
        server.execute(f"TRUNCATE {schema}.pairs_pair, {schema}.members_member, {schema}.members_site CASCADE")
    ground.put_rows(ground.OURS, [schema], pairs=bench.size.pairs, decisions=10)
    ground.make_plain(schema)
    plain = Project("plain", ground.OURS)
    rows = []
    for kind, what in (("key", "A row by its key"), ("list", "A list of one pair")):
        ours, beside = [], []
        for _ in range(bench.size.slices):
            ours.append(bench.ours.do("serving.questions", kind, bench.size.requests) / bench.size.requests)
            beside.append(plain.do("serving.questions", kind, bench.size.requests) / bench.size.requests)
        on = f"n = {len(ours)} slices of {bench.size.requests}, {bench.size.pairs * 10} decisions"
        rows.append(at_most(f"Behind policies: {what.lower()}", ours, beside, 1.15, on))
    plain.end()
    return rows


def small_tests(bench: Bench) -> list[Row]:
    """A hundred tests that count the rows of a table, each from a warm start."""
    folder = Path(os.environ["BENCH_RELEASES"])
    ours, stock = folder / "ours" / "test_ours.py", folder / "stock" / "test_stock.py"
    for file in (ours, stock):
        file.parent.mkdir(exist_ok=True)
    Path(ours.parent, "conftest.py").write_text("from tests.conftest import *\n")
    ours.write_text(_OURS + "".join(_TEST.format(number=number) for number in range(100)))
    stock.write_text(_STOCK + "".join(_STOCK_TEST.format(number=number) for number in range(100)))
    fast, slow = [], []
    _pytest(ours, "rollout.config.settings.test")
    for _ in range(bench.size.few):
        fast.append(timed(_pytest, ours, "rollout.config.settings.test"))
        slow.append(timed(_pytest, stock, "benchmarks.settings_stock"))
    on = f"n = {len(fast)}"
    return [
        Row("100 small tests, warm", "≤ 4.5 s", seconds(fast), median(fast) <= 4.5, on),
        faster("100 small tests, beside FastTenantTestCase", fast, slow, 3, on),
    ]


def _pytest(file: Path, settings: str) -> None:
    # Without the plugins that neither needs: they only make both start later.
    env = {**os.environ, "BENCH_DATABASE": ground.STOCK, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [*command, f"--ds={settings}", "-p", "pytest_django.plugin", "-p", "pytest_socket", str(file)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or "100 passed" not in done.stdout:
        raise RuntimeError(done.stdout[-1500:] + done.stderr[-500:])


_OURS = """from tenants.members.models import Site
from tests.world import inside
"""
_TEST = """

def test_{number}(north):
    with inside(north):
        assert Site.objects.count() == 0
"""
_STOCK = """from django.db import connection
from django_tenants.test.cases import FastTenantTestCase

from rollout.organisations import security
from tenants.members.models import Site


class Tests(FastTenantTestCase):
    @classmethod
    def setup_tenant(cls, tenant):
        with connection.cursor() as cursor:
            cursor.execute(security.security_schema())
"""
_STOCK_TEST = """
    def test_{number}(self):
        assert Site.objects.count() == 0
"""


def provisioning_among_many(bench: Bench) -> list[Row]:
    """The library's copy of a base schema, when many are there already."""
    bench.fill(bench.size.present)
    bench.stock.do("stocks.fill_base", bench.ours.do("ours.script"), TEMPLATE)
    ours, clone = [], []
    for _ in range(bench.size.few):
        ours += [bench.ours.do("ours.provision", bench.number()) for _ in range(WARM)]
        clone.append(bench.stock.do("stocks.clone", bench.number()))
    on = f"n = {len(ours)} and {len(clone)}, {bench.size.present} present"
    return [faster("Provision, beside stock clone", ours, clone, 15, on)]


def backing_up(bench: Bench) -> list[Row]:
    """One organisation among the others, beside a dump of its schema alone."""
    bench.fill(bench.size.present)
    (schema,) = bench.ours.do("ours.tenants", 1)
    ours, dumps = [], []
    for _ in range(bench.size.few):
        ours += [bench.ours.do("ours.back_up", "t0") for _ in range(WARM)]
        dumps.append(timed(ground.dump_schema, ground.OURS, schema, DUMP_SECONDS))
    on = f"n = {len(ours)} and {len(dumps)}, {bench.size.present} present; a dump is stopped after {DUMP_SECONDS} s"
    return [faster("Backup of one organisation, beside pg_dump", ours, dumps, 100, on)]


PARTS: list[Callable[[Bench], list[Row]]] = [
    nothing_to_migrate,
    small_tests,
    provisioning_among_few,
    migrating,
    same_dump,
    requests,
    memory,
    hidden_rows,
    provisioning_among_many,
    backing_up,
]


def about(size: Size) -> str:
    """What it was measured on."""
    import django

    with ground.admin() as server:
        row: Any = server.execute("SHOW server_version").fetchone()
        durable: Any = server.execute("SHOW fsync").fetchone()
    return (
        f"Size {size.name}. {os.cpu_count()} cores, PostgreSQL {row[0]} on the same machine with fsync {durable[0]},"
        f" Python {platform.python_version()}, Django {django.get_version()},"
        f" django-tenants {version('django-tenants')}."
    )
