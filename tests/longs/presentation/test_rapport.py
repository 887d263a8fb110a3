"""The page as a whole, and the words of a report."""

from __future__ import annotations

import ast
import csv
import json
import re
import shutil
import tokenize
from pathlib import Path

import pandas as pd
import pytest
from rapports import PROJET, RACINE, rapport, serie

from cil_analysis.disclosure.publication import publier_annee
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.indicators.registry import PAR_CODE
from cil_analysis.presentation.formats import valeur
from cil_analysis.presentation.rapport import Rapport, ouvrir_rapport
from cil_analysis.project import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from exemple_produit import oublier_l_empreinte
from page_lue import Noeud, arbre, contrat, executer, fautes, figures

ANNEE = 2022
SOURCES = sorted((RACINE / "src").rglob("*.py"))
CARNETS = sorted((RACINE / "notebooks").glob("*.qmd"))


@pytest.fixture(scope="module")
def html(exemple: Projet) -> str:
    return (exemple.rapports / str(ANNEE) / "bilan.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Noeud:
    return arbre(html)


def admis(faute: str, bloc: str) -> bool:
    """Not a fault: the number of an article of the press, in a source. The others are the map's, to be mended there."""
    presse = faute.startswith("milliers") and "La Gazette des communes" in bloc
    return presse or bloc.startswith("Légende : ") or "Touche de tabulation : " in bloc


def test_le_texte_visible_est_en_francais_sans_reste_de_code(page: Noeud) -> None:
    assert not fautes(page, admis)


def test_la_page_est_en_francais_et_tient_en_trois_megaoctets(page: Noeud, html: str) -> None:
    assert page.un("html").attributs["lang"] == "fr"
    assert len(html.encode()) < 3_000_000


def test_chaque_figure_a_titre_source_alternative_et_donnees(page: Noeud) -> None:
    trouvees = figures(page)
    assert len(trouvees) > 20
    identifiants = [n.attributs["id"] for n in page.tous() if "id" in n.attributs]
    for nom, figure in trouvees.items():
        assert figure.un("span", "titre").texte.strip(), nom
        assert figure.un("span", "sous-titre").texte.strip(), nom
        assert figure.un("p", "source").texte.startswith("Source\u202f: "), nom
        assert figure.un("details").un("table").tous("td"), nom
        dessin = figure.un("div", "graphique")
        decrits = [n for n in dessin.tous() if n.attributs.get("role") in ("img", "group")]
        assert decrits, nom
        for element in decrits[:1]:
            for attribut in ("aria-labelledby", "aria-describedby"):
                for cible in element.attributs.get(attribut, "").split():
                    assert identifiants.count(cible) == 1, (nom, cible)
            enonce = " ".join(
                n.texte
                for n in dessin.tous()
                if n.balise == "desc"
                or n.attributs.get("id") in decrits[0].attributs.get("aria-describedby", "").split()
            )
            assert re.search(r"\d|secret|disponible", enonce), nom


def test_aucun_identifiant_n_est_pris_deux_fois(page: Noeud) -> None:
    identifiants = [n.attributs["id"] for n in page.tous() if "id" in n.attributs]
    assert sorted(set(identifiants)) == sorted(identifiants)


def test_les_liens_internes_aboutissent(page: Noeud) -> None:
    identifiants = {n.attributs["id"] for n in page.tous() if "id" in n.attributs}
    ancres = {n.attributs["href"][1:] for n in page.tous("a") if n.attributs.get("href", "").startswith("#")}
    assert len(ancres) > 10
    assert ancres <= identifiants


def test_chaque_source_dit_que_les_donnees_sont_fictives(page: Noeud) -> None:
    sources = page.tous("p", "source")
    assert len(sources) == len(figures(page))
    assert all("Données fictives." in source.texte for source in sources)


def test_la_source_nomme_les_deux_extraits_quand_elle_en_vient(page: Noeud) -> None:
    trouvees = figures(page)
    assert "extraits des demandes et des attributions" in trouvees["tension"].un("p", "source").texte
    assert "extraits des attributions et des demandes" in trouvees["profil-p01"].un("p", "source").texte
    assert "extraits des attributions 2022" in trouvees["communes"].un("p", "source").texte


def test_rien_de_la_machine_n_est_dans_la_page(html: str, exemple: Projet) -> None:
    assert str(exemple.racine) not in html
    assert not re.search(r"/(tmp|home|root)/|[A-Z]:\\\\Users", html)
    assert "demande_pseudonyme" not in html


# --- What is masked -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ouvert(exemple: Projet) -> Rapport:
    return ouvrir_rapport(ANNEE, exemple.racine)


def test_aucune_valeur_masquee_n_est_dans_la_page(exemple: Projet, ouvert: Rapport, html: str) -> None:
    """By context: no label of a masked row is followed by its figure, in a text, a cell or a tooltip."""
    interne = publier_annee(exemple, References(exemple), ANNEE, interne=True)
    publiee, communes = ouvert.publication, ouvert.communes
    morceaux = {nom: html.split(f'id="fig-{nom}"')[1].split("</figure>")[0] for nom in figures(arbre(html))}
    vus = 0
    for code in ("O01", "O02", "V03", "T01"):
        for (_, secrete), (_, vraie) in zip(
            publiee[code].donnees.iterrows(), interne[code].donnees.iterrows(), strict=True
        ):
            if secrete["statut"] != "secret" or secrete["annee"] != ANNEE or secrete["perimetre_type"] != "commune":
                continue
            nom = communes[secrete["perimetre_code"]]
            ecrite = valeur(vraie["valeur"], vraie["unite"])
            for figure, morceau in morceaux.items():
                if code.lower() not in figure:
                    continue
                texte = re.sub(r"<[^>]+>|\s+", " ", morceau)
                for apres in texte.split(nom)[1:]:
                    assert ecrite not in apres[: len(ecrite) + 40].split(" ; ")[0], (nom, ecrite)
                    vus += 1
    assert vus > 3


def test_la_carte_interactive_ne_porte_aucun_chiffre_d_une_commune_masquee(exemple: Projet, page: Noeud) -> None:
    """In no view of any indicator and year."""
    (donnees,) = [s for s in figures(page)["explorer"].tous("script") if s.attributs.get("type") == "application/json"]
    vues = json.loads(donnees.texte)["indicateurs"]
    vus = 0
    for x in contrat(exemple.rapports / str(ANNEE) / "indicateurs.csv"):
        cle = (x["perimetre_type"], x["acteur_type"], x["modalite"])
        if x["indicateur"] not in vues or cle != ("commune", "", ""):
            continue
        portee = vues[x["indicateur"]]["annees"][x["annee"]]["communes"][x["perimetre_code"]]
        assert portee["etat"].startswith("secret") == (x["statut"] == "secret"), x
        if x["statut"] == "secret":
            vus += 1
            assert not re.search(r"\d", "".join([portee["texte"], *portee["valeurs"]])), x
    assert vus > 50


# --- Other projects -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def un_an(exemple: Projet, tmp_path_factory: pytest.TempPathFactory) -> Projet:
    """One year, and no extract of requests."""
    dossier = tmp_path_factory.mktemp("un-an")
    shutil.copytree(exemple.reference, dossier / "data/reference")
    for source in ("attributions/annee=2020", "anomalies/attributions/annee=2020"):
        shutil.copytree(exemple.traite / source, dossier / "data/processed" / source)
    (dossier / "data/processed/journal").mkdir()
    shutil.copy(exemple.traite / "journal/attributions-2020.json", dossier / "data/processed/journal")
    return ouvrir_projet(dossier)


@pytest.fixture(scope="module")
def page_un_an(un_an: Projet) -> Noeud:
    return arbre(executer(CARNETS[0], projet=str(un_an.racine)))


def test_un_an_sans_demandes_se_lit_sans_rien_de_laid(page_un_an: Noeud) -> None:
    assert not fautes(page_un_an, admis)
    trouvees = figures(page_un_an)
    assert {"volume", "communes", "qpv", "serie-o01", "profil-p01"} <= set(trouvees)
    assert not {"demandes", "tension"} & set(trouvees)
    texte = page_un_an.texte
    assert texte.count("Non calculable\u202f: extrait «\xa0demandes\xa0» non importé") >= 5
    assert "ne sont pas disponibles" in texte
    assert "sur un an" not in texte and "par rapport à 2019" not in texte
    assert "Demandeurs" not in [th.texte for th in trouvees["profil-p01"].tous("th")]
    assert "demandes" not in trouvees["profil-p01"].un("p", "source").texte


def test_sans_annee_le_bilan_est_celui_de_la_derniere(page_un_an: Noeud) -> None:
    assert page_un_an.un("h1").texte == "Bilan annuel des attributions 2020"


@pytest.fixture(scope="module")
def page_sans_seuil(un_an: Projet, tmp_path_factory: pytest.TempPathFactory) -> Noeud:
    """The same, without any income threshold nor objective of the year."""
    dossier = tmp_path_factory.mktemp("sans-seuil")
    shutil.copytree(un_an.racine, dossier, dirs_exist_ok=True)
    parametres = dossier / "data/reference/parameters"
    texte = (parametres / "seuils_quartiles.yml").read_text(encoding="utf-8")
    (parametres / "seuils_quartiles.yml").write_text(re.sub(r"value: \d+", "value: null", texte), encoding="utf-8")
    objectifs = parametres / "objectifs.csv"
    objectifs.write_text(objectifs.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    return arbre(executer(CARNETS[0], projet=str(dossier), annee=2020))


def test_sans_seuil_ni_objectif_la_page_dit_ce_qui_manque(page_sans_seuil: Noeud) -> None:
    assert not fautes(page_sans_seuil, admis)
    texte = page_sans_seuil.texte
    assert "à renseigner" in texte
    assert "L’objectif n’est pas calculable en 2020" in texte
    assert "Non calculable" in texte
    assert "non atteint" not in texte


@pytest.fixture(scope="module")
def page_minuscule(un_an: Projet, tmp_path_factory: pytest.TempPathFactory) -> Noeud:
    """The same, with a dozen leases: nearly everything is masked. The matrix of provenances would take long."""
    dossier = tmp_path_factory.mktemp("minuscule")
    shutil.copytree(un_an.racine, dossier, dirs_exist_ok=True)
    chemin = dossier / "data/processed/attributions/annee=2020/part.parquet"
    pd.read_parquet(chemin).head(12).drop(columns="commune_origine_insee").to_parquet(chemin)
    oublier_l_empreinte(dossier, "attributions", 2020)
    return arbre(executer(CARNETS[0], projet=str(dossier)))


def test_avec_douze_baux_presque_tout_est_masque_et_la_page_se_lit(page_minuscule: Noeud) -> None:
    assert not fautes(page_minuscule, admis)
    assert "12\u00a0logements sociaux ont été attribués" in page_minuscule.texte
    for cellule in page_minuscule.un("figure").tous("td"):
        assert cellule.texte in ("s", "–", "nd") or int(re.sub(r"\W", "", cellule.texte)) % 12 == 0


def test_une_version_interne_le_dit_partout(un_an: Projet) -> None:
    page = arbre(executer(CARNETS[0], projet=str(un_an.racine), interne=True))
    assert all("Version interne, ne pas diffuser." in source.texte for source in page.tous("p", "source"))
    assert "Version interne" in page.un("p", "bandeau").texte
    assert not fautes(page, admis)


def test_une_annee_ou_un_projet_sans_donnees_se_dit(tmp_path: Path, un_an: Projet) -> None:
    with pytest.raises(ErreurCIL, match="2031"):
        ouvrir_rapport(2031, un_an.racine)
    with pytest.raises(ErreurCIL, match=r"projet\.yml"):
        ouvrir_rapport(None, tmp_path)


# --- The report's words ---------------------------------------------------------------------------------------------


def test_un_chiffre_masque_ou_absent_n_a_pas_de_valeur() -> None:
    r = rapport({"V01": serie({2020: 300, 2021: 3})}, (2020, 2021, 2022))
    assert (r.chiffre("V01", 2020), r.chiffre("V01", 2021), r.chiffre("V01")) == (300.0, None, None)


def test_la_periode() -> None:
    assert rapport({}, (2018, 2022)).periode == "2018-2022"
    assert rapport({}, (2022,)).periode == "2022"


def test_les_codes_sans_nomenclature_ont_un_libelle() -> None:
    r = rapport({})
    assert r.acteurs["NR"] == "Non renseigné ou non reconnu"
    assert r.perimetres[PROJET.epci_siren] == PROJET.epci_nom_court


def test_communes_regles_et_indicateurs_ont_un_libelle() -> None:
    """Categories that are no nomenclature: where households come from, counting rules, indicators."""
    deux = [{"numerateur": 50, "denominateur": 100}]
    r = rapport({"T03": deux, "O01S": deux, "O07": deux})
    assert r.modalites("T03")["HORS_EPCI"] == "Hors de l’intercommunalité"
    assert set(r.communes.items()) <= set(r.modalites("T03").items())
    assert r.modalites("O01S")["P3=hors_mutations"] == "P3 – hors mutations internes"
    assert r.modalites("O07")["O01"] == f"O01 – {PAR_CODE['O01'].titre}"


# --- Nothing that belongs to the reference data ---------------------------------------------------------------------


@pytest.mark.parametrize("carnet", CARNETS, ids=lambda c: c.name)
def test_aucune_annee_n_est_ecrite_dans_un_carnet(carnet: Path) -> None:
    assert not re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", carnet.read_text(encoding="utf-8"))


def noms_du_territoire() -> list[str]:
    def colonne(chemin: str, nom: str) -> list[str]:
        with (RACINE / "data/reference" / chemin).open(encoding="utf-8-sig", newline="") as flux:
            return [ligne[nom] for ligne in csv.DictReader(flux)]

    noms = colonne("territory/communes.csv", "nom") + colonne("territory/qpv.csv", "nom")
    return [*noms, *colonne("nomenclatures/bailleurs.csv", "libelle"), *colonne("territory/communes.csv", "code_insee")]


def ce_qui_agit(source: Path) -> str:
    """A module without its comments and docstrings: an example there (« Le Mans, 25,3 % ») decides of nothing."""
    texte = source.read_text(encoding="utf-8")
    lignes = texte.splitlines()
    for noeud in ast.walk(ast.parse(texte)):
        corps = getattr(noeud, "body", None)
        if isinstance(corps, list) and corps and isinstance(corps[0], ast.Expr):
            valeur_ = corps[0].value
            if isinstance(valeur_, ast.Constant) and isinstance(valeur_.value, str):
                for rang in range(corps[0].lineno - 1, corps[0].end_lineno or 0):
                    lignes[rang] = ""
    with source.open("rb") as flux:
        for jeton in tokenize.tokenize(flux.readline):
            if jeton.type == tokenize.COMMENT:
                rang = jeton.start[0] - 1
                lignes[rang] = lignes[rang][: jeton.start[1]]
    return "\n".join(lignes)


def test_aucun_nom_du_territoire_n_est_dans_le_code() -> None:
    motif = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, noms_du_territoire())) + r")(?!\w)")
    textes = {c: ce_qui_agit(c) for c in SOURCES} | {c: c.read_text(encoding="utf-8") for c in CARNETS}
    trouves = [f"{chemin.name} : {nom}" for chemin, texte in textes.items() for nom in motif.findall(texte)]
    assert not trouves
