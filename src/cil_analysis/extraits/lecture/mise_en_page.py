"""What an .xlsx or an .ods says of its rows that its reader does not tell: which are hidden, which cells are merged.

And which formulas of an .xlsx have no value: what writes a workbook without computing it leaves them to a spreadsheet.
"""

import html
import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree

from openpyxl.utils.cell import range_boundaries

CONTENU_ODS = "content.xml"
_CLASSEUR, _LIENS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_BALISE = 1 << 16  # no tag of a spreadsheet is longer
_MASQUE = b' hidden="1"', b' hidden="true"'
_LIGNE = re.compile(rb"""<(?:\w+:)?row\b[^<>]*? r="(\d+)""")
_LIGNE_MASQUEE = re.compile(rb"""<(?:\w+:)?row\b(?=[^<>]* hidden="(?:1|true)")[^<>]*? r="(\d+)""")
_FUSION = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*? ref="([A-Z]+\d+:[A-Z]+\d+)""")
_FORMULE = re.compile(rb"<c\b([^<>]*)><f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
_ADRESSE = re.compile(rb' r="[A-Z]+(\d+)"')
# Of an .ods: a table, by its name; a row, by its attributes; a filled cell that covers others.
_BALISE_ODS = re.compile(
    rb"""<table:table\s[^<>]*?table:name="([^"]*)"|<table:(table-row)\b([^<>]*)"""
    rb"""|<table:table-cell(?=[^<>]*-spanned="(?!1"))(?=[^<>]*value-type=)()"""
)
_FOIS = re.compile(rb'number-rows-repeated="(\d{1,7})"')


class Fusion(NamedTuple):
    """Merged cells: the number of their first row, the rank of their column where it is known, what they are called."""

    ligne: int
    rang: int | None
    dite: str


@dataclass
class MiseEnPage:
    """``masquees``: the numbers of the rows that are hidden or filtered out. ``fusions``: the merged cells.

    ``incalculees``: for each formula without a value, the number of its row; an empty text is a value. ``redite``:
    whether a number of row comes back, or rows are not in order: of two of one number, the reader forgets one. A sheet
    is seen slice by slice, as its archive is inflated.
    """

    masquees: set[int] = field(default_factory=set)
    fusions: list[Fusion] = field(default_factory=list)
    incalculees: list[int] = field(default_factory=list)
    redite: bool = False
    _derniere: int = field(default=0, repr=False)
    _reste: bytes = field(default=b"", repr=False)

    def voir(self, tranche: bytes) -> None:
        """The next slice; what is after its last tag is kept, which the next one may end."""
        lu, accroche, reste = (self._reste + tranche).rpartition(b"<")
        self._reste = (accroche + reste)[-_BALISE:]
        self._lire(lu)

    def _lire(self, lu: bytes) -> None:
        for numero in map(int, _LIGNE.findall(lu)):
            self.redite |= numero <= self._derniere
            self._derniere = numero
        if any(signe in lu for signe in _MASQUE):
            self.masquees.update(map(int, _LIGNE_MASQUEE.findall(lu)))
        for attributs in _FORMULE.findall(lu) if b"<f" in lu else ():
            if b' t="str"' not in attributs and (ou := _ADRESSE.search(attributs)):
                self.incalculees.append(int(ou[1]))
        for plage in map(bytes.decode, _FUSION.findall(lu) if b"mergeCell " in lu else ()):
            colonne, ligne, *_ = (int(borne or 0) for borne in range_boundaries(plage))
            self.fusions.append(Fusion(ligne, colonne - 1, plage))


@dataclass
class MisesEnPageOds(MiseEnPage):
    """The same of all the sheets of an .ods, which are in one member; ``feuilles``: by their names."""

    feuilles: dict[str, MiseEnPage] = field(default_factory=dict)
    _feuille: MiseEnPage = field(default_factory=MiseEnPage, repr=False)
    _ligne: int = 0

    def _lire(self, lu: bytes) -> None:
        for nom, est_une_ligne, attributs, _ in _BALISE_ODS.findall(lu):
            if est_une_ligne:
                fois = int(trouve[1]) if (trouve := _FOIS.search(attributs)) else 1
                if b'visibility="' in attributs and b'"visible"' not in attributs:
                    self._feuille.masquees.update(range(self._ligne + 1, self._ligne + fois + 1))
                self._ligne += fois
            elif nom:
                self._ligne, self._feuille = 0, MiseEnPage()
                self.feuilles[html.unescape(nom.decode("utf-8", "replace"))] = self._feuille
            else:
                self._feuille.fusions.append(Fusion(self._ligne, None, f"ligne {self._ligne}"))


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
