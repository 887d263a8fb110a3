"""Finding masked figures in published files: every place where a number can be written, whoever wrote it.

Nothing of presentation is used: pages and workbooks are taken apart with the standard library.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from page_lue import ENONCES, Noeud, arbre

CLES = ["indicateur", "annee", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"]
CHIFFRES = ["numerateur", "denominateur", "valeur", "cible", "ecart", "menages_manquants", "cible_max"]


def _mots(texte: str) -> frozenset[str]:
    return frozenset(texte.split())


# Attributes that place, size, paint or name: what they may say of a figure is judged by the geometry of the page.
_MUETS = _mots(
    "id class href for role lang charset colspan rowspan scope tabindex type xmlns viewbox d x y x1 y1 x2 y2 cx cy r "
    "dx dy rx ry width height points transform patterntransform patternunits fill stroke stroke-width stroke-dasharray "
    "stroke-linejoin stroke-linecap font-size font-weight font-family text-anchor paint-order clip-path opacity name "
    "media rel open focusable aria-labelledby aria-describedby aria-hidden aria-controls aria-current http-equiv "
    "preserveaspectratio version"
)
# The same in the parts of a workbook: references, styles, indexes and sizes.
_MUETS_XML = _mots(
    "r s t spans ref sqref min max width ht customWidth customHeight style outlineLevelRow outlineLevelCol count "
    "uniqueCount rgb theme indexed id Id sheetId localSheetId numFmtId fontId fillId borderId xfId applyNumberFormat "
    "val baseColWidth defaultRowHeight paperSize fitToHeight fitToPage topLeftCell activeCell ySplit xSplit state pane "
    "workbookViewId activeTab firstSheet tabRatio windowWidth windowHeight xWindow yWindow calcId fullCalcOnLoad "
    "rupBuild lowestEdited lastEdited appName sz w cx cy headerRowCount totalsRowCount"
)
# Where a chart is placed.
_PLACES_XML = _mots("col row colOff rowOff")
_NOMBRE = re.compile(r"(?<![\w.,])[-−+]?(\d{1,3}(?:[\u202f\u00a0]\d{3})+|\d+)(?:[.,](\d+))?(?![\w])(\s?%)?")


@dataclass(frozen=True)
class Passage:
    """A text of a published file, and where it is."""

    ou: str
    texte: str


@dataclass(frozen=True)
class Jeton:
    """A number as it is written: its absolute value, and whether it is a percentage. A cell of a table says no unit."""

    nombre: Decimal
    pourcent: bool = False


def jetons(texte: str) -> set[Jeton]:
    """The numbers of a text."""
    trouves = set()
    for entier, decimales, unite in _NOMBRE.findall(texte):
        x = Decimal(re.sub(r"\D", "", entier) + (f".{decimales}" if decimales else ""))
        trouves.add(Jeton(net(x), bool(unite)))
    return trouves


def net(x: Decimal) -> Decimal:
    """To the ninth decimal: 12 significant digits in the csv, 17 in the workbook."""
    return x.quantize(Decimal("1e-9"), ROUND_HALF_UP).normalize()


def ecritures(chiffre: float, colonne: str, unite: str) -> set[Jeton]:
    """How a figure may be written: in full, with one decimal, a share without any."""
    x = abs(Decimal(repr(round(float(chiffre), 9))))
    formes = {Jeton(net(x)), Jeton(net(x.quantize(Decimal("0.1"), ROUND_HALF_UP)))}
    if unite == "pct" and colonne in ("valeur", "cible"):
        formes |= {Jeton(forme.nombre, True) for forme in formes}
        formes.add(Jeton(net(x.quantize(Decimal(1), ROUND_HALF_UP)), True))
    return formes


def ecritures_de(lignes: pd.DataFrame) -> set[Jeton]:
    """Every way of writing the figures of some rows."""
    formes: set[Jeton] = set()
    for ligne in lignes.to_dict("records"):
        for colonne in CHIFFRES:
            if not pd.isna(ligne[colonne]):
                formes |= ecritures(ligne[colonne], colonne, str(ligne["unite"]))
    return formes


def chercher(passages: Iterable[Passage], interdits: set[Jeton], connus: re.Pattern[str] | None = None) -> list[str]:
    """Where a forbidden number is written; ``connus``: texts whose numbers are accounted for."""
    fautes = []
    for passage in passages:
        texte = connus.sub(" ", passage.texte) if connus else passage.texte
        for jeton in sorted(jetons(texte) & interdits, key=lambda j: j.nombre):
            fautes.append(f"{jeton.nombre}{' %' if jeton.pourcent else ''} ({passage.ou}) : {passage.texte[:160]!r}")
    return fautes


# --- The page -------------------------------------------------------------------------------------------------------


def passages_de_la_page(html: str, scripts_connus: Iterable[str] = ()) -> Iterator[Passage]:
    """Texts, spoken and other attributes, comments, and what the scripts hold but for those given."""
    page = arbre(html)
    for bloc in page.blocs():
        yield Passage("texte", bloc)
    for noeud in page.tous():
        for nom, valeur in noeud.attributs.items():
            if nom not in _MUETS and nom not in ENONCES:
                yield Passage(f"attribut {nom} de {noeud.balise}", valeur)
    for commentaire in re.findall(r"<!--(.*?)-->", html, re.S):
        yield Passage("commentaire", commentaire)
    connus = set(scripts_connus)
    for script in page.tous("script"):
        if script.texte not in connus:
            yield from passages_du_script(script.texte)


def objets_du_script(script: str) -> tuple[list[Any], str]:
    """The JSON objects of a script, the largest ones, and what is left of the script without them."""
    objets, reste, debut = [], [], 0
    lecteur = json.JSONDecoder()
    while (place := script.find("{", debut)) >= 0:
        try:
            objet, fin = lecteur.raw_decode(script, place)
        except json.JSONDecodeError:
            reste.append(script[debut : place + 1])
            debut = place + 1
            continue
        objets.append(objet)
        reste.append(script[debut:place])
        debut = fin
    return objets, "".join([*reste, script[debut:]])


def passages_du_script(script: str) -> Iterator[Passage]:
    objets, reste = objets_du_script(script)
    for objet in objets:
        yield from passages_du_json(objet, "donnée d’un script")
    yield Passage("code d’un script", reste)


def passages_du_json(objet: Any, ou: str) -> Iterator[Passage]:
    """Every string, number and key; coordinates apart."""
    if isinstance(objet, dict):
        for cle, valeur in objet.items():
            if cle not in ("geometry", "centre", "bbox"):
                yield Passage(f"{ou}, clé", str(cle))
                yield from passages_du_json(valeur, f"{ou}, {cle}")
    elif isinstance(objet, list):
        for valeur in objet:
            yield from passages_du_json(valeur, ou)
    elif isinstance(objet, str | int | float) and not isinstance(objet, bool):
        yield Passage(ou, str(objet))


def hachures(noeud: Noeud) -> list[Noeud]:
    """The rectangles of what is masked in a drawing, without the pattern's own."""
    return [r for r in _barres(noeud) if r.attributs.get("fill", "").startswith("url(")]


