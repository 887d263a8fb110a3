"""The audit of a bilan as it is published, its files read back: no masked case may be deduced too closely.

Its workbook shows the figures of the csv, and none that the csv masks.
"""

import zipfile
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Executor
from math import isnan
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fastexcel
import pandas as pd

from cil_analysis.comptage.cadre import CHIFFRES, NON_CALCULABLE, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.registre import registre
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from cil_analysis.secret.preuve.audit import Deduction, Lecteur, auditer, tables_en_defaut
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.publies import FICHIER, lire_chiffres, lire_publications, nommer_les_perimetres
from cil_analysis.secret.series import series_de_l_ensemble

CLASSEUR = "bilan.xlsx"
_CACHES = ("}numCache", "}numLit")
_TEXTES, _SOMMAIRE, _SERIES = ("Couverture", "Notes"), "Sommaire", "Séries"
_Feuille = list[list[object]]
_Lignes = list[Mapping[Any, Any]]  # Of the csv, in its order.


def prouver(
    references: References,
    annee: int,
    dossier: Path | None = None,
    lecteurs: Mapping[int, Lecteur] | None = None,
    *,
    precis: bool = True,
    equipe: Executor | None = None,
) -> list[Deduction]:
    """What a reader deduces of each masked case from the bilan in a folder (reports/<année> by default) and the others.

    ``lecteurs``: what everybody knows of what is counted, which is counted here otherwise. Not ``precis``: an interval
    that is wide enough may be wider still, and the proof is as good. ``equipe``: what reads several years at once.

    Raises ErreurCIL when the workbook shows what the csv masks, when the figures contradict each other, or naming the
    tables where a masked case is deduced too closely.
    """
    projet = references.projet
    lieu = dossier or projet.rapports / str(annee)
    chiffres = lire_chiffres(lieu)
    # Where the bilan stands, its journal says by which objectives its results were told.
    publications = {annee: chiffres} | lire_publications(projet, sauf=annee if dossier else None)
    connus = lecteurs or compter_annee(projet, references, annee).lecteurs
    publications = nommer_les_perimetres(publications, connus, references.territoire)
    try:
        deductions = auditer(publications, annee, connus, precis=precis, equipe=equipe)
    except (Contradiction, ValueError) as erreur:
        raise ErreurCIL(
            f"Le secret statistique du bilan {annee} ne peut pas être vérifié : ses chiffres se contredisent. "
            f"Produisez-le de nouveau avec « cil bilan --annee {annee} » ; si le message revient, réimportez les "
            "extraits."
        ) from erreur
    _exiger_que_rien_ne_se_deduise(annee, deductions)
    exiger_le_classeur(lieu / CLASSEUR, chiffres, libelles.tous(references))
    return deductions


def _exiger_que_rien_ne_se_deduise(annee: int, deductions: Iterable[Deduction]) -> None:
    fautes = tables_en_defaut(deductions)
    if fautes:
        raise ErreurCIL(
            f"Le bilan {annee} laisse déduire des effectifs masqués, dans : {', '.join(fautes)}. Il ne peut pas être "
            "diffusé. Un autre bilan de reports/ peut en être la cause : déplacez son dossier, puis relancez "
            f"« cil bilan --annee {annee} » ; si le message revient, signalez-le."
        )


def chiffres_diffusables(projet: Projet, references: References, annee: int) -> pd.DataFrame:
    """The frame of figures of reports/<année>, read back.

    Raises ErreurCIL when there is none, when it shows or lets deduce a count that today's rules mask, or has an
    indicator that the software no longer knows.
    """
    chiffres = lire_chiffres(projet.rapports / str(annee))
    inconnus = sorted(set(chiffres["indicateur"]) - registre(references).par_code.keys())
    if inconnus:
        raise ErreurCIL(
            f"Le bilan {annee} porte un indicateur que cette version du logiciel ne connaît pas, {inconnus[0]} : "
            f"relancez « cil bilan --annee {annee} »."
        )
    prouver(references, annee, precis=False)
    return chiffres


