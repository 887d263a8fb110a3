"""What the commands of import say of what was sent: its lists of N° uniques, absent columns, unread cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.a_coller import argument, options_de_listes
from cil_analysis.commandes.commun import developper
from cil_analysis.commandes.console.gabarits import remplir
from cil_analysis.extraits import store
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import dire_les_colonnes_absentes
from cil_analysis.extraits.preparation import dire_les_ignorees
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import regles_secret


def par_code(listes: Sequence[tuple[str, Path]]) -> dict[str, list[Path]]:
    """The files of each list, by its code as it is typed."""
    fichiers: dict[str, list[Path]] = {}
    for code, fichier in listes:
        fichiers.setdefault(code, []).extend(developper([fichier]))
    return fichiers


def a_importer(projet: Projet, fichiers: Sequence[Path], examens: Sequence[Examen]) -> str:
    """The command that imports files of one extract, with the lists of the last import: the next would lose them."""
    noms, extrait = {examen.brut.nom for examen in examens}, examens[0].dictionnaire.extrait
    siens = [
        journal
        for journal in store.journaux(projet)
        if journal["extrait"] == extrait and any(fichier["nom"] in noms for fichier in journal["fichiers"])
    ]
    listes = options_de_listes(max(siens, key=lambda journal: journal["importe_le"], default={}))
    cites = " ".join(argument(str(fichier)) for fichier in fichiers)
    return f"Pour importer : cil importer {cites} --annee AAAA --extrait {extrait}{listes}"


def dire_l_envoi(
    journal: Mapping[str, Any], anomalies: pd.DataFrame, fichiers: Iterable[object], references: References
) -> dict[str, Any]:
    """What to look at in the files of an account, in words. ``fichiers``: their names, as a command takes them."""
    dictionnaire = references.dictionnaires[str(journal["extrait"])]
    illisibles, noms = journal.get("illisibles", {}), list(map(str, fichiers))
    return {
        "dictionnaire": dictionnaire,
        "listes": dire_les_listes(journal, references),
        "absentes": dire_les_colonnes_absentes(journal, dictionnaire),
        # What is filled and cannot be read is not « non renseigné ».
        "illisibles": dire_les_illisibles(anomalies, illisibles, noms, dictionnaire, references),
    }


def dire_les_listes(journal: Mapping[str, Any], references: References) -> list[str]:
    """What became of each line of the lists of an import, whom they found, and which rules read them."""
    annee, listes = int(journal["annee"]), journal.get("listes", {})
    regles = [r for r in references.priorites if r.vaut_en(annee) and r.colonne == LISTES_DU_MENAGE]
    return remplir(
        "listes.txt",
        annee=annee,
        listes=listes,
        ignorees={code: dire_les_ignorees(liste.get("motifs_des_ignorees", {})) for code, liste in listes.items()},
        seuil=regles_secret(references.parametres, annee).seuil_effectif,
        codes_lus={code for regle in regles for code in regle.valeurs},
        sans_numero=journal["manquants"].get("demande_pseudonyme", 0),
    ).splitlines()
