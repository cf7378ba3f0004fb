import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_memory_of_tries():
    cache.clear()
    yield
    cache.clear()
