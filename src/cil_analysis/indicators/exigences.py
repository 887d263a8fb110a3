"""What the registry asks of a project's reference data: one made by an earlier version may lack some of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.dimensions import DIMENSIONS
from cil_analysis.indicators.libelles import COLONNES_D_EXTRAIT
from cil_analysis.indicators.registry import INDICATEURS
from cil_analysis.indicators.vocabulaire import COMMUNES, REGLES_DE_COMPTAGE
from cil_analysis.indicators.vocabulaire import INDICATEURS as CODES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import enumerer, typographie

# The parameters without which a system cannot be counted, or would be published without its rule of secrecy.
PARAMETRES = (
    "cotation.deciles_bas",
    "cotation.deciles_hauts",
    "secret.seuil_occupation",
    "secret.part_bailleur_occupation",
)


def exiger_les_references(references: References) -> None:
    """Check that a project has every code list and parameter that its indicators are counted with.

    Raises:
        ErreurCIL: naming all that is missing at once, and where to copy it from.
    """
    absentes = [f"nomenclatures/{nom}.csv" for nom in sorted(nomenclatures_exigees() - set(references.nomenclatures))]
    fichiers = {nom.partition(".")[0] for nom in references.parametres}
    cles: defaultdict[str, list[str]] = defaultdict(list)
    for nom in PARAMETRES:
        fichier, _, cle = nom.partition(".")
        if nom not in references.parametres:
            cles[fichier].append(cle)
    absents = [*absentes, *(f"parameters/{fichier}.yml" for fichier in cles if fichier not in fichiers)]
    phrases = list(_phrases(absents, {fichier: noms for fichier, noms in cles.items() if fichier in fichiers}))
    if phrases:
        debut = "Les données de référence du projet datent d’une version antérieure du logiciel."
        raise ErreurCIL(typographie(" ".join([debut, *phrases, "Relancer ensuite la commande."])))


def _phrases(absents: list[str], cles: dict[str, list[str]]) -> Iterable[str]:
    if absents:
        yield f"Copier depuis le dossier data/reference du logiciel : {enumerer(absents)}."
    for fichier, noms in cles.items():
        yield f"Reprendre du même dossier, dans parameters/{fichier}.yml : {enumerer(noms)}."


def nomenclatures_exigees() -> set[str]:
    """The code lists that the indicators and the dimensions of the registry are broken down by."""
    noms = {indicateur.modalites for indicateur in INDICATEURS} | {d.liste for d in DIMENSIONS.values()}
    derivees = {"", COMMUNES, CODES, REGLES_DE_COMPTAGE}
    return {nom for nom in noms - derivees if not nom.startswith(COLONNES_D_EXTRAIT)}
