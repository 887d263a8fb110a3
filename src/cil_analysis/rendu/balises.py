"""The tags of a printed PDF, completed: what neither engine writes and that PDF/UA-1 (ISO 14289-1) asks for."""

import io
import re
import urllib.parse
from collections.abc import Container, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from cil_analysis.rendu.notebooks import actif

# Types that came with PDF 2.0, told to an older reader.
_ROLES = {"/Strong": "/Span", "/Em": "/Span"}
_IMPRIMEE = 4  # of an annotation: it is on paper too
# They hold other elements alone: what is painted in them is the ground of a row, or a rule.
_CADRES = ("/Table", "/THead", "/TBody", "/TR", "/L")
# The beginning of a marked content, with its rank on the page when an element holds it; or its end.
_MARQUE = re.compile(
    rb"^/\w+\s+(?:<<(?:\s*/MCID (?P<rang>\d+))?.*?>>\s*BDC|/\w+\s+BDC|BMC)$|^(?P<fin>EMC)$", re.MULTILINE
)
_PEINT = re.compile(rb"(?:^|\s)(?:Tj|TJ|'|\"|f\*?|F|B\*?|b\*?|S|s|sh|Do)$", re.MULTILINE)
# A dictionary of the structure tree, whose entries pypdf types as any object of a PDF.
Element = Any


def completer(lecteur: PdfReader, liens: Mapping[str, str]) -> bytes:
    """The same document, with complete tags. ``liens``: where a link leads (an anchor, an address) → its words."""
    document = PdfWriter(clone_from=lecteur)
    arbre: Element = document.root_object["/StructTreeRoot"]
    arbre[NameObject("/RoleMap")] = DictionaryObject({NameObject(de): NameObject(a) for de, a in _ROLES.items()})
    for element, parent in list(_parcourir(arbre)):
        _corriger(element, parent, document)
    lus = {marque for element, _ in _parcourir(arbre) for marque in _marques(element)}
    for page in document.pages:
        numero = _numero(page)
        _mettre_a_part(page["/Contents"], {rang for place, rang in lus if place == numero})
        _nommer_les_liens(page.get("/Annots", ()), liens)
    _decrire(document)
    return _ecrire(document)


def sans_mention(lecteur: PdfReader) -> bytes:
    """The same document, which does not say that it is of PDF/UA."""
    document = PdfWriter(clone_from=lecteur)
    document.root_object.pop("/Metadata", None)
    return _ecrire(document)


def _ecrire(document: PdfWriter) -> bytes:
    sortie = io.BytesIO()
    document.write(sortie)
    return sortie.getvalue()


def _parcourir(element: Element) -> Iterator[tuple[Element, Element]]:
    """Each element of the tree with the one that holds it, in reading order."""
    for enfant in _sous_elements(element):
        yield enfant, element
        yield from _parcourir(enfant)


def _sous_elements(element: Element) -> Iterator[Element]:
    return (resolu for enfant in _enfants(element) if _genre(resolu := enfant.get_object()))


def _enfants(element: Element) -> list[Any]:
    """What stands in an element, in order: references to others, ranks of marked contents."""
    contenu = element.get("/K", ArrayObject())
    resolu = contenu.get_object()
    return list(resolu) if isinstance(resolu, ArrayObject) else [contenu]


def _genre(element: Element) -> str:
    """The type of an element; empty for what is none."""
    return str(element.get("/S", "")) if isinstance(element, DictionaryObject) else ""


def _renommer(element: Element, genre: str) -> None:
    element[NameObject("/S")] = NameObject(genre)


def _corriger(element: Element, parent: Element, document: PdfWriter) -> None:
    """Make one element right, those that hold it already being so."""
    genre = _genre(element)
    dedans = {_genre(enfant) for enfant in _sous_elements(element)}
    if genre == "/Figure" and "/Alt" not in element:
        # A frame with its title, its drawing and its source: the drawing is the figure. Or a sign beside its word.
        _renommer(element, "/Div")
    elif (genre == "/L" and not dedans <= {"/L", "/LI", "/Caption"}) or (genre == "/LI" and _genre(parent) != "/L"):
        _sortir_de_liste(element)
    elif genre == "/LI" and not (dedans and dedans <= {"/Lbl", "/LBody"}):
        _donner_un_corps(element, parent, document)
    elif genre == "/TH":
        _orienter(element, parent)
    if _genre(element) in _CADRES:
        enfants = _enfants(element)
        element[NameObject("/K")] = ArrayObject(e for e in enfants if _genre(e.get_object()))


