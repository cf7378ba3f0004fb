"""What the roster parser understands, and what it says about files it cannot use."""

import io

import pytest
from django.conf import settings
from django.utils import translation
from openpyxl import load_workbook

from tenants.members.models import PartnerKind, Role, Side
from tenants.roster import parsing
from tenants.roster.parsing import Column, RosterPair, RosterPerson, columns
from tenants.roster.parsing.headings import COLUMN_NAMES
from tests.tenants.roster.files import (
    CITIZEN,
    HEADINGS,
    PROFESSIONAL,
    SPONSOR,
    csv_of,
    findings,
    row,
    sheet_of,
    workbook_with,
    xlsx_of,
)


def parse_rows(*rows, **how):
    return parsing.parse("roster.csv", csv_of(*rows, **how).encode())


def only_message(roster):
    (problem,) = roster.problems
    return str(problem.message)


class TestAGoodRoster:
    def test_becomes_people_and_proposed_pairs(self):
        roster = parse_rows(CITIZEN, PROFESSIONAL, SPONSOR)

        assert roster.ok
        assert roster.people == (
            RosterPerson(2, *CITIZEN[:5], ("partner",), "Letters", "Letters people can read"),
            RosterPerson(3, *PROFESSIONAL[:5], ("partner",), "Letters", ""),
            RosterPerson(4, "Cy Grant", "cy@example.org", "", "", "", ("sponsor",), "", ""),
        )
        assert roster.pairs == (RosterPair("Letters", 2, 3, "Letters people can read"),)

    def test_is_the_same_as_a_workbook(self):
        from_text = parse_rows(CITIZEN, PROFESSIONAL, SPONSOR)
        from_workbook = parsing.parse("Roster.XLSX", xlsx_of(CITIZEN, PROFESSIONAL, SPONSOR))

        assert from_workbook.ok
        assert (from_workbook.people, from_workbook.pairs) == (from_text.people, from_text.pairs)

    def test_knows_the_same_file_again_by_its_digest(self):
        first, again, other = parse_rows(CITIZEN), parse_rows(CITIZEN), parse_rows(PROFESSIONAL)

        assert first.digest == again.digest
        assert first.digest != other.digest

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_may_be_separated_by_any_of_three_signs(self, delimiter):
        person = row(roles="sponsor;finance", site="Hill, Ward 3")

        roster = parse_rows(person, delimiter=delimiter)

        assert roster.ok
        assert (roster.people[0].site, roster.people[0].roles) == ("Hill, Ward 3", ("partner", "sponsor", "finance"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
    def test_may_be_written_in_any_common_encoding(self, encoding):
        content = csv_of(row(name="Zoé Müller-Señor", site="L’Hôpital – Nord")).encode(encoding)

        roster = parsing.parse("roster.csv", content)

        assert roster.ok
        assert (roster.people[0].name, roster.people[0].site) == ("Zoé Müller-Señor", "L’Hôpital – Nord")

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_may_end_its_lines_in_any_way(self, line_end):
        content = csv_of(CITIZEN, PROFESSIONAL).replace("\r\n", line_end)

        assert [person.row for person in parsing.parse("roster.txt", content.encode()).people] == [2, 3]

    def test_may_have_its_columns_in_another_order_and_spelling(self):
        headings = (" Shared Task ", "E-MAIL", "Site", "SIDE", "Kind", "Roles", "Pair", "Full name")
        cells = ("A task", "ada@example.com", "Hill", "Citizen ", " PATIENT", "", "p", "Ada")
        other = ("", "ben@example.org", "Hill", "Staff", "Manager", "", "P ", "Ben")

        roster = parse_rows(cells, other, headings=headings)

        assert roster.ok
        assert roster.pairs == (RosterPair("p", 2, 3, "A task"),)

    def test_may_be_french(self):
        headings = ("Nom", "Courriel", "Site", "Côté", "Type", "Rôles", "Binôme", "Tâche commune")
        cells = [
            ("Zoé Petit", "zoe@example.com", "Nord", "citoyenne", "aidante", "", "Sortie", "La lettre de sortie"),
            ("Luc Roy", "luc@example.org", "Nord", "professionnel", "cadre de santé", "", "sortie", ""),
            ("Inès Caron", "ines@example.org", "", "", "", "Membre du conseil d’administration; finances", "", ""),
        ]

        roster = parse_rows(*cells, headings=headings, delimiter=";")

        assert roster.ok
        assert [(person.side, person.kind, person.roles) for person in roster.people] == [
            ("citizen", "carer", ("partner",)),
            ("professional", "manager", ("partner",)),
            ("", "", ("board_member", "finance")),
        ]

    def test_may_hold_empty_rows_and_counts_rows_as_a_spreadsheet_does(self):
        content = "\n" + csv_of(CITIZEN, [""] * 8, [" "] * 8, PROFESSIONAL) + "\n\n"

        assert [person.row for person in parsing.parse("roster.csv", content.encode()).people] == [3, 6]

    def test_counts_the_rows_of_a_workbook_as_its_program_does(self):
        content = xlsx_of([], CITIZEN, [None] * 8, PROFESSIONAL)

        assert [person.row for person in parsing.parse("roster.xlsx", content).people] == [3, 5]

    def test_cleans_what_copying_leaves_behind(self):
        roster = parse_rows(
            row(name="\ufeff Ada\u00a0\u200b  Marsh ", email=" Ada@Example.COM\u200b", site="Hill\nHouse")
        )

        assert roster.ok
        person = roster.people[0]
        assert (person.name, person.email, person.site) == ("Ada Marsh", "ada@example.com", "Hill House")

    def test_keeps_the_lines_of_a_shared_task(self):
        roster = parse_rows(row(pair="a", shared_task="First this.\r\n\r\n  Then that. "), with_task("a", ""))

        assert roster.pairs[0].shared_task == "First this.\nThen that."

    def test_may_hold_numbers_in_a_workbook(self):
        roster = parsing.parse("roster.xlsx", xlsx_of(row(site=7.0), row(email="b@example.org", site=2.5)))

        assert [person.site for person in roster.people] == ["7", "2.5"]

    def test_may_stand_on_any_sheet_beside_notes(self):
        workbook = load_workbook(io.BytesIO(xlsx_of(CITIZEN, PROFESSIONAL)))
        workbook.create_sheet("Read me", 0).append(["How to fill in the roster"])
        written = io.BytesIO()
        workbook.save(written)

        assert parsing.parse("roster.xlsx", written.getvalue()).ok

    @pytest.mark.parametrize(("side", "kind"), [("patient", "patient"), ("Carer", "carer"), ("clinician", "clinician")])
    def test_takes_the_kind_from_a_side_that_names_it(self, side, kind):
        assert parse_rows(row(side=side, kind="")).people[0].kind == kind


def with_task(pair, task):
    """The professional partner of a pair, with a shared task of their own."""
    return row(name="Ben", email="ben@example.org", side="professional", kind="other", pair=pair, shared_task=task)


class TestTheColumns:
    def test_missing_ones_are_named_with_those_found(self):
        roster = parse_rows(("Ada", "Hill"), headings=("Name", "Site"))

        assert findings(roster) == [(1, None, "columns_missing")]
        assert only_message(roster) == (
            "The first row must hold the headings. These are missing: email, side, kind, roles, pair, shared_task. "
            "These were found: Name, Site. "
            "Add the missing columns, even if they stay empty, or start from the template."
        )

    def test_extra_ones_are_named(self):
        roster = parse_rows((*CITIZEN, "1950"), headings=(*HEADINGS, "Date of birth"))

        assert findings(roster) == [(1, None, "columns_extra")]
        assert "these columns: Date of birth." in only_message(roster)

    def test_may_not_stand_twice(self):
        roster = parse_rows((*CITIZEN, "x"), headings=(*HEADINGS, "E-mail"))

        assert findings(roster) == [(1, "email", "column_twice")]

    def test_a_file_without_headings_is_told_so(self):
        roster = parsing.parse("roster.csv", b"Ada Marsh,ada@example.com\n")

        assert "columns_missing" in {problem.code for problem in roster.problems}

    def test_a_thousand_unknown_ones_are_not_all_listed(self):
        roster = parse_rows(headings=[*HEADINGS, *(f"column {number}" for number in range(1000))])

        assert len(only_message(roster)) < 600

    def test_a_cell_beside_them_is_not_lost_in_silence(self):
        roster = parse_rows((*CITIZEN[:6], "", "", "", "a note"))

        assert findings(roster) == [(2, None, "cell_outside_columns")]

    def test_a_cell_far_beside_them_is_not_lost_either(self):
        roster = parse_rows((*CITIZEN[:6], *[""] * 500, "a note"))

        assert [(problem.code, problem.value) for problem in roster.problems] == [("cell_outside_columns", "a note")]


class TestARow:
    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"name": ""}, "name", "name_missing"),
            ({"name": "12"}, "name", "name_missing"),
            ({"email": ""}, "email", "email_missing"),
            ({"email": "ada at example"}, "email", "email_invalid"),
            ({"email": "ada@localhost"}, "email", "email_invalid"),
            ({"email": "Ada <ada@example.com>"}, "email", "email_invalid"),
            ({"email": "аda@example.com"}, "email", "email_look_alike"),
            ({"email": "ada@exämple.com"}, "email", "email_look_alike"),
            ({"side": "both"}, "side", "side_unknown"),
            ({"kind": ""}, "kind", "kind_missing"),
            ({"kind": "wizard"}, "kind", "kind_unknown"),
            ({"kind": "manager"}, "kind", "kind_of_other_side"),
            ({"side": "professional", "kind": "carer"}, "kind", "kind_of_other_side"),
            ({"side": "", "roles": "finance"}, "kind", "kind_without_side"),
            ({"side": "", "kind": ""}, "side", "no_side_and_no_role"),
            ({"side": "", "kind": "", "roles": "partner"}, "side", "partner_without_side"),
            ({"roles": "emperor"}, "roles", "role_unknown"),
            ({"shared_task": "A task"}, "shared_task", "task_without_pair"),
            ({"site": "x" * 201}, "site", "too_long"),
            ({"site": "#REF!"}, "site", "spreadsheet_error"),
            ({"site": "Hill\u202egnp.exe"}, "site", "hidden_characters"),
            ({"site": "Hill\x07"}, "site", "hidden_characters"),
        ],
    )
    def test_is_told_what_is_wrong_and_where(self, changes, column, code):
        assert findings(parse_rows(row(**changes))) == [(2, column, code)]

    def test_is_told_everything_at_once(self):
        roster = parse_rows(CITIZEN[:6], row(name="", email="x", side="y", roles="z; finance; q"))

        assert findings(roster) == [
            (3, "name", "name_missing"),
            (3, "email", "email_invalid"),
            (3, "roles", "role_unknown"),
            (3, "roles", "role_unknown"),
            (3, "side", "side_unknown"),
        ]
        assert [person.row for person in roster.people] == [2]

    def test_may_hold_a_shared_task_ten_times_as_long_as_other_cells(self):
        longest = row(pair="a", shared_task="x" * 2000)

        assert parse_rows(longest, with_task("a", "")).ok
        assert findings(parse_rows(longest, with_task("a", "x" * 2001))) == [(3, "shared_task", "too_long")]

    def test_problem_shows_the_value_cut_and_without_hidden_signs(self):
        roster = parse_rows(row(site="Hill\u202e" + "x" * 300))

        assert roster.problems[0].value == "Hill\ufffd" + "x" * 75 + "…"

    def test_problem_is_put_together_in_the_language_of_its_reader(self):
        message = parse_rows(row(side="both")).problems[0].message

        with translation.override("en"):
            assert str(message) == (
                "“both” is not a side. Write citizen or professional. "
                "Leave it empty for a person who only holds a role."
            )
        assert not isinstance(message, str)


