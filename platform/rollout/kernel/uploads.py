"""What people upload, looked at before it is kept: by its content, never by its name or by what a browser says.

Pictures, PDF files and documents of office programs are written anew, so what was hidden in them does not come along:
where a picture was taken, who wrote a letter, a script behind a page, a second file in the same bytes. What cannot be
judged is refused.
"""

from __future__ import annotations

import io
import re
import stat
import threading
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from rollout.kernel import office
from rollout.kernel.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
MAX_REQUEST = 32 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_PIXELS_TOGETHER = 4 * MAX_PIXELS
MAX_UNPACKED = 100 * 1024 * 1024
MAX_STREAM = 64 * 1024 * 1024
MAX_PARTS = 2000
MAX_OBJECTS = 50_000
MAX_NAME = 80

_MARKUP = re.compile(rb"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|img|meta|link)\b", re.I)
_OTHER_KINDS = (b"GIF8", b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"%!PS", b"#!")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_STREAM = re.compile(rb"stream\r?\n")
_ACTIVE = frozenset(
    ("/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/AA", "/SubmitForm",
     "/ImportData", "/GoToR", "/GoToE", "/Movie", "/Sound", "/Rendition")
)  # fmt: skip
_TOLD = ("/Metadata", "/PieceInfo", "/LastModified")
_OFFICE = {
    "word/document.xml": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_ODT = "application/vnd.oasis.opendocument.text"


class Bounded(FileUploadHandler):
    """Refuses a request by the length that it declares, before anything of it is read or written anywhere."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, *args: Any, **more: Any  # noqa: N803
    ) -> None:  # fmt: skip
        if content_length > MAX_REQUEST:
            raise RequestDataTooBig("a request is at most 32 MB long")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: its cleaned name with the ending of its kind, its media type, and its bytes."""

    name: str
    media_type: str
    content: bytes


def examined(name: str, content: bytes) -> Upload:
    """The file as it may be kept. Raises DomainError with a code and a sentence for everything else."""
    if not content:
        raise _refused("file_empty", _("The file is empty. Choose it again."))
    if len(content) > MAX_BYTES:
        raise _refused("file_too_large", _("The file is larger than 10 MB. Make it smaller or split it."))
    suffix, media_type, kept = _kept(name, content)
    if len(kept) > MAX_BYTES:
        raise _refused("file_too_large", _("The file is larger than 10 MB. Make it smaller or split it."))
    return Upload(clean_name(name, suffix), media_type, kept)


def clean_name(name: str, suffix: str) -> str:
    """A file's name without its folders and without signs that mislead, with the ending of what it is."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").split("/")[-1])
    seen = "".join(
        sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in "\"'`<>|:*?;%\u2028\u2029"
    )
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", re.sub(r"\s+", " ", seen).strip(" ."))
    return f"{stem[:MAX_NAME].strip(' .') or 'file'}{suffix}"


def _kept(name: str, content: bytes) -> tuple[str, str, bytes]:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png", "image/png", _picture(content, "PNG")
    if content.startswith(b"\xff\xd8\xff"):
        return ".jpg", "image/jpeg", _picture(content, "JPEG")
    if content.startswith(b"%PDF-"):
        return ".pdf", "application/pdf", _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return (*_office(content), _office_anew(content, 0))
    is_table = name.lower().endswith(".csv")
    return ".csv" if is_table else ".txt", "text/csv" if is_table else "text/plain", _text(content)


def _text(content: bytes) -> bytes:
    if content.startswith(_OTHER_KINDS) or b"%PDF-" in content[:1024] or _MARKUP.search(content):
        raise _not_safe()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise _not_safe() from None
    if _CONTROL.search(text):
        raise _not_safe()
    return text.encode()


_STRICTLY = threading.Lock()


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Refuse half a picture, also where the maker of PDF files has told the library to draw what there is."""
    from PIL import ImageFile

    with _STRICTLY:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _picture(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps

    try:
        with _whole_pictures_only(), warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(kind,)) as picture:  # reads the head, no pixel yet
                if picture.width * picture.height > MAX_PIXELS:
                    raise _too_many_pixels()
                upright = ImageOps.exif_transpose(picture)
        return _drawn_anew(upright, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, zlib.error, MemoryError):
        raise _refused(
            "file_damaged", _("This picture cannot be read. Save it again and choose the new one.")
        ) from None


def _drawn_anew(picture: Any, kind: str) -> bytes:
    """The pixels alone, in a file that was begun empty."""
    if kind == "JPEG":
        mode = "L" if picture.mode == "L" else "RGB"
    else:
        mode = picture.mode if picture.mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA"
    plain = picture.convert(mode)
    plain.info = {}
    out = io.BytesIO()
    plain.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return out.getvalue()


def _pdf(content: bytes) -> bytes:
    import pikepdf

    head, _mark, tail = content[:1024], b"%%EOF", content[content.rfind(b"%%EOF") + 5 :]
    if b"%%EOF" not in content or tail.strip(b"\r\n\x00 ") or _MARKUP.search(head):
        raise _not_safe()
    _refuse_bomb(content)
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise _locked()
            if len(pdf.objects) > MAX_OBJECTS:
                raise _not_safe()
            for found in pdf.objects:
                _look_through(found, pikepdf, 0)
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            out = io.BytesIO()
            pdf.remove_unreferenced_resources()
            pdf.save(out, deterministic_id=True)
            return out.getvalue()
    except pikepdf.PasswordError:
        raise _locked() from None
    except (pikepdf.PdfError, ValueError, RuntimeError, MemoryError, RecursionError):
        raise _refused("file_damaged", _("This PDF cannot be read. Save it again and choose the new one.")) from None


def _refuse_bomb(content: bytes) -> None:
    """Unpack each part of a PDF to its limit, before a library that knows none does it."""
    total = 0
    for found in _STREAM.finditer(content):
        unpacking = zlib.decompressobj()
        try:
            unpacked = len(unpacking.decompress(content[found.end() :], MAX_STREAM + 1))
        except zlib.error:
            continue  # not packed, or in another way
        total += unpacked
        if unpacked > MAX_STREAM or total > 4 * MAX_STREAM:
            raise _not_safe()


def _look_through(found: Any, pikepdf: Any, depth: int) -> None:
    """Refuse what acts by itself, and take away what tells of its maker. Other objects are looked at on their own."""
    if depth > 40:
        raise _not_safe()
    if isinstance(found, pikepdf.Array):
        inside = list(found)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        for key in _TOLD:
            if key in found:
                del found[key]
        keys = list(found.keys())
        if (
            not _ACTIVE.isdisjoint(keys)
            or str(found.get("/S", "")) in _ACTIVE
            or str(found.get("/Type", "")) in _ACTIVE
        ):
            raise _not_safe()
        inside = [found[key] for key in keys]
    else:
        return
    for part in inside:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _look_through(part, pikepdf, depth + 1)


def _office(content: bytes) -> tuple[str, str]:
    """A document of an office program: a folder of parts that unpack to something reasonable, without a program."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = file.infolist()
            whole = bool(parts) and not file.comment and content[-22:-18] == b"PK\x05\x06"
            if not whole or min(part.header_offset for part in parts) or len(parts) > MAX_PARTS:
                raise _not_safe()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or not all(map(_is_plain_part, parts)):
                raise _not_safe()
            if file.testzip() is not None:  # reads each part, to the size that it names and no further
                raise _not_safe()
            names = {part.filename for part in parts}
            if "mimetype" in names and file.read("mimetype").strip() == _ODT.encode():
                return ".odt", _ODT
            for inner, kind in _OFFICE.items():
                if inner in names and "[Content_Types].xml" in names:
                    if b"macroenabled" in file.read("[Content_Types].xml").lower():
                        raise _not_safe()
                    return kind
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        raise _refused("file_damaged", _("This file cannot be read. Save it again and choose the new one.")) from None
    raise _not_safe()


def _office_anew(content: bytes, depth: int) -> bytes:
    """The same document without what tells of its makers, and what lies inside it no less."""
    pixels = 0

    def draw(picture: bytes, kind: str) -> bytes:
        nonlocal pixels
        pixels += _pixels_of(picture, kind)
        if pixels > MAX_PIXELS_TOGETHER:
            words = _("The pictures of this document have too many pixels. Make them smaller, or save it as PDF.")
            raise _refused("too_many_pixels", words)
        return _picture(picture, kind)

    def nested(inner: bytes) -> bytes:
        if depth:
            raise _not_safe()
        _office(inner)
        return _office_anew(inner, depth + 1)

    return office.cleaned(content, draw=draw, nested=nested)


def _pixels_of(content: bytes, kind: str) -> int:
    """How many pixels a picture says it has. One that cannot be read has none: drawing it says so."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
                return picture.width * picture.height
    except Image.DecompressionBombError:
        return MAX_PIXELS_TOGETHER
    except (OSError, ValueError, SyntaxError):
        return 0


def _is_plain_part(part: zipfile.ZipInfo) -> bool:
    steps = part.filename.replace("\\", "/").split("/")
    return (
        ".." not in steps
        and not part.filename.startswith("/")
        and "\\" not in part.filename
        and not part.flag_bits & 1
        and not stat.S_ISLNK(part.external_attr >> 16)
        and part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and not part.filename.lower().endswith((".bin.rels", "vbaproject.bin", ".exe", ".js", ".vbs"))
        and steps[0] not in ("Basic", "Scripts")
    )


def _refused(code: str, words: Any) -> DomainError:
    return DomainError(code, words, field="file")


def _locked() -> DomainError:
    return _refused("file_locked", _("This PDF is locked with a password. Save it without one."))


def _too_many_pixels() -> DomainError:
    return _refused("too_many_pixels", _("This picture has more than 40 million pixels. Make it smaller."))


def _not_safe() -> DomainError:
    return _refused(
        "file_not_safe",
        _(
            "This kind of file is not taken. Choose a PDF without scripts, a PNG or JPEG picture, text, CSV, docx, xlsx"
            " or odt."
        ),
    )
