"""The account of an import, where every row is found again."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.anomalies import Consigne
from cil_analysis.extraits.cellules.textes import distinctes
from cil_analysis.extraits.controles import AUTRE_ANNEE
from cil_analysis.extraits.lecture.tableau import Brut
from cil_analysis.extraits.listes import Liste
from cil_analysis.extraits.preparation import Tri
from cil_analysis.extraits.schemas import lecteur
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, LISTES_LUES, PSEUDONYME, QUARTIER, SITUATION
from cil_analysis.typographie import nombre

VERSION = version("cil-analysis")
# Above this share of rows of another year, the year that was asked for is more likely wrong than the file is long.
_PART_D_UNE_AUTRE_ANNEE = 0.90
# Fewer values of a column in a year may well be none in the next.
_VALEURS_MINIMALES = 10


def etablir(
    consigne: Consigne, bruts: Sequence[Brut], tri: Tri, colonnes: Mapping[str, object], listes: Sequence[Liste]
) -> dict[str, Any]:
    """The account of an import (D1): lues = conservees + rejetees + doublons + hors_perimetre + ignorees.

    ``colonnes``: what became of the headings. No content of any row is in it.
    """
    ignorees = sum((Counter(brut.ignorees) for brut in bruts), Counter[str]())
    motifs = {
        "rejetees": tri.rejetees,
        "hors_perimetre": tri.hors_perimetre,
        "doublons": tri.doublons,
        "ignorees": dict(ignorees),
    }
    journal = ouvrir(
        consigne.dictionnaire.extrait, consigne.annee, sum(b.lues for b in bruts), len(tri.donnees), motifs
    )
    vides = dire_les_vides(tri.donnees)
    coches = {nom for brut in bruts for nom in _que_coches(brut, consigne) if nom not in vides["que_oui"]}
    vides["que_oui"] += [nom for nom, n in vides["manquants"].items() if nom in coches and n >= _VALEURS_MINIMALES]
    return journal | {
        "fichiers": [brut.en_bref() for brut in bruts],
        "listes": {liste.code: liste.compte(tri.donnees) for liste in listes},
        "constats": tri.constats,
        "anomalies": len(tri.anomalies),
        "colonnes": colonnes,
        "illisibles": tri.illisibles,
        **vides,
    }


def _que_coches(brut: Brut, consigne: Consigne) -> Iterator[str]:
    """The columns of yes and no of which a file of households has the yes alone: other columns tell a no of some."""
    colonnes = consigne.dictionnaire.colonnes
    for nom, entete in brut.appariement.colonnes.items() if consigne.dictionnaire.a_des_menages else ():
        if colonnes[nom].type == "oui_non":
            lues, _ = distinctes(brut.colonne(entete)).lire(lecteur(colonnes[nom], consigne.references))
            if {*lues.dropna()} == {True}:
                yield nom


def ouvrir(
    extrait: str, annee: int, lues: int, conservees: int, motifs: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """The head of an account: every line that was read is kept, or has its reason, by fate (``motifs``)."""
    comptes = {"lues": lues, "conservees": conservees}
    comptes |= {sort: sum(motifs[sort].values()) for sort in ("rejetees", "doublons", "hors_perimetre", "ignorees")}
    verifier_compte(comptes)
    return {
        "extrait": extrait,
        "annee": annee,
        "importe_le": datetime.now().astimezone().isoformat(timespec="seconds"),
        "version": VERSION,
        "comptes": comptes,
        "motifs": {sort: dict(siens) for sort, siens in motifs.items()},
    }


def dire_une_autre_annee(journal: Mapping[str, Any]) -> str:
    """That nearly all the rows of an import are of another year than the one asked for; empty otherwise."""
    comptes, autres = journal["comptes"], journal["motifs"]["hors_perimetre"].get(AUTRE_ANNEE, 0)
    lignes = comptes["lues"] - comptes["ignorees"]
    if autres <= _PART_D_UNE_AUTRE_ANNEE * lignes:
        return ""
    combien = f"{nombre(autres)} lignes sur {nombre(lignes)} ne sont"
    if lignes == 1:
        combien = "la seule ligne n’est"
    return f"{combien} pas de {journal['annee']} : vérifiez --annee et le fichier."


def refuser_de_vider(ancien: Mapping[str, Any] | None, journal: Mapping[str, Any], noms: str) -> None:
    """Refuse files of another year that would leave less than half its rows of the year's import (``ancien``)."""
    faute = dire_une_autre_annee(journal)
    avant, apres = (0 if j is None else j["comptes"]["conservees"] for j in (ancien, journal))
    if faute and 2 * apres < avant:
        raise ErreurCIL(
            f"{noms} : {faute} De l’import de {journal['annee']}, il resterait {nombre(apres)} des "
            f"{nombre(avant)} lignes : rien n’est écrit. Relancez avec la bonne année ; pour remplacer celle-ci "
            "quand même, retirez-la d’abord (docs/pages/importer.md)."
        )