class TestFormulas:
    @pytest.mark.parametrize(
        "cell",
        [
            "=1+1",
            "+1",
            "-1",
            "@sum",
            "\t=1",
            "\rx",
            "＝cmd",
            "＠x",
            "＋x",
            "－x",
            " =1",
            "\u200b=1",
            "\u200d=1",
            " " * 90 + "=1",
        ],
    )
    @pytest.mark.parametrize("column", ["name", "site", "pair"])
    def test_are_refused_in_a_text_file_with_row_and_column(self, cell, column):
        roster = parse_rows(row(**{column: cell}))

        assert findings(roster) == [(2, column, "formula")]

    @pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("http://example.org")', -1, "+1", "@x", "\t1", "＝cmd"])
    def test_are_refused_in_a_workbook_with_row_and_column(self, cell):
        roster = parsing.parse("roster.xlsx", xlsx_of(CITIZEN[:6], row(email="b@example.org", site=cell)))

        assert findings(roster) == [(3, "site", "formula")]

    @pytest.mark.parametrize(
        "attributes", ['t="array" ref="A2"', 't="shared" si="0" ref="A2"', 't="dataTable" ref="A2"', ""]
    )
    def test_are_seen_behind_the_value_that_a_workbook_keeps_of_them(self, attributes):
        sheet = sheet_of(f'<c r="A2" t="str"><f {attributes}>CONCAT("A","da")</f><v>Ada</v></c>')

        roster = parsing.parse("roster.xlsx", workbook_with({"xl/worksheets/sheet1.xml": sheet}))

        assert (2, "name", "formula") in findings(roster)

    def test_are_refused_in_the_headings(self):
        roster = parse_rows(CITIZEN, headings=("=name", *HEADINGS[1:]))

        assert (1, None, "formula") in findings(roster)

    def test_signs_within_a_text_are_no_formulas(self):
        assert parse_rows(row(name="Ada Marsh-Hill", site="A+E = emergency @ Hill", pair="")).ok


