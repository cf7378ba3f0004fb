"""What people upload is judged by its content, and what was hidden in it does not come along."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image

from rollout.kernel import uploads
from rollout.kernel.errors import DomainError

GPS = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)}


def picture(kind="PNG", size=(40, 30), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode.startswith("RGB") else 3).save(out, kind, **more)
    return out.getvalue()


def huge_png(width, height):
    """The head of a picture with more pixels than any machine has, and no pixel behind it."""

    def part(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(b"\0" * 100)) + part(b"IEND", b"")


def with_exif():
    exif = Image.Exif()
    exif[0x010F] = "Zora Camera"
    exif.get_ifd(0x8825).update(GPS)
    return exif


def pdf(change=None, **saving):
    made = pikepdf.new()
    made.add_blank_page()
    made.docinfo["/Author"] = "Zora Author"
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saving)
    return out.getvalue()


def script(made):
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def named_script(made):
    tree = pikepdf.Dictionary(
        Names=["x", made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="x"))]
    )
    made.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def launch(made):
    made.pages[0].Annots = [pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.Launch))]


def carried(made):
    made.attachments["evil.exe"] = b"MZ"


def on_opening_a_page(made):
    made.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.URI))


def bomb(made):
    made.Root.Extra = made.make_stream(b"\0" * (uploads.MAX_STREAM + 2))


def office(kind="word/document.xml", **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", parts.pop("types", "<Types/>"))
        file.writestr(kind, "<document/>")
        for name, content in parts.items():
            file.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def odt():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        file.writestr("content.xml", "<x/>")
    return out.getvalue()


def path_in_zip(name):
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(zipfile.ZipInfo(name), "x")
    return out.getvalue()


def link_in_zip():
    out = io.BytesIO(office())
    with zipfile.ZipFile(out, "a") as file:
        info = zipfile.ZipInfo("word/link")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    return out.getvalue()


def lying_zip():
    """A part that says it is small and unpacks to much more."""
    content = bytearray(office(word__big="\0" * 5_000_000))
    real = struct.pack("<I", 5_000_000)
    at = content.rfind(real)
    content[at : at + 4] = struct.pack("<I", 10)
    return bytes(content)


TAKEN = {
    "a PDF": (pdf(), ".pdf", "application/pdf"),
    "a picture": (picture(), ".png", "image/png"),
    "a photograph": (picture("JPEG"), ".jpg", "image/jpeg"),
    "a picture with few colours": (picture(mode="P"), ".png", "image/png"),
    "a grey photograph": (picture("JPEG", mode="L"), ".jpg", "image/jpeg"),
    "text": ("Été, 5 < 6 > 4".encode(), ".txt", "text/plain"),
    "text of an older program": ("Été".encode("cp1252"), ".txt", "text/plain"),
    "a letter": (office(), ".docx", uploads._OFFICE["word/document.xml"][1]),
    "a sheet": (office("xl/workbook.xml"), ".xlsx", uploads._OFFICE["xl/workbook.xml"][1]),
    "an open letter": (odt(), ".odt", "application/vnd.oasis.opendocument.text"),
}
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
REFUSED = {
    "nothing": (b"", "file_empty"),
    "too much": (b"x" * (uploads.MAX_BYTES + 1), "file_too_large"),
    "a page": (HTML, "file_not_safe"),
    "a page behind blanks": (b"  \n" + HTML, "file_not_safe"),
    "a drawing that acts": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_not_safe"),
    "xml": (b'<?xml version="1.0"?><x/>', "file_not_safe"),
    "a picture that is a script": (b"GIF89a=1;alert(1)//", "file_not_safe"),
    "a PDF that is a page": (b"%PDF-1.4\n" + HTML + pdf()[8:], "file_not_safe"),
    "a PDF with a page behind it": (pdf() + HTML, "file_not_safe"),
    "a PDF behind a page": (b"hello" + pdf(), "file_not_safe"),
    "a PDF that is an archive": (pdf() + office(), "file_not_safe"),
    "a PDF with a script": (pdf(script), "file_not_safe"),
    "a PDF with a hidden script": (
        pdf(named_script, object_stream_mode=pikepdf.ObjectStreamMode.generate), "file_not_safe",
    ),
    "a PDF that starts a program": (pdf(launch), "file_not_safe"),
    "a PDF with a file in it": (pdf(carried), "file_not_safe"),
    "a PDF that acts when it is opened": (pdf(on_opening_a_page), "file_not_safe"),
    "a PDF that unpacks without end": (pdf(bomb), "file_not_safe"),
    "a locked PDF": (pdf(encryption=pikepdf.Encryption(owner="x", user="x")), "file_locked"),
    "a PDF that opens to everybody and is locked": (
        pdf(encryption=pikepdf.Encryption(owner="x", user="")), "file_locked",
    ),
    "half a PDF": (b"%PDF-1.4\nxx\n%%EOF", "file_damaged"),
    "30,000 × 30,000": (huge_png(30_000, 30_000), "too_many_pixels"),
    "one row too many": (huge_png(8_000, 5_001), "too_many_pixels"),
    "half a picture": (picture()[:60], "file_damaged"),
    "a picture in name": (b"\x89PNG\r\n\x1a\n" + HTML, "file_damaged"),
    "an archive": (office("notes.txt"), "file_not_safe"),
    "the head of an archive": (b"PK\x03\x04", "file_damaged"),
    "an archive behind something": (b"x" + office(), "file_not_safe"),
    "an archive with something behind it": (office() + b"x", "file_not_safe"),
    "a bomb": (office(word__big="\0" * (uploads.MAX_UNPACKED + 1)), "file_not_safe"),
    "a bomb that lies": (lying_zip(), "file_not_safe"),
    "a way out": (path_in_zip("../../etc/passwd"), "file_not_safe"),
    "an absolute way out": (path_in_zip("/etc/passwd"), "file_not_safe"),
    "a link": (link_in_zip(), "file_not_safe"),
    "a macro": (office(word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"), "file_not_safe"),
    "a letter with macros": (office(types="<x ContentType='a.macroEnabled.main+xml'/>"), "file_not_safe"),
    "a program": (b"MZ\x90\x00\x03\x00", "file_not_safe"),
    "nobody knows": (bytes(range(256)), "file_not_safe"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken(what):
    content, suffix, media_type = TAKEN[what]
    found = uploads.examined("what we heard.bin", content)
    assert (found.name, found.media_type) == (f"what we heard{suffix}", media_type)
    again = uploads.examined(found.name, found.content)
    assert again.media_type == media_type, "what is kept would be taken again"


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what):
    content, code = REFUSED[what]
    for name in ("innocent.png", "innocent.docx", "innocent.txt"):
        with pytest.raises(DomainError) as refusal:
            uploads.examined(name, content)
        assert (refusal.value.code, refusal.value.field) == (code, "file")


def test_the_pixels_are_counted_before_the_first_is_read(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("a pixel was read"))
    with pytest.raises(DomainError, match="too_many_pixels"):
        uploads.examined("x.png", huge_png(30_000, 30_000))


def test_a_table_keeps_its_ending():
    assert uploads.examined("values.csv", b"a,b\n1,2").media_type == "text/csv"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_where_a_picture_was_taken_is_gone(kind):
    more = {"exif": with_exif(), "icc_profile": b"Zora profile"}
    told = picture(kind, **more, **({"comment": b"Zora comment"} if kind == "JPEG" else {}))
    assert b"Zora Camera" in told
    kept = uploads.examined("photo", told).content
    assert b"Zora" not in kept
    read = Image.open(io.BytesIO(kept))
    assert (dict(read.getexif()), dict(read.getexif().get_ifd(0x8825)), "comment" in read.info) == ({}, {}, False)


def test_a_picture_is_turned_upright_before_that_is_forgotten():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = uploads.examined("photo", picture("JPEG", size=(40, 30), exif=exif)).content
    assert Image.open(io.BytesIO(kept)).size == (30, 40)


def test_what_hangs_behind_a_picture_is_gone():
    for content in (picture() + HTML, picture("JPEG") + office()):
        kept = uploads.examined("photo", content).content
        assert b"script" not in kept
        assert b"document.xml" not in kept


def test_who_wrote_a_pdf_is_gone():
    def tell(made):
        with made.open_metadata() as told:
            told["dc:creator"] = ["Zora Creator"]
        made.Root.PieceInfo = pikepdf.Dictionary(Zora=pikepdf.Dictionary(Private="Zora"))

    content = pdf(tell, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"Zora" in content
    kept = uploads.examined("x.pdf", content).content
    with pikepdf.open(io.BytesIO(kept)) as read:
        assert len(read.pages) == 1
        assert "/Info" not in read.trailer
        assert "/Metadata" not in read.Root
        assert "/PieceInfo" not in read.Root
    assert b"Zora" not in kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\me\\notes.doc", "notes.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("harmless\u202etxt.exe", "harmlesstxt.txt"),
        ("no\"quotes'here.txt", "noquoteshere.txt"),
        ("two\r\nlines: x.txt", "twolines x.txt"),
        ("page.html", "page.txt"),
        (".htaccess", "htaccess.txt"),
        ("...", "file.txt"),
        ("", "file.txt"),
        ("x" * 500 + ".txt", "x" * 80 + ".txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
    ],
)
def test_names_are_cleaned(name, kept):
    assert uploads.examined(name, b"What we heard").name == kept


# Documents of office programs

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
TOLD = "Zora"


def zipped(**parts):
    """A document by hand; names with their slashes as a dictionary gives them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            info.comment = b"Zora"
            file.writestr(info, content)
    return out.getvalue()


