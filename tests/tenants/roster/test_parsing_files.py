"""Roster files as they come: the demo's own, the templates, very long ones, and ones made to do harm."""

import csv
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tenants.roster import parsing
from tests.tenants.roster.files import (
    CITIZEN,
    HEADINGS,
    PROFESSIONAL,
    SPREADSHEET,
    csv_of,
    findings,
    row,
    sheet_of,
    workbook_with,
    xlsx_of,
)

DEMO = Path(__file__).parents[3] / "demo"


def codes(roster):
    return [problem.code for problem in roster.problems]


class TestTheDemo:
    def test_group_proposes_three_pairs_over_three_sites(self):
        roster = parsing.parse("roster-northmoor.csv", (DEMO / "roster-northmoor.csv").read_bytes())

        assert roster.ok
        paired = [person for person in roster.people if person.pair]
        assert (len(roster.people), len(roster.pairs), len(paired)) == (17, 3, 6)
        assert len({person.site for person in paired}) == 3
        assert all(pair.shared_task for pair in roster.pairs)
        assert [person.roles for person in roster.people if not person.side] == [
            ("sponsor",),
            ("sponsor",),
            ("board_member",),
            ("board_member",),
            ("board_member",),
            ("board_secretary",),
            ("finance",),
        ]

    def test_second_trust_proposes_one_pair(self):
        roster = parsing.parse("roster-eastvale.csv", (DEMO / "roster-eastvale.csv").read_bytes())

        assert (roster.ok, len(roster.people), len(roster.pairs)) == (True, 2, 1)

    @pytest.mark.parametrize("name", ["roster-northmoor.csv", "roster-eastvale.csv"])
    def test_names_only_addresses_that_can_never_be_real(self, name):
        roster = parsing.parse(name, (DEMO / name).read_bytes())

        assert {person.email.partition("@")[2] for person in roster.people} <= {"example.org", "example.com"}

    def test_reads_the_same_from_a_workbook(self):
        content = (DEMO / "roster-northmoor.csv").read_bytes()
        headings, *rows = csv.reader(io.StringIO(content.decode()))

        from_text = parsing.parse("roster.csv", content)
        from_workbook = parsing.parse("roster.xlsx", xlsx_of(*rows, headings=headings))

        assert from_workbook.ok
        assert (from_workbook.people, from_workbook.pairs) == (from_text.people, from_text.pairs)


class TestTheTemplate:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_as_text_takes_rows_as_it_is(self, language):
        with translation.override(language):
            template = parsing.template_csv()
        separator = ";" if language == "fr" else ","
        rows = csv_of(PROFESSIONAL, headings=CITIZEN, delimiter=separator)

        assert codes(parsing.parse("template.csv", template)) == ["no_people"]
        assert parsing.parse("template.csv", template + rows.encode()).ok

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_as_a_workbook_takes_rows_as_it_is(self, language):
        with translation.override(language):
            template = parsing.template_xlsx()
        workbook = load_workbook(io.BytesIO(template))
        workbook.active.append(CITIZEN)
        workbook.active.append(PROFESSIONAL)
        written = io.BytesIO()
        workbook.save(written)

        assert codes(parsing.parse("template.xlsx", template)) == ["no_people"]
        assert parsing.parse("template.xlsx", written.getvalue()).ok

    def test_holds_no_formula_and_nothing_but_headings(self):
        sheet = load_workbook(io.BytesIO(parsing.template_xlsx())).active

        cells = [cell for cells in sheet.iter_rows() for cell in cells if cell.value is not None]
        assert [(cell.value, cell.data_type) for cell in cells] == [(heading, "s") for heading in HEADINGS]


