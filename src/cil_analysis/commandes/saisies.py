"""« cil seuils » and « cil objectifs »: what a project asks of a year, read, typed, and followed."""

import argparse
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.a_coller import argument
from cil_analysis.commandes.commun import annoncer_interne, exiger_un_autre_modele
from cil_analysis.commandes.reponses import repondre
from cil_analysis.comptage.cadre import CLES, PUBLIE, SECRET
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.objectifs import Lignes, lire_objectifs_saisis
from cil_analysis.extraits.saisies.seuils import lire_quartiles, lire_saisie, lire_seuils
from cil_analysis.extraits.store import annees as annees_importees
from cil_analysis.grammaire.registre import registre
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.projet import d_un_epci
from cil_analysis.rapport import suivi
from cil_analysis.rapport.classeur.objectifs import ecrire_modele
from cil_analysis.rapport.effort import attendues_au_rythme, attributions_attendues, efforts
from cil_analysis.rapport.figure import lacunes
from cil_analysis.rapport.mots.lignes import LEGENDE, cellule, est_tolere, resultat_en_mots, signe
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.ecriture.objectifs import (
    ATTRIBUTS,
    FEUILLES,
    TITRES,
    Changement,
    Objectif,
    ecrire_matrices,
    lire_matrices,
)
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.objectifs import NOMBRE, PCT, PLANCHER, TOUS
from cil_analysis.reference.seuils import TABLE, Seuils, SeuilsDeLAnnee, montant, reporter_seuils, triplet, valeurs_de
from cil_analysis.reference.texte import enumerer, une_ligne

_SOURCE = 60  # signs of a source that are shown
_ENTETES = ("Pour", "Objectif", "Chiffre", "Écart", "Manquants ou de trop", "Résultat", "Ce qu’il faudrait")
# The sheets that have a blank column for each indicator on which nothing local is set yet.
_A_PROPOSER = ("Communes", "Bailleurs")


# --- Thresholds -------------------------------------------------------------------------------------------------------


def seuils(options: argparse.Namespace) -> None:
    """« cil seuils »."""
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
    if options.fichier is None:
        lus, sans, autres = _lire_les_seuils(references, options), list[str](), list[str]()
    else:
        lus, sans, autres = lire_quartiles(options.fichier, references.projet.epci_siren, options.source)
    ecrites, remplacees = reporter_seuils(references.projet.reference, lus, list(noms), remplacer=options.remplacer)
    repondre(
        "seuils",
        de_l_etat=options.fichier is not None,
        lus=lus,
        sans=sans,
        autres=autres,
        noms=noms,
        ecrites=ecrites,
        remplacees=remplacees,
        table=TABLE,
        triplet=triplet,
        montant=montant,
    )


def _lire_les_seuils(references: References, options: argparse.Namespace) -> Sequence[SeuilsDeLAnnee]:
    """What was typed, of EPCI that the project has."""
    siren = options.epci or ("" if references.projet.plusieurs_epci else references.projet.epci_siren)
    if options.importer is not None:
        lus: Sequence[SeuilsDeLAnnee] = lire_seuils(options.importer, options.source, siren)
    else:
        champs = {nom: getattr(options, nom) or "" for nom in ("q1", "q2", "q3", "source")}
        lus = [lire_saisie(champs | {"annee": str(options.annee), "epci_siren": siren}, "Seuils donnés")]
    connus = set(references.epci["siren"])
    for lu in lus:
        if lu.siren not in connus:
            faute = (
                f"L’EPCI « {lu.siren} » n’est pas de ce projet" if lu.siren else "Ces seuils sont d’un EPCI à nommer"
            )
            raise ErreurCIL(
                f"{faute} : donnez le SIREN de l’un des siens, par --epci ou une colonne « epci_siren » du tableau."
            )
    return lus


def _annees(seuils: Seuils, connues: Collection[int]) -> Iterator[tuple[str, ...]]:
    """Every year from the first that the file knows or that is imported to the last."""
    for annee in range(min(connues, default=0), max(connues, default=-1) + 1):
        valeurs = valeurs_de(seuils, annee)
        montants = ["à renseigner" if valeur is None else montant(valeur) for valeur in valeurs]
        cite = seuils[annee].titre if any(valeur is not None for valeur in valeurs) else ""
        yield str(annee), *montants, une_ligne(cite, _SOURCE).ljust(_SOURCE)


