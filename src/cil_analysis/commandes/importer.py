"""« cil importer » and « cil verifier »: what the files of an extract give, or would give."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from cil_analysis.a_coller import argument, options_de_listes
from cil_analysis.commandes.commun import MOTS, USAGE_INTERNE, developper, dire
from cil_analysis.commandes.reponses import remplir, repondre
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement, store
from cil_analysis.extraits.anomalies import premieres_lignes
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.inconnus.entetes import Examen
from cil_analysis.extraits.inconnus.libelles import codes_de, dire_les_illisibles
from cil_analysis.extraits.journal import (
    colonnes_videes,
    dire_une_autre_annee,
    sans_hors_quartier,
    sans_non,
)
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.preparation import CONSTATS, dire_les_ignorees
from cil_analysis.extraits.verification import Verification, verifier
from cil_analysis.grammaire.registre import exiger_les_comparateurs
from cil_analysis.projet import Projet
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.colonnes import LISTES_DU_MENAGE, PSEUDONYME, Dictionnaire, colonnes_absentes
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import enumerer
from cil_analysis.repartition import grappe
from cil_analysis.secret.regles import regles_secret
from cil_analysis.typographie import accorder, nombre

# How much of the anomalies an import prints: the rest is in « cil qualite ».
_GROUPES_DITS, _LIGNES_DITES = 6, 3
_COMMUNES_DITES = 6  # out of the EPCI: more of them is a file of another territory
# Of an import told in brief, as are aggregated tables.
_SANS_DETAIL: dict[str, object] = dict.fromkeys(("ailleurs", "listes", "a_noter", "groupes", "illisibles"), ())


def executer(options: argparse.Namespace) -> None:
    """« cil importer »."""
    references = References(options.projet)
    projet, annee, fichiers = references.projet, options.annee, developper(options.fichiers)
    if options.agregats:
        from cil_analysis.extraits.agregats.importation import importer_les_agregats  # Definitions are slow to read.

        if options.extrait or options.listes or options.ajouter or options.grappe:
            options.mal_employee("--agregats va sans --extrait, --liste, --ajouter ni --grappe")
        resultat = importer_les_agregats(projet, references, fichiers, annee)
        dire_l_import(resultat, projet.racine, {"a_noter": dire_les_classeurs(resultat.journal)})
        return
    demande = Demande(fichiers, annee, options.extrait, par_code(options.listes), options.ajouter)
    with nullcontext() if options.grappe is None else grappe(options.grappe) as equipe:
        resultat = importer(projet, references, demande, equipe)
    dire_l_import(resultat, projet.racine, {} if resultat.deja_fait else _detailler(resultat, references, fichiers))


def dire_l_import(resultat: Bilan, racine: Path, detail: Mapping[str, object] = MappingProxyType({})) -> None:
    """Say what became of each row of an import, and of its files: those read are the sum of the others (D1)."""
    journal, ancien, cle = resultat.journal, resultat.ancien, resultat.cle_creee
    texte = remplir(
        "importer.txt",
        r=resultat,
        journal=journal,
        extrait=nommer_l_extrait(journal["extrait"]),
        jour=f"{datetime.fromisoformat(ancien['importe_le']):%d/%m/%Y à %H h %M}" if ancien else "",
        sont_des_agregats=journal["extrait"] == AGREGATS,
        cle_exposee=cle is not None and racine.resolve() in cle.resolve().parents,
        autre_annee=dire_une_autre_annee(journal),
        ignorees=dire_les_ignorees(journal["motifs"]["ignorees"]),
        constats=CONSTATS,
        groupes_dits=_GROUPES_DITS,
        **(_SANS_DETAIL | {**detail}),
    )
    for ligne in texte.split("\n"):
        dire(ligne)


def _detailler(resultat: Bilan, references: References, fichiers: Sequence[Path]) -> dict[str, object]:
    """Of an import of rows: its lists, absent columns, anomalies, and cells that are not read."""
    anomalies, communes = resultat.anomalies, references.territoire.noms()
    journal, extrait = resultat.journal, str(resultat.journal["extrait"])
    passees = [annee for annee in store.annees(references.projet, extrait) if annee < journal["annee"]]
    avant = store.lire_journal(references.projet, extrait, passees[-1]) if passees else resultat.ancien
    dites = dire_l_envoi(journal, anomalies, fichiers, references, avant)
    parmi = [fichier["nom"] for fichier in journal["fichiers"]]
    # The largest groups of anomalies, each of one column and one effect, with its first lines.
    groupes: list[tuple[Any, pd.DataFrame]] = sorted(anomalies.groupby(["colonne", "effet"]), key=lambda g: -len(g[1]))
    ailleurs = resultat.ailleurs if len(resultat.ailleurs) <= _COMMUNES_DITES else {}
    return dites | {
        "ailleurs": {communes[code]: n for code, n in ailleurs.items()},
        "anomalies": len(anomalies),
        "groupes": [(*cle, len(s), premieres_lignes(s, _LIGNES_DITES, parmi=parmi)) for cle, s in groupes],
    }


def verification(options: argparse.Namespace) -> None:
    """« cil verifier »."""
    references, fichiers = References(options.projet), developper(options.fichiers)
    exiger_les_comparateurs(references)
    demande = Demande(fichiers, options.annee, extrait=options.extrait, listes=par_code(options.listes))
    v = verifier(references.projet, references, demande)
    dites = dire_l_envoi(v.journal, v.anomalies, fichiers, references)
    dictionnaire = dites["dictionnaire"]

    def nommer(colonne: str, code: str) -> str:
        lue = dictionnaire.colonnes.get(colonne)
        if lue is None:
            return "Ensemble"
        mois = references.nomenclatures["mois"].libelles()
        return (mois if lue.type == "date" else codes_de(lue, references)[0]).get(code, code)

    entetes = ("", "à importer", str(v.avant["annee"]), "") if v.avant else ("", "à importer")
    repondre(
        "verifier",
        v=v,
        libelles=dictionnaire.libelles_stockes(),
        nommer=nommer,
        usage_interne=USAGE_INTERNE,
        autre_annee=dire_une_autre_annee(v.journal),
        volumes=[
            (nommer(un.axe, un.code), nombre(un.lignes), nombre(un.precedent), f"{nombre(un.bas)} à {nombre(un.haut)}")
            for un in v.volumes
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


def par_code(listes: Sequence[tuple[str, Path]]) -> dict[str, list[Path]]:
    """The files of each list, by its code as it is typed."""
    fichiers: dict[str, list[Path]] = {}
    for code, fichier in listes:
        fichiers.setdefault(code, []).extend(developper([fichier]))
    return fichiers


def a_importer(projet: Projet, fichiers: Sequence[Path], examens: Sequence[Examen]) -> str:
    """The command that imports files, with the lists of the last import, which the next would lose; or its refusal."""
    noms, extrait = {examen.brut.nom for examen in examens}, examens[0].dictionnaire.extrait
    if any(examen.dictionnaire.extrait != extrait for examen in examens):
        return "Les fichiers de cette archive sont de plusieurs extraits : extrayez-les, puis importez-les séparément."
    for examen in examens:
        try:
            rapprochement.exiger_les_colonnes(
                examen.brut.appariement, examen.dictionnaire, examen.brut.nom, examen.brut.source.chemin
            )
        except ErreurCIL as erreur:
            return f"L’import serait encore refusé. {erreur}"
    siens = [
        journal
        for journal in store.journaux(projet)
        if journal["extrait"] == extrait and any(fichier["nom"] in noms for fichier in journal["fichiers"])
    ]
    listes = options_de_listes(max(siens, key=lambda journal: journal["importe_le"], default={}))
    cites = " ".join(argument(str(fichier)) for fichier in fichiers)
    return f"Pour importer : cil importer {cites} --annee AAAA --extrait {extrait}{listes}"


def dire_l_envoi(
    journal: Mapping[str, Any],
    anomalies: pd.DataFrame,
    fichiers: Iterable[object],
    references: References,
    avant: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What to look at in the files of an account, in words. ``fichiers``: their names, as a command takes them.

    ``avant``: the account of an earlier import, whose columns are told when they have no value any more.
    """
    dictionnaire = references.dictionnaires[str(journal["extrait"])]
    illisibles, noms = journal.get("illisibles", {}), list(map(str, fichiers))
    return {
        "dictionnaire": dictionnaire,
        "listes": dire_les_listes(journal, references),
        "a_noter": [*dire_les_classeurs(journal), *_dire_les_colonnes(journal, dictionnaire, avant)],
        # What is filled and cannot be read is not « non renseigné ».
        "illisibles": dire_les_illisibles(anomalies, illisibles, noms, dictionnaire, references),
    }