class TestLongFiles:
    def test_ten_thousand_people_are_read_in_a_few_seconds(self):
        rows = [row(name=f"Person {chr(97 + n % 26)}", email=f"p{n}@example.org") for n in range(10_000)]

        for name, content in [("roster.csv", csv_of(*rows).encode()), ("roster.xlsx", xlsx_of(*rows))]:
            started = time.perf_counter()
            roster = parsing.parse(name, content)
            assert time.perf_counter() - started < 10
            assert (roster.ok, len(roster.people)) == (True, 10_000)

    def test_ten_thousand_faulty_rows_each_get_their_report(self):
        rows = [row(name="", email="ada@example.com", pair="a", roles="x") for _ in range(10_000)]

        started = time.perf_counter()
        roster = parsing.parse("roster.csv", csv_of(*rows).encode())

        assert time.perf_counter() - started < 10
        assert {problem.row for problem in roster.problems} == set(range(2, 10_002))
        assert max(len(str(problem.message)) for problem in roster.problems) < 300

    def test_one_person_more_is_refused_in_one_sentence(self):
        rows = [row(email=f"p{n}@example.org") for n in range(10_001)]

        assert findings(parsing.parse("roster.csv", csv_of(*rows).encode())) == [(None, None, "too_many_rows")]

    def test_more_than_five_megabytes_are_refused(self):
        assert codes(parsing.parse("roster.csv", b"x" * (5 * 1024 * 1024 + 1))) == ["file_too_large"]

    @pytest.mark.parametrize(
        "content", [b"\n" * 5_000_000, b"," * 5_000_000, b'"' + b"x" * 5_000_000, b"x" * 5_000_000]
    )
    def test_five_megabytes_of_nonsense_end_soon(self, content):
        started = time.perf_counter()

        assert not parsing.parse("roster.csv", content).ok
        assert time.perf_counter() - started < 10


class TestFilesOfAnotherKind:
    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("roster.csv", b"", "file_empty"),
            ("roster.xlsx", b"", "file_empty"),
            ("roster.csv", b" \r\n,,,\r\n", "file_empty"),
            ("roster.pdf", b"%PDF-1.7", "wrong_type"),
            ("roster.csv", b"%PDF-1.7", "wrong_type"),
            ("roster.csv", b"\x89PNG\r\n\x1a\n", "wrong_type"),
            ("roster.csv", xlsx_of(CITIZEN, PROFESSIONAL), "wrong_type"),
            ("roster.xlsx", csv_of(CITIZEN, PROFESSIONAL).encode(), "wrong_type"),
            ("roster", csv_of(CITIZEN, PROFESSIONAL).encode(), "wrong_type"),
            ("ro\0ster.csv\u202e.exe\n", csv_of(CITIZEN, PROFESSIONAL).encode(), "wrong_type"),
            ("roster.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
            ("roster.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
            ("roster.csv", b"<html><body onload=alert(1)>", "not_text"),
            ("roster.csv", b"name,email\n\x81\x8d\n", "not_text"),
            ("roster.csv", b"\xff\xfen", "not_text"),
            ("roster.csv", b"name,email\n\0,\0,", "not_text"),
            ("roster.xlsx", b"PK\x03\x04" + b"\0" * 40, "damaged_workbook"),
            ("roster.xlsx", xlsx_of(CITIZEN)[:-200], "damaged_workbook"),
        ],
    )
    def test_get_one_clear_sentence(self, name, content, code):
        roster = parsing.parse(name, content)

        assert findings(roster) == [(None, None, code)]
        assert (roster.people, roster.pairs) == ((), ())

    def test_a_quotation_mark_that_never_closes_is_told_with_its_row(self):
        content = csv_of(CITIZEN, PROFESSIONAL) + '"Cy,cy@example.org\n'

        assert findings(parsing.parse("roster.csv", content.encode())) == [(4, None, "broken_row")]


