import os
import shutil
import signal
import socket
import stat
import threading
import time
from pathlib import Path

import psycopg
import pytest

from rollout.workbench import postgres, servant
from rollout.workbench.postgres import Cluster, exists, running, start
from rollout.workbench.servant import Servant
from rollout.workbench.steps import StepFailed

AS_ROOT = os.geteuid() == 0


def ask(cluster: Cluster, question: str) -> str:
    with psycopg.connect(cluster.admin_url(), autocommit=True) as server:
        row = server.execute(question).fetchone()
    assert row is not None
    return str(row[0])


def tell(cluster: Cluster, *orders: str) -> None:
    with psycopg.connect(cluster.admin_url(), autocommit=True) as server:
        for order in orders:
            server.execute(order)


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def kill(cluster: Cluster) -> None:
    os.kill(postmaster(cluster), signal.SIGKILL)
    until = time.monotonic() + 5
    while cluster.is_alive() and time.monotonic() < until:
        time.sleep(0.02)


def test_a_new_cluster_is_recent_speaks_unicode_and_keeps_statements_out_of_its_log(cluster):
    assert int(ask(cluster, "SHOW server_version_num")) >= 160000
    assert ask(cluster, "SHOW server_encoding") == "UTF8"
    assert ask(cluster, "SHOW log_min_error_statement") == "panic"
    assert ask(cluster, "SHOW max_locks_per_transaction") == "512"
    assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"


def test_only_the_test_cluster_gives_up_safety_against_a_power_cut(open_folder, cluster):
    with start(open_folder / "careful") as careful:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert (ask(careful, f"SHOW {setting}"), ask(cluster, f"SHOW {setting}")) == ("on", "off")


def test_nobody_gets_in_without_the_password(cluster):
    address = f"postgresql://postgres@127.0.0.1:{cluster.port}/postgres"
    with pytest.raises(psycopg.OperationalError, match="no password"):
        psycopg.connect(address)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="wrong")