class TestTheSamePersonTwice:
    @pytest.mark.parametrize("again", ["ada@example.com", " ADA@example.COM ", "ａda@example.com", "ada＠example.com"])
    def test_is_told_with_the_other_row(self, again):
        roster = parse_rows(row(), SPONSOR, row(name="Ada M", email=again))

        assert findings(roster) == [(4, "email", "email_twice")]
        assert only_message(roster) == (
            "“ada@example.com” already stands in row 2. Keep one row for each person, and put all their roles in it."
        )

    def test_is_told_even_when_the_row_has_another_fault(self):
        assert findings(parse_rows(row(), row(side="both"))) == [
            (3, "side", "side_unknown"),
            (3, "email", "email_twice"),
        ]

    def test_on_both_sides_is_told_so(self):
        roster = parse_rows(CITIZEN, (*PROFESSIONAL[:1], "Ada@example.com", *PROFESSIONAL[2:]))

        assert findings(roster) == [(3, "email", "person_on_both_sides")]


class TestTheWords:
    def test_are_those_of_the_members(self):
        assert tuple(columns.KINDS_OF_SIDE) == tuple(Side.values)
        assert sorted(kind for kinds in columns.KINDS_OF_SIDE.values() for kind in kinds) == sorted(PartnerKind.values)
        assert sorted(columns.ROLES) == sorted(Role.values)

    @pytest.mark.parametrize("language", columns.HEADINGS)
    def test_of_every_template_are_understood(self, language):
        headings = columns.HEADINGS[language]

        assert [columns.COLUMN_OF_HEADING[columns.folded(heading)] for heading in headings.values()] == list(Column)

    def test_of_the_error_messages_are_understood_as_headings_in_every_language(self):
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                named = [columns.COLUMN_OF_HEADING[columns.folded(str(name))] for name in COLUMN_NAMES.values()]
            assert named == list(Column)


