"""What an .xlsx says of its rows that its reader does not tell: which are hidden, and which cells are merged."""

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

_CLASSEUR, _LIENS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BALISE = 1 << 16  # no tag of a spreadsheet is longer
_MASQUE = b' hidden="1"', b' hidden="true"'
_LIGNE_MASQUEE = re.compile(rb"""<(?:\w+:)?row\b(?=[^<>]* hidden="(?:1|true)")[^<>]*? r="(\d+)""")
_FUSION = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*? ref="([A-Z]+\d+:[A-Z]+\d+)""")


@dataclass
class MiseEnPage:
    """``masquees``: the numbers of the rows that are hidden or filtered out. ``fusions``: the ranges of merged cells.

    A sheet is seen slice by slice, as its archive is inflated.
    """

    masquees: set[int] = field(default_factory=set)
    fusions: list[str] = field(default_factory=list)
    _reste: bytes = field(default=b"", repr=False)

    def voir(self, tranche: bytes) -> None:
        """The next slice; what is after its last tag is kept, which the next one may end."""
        lu, accroche, reste = (self._reste + tranche).rpartition(b"<")
        self._reste = (accroche + reste)[-_BALISE:]
        if any(signe in lu for signe in _MASQUE):
            self.masquees.update(map(int, _LIGNE_MASQUEE.findall(lu)))
        if b"mergeCell " in lu:
            self.fusions += [fusion.decode() for fusion in _FUSION.findall(lu)]


def feuilles_de(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet of an .xlsx → the member that holds it; nothing of a workbook that does not say."""
    try:
        liens = ElementTree.fromstring(archive.read(_LIENS))
        feuilles = ElementTree.fromstring(archive.read(_CLASSEUR)).iterfind(".//{*}sheet")
    except (KeyError, ElementTree.ParseError):
        return {}
    ou = {lien.get("Id"): posixpath.join("/xl", lien.get("Target", "")).lstrip("/") for lien in liens}
    renvois = [(feuille.get("name", ""), dict(feuille.items()).values()) for feuille in feuilles]
    return {nom: ou[dit] for nom, dits in renvois for dit in dits if dit in ou}