def test_the_passwords_are_readable_by_their_owner_alone(cluster):
    assert stat.S_IMODE(cluster.keyring.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700


def test_stopped_means_nobody_answers_and_the_data_stays(open_folder):
    first = start(open_folder / "postgres", fast=True)
    tell(first, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')")
    port = first.port

    assert first.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with start(open_folder / "postgres", fast=True) as again:
        assert ask(again, "SELECT word FROM kept") == "here"


@pytest.fixture
def memory(open_folder, monkeypatch):
    """A folder that stands for the machine's memory."""
    place = open_folder / "memory"
    place.mkdir()
    place.chmod(0o711)
    monkeypatch.setattr(servant, "MEMORY", place)
    monkeypatch.setattr(servant, "ENOUGH", 1)
    return place


def test_passing_data_lie_in_memory_and_are_gone_with_the_last_who_uses_them(open_folder, memory):
    first = start(open_folder / "postgres", fast=True, passing=True)
    assert first.data.is_relative_to(memory)
    tell(first, "CREATE TABLE passing (word text)")
    second = start(open_folder / "postgres", fast=True, passing=True)
    assert (second.data, second.port) == (first.data, first.port)

    assert not first.stop()
    assert ask(second, "SELECT count(*) FROM passing") == "0"
    assert second.stop()

    assert not first.data.exists()
    with start(open_folder / "postgres", fast=True, passing=True) as again:
        assert ask(again, "SELECT to_regclass('passing')") == "None"


def test_passing_data_whose_password_went_with_the_folder_are_made_anew(open_folder, memory):
    first = start(open_folder / "postgres", fast=True, passing=True)
    kill(first)
    first.leave()
    first.keyring.path.unlink()
    with start(open_folder / "postgres", fast=True, passing=True) as again:
        assert again.data == first.data
        assert ask(again, "SELECT 1") == "1"


def test_where_memory_is_short_passing_data_stay_at_home(open_folder, memory, monkeypatch):
    monkeypatch.setattr(servant, "ENOUGH", 2**60)
    with start(open_folder / "postgres", fast=True, passing=True) as cluster:
        assert cluster.data == cluster.home != memory
    assert not cluster.data.exists()


def test_data_survives_a_kill_without_warning(open_folder):
    first = start(open_folder / "postgres")
    tell(first, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('here')")
    kill(first)
    assert not first.is_alive()
    first.leave()

    with start(open_folder / "postgres") as again:
        assert ask(again, "SELECT word FROM kept") == "here"


def test_a_stale_lock_file_that_names_a_living_stranger_is_no_obstacle(open_folder):
    first = start(open_folder / "postgres", fast=True)
    lines = (first.data / "postmaster.pid").read_text().splitlines()
    first.stop()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        lines[0], lines[3] = "1", str(closed.getsockname()[1])
    (first.data / "postmaster.pid").write_text("\n".join(lines) + "\n")

    with start(open_folder / "postgres", fast=True) as again:
        assert ask(again, "SELECT 1") == "1"


def test_a_port_that_now_belongs_to_somebody_else_is_not_taken_for_ours(open_folder):
    first = start(open_folder / "postgres", fast=True)
    lines = (first.data / "postmaster.pid").read_text().splitlines()
    first.stop()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        lines[0], lines[3] = str(os.getpid()), str(stranger.getsockname()[1])
        (first.data / "postmaster.pid").write_text("\n".join(lines) + "\n")

        with start(open_folder / "postgres", fast=True) as again:
            assert again.port != stranger.getsockname()[1]
            assert ask(again, "SELECT 1") == "1"


def test_who_comes_second_joins_and_the_last_one_stops_it(open_folder):
    first = start(open_folder / "postgres", fast=True)
    second = start(open_folder / "postgres", fast=True)

    assert second.port == first.port
    assert not first.stop()
    assert ask(second, "SELECT 1") == "1"
    assert second.stop()
    assert not second.is_alive()


def test_two_who_start_at_the_same_moment_get_one_server(open_folder):
    together = threading.Barrier(2)
    found: list[Cluster] = []

    def begin() -> None:
        together.wait()
        found.append(start(open_folder / "postgres", fast=True))

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    try:
        assert len({postmaster(cluster) for cluster in found}) == 1
    finally:
        for cluster in found:
            cluster.stop()


def test_looking_for_a_cluster_does_not_start_it(open_folder):
    folder = open_folder / "postgres"
    assert running(folder) is None
    assert not exists(folder)

    with start(folder, fast=True) as cluster:
        found = running(folder)
        assert found is not None
        assert found.port == cluster.port

    assert running(folder) is None
    assert exists(folder)


def test_an_interrupted_first_start_leaves_nothing_that_the_next_one_trips_over(open_folder, monkeypatch):
    folder = open_folder / "postgres"
    folder.with_name("postgres.making").mkdir()
    (folder.with_name("postgres.making") / "half").write_text("")

    with start(folder, fast=True) as cluster:
        assert ask(cluster, "SELECT 1") == "1"
        assert not (cluster.data / "half").exists()


def test_a_lost_password_file_is_said_with_the_way_out(open_folder):
    with start(open_folder / "postgres", fast=True) as cluster:
        secrets = cluster.keyring.path
    secrets.unlink()

    with pytest.raises(StepFailed) as refused:
        start(open_folder / "postgres", fast=True)

    assert str(secrets) in refused.value.reason
    assert f"rm -r {cluster.data}" in refused.value.remedy


def test_a_broken_data_folder_is_said_with_the_server_s_own_words(open_folder):
    with start(open_folder / "postgres", fast=True) as cluster:
        pass
    (cluster.data / "postgresql.conf").write_text("nonsense nonsense nonsense\n")

    with pytest.raises(StepFailed, match="did not start") as refused:
        start(open_folder / "postgres", fast=True)

    assert "postgresql.conf" in refused.value.details


def test_without_any_programs_the_way_out_is_named(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter([Path("/usr/lib/postgresql/15/bin")]))

    with pytest.raises(StepFailed) as refused:
        postgres.binaries()

    assert "DATABASE_URL" in refused.value.remedy


if AS_ROOT:

    def test_as_root_an_unprivileged_account_runs_it(cluster):
        assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid == Servant.of_this_process().uid != 0

    def test_a_folder_out_of_reach_gets_a_shelter(open_folder):
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)

        cluster = start(closed / "postgres", fast=True)
        try:
            assert cluster.data.parent.parent == servant.ROOM
            assert cluster.keyring.path == closed / "secrets.json"
            assert ask(cluster, "SELECT 1") == "1"
            closed.chmod(0o711)
            found = running(closed / "postgres")
            assert found is not None
            assert found.data == cluster.data
        finally:
            cluster.stop()
            shutil.rmtree(cluster.data.parent)

    def test_a_shelter_that_somebody_else_made_is_refused(open_folder, monkeypatch):
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(servant, "ROOM", open_folder)
        account = Servant.of_this_process()
        shelter = account.home_for(closed / "postgres").parent
        shelter.mkdir()
        account.own(shelter)

        with pytest.raises(StepFailed, match="somebody else"):
            start(closed / "postgres", fast=True)

    def test_programs_out_of_reach_are_copied_with_their_libraries(open_folder, monkeypatch):
        hidden = open_folder / "hidden"
        hidden.mkdir(mode=0o700)
        package = postgres.binaries().parents[1]
        for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, hidden / folder.relative_to(package.parent), symlinks=True)
        there = hidden / package.name / "pginstall18" / "bin"
        monkeypatch.setattr(postgres, "binaries", lambda: there)

        with start(open_folder / "postgres", fast=True) as cluster:
            assert ask(cluster, "SELECT 1") == "1"

        assert (open_folder / "postgres-programs" / package.name / "pginstall18" / "bin" / "initdb").exists()
