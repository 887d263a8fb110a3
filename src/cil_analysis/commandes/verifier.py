"""« cil verifier »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, developper
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.commandes.reponses.listes import dire_l_envoi, par_code
from cil_analysis.extraits.inconnus.codes import codes_de
from cil_analysis.extraits.journal import dire_une_autre_annee
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.verification import Verification, verifier
from cil_analysis.grammaire.registre import exiger_les_comparateurs
from cil_analysis.nombres import nombre
from cil_analysis.reference.ensemble import References


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references, fichiers = References(options.projet), developper(options.fichiers)
    exiger_les_comparateurs(references)
    demande = Demande(fichiers, options.annee, extrait=options.extrait, listes=par_code(options.listes))
    v = verifier(references.projet, references, demande)
    dites = dire_l_envoi(v.journal, v.anomalies, fichiers, references)
    dictionnaire = dites["dictionnaire"]

    def nommer(colonne: str, code: str) -> str:
        return codes_de(dictionnaire.colonnes[colonne], references).admis.get(code, code) if colonne else "Ensemble"

    entetes = ("", "à importer", str(v.avant["annee"]), "") if v.avant else ("", "à importer")
    repondre(
        "verifier",
        v=v,
        libelles=dictionnaire.libelles_stockes(),
        nommer=nommer,
        usage_interne=USAGE_INTERNE,
        autre_annee=dire_une_autre_annee(v.journal),
        volumes=[
            (nommer(x.axe, x.code), nombre(x.lignes), nombre(x.precedent), f"{nombre(x.bas)} à {nombre(x.haut)}")
            for x in v.volumes
        ],
        entetes=entetes,
        comptes=[ligne[: len(entetes)] for ligne in _comptes(v)],
        **dites,
    )


def _comptes(v: Verification) -> Iterator[tuple[str, ...]]:
    """How many rows had each fate, and why, beside those of the import compared to."""
    avant = v.avant or {"comptes": {}, "motifs": {}}
    for sort, (_, libelle) in MOTS["comptes"].items():
        marque = "à regarder" if sort in v.ecartees else ""
        yield libelle, nombre(v.journal["comptes"][sort]), nombre(avant["comptes"].get(sort)), marque
        if sort in ("rejetees", "hors_perimetre", "doublons"):
            motifs, anciens = v.journal["motifs"].get(sort, {}), avant["motifs"].get(sort, {})
            for motif in dict.fromkeys([*motifs, *anciens]):
                yield f"  {motif}", nombre(motifs.get(motif, 0)), nombre(anciens.get(motif, 0)), ""
