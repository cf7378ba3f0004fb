"""Documents of office programs, written anew: what tells of their makers does not come along.

Author, company, who changed them last, where a picture was taken, small pictures of the first page. Names in comments
and in tracked changes are part of what was written, and stay.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring  # only writes

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from rollout.kernel.errors import DomainError

Draw = Callable[[bytes, str], bytes]
"""A picture and its kind → the same picture without what was hidden in it."""
Nested = Callable[[bytes], bytes]
"""A document inside this one → the same, cleaned."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_OPEN = "http://schemas.openxmlformats.org/officeDocument/2006/"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_CORE = f'<coreProperties xmlns="{_PACKAGE}metadata/core-properties"/>'
_ODF_META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
    "<office:meta/></office:document-meta>"
)
_BLANK = {
    "docprops/core.xml": _CORE,
    "docprops/app.xml": f'<Properties xmlns="{_OPEN}extended-properties"/>',
    "docprops/custom.xml": f'<Properties xmlns="{_OPEN}custom-properties"/>',
    "word/people.xml": '<people xmlns="http://schemas.microsoft.com/office/word/2012/wordml"/>',
}
_KNOWN_AT = {"core-properties": "core", "extended-properties": "app", "custom-properties": "custom"}
"""The last word of a relation → what of the document's properties it leads to, wherever that lies."""
_PICTURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_OTHER_PICTURES = (".gif", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".svg", ".emf", ".wmf", ".emz", ".wmz",
                   ".jxr", ".wdp", ".psd", ".mp4", ".mov", ".m4v", ".avi", ".wmv", ".mp3", ".m4a", ".wav")  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0"
_WHERE_IT_LAY = re.compile(rb"<(?:\w+:)?absPath\b[^<>]*/>")
_GONE = ("thumbnails/", "docprops/thumbnail", "objectreplacements/")
_NEUTRAL_DAY = (1980, 1, 1, 0, 0, 0)

register_namespace("manifest", _MANIFEST)


def cleaned(content: bytes, *, draw: Draw, nested: Nested) -> bytes:
    """The document as it may be kept. Raises DomainError for what cannot be cleaned, with a way to mend it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as file, zipfile.ZipFile(out, "w") as kept:
        for name, said in _parts(file, draw, nested):
            info = zipfile.ZipInfo(name, _NEUTRAL_DAY)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            kept.writestr(info, said)
    return out.getvalue()


def _parts(file: zipfile.ZipFile, draw: Draw, nested: Nested) -> Iterator[tuple[str, bytes]]:
    parts = [part for part in file.infolist() if not part.is_dir()]
    # The kind of an open document is told by its first part.
    parts.sort(key=lambda part: part.filename != "mimetype")
    lower = [part.filename.lower() for part in parts]
    if len(set(lower)) < len(lower):
        raise _damaged()
    if any("signature" in name and name.startswith(("_xmlsignatures/", "meta-inf/")) for name in lower):
        raise _refused("file_signed", _("This document is signed electronically. Save a copy without the signature."))
    blank, gone = _properties(file)
    for part, name in zip(parts, lower, strict=True):
        if name in gone or name.startswith(_GONE):
            continue
        said = file.read(part)
        if (text := blank.get(name)) is not None:
            yield part.filename, text.encode()
        elif name == "meta.xml" or name.endswith("/meta.xml"):
            yield part.filename, _ODF_META.encode()
        else:
            yield part.filename, _cleaned_part(name, said, gone, draw, nested)


def _properties(file: zipfile.ZipFile) -> tuple[dict[str, str], set[str]]:
    """What is left blank, by the name of its part, and which parts go: also where a program keeps them elsewhere."""
    blank, gone = dict(_BLANK), set[str]()
    for name in file.namelist():
        for one in _read(file.read(name)) if name.lower() == "_rels/.rels" else ():
            last = one.get("Type", "").rpartition("/")[2]
            part = one.get("Target", "").lstrip("/").lower()
            if last == "thumbnail":
                gone.add(part)
            elif last in _KNOWN_AT:
                blank[part] = _BLANK[f"docprops/{_KNOWN_AT[last]}.xml"]
    return blank, gone


def _cleaned_part(name: str, said: bytes, gone: set[str], draw: Draw, nested: Nested) -> bytes:
    kind = next((kind for mark, kind in _PICTURES.items() if said.startswith(mark)), "")
    if said[:4] == b"RIFF" and said[8:12] == b"WEBP":
        kind = "WEBP"
    if kind:
        return draw(said, kind)
    is_inside = name.endswith(".xml") and b"binary-data" in said  # an open document may hold pictures as text
    if is_inside or name.endswith(_OTHER_PICTURES) or "/media/" in name or name.startswith(("pictures/", "media/")):
        raise _refused(
            "file_not_cleaned",
            _("This document holds a picture, sound or film of a kind that cannot be cleaned. Put a PNG or JPEG picture"
              " in its place, or save the document as PDF."),
        )  # fmt: skip
    if said.startswith(b"PK\x03\x04"):
        return nested(said)
    if said.startswith(_OLE) or "/embeddings/" in name:
        raise _not_opened()
    if name == "_rels/.rels":
        return _without(said, f"{_PACKAGE}relationships", lambda one: one.get("Type", "").endswith("/thumbnail"))
    if name == "[content_types].xml":
        wanted = f"{_PACKAGE}content-types"
        return _without(said, wanted, lambda one: one.get("PartName", "").lstrip("/").lower() in gone)
    if name == "meta-inf/manifest.xml":
        return _manifest(said)
    if name == "xl/workbook.xml":
        return _WHERE_IT_LAY.sub(b"", said)
    if name.startswith("customxml/item") and not name.startswith("customxml/itemprops"):
        return _root_alone(said)
    return said


def _manifest(said: bytes) -> bytes:
    """The list of an open document's parts, without those that go."""
    if next(_read(said).iter(f"{{{_MANIFEST}}}encryption-data"), None) is not None:
        raise _refused("file_locked", _("This document is locked with a password. Save it without one."))
    path = f"{{{_MANIFEST}}}full-path"
    return _without(said, "", lambda one: one.get(path, "").lower().startswith(_GONE))


def _root_alone(said: bytes) -> bytes:
    """What programs note beside a document, such as whom it was shared with. A list of sources is part of the text."""
    root = _read(said)
    if root.tag.endswith("}Sources"):
        return said
    return _written(Element(root.tag))


def _without(said: bytes, namespace: str, goes: Callable[[Any], bool]) -> bytes:
    """The same list without some of its entries; unchanged where nothing goes. `namespace` is written without a
    prefix, as programs write it themselves."""
    root = _read(said)
    gone = [one for one in root if goes(one)]
    if not gone:
        return said
    for one in gone:
        root.remove(one)
    if namespace:
        for one in root.iter():
            one.tag = one.tag.removeprefix(f"{{{namespace}}}")
        root.set("xmlns", namespace)
    return _written(root)


def _written(root: Any) -> bytes:
    said: bytes = tostring(root, "utf-8", xml_declaration=True)
    return said


def _read(said: bytes) -> Any:
    try:
        return fromstring(said, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise _damaged() from None


def _refused(code: str, words: Any) -> DomainError:
    return DomainError(code, words, field="file")


def _not_opened() -> DomainError:
    return _refused(
        "file_not_cleaned",
        _("This document holds another file that cannot be cleaned. Take it out, or save the document as PDF."),
    )


def _damaged() -> DomainError:
    return _refused("file_damaged", _("This file cannot be read. Save it again and choose the new one."))
