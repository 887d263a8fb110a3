"""A call written wrong in a notebook is refused in one French sentence, which says what may be written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from rapports import EPCI, lignes_de, lu, rapport

from cil_analysis import Projet, ouvrir_rapport
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.usages import appelable
from messages import lisible

LIEUX = {"Le Mans": "72181", "Allonnes": "72003", "Arnage": "72008"}


def bilan() -> Rapport:
    lignes: list[dict[str, Any]] = [
        {"perimetre_type": "commune", "perimetre_code": code, "annee": annee, "numerateur": 40, "denominateur": 100}
        for annee in (2021, 2022)
        for code in LIEUX.values()
    ]
    lignes += [{"annee": a, "perimetre_code": EPCI, "numerateur": 90, "denominateur": 300} for a in (2021, 2022)]
    lignes[-3] |= {"statut": "secret"}
    return rapport({"O01": lignes, "O04": lignes, "V01": [{"annee": a, "perimetre_code": EPCI} for a in (2021, 2022)]})


FAUTES: dict[str, tuple[Callable[[Rapport], object], list[str]]] = {
    "code en minuscules": (lambda r: r["o01"], ["« o01 »", "O01", "projet.indicateurs()"]),
    "code sans son zéro": (lambda r: r["O1"], ["choisir O01"]),
    "tranche": (lambda r: r["O01":"O04"], ["projet.indicateurs()"]),  # type: ignore[misc]
    "code d’une enquête": (lambda r: r.derniere("S99"), ["« S99 »"]),
    "axe": (lambda r: r["O01"].par("comune"), ["« comune »", "commune", "bailleur"]),
    "classes": (lambda r: r["O01"].par("classe").df, ["O01", "classes", "commune"]),
    "axes en liste": (lambda r: r["O01"].par(["commune", "annee"]), ['.par("commune", "annee")']),  # type: ignore[arg-type]
    "nom pour un code": (lambda r: r["O01"].ou(commune="Le Mans").df, ["« Le Mans »", "72181"]),
    "commune d’ailleurs": (lambda r: r["O01"].par("commune").ou(commune="99999").barres("T"), ["99999", "72181"]),
    "code sans guillemets": (lambda r: r["O01"].ou(commune=72181).valeur, ["guillemets", "72181"]),
    "zone": (lambda r: r["O01"].ou(zone="QPV").valeur, ["« QPV »", "hors_qpv (Hors quartier prioritaire), en_qpv"]),
    "année en texte": (lambda r: r["O01"].ou(annee="2021").valeur, ["annee=2021"]),
    "méthode": (lambda r: r["O01"].bares("T"), ["« bares »", "choisir barres"]),  # type: ignore[attr-defined]
    "méthode du rapport": (lambda r: r.comune("72181"), ["« comune »", "choisir commune"]),  # type: ignore[attr-defined]
    "valeur d’un chiffre": (lambda r: r["O01"].seul.valeurs, ["« valeurs »", "choisir valeur"]),  # type: ignore[attr-defined]
    "masqué": (lambda r: r["O01"].ou(commune="72008").valeur, ["O01", "masqué", "« .df »"]),
    "terme": (lambda r: r["O01"].terme("numerateurs"), ["numerateurs", "numerateur, denominateur"]),
    "sans coupe": (lambda r: r["O01"].sans("72181"), ['.par("commune")']),
    "commune en moins": (lambda r: r["O01"].par("commune").sans("BIDULE"), ["« BIDULE »", "72181"]),
    "classe en moins": (lambda r: r["O02"].par("bailleur").sans("BIDULE"), ["« BIDULE »", "SH (Sarthe"]),
    "paramètre": (lambda r: r.parametre("flux.plafond_prefe"), ["« flux.plafond_prefe »", "flux.plafond_prefet"]),
    "paramètre sans fichier": (lambda r: r.jour_de("bidule"), ["« bidule »", "data/reference/parameters"]),
    "mesures sans coupe": (lambda r: r["O01"].mesures, ['.par("commune")']),
    "réglage": (lambda r: r["O01"].par("commune").barres("T", par_tail=True), ["par_tail", "par_taille"]),  # type: ignore[call-arg]
    "repère": (lambda r: r["O01"].par("commune").barres("T", repere=100), ["« repere »", "100"]),  # type: ignore[typeddict-item]
    "courbes d’un axe": (lambda r: r["O01"].par("annee").courbes("T"), ['.par("bailleur", "annee")']),
    "courbes sans noms": (lambda r: r.courbes("T", "", [r["O01"]]), ['{"Nom":']),  # type: ignore[arg-type]
    "tableau sans noms": (lambda r: r.tableau("T", r["O01"].par("commune")), ['{"Nom":']),  # type: ignore[arg-type]
    "tableau de deux coupes": (
        lambda r: r.tableau("T", {"A": r["O01"].par("commune"), "B": r["O01"].par("annee")}),
        ["« A », par commune", "« B », par annee"],
    ),
    "tableau de deux coupes, après une colonne vide": (
        lambda r: r.tableau(
            "T", {"V": r["O02"].par("commune"), "A": r["O01"].par("commune"), "B": r["O01"].par("annee")}
        ),
        ["« A », par commune", "« B », par annee"],
    ),
    "courbes de deux unités": (
        lambda r: r.courbes("T", "", {"A": r["O01"].par("annee"), "B": r["V01"].par("annee")}),
        ["« A », %", "« B », nombre"],
    ),
    "courbes de deux coupes": (
        lambda r: r.courbes("T", "", {"A": r["O01"].par("annee"), "B": r["O01"].par("commune")}),
        ["« B », par commune"],
    ),
    "colonne absente": (lambda r: r.tableau_de(pd.DataFrame({"a": [1]}), "T", {"A": "b"}), ["« b »", ": choisir a."]),
    "colonne nommée d’un nombre": (
        lambda r: r.tableau_de(pd.DataFrame({"a": [1], 2022: [2]}), "T", {"A": 2022}),  # type: ignore[dict-item]
        ["« 2022 »", "choisir a, entre"],
    ),
    "noms": (lambda r: r["O01", "O04"].par("commune").barres("T", noms=("un",)), ["1 pour 2"]),
    "carte à explorer": (lambda r: r.explorer(["O99"]), ["« O99 »"]),
    "nombre pour une liste": (lambda r: r.explorer(3), ["« 3 »", 'explorer(codes=["…"])']),  # type: ignore[arg-type]
    "nom d’une carte": (lambda r: r.explorer(["O01"], identifiant="1 carte"), ["« 1 carte »"]),
    "petites cartes": (lambda r: r.petites_cartes("T", "", {"A": r["O01"].par("annee")}), ['.par("commune")']),
    "titre": (lambda r: r["O01"].par("commune").barres(None), ["« None »", "texte"]),  # type: ignore[arg-type]
    "nom d’un gabarit": (lambda r: r["O01"].par("commune").barres("{{ hau }}"), ["« {{ hau }} »", "« hau »", "haut"]),
    "filtre d’un gabarit": (lambda r: r.dire("{{ O01|nombr }}"), ["« nombr »", "nombre, pct"]),
    "test d’un gabarit": (lambda r: r.dire("{{ O01 is foo }}"), ["« foo »", "après « is »"]),
    "test d’une condition": (lambda r: r.dire("{{ O01 if O01 is foo }}"), ["« foo »", "après « is »"]),
    "gabarit mal fermé": (lambda r: r.dire("{{ O01 "), ["accolade"]),
    "argument inconnu": (lambda r: r["O01"].par("commune").carte(titr="T"), ["« carte »", "carte(titre, sous_titre=…"]),  # type: ignore[call-arg]
    "argument qui manque": (lambda r: r.tableau("T"), ["« tableau »", "tableau(legende, colonnes"]),  # type: ignore[call-arg]
    "argument de trop": (lambda r: r.entete("T", "U"), ["« entete »", "entete(titre)"]),  # type: ignore[call-arg]
    "clé d’un choix": (lambda r: r["O01"].ou("72181"), ["« ou »", "ou(codes=…)"]),  # type: ignore[call-arg]
    "nombre pour un texte": (lambda r: r["O01"].par("commune").carte("T", note=3), ["« 3 »", 'carte(note="…")']),  # type: ignore[arg-type]
    "dossier": (lambda r: Projet(3), ["« 3 »", 'Projet(dossier="…")']),  # type: ignore[arg-type]
    "argument d’un projet": (lambda r: Projet(dosier="x"), ["« Projet »", "Projet(dossier=…)"]),  # type: ignore[call-arg]
    "argument d’un rapport": (lambda r: ouvrir_rapport(anee=1), ["« ouvrir_rapport »", "annee=…"]),  # type: ignore[call-arg]
    "rang d’une liste vide": (lambda r: r.dire("{{ loin[0].nom }}", loin=[]), ["peut-être vide"]),
    "mot d’un chiffre": (lambda r: r.dire("{{ O01.valuer }}"), ["« valuer »"]),
    "code d’un gabarit": (lambda r: r.dire("{{ O99 }}"), ["« {{ O99 }} »", "« O99 »", "O09"]),
}


@pytest.mark.parametrize("cas", FAUTES)
def test_un_appel_mal_ecrit_est_refuse(cas: str) -> None:
    appel, dits = FAUTES[cas]
    with pytest.raises(ErreurCIL) as refus:
        appel(bilan())
    message = lisible(str(refus.value))
    assert all(dit in message for dit in dits), message
    assert len(message) < 350, message
    assert not re.search(r"\b(named|expected|attribute|template)\b", message)


def test_ce_qui_est_connu_et_vide_n_est_pas_refuse() -> None:
    """A year before the first, a class that nobody is of: notebooks ask for them."""
    lus = bilan()
    assert len(lus["O01"].ou(annee=1999)) == len(lus["O01"].par("commune").ou(commune=[])) == 0
    assert [c.nom for c in lus["O01"].par("annee").sans(2021)] == ["2022"]
    assert not hasattr(lus["O01"], "bares") and getattr(lus, "bares", None) is None
    assert lus["O01"].ou(annee=1999).dire("{{ x }}", x=lus["O01"].ou(annee=1999)) == ""


def test_la_table_d_un_chiffre_dit_ce_qui_est_masque() -> None:
    """« .df » has no keys of its own, and its masked figures were « à renseigner »."""
    lus = bilan()
    tableau = lu(lus.tableau_de(lus["O01"].par("commune").df, "Parts", {"Commune": "commune", "Part": "valeur"}))
    assert lignes_de(tableau)["Arnage"] == ["s"] and lignes_de(tableau)["Allonnes"] == ["40,0 %"]


def test_un_rapport_se_montre_en_une_ligne() -> None:
    assert repr(bilan()).count("\n") == 0 and len(repr(bilan())) < 80
    assert "Allonnes" in repr(bilan().commune("72003"))


def test_un_rapport_dit_quels_indicateurs_il_a_et_de_quelle_annee_il_est() -> None:
    r = bilan()
    assert "O01" in r and "o01" not in r and "O04" in list(r)
    assert ", 2022, période 2021-2022)" in repr(r)


def test_une_faute_du_logiciel_n_est_pas_dite_des_arguments() -> None:
    def fautive(titre: str, suite: object = "") -> None:
        raise TypeError(f"à nous : {titre}{suite}")

    with pytest.raises(TypeError, match="à nous : T3"):
        appelable(fautive)("T", 3)