def dire_les_classeurs(journal: Mapping[str, Any]) -> list[str]:
    """What workbooks hold that whoever sent them may not know: hidden rows, formulas that nothing has computed."""
    listes = (liste["fichiers"] for liste in journal.get("listes", {}).values())
    return [
        f"{fichier['nom']} a {accorder(combien, un, plusieurs)}, {que_faire}"
        for fichier in chain(journal["fichiers"], *listes)
        for quoi, (un, plusieurs, que_faire) in MOTS["classeurs"].items()
        if (combien := fichier.get(quoi, 0))
    ]


def _dire_les_colonnes(
    journal: Mapping[str, Any], dictionnaire: Dictionnaire, avant: Mapping[str, Any] | None
) -> list[str]:
    """What files of an import lack, and what their blanks leave unknown."""
    libelles = dictionnaire.libelles_stockes()
    return remplir(
        "a_noter.txt",
        journal=journal,
        libelles=libelles,
        exigees=[PSEUDONYME if c.nom == "numero_unique" else c.nom for c in dictionnaire.obligatoires()],
        sans_hors_quartier=sans_hors_quartier(journal),
        sans_non=sans_non(journal),
        absentes=colonnes_absentes(journal["fichiers"]),
        avant=avant,
        videes=colonnes_videes(journal, avant),
        cites=lambda noms: enumerer([f"« {libelles.get(nom, nom)} »" for nom in noms]),
    ).splitlines()


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