class TestAPair:
    def test_of_one_row_is_refused(self):
        roster = parse_rows(CITIZEN)

        assert findings(roster) == [(2, "pair", "pair_of_one")]
        assert roster.pairs == ()

    def test_of_three_rows_is_refused_at_the_third_with_all_rows_named(self):
        roster = parse_rows(CITIZEN, PROFESSIONAL, (*SPONSOR[:3], "professional", "manager", "", "LETTERS", ""))

        assert findings(roster) == [(4, "pair", "pair_of_many")]
        assert "stands in 3 rows: 2, 3, 4." in only_message(roster)

    def test_with_the_same_side_twice_is_refused(self):
        roster = parse_rows(CITIZEN, (*PROFESSIONAL[:3], "citizen", "carer", "", "Letters", ""))

        assert findings(roster) == [(3, "pair", "pair_on_one_side")]

    def test_needs_a_side_from_each(self):
        roster = parse_rows(CITIZEN, (*SPONSOR[:6], "Letters", ""))

        assert findings(roster) == [(3, "side", "pair_without_side")]

    def test_label_is_the_same_in_any_case_and_spacing(self):
        roster = parse_rows(CITIZEN, (*PROFESSIONAL[:6], "  lEtters ", ""))

        assert roster.ok
        assert [pair.label for pair in roster.pairs] == ["Letters"]

    def test_is_not_blamed_for_a_fault_in_one_of_its_rows(self):
        roster = parse_rows(CITIZEN, ("", *PROFESSIONAL[1:]))

        assert findings(roster) == [(3, "name", "name_missing")]
        assert roster.pairs == ()

    @pytest.mark.parametrize(("first", "second"), [("A task", ""), ("", "A task"), ("A task", "A  task ")])
    def test_may_have_its_task_in_either_row(self, first, second):
        roster = parse_rows(row(pair="a", shared_task=first), with_task("a", second))

        assert [pair.shared_task for pair in roster.pairs] == ["A task"]

    def test_may_not_have_two_tasks(self):
        roster = parse_rows(row(pair="a", shared_task="A task"), with_task("a", "Another"))

        assert findings(roster) == [(3, "shared_task", "tasks_differ")]

    def test_may_leave_its_task_to_the_partners(self):
        roster = parse_rows(row(pair="a"), with_task("a", ""))

        assert roster.ok
        assert roster.pairs[0].shared_task == ""
