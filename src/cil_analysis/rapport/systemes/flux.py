"""Ce que la page et les fiches de la gestion en flux lisent des conventions et des paramètres, et où en est l’année."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import NOMBRE, PCT
from cil_analysis.rapport.classeur.fiche import Tableaux
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.table import Table
from cil_analysis.reference.systemes.bilan_flux import conventions_en_vigueur

# The ceilings of the law: the parameter, the réservataires that it is about together, and their name.
_PLAFONDS = {
    "plafond_prefet": (("PPRIOR", "PFONCT"), "le préfet"),
    "plafond_agents": (("PFONCT",), "le préfet pour les agents publics"),
    "plafond_collectivites": (("COLTER",), "les collectivités"),
}


def part_ecoulee(rapport: Rapport) -> float | None:
    """La part de l’année que couvrent les baux reçus ; None : elle n’est pas publiée.

    1 quand l’année est complète, ou close au jour que dit flux.yml.
    """
    ecoulee, jours = rapport.ensemble["F12"].seul.publie, rapport.jour.timetuple().tm_yday
    close = _jour(rapport, "annee_close_a_partir_du", rapport.annee)
    if ecoulee is None:
        return None
    if close is not None and ecoulee >= 100 * close.timetuple().tm_yday / jours:
        return 1.0
    return ecoulee / 100


def dernier_jour(rapport: Rapport) -> date:
    """Le dernier jour que couvrent les baux reçus ; le 31 décembre quand il n’est pas publié."""
    ecoulee = part_ecoulee(rapport)
    if ecoulee is None:
        return rapport.jour
    jours = ecoulee * rapport.jour.timetuple().tm_yday
    return date(rapport.annee, 1, 1) + timedelta(days=round(jours) - 1)


def trimestres_atteints(rapport: Rapport) -> list[str]:
    """Les codes des trimestres que les baux reçus atteignent : les suivants répètent le dernier compte."""
    codes = rapport.references.nomenclatures["trimestres"].codes(None)
    return codes[: int(pd.Timestamp(dernier_jour(rapport)).quarter)]


def taux_des_conventions(rapport: Rapport) -> pd.Series:
    """Les taux en vigueur au 31 décembre, en %, tels qu’ils sont écrits, par bailleur et par réservataire."""
    references = rapport.references
    signees = conventions_en_vigueur(references.conventions_flux, references.projet.departement, rapport.jour)
    taux = signees.set_index(["bailleur", "reservataire"])["taux_pct"]
    taux.attrs["unite"] = PCT
    return taux


def stock_reserve(rapport: Rapport) -> dict[str, pd.Series]:
    """Ce que chaque réservataire tenait en stock au dernier état des lieux, et sa part du parc ; vide sans état."""
    etats, departement = rapport.references.etats_des_lieux_flux, rapport.references.projet.departement
    passes = etats[etats["departement"].eq(departement) & etats["jour"].le(pd.Timestamp(rapport.jour))]
    if passes.empty:
        return {}
    paire = ["bailleur", "reservataire"]
    connus = passes.sort_values("jour", kind="stable").drop_duplicates(paire, keep="last").set_index(paire)
    reserves, part = connus["logements_reserves"], 100 * connus["logements_reserves"] / connus["logements_du_bailleur"]
    reserves.attrs["unite"], part.attrs["unite"] = NOMBRE, PCT
    return {"Réservés en stock": reserves.dropna(), "Part du parc": part.dropna()}


def depassements(rapport: Rapport) -> list[dict[str, Any]]:
    """Les conventions qui dépassent un plafond de la loi au 31 décembre, dans l’ordre du fichier ; les taux en %."""
    trouves = []
    for bailleur, siens in taux_des_conventions(rapport).groupby("bailleur", sort=False):
        for nom, (reservataires, public) in _PLAFONDS.items():
            plafond = rapport.parametre(f"flux.{nom}")
            if plafond is not None and (isinstance(plafond, bool) or not isinstance(plafond, int | float)):
                raise _faute(nom, plafond, "Écrire un nombre, en %, sans guillemets.")
            taux = float(siens[siens.index.isin(reservataires, "reservataire")].sum())
            if plafond is not None and taux > plafond:
                qui = {"bailleur": rapport.acteurs[str(bailleur)], "public": public}
                trouves.append(qui | {"taux": taux, "plafond": float(plafond)})
    return trouves


def echeance(rapport: Rapport) -> date | None:
    """Le jour avant lequel les bailleurs doivent le bilan à chaque réservataire ; None : à renseigner."""
    return _jour(rapport, "echeance_du_bilan", rapport.annee + 1)


def tableaux(fiche: Rapport) -> Tableaux:
    """Les tableaux du bilan à un réservataire, sur sa page et dans son classeur ; ``fiche`` : le rapport restreint."""
    par_bailleur = {c: fiche[c].par("bailleur") for c in ("F03", "F04", "F05", "F06", "F07")}
    ecrits, code = taux_des_conventions(fiche), fiche.sujet.code if fiche.sujet else ""
    # Of a landlord whose convention nobody has written: what its bilan reserves, of its base.
    calcules = {c.cle[0]: c.valeur for c in par_bailleur["F07"].publies}
    siens = ecrits[ecrits.index.isin([code], "reservataire")].droplevel("reservataire")
    taux = siens.combine_first(pd.Series(calcules, dtype="float64"))
    # Where F03 masks them, F06 publishes the same.
    attribues = par_bailleur["F03"].terme("numerateur").ou_sinon(par_bailleur["F06"].terme("numerateur"))
    cumuls = fiche["F11"].par("classe")
    return {
        "Bailleur": _comptes(par_bailleur["F03"])
        | {"Attribués": attribues, "Réservés": par_bailleur["F04"], "Réalisation": par_bailleur["F05"]}
        | {"Taux de la convention": taux},
        "Type de logement": _comptes(fiche["F03T"].par("classe")),
        "Financement": _comptes(fiche["F03F"].par("classe")),
        "Époque de construction": _comptes(fiche["F03P"].par("classe")),
        "Situation": _comptes(fiche["F03"].par("zone")),
        "Commune": _comptes(fiche["F03"].par("commune").mesures),
        "Trimestre": {"Baux signés depuis le 1er janvier": cumuls.ou(classe=trimestres_atteints(fiche))},
    }


def _comptes(x: Table) -> dict[str, Table]:
    return {"Proposés": x.terme("denominateur"), "Attribués": x.terme("numerateur"), "Part attribuée": x}


def _jour(rapport: Rapport, nom: str, annee: int) -> date | None:
    """The day of a year that a parameter gives as month-day. Raises ErreurCIL when it is no day of that year."""
    mois_jour = rapport.parametre(f"flux.{nom}")
    try:
        return None if mois_jour is None else date.fromisoformat(f"{annee}-{mois_jour}")
    except ValueError:
        raise _faute(nom, mois_jour, 'Écrire un mois et un jour, entre guillemets : "02-28".') from None


def _faute(nom: str, valeur: object, remede: str) -> ErreurCIL:
    return ErreurCIL(f"parameters/flux.yml : « {nom} » vaut « {valeur} ». {remede}")
