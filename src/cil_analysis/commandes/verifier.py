"""« cil verifier »."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from cil_analysis.commandes.commun import MOTS, developper, montrer
from cil_analysis.commandes.console.tableaux import (
    USAGE_INTERNE,
    dire_les_colonnes_absentes,
    libelles_des_colonnes,
    tableau,
)
from cil_analysis.commandes.reponses.listes import dire_les_listes, par_code
from cil_analysis.extraits.inconnus.codes import codes_de
from cil_analysis.extraits.inconnus.libelles import dire_les_illisibles
from cil_analysis.extraits.journal import dire_une_autre_annee
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.verification import DISPARU, NOUVEAU, Entete, Valeur, Verification, Volume, verifier
from cil_analysis.grammaire.registre import exiger_les_comparateurs
from cil_analysis.projet import ouvrir_projet
from cil_analysis.rapport.mots.formats import accorder, nombre, points, pourcentage
from cil_analysis.reference.ensemble import References

_VALEURS_DITES = 20


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    projet = ouvrir_projet(options.projet)
    references = References(projet)
    exiger_les_comparateurs(references)
    fichiers = developper(options.fichiers)
    listes = par_code(options.listes)
    verification = verifier(
        projet, references, Demande(fichiers, options.annee, extrait=options.extrait, listes=listes)
    )
    montrer(_exposer(verification, references, list(map(str, fichiers))))
    return 0


def _exposer(v: Verification, references: References, fichiers: Sequence[str]) -> list[str]:
    dictionnaire = references.dictionnaires[str(v.journal["extrait"])]
    libelles = libelles_des_colonnes(dictionnaire)
    verdict = accorder(v.points, "point à regarder", "points à regarder")
    if not v.points:
        verdict = "Premier import de cet extrait" if v.avant is None else "Rien d’inhabituel"
    lignes = [f"{verdict} – {dictionnaire.libelle} {v.journal['annee']}, {USAGE_INTERNE}", *_situer(v)]

    def section(titre: str, contenu: list[str]) -> None:
        if contenu:
            lignes.extend(["", titre, *contenu])

    autre_annee = dire_une_autre_annee(v.journal)
    section("Année", [f"  {autre_annee}"] if autre_annee else [])
    section("En-têtes", [_dire_entete(entete, libelles) for entete in v.entetes])
    absentes = dire_les_colonnes_absentes(v.journal, dictionnaire)
    section("Colonnes qu’un fichier n’a pas", [f"  {phrase}" for phrase in absentes])
    inconnus = [f"  « {libelles[i.colonne]} » : « {i.valeur} » ({nombre(i.lignes)})" for i in v.inconnus]
    section("Libellés inconnus, jamais rencontrés (nombre de lignes)", _abreger(inconnus))
    illisibles = dire_les_illisibles(v.anomalies, v.journal["illisibles"], fichiers, dictionnaire, references)
    section("Cellules remplies mais illisibles (nombre de lignes)", [f"  {ligne}" for ligne in illisibles])
    codes = [_dire_code(c, libelles, codes_de(dictionnaire.colonnes[c.colonne], references).admis) for c in v.codes]
    section("Codes connus, absents des imports précédents (nombre de lignes)", _abreger(codes))
    section("Nombres de lignes inhabituels", _tableau_des_volumes(v, references))
    section(
        "Complétude en baisse (part des valeurs renseignées)",
        [
            f"  « {libelles.get(b.colonne, b.colonne)} » : {pourcentage(b.apres)}, contre {pourcentage(b.avant)} "
            f"({points(b.apres - b.avant)})"
            for b in v.baisses
        ],
    )
    section("Listes de numéros uniques", [f"  {phrase}" for phrase in dire_les_listes(v.journal, references)])
    section("Compte des lignes", _tableau_des_comptes(v))
    return lignes


def _situer(v: Verification) -> list[str]:
    """What the lot is compared to."""
    if v.avant is None:
        return ["Aucun import à comparer : seuls les libellés illisibles et le compte des lignes sont donnés."]
    noms = ", ".join(fichier["nom"] for fichier in v.avant["fichiers"])
    annee, annees = v.avant["annee"], list(v.annees)
    precedent = " précédent" if annee == v.journal["annee"] else ""
    etendue = f"ceux de {annees[0]} à {annees[-1]}" if len(annees) > 1 else f"ceux de {annees[0]}"
    return [f"Comparé à l’import{precedent} de {annee} ({noms}) ; nombres de lignes comparés à {etendue}."]


def _dire_entete(entete: Entete, libelles: dict[str, str]) -> str:
    avant, apres = (", ".join(f"« {e} »" for e in entetes) for entetes in (entete.avant, entete.apres))
    role = MOTS["sorts"].get(entete.role) or f"colonne « {libelles.get(entete.role, entete.role)} »"
    if entete.sort == NOUVEAU:
        return f"  nouveau : {apres} ({role})"
    if entete.sort == DISPARU:
        return f"  disparu : {avant} ({role})"
    return f"  renommé : {avant} devient {apres} ({role})"


def _dire_code(code: Valeur, libelles: dict[str, str], noms: Mapping[str, str]) -> str:
    return f"  « {libelles[code.colonne]} » : {noms.get(code.valeur, code.valeur)} ({nombre(code.lignes)})"


def _abreger(lignes: list[str]) -> list[str]:
    reste = len(lignes) - _VALEURS_DITES
    return [*lignes[:_VALEURS_DITES], f"  et {reste} de plus"] if reste > 0 else lignes


def _tableau_des_volumes(v: Verification, references: References) -> list[str]:
    if v.avant is None or not v.volumes:
        return []
    colonnes = references.dictionnaires[str(v.journal["extrait"])].colonnes

    def nommer(volume: Volume) -> str:
        if not volume.axe:
            return "Ensemble"
        return codes_de(colonnes[volume.axe], references).admis.get(volume.code, volume.code)

    entetes = ("", "à importer", str(v.avant["annee"]), "étendue")
    lignes = [
        (nommer(x), nombre(x.lignes), nombre(x.precedent), f"{nombre(x.bas)} à {nombre(x.haut)}") for x in v.volumes
    ]
    return tableau(entetes, lignes)


def _tableau_des_comptes(v: Verification) -> list[str]:
    comptes, motifs = v.journal["comptes"], v.journal["motifs"]
    avant = {} if v.avant is None else v.avant["comptes"]
    motifs_avant = {} if v.avant is None else v.avant["motifs"]
    lignes = []
    for nom, (_, libelle) in MOTS["comptes"].items():
        marque = "à regarder" if nom in v.ecartees else ""
        lignes.append((libelle, nombre(comptes[nom]), nombre(avant.get(nom)), marque))
        anciens = motifs_avant.get(nom, {})
        if nom in ("rejetees", "hors_perimetre", "doublons"):
            for motif in dict.fromkeys([*motifs.get(nom, {}), *anciens]):
                cites = (nombre(motifs.get(nom, {}).get(motif, 0)), nombre(anciens.get(motif, 0)))
                lignes.append((f"  {motif}", *(cites if v.avant else (cites[0], "")), ""))
    if v.avant is None:
        return tableau(("", "à importer"), [ligne[:2] for ligne in lignes])
    return tableau(("", "à importer", str(v.avant["annee"]), ""), lignes)
