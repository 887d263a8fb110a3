"""« cil seuils »."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator

from cil_analysis.commandes.console.gabarits import repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.seuils import lire_quartiles, lire_saisie, lire_seuils
from cil_analysis.extraits.store import annees as annees_importees
from cil_analysis.projet import d_un_epci
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.seuils import TABLE, Seuils, SeuilsDeLAnnee, montant, reporter_seuils, triplet, valeurs_de
from cil_analysis.reference.texte import une_ligne

_SOURCE = 60  # signs of a source that are shown


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    if options.annee is None and any((options.q1, options.q2, options.q3)):
        raise ErreurCIL("De quelle année sont ces seuils ? Ajoutez --annee AAAA.")
    references = References(options.projet if options.fichier is None else d_un_epci(options.projet))
    noms = dict(zip(references.epci["siren"], references.epci["nom_court"], strict=True))
    if options.fichier is None and options.annee is None and options.importer is None:
        if options.epci is not None:
            references.de_l_epci(options.epci)  # Raises for one that the project does not have.
        voulus = [siren for siren in noms if options.epci in (None, siren)]
        importees = annees_importees(references.projet, "attributions")
        seuils = {siren: references.de_l_epci(siren).seuils for siren in voulus}
        connus = [(siren, noms[siren], list(_annees(lus, {*lus, *importees}))) for siren, lus in seuils.items()]
        repondre("seuils_connus", connus=connus)
        return
    lecture = None
    if options.fichier is not None:
        lecture = lire_quartiles(options.fichier, references.projet.epci_siren, options.source)
    lus = lecture.quartiles if lecture else _lire(references, options)
    report = reporter_seuils(references.projet.reference, lus, list(noms), remplacer=options.remplacer)
    repondre(
        "seuils", lecture=lecture, lus=lus, noms=noms, report=report, table=TABLE, triplet=triplet, montant=montant
    )


def _lire(references: References, options: argparse.Namespace) -> list[SeuilsDeLAnnee]:
    """What was typed, of EPCI that the project has."""
    siren = options.epci or ("" if references.projet.plusieurs_epci else references.projet.epci_siren)
    if options.importer is not None:
        lus = lire_seuils(options.importer, options.source, siren)
    else:
        champs = {nom: getattr(options, nom) or "" for nom in ("annee", "q1", "q2", "q3", "source")}
        lus = [lire_saisie(champs | {"epci_siren": siren}, "Seuils donnés")]
    connus = set(references.epci["siren"])
    for lu in lus:
        if lu.siren not in connus:
            raise ErreurCIL(
                f"L’EPCI « {lu.siren} » n’est pas de ce projet : donnez le SIREN de l’un des siens, par --epci ou dans "
                "une colonne « epci_siren » du tableau."
            )
    return lus


def _annees(seuils: Seuils, connues: Collection[int]) -> Iterator[tuple[str, ...]]:
    """Every year from the first that the file knows or that is imported to the last."""
    for annee in range(min(connues, default=0), max(connues, default=-1) + 1):
        valeurs = valeurs_de(seuils, annee)
        montants = ["à renseigner" if valeur is None else montant(valeur) for valeur in valeurs]
        cite = seuils[annee].titre if any(valeur is not None for valeur in valeurs) else ""
        yield str(annee), *montants, une_ligne(cite, _SOURCE).ljust(_SOURCE)
