"""The audit of the example's files: what it prints, what it refuses, and that a refusal publishes nothing."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from cil_analysis.commandes import main
from cil_analysis.comptage.cadre import CHIFFRES, CLES, COLONNES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.secret.comptage import Comptes, compter_annee
from cil_analysis.secret.preuve.dementis import dementies
from cil_analysis.secret.preuve.preuve import exiger_le_classeur, prouver
from cil_analysis.secret.publication import publier_annee
from cil_analysis.secret.publies import lire_chiffres
from cil_analysis.secret.regles import regles_secret
from exemple_produit import DES_MENAGES, copier_l_exemple, oublier_l_empreinte, publier_les_chiffres
from messages import exiger_un_remede, lisible

ANNEE = 2022


@pytest.fixture(scope="module")
def petit(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """The leases of the last year alone, less what describes households, published: a proof of them takes a moment."""
    racine = tmp_path_factory.mktemp("preuve") / "projet"
    autres = {dossier.name for dossier in exemple.traite.iterdir()} - {"attributions", "journal"}
    projet = copier_l_exemple(exemple, racine, ANNEE, autres, DES_MENAGES)
    publier_les_chiffres(projet, ANNEE)
    return projet


@pytest.fixture
def copie(petit: Projet, tmp_path: Path) -> Projet:
    """A copy whose reports may be spoilt."""
    shutil.copytree(petit.racine, tmp_path / "projet")
    return ouvrir_projet(tmp_path / "projet")


def lire_le_csv(dossier: Path) -> list[dict[str, str]]:
    with (dossier / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def lire(projet: Projet) -> list[dict[str, str]]:
    return lire_le_csv(projet.rapports / str(ANNEE))


def ecrire(projet: Projet, lignes: list[dict[str, str]], annee: int = ANNEE) -> None:
    dossier = projet.rapports / str(annee)
    dossier.mkdir(exist_ok=True)
    with (dossier / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, COLONNES, lineterminator="\n")
        ecrivain.writeheader()
        ecrivain.writerows(lignes)


def devoiler(projet: Projet) -> list[dict[str, str]]:
    """The published rows, one masked commune of O01 given back from the true figures: a small count."""
    cadre = compter_annee(projet, References(projet), ANNEE).cadre
    seuil = regles_secret(References(projet).parametres, ANNEE).seuil_effectif
    petites = cadre[
        cadre["indicateur"].eq("O01") & cadre["annee"].eq(ANNEE) & cadre["perimetre_type"].eq("commune")
        & cadre["numerateur"].between(1, seuil - 1)
    ]  # fmt: skip
    vraie = petites.iloc[0]
    lignes = lire(projet)
    masquee = next(ligne for ligne in lignes if all(ligne[nom] == str(vraie[nom]) for nom in CLES))
    assert masquee["statut"] == "secret"
    masquee |= {"statut": "publie"} | {nom: format(vraie[nom], "g") for nom in ("numerateur", "denominateur", "valeur")}
    return lignes


def test_la_preuve_s_imprime(petit: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--projet", str(petit.racine), "secret", "--annee", str(ANNEE)]) == 0
    dit = lisible(capsys.readouterr().out)
    comptees = [ligne for ligne in lire(petit) if ligne["indicateur"] != "O07"]  # It counts results, no household.
    masques = sum(ligne["statut"] == "secret" for ligne in comptees)
    ensemble = next(ligne for ligne in dit.splitlines() if ligne.startswith("Ensemble du bilan")).split()
    chiffres, tous, primaires, secondaires = map(int, ensemble[3:7])
    assert (chiffres, tous) == (len(comptees), masques) and primaires + secondaires == tous
    assert primaires > 0 and secondaires > 0
    assert "usage interne" in dit and "Prouvé" in dit and "Attention" not in dit
    assert "  O01 : " in dit and "  O04 : " in dit, "how many communes each map hides"


def test_une_case_qu_un_autre_bilan_montre_est_refusee_et_laisse_le_precedent(
    copie: Projet, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though one lease of its year was corrected since: an older bilan that shows a small count has shown it."""
    lignes = [ligne for ligne in devoiler(copie) if ligne["annee"] == str(ANNEE)]
    total = next(x for x in lignes if x["indicateur"] == "V01" and x["perimetre_type"] == "epci")["numerateur"]
    corrigees = [
        ligne | {nom: str(int(total) + 1) for nom in ("numerateur", "denominateur") if ligne[nom] == total}
        for ligne in lignes
    ]
    assert corrigees != lignes
    for montrees in (lignes, corrigees):
        ecrire(copie, montrees, annee=2023)
        with pytest.raises(ErreurCIL) as refus:
            prouver(References(copie), ANNEE)
        exiger_un_remede(refus.value, "O01 2022")
    fichiers = {f.name: f.read_bytes() for f in (copie.rapports / str(ANNEE)).iterdir() if f.is_file()}
    assert main(["--projet", str(copie.racine), "bilan", "--annee", str(ANNEE), "--moteur", "interne"]) == 1
    exiger_un_remede(capsys.readouterr().err, "reports/")
    assert {f.name: f.read_bytes() for f in (copie.rapports / str(ANNEE)).iterdir() if f.is_file()} == fichiers
    assert not list(copie.rapports.glob(".en-cours-*"))


