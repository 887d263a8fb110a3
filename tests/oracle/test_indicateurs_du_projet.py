"""What a project counts of its own: the example of docs/definitions.md, copied as it is into a small project."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from carnets import section
from fabrication import ANNEE, RACINE, Fabrique
from openpyxl import load_workbook

from cil_analysis import Projet
from cil_analysis import commandes as cli
from cil_analysis.comptage.cadre import CLES
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration import projet as exploration
from cil_analysis.extraits import store
from cil_analysis.grammaire.registre import registre, registre_du_logiciel
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.rapport import Rapport as RapportQuiDessine
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu.indicateurs import ecrire_indicateurs
from cil_analysis.rendu.opendata import Jeu
from cil_analysis.secret.comptage import Comptes, compter_annee
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.publies import lire_chiffres
from cil_analysis.secret.regles import regles_du_projet
from cil_analysis.secret.table_publiee import Publication, avec_derives, publier_ensemble
from messages import exiger_un_remede

CODE = "X01"
# Those that its counts could be told from: volumes, places, landlords, types of dwellings, ages, sizes of households.
PUBLIES = ("V01", "T01", "A01", "L01", "P01", "P03", CODE)
FEUILLE = "X01 – Seniors en T2"


def exemple() -> str:
    """The block of the page, as an analyst copies it."""
    page = (RACINE / "docs" / "definitions.md").read_text(encoding="utf-8")
    blocs = re.findall(r"^```yaml\n(.*?)^```", page.partition("## Les indicateurs d’un projet")[2], re.M | re.S)
    [indicateurs] = blocs
    return indicateurs


def ecrire(references: Path, indicateurs: str) -> None:
    (references / "indicateurs.yml").write_text(indicateurs, encoding="utf-8")


@dataclass
class Bilan:
    fabrique: Fabrique
    rapport: Rapport
    cadre: pd.DataFrame
    dossier: Path

    @property
    def racine(self) -> Path:
        return self.fabrique.projet.racine

    @property
    def publies(self) -> pd.DataFrame:
        chiffres = lire_chiffres(self.dossier)
        return chiffres[chiffres["indicateur"].eq(CODE)]


@pytest.fixture(scope="module")
def bilan(tmp_path_factory: pytest.TempPathFactory) -> Bilan:
    """Two years of leases, the files of the example, and what a bilan of some indicators writes of them."""
    dossier = tmp_path_factory.mktemp("projet")
    fabrique = Fabrique(dossier / "projet", graine=3)
    for fabrique.annee in (ANNEE - 1, ANNEE):
        fabrique.importer("attributions", fabrique.ecrire("attributions", fabrique.lignes()["attributions"], "baux"))
    ecrire(fabrique.projet.reference, exemple())
    fabrique.relire()
    projet, references = fabrique.projet, fabrique.references
    comptes = compter_annee(projet, references, ANNEE)
    comptes = replace(comptes, cadre=comptes.cadre[comptes.cadre["indicateur"].isin(PUBLIES)])
    tables = publier_ensemble(comptes.cadres, comptes.regles, comptes.structures, examens=comptes.examens)
    publication = Publication(
        ANNEE, tuple(comptes.regles), avec_derives(tables, comptes.registre), comptes.regles[ANNEE], False,
        tuple(store.journaux(projet)), comptes.lecteurs, comptes.absences,
    )  # fmt: skip
    sortie = projet.rapports / str(ANNEE)
    sortie.mkdir(parents=True)
    with (sortie / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(publication, flux)
    rapport = Rapport(references, publication)
    ecrire_classeur(rapport, "Bilan", sortie / "bilan.xlsx")
    (sortie / "journal.json").write_text(json.dumps({"resultats_dits": []}), encoding="utf-8")
    return Bilan(fabrique, rapport, comptes.cadre, sortie)


def compte_a_part(bilan: Bilan) -> dict[tuple[Any, ...], tuple[int, int]]:
    """The two counts by year and place or landlord, from the rows alone."""
    comptes = {}
    for annee in (ANNEE - 1, ANNEE):
        baux = pd.read_parquet(bilan.racine / f"data/processed/attributions/annee={annee}/part.parquet")
        petits = baux[baux["typologie"].eq("T2").fillna(False)]
        seniors = petits[petits["age"].ge(65).fillna(False)]
        comptes[annee, "epci", ""] = (len(seniors), len(petits))
        for colonne, genre in (("commune_insee", "commune"), ("bailleur", "bailleur")):
            for code in baux[colonne].dropna().unique():
                deux = (int(table[colonne].eq(code).sum()) for table in (seniors, petits))
                comptes[annee, genre, str(code)] = (next(deux), next(deux))
    return comptes


def test_il_est_compte(bilan: Bilan) -> None:
    cadre = bilan.cadre[bilan.cadre["indicateur"].eq(CODE)]
    attendus = compte_a_part(bilan)
    lus = {}
    for ligne in cadre.to_dict("records"):
        genre = ligne["acteur_type"] or ligne["perimetre_type"]
        code = ligne["acteur_code"] or (ligne["perimetre_code"] if genre == "commune" else "")
        lus[ligne["annee"], genre, code] = (ligne["numerateur"], ligne["denominateur"])
    assert {cle: lu for cle, lu in lus.items() if cle in attendus} == attendus
    assert all(lu == (0, 0) for cle, lu in lus.items() if cle not in attendus and cle[2] != "NR")


def test_il_est_protege_et_la_preuve_le_dit(bilan: Bilan) -> None:
    """Every small count is masked, and nothing of what is published lets anybody deduce it."""
    vrais, publies = (t.set_index(CLES) for t in (bilan.cadre[bilan.cadre["indicateur"].eq(CODE)], bilan.publies))
    petits = vrais["numerateur"].between(1, 4)
    assert petits.any() and publies.loc[vrais.index[petits], "statut"].eq("secret").all()
    montres = publies["statut"].eq("publie")
    assert montres.any() and publies[montres]["numerateur"].eq(vrais.loc[publies.index[montres], "numerateur"]).all()
    deductions = prouver(bilan.fabrique.references, ANNEE, lecteurs=bilan.rapport.publication.lecteurs)
    siennes = [d for d in deductions if CODE in d.tables]
    assert siennes and all(d.protegee for d in siennes)


def test_la_preuve_refuse_ce_qui_se_deduit(bilan: Bilan, tmp_path: Path) -> None:
    chiffres = lire_chiffres(bilan.dossier)
    vrais = bilan.cadre.set_index(CLES)
    ailleurs = tmp_path / str(ANNEE)
    ailleurs.mkdir()
    montres = chiffres.set_index(CLES)
    for nom in ("numerateur", "denominateur", "valeur"):  # A masked share shown: its two counts are.
        montres[nom] = montres[nom].where(~_petits(vrais, montres), vrais[nom].reindex(montres.index))
    montres["statut"] = montres["statut"].where(~_petits(vrais, montres), "publie")
    montres.reset_index()[chiffres.columns].to_csv(ailleurs / "indicateurs.csv", index=False)
    with pytest.raises(ErreurCIL) as refus:
        prouver(bilan.fabrique.references, ANNEE, ailleurs, bilan.rapport.publication.lecteurs)
    exiger_un_remede(refus.value, str(ANNEE))


def _petits(vrais: pd.DataFrame, montres: pd.DataFrame) -> pd.Series:
    siens = montres.index.get_level_values("indicateur") == CODE
    return pd.Series(siens & vrais["numerateur"].reindex(montres.index).between(1, 4).to_numpy(), montres.index)


def test_une_variable_sensible_le_reste(bilan: Bilan) -> None:
    """Whatever a project makes of the nationality, it has the stricter threshold."""
    references = References(bilan.fabrique.projet)
    assert not regles_du_projet(references, ANNEE).indicateurs_sensibles
    vars(references)["definitions"] = exemple().replace("tranche_age: A_65_PLUS", 'nationalite: "1"')
    regles = regles_du_projet(references, ANNEE)
    assert regles.indicateurs_sensibles == {CODE} and regles.seuil_sensible > regles.seuil_effectif
    seuils = regles.seuils(bilan.cadre, registre(references).par_code)
    assert seuils[bilan.cadre["indicateur"].eq(CODE)].eq(regles.seuil_sensible).all()
    assert seuils[bilan.cadre["indicateur"].eq("V01")].eq(regles.seuil_effectif).all()


def test_il_est_dans_le_classeur_et_ses_series(bilan: Bilan) -> None:
    classeur = load_workbook(bilan.dossier / "bilan.xlsx")
    lignes = list(classeur[FEUILLE].iter_rows(values_only=True))
    publies = bilan.publies[bilan.publies["statut"].eq("publie")]
    assert len(publies) > 2
    for publie in publies.to_dict("records"):
        assert any(publie["numerateur"] in ligne and publie["denominateur"] in ligne for ligne in lignes), publie
    textes = {
        str(cellule) for feuille in ("Sommaire", "Séries") for ligne in classeur[feuille].values for cellule in ligne
    }
    assert FEUILLE in textes and "Indicateurs du projet" in textes
    assert any(CODE in texte for ligne in classeur["Séries"].values for texte in map(str, ligne))


def test_il_est_dans_les_donnees_ouvertes(bilan: Bilan) -> None:
    imports = bilan.rapport.publication.imports
    jeu = Jeu(bilan.fabrique.references, ANNEE, lire_chiffres(bilan.dossier), imports, "etalab-2.0").fichiers()
    indicateurs = jeu["indicateurs.csv"].decode()
    assert sum(ligne.startswith(f"{CODE},") for ligne in indicateurs.splitlines()) == len(bilan.publies)
    champs = {champ["name"]: champ for champ in json.loads(jeu["schema.json"])["fields"]}
    assert CODE in champs["indicateur"]["constraints"]["enum"]


def test_il_se_dessine_et_se_definit(bilan: Bilan, monkeypatch: pytest.MonkeyPatch) -> None:
    rapport = bilan.rapport
    dessine = RapportQuiDessine(rapport.references, rapport.publication)
    serie = dessine[CODE].par("annee").barres("Seniors").en_markdown()
    carte = dessine[CODE].par("commune").carte("Seniors").en_markdown()
    for dessin in (serie, carte):
        assert "<svg" in dessin and FEUILLE in dessin.replace("\u00a0", " ")
    assert "colonne" not in rapport.source(CODE) and "attributions" in rapport.source(CODE)
    assert any(CODE in dite for dite in section("methode.qmd", "definitions", dessine))
    monkeypatch.setattr(exploration, "publier_annee", lambda *_, **__: rapport.publication)
    lu = Projet(bilan.racine).rapport(ANNEE)[CODE].par("commune").df
    assert lu["statut"].isin(["publie", "secret", "non_calculable"]).all() and len(lu) > 5
    assert CODE in set(Projet(bilan.racine).indicateurs()["code"])


def test_sa_requete_donne_ses_comptes(
    bilan: Bilan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["--projet", str(bilan.racine), "indicateurs", CODE, "--requete"]) == 0
    monkeypatch.chdir(bilan.racine)
    lues = duckdb.sql(capsys.readouterr().out).df()
    epci = lues[lues["perimetre_type"].eq("epci") & lues["acteur_type"].eq("")].set_index("annee")
    attendus = compte_a_part(bilan)
    assert {(int(a), "epci", ""): (r["numerateur"], r["denominateur"]) for a, r in epci.iterrows()} == {
        cle: deux for cle, deux in attendus.items() if cle[1] == "epci"
    }


def test_ses_chiffres_s_ecrivent_seuls(bilan: Bilan, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--projet", str(bilan.racine), "indicateurs", CODE.lower(), "--annee", str(ANNEE)]
    assert cli.main(arguments) == 0
    lues = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert set(lues["indicateur"]) == {CODE} and set(lues["perimetre_type"]) >= {"epci", "commune"}
    assert cli.main([*arguments[:3], "X99", *arguments[4:]]) == 1
    exiger_un_remede(capsys.readouterr().err, "X99", "n’existe pas")


SOMME = """
X77:
  titre: Logements du parc
  feuille: Logements du parc
  definition: Les logements
  formule: somme d’une colonne
  unite: nombre
  lignes: rpls:nb_logements
  population: logements
  par: [epci]
  source: RPLS
