"""Files through the API: what the page takes is taken here as well, and a long body is nothing else."""

from __future__ import annotations

import base64
import io
import json
import os
import time

import pytest
from PIL import Image

from rollout.kernel.uploads import MAX_BYTES
from tests.world_api import BASE, undone


def picture(side: int) -> bytes:
    """A picture that cannot be pressed together: three bytes for each point."""
    made = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(3 * side * side)).save(made, "PNG", compress_level=1)
    return made.getvalue()


def post(everything, path, body):
    client = everything.browser(everything.professional)
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def file_of(everything, content):
    said = {"pair": str(everything.mine.pair.pk), "title": "The ward", "kind": "picture", "name": "ward.png"}
    return json.dumps({**said, "content": base64.b64encode(content).decode()})


def test_a_picture_of_more_than_a_megabyte_is_kept_and_comes_back(everything):
    content = picture(620)
    assert len(content) > 1024 * 1024
    with undone():
        answer = post(everything, "files/", file_of(everything, content))
        assert answer.status_code == 201, answer.content[:300]
        kept = answer.json()
        back = everything.browser(everything.professional).get(f"{BASE}files/{kept['id']}/content/")
        came = b"".join(back.streaming_content)
    assert kept["size"] == len(came) > 1024 * 1024
    assert Image.open(io.BytesIO(came)).tobytes() == Image.open(io.BytesIO(content)).tobytes()


def test_a_file_that_is_too_large_is_refused_by_its_length(everything):
    by_its_content = post(everything, "files/", file_of(everything, b"\x89PNG\r\n\x1a\n" + b"x" * MAX_BYTES))
    assert (by_its_content.status_code, by_its_content.json()["code"]) == (409, "file_too_large")
    by_its_body = post(everything, "files/", file_of(everything, b"x" * (MAX_BYTES + 512 * 1024)))
    assert (by_its_body.status_code, by_its_body.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("body", [b"[" * 3_000_000, b'{"content": [' + b"1," * 1_000_000 + b"1]}", b'{"a":' * 500_000])
def test_a_long_body_of_many_things_is_not_read(everything, body):
    began = time.process_time()
    answer = post(everything, "files/", body)
    assert time.process_time() - began < 1
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_elsewhere_a_long_body_is_refused_as_before(everything):
    answer = post(everything, "decisions/", file_of(everything, b"x" * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