def barres_pleines(noeud: Noeud) -> list[Noeud]:
    """The bars of a drawing that have a colour; swatches of a legend are 15 units high."""
    pleines = [r for r in _barres(noeud) if not r.attributs.get("fill", "").startswith("url(")]
    return [r for r in pleines if r.attributs.get("height") != "15"]


def _barres(noeud: Noeud) -> list[Noeud]:
    motif = {id(r) for p in noeud.tous("pattern") for r in p.tous("rect")}
    return [r for r in noeud.tous("rect") if id(r) not in motif]


# --- The workbook, the csv, the journal -----------------------------------------------------------------------------


def passages_du_classeur(chemin: Path) -> Iterator[Passage]:
    """Every part of the archive: cells of hidden sheets too, shared texts, properties, names, comments."""
    with zipfile.ZipFile(chemin) as archive:
        for nom in archive.namelist():
            if not nom.endswith((".xml", ".rels", ".vml")):
                yield Passage(nom, archive.read(nom).decode("latin-1"))
                continue
            racine = ET.fromstring(archive.read(nom))
            # The <v> of a shared text is its rank, not a number.
            rangs = {id(v) for c in racine.iter() if c.get("t") == "s" for v in c}
            for element in racine.iter():
                balise = element.tag.rpartition("}")[2]
                for attribut, valeur in element.attrib.items():
                    if attribut.rpartition("}")[2] not in _MUETS_XML:
                        yield Passage(f"{nom}, attribut {attribut} de {balise}", valeur)
                if element.text and id(element) not in rangs and balise not in _PLACES_XML:
                    yield Passage(f"{nom}, {balise}", element.text)
