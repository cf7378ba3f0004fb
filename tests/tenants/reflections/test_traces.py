"""What may tell who a patient is: found before it is saved, and everyday words are left alone."""

from __future__ import annotations

import time

import pytest

from tenants.reflections.traces import MOST, found_in, french_number, nhs_number

FOUND = [
    ("Mr Brown said no.", "name", "Mr Brown"),
    ("Mrs. J. O’Neil came late", "name", "Mrs. J. O’Neil"),
    ("I met Mme Dupont", "name", "Mme Dupont"),
    ("M. Lefèvre est venu", "name", "M. Lefèvre"),
    ("the patient Alice came", "name", "patient Alice"),
    ("a patient called Adam Smith", "name", "patient called Adam Smith"),
    ("une patiente nommée Claire", "name", "patiente nommée Claire"),
    ("born 12/03/1950", "birth", "born 12/03/1950"),
    ("DOB: 3.4.61", "birth", "DOB: 3.4.61"),
    ("née le 3 mars 1948", "birth", "née le 3 mars 1948"),
    ("she was born in 1950", "birth", "born in 1950"),
    ("it says 1950-03-12 there", "birth", "1950-03-12"),
    ("her number, 943 476 5919", "nhs", "943 476 5919"),
    ("9434765919", "nhs", "9434765919"),
    ("ＮＨＳ ９４３４７６５９１９", "nhs", "9434765919"),
    ("943\u00a0476\u00a05919", "nhs", "943 476 5919"),
    ("2 55 08 14 168 025 38", "nir", "2 55 08 14 168 025 38"),
    ("255081416802538", "nir", "255081416802538"),
    ("Ward 7 on 12 March was hard", "ward", "Ward 7 on 12 March"),
    ("on 3/4 in bay B2", "ward", "3/4 in bay B2"),
    ("hospital number 1234567", "record", "hospital number 1234567"),
    ("MRN: X123456", "record", "MRN: X123456"),
    ("dossier n° 4455667", "record", "dossier n° 4455667"),
    ("call 020 7946 0018", "phone", "020 7946 0018"),
    ("+44 7700 900123", "phone", "+44 7700 900123"),
    ("06 12 34 56 78", "phone", "06 12 34 56 78"),
    ("mail a.b@example.org now", "email", "a.b@example.org"),
    ("lives at SW1A 1AA", "postcode", "SW1A 1AA"),
    ("habite à 75011 Paris", "postcode", "75011 Paris"),
]
LEFT_ALONE = [
    "The patient partner and the Patient Voice Forum met.",
    "Patient A and patient B",
    "Dr Foster was kind.",
    "A man in his fifties was angry.",
    "We met on 12/03/2026 and again on 12 March.",
    "Ward 7 is loud.",
    "943 476 5918",
    "2 55 08 14 168 025 39",
    "In 2026 we had 1500 visits, and 15000 Euro.",
    "Room 101, B12 tablets, 3.5 per cent",
    "La patiente partenaire a parlé.",
    "the mr and the mrs",
    "",
]


@pytest.mark.parametrize(("text", "kind", "words"), FOUND)
def test_it_finds(text, kind, words):
    assert [(trace.kind.value, trace.text) for trace in found_in(text)] == [(kind, words)]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_it_leaves_alone(text):
    assert found_in(text) == ()


def test_the_check_digits():
    assert [nhs_number(number) for number in ("9434765919", "4010232137", "9434765910", "4010232138")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert french_number("2 55 08 14 168 025 38")
    assert not french_number("2 55 08 14 168 025 83")
    assert french_number("1 84 12 2A 451 089 " + f"{97 - int('1841219451089') % 97:02}")


def test_what_it_shows_is_bounded_and_said_in_words():
    found = found_in(" ".join(f"Mr Abc{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60)))
    assert len(found) == MOST
    assert {trace.words for trace in found} == {"Perhaps a name"}
    assert all(len(trace.text) <= 80 for trace in found)


@pytest.mark.parametrize(
    "piece", ["a", "1 ", "Ward 7 ", "e\u0301\u0301\u0301", "Mr ", "0", "1/2/", "a.@", "+1 11", "\u202e", "born ", "A1"]
)
def test_no_text_keeps_it_busy(piece):
    started = time.process_time()
    found_in(piece * (20_000 // len(piece)))
    assert time.process_time() - started < 1