def letter(**more):
    """A text document as a program writes it, with all that it tells of its author."""
    relations = "".join(
        f'<Relationship Id="r{at}" Type="{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(
            [
                (f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
                (f"{RELS}/metadata/core-properties", "docProps/core.xml"),
                (f"{OFFICE}/relationships/extended-properties", "/docProps/app.xml"),
                (f"{OFFICE}/relationships/custom-properties", "props/mine.xml"),
                (f"{RELS}/metadata/thumbnail", "docProps/thumbnail.jpeg"),
            ]
        )
    )
    return zipped(
        **{
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/docProps/thumbnail.jpeg" ContentType="image/jpeg"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{RELS}">{relations}</Relationships>',
            "word/document.xml": "<document>What we heard</document>",
            "word/people.xml": "<people>Zora</people>",
            "word/media/image1.jpeg": picture("JPEG", exif=with_exif()),
            "word/media/image2.png": picture("PNG", exif=with_exif()),
            "word/media/image3.webp": picture("WEBP", exif=with_exif()),
            "docProps/core.xml": "<p><creator>Zora</creator><lastModifiedBy>Zora</lastModifiedBy></p>",
            "docProps/app.xml": "<p><Company>Zora</Company><Manager>Zora</Manager></p>",
            "props/mine.xml": "<p>Zora</p>",
            "docProps/thumbnail.jpeg": picture("JPEG", exif=with_exif()),
            "customXml/item1.xml": "<shared xmlns='urn:x' by='Zora'><with>Zora</with></shared>",
            **more,
        }
    )


