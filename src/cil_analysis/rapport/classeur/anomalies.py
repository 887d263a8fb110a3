"""The workbook of one landlord's anomalies, sent back to it: what to do, then one anomaly a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.rapport.classeur.feuilles import MOTS, TITRE, Feuille, nouveau_classeur
from cil_analysis.typographie import accorder, typographie

LISEZ_MOI, ANOMALIES = "À lire", "Anomalies"
# Columns of the frame, those of the sheet in their order.
_COLONNES = ["fichier", "feuille", "ligne", "cellule", "colonne", "regle", "valeur", "effet", "message"]


@dataclass(frozen=True)
class Envoi:
    """What the workbook says of itself.

    ``destinataire``: the landlord's name; empty: its rows have no known landlord and the workbook is internal.
    ``effets``: what each effect means and asks for.
    """

    emetteur: str
    extrait: str
    annee: int
    destinataire: str
    effets: Mapping[str, str]
    fictif: bool = False

    @property
    def titre(self) -> str:
        """The title of the workbook."""
        return f"Anomalies – {self.extrait} {self.annee} – {self.destinataire or 'sans bailleur reconnu'}"


def ecrire_anomalies(lignes: pd.DataFrame, envoi: Envoi, chemin: Path) -> None:
    """Write the anomalies of one landlord, one a row of ``lignes``, columns and rules by their labels; all or none."""
    classeur = nouveau_classeur(envoi.titre)
    _rediger(_feuille(classeur, LISEZ_MOI, envoi), lignes, envoi)
    dites = lignes[_COLONNES].assign(
        ligne=lignes["ligne"].map(int), **{nom: lignes[nom].map(typographie) for nom in ("regle", "message")}
    )
    _feuille(classeur, ANOMALIES, envoi).remplir("Anomalies", list(dites.itertuples(index=False)))
    enregistrer_classeur(classeur, chemin)


def _feuille(classeur: Workbook, nom: str, envoi: Envoi) -> Feuille:
    return Feuille(classeur, nom, f"{envoi.titre}{' – données fictives' if envoi.fictif else ''}")


def _rediger(notice: Feuille, lignes: pd.DataFrame, envoi: Envoi) -> None:
    touchees, mots = len(lignes[["fichier", "feuille", "ligne"]].drop_duplicates()), MOTS["anomalies"]
    compte = f"{accorder(len(lignes), 'anomalie', 'anomalies')} sur {accorder(touchees, 'ligne', 'lignes')}"
    qui, presents = "bailleur" if envoi.destinataire else "interne", set(lignes["effet"])
    faits = {"emetteur": envoi.emetteur, "destinataire": envoi.destinataire, "feuille": ANOMALIES, "compte": compte}
    *debut, remede = (phrase.format(**faits) for phrase in mots[qui])
    effets = (f"« {effet} » : {sens}" for effet, sens in envoi.effets.items() if effet in presents)
    notice.ecrire(envoi.titre, allure=TITRE)
    notice.ecrire(mots["fictif"] if envoi.fictif else "", *debut, mots["lecture"], *effets)
    notice.ecrire(mots["masquee"] if lignes["valeur"].eq("(masquée)").any() else "", remede)