def _sortir_de_liste(element: Element) -> None:
    """Terms and definitions that blocks put together are no list of a PDF."""
    _renommer(element, "/Div")
    for enfant in _sous_elements(element):
        if _genre(enfant) in ("/Div", "/LI", "/LBody"):
            _sortir_de_liste(enfant)


def _donner_un_corps(item: Element, liste: Element, document: PdfWriter) -> None:
    """An item holds a label and a body: it becomes the body, so that its marked contents stay its own."""
    enfants = _enfants(item)
    etiquettes = [enfant for enfant in enfants if _genre(enfant.get_object()) == "/Lbl"]
    nouveau = DictionaryObject({NameObject("/S"): NameObject("/LI"), NameObject("/P"): item.raw_get("/P")})
    reference = document._add_object(nouveau)
    nouveau[NameObject("/K")] = ArrayObject([*etiquettes, item.indirect_reference])
    for enfant in (*etiquettes, item):
        enfant.get_object()[NameObject("/P")] = reference
    _renommer(item, "/LBody")
    item[NameObject("/K")] = ArrayObject(enfant for enfant in enfants if enfant not in etiquettes)
    freres = _enfants(liste)
    liste[NameObject("/K")] = ArrayObject(reference if frere.get_object() is item else frere for frere in freres)


def _orienter(entete: Element, ligne: Element) -> None:
    """A header says of what it is one, its column or its row."""
    attributs = entete.get("/A", ArrayObject()).get_object()
    groupes = list(attributs) if isinstance(attributs, ArrayObject) else [attributs]
    if not any("/Scope" in groupe.get_object() for groupe in groupes):
        sens = "/Column" if _genre(ligne["/P"]) == "/THead" else "/Row"
        portee = {NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject(sens)}
        entete[NameObject("/A")] = ArrayObject([*groupes, DictionaryObject(portee)])


def _numero(page: Element) -> int:
    """By what marked contents name their page."""
    return int(page.indirect_reference.idnum)


def _marques(element: Element) -> Iterator[tuple[int, int]]:
    """The marked contents of an element: a page, a rank on it."""
    contenus: list[Any] = [enfant.get_object() for enfant in _enfants(element)]
    for enfant in contenus:
        if isinstance(enfant, NumberObject):
            yield _numero(element["/Pg"]), int(enfant)
        elif "/MCID" in enfant:
            yield _numero(enfant.get("/Pg", element["/Pg"])), int(enfant["/MCID"])


def _mettre_a_part(flux: Element, lus: Container[int]) -> None:
    """What is painted and no element holds is an artifact: margins of a page, rules, grounds, signs beside a word."""
    contenu = flux.get_data()
    morceaux: list[bytes] = []
    place = profondeur = 0
    for marque in _MARQUE.finditer(contenu):
        avant = contenu[place : marque.start()]
        morceaux.append(avant if profondeur else _en_artefact(avant))
        est_orpheline = marque["rang"] is not None and int(marque["rang"]) not in lus
        morceaux.append(b"/Artifact BMC" if est_orpheline else marque[0])
        profondeur += -1 if marque["fin"] else 1
        place = marque.end()
    morceaux.append(_en_artefact(contenu[place:]))
    flux.set_data(b"".join(morceaux))


def _en_artefact(contenu: bytes) -> bytes:
    """Nothing to mark where nothing is painted."""
    return b"\n/Artifact BMC\n" + contenu.strip(b"\n") + b"\nEMC\n" if _PEINT.search(contenu) else contenu


def _nommer_les_liens(annotations: Any, liens: Mapping[str, str]) -> None:
    for annotation in (reference.get_object() for reference in annotations):
        adresse = annotation["/Dest"] if "/Dest" in annotation else annotation["/A"].get("/URI", "")
        vers = urllib.parse.unquote(str(adresse).removeprefix("/"))
        annotation[NameObject("/Contents")] = TextStringObject(liens.get(vers, vers))
        annotation.setdefault(NameObject("/F"), NumberObject(_IMPRIMEE))


def _decrire(document: PdfWriter) -> None:
    """The title where PDF/UA reads it, and that the document is of its first part."""
    titre = document.metadata.title if document.metadata else ""
    flux = StreamObject()
    flux.set_data(actif("pdfua.xml").format(titre=escape(titre or "")).encode())
    flux.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    document.root_object[NameObject("/Metadata")] = document._add_object(flux)