def sheet(**more):
    return zipped(
        **{
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"/>',
            "xl/workbook.xml": '<workbook><x15ac:absPath url="C:\\Users\\Zora\\"/><sheets/></workbook>',
            "docProps/core.xml": "<creator>Zora</creator>",
            **more,
        }
    )


def open_letter(**more):
    entries = "".join(
        f'<m:file-entry m:full-path="{path}" m:media-type=""/>' for path in ("/", "content.xml", "Thumbnails/x.png")
    )
    manifest = f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{entries}</m:manifest>'
    return zipped(
        **{
            "content.xml": "<x>What we heard</x>",
            "mimetype": "application/vnd.oasis.opendocument.text",
            "meta.xml": "<creator>Zora</creator>",
            "Thumbnails/x.png": picture("PNG", exif=with_exif()),
            "Pictures/1.jpg": picture("JPEG", exif=with_exif()),
            "META-INF/manifest.xml": manifest,
            **more,
        }
    )


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {part.date_time[0] for part in file.infolist()} == {1980}
        assert {part.comment for part in file.infolist()} == {b""}
        return {part.filename: file.read(part) for part in file.infolist()}


@pytest.mark.parametrize("make", [letter, sheet, open_letter])
def test_who_wrote_a_document_and_where_its_pictures_were_taken_is_gone(make):
    with zipfile.ZipFile(io.BytesIO(make())) as file:
        assert any(TOLD.encode() in file.read(part) for part in file.infolist())
    kept = uploads.examined("x", make()).content
    parts = parts_of(kept)
    assert [name for name, said in parts.items() if TOLD.encode() in said] == []
    assert not [name for name in parts if "humbnail" in name]
    for name, said in parts.items():
        if name.endswith((".xml", ".rels")):
            assert b"humbnail" not in said
            fromstring(said.replace(b"x15ac:", b""))
        if "image" in name or "Pictures" in name:
            assert dict(Image.open(io.BytesIO(said)).getexif()) == {}
    assert list(parts_of(uploads.examined("x", kept).content)) == list(parts), "what is kept would be taken again"


