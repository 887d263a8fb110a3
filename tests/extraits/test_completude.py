"""`cil qualite`: completeness over the years and by landlord, and the workbook of each landlord."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest_extraits import ENTETES, bail, contenu, numero

from cil_analysis.commandes import main
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan
from cil_analysis.projet import Projet
from messages import exiger_du_francais, exiger_un_remede

Importe = Callable[..., Bilan]
Source = Callable[..., Path]
Qualite = Callable[..., str]
AVEC_AGE = [*ENTETES, "Âge"]


# --- the command -----------------------------------------------------------------------------------------------------


def deux_bailleurs() -> list[list[str]]:
    """LMH: 3 bad ages, a duplicate. SH: 2 bad ages, a lease without a date. Nobody's: 5 leases."""
    lignes = [[*bail(rang, bailleur="LMH" if rang < 30 else "Sarthe Habitat"), "34"] for rang in range(50)]
    for rang in (2, 7, 11, 33, 41):
        lignes[rang][4] = "MOT LIBRE"
    lignes.append(lignes[5])
    lignes.append([numero(70), "", "Le Mans", "SH", "34"])
    lignes += [[*bail(80 + rang, bailleur="=Office+Inventé"), "34"] for rang in range(5)]
    return lignes


@pytest.fixture
def qualite(projet: Projet, capsys: pytest.CaptureFixture[str]) -> Qualite:
    """Run the command for 2022; returns what it says. ``nommes``: what its refusal, that writes nothing, must cite."""

    def lancer(*arguments: object, nommes: Sequence[object] | None = None) -> str:
        avant = contenu(projet.racine)
        code = main(["--projet", str(projet.racine), "qualite", "--annee", "2022", *map(str, arguments)])
        sortie, erreurs = capsys.readouterr()
        assert (code, sortie == "", erreurs == "") == ((0, False, True) if nommes is None else (1, True, False))
        assert contenu(projet.racine) == avant
        return exiger_du_francais(sortie) if nommes is None else exiger_un_remede(erreurs, *nommes)

    return lancer


def feuille(chemin: Path) -> list[dict[str, Any]]:
    """The rows of the sheet of anomalies, by heading."""
    lignes = openpyxl.load_workbook(chemin)["Anomalies"].iter_rows(values_only=True)
    entetes = next(lignes)
    return [dict(zip(entetes, ligne, strict=True)) for ligne in lignes]


def textes(chemin: Path) -> str:
    classeur = openpyxl.load_workbook(chemin)
    return "\n".join(str(c.value) for f in classeur for ligne in f.iter_rows() for c in ligne if c.value is not None)


def bailleur_de_chaque_ligne(chemin: Path) -> dict[int, str]:
    """Line of the raw file → the landlord that it names, read without the software."""
    codes = {"LMH": "LMH", "Sarthe Habitat": "SH", "SH": "SH"}
    with chemin.open(encoding="utf-8", newline="") as flux:
        return {n: codes.get(ligne[3], "") for n, ligne in enumerate(csv.reader(flux, delimiter=";"), 1)}