class TestHarmfulWorkbooks:
    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"xl/media/bomb.bin": b"\0" * (41 * 1024 * 1024)}, "workbook_too_large"),
            ({f"xl/media/{n}": b"" for n in range(400)}, "workbook_too_large"),
            ({"xl/worksheets/sheet1.xml": "<c/>" * 1_000_001}, "workbook_too_large"),
            ({"xl/styles.xml": "<xf/>" * 100_001}, "workbook_too_large"),
            ({"xl/vbaProject.bin": b"macro"}, "wrong_type"),
            ({"xl/styles.xml": '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}, "wrong_type"),
            ({"xl/worksheets/sheet1.xml": sheet_of("").encode("utf-16")}, "wrong_type"),
            ({"xl/workbook.xml": "<workbook>" + '<sheet name="x"/>' * 21}, "workbook_too_large"),
            ({"xl/workbook.xml": "<workbook>"}, "damaged_workbook"),
            ({"xl/worksheets/sheet1.xml": "<worksheet"}, "damaged_workbook"),
            ({"xl/worksheets/sheet1.xml": sheet_of('<c r="A2" t="s"><v>99999</v></c>')}, "damaged_workbook"),
            ({"xl/worksheets/sheet1.xml": sheet_of('<c r="XFD2"><v>1</v></c>')}, "workbook_too_large"),
            (
                {
                    "xl/worksheets/sheet1.xml": (
                        f'<worksheet {SPREADSHEET}><sheetData><row r="99999999999"><c><v>1</v></c></row>'
                        "</sheetData></worksheet>"
                    )
                },
                "workbook_too_large",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else next(iter(value)),
    )
    def test_are_refused(self, parts, code):
        assert codes(parsing.parse("roster.xlsx", workbook_with(parts))) == [code]

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_packed_in_a_way_that_cannot_be_weighed_are_refused(self, method):
        content = workbook_with({"xl/media/x": b"x"}, compression=method)

        assert codes(parsing.parse("roster.xlsx", content)) == ["workbook_too_large"]

    def test_that_lie_about_their_size_are_read_no_further_than_they_said(self):
        honest = workbook_with({"xl/media/bomb.bin": b"\0" * (200 * 1024 * 1024)})
        directory = honest.rindex(b"PK\x01\x02", 0, honest.rindex(b"xl/media/bomb.bin"))
        lying = honest[: directory + 24] + struct.pack("<I", 1000) + honest[directory + 28 :]

        assert len(lying) == len(honest) < parsing.MAX_FILE_BYTES
        assert codes(parsing.parse("roster.xlsx", lying)) == ["damaged_workbook"]

    def test_with_two_rosters_are_asked_which(self):
        workbook = load_workbook(io.BytesIO(xlsx_of(CITIZEN, PROFESSIONAL)))
        workbook.copy_worksheet(workbook.active)
        written = io.BytesIO()
        workbook.save(written)

        assert codes(parsing.parse("roster.xlsx", written.getvalue())) == ["several_sheets"]


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "citizen", "professional", "patient", "manager", "sponsor;finance", "a@example.org", "pair"]),
    st.builds(str.__add__, st.sampled_from(list("=+-@＝\t\r\0\u202e\u200b '\";,")), st.text(max_size=10)),
)
grids = st.lists(st.lists(words, max_size=10), max_size=6)


def is_harmless(text):
    return not text.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) and "\0" not in text


def assert_sound(roster):
    """Whatever was in the file: a roster to use, or problems that can be printed."""
    assert roster.ok == (roster.problems == ())
    for problem in roster.problems:
        assert str(problem.message)
        assert len(problem.value) <= 2000
        assert problem.code.isidentifier()
    for person in roster.people:
        assert person.name
        assert person.email.isascii()
        assert person.roles
        assert all(map(is_harmless, [person.name, person.email, person.site, person.pair, person.shared_task]))
    if roster.ok:
        emails = [person.email for person in roster.people]
        assert len(set(emails)) == len(emails)
        by_row = {person.row: person for person in roster.people}
        for pair in roster.pairs:
            assert (by_row[pair.citizen_row].side, by_row[pair.professional_row].side) == ("citizen", "professional")


class TestWhateverIsUploaded:
    @given(name=st.text(max_size=20) | st.sampled_from(["a.csv", "a.xlsx", "a.tsv"]), content=st.binary(max_size=300))
    def test_any_bytes_get_an_answer(self, name, content):
        assert_sound(parsing.parse(name, content))

    @given(rows=grids, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
    def test_any_cells_in_a_text_file_get_an_answer(self, rows, encoding):
        assert_sound(parsing.parse("roster.csv", csv_of(*rows).encode(encoding, "replace")))

    @given(rows=st.lists(st.tuples(*[words] * 8), min_size=1, max_size=5))
    def test_any_cells_under_good_headings_get_an_answer(self, rows):
        assert_sound(parsing.parse("roster.csv", csv_of(*rows).encode("utf-8", "replace")))

    @settings(max_examples=40, deadline=None)
    @given(
        cells=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20), max_size=8)
    )
    def test_any_cells_in_a_workbook_get_an_answer(self, cells):
        assert_sound(parsing.parse("roster.xlsx", xlsx_of(cells, CITIZEN, PROFESSIONAL)))

    @settings(max_examples=60, deadline=None)
    @given(at=st.integers(min_value=0, max_value=10_000), bytes_=st.binary(min_size=1, max_size=8))
    def test_a_workbook_with_any_bytes_overwritten_gets_an_answer(self, at, bytes_):
        content = bytearray(xlsx_of(CITIZEN, PROFESSIONAL))
        at %= len(content)
        content[at : at + len(bytes_)] = bytes_

        assert_sound(parsing.parse("roster.xlsx", bytes(content)))
