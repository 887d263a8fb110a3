"""What the codes of a frame of figures are called: perimeters, actors, categories."""

from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Indicateur
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.vocabulaire import COLONNES_D_EXTRAIT, COMMUNES, INDICATEURS, REGLES_DE_COMPTAGE
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import parametres_des_regles

# Labels of the codes that no nomenclature holds.
HORS_LISTE = {NON_RENSEIGNE: "Non renseigné", "SUP_Q1": "Au-dessus du premier quartile"}


def perimetres(references: References) -> dict[str, str]:
    """Code → name of every perimeter, communes that have left the EPCI included."""
    projet, quartiers = references.projet, references.territoire.table_qpv
    noms = dict(zip(quartiers["code"], quartiers["nom"], strict=True))
    propres = {projet.epci_siren: projet.epci_nom_court, NON_RENSEIGNE: "Quartier non renseigné"}
    return {**references.territoire.noms(), **noms, **propres}


def acteurs(references: References) -> dict[str, str]:
    """Code → name of landlords and réservataires."""
    nomenclatures = references.nomenclatures
    noms = {**nomenclatures["bailleurs"].libelles(), **nomenclatures["reservataires"].libelles()}
    return {**noms, NON_RENSEIGNE: "Non renseigné ou non reconnu"}


def modalites(references: References, indicateur: Indicateur) -> dict[str, str]:
    """Code → label of the categories of an indicator."""
    nom = indicateur.modalites
    if nom.startswith(COLONNES_D_EXTRAIT):
        dictionnaire = references.dictionnaires[nom.removeprefix(COLONNES_D_EXTRAIT)]
        return {c.nom: c.libelle for c in dictionnaire.colonnes.values()}
    if nom == COMMUNES:
        provenances = references.nomenclatures["provenances"].libelles()
        return {**references.territoire.noms(), **HORS_LISTE, **provenances}
    if nom == REGLES_DE_COMPTAGE:
        return choix_des_regles(references)
    if nom == INDICATEURS:
        return {code: f"{code} – {autre.titre}" for code, autre in registre(references).par_code.items()}
    return {**(references.nomenclatures[nom].libelles() if nom else {}), **HORS_LISTE}


def titre_seul(indicateur: Indicateur) -> str:
    """Le titre d’un indicateur sans ce par quoi il est coupé : « Ménages prioritaires »."""
    return indicateur.titre.partition(", par ")[0].partition(" par commune")[0]


def tous(references: References) -> set[str]:
    """Every label that a report may write for a code, and the name of the EPCI."""
    noms = [perimetres(references), acteurs(references)]
    noms += [modalites(references, indicateur) for indicateur in registre(references).indicateurs]
    return {references.projet.epci_nom, *(libelle for par_code in noms for libelle in par_code.values())}


def choix_des_regles(references: References) -> dict[str, str]:
    """« P3=hors_mutations » → « P3 – hors mutations internes », for every choice of every rule."""
    noms: dict[str, str] = {}
    for code, parametre in parametres_des_regles(references).items():
        noms |= {f"{code}={choix}": f"{code} – {libelle}" for choix, libelle in parametre.libelles.items()}
        noms[f"{code}="] = f"{code} – aucune exclusion"
    return noms