def test_what_was_written_stays_and_the_kind_stands_first():
    parts = parts_of(uploads.examined("x", letter()).content)
    assert parts["word/document.xml"] == b"<document>What we heard</document>"
    relations = [one.get("Target") for one in fromstring(parts["_rels/.rels"])]
    assert relations == ["word/document.xml", "docProps/core.xml", "/docProps/app.xml", "props/mine.xml"]
    assert next(iter(parts_of(uploads.examined("x", open_letter()).content))) == "mimetype"


def test_a_sheet_inside_a_letter_is_cleaned_and_a_letter_in_that_is_not_looked_for():
    kept = uploads.examined("x", letter(**{"word/embeddings/Sheet1.xlsx": sheet()})).content
    assert b"Zora" not in parts_of(parts_of(kept)["word/embeddings/Sheet1.xlsx"])["docProps/core.xml"]
    deeper = sheet(**{"xl/embeddings/a.docx": letter()})
    with pytest.raises(DomainError, match="file_not_safe"):
        uploads.examined("x", letter(**{"word/embeddings/Sheet1.xlsx": deeper}))


ENCRYPTED = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml">'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (letter(**{"word/media/a.emf": "x"}), "file_not_cleaned", "Put a PNG or JPEG picture in its place"),
        (open_letter(**{"content.xml": "<o:binary-data>x</o:binary-data>"}), "file_not_cleaned", "Put a PNG"),
        (open_letter(**{"Pictures/a.svg": "<svg/>"}), "file_not_cleaned", "or save the document as PDF"),
        (letter(**{"word/embeddings/a.bin": "\xd0"}), "file_not_cleaned", "Take it out"),
        (open_letter(**{"Object 1": b"\xd0\xcf\x11\xe0"}), "file_not_cleaned", "Take it out"),
        (letter(**{"_xmlsignatures/sig1.xml": "<x/>"}), "file_signed", "Save a copy without the signature"),
        (open_letter(**{"META-INF/documentsignatures.xml": "<x/>"}), "file_signed", "Save a copy"),
        (open_letter(**{"META-INF/manifest.xml": ENCRYPTED}), "file_locked", "Save it without one"),
        (letter(**{"_rels/.rels": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "file_damaged", "Save it again"),
        (letter(**{"docprops/CORE.xml": "<creator>Zora</creator>"}), "file_damaged", "Save it again"),
        (letter(**{"word/media/a.png": b"\x89PNG\r\n\x1a\nx"}), "file_damaged", "Save it again"),
    ],
)
def test_what_cannot_be_cleaned_is_refused_with_a_way_to_mend_it(content, code, words):
    with pytest.raises(DomainError) as refusal:
        uploads.examined("x", content)
    assert (refusal.value.code, words in str(refusal.value.message)) == (code, True)


def test_the_pixels_of_a_document_are_counted_together(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS_TOGETHER", 2 * 40 * 30)
    with pytest.raises(DomainError, match="too_many_pixels"):
        uploads.examined("x", letter())