def exiger_le_classeur(chemin: Path, chiffres: pd.DataFrame, libelles: Collection[str] = ()) -> None:
    """Read a workbook, if there is one, against the published figures.

    ``libelles``: the labels that its cells may hold, which are no figures whatever they look like (« +1 »).

    Its sheets are known: texts, contents, series and one an indicator, whose name begins with the code. In those the
    last rows are the rows of the csv, in its order, and no other row has a figure. What a chart keeps of the cells that
    it draws is in the series.

    Raises ErreurCIL when something else is in it, or something less.
    """
    if not chemin.is_file():
        return
    par_code: dict[str, _Lignes] = {}
    for ligne in chiffres.to_dict("records"):
        par_code.setdefault(ligne["indicateur"], []).append(ligne)
    feuilles = _lire_les_feuilles(chemin, set(par_code), set(libelles))
    for code, lignes in par_code.items():
        if code not in feuilles:
            raise ErreurCIL(f"Le classeur {chemin.name} n’a pas de feuille {code} : produisez le bilan de nouveau.")
        if all(ligne["statut"] == NON_CALCULABLE for ligne in lignes):  # One line says why, and no grid.
            _exiger(_nombres(feuilles[code]), [x for permis in _permis(lignes) for x in permis], chemin, code)
        else:
            _exiger_les_lignes(feuilles[code], lignes, chemin, code)
    tracees = [x for code in feuilles for serie in series_de_l_ensemble(par_code.get(code, [])) for x in serie]
    if _SERIES in feuilles:
        _exiger_les_lignes(feuilles[_SERIES], tracees, chemin, _SERIES)
    # The contents count the figures, and those that are masked.
    masques = [sum(ligne["statut"] == SECRET for ligne in lignes) for lignes in par_code.values()]
    comptes = [0.0, *map(float, [*map(len, par_code.values()), *masques])]
    for nom in (*_TEXTES, _SOMMAIRE):
        _exiger(_nombres(feuilles.get(nom, [])), comptes if nom == _SOMMAIRE else [], chemin, nom)
    publies = [x for permis in _permis(tracees) for x in permis]
    _exiger(_gardes_par_les_graphiques(chemin), publies, chemin, _SERIES)


def _lire_les_feuilles(chemin: Path, codes: set[str], libelles: set[str]) -> dict[str, _Feuille]:
    """The cells of every sheet, labels apart, by the first word of its name, in the order of the workbook."""
    try:
        classeur = fastexcel.read_excel(chemin)
        noms = {nom.partition(" ")[0]: nom for nom in classeur.sheet_names}
        if len(noms) < len(classeur.sheet_names) or not set(noms) <= {*_TEXTES, _SOMMAIRE, _SERIES, *codes}:
            raise ErreurCIL(
                f"Le classeur {chemin.name} a une feuille que le bilan n’écrit pas : il ne peut pas être diffusé. "
                "Produisez le bilan de nouveau."
            )
        tables = {mot: classeur.load_sheet(nom, header_row=None, dtypes="string") for mot, nom in noms.items()}
        return {
            mot: [
                ["" if x in libelles else x for x in rangee]
                for rangee in zip(*(colonne.to_pylist() for colonne in table.to_arrow()), strict=True)
            ]
            for mot, table in tables.items()
        }
    except fastexcel.FastExcelError as erreur:
        raise _illisible(chemin) from erreur


def _exiger_les_lignes(montrees: _Feuille, lignes: _Lignes, chemin: Path, feuille: str) -> None:
    """The last rows of a sheet are these ones, each with its own figures and no other; those above have none."""
    debut = len(montrees) - len(lignes)
    if debut < 0:
        raise ErreurCIL(
            f"La feuille {feuille} du classeur {chemin.name} est incomplète : produisez le bilan de nouveau."
        )
    _exiger(_nombres(montrees[:debut]), [], chemin, feuille)
    for montree, permis in zip(montrees[debut:], _permis(lignes), strict=True):
        _exiger(_nombres([montree]), permis, chemin, feuille)


def _exiger(nombres: Iterable[float], permis: list[float], chemin: Path, feuille: str) -> None:
    # Most are written as they are published, to the last digit.
    if any(x not in permis and not any(abs(x - y) <= 1e-6 * max(1.0, abs(y)) for y in permis) for x in nombres):
        raise ErreurCIL(
            f"Le classeur {chemin.name} montre, feuille {feuille}, un chiffre que {FICHIER} ne publie pas. Il ne peut "
            f"pas être diffusé : relancez « cil bilan --annee {chemin.parent.name} » sans le modifier."
        )


def _permis(lignes: _Lignes) -> list[list[float]]:
    """What each row may show: its year and, unless it is masked, its figures."""
    return [
        [float(x["annee"]), *(x[nom] for nom in CHIFFRES if x["statut"] != SECRET and not isnan(x[nom]))]
        for x in lignes
    ]


def _gardes_par_les_graphiques(chemin: Path) -> list[float]:
    """The numbers that a spreadsheet keeps in the charts when it saves them: none when nobody has."""
    gardes: list[float] = []
    try:
        with zipfile.ZipFile(chemin) as archive:
            for nom in archive.namelist():
                if nom.startswith("xl/charts/") and nom.endswith(".xml"):
                    caches = [e for e in ElementTree.fromstring(archive.read(nom)).iter() if e.tag.endswith(_CACHES)]
                    gardes += _nombres([[v.text for v in cache.iter()] for cache in caches])
    except (zipfile.BadZipFile, ElementTree.ParseError) as erreur:
        raise _illisible(chemin) from erreur
    return gardes


def _illisible(chemin: Path) -> ErreurCIL:
    return ErreurCIL(f"Le classeur {chemin} est illisible : produisez le bilan de nouveau.")


def _nombres(rangees: Iterable[Iterable[object]]) -> list[float]:
    """The numbers among some cells; codes of perimeters are written as names."""
    nombres = []
    for cellule in (cellule for rangee in rangees for cellule in rangee):
        try:
            nombres.append(float(str(cellule)))
        except ValueError:
            continue
    return [n for n in nombres if n == n]
