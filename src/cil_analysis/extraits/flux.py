"""The yearly bilan of the gestion en flux: what is a landlord's is read once, what is broken down is counted once.

A landlord gives each réservataire the same base and the same deducted dwellings; and the dwellings proposed and
allocated may come in several breakdowns of one total. Neither may be added up twice (docs/methode.md).
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from cil_analysis.extraits.anomalies import Atelier
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.systemes.bilan_flux import (
    DU_BAILLEUR,
    SOUSTRAITS,
    VENTILATIONS,
    conventions_en_vigueur,
    parties_de_la_base,
)

_COMPTES = ("nb_proposes", "nb_attribues")


def est_un_bilan_de_flux(dictionnaire: Dictionnaire) -> bool:
    """Whether the extract has the columns that these rules are about."""
    return "taux_flux_pct" in dictionnaire.colonnes


def dire_la_ventilation(atelier: Atelier, propres: pd.DataFrame) -> None:
    """Which breakdown columns each row fills, in place; a cell that says « inconnu » is filled, an empty one is not."""
    codes = pd.Series("", index=propres.index, dtype="str")
    for colonne, code in VENTILATIONS.items():
        lues = [nom for nom in atelier.dictionnaire.alternatives(colonne) if nom in atelier.texte]
        remplie = (atelier.texte[lues] != "").any(axis="columns")
        codes = codes.mask(remplie, codes + ";" + code)
    propres["ventilation"] = codes.str.removeprefix(";").where(codes.ne(""), None)


def controler(atelier: Atelier, retenues: pd.DataFrame, epci: pd.Series) -> pd.Series:
    """Set aside what contradicts itself, in place, and say why a row is rejected, or nothing.

    ``retenues``: the rows of the year, in stored shape, that are neither rejected nor duplicate. ``epci``: of each:
    what a landlord tells of one does not contradict what it tells of another.
    """
    departements, rejets = atelier.references.departements, [pd.Series(dtype="str")]
    # A row without a commune is of the project's only EPCI: of several, it is out of scope.
    for siren, siennes in retenues.groupby(epci.replace("", atelier.references.projet.epci_siren)):
        lues = siennes.copy()
        rejets.append(_controler(atelier, lues, departements[str(siren)]))
        retenues.loc[lues.index] = lues
    rejet: pd.Series = pd.concat(rejets)
    return rejet


def _controler(atelier: Atelier, retenues: pd.DataFrame, departement: str) -> pd.Series:
    for nom in (nom for nom in SOUSTRAITS if nom in retenues):
        ventiles = retenues[nom].notna() & retenues["ventilation"].notna()
        atelier.ecarter(retenues, ventiles, nom, "soustraits_ventiles")
    for nom in DU_BAILLEUR:
        _exiger_une_valeur(atelier, retenues, nom, ["bailleur"])
    for nom in SOUSTRAITS:
        _exiger_une_valeur(atelier, retenues, nom, ["bailleur", "motif_soustraction"])
    _exiger_une_valeur(atelier, retenues, "taux_flux_pct", ["bailleur", "reservataire"])
    _comparer_la_base(atelier, retenues)
    _comparer_les_taux(atelier, retenues, departement)
    _comparer_les_comptes(atelier, retenues)
    return _rejeter_les_ventilations(atelier, retenues)


def _exiger_une_valeur(atelier: Atelier, retenues: pd.DataFrame, nom: str, cles: Sequence[str]) -> None:
    """A value that is one for a landlord (and a motive) may be repeated; told in two ways, it is not known."""
    if nom not in retenues or not set(cles) - {"motif_soustraction"} <= set(retenues):
        return
    presentes = [cle for cle in cles if cle in retenues]
    distinctes = retenues.groupby(presentes, dropna=False)[nom].transform("nunique")
    contredites = distinctes.reindex(retenues.index).gt(1) & retenues[nom].notna()
    atelier.ecarter(retenues, contredites, nom, "plusieurs_valeurs", libelles=atelier.citer(*presentes))


def _comparer_la_base(atelier: Atelier, retenues: pd.DataFrame) -> None:
    """The base is its parts; what the file gives stays, and the difference is pointed out."""
    if "base_previsionnelle" not in retenues or "bailleur" not in retenues:
        return
    bases = parties_de_la_base(retenues)
    ecart = (bases["base_previsionnelle"] - bases["base_calculee"]).abs().gt(0.05).fillna(False)
    for bailleur, ligne in bases[ecart.astype(bool)].iterrows():
        dites = retenues["bailleur"].eq(str(bailleur)).fillna(False) & retenues["base_previsionnelle"].notna()
        atelier.noter(
            dites, "base_previsionnelle", "base", dite=ligne["base_previsionnelle"], calculee=ligne["base_calculee"]
        )


def _comparer_les_taux(atelier: Atelier, retenues: pd.DataFrame, departement: str) -> None:
    """A rate that the convention does not give: the convention prevails."""
    if "taux_flux_pct" not in retenues or not {"bailleur", "reservataire"} <= set(retenues):
        return
    fin = date(atelier.consigne.annee, 12, 31)
    signees = conventions_en_vigueur(atelier.references.tables, departement, fin)
    taux = signees.set_index(["bailleur", "reservataire"])["taux_pct"]
    paires = pd.MultiIndex.from_frame(retenues[["bailleur", "reservataire"]])
    attendus = pd.Series(taux.reindex(paires).to_numpy(), index=retenues.index)
    atelier.noter(retenues["taux_flux_pct"].sub(attendus).abs().gt(0.005), "taux_flux_pct", "convention")


def _comparer_les_comptes(atelier: Atelier, retenues: pd.DataFrame) -> None:
    if not set(_COMPTES) <= set(retenues):
        return
    proposes, attribues = retenues["nb_proposes"], retenues["nb_attribues"]
    atelier.noter(attribues.gt(proposes), "nb_attribues", "trop_d_attribues")
    if proposes.notna().any():
        atelier.noter(attribues.notna() & proposes.isna(), "nb_proposes", "sans_proposes")


def _rejeter_les_ventilations(atelier: Atelier, retenues: pd.DataFrame) -> pd.Series:
    """Several breakdowns tell one total: those that do not add up to it are rejected, with their rows."""
    motif = pd.Series("", index=retenues.index, dtype="str")
    mesures = [nom for nom in _COMPTES if nom in retenues]
    if not mesures or not {"bailleur", "reservataire"} <= set(retenues):
        return motif
    dites, faux = retenues[retenues[mesures].notna().any(axis=1)], pd.Series(False, index=retenues.index)
    for _, lignes in dites.groupby(["bailleur", "reservataire"], dropna=False):
        sommes = lignes.groupby(lignes["ventilation"].fillna(""))[mesures].sum()
        ordre = sorted(sommes.index, key=lambda codes: (len(codes.split(";")) if codes else 0, codes))
        fausses = [codes for codes in ordre[1:] if sommes.loc[codes].ne(sommes.loc[ordre[0]]).any()]
        faux[lignes.index[lignes["ventilation"].fillna("").isin(fausses)]] = True
    return atelier.rejeter(motif, faux, "ventilation", "ventilation")
