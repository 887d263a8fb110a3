"""What readers already have: the figures of the files under reports/, read back as anyone would."""

import json
from collections.abc import Iterable, Mapping
from itertools import compress
from pathlib import Path

import pandas as pd

from cil_analysis.blocs import GRAMMAIRE
from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES, NON_CALCULABLE, PUBLIE, SANS_OBJET, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.dimensions import OUI
from cil_analysis.grammaire.indicateur import EPCI_CONSTANT, Indicateur
from cil_analysis.grammaire.registre import registre_du_logiciel
from cil_analysis.projet import Projet
from cil_analysis.reference.territoire import Territoire
from cil_analysis.secret.preuve.protection import DejaPublie
from cil_analysis.secret.relations.cases import Case, Inegalite, Releve, relever, valeurs_des_cases
from cil_analysis.secret.relations.ensemble import completer_le_perimetre
from cil_analysis.secret.relations.regles import PERIMETRE_CONSTANT
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.verdicts import disent_leur_resultat, relire, verdicts_publies

FICHIER, JOURNAL = "indicateurs.csv", "journal.json"
# The key of a row of figures (``CLES``).
_Cle = tuple[object, ...]
# What these columns may hold.
_ADMISES = {
    "statut": {PUBLIE, SECRET, NON_CALCULABLE, SANS_OBJET},
    "unite": {*GRAMMAIRE["indicateurs"]["unite"]},
    "perimetre_type": {*GRAMMAIRE["par"]["lieux"]},
    "acteur_type": {"", *GRAMMAIRE["par"]["acteurs"]},
}


def lire_chiffres(dossier: Path) -> pd.DataFrame:
    """The frame of figures of ``indicateurs.csv`` in a folder. Raises ErreurCIL when it is none."""
    chemin = dossier / FICHIER
    try:
        texte = pd.read_csv(chemin, dtype="str", keep_default_na=False)
        if list(texte.columns) == COLONNES[:-1]:  # Written before intervals had an upper bound.
            texte["cible_max"] = ""
        if list(texte.columns) != COLONNES:
            raise ValueError(list(texte.columns))
        cadre = texte.assign(**{nom: pd.to_numeric(texte[nom], errors="raise") for nom in CHIFFRES})
        cadre["annee"] = texte["annee"].astype("int64")
        inconnues = {nom: set(texte[nom]) - admises for nom, admises in _ADMISES.items()}
        secrets = cadre["statut"].eq(SECRET)
        if cadre.empty or any(inconnues.values()) or cadre.duplicated(CLES).any():
            raise ValueError(inconnues)
        if cadre.loc[secrets, CHIFFRES].notna().any(axis=None):
            raise ValueError("A masked row has figures")
        connus = registre_du_logiciel().par_code
        for _, lignes in cadre[cadre["indicateur"].isin(list(connus))].groupby("annee"):
            cases_montrees(lignes, relever(lignes, connus))  # Two rows that show one count agree.
    except FileNotFoundError:
        raise ErreurCIL(
            f"Le bilan {dossier.name} n’a pas de fichier {FICHIER} dans {dossier.parent} : produisez-le avec "
            f"« cil bilan --annee {dossier.name} »."
        ) from None
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError) as erreur:
        raise ErreurCIL(
            f"{chemin} n’est plus tel que « cil bilan » l’a écrit. Déplacez ce dossier hors de reports/, puis relancez "
            f"« cil bilan --annee {dossier.name} »."
        ) from erreur
    return cadre


def lire_publications(
    projet: Projet, *, remplace: int | None = None, sauf: int | None = None
) -> dict[int, pd.DataFrame]:
    """The figures of every bilan under reports/, by the year of the bilan. Raises ErreurCIL for one without them.

    ``remplace``: the bilan that is being made anew, whose previous version is passed over when it is damaged; ``sauf``:
    one that is not asked for.
    """
    publications = {}
    for dossier in sorted(projet.rapports.glob("[0-9][0-9][0-9][0-9]")):
        if int(dossier.name) == sauf or not any(dossier.glob("*")):
            continue
        try:
            publications[int(dossier.name)] = _avec_ses_resultats(lire_chiffres(dossier), dossier)
        except ErreurCIL:
            if int(dossier.name) != remplace:
                raise
    return publications


def nommer_les_perimetres(
    publications: Mapping[int, pd.DataFrame], annees: Iterable[int], territoire: Territoire
) -> dict[int, pd.DataFrame]:
    """The figures of some bilans, where another constant perimeter than that of a series of years is not called so.

    It says its communes, by their codes; as a counting rule it says nothing more.
    """
    constantes = territoire.constantes(annees)

    def nommer(cadre: pd.DataFrame) -> pd.DataFrame:
        siennes = territoire.constantes(cadre["annee"].unique())
        if siennes == constantes:
            return cadre
        dits, autre = cadre[cadre["modalite"].ne(PERIMETRE_CONSTANT)], " ".join([EPCI_CONSTANT, *sorted(siennes)])
        return dits.assign(perimetre_type=dits["perimetre_type"].replace(EPCI_CONSTANT, autre))

    return {bilan: nommer(cadre) for bilan, cadre in publications.items()}


