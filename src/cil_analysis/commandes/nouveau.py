"""« cil nouveau »."""

from __future__ import annotations

import argparse
from datetime import date

from cil_analysis.a_coller import argument
from cil_analysis.commandes.commun import developper
from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.territoires.etude import Demande, Etude, etudier
from cil_analysis.territoires.projet import creer_projet, refuser_dossier_occupe


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    modele = options.projet
    if modele.donnees_fictives:
        raise ErreurCIL(
            f"{modele.racine} est un projet d’exemple, dont les seuils et les bailleurs sont inventés : lancez la "
            "commande depuis le dépôt, ou nommez un autre modèle avec --projet."
        )
    refuser_dossier_occupe(options.dossier)  # Before the slow reading.
    demande = Demande(
        siren=options.epci,
        contours=options.contours,
        communes=tuple(developper(options.communes)),
        qpv=tuple(developper(options.qpv)),
        nom=options.nom,
        couche=options.couche,
        source=options.source,
        licence=options.licence,
    )
    aujourd_hui = date.today()
    etude = etudier(demande, References(modele).territoire.table_qpv, aujourd_hui)
    projet = creer_projet(modele, options.dossier, etude, aujourd_hui)
    partis = len({a.code_insee for a in etude.adhesions} - set(etude.membres))
    dossier = argument(str(options.dossier))
    repondre("nouveau", projet=projet, etude=etude, partis=partis, restes=_restes(etude), dossier=dossier)
    return 0


def _restes(etude: Etude) -> list[str]:
    """What nobody but the analyst knows, with the file that takes it."""
    restes = [
        "seuils des quartiles de ressources : parameters/seuils_quartiles.csv (« cil seuils » les écrit)",
        "bailleurs, leurs noms et variantes : nomenclatures/bailleurs.csv (l’import cite les noms à y inscrire)",
        "logements sociaux par commune : territory/parc_social.csv",
        "objectifs locaux : parameters/objectifs.csv (« cil objectifs --modele » ; ceux de la loi y sont)",
        "documents de gouvernance (CIL, CIA, PPGDLSID) : governance/documents.csv ; membres, séances, décisions, "
        "actions et enveloppe : les tables voisines",
    ]
    if not etude.quartiers:
        restes.insert(3, "quartiers prioritaires : territory/qpv.csv et territory/qpv_communes.csv")
    elif any(not quartier.valide_du for quartier in etude.quartiers):
        restes.insert(3, "dates de validité des quartiers prioritaires : territory/qpv.csv")
    if any(not adhesion.membre_du for adhesion in etude.adhesions):
        supposees = [f"{a.nom} ({a.membre_du})" for a in etude.adhesions if a.membre_du and a.confiance == "L"]
        verifier = f" ; à vérifier : {', '.join(supposees)}" if supposees else ""
        restes.append(
            f"dates d’adhésion : territory/communes.csv (sans date, une commune est membre depuis toujours){verifier}"
        )
    if not etude.demande.licence or not etude.demande.source:
        restes.append("source et licence des contours : territory/communes.geojson.meta.yml")
    return restes
