"""What of PDF/UA-1 (ISO 14289-1) a program can check, from the file alone: clause by clause, each fault in words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, NumberObject

# The standard types of PDF 1.7 (ISO 32000-1, 14.8.4).
TYPES = {
    "Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private",
    "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead",
    "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "Warichu",
    "Figure", "Formula", "Form",
}  # fmt: skip
CONTENUS = {
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"}, "THead": {"TR"}, "TBody": {"TR"}, "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"}, "LI": {"Lbl", "LBody"},
}  # fmt: skip
TENUS = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}}
PEINTRE = {
    b"Tj",
    b"TJ",
    b"'",
    b'"',
    b"f",
    b"f*",
    b"F",
    b"B",
    b"B*",
    b"b",
    b"b*",
    b"S",
    b"s",
    b"sh",
    b"Do",
    b"INLINE IMAGE",
}


def enfants(element: DictionaryObject) -> list[Any]:
    contenu = element.get("/K", ArrayObject()).get_object()
    return [e.get_object() for e in contenu] if isinstance(contenu, ArrayObject) else [contenu]


def elements(element: Any) -> Iterator[Any]:
    """The elements below one, in reading order."""
    for enfant in enfants(element):
        if isinstance(enfant, DictionaryObject) and "/S" in enfant:
            yield enfant
            yield from elements(enfant)


def genre(element: Any) -> str:
    """Empty for what is no element."""
    return str(element.get("/S", "/")).removeprefix("/") if isinstance(element, DictionaryObject) else ""


def attribut(element: Any, nom: str, defaut: object = None) -> Any:
    lus = element.get("/A", ArrayObject()).get_object()
    groupes = [g.get_object() for g in lus] if isinstance(lus, ArrayObject) else [lus]
    return next((g[nom] for g in groupes if nom in g), defaut)


def defauts(octets: bytes) -> list[str]:
    """The faults of a file; none: it passes each of these checks."""
    lecteur = PdfReader(io.BytesIO(octets))
    arbre: Any = lecteur.root_object.get("/StructTreeRoot")
    if arbre is None:
        return ["7.1 aucune structure"]
    tous = list(elements(arbre))
    return [*_document(lecteur), *_elements(arbre, tous), *_titres(tous), *_tableaux(tous), *_contenus(lecteur, tous),
            *_liens(lecteur, arbre), *_polices(lecteur)]  # fmt: skip


def _document(lecteur: PdfReader) -> Iterator[str]:
    racine: Any = lecteur.root_object
    if not racine.get("/MarkInfo", {}).get("/Marked"):
        yield "7.1 le fichier ne se dit pas balisé"
    if not racine.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "7.1 le titre n’est pas affiché"
    if not re.fullmatch("[a-z]{2}(-[A-Z]{2})?", str(racine.get("/Lang"))):
        yield "7.2 aucune langue"
    if not lecteur.outline:
        yield "7.17 aucun signet"
    xmp = lecteur.xmp_metadata
    if xmp is None or not re.search(rb"pdfuaid:part(=\"|>)1\b", xmp.stream.get_data()):
        yield "5 le fichier ne dit pas sa norme"
    titre = lecteur.metadata.title if lecteur.metadata else None
    if xmp is None or not titre or titre not in (xmp.dc_title or {}).values():
        yield "7.1 aucun titre"


def _elements(arbre: Any, tous: list[Any]) -> Iterator[str]:
    roles = {str(de).removeprefix("/"): str(a).removeprefix("/") for de, a in arbre.get("/RoleMap", {}).items()}
    for element in tous:
        nom, tenu = genre(element), genre(element["/P"])
        if roles.get(nom, nom) not in TYPES:
            yield f"7.1 {nom} n’est pas un type connu"
        if element not in enfants(element["/P"]):
            yield f"7.1 {nom} n’est pas dans l’élément qu’il dit"
        if nom in CONTENUS and not {genre(e) for e in enfants(element)} <= CONTENUS[nom]:
            yield f"7.5 ou 7.6 {nom} contient autre chose que ses parties"
        if nom in TENUS and tenu not in TENUS[nom]:
            yield f"7.5 ou 7.6 {nom} est dans {tenu}"
        if nom == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "7.3 une figure n’a pas de texte de remplacement"


def _titres(tous: list[Any]) -> Iterator[str]:
    niveaux = [int(genre(e)[1]) for e in tous if re.fullmatch("H[1-6]", genre(e))]
    if niveaux[:1] != [1] or niveaux.count(1) > 1:
        yield "7.4 le document n’a pas un titre de premier niveau, et un seul"
    for avant, apres in pairwise(niveaux):
        if apres > avant + 1:
            yield f"7.4 un titre de niveau {apres} suit un titre de niveau {avant}"


def _tableaux(tous: list[Any]) -> Iterator[str]:
    for tableau in (e for e in tous if genre(e) == "Table"):
        lignes = [
            [c for c in enfants(e) if isinstance(c, DictionaryObject)] for e in elements(tableau) if genre(e) == "TR"
        ]
        entetes = [c for ligne in lignes for c in ligne if genre(c) == "TH"]
        if not entetes or any(attribut(c, "/Scope") not in ("/Column", "/Row", "/Both") for c in entetes):
            yield "7.5 un en-tête de tableau n’a pas de portée"
        if len({sum(int(attribut(c, "/ColSpan", 1)) for c in ligne) for ligne in lignes}) != 1:
            yield "7.5 les lignes d’un tableau n’ont pas le même nombre de cellules"


def _contenus(lecteur: PdfReader, tous: list[Any]) -> Iterator[str]:
    """Everything painted is either in one element or an artifact."""
    tenus: dict[int, list[int]] = {}
    for element in tous:
        for e in enfants(element):
            if isinstance(e, NumberObject):
                tenus.setdefault(element["/Pg"].indirect_reference.idnum, []).append(int(e))
            elif "/MCID" in e:
                tenus.setdefault(e.get("/Pg", element["/Pg"]).indirect_reference.idnum, []).append(int(e["/MCID"]))
    for rang, page in enumerate(lecteur.pages, start=1):
        siens = tenus.get(page.indirect_reference.idnum, [])
        if len(siens) != len(set(siens)):
            yield f"7.1 un contenu de la page {rang} est dans deux éléments"
        yield from dict.fromkeys(f"7.1 page {rang} : {dit}" for dit in _page(page, set(siens), lecteur))


def _page(page: PageObject, tenus: set[int], lecteur: PdfReader) -> Iterator[str]:
    pile: list[str] = []
    vus = set()
    for operandes, operateur in ContentStream(page["/Contents"].get_object(), lecteur).operations:
        if operateur in (b"BDC", b"BMC"):
            plus: Any = operandes[1] if operateur == b"BDC" else {}
            rang = plus.get("/MCID") if isinstance(plus, dict) else None
            nom = "contenu" if rang in tenus else "artefact" if operandes[0] == "/Artifact" else "orphelin"
            if nom != "orphelin" and {"contenu", "artefact"} - {nom} & {*pile}:
                yield "un contenu et un artefact sont l’un dans l’autre"
            pile.append(nom)
            vus.add(rang)
        elif operateur == b"EMC":
            pile.pop()
        elif operateur in PEINTRE and not {"contenu", "artefact"} & {*pile}:
            yield "un contenu n’est ni balisé ni un artefact"
    if pile or tenus - vus:
        yield "un contenu balisé n’est pas sur la page, ou n’y finit pas"


def _liens(lecteur: PdfReader, arbre: Any) -> Iterator[str]:
    parents = _nombres(arbre["/ParentTree"])
    for rang, page in enumerate(lecteur.pages, start=1):
        annotations = [a.get_object() for a in page.get("/Annots", ())]
        if annotations and page.get("/Tabs") != "/S":
            yield f"7.18 page {rang} : l’ordre de tabulation n’est pas celui de la structure"
        for annotation in annotations:
            if genre(parents[annotation["/StructParent"]].get_object()) != "Link":
                yield f"7.18 page {rang} : un lien n’est pas balisé comme tel"
            if not re.search(r"\w{2}", str(annotation.get("/Contents", ""))):
                yield f"7.18 page {rang} : un lien ne dit pas où il mène"


def _nombres(arbre: Any) -> dict[int, Any]:
    """The pairs of a number tree."""
    nombres = list(arbre.get("/Nums", ()))
    lus = dict(zip(nombres[::2], nombres[1::2], strict=True))
    for branche in arbre.get("/Kids", ()):
        lus |= _nombres(branche.get_object())
    return lus


def _polices(lecteur: PdfReader) -> Iterator[str]:
    vues: dict[int, Any] = {}
    for page in lecteur.pages:
        polices: Any = page["/Resources"].get("/Font", {})
        vues |= {police.idnum: police.get_object() for police in polices.values()}
    for police in vues.values():
        if "/ToUnicode" not in police:
            yield f"7.21 la police {police.get('/BaseFont')} ne dit pas ses lettres"
        if police["/Subtype"] == "/Type3":
            continue
        basse = police["/DescendantFonts"][0].get_object() if "/DescendantFonts" in police else police
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & {*basse["/FontDescriptor"]}:
            yield f"7.21 la police {police.get('/BaseFont')} n’est pas dans le fichier"