def autres_perimetres(montrees: Mapping[Case, float], releve: Releve) -> list[Inegalite]:
    """What the constant perimeter of another series tells: the EPCI is its count and those of the other communes."""
    dites = []
    for case, nombre in montrees.items():
        siennes = case.classe("constant") or OUI
        if siennes != OUI:
            ensemble, autres = completer_le_perimetre(case, releve.communes.difference(siennes.split()))
            for signe in (1, -1):
                termes = ((ensemble, signe), *((autre, -signe) for autre in autres))
                dites.append(Inegalite(termes, signe * int(nombre)))
    return dites


def d_autres_effectifs(projet: Projet, bilan: int) -> list[int]:
    """The other bilans that show other counts of a year that both have, or places, actors and classes that it has not.

    A corrected extract does it, two landlords that merged, other rules: what they tell by subtraction, nothing proves.
    The constant perimeter is not the same in two series. Raises as :func:`lire_publications` does.
    """
    publications, connus = lire_publications(projet, sauf=bilan), registre_du_logiciel().par_code
    if not publications:
        return []
    comptes = {code for code, indicateur in connus.items() if indicateur.compte.population}
    siennes = lire_chiffres(projet.rapports / str(bilan))
    tables = pd.MultiIndex.from_frame(siennes[CLES[:2]])
    autres = []
    for autre, cadre in publications.items():
        communs = pd.MultiIndex.from_frame(cadre[CLES[:2]]).isin(tables) & cadre["perimetre_type"].ne(EPCI_CONSTANT)
        lues = cadre[communs & cadre["indicateur"].isin(comptes)].merge(siennes, "left", CLES, suffixes=("", "_ici"))
        montrees = lues["statut"].eq(PUBLIE) & lues["statut_ici"].eq(PUBLIE)
        changes = [lues[nom].fillna(-1).ne(lues[f"{nom}_ici"].fillna(-1)) for nom in ("numerateur", "denominateur")]
        if (lues["statut_ici"].isna() | montrees & (changes[0] | changes[1])).any():
            autres.append(autre)
    return autres


def _avec_ses_resultats(cadre: pd.DataFrame, dossier: Path) -> pd.DataFrame:
    """The figures, with what the journal notes of the results told without their share; nothing where it lacks it."""
    try:
        return relire(cadre, json.loads((dossier / JOURNAL).read_text(encoding="utf-8"))["resultats_dits"])
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        return relire(cadre, [])


def cases_montrees(lignes: pd.DataFrame, releve: Releve) -> dict[Case, float]:
    """The counts that the rows of a year show, those that are masked left aside."""
    montrees = lignes["statut"].ne(SECRET)
    return valeurs_des_cases(lignes[montrees], compress(releve.lignes, montrees))


def meme_version(ancienne: Mapping[Case, float], nouvelle: Mapping[Case, float]) -> bool:
    """Whether two publications of a year rest on the same rows: no count that both show differs."""
    return all(nouvelle[case] == valeur for case, valeur in ancienne.items() if case in nouvelle)


def deja_publie(
    publications: Mapping[int, pd.DataFrame],
    bilan: int,
    annee: int,
    vraies: Mapping[Case, float],
    indicateurs: Mapping[str, Indicateur],
    structure: Structure,
) -> DejaPublie:
    """What readers have of a year when the bilan of ``bilan`` is made anew.

    The cases that another bilan shows are known, but for those that were corrected since. A row masked in another bilan
    of the same counts stays so, as does what its result would tell: it may protect what that bilan alone has, such as
    the tables of its own last year. One masked in a previous version of this bilan, or of other counts, had better.
    """
    connues: set[Case] = set()
    masquees, tues, sans_resultat = set[_Cle](), set[_Cle](), set[_Cle]()
    dits: list[Inegalite] = []
    for autre, cadre in publications.items():
        lignes = cadre[cadre["annee"].eq(annee)]
        masquees |= _cles(lignes, lignes["statut"].eq(SECRET))
        if autre == bilan:
            continue
        comptees = lignes[lignes["indicateur"].isin(list(indicateurs))]
        releve = relever(comptees, indicateurs, revenus_exclus=structure.revenus_exclus)
        montrees = cases_montrees(comptees, releve)
        connues.update(c for c, valeur in montrees.items() if vraies.get(c) == valeur)
        dits += [dit for dit in verdicts_publies(comptees, releve, structure) if dit.tient(vraies)]
        if meme_version(montrees, vraies):
            dits += autres_perimetres(montrees, releve)
            tues |= _cles(lignes, lignes["statut"].eq(SECRET))
            sans_resultat |= _cles(lignes, lignes["statut"].eq(SECRET) & ~disent_leur_resultat(lignes))
    return DejaPublie(
        frozenset(connues), frozenset(masquees), frozenset(tues), frozenset(sans_resultat), tuple(dict.fromkeys(dits))
    )


def _cles(lignes: pd.DataFrame, choisies: pd.Series) -> set[_Cle]:
    """The keys of some rows of figures."""
    return set(lignes.loc[choisies, CLES].itertuples(index=False, name=None))
