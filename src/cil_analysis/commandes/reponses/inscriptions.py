"""What « cil colonnes » and « cil libelles » answer once headings and labels are written."""

from __future__ import annotations

from collections.abc import Iterator

from cil_analysis.commandes.commun import aligner
from cil_analysis.extraits.inconnus.choix import Choix
from cil_analysis.projet import Projet
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ecriture.inscriptions import MILLESIME, lieu
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne


def rendre_compte(projet: Projet, choix: Choix, avant: References, millesime: str = MILLESIME) -> Iterator[str]:
    """What was written, and where; ``avant``: where headings led before."""
    if not choix.ajouts:
        yield "Rien n’a été inscrit."
    for (extrait, colonne), dits in choix.ajouts.items():
        fichiers = sorted({lieu(projet.reference, extrait, colonne, code) for code in dits.values()})
        ou = ", ".join(fichier.relative_to(projet.racine).as_posix() for fichier in fichiers)
        if colonne is None:
            yield f"{ou}, colonne entetes_{millesime} :"
            dictionnaire = avant.dictionnaires[extrait]
            dits = {entete: nom + _quittee(entete, dictionnaire) for entete, nom in dits.items()}
        else:
            yield f"« {colonne.libelle} » ({ou}) :"
        yield from aligner([(une_ligne(texte, 40), code) for texte, code in dits.items()])
    if choix.laisses:
        yield f"Laissés de côté ({len(choix.laisses)}) :"
        yield from aligner([(une_ligne(texte, 40), doute) for texte, doute in choix.laisses.items()])


def _quittee(entete: str, dictionnaire: Dictionnaire) -> str:
    """The column that a heading leaves, and the vintages under which it led there; empty for an unknown one."""
    forme = normaliser(entete)
    nom = dictionnaire.entetes.get(forme, "")
    siens = [
        f"entetes_{millesime}"
        for millesime, noms in dictionnaire.millesimes.items()
        if forme in map(normaliser, noms.get(nom, ()))
    ]
    return f" (retiré de {nom}, {'colonnes' if len(siens) > 1 else 'colonne'} {', '.join(siens)})" if nom else ""
