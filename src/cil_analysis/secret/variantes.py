"""What other counting rules would change in a year, protected together with the figures that it is compared to."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cil_analysis.comptage.cadre import CLES, par_indicateur
from cil_analysis.comptage.denombrement import calculer_les_epci
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.grammaire.vocabulaire import ET, REGLE
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.regles import Choix, regles_de_comptage
from cil_analysis.secret.comptage import Comptes, compter_annee, exercices
from cil_analysis.secret.memoire import Memoire
from cil_analysis.secret.preuve.effets import effet
from cil_analysis.secret.preuve.probleme import Indeductible
from cil_analysis.secret.preuve.protection import Moyens
from cil_analysis.secret.publication import sans_issue
from cil_analysis.secret.table_publiee import publier_ensemble

COLONNES = [*CLES, "unite", "valeur", "valeur_selon_regle", "difference", "statut"]


def comparer_les_regles(
    projet: Projet, references: References, annee: int, regles: Mapping[str, Choix], *, interne: bool = False
) -> pd.DataFrame:
    """The figures of a year that rules set otherwise change: one row a figure, columns ``COLONNES``.

    ``regles``: « P3=hors_mutations » → the choice. ``statut`` is that of the comparison: « secret » when either figure
    is masked, and then neither is given. Raises ErreurCIL like ``publication.publier_annee``.
    """
    nom = ET.join(regles)
    choix = {cle: valeur for un in regles.values() for cle, valeur in un.items()}
    comptes = compter_annee(projet, references, annee, actif=not interne)
    [autre_annee] = [e for e in exercices(projet, references, annee, choix) if e.annee == annee]
    ventiles = [indicateur for indicateur in comptes.indicateurs.values() if indicateur.ventilations]
    [calcule] = calculer_les_epci(ventiles, autre_annee.seul, {autre_annee.epci: references.objectifs})
    cadres, paires = _ensemble(comptes, par_indicateur(calcule, comptes.indicateurs), annee, nom)
    ici = comptes.structures[annee]
    change = effet(regles_de_comptage(references, annee), regles_de_comptage(references, annee, choix))
    structure = replace(ici, variantes={**ici.variantes, nom: change})
    deja = {} if interne else comptes.deja(projet, annee)
    try:
        tables = publier_ensemble(
            cadres, {annee: comptes.regles[annee]}, {annee: structure}, deja, Moyens(Memoire(projet.memoire))
        )
    except Indeductible as erreur:
        raise sans_issue(projet, annee, [annee], deja) from erreur
    comparees = [
        _comparer(tables[code].donnees, tables[variante].donnees.assign(indicateur=code))
        for code, variante in paires.items()
    ]
    return pd.concat(comparees, ignore_index=True) if comparees else pd.DataFrame(columns=COLONNES)


def _ensemble(
    comptes: Comptes, autrement: Mapping[str, pd.DataFrame], annee: int, regle: str
) -> tuple[list[tuple[Indicateur, pd.DataFrame]], dict[str, str]]:
    """The figures of a year and, beside them, those that rules change; by indicator, the code of its variant."""
    cadres, paires = [], {}
    for indicateur, cadre in comptes.cadres:
        avant = cadre[cadre["annee"].eq(annee)]
        cadres.append((indicateur, avant))
        if indicateur.ventilations:
            variante = _variante(indicateur, regle)
            changees = _changees(avant, autrement[indicateur.code].assign(indicateur=variante.code))
            if len(changees):
                paires[indicateur.code] = variante.code
                cadres.append((variante, changees))
    return cadres, paires


def _variante(indicateur: Indicateur, regle: str) -> Indicateur:
    """The same indicator, counted by other rules."""
    compte = replace(indicateur.compte, champ=(*indicateur.compte.champ, (REGLE, regle)), reunion=None)
    if not compte.public and not compte.part_de and indicateur.unite == "pct" and not compte.rapporte_a:
        compte = replace(compte, public=((indicateur.code, "oui"),))
    return replace(indicateur, code=f"{indicateur.code} {regle}", compte=compte)


def _changees(ici: pd.DataFrame, autre: pd.DataFrame) -> pd.DataFrame:
    """The rows whose counts or value are not what they were."""
    cles = CLES[1:]
    chiffres = ["numerateur", "denominateur", "valeur"]
    avant = ici.set_index(cles)[chiffres].reindex(pd.MultiIndex.from_frame(autre[cles]))
    egales = pd.DataFrame(avant.to_numpy() == autre[chiffres].to_numpy(), index=autre.index)
    vides = pd.DataFrame(avant.isna().to_numpy() & autre[chiffres].isna().to_numpy(), index=autre.index)
    return autre[~(egales | vides).all(axis=1)]


def _comparer(avant: pd.DataFrame, apres: pd.DataFrame) -> pd.DataFrame:
    table = apres.merge(avant[[*CLES, "valeur", "statut"]], on=CLES, how="left", suffixes=("_selon_regle", ""))
    statuts = table["statut"], table["statut_selon_regle"]
    table["statut"] = statuts[1]
    for statut in ("non_calculable", "sans_objet", "secret"):  # The last has the last word.
        table["statut"] = table["statut"].mask(statuts[0].eq(statut) | statuts[1].eq(statut), statut)
    table["difference"] = table["valeur_selon_regle"] - table["valeur"]
    masquees = table["statut"].eq("secret")
    table.loc[masquees, ["valeur", "valeur_selon_regle", "difference"]] = float("nan")
    return table[COLONNES]
