"""« cil verifier »."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, developper, montrer, tableau
from cil_analysis.commandes.reponses.listes import dire_les_listes, par_code
from cil_analysis.extraits.inconnus.codes import codes_de
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import dire_les_colonnes_absentes, dire_une_autre_annee
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.verification import Entete, Verification, verifier
from cil_analysis.grammaire.registre import exiger_les_comparateurs
from cil_analysis.nombres import accorder, nombre
from cil_analysis.rapport.mots.formats import points, pourcentage
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References

_VALEURS_DITES = 20
_PREMIER = "Premier import de cet extrait"


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references = References(options.projet)
    exiger_les_comparateurs(references)
    fichiers = developper(options.fichiers)
    demande = Demande(fichiers, options.annee, extrait=options.extrait, listes=par_code(options.listes))
    verification = verifier(references.projet, references, demande)
    montrer(_exposer(verification, references, list(map(str, fichiers))))


def _exposer(v: Verification, references: References, fichiers: Sequence[str]) -> Iterator[str]:
    dictionnaire = references.dictionnaires[str(v.journal["extrait"])]
    verdict = accorder(v.points, "point à regarder", "points à regarder")
    if not v.points:
        verdict = _PREMIER if v.avant is None else "Rien d’inhabituel"
    yield f"{verdict} – {dictionnaire.libelle} {v.journal['annee']}, {USAGE_INTERNE}"
    yield _situer(v)
    illisibles = dire_les_illisibles(v.anomalies, v.journal["illisibles"], fichiers, dictionnaire, references)
    inconnus, codes, volumes, baisses = _ce_qui_change(v, dictionnaire, references)
    autre_annee = dire_une_autre_annee(v.journal)
    baisse = "Colonnes obligatoires remplies à moins de moitié" if v.avant is None else "Complétude en baisse"
    for titre, lignes in (
        ("Année", [autre_annee] if autre_annee else []),
        ("En-têtes", [_dire_entete(entete, dictionnaire.libelles_stockes()) for entete in v.entetes]),
        ("Colonnes qu’un fichier n’a pas", dire_les_colonnes_absentes(v.journal, dictionnaire)),
        ("Libellés inconnus, jamais rencontrés (nombre de lignes)", _abreger(inconnus)),
        ("Cellules remplies mais illisibles (nombre de lignes)", illisibles),
        ("Codes connus, absents des imports précédents (nombre de lignes)", _abreger(codes)),
        ("Nombres de lignes inhabituels", volumes),
        (f"{baisse} (part des valeurs renseignées)", baisses),
        ("Listes de numéros uniques", dire_les_listes(v.journal, references)),
        ("Compte des lignes", _tableau_des_comptes(v)),
    ):
        if lignes:
            yield from ("", titre, *(f"  {ligne}" for ligne in lignes))


def _ce_qui_change(v: Verification, dictionnaire: Dictionnaire, references: References) -> tuple[list[str], ...]:
    """Labels that nobody knows, codes never met, numbers of rows out of the usual, columns less filled."""
    libelles = dictionnaire.libelles_stockes()

    def nommer(colonne: str, code: str) -> str:
        return codes_de(dictionnaire.colonnes[colonne], references).admis.get(code, code) if colonne else "Ensemble"

    volumes = [
        (nommer(x.axe, x.code), nombre(x.lignes), nombre(x.precedent), f"{nombre(x.bas)} à {nombre(x.haut)}")
        for x in v.volumes
    ]
    entetes = ("", "à importer", str(v.avant["annee"]) if v.avant else "", "étendue")
    return (
        [f"« {libelles[i.colonne]} » : « {i.valeur} » ({nombre(i.lignes)})" for i in v.inconnus],
        [f"« {libelles[c.colonne]} » : {nommer(c.colonne, c.valeur)} ({nombre(c.lignes)})" for c in v.codes],
        tableau(entetes, volumes, retrait=0) if volumes else [],
        [
            f"« {libelles.get(b.colonne, b.colonne)} » : {pourcentage(b.apres)}"
            + ("" if b.avant is None else f", contre {pourcentage(b.avant)} ({points(b.apres - b.avant)})")
            for b in v.baisses
        ],
    )


def _situer(v: Verification) -> str:
    """What the lot is compared to."""
    if v.avant is None:
        quoi = "les en-têtes inconnus, les libellés illisibles, les colonnes peu remplies et le compte des lignes"
        return f"{f'{_PREMIER} : rien' if v.points else 'Rien'} à comparer. Sont donnés {quoi}."
    noms = ", ".join(fichier["nom"] for fichier in v.avant["fichiers"])
    annee, annees = v.avant["annee"], list(v.annees)
    precedent = " précédent" if annee == v.journal["annee"] else ""
    etendue = f"ceux de {annees[0]} à {annees[-1]}" if len(annees) > 1 else f"ceux de {annees[0]}"
    return f"Comparé à l’import{precedent} de {annee} ({noms}) ; nombres de lignes comparés à {etendue}."


def _dire_entete(entete: Entete, libelles: Mapping[str, str]) -> str:
    avant, apres = (", ".join(f"« {e} »" for e in entetes) for entetes in (entete.avant, entete.apres))
    role = MOTS["sorts"].get(entete.role) or f"colonne « {libelles.get(entete.role, entete.role)} »"
    dit = f"{avant} devient {apres}" if avant and apres else avant or apres
    return f"{entete.sort} : {dit} ({role})"


def _abreger(lignes: Sequence[str]) -> Sequence[str]:
    reste = len(lignes) - _VALEURS_DITES
    return [*lignes[:_VALEURS_DITES], f"et {reste} de plus"] if reste > 0 else lignes


def _tableau_des_comptes(v: Verification) -> list[str]:
    """How many rows had each fate, and why, beside those of the import compared to."""
    avant = v.avant or {"annee": "", "comptes": {}, "motifs": {}}
    lignes = []
    for sort, (_, libelle) in MOTS["comptes"].items():
        marque = "à regarder" if sort in v.ecartees else ""
        lignes.append((libelle, nombre(v.journal["comptes"][sort]), nombre(avant["comptes"].get(sort)), marque))
        if sort in ("rejetees", "hors_perimetre", "doublons"):
            motifs, anciens = v.journal["motifs"].get(sort, {}), avant["motifs"].get(sort, {})
            for motif in dict.fromkeys([*motifs, *anciens]):
                lignes.append((f"  {motif}", nombre(motifs.get(motif, 0)), nombre(anciens.get(motif, 0)), ""))
    largeur = 4 if v.avant else 2
    return tableau(("", "à importer", str(avant["annee"]), "")[:largeur], [x[:largeur] for x in lignes], retrait=0)
