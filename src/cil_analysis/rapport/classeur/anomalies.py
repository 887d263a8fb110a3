"""The workbook of one landlord's anomalies, sent back to it: what to do, one anomaly a row, the labels that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from cil_analysis.classeurs import enregistrer_classeur
from cil_analysis.rapport.classeur.feuilles import (
    Colonne,
    ecrire,
    ecrire_tableau,
    ecrire_titre,
    lier,
    mettre_en_page,
    nouveau_classeur,
    signer,
    titrer_les_pages,
)
from cil_analysis.rapport.mots.formats import accorder
from cil_analysis.reference.texte import typographie

LISEZ_MOI, ANOMALIES, LIBELLES = "À lire", "Anomalies", "Libellés admis"
# Column of the frame → that of the sheet.
_COLONNES = {
    "fichier": Colonne("Fichier", 30),
    "feuille": Colonne("Feuille", 16),
    "ligne": Colonne("Ligne", 11, "0"),
    "cellule": Colonne("Cellule", 12),
    "colonne": Colonne("Colonne", 30),
    "regle": Colonne("Règle", 28),
    "valeur": Colonne("Valeur", 26),
    "effet": Colonne("Effet", 17),
    "message": Colonne("Explication", 70),
}
_LIBELLES = (Colonne("Colonne", 36), Colonne("Libellé admis", 60), Colonne("Code", 14))
_LARGEUR_DU_TEXTE = 100


@dataclass(frozen=True)
class Envoi:
    """What the workbook says of itself.

    ``destinataire``: the landlord's name; empty: its rows have no known landlord and the workbook is internal.
    ``effets``: what each effect of the rows means and asks for. ``fictif``: the data are made up. ``libelles``: for
    each column of the rows that has a list of codes, by its label: code → label.
    """

    emetteur: str
    extrait: str
    annee: int
    destinataire: str
    effets: Mapping[str, str]
    fictif: bool = False
    libelles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def titre(self) -> str:
        """The title of the workbook."""
        return f"Anomalies – {self.extrait} {self.annee} – {self.destinataire or 'sans bailleur reconnu'}"


def ecrire_anomalies(lignes: pd.DataFrame, envoi: Envoi, chemin: Path) -> None:
    """Write the anomalies of one landlord. One row of ``lignes`` is one anomaly, in the columns of the sheet.

    Columns and rules are given by their labels. Same content, same bytes; all of it or nothing.
    """
    classeur, notice = nouveau_classeur(LISEZ_MOI)
    _rediger(notice, lignes, envoi)
    _lister(classeur.create_sheet(ANOMALIES), lignes, envoi)
    if envoi.libelles:
        _lister_les_libelles(classeur.create_sheet(LIBELLES), envoi)
    signer(classeur, envoi.titre)
    enregistrer_classeur(classeur, chemin)


def _rediger(feuille: Worksheet, lignes: pd.DataFrame, envoi: Envoi) -> None:
    ecrire_titre(feuille, typographie(envoi.titre))
    for rang, phrase in enumerate(_phrases(lignes, envoi), start=2):
        cellule = ecrire(feuille, rang, 1, typographie(phrase))
        if phrase == _RENVOI:
            lier(cellule, LIBELLES)
    feuille.column_dimensions["A"].width = _LARGEUR_DU_TEXTE
    mettre_en_page(feuille, _LARGEUR_DU_TEXTE)
    _titrer_les_pages(feuille, envoi)


_RENVOI = f"Les libellés reconnus sont dans la feuille « {LIBELLES} »."


def _phrases(lignes: pd.DataFrame, envoi: Envoi) -> Sequence[str]:
    touchees = len(lignes[["fichier", "feuille", "ligne"]].drop_duplicates())
    compte = f"{accorder(len(lignes), 'anomalie', 'anomalies')} sur {accorder(touchees, 'ligne', 'lignes')}"
    if envoi.destinataire:
        debut = [
            f"De {envoi.emetteur} à {envoi.destinataire}.",
            f"La feuille « {ANOMALIES} » liste {compte} de votre organisme, dans les fichiers cités.",
        ]
        fin = [
            "Corrigez ces lignes à la source, et non dans ce classeur, puis renvoyez l’extrait corrigé à "
            f"{envoi.emetteur}.",
        ]
    else:
        debut = [
            f"Document interne de {envoi.emetteur} : ne l’envoyez à aucun bailleur.",
            f"La feuille « {ANOMALIES} » liste {compte} dont le bailleur est absent ou inconnu : elles peuvent être de "
            "n’importe lequel.",
        ]
        fin = [
            "Si le libellé du bailleur est inconnu, ajoutez-le à la colonne « alias » de "
            "data/reference/nomenclatures/bailleurs.csv, puis importez de nouveau. Sinon, complétez le fichier à la "
            "source.",
        ]
    presents = set(lignes["effet"])
    return [
        *(["Données fictives : rien n’y décrit une situation réelle."] if envoi.fictif else []),
        *debut,
        "La ligne et la cellule sont celles du fichier reçu, comptées comme dans un tableur, en-têtes compris.",
        *(f"« {effet} » : {sens}" for effet, sens in envoi.effets.items() if effet in presents),
        *([_RENVOI] if envoi.libelles else []),
        *(["« (masquée) » : la valeur n’est pas reproduite ; elle est dans votre fichier."] if _masque(lignes) else []),
        *fin,
    ]


def _masque(lignes: pd.DataFrame) -> bool:
    return bool(lignes["valeur"].eq("(masquée)").any())


def _lister(feuille: Worksheet, lignes: pd.DataFrame, envoi: Envoi) -> None:
    contenus = [
        [
            int(valeur) if nom == "ligne" else typographie(valeur) if nom in ("regle", "message") else valeur
            for nom, valeur in zip(_COLONNES, anomalie, strict=True)
        ]
        for anomalie in lignes[list(_COLONNES)].itertuples(index=False)
    ]
    ecrire_tableau(feuille, 1, list(_COLONNES.values()), contenus, "Anomalies")
    _titrer_les_pages(feuille, envoi)


def _lister_les_libelles(feuille: Worksheet, envoi: Envoi) -> None:
    """One row a label, column by column. The code may stand for it in a file; what is copied is read as it is."""
    admis = [(colonne, lu, code) for colonne, liste in envoi.libelles.items() for code, lu in liste.items()]
    ecrire_tableau(feuille, 1, _LIBELLES, admis, "Libelles")
    _titrer_les_pages(feuille, envoi)


def _titrer_les_pages(feuille: Worksheet, envoi: Envoi) -> None:
    titrer_les_pages(feuille, f"{envoi.titre}{' – données fictives' if envoi.fictif else ''}")
