"""How English pages write dates: 27 March 2026, 27 March 2026 at 2:05pm."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = r"j F Y \a\t g:ia"
TIME_FORMAT = "g:ia"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