"""


def test_sans_extrait_il_n_y_a_pas_de_requete(bilan: Bilan, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        ecrire(bilan.fabrique.projet.reference, exemple() + SOMME)
        assert cli.main(["--projet", str(bilan.racine), "indicateurs", "X77", "--requete"]) == 1
        sortie = capsys.readouterr()
        assert not sortie.out
        exiger_un_remede(sortie.err, "X77", "« parc » non importé")
    finally:
        ecrire(bilan.fabrique.projet.reference, exemple())


def test_sans_fichier_un_projet_compte_ce_que_compte_le_logiciel(bilan: Bilan, tmp_path: Path) -> None:
    """And nothing of one project is left in another that the same process reads."""
    vide = bilan.fabrique.ailleurs(bilan.racine)
    assert CODE in registre(vide.references).par_code
    ici = References(bilan.fabrique.projet)
    vars(ici)["definitions"] = ""
    assert registre(ici) is registre_du_logiciel() and CODE not in registre(ici).par_code


def test_un_indicateur_retire_que_montre_un_autre_bilan_arrete_le_suivant(bilan: Bilan) -> None:
    """What its readers have can no longer be weighed: the next bilan could give it back."""
    projet = bilan.fabrique.projet
    avec, sans = (
        Comptes(cadre, regles={}, structures={}, registre=compte)
        for cadre, compte in (
            (bilan.cadre, registre(bilan.fabrique.references)),
            (bilan.cadre[bilan.cadre["indicateur"].ne(CODE)], registre_du_logiciel()),
        )
    )
    connues = avec.deja(projet, ANNEE + 1)[ANNEE].connues
    assert any(("tranche_age", "A_65_PLUS") in case.conditions for case in connues)
    with pytest.raises(ErreurCIL) as erreur:
        sans.deja(projet, ANNEE + 1)
    exiger_un_remede(erreur.value, f"reports/{ANNEE}", CODE, "indicateurs.yml")
    assert not sans.deja(projet, ANNEE)[ANNEE].connues, "the bilan itself is made anew without it"


@pytest.mark.parametrize(
    ("avant", "apres", "cites"),
    [
        ("X01:", "V01:", ["V01", "XV01"]),
        ("X01:", "x01:", ["x01", "X01"]),
        ("public: {tranche_age", "public: {tranches_age", ["X01", "public", "tranche_age"]),
        ("X01:", "X01: [", []),
    ],
)
def test_ce_qui_est_de_travers_est_refuse(
    avant: str, apres: str, cites: list[str], bilan: Bilan, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = bilan.fabrique.projet.reference
    assert avant in exemple()
    try:
        ecrire(reference, exemple().replace(avant, apres))
        assert cli.main(["--projet", str(bilan.racine), "indicateurs", "--annee", str(ANNEE)]) == 1
        exiger_un_remede(capsys.readouterr().err, "data/reference/indicateurs.yml", *cites)
    finally:
        ecrire(reference, exemple())