def test_chaque_classeur_a_les_lignes_de_son_bailleur_et_elles_seules(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    brut = source(deux_bailleurs(), entetes=AVEC_AGE)
    importe(brut)
    dossier = tmp_path / "envois" / "2022"
    sortie = qualite("--anomalies", dossier)
    noms = {c: f"anomalies-2022-attributions-{c or 'sans-bailleur'}.xlsx" for c in ("LMH", "SH", "")}
    assert {c.name for c in dossier.iterdir()} == set(noms.values())
    qualite("--anomalies", tmp_path / "encore")
    assert contenu(tmp_path / "encore") == contenu(dossier), "the same bytes twice"
    de_qui = bailleur_de_chaque_ligne(brut)
    for bailleur, nom in noms.items():
        lues = feuille(dossier / nom)
        assert {de_qui[ligne["Ligne"]] for ligne in lues} == {bailleur}, nom
        assert f"{nom} ({len(lues)} anomalies" in sortie
    # What was planted, counted from the raw file: line 1 is the header.
    lmh, sh, personne = (feuille(dossier / nom) for nom in noms.values())
    assert [(x["Ligne"], x["Cellule"], x["Colonne"], x["Effet"]) for x in lmh] == [
        (4, "E4", "Âge du demandeur", "valeur écartée"),
        (9, "E9", "Âge du demandeur", "valeur écartée"),
        (13, "E13", "Âge du demandeur", "valeur écartée"),
        (52, "A52", "Numéro unique", "doublon écarté"),
    ]
    assert [(x["Ligne"], x["Colonne"], x["Effet"]) for x in sh] == [
        (35, "Âge du demandeur", "valeur écartée"),
        (43, "Âge du demandeur", "valeur écartée"),
        (53, "Date de signature du bail", "ligne rejetée"),
    ]
    inventes = [(rang, "Bailleur", "=Office+Inventé") for rang in range(54, 59)]
    assert [(x["Ligne"], x["Colonne"], x["Valeur"]) for x in personne] == inventes
    # No free text, no number, no pseudonym goes out.
    assert {x["Valeur"] for x in lmh[:3]} == {"(masquée)"}
    tout = sortie + "".join(textes(chemin) for chemin in dossier.iterdir())
    pseudonymes = store.lire(projet, "attributions", 2022)["demande_pseudonyme"].dropna()
    assert len(pseudonymes) and not [p for p in [*pseudonymes, "MOT LIBRE", "TEST"] if p in tout]
    # A sheet says whom it is for, of nobody else, and what to do.
    notices = [openpyxl.load_workbook(dossier / nom).worksheets[0] for nom in noms.values()]
    assert {notice.title for notice in notices} == {"À lire"}
    de_lmh, de_sh, interne = ("\n".join(str(c.value) for c in notice["A"]) for notice in notices)
    assert "Sarthe Habitat" in de_sh and "Sarthe Habitat" not in de_lmh
    assert "Le Mans Métropole Habitat" not in de_sh and "doublon" in de_lmh and "doublon" not in de_sh
    assert ["interne" in dite for dite in (de_sh, de_lmh, interne)] == [False, False, True]
    # One landlord alone is asked for.
    sortie = qualite("--bailleur", "SH", "--anomalies", tmp_path / "seul")
    assert [c.name for c in (tmp_path / "seul").iterdir()] == [noms["SH"]]
    assert "LMH" not in sortie and "Le Mans Métropole Habitat" not in sortie
    qualite("--bailleur", "XX", nommes=["« XX »", "LMH, SH"])


def test_les_classeurs_ne_s_ecrivent_ni_dans_les_donnees_brutes_ni_dans_les_traitees(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    autre = projet.racine / "x" / ".." / "data" / "raw" / "sous"
    for dossier in (projet.brut, projet.traite / "envois", autre, projet.rapports / "2022"):
        qualite("--anomalies", dossier, nommes=["--anomalies"])


def test_la_commande_montre_l_evolution_et_marque_une_baisse(
    importe: Importe, source: Source, qualite: Qualite
) -> None:
    ancien = [[*bail(rang, "15/03/2021"), "34"] for rang in range(40)]
    importe(source(ancien, entetes=AVEC_AGE), annee=2021)
    lignes = deux_bailleurs()
    importe(source(lignes, entetes=AVEC_AGE))
    sortie = qualite()
    # Kept: all but the duplicate and the lease without a date.
    conservees, ages = len(lignes) - 2, len(lignes) - 2 - 5
    part = f"{100 * ages / conservees:.1f}".replace(".", ",")
    perte = f"{100 - 100 * ages / conservees:.1f}".replace(".", ",")
    dites = [" ".join(ligne.split()) for ligne in sortie.splitlines()]
    assert f"Âge du demandeur 100,0 {part} −{perte} ▼" in dites
    assert "Commune du logement 100,0 100,0 0,0" in dites
    assert "Âge du demandeur 90,0 90,0 100,0" in dites, "LMH, SH and nobody"
    assert [x[0] != "Q" for x in dites if "Quartier prioritaire" in x] == [True], "in no file: no share, and said"
    assert sortie.count("▼") == 3, "the legend, the age and the landlord"


def test_une_annee_dont_le_compte_rendu_est_perdu_n_a_pas_de_colonne(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite
) -> None:
    importe(source([[*bail(rang, "15/03/2021"), "34"] for rang in range(40)], entetes=AVEC_AGE), annee=2021)
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    (perdu,) = projet.traite.glob("journal/*attributions*2021*")
    perdu.unlink()
    (titres,) = [ligne.split() for ligne in qualite().splitlines() if ligne.split()[:2] == ["Colonne", "2022"]]
    assert titres == ["Colonne", "2022"]


def test_chaque_extrait_importe_est_montre(
    projet: Projet, importe: Importe, source: Source, qualite: Qualite, tmp_path: Path
) -> None:
    importe(source(deux_bailleurs(), entetes=AVEC_AGE))
    demandes = [[numero(1), "Le Mans", "34"], [numero(99), "Le Mans", "MOT LIBRE"]]
    importe(source(demandes, "d.csv", ["N° unique", "Commune souhaitée", "Âge"]))
    sortie = qualite("--anomalies", tmp_path / "envois")
    assert "Attributions 2022" in sortie and "2 lignes conservées sur 3" in sortie
    assert re.search("logé.* : 1", sortie), "a request of a household that was housed"
    # Requests name no landlord: what is wrong with them is nobody's to mend but the service's.
    assert (tmp_path / "envois" / "anomalies-2022-demandes-sans-bailleur.xlsx").is_file()
    assert "Attributions" not in qualite("--extrait", "demandes")
    qualite("--extrait", "baux", nommes=["« baux »", "attributions, demandes"])
    qualite("--extrait", "radiations", nommes=["cil importer", "radiations"])


RUE, EXPULSION = "RUE,k,,logement_actuel,SD,,,essai,L\n", "EXPULSION,l,,motif_demande,05,,,essai,L\n"


@pytest.fixture
def regler(projet: Projet, importe: Importe, source: Source) -> Callable[..., None]:
    """Of 80 leases: 30 of the street, 15 of them a priority for the file; 4 expelled; 20 more for the file alone."""

    def ecrire(*regles: str) -> None:
        logements, publics = ["Sans abri"] * 30 + ["Squat"] * 50, ["Handicap"] * 15 + [""] * 19 + ["Handicap"] * 20
        motifs = [""] * 30 + ["Expulsion"] * 4
        colonnes = (logements, [*motifs, *[""] * 46], [*publics, *[""] * 26])
        lignes = [[*bail(rang), *cellules] for rang, cellules in enumerate(zip(*colonnes, strict=True))]
        importe(source(lignes, entetes=[*ENTETES, "Logement actuel", "Motif de la demande", "Publics prioritaires"]))
        with (projet.reference / "priorites.csv").open("a", encoding="utf-8") as table:
            table.write("".join(regles))

    return ecrire


def ecart(sortie: str) -> list[str]:
    """Households of priority by the file and the rules, by the file alone, by the rules alone."""
    return re.findall(r": (\d+|s)\b", sortie.splitlines()[-2])


def test_les_regles_de_priorite_s_expliquent_sans_petit_effectif(regler: Callable[..., None], qualite: Qualite) -> None:
    reloges = "RELOGES,f,,est_relogement_ru,oui,,,essai,L\n"
    regler(RUE, EXPULSION, reloges, "ANCIENNE,k,,logement_actuel,LP,,2020-12-31,essai,L\n")
    dite = qualite("--priorites")
    comptes = {ligne.split()[0]: re.split(r"\s{2,}", ligne.strip())[1:] for ligne in dite.splitlines()[2:5]}
    assert comptes == {"RUE": ["30", "15"], "EXPULSION": ["s", "s"], "RELOGES": ["colonne absente"]}
    assert "ANCIENNE" not in dite and "RELOGES lit une colonne" in dite


def test_le_fichier_et_les_regles_se_comparent(regler: Callable[..., None], qualite: Qualite) -> None:
    """15 by both, 20 by the file alone, 15 by the rule alone."""
    regler()
    assert "Aucune règle" in qualite("--priorites")
    regler(RUE)
    assert ecart(qualite("--priorites")) == ["15", "20", "15"]


def test_l_ecart_ne_rend_pas_le_petit_effectif_d_une_regle(regler: Callable[..., None], qualite: Qualite) -> None:
    """19 households are of priority by the rules alone, 15 of them of the street: the 4 expelled are what is left."""
    regler(RUE, EXPULSION)
    dite = qualite("--priorites")
    assert "15" in dite and "19" not in ecart(dite) and "s" in ecart(dite)


def test_une_regle_fautive_se_dit(regler: Callable[..., None], qualite: Qualite) -> None:
    regler("FAUSSE,z,,logement_actuel,SD,,,essai,L\n")
    qualite("--priorites", nommes=["priorites.csv", "« z »"])
