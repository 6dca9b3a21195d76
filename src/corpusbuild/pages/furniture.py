"""Why a block of a page is not of the article's text. Patterns are of Indonesian pages, and of the English that these use."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from corpusbuild.pages.tree import Block, named

_SHORT, _LINE = 160, 300
_NEAR = 3

_SHARING = (
    r"bagikan|share|sebarkan|berbagi|ikuti|follow|kirim|cetak|print|salin|copy|tautan|link|url|komentar|comments?|facebook|fb|twitter|x|"
    r"whatsapp|wa|telegram|line|email|e-mail|instagram|threads|linkedin|pinterest|kami|us|on|di|via|ke|simpan|save|suka|like|berita|ini"
)
_STAFF = (
    r"penulis|reporter|pewarta|editor|oleh|redaktur|redaksi|penyunting|wartawan|jurnalis|kontributor|fotografer|uploader|pengunggah|"
    r"penerjemah|laporan|sumber|author|written by|by"
)
PAGES = "pages of the article"
PEOPLE = "who made it"


def _starting(*patterns: str) -> re.Pattern[str]:
    """What a block that is furniture starts with."""
    return re.compile(rf"\W*(?:{'|'.join(patterns)})", re.IGNORECASE)


ANOTHER = "a link to another article"
_READ_ALSO = _starting(
    r"(?:baca|simak|lihat|tonton|cek|dengar(?:kan)?)(?:\s+(?:juga|pula|selengkapnya|video))?\s*[:\uff1a]",
    r"(?:baca|simak|lihat|tonton)\s+juga\b",
    r"(?:artikel|berita|konten|topik|video)\s+(?:terkait|terpopuler|lainnya|lain|terbaru|pilihan|rekomendasi)\W*$",
    r"(?:rekomendasi|terpopuler|terkini|pilihan editor|pilihan untukmu|trending)\W*$",
    r"(?:also read|read also)\b|related\s*:",
)

# Each with the longest block that it may be the whole of.
_PATTERNS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    (ANOTHER, _LINE, _READ_ALSO),
    (
        PAGES,
        _SHORT,
        _starting(
            r"(?:halaman|page)\W*\d[\d\W]*(?:selanjutnya|berikutnya|next|terakhir|semua)?\W*$",
            r"(?:halaman|page)\s+(?:selanjutnya|berikutnya|sebelumnya)",
            r"(?:\d+\W+)+(?:selanjutnya|berikutnya|next|last|terakhir|semua)\W*$",
            r"(?:selanjutnya|berikutnya|sebelumnya|next|previous|prev)\W*$",
            r"(?:tampilkan|lihat|show)\s+(?:semua|all)\W*$",
            r"\d+\s+(?:dari|of)\s+\d+\W*$",
            r"\d+(?:[\s|/]+\d+)+\W*$",
        ),
    ),
    ("share buttons", _SHORT, _starting(rf"(?:(?:{_SHARING})\b\W*)+$")),
    (
        "an advertisement",
        _SHORT,
        _starting(
            r"(?:advertisement|advertising|iklan|ads?|sponsored|sponsor|lanjutkan membaca)\W*$",
            r"(?:advertisement|iklan)\b.{0,60}$",
            r"(?:scroll|gulir) (?:to (?:resume|continue)|untuk)\b",
        ),
    ),
    ("tags", _LINE, _starting(r"(?:tags?|topik|kata kunci|keywords?|label|kategori|rubrik)\s*[:\uff1a]", r"tags?\W*$")),
    (
        PEOPLE,
        _SHORT,
        # A name behind "Oleh" is capitalised: "Oleh karena itu" begins a sentence.
        _starting(rf"(?:{_STAFF})\s*[:\uff1a]", r"(?:oleh|by)\s+(?-i:(?:[A-Z][\w.'\u2019-]*\s?){1,6})$"),
    ),
    ("rights", _LINE, _starting(r"copyright|hak cipta|©", r"dilarang\s+(?:keras\s+)?(?:mengutip|mengambil|menyalin|menyiarkan)")),
    (
        "a video or a picture",
        _SHORT,
        _starting(r"(?:gambas|video|foto|infografis)\s*:", r"(?<=\[)(?:video|foto)\b", r"(?:loading|memuat)\W*$"),
    ),
    (
        "an invitation",
        _LINE,
        _starting(
            r"(?:dapatkan|ikuti|cek|simak)\b.{0,80}\b"
            r"(?:google news|whatsapp channel|saluran whatsapp|telegram|newsletter|aplikasi|breaking news)\b",
            r"(?:unduh|download)\s+aplikasi\b",
            r"(?:masuk|daftar|login)\W*$",
        ),
    ),
)

_AROUND = (
    (("nav",), "navigation"),
    (("footer",), "the foot of the page"),
    (("aside",), "beside the article"),
    (("form", "fieldset", "button"), "a form or a button"),
    (("figcaption", "caption"), "a caption"),
)
_NAMED = (
    (re.compile(r"caption|kredit-foto|photo-?credit|keterangan-?foto"), "a caption"),
    (re.compile(r"breadcrumb"), "navigation"),
    (re.compile(r"(?:^|[\s_-])(?:share|sharing|sosmed|social)"), "share buttons"),
    (re.compile(r"(?:^|[\s_-])(?:ads?|iklan|banner|advert\w*)(?:$|[\s_\d-])"), "an advertisement"),
    (re.compile(r"(?:^|[\s_-])(?:tags?|topik)(?:$|[\s_-])"), "tags"),
    (re.compile(r"baca-?juga|related|terkait|terpopuler|rekomendasi|recommend"), ANOTHER),
    (re.compile(r"(?:^|[\s_-])(?:paging|pagination|pager)"), PAGES),
    (re.compile(r"(?:^|[\s_-])(?:comments?|komentar|disqus)(?:$|[\s_-])"), "comments"),
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
ENDS_A_SENTENCE = re.compile(r"[.!?…][\"'”\u2019»)\]]*$")


def furniture(block: Block, home: Collection[Any] = ()) -> str | None:
    """Why a block is no part of an article's text wherever it stands; None where it may be one.

    Elements of ``home`` hold the article itself, and say nothing about a block: some sites put all of a page in a form.
    """
    around = [element for element in block.around if element not in home]
    if any(element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") for element in around):
        return "hidden"
    for tags, why in _AROUND:
        if any(element.tag in tags for element in around):
            return why
    names = named(around[-_NEAR:])
    for pattern, why in _NAMED:
        if pattern.search(names):
            return why
    for why, longest, pattern in _PATTERNS:
        if len(block.text) <= longest and pattern.match(block.text):
            return why
    if block.is_links and len(block.text) <= _SHORT and not ENDS_A_SENTENCE.search(block.text):
        return "nothing but links"
    return None


def set_apart(tree: Any) -> None:
    """Make blocks of links to other articles that stand inside of a paragraph, so that they can be told from it."""
    for element in tree.iter("a", "b", "em", "i", "span", "strong", "u"):
        words = "".join(element.itertext())
        if len(words) <= _LINE and _READ_ALSO.match(words) and (element.tag == "a" or element.find(".//a") is not None):
            element.tag = "div"