def test_un_csv_devoile_est_refuse(copie: Projet) -> None:
    ecrire(copie, devoiler(copie))
    with pytest.raises(ErreurCIL) as refus:
        prouver(References(copie), ANNEE)
    exiger_un_remede(refus.value, "O01 2022")


def _montrer(classeur: openpyxl.Workbook) -> None:
    feuille = next(feuille for feuille in classeur if feuille.title.startswith("O01 "))
    next(c for ligne in feuille.iter_rows(min_row=7) for c in ligne if c.value == "s").value = 3


def _cacher(classeur: openpyxl.Workbook) -> None:
    classeur.create_sheet("brut").sheet_state = "hidden"


def test_un_classeur_qui_ne_va_pas_avec_le_csv_est_refuse(copie: Projet) -> None:
    """A masked cell shown, a sheet too many, no workbook at all; the proof asks for it."""
    chemin = copie.rapports / str(ANNEE) / "bilan.xlsx"
    bon = chemin.read_bytes()
    for gater, nomme in ((_montrer, "feuille O01"), (_cacher, "feuille")):
        chemin.write_bytes(bon)
        classeur = openpyxl.load_workbook(chemin)
        gater(classeur)
        classeur.save(chemin)
        with pytest.raises(ErreurCIL) as refus:
            exiger_le_classeur(chemin, lire_chiffres(chemin.parent))
        exiger_un_remede(refus.value, "bilan.xlsx", nomme)
    chemin.write_bytes(b"rien")
    with pytest.raises(ErreurCIL) as refus:
        prouver(References(copie), ANNEE)
    exiger_un_remede(refus.value, "bilan.xlsx")


def test_une_table_non_calculable_n_a_pas_de_grille_et_ne_montre_aucun_chiffre(tmp_path: Path) -> None:
    """Such a sheet is one line; a figure anywhere in it is refused."""
    lignes = pd.DataFrame({"indicateur": ["P06", "P06"], "annee": [2021, 2022], "statut": "non_calculable"})
    chiffres = lignes.reindex(columns=COLONNES).astype(dict.fromkeys(CHIFFRES, "float64"))
    for extra, refuse in ((None, False), (37, True)):
        classeur = openpyxl.Workbook()
        classeur.create_sheet("P06").append(["Non calculable : colonne « Nationalité » absente."])
        classeur["P06"].append([extra])
        classeur.remove(classeur["Sheet"])
        classeur.save(tmp_path / "bilan.xlsx")
        if refuse:
            with pytest.raises(ErreurCIL, match="feuille P06"):
                exiger_le_classeur(tmp_path / "bilan.xlsx", chiffres)
        else:
            exiger_le_classeur(tmp_path / "bilan.xlsx", chiffres)