# --- Objectives, followed ---------------------------------------------------------------------------------------------


def objectifs(options: argparse.Namespace) -> None:
    """« cil objectifs »."""
    if options.retirer and options.importer is None:
        raise ErreurCIL(
            "--retirer retire les objectifs dont la cellule a été vidée dans un fichier : nommez-le par --importer."
        )
    if options.annee is None:
        _saisir(options)
        return
    projet = options.projet
    if options.interne:
        annoncer_interne(projet)
    rapport = ouvrir_rapport(options.annee, projet.racine, options.interne)
    dites, comptees = options.attendues or attributions_attendues(rapport), rapport["V01"].seul.publie
    attendues = dites or attendues_au_rythme(rapport)
    suivis, vigueur = suivi.suivis(rapport), suivi.en_vigueur(rapport)
    tables = list(_tables(rapport, suivis, int(comptees or 0), attendues))
    vides = vigueur["objectif"].eq("")
    sans_suite = {
        "à renseigner": vigueur[vides],
        "qu’aucun chiffre ne suit (un autre l’emporte, ou rien n’est compté)": vigueur[
            ~vides & ~vigueur["id"].isin(suivis["id"])
        ],
    }
    repondre(
        "objectifs",
        titre=f"Objectifs suivis en {rapport.annee}, {projet.epci_nom_court}. {rapport.mention}".strip(),
        tables=tables,
        entetes=_ENTETES[: len(tables[0][1][0])] if tables else _ENTETES,
        masques=suivis["statut"].eq("secret").any(),
        legende=LEGENDE,
        attendues=attendues,
        comptees=comptees,
        au_rythme=not dites,
        sans_suite={quoi: objectifs.to_dict("records") for quoi, objectifs in sans_suite.items()},
    )


def _tables(
    rapport: Rapport, suivis: pd.DataFrame, comptees: int, attendues: int | None
) -> Iterator[tuple[str, list[tuple[str, ...]], list[str]]]:
    """The title, the rows and the notes of a table an indicator.

    The last cell of a row is there only when something is said of what remains.
    """
    objectifs = rapport.references.objectifs
    faut = efforts(suivi.a_suivre(rapport), objectifs, comptees, attendues) if comptees and attendues else {}
    for code, groupe in groupby(suivis.to_dict("records"), key=lambda s: str(s["indicateur"])):
        lignes, calcules = [], False
        for ligne in groupe:
            calcules |= ligne["statut"] in (PUBLIE, SECRET)
            effort = faut.get(tuple(ligne[cle] for cle in CLES), "–")
            lignes.append((*_cellules(ligne), *([effort] if faut else ())))
        manques = enumerer(rapport.manques(code))
        quoi = "D’autres chiffres sont non calculables" if calcules else "Non calculable"
        dits = (f"{quoi} : {manques}." if manques else "", lacunes(rapport, [code]))
        yield f"{code} – {rapport.publication[code].indicateur.titre}", lignes, [dit for dit in dits if dit]


def _cellules(ligne: Mapping[Any, Any]) -> tuple[str, ...]:
    chiffres = (cellule(ligne, nom, avec_unite=True).texte for nom in ("valeur", "ecart", "menages_manquants"))
    tu = signe(ligne, "resultat") if ligne["statut"] == "secret" else ""
    mot = tu or f"{resultat_en_mots(ligne) or '–'}{' (tolérance)' if est_tolere(ligne) else ''}"
    return str(ligne["pour"]), str(ligne["objectif"]), *chiffres, mot


# --- Objectives, in a workbook ----------------------------------------------------------------------------------------


