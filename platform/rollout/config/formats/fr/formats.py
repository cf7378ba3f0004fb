"""How French pages write dates: 27 mars 2026, 27 mars 2026 à 14 h 05."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = r"j F Y \à G \h i"
TIME_FORMAT = r"G \h i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d/m/Y"