def test_un_fichier_absent_ou_abime_dit_quoi_faire(copie: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--projet", str(copie.racine), "secret", "--annee", "2020"]) == 1
    exiger_un_remede(capsys.readouterr().err, "cil bilan --annee 2020")
    chemin = copie.rapports / str(ANNEE) / "indicateurs.csv"
    texte = chemin.read_text(encoding="utf-8")
    for abime in ("", "a,b\n1,2\n", texte.replace("numerateur", "compte", 1), texte.replace("2904", "deux mille"),
                  "\x00\x01\x02"):  # fmt: skip
        chemin.write_text(abime, encoding="utf-8")
        assert main(["--projet", str(copie.racine), "secret", "--annee", str(ANNEE)]) == 1
        exiger_un_remede(capsys.readouterr().err, "indicateurs.csv")


def test_un_autre_bilan_sans_ses_chiffres_ou_une_variable_sensible_inconnue_est_refuse(copie: Projet) -> None:
    (copie.rapports / "2021").mkdir()
    (copie.rapports / "2021" / "bilan.html").write_text("<p>3 ménages</p>", encoding="utf-8")
    with pytest.raises(ErreurCIL) as refus:
        publier_annee(References(copie), ANNEE)
    exiger_un_remede(refus.value, "2021")
    regles = copie.reference / "parameters" / "secret.yml"
    texte = regles.read_text(encoding="utf-8")
    regles.write_text(texte.replace("categories_prioritaires/a\n", "categories_prioritaires/zz\n"), encoding="utf-8")
    with pytest.raises(ErreurCIL) as refus:
        publier_annee(References(copie), ANNEE)
    assert "categories_prioritaires/zz" in str(refus.value)


def test_un_bilan_qui_n_est_plus_celui_des_donnees_le_dit(copie: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    """One figure more is masked than the rows and the rules ask now: a median, whose count is no small one."""
    lignes = lire(copie)
    publiee = next(ligne for ligne in lignes if ligne["statut"] == "publie" and ligne["indicateur"] == "V06")
    publiee |= {"statut": "secret"} | dict.fromkeys(CHIFFRES, "")
    ecrire(copie, lignes)
    (copie.rapports / str(ANNEE) / "bilan.xlsx").unlink()
    assert main(["--projet", str(copie.racine), "secret", "--annee", str(ANNEE)]) == 0
    assert "Relancez" in capsys.readouterr().out


def test_aucune_relation_de_l_exemple_n_est_dementie(comptes: Comptes) -> None:
    from cil_analysis.secret.relations.cases import relever, valeurs_des_cases
    from cil_analysis.secret.relations.ensemble import relier

    for annee, structure in comptes.structures.items():
        lignes = comptes.cadre[comptes.cadre["annee"].eq(annee)]
        releve = relever(lignes, comptes.indicateurs)
        valeurs = valeurs_des_cases(lignes, releve.lignes)
        relations = relier(releve, valeurs, comptes.indicateurs.values(), structure).relations
        assert len(relations) > 200
        assert dementies(relations, valeurs) == frozenset()


def test_la_version_interne_va_ailleurs_et_le_dit(
    copie: Projet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commande = ["--projet", str(copie.racine), "bilan", "--annee", str(ANNEE), "--moteur", "interne", "--interne"]
    for refuse in (copie.rapports, copie.rapports / "2022", copie.rapports / "autre" / "plus-bas"):
        assert main([*commande, str(refuse)]) == 1
        exiger_un_remede(capsys.readouterr().err, "reports/")
    for autre in copie.carnets.glob("*.qmd"):  # Two chapters of a page, and another page, are enough.
        if autre.name not in ("bilan_annuel.qmd", "gouvernance.qmd"):
            autre.unlink()
    carnet = copie.carnets / "bilan_annuel.qmd"
    carnet.write_text(carnet.read_text(encoding="utf-8").partition("## Les ménages logés")[0], encoding="utf-8")
    (tmp_path / "interne").mkdir()
    perime = tmp_path / "interne" / "bilan.pdf"
    perime.write_text("d’une autre page")
    assert main([*commande, str(tmp_path / "interne"), "--sans-pdf"]) == 0
    assert "bilan.pdf" in capsys.readouterr().err and not perime.exists()
    page = (tmp_path / "interne" / "bilan.html").read_text(encoding="utf-8")
    assert 3 < page.count("<figure") < page.count("Version interne"), "each figure says it"
    assert "version interne</title>" in page
    assert not any(ligne["statut"] == "secret" for ligne in lire_le_csv(tmp_path / "interne"))


def test_un_bail_mal_code_ne_bloque_ni_ne_devoile(copie: Projet) -> None:
    """A lease « en QPV » in a commune without any, and one in a QPV that does not touch its commune."""
    chemin = next((copie.traite / "attributions" / f"annee={ANNEE}").glob("*.parquet"))
    baux = pd.read_parquet(chemin)
    hors = baux.index[baux["commune_insee"].eq("72213")][:2]
    baux.loc[hors, "est_en_qpv"], baux.loc[hors, "qpv"] = True, None
    ailleurs = baux.index[baux["qpv"].notna() & baux["commune_insee"].eq("72003")][:1]
    baux.loc[ailleurs, "commune_insee"] = "72008"
    baux.to_parquet(chemin)
    oublier_l_empreinte(copie.racine, "attributions", ANNEE)
    references = References(copie)
    publication = publier_annee(references, ANNEE)
    assert publication.lecteurs is not None
    connues = set(references.territoire.communes_des_qpv(date(ANNEE, 12, 31))["code_insee"])
    assert publication.lecteurs[ANNEE].structure.communes_en_qpv == connues | {"72213", "72008"}
    assert not connues & {"72213", "72008"}, "counts alone tell it of these two"
    with (copie.rapports / str(ANNEE) / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(publication, flux)
    (copie.rapports / str(ANNEE) / "bilan.xlsx").unlink()
    deductions = prouver(references, ANNEE, lecteurs=publication.lecteurs)
    assert all(d.protegee for d in deductions)