def _saisir(options: argparse.Namespace) -> None:
    references = References(options.projet)
    len(references.objectifs)  # Read first: a reference at fault is said before anything is written.
    parametres = references.projet.reference / "parameters"
    objectifs, hors_matrice = lire_matrices(parametres)
    lignes = _lignes(references, objectifs)
    if options.modele is not None:
        _ecrire_le_modele(references, objectifs, lignes, options.modele)
        changements, inchanges = list[Changement](), 0
    else:
        lus = lire_objectifs_saisis(options.importer, lignes, _indicateurs(references))
        changements, inchanges = ecrire_matrices(
            parametres, options.importer.name, lus, references.codes_des_objectifs, retirer=options.retirer
        )
    comptes = Counter(c.quoi for c in changements)
    repondre(
        "objectifs_saisis",
        modele=options.modele,
        argument=argument,
        changements=changements,
        inchanges=inchanges,
        hors_matrice=hors_matrice,
        lignes=lignes,
        cible=lambda bornes: " à ".join(borne.replace(".", ",") for borne in bornes if borne),
        redites=Counter(
            (c.objectif["feuille"], c.objectif["colonne"], c.attributs) for c in changements if c.attributs
        ),
        titres=TITRES,
        comptes={mot: comptes[mot] for mot in ("ajouté", "changé", "retiré") if comptes[mot]},
        retouche=any(c.avant[0] and c.avant != c.apres for c in changements),
    )


def _ecrire_le_modele(references: References, objectifs: Sequence[Objectif], lignes: Lignes, chemin: Path) -> None:
    exiger_un_autre_modele(chemin)
    if chemin.suffix.lower() != ".xlsx":
        raise ErreurCIL(f"Le modèle est un classeur : donnez-lui un nom en .xlsx, et non {chemin.name}.")
    fictif = " – données fictives" if references.projet.donnees_fictives else ""
    titre = f"Objectifs de {references.projet.epci_nom_court}{fictif}"
    ecrire_modele([*objectifs, *_a_proposer(references, objectifs)], lignes, titre, chemin)


def _lignes(references: References, objectifs: Sequence[Objectif]) -> Lignes:
    """For each sheet, the rows that it has: code → name, what holds for all of them first."""
    territoire, epci = references.territoire, references.projet
    quartiers = territoire.table_qpv[["code", "nom", "generation"]].astype("str").itertuples(index=False)
    nommes = {o["code"] for o in objectifs if o["feuille"] == "Intercommunalité"}
    noms = {
        "Communes": dict(territoire.communes[["code_insee", "nom"]].itertuples(index=False)),
        "Bailleurs": references.nomenclatures["bailleurs"].libelles(),
        "Réservataires": references.nomenclatures["reservataires"].libelles(),
        "Quartiers": {code: f"{nom} (QPV de {generation})" for code, nom, generation in quartiers},
        "Intercommunalité": dict.fromkeys(nommes - {TOUS}, epci.epci_nom_court),
    }
    chaque = {f.nom: f"Chaque {f.un} sans objectif à son nom" for f in FEUILLES} | {
        "Intercommunalité": epci.epci_nom_court
    }
    return {feuille: {TOUS: chaque[feuille]} | siennes for feuille, siennes in noms.items()}


def _a_proposer(references: References, objectifs: Sequence[Objectif]) -> list[Objectif]:
    """A blank column for each indicator that a sheet can follow and on which only the law has set something."""
    locales = {(o["feuille"], o["indicateur"]) for o in objectifs if o["origine"] != "loi"}
    vide = dict.fromkeys((*ATTRIBUTS, "repere", "code"), "")
    vide |= {"sens": PLANCHER, "unite": PCT, "origine": "CIA", "confiance": "C"}
    return [
        {**vide, "feuille": feuille.nom, "colonne": f"{i.code} – à ajouter", "indicateur": i.code}
        for feuille in FEUILLES
        if feuille.nom in _A_PROPOSER
        for i in registre(references).indicateurs
        if i.a_objectif and i.unite == PCT and (feuille.nom, i.code) not in locales
        if any((v.perimetre, v.acteur) == feuille[1:3] and not v.modalites for v in i.ventilations)
    ]


def _indicateurs(references: References) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """For each unit, the indicators that an objective may be set on, by the code that it has there → categories."""
    admis: dict[str, dict[str, Sequence[str]]] = {PCT: {}, NOMBRE: {}}
    for indicateur in registre(references).indicateurs:
        if indicateur.a_objectif:
            unite = NOMBRE if indicateur.unite == NOMBRE else PCT
            liste = references.nomenclatures[indicateur.modalites].codes() if indicateur.modalites else []
            admis[unite][indicateur.code.removesuffix(EN_NOMBRE) if unite == NOMBRE else indicateur.code] = liste
    return admis