def refuser_le_stock_d_une_autre_annee(
    journal: Mapping[str, Any], imports: Mapping[int, Mapping[str, Any] | None], noms: str
) -> None:
    """Refuse a stock of requests that is most likely another year's: its rows are of no year by themselves.

    All its files that have rows are in the import of another year; or none of its requests is filed in the year, whose
    import it would replace. ``imports``: the journals of its extract, by year.
    """
    annee, sommes = journal["annee"], {f["sha256"] for f in journal["fichiers"] if f["lignes"]}
    for autre, ancien in imports.items():
        if autre != annee and sommes and sommes <= {f["sha256"] for f in (ancien or {}).get("fichiers", ())}:
            raise ErreurCIL(
                f"{noms} : ces demandes sont déjà celles de {autre}, et un stock n’est que d’une année. Rien n’est "
                f"écrit : vérifiez --annee et le fichier ; si c’est {autre} qui est une erreur, retirez-la d’abord "
                "(docs/pages/importer.md)."
            )
    ancien, depots = imports.get(annee), journal["constats"].get("sans_depot", 0)
    if ancien and depots and "sans_depot" not in ancien.get("constats", {}):
        raise ErreurCIL(
            f"{noms} : aucune des {nombre(depots)} demandes n’est déposée en {annee}, dont ce fichier remplacerait "
            "l’import. Rien n’est écrit : ce stock est sans doute celui d’une autre année, vérifiez --annee et le "
            "fichier ; pour remplacer quand même, retirez d’abord l’année (docs/pages/importer.md)."
        )


def sans_hors_quartier(journal: Mapping[str, Any]) -> list[str]:
    """The files that name a district and never say « outside », where some household of the year is in neither."""
    manquants, conservees = journal["manquants"], journal["comptes"]["conservees"]
    if PSEUDONYME not in manquants or not manquants.get(SITUATION) or manquants.get(QUARTIER) == conservees:
        return []
    donnees = {fichier["nom"]: fichier.get("colonnes", ()) for fichier in journal["fichiers"]}
    return [nom for nom, siennes in donnees.items() if QUARTIER in siennes and SITUATION not in siennes]


def sans_non(journal: Mapping[str, Any]) -> list[str]:
    """The columns of yes and no of the files where households have a yes, or a blank that is not a no."""
    return [nom for nom in journal.get("que_oui", ()) if nom in journal["colonnes"]["reconnues"]]


def colonnes_videes(journal: Mapping[str, Any], avant: Mapping[str, Any] | None) -> list[str]:
    """The columns of an import that have no value at all, of which an earlier one (``avant``) had more than a few."""
    if avant is None or not (lignes := journal["comptes"]["conservees"]):
        return []
    anciennes = avant["comptes"]["conservees"]
    return [
        nom
        for nom, manquants in journal["manquants"].items()
        if manquants == lignes
        and anciennes - avant["manquants"].get(nom, anciennes) >= _VALEURS_MINIMALES
        and nom != PSEUDONYME  # its cells, filled or not, have their own anomalies
    ]


def dire_les_vides(donnees: pd.DataFrame) -> dict[str, Any]:
    """How many rows lack each column; and where households have a yes or a blank alone: see :func:`sans_non`.

    A household that is on no list lacks nothing.
    """
    sans_listes = donnees.drop(columns=[LISTES_DU_MENAGE, LISTES_LUES], errors="ignore")
    manquants = {str(nom): int(n) for nom, n in sans_listes.isna().sum().items()}
    coches = donnees.select_dtypes("boolean") if PSEUDONYME in donnees else donnees[[]]
    que_oui = [
        str(nom)
        for nom, dits in coches.items()
        if dits.any() and dits.all() and manquants[str(nom)] >= _VALEURS_MINIMALES
    ]
    return {"manquants": manquants, "que_oui": que_oui}


def verifier_compte(comptes: Mapping[str, int]) -> None:
    """Raise AssertionError when the account does not balance: a defect of the software, never of the file."""
    if comptes["lues"] != sum(n for nom, n in comptes.items() if nom != "lues"):
        raise AssertionError(f"row account does not balance: {comptes}")


def parts_remplies(journal: Mapping[str, Any]) -> dict[str, float]:
    """The share of kept rows with a value, by column, in per cent; NaN without a row, or where no file has it."""
    lignes, reconnues = journal["comptes"]["conservees"], {*journal["colonnes"]["reconnues"]}
    if "numero_unique" in reconnues:
        reconnues.add(PSEUDONYME)
    return {
        nom: 100 * (1 - manquants / lignes) if lignes and (manquants < lignes or nom in reconnues) else float("nan")
        for nom, manquants in journal["manquants"].items()
    }
