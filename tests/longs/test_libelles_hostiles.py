"""Labels that would be code somewhere are text everywhere: in the page, the workbooks and the csv.

A small project whose every name is hostile (landlords, réservataires, communes, districts, the EPCI, code lists, rules,
documents) imports extracts whose every text column holds the same, under a hostile file name and beside a hostile
heading; then each command makes what it hands out.
"""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import yaml

from cil_analysis.classeurs import commence_une_formule
from cil_analysis.commandes import main
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.typographie import typographie
from messages import exiger_un_remede
from page_lue import arbre

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

RACINE = Path(__file__).resolve().parents[2]
ANNEE = 2025
PIEGES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd()|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "${x}",
    "{{y}}",
    "```\n\n<script>alert(2)</script>\n\n```{=html}",
    "`````````{=html}",
    "</style><script>alert(3)</script>",
    "--><script>alert(4)</script>]]>",
    "\u202ealert",
    "</title></desc></svg><svg onload=alert(5)>",
    "&amp;&#60;b&#62;",
)
# A file of references that holds a mark which turns the reading direction is refused; an extract is read.
ECRITS = tuple(p for p in PIEGES if "\u202e" not in p)
FICHIER = '=cmd() "><img src=x onerror=alert(6)>.csv'
# What an extract needs in each row, by canonical column.
SOCLE = {
    "attributions": {"numero_unique": "", "date_signature_bail": "15/03/2025", "commune_insee": "72181",
                     "bailleur": "B0", "date_depot_demande": "10/01/2023"},
    "demandes": {"numero_unique": "", "commune_insee": "72181", "date_depot_demande": "10/01/2023"},
    "propositions": {"numero_unique": "", "date_commission": "15/03/2025", "commune_insee": "72181",
                     "decision": "", "bailleur": "B0"},
    "radiations": {"numero_unique": "", "date_radiation": "15/03/2025", "motif_radiation": "",
                   "commune_insee": "72181"},
}  # fmt: skip
BONNES = 600  # Rows where every code is known: each label then has a figure.


@dataclass(frozen=True)
class Produit:
    """The project, its folder of anomalies, and the labels planted in its references, by their nature."""

    projet: Projet
    envois: Path
    libelles: dict[str, list[str]]

    @property
    def html(self) -> str:
        return (self.projet.rapports / str(ANNEE) / "bilan.html").read_text(encoding="utf-8")

    @property
    def pages(self) -> list[Path]:
        return sorted((self.projet.rapports / str(ANNEE)).glob("*.html"))

    @property
    def classeurs(self) -> list[Path]:
        return [self.projet.rapports / str(ANNEE) / "bilan.xlsx", *sorted(self.envois.glob("*.xlsx"))]


def piege(rang: int, marque: str) -> str:
    """A hostile label of its own: two of them are told apart once compared without signs."""
    return f"{ECRITS[rang % len(ECRITS)]} {marque}"


# --- The project ----------------------------------------------------------------------------------------------------


def lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.DictReader(flux))


def remplacer(chemin: Path, lignes: list[dict[str, str]]) -> None:
    ecrire_csv(chemin, [list(lignes[0]), *(list(ligne.values()) for ligne in lignes)], ",")


def reecrire(chemin: Path, changer: dict[str, str]) -> list[str]:
    """Put a hostile label in columns of a reference file: column → prefix of its marks."""
    lignes, mis = lire(chemin), []
    for rang, ligne in enumerate(lignes):
        for colonne, marque in changer.items():
            ligne[colonne] = piege(rang, f"{marque}{rang}")
            mis.append(ligne[colonne])
    remplacer(chemin, lignes)
    return mis


def ecrire_csv(chemin: Path, lignes: list[list[str]], separateur: str) -> Path:
    with chemin.open("w", encoding="utf-8", newline="") as flux:
        csv.writer(flux, delimiter=separateur).writerows(lignes)
    return chemin


def pieger_les_references(reference: Path) -> dict[str, list[str]]:
    libelles: dict[str, list[str]] = {}
    anciens = {c.stem: [x["libelle"] for x in lire(c)] for c in (reference / "nomenclatures").glob("*.csv")}
    bailleurs = [["code", "libelle", "groupe", "alias", "valide_du", "valide_au", "source", "confiance", "siren"]]
    bailleurs += [[f"B{r}", p, "OPH", "", "", "", "test", "L", ""] for r, p in enumerate(ECRITS)]  # As they are.
    ecrire_csv(reference / "nomenclatures/bailleurs.csv", bailleurs, ",")
    libelles["bailleurs"] = list(ECRITS)
    for chemin in sorted((reference / "nomenclatures").glob("*.csv")):
        if chemin.stem != "bailleurs" and anciens[chemin.stem]:  # Some lists are for the EPCI to fill.
            libelles[chemin.stem] = reecrire(chemin, {"libelle": f"{chemin.stem} "})
    for nom, classes in (("logements_actuels", "statuts_occupation"), ("motifs_demande", "familles_motifs")):
        # The group of a code is the label of a class.
        groupes = dict(zip(anciens[classes], libelles[classes], strict=True))
        chemin = reference / f"nomenclatures/{nom}.csv"
        remplacer(chemin, [ligne | {"groupe": groupes[ligne["groupe"]]} for ligne in lire(chemin)])
    communes = enumerate(lire(reference / "territory/communes.csv"))
    noms = {ligne["code_insee"]: piege(rang, f"commune {rang}") for rang, ligne in communes}
    for nom in ("communes.csv", "communes_connues.csv"):
        chemin = reference / "territory" / nom
        lignes = [ligne | {"nom": noms.get(ligne["code_insee"], ligne["nom"])} for ligne in lire(chemin)]
        remplacer(chemin, lignes)
    libelles["communes"] = list(noms.values())
    libelles["qpv"] = reecrire(reference / "territory/qpv.csv", {"nom": "quartier "})
    libelles["documents"] = reecrire(reference / "governance/documents.csv", {"intitule": "document "})
    reecrire(reference / "parameters/objectifs.csv", {"source": "source ", "document": "texte "})
    regles = reference / "parameters/comptage.yml"
    contenu = yaml.safe_load(regles.read_text(encoding="utf-8"))
    for rang, regle in enumerate(contenu.values()):
        regle["description"] = piege(rang, f"question {rang}")
        regle["choices"] = {code: piege(rang + 1, f"choix {code}") for code in regle["choices"]}
    regles.write_text(yaml.safe_dump(contenu, allow_unicode=True), encoding="utf-8")
    reglages = yaml.safe_load((reference / "projet.yml").read_text(encoding="utf-8"))
    reglages |= {"epci_nom": piege(0, "territoire"), "epci_nom_court": f"=1+1 </title>{PIEGES[0]}{PIEGES[1]} epci"}
    (reference / "projet.yml").write_text(yaml.safe_dump(reglages, allow_unicode=True), encoding="utf-8")
    libelles["territoire"] = [reglages["epci_nom"], reglages["epci_nom_court"]]
    return libelles


def extrait(references: References, dictionnaire: Dictionnaire) -> list[list[str]]:
    """Headings, rows whose every code is known, then each hostile label in each text column, five times.

    Every list is filled where it is read, so that what is not is the exception.
    """
    socle = SOCLE[dictionnaire.extrait]
    entetes = {n: next(e for m in dictionnaire.millesimes.values() for e in m.get(n, ())) for n in dictionnaire.colonnes
               if any(m.get(n) for m in dictionnaire.millesimes.values())}  # fmt: skip
    codees = {n: references.nomenclatures[c.nomenclature].codes() for n in entetes
              if (c := dictionnaire.colonnes[n]).nomenclature}  # fmt: skip
    for nom in [n for n, codes in codees.items() if not codes]:  # Nobody has filled its list: the column is left aside.
        del codees[nom], entetes[nom]
    textes = [n for n in entetes if dictionnaire.colonnes[n].type not in ("nombre", "entier", "date", "identifiant")]
    noms = [*socle, *(n for n in textes if n not in socle and not _alternative(dictionnaire, n))]
    communes = references.territoire.membres(references.territoire.communes["membre_du"].max().date())["code_insee"]
    quartiers = references.territoire.qpv(date(ANNEE, 12, 31))["code"].tolist()
    lisibles = {n: "Non" for n in noms if dictionnaire.colonnes[n].type == "oui_non"}
    lisibles |= {n: "72181" for n in noms if dictionnaire.colonnes[n].type == "provenance"}

    def ligne(rang: int, plus: dict[str, str]) -> list[str]:
        numero = f"072{ANNEE}{rang:09d}TE"
        valeurs = {**lisibles, **socle, "numero_unique": numero}
        valeurs |= {n: codes[rang % len(codes)] for n, codes in codees.items() if n in noms}
        valeurs["commune_insee"] = communes.iloc[rang % len(communes)]
        if "qpv" in noms:
            valeurs |= (
                {"qpv": quartiers[rang % len(quartiers)], "est_en_qpv": "Oui"} if rang % 3 == 0 else {"qpv": "Hors QPV"}
            )
        return [(valeurs | plus).get(n, "") for n in noms] + [PIEGES[rang % len(PIEGES)]]

    pieges = [{n: p} for n in noms if n in textes for p in PIEGES for _ in range(5)]
    lignes = [ligne(rang, {}) for rang in range(BONNES)] + [ligne(BONNES + r, p) for r, p in enumerate(pieges)]
    return [[*(entetes[n] for n in noms), "=HYPERLINK(1) <script>alert(7)</script>"], *lignes]


def _alternative(dictionnaire: Dictionnaire, nom: str) -> bool:
    """Two headings of the same column would refuse the file."""
    return bool(dictionnaire.colonnes[nom].alternative_de)


@pytest.fixture(scope="session")
def produit(tmp_path_factory: pytest.TempPathFactory) -> Produit:
    """For the session, since what uses the browser runs last."""
    racine = tmp_path_factory.mktemp("hostile") / "projet"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    shutil.copytree(RACINE / "notebooks", racine / "notebooks")
    libelles = pieger_les_references(racine / "data" / "reference")
    projet = ouvrir_projet(racine)
    references = References(projet)

    def lancer(*arguments: object) -> None:
        assert main(["--projet", str(racine), *map(str, arguments)]) == 0, arguments

    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(racine.parent / "cles"))
        for nom in SOCLE:
            (projet.brut / nom).mkdir(parents=True)
            chemin = ecrire_csv(projet.brut / nom / FICHIER, extrait(references, references.dictionnaires[nom]), ";")
            lancer("importer", chemin, "--annee", ANNEE, "--extrait", nom)
        lancer("qualite", "--annee", ANNEE, "--anomalies", racine / "envois")
        lancer("bilan", "--annee", ANNEE, "--moteur", "interne", "--sans-pdf")
    return Produit(projet, racine / "envois", libelles)


# --- The page -------------------------------------------------------------------------------------------------------


def lisible(texte: str) -> str:
    """A text as it is compared: one kind of space."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", texte)


def test_aucun_element_de_la_page_ne_vient_d_un_libelle(produit: Produit) -> None:
    """Those of the other systems as well, and the home page."""
    assert {"bilan.html", "index.html", "demande.html"} < {chemin.name for chemin in produit.pages}
    for chemin in produit.pages:
        page = arbre(chemin.read_text(encoding="utf-8"))
        for noeud in page.tous():
            assert not [nom for nom in noeud.attributs if nom.startswith("on")], noeud.attributs
            assert noeud.attributs.get("src", "data:").startswith("data:"), noeud.attributs
            assert not noeud.attributs.get("href", "#").lower().startswith("javascript:")
            assert noeud.balise not in ("iframe", "object", "embed", "base", "form")
        assert not [s for s in page.tous("style") if "alert(" in s.texte]
        # In a script, a label is a piece of JSON, where « < » is written otherwise; Leaflet has tags of its own.
        donnees = [s.texte for s in page.tous("script") if "Leaflet 1" not in s.texte]
        assert not [texte for texte in donnees if re.search(r"<(?:script|img|svg|/style|/title|!--)", texte)]
        assert "alert(" in lisible(page.texte), chemin.name


def test_chaque_nom_est_lu_dans_une_page(produit: Produit) -> None:
    lus = lisible(" ".join(bloc for chemin in produit.pages for bloc in arbre(chemin.read_text("utf-8")).blocs()))
    for nature in ("bailleurs", "reservataires", "communes", "documents", "territoire", "typologies"):
        for libelle in produit.libelles[nature]:
            assert lisible(typographie(libelle)) in lus or lisible(libelle) in lus, (nature, libelle)


def test_chromium_n_execute_rien(produit: Produit, navigateur: Browser) -> None:
    """No dialog, no script, no request and no word on the console, even where the mouse and the keyboard go."""
    contexte = navigateur.new_context(offline=True, locale="fr-FR", viewport={"width": 1280, "height": 900})
    page = contexte.new_page()
    dits: list[str] = []
    page.on("dialog", lambda dialogue: (dits.append(f"dialogue {dialogue.message}"), dialogue.dismiss()))
    page.on("console", lambda message: dits.append(f"console {message.text}"))
    page.on("pageerror", lambda erreur: dits.append(f"erreur {erreur}"))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else dits.append(f"requête {r.url}"))
    for chemin in produit.pages:
        page.goto(chemin.as_uri())
        parcourir(page)
        assert not inserees(page) and not dits, chemin.name
    contexte.close()


def parcourir(page: Page) -> None:
    page.evaluate(
        """() => {
          for (const replie of document.querySelectorAll("details")) replie.open = true;
          for (const zone of document.querySelectorAll("path, [tabindex='0'], summary, select")) {
            for (const nom of ["mouseover", "mousemove"]) zone.dispatchEvent(new MouseEvent(nom, {bubbles: true}));
            if (zone.focus) zone.focus();
          }
        }"""
    )
    page.wait_for_timeout(200)


def inserees(page: Page) -> list[str]:
    """The elements that only a label could have made."""
    trouvees: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter(
            e => e.getAttribute("src") === "x" || [...e.attributes].some(a => a.name.startsWith("on"))
        ).map(e => e.outerHTML.slice(0, 200))"""
    )
    return trouvees


# --- Workbooks and csv ----------------------------------------------------------------------------------------------


def test_aucun_classeur_n_a_de_formule(produit: Produit) -> None:
    assert len(produit.classeurs) > 5
    for chemin in produit.classeurs:
        classeur = openpyxl.load_workbook(chemin)
        for cellule in (c for feuille in classeur for ligne in feuille.iter_rows() for c in ligne):
            assert cellule.data_type != "f", (chemin.name, cellule.coordinate)
            if isinstance(cellule.value, str):
                assert bool(cellule.quotePrefix) == commence_une_formule(cellule.value), cellule.value
            assert cellule.hyperlink is None or cellule.hyperlink.target is None
        assert not classeur.defined_names
        with zipfile.ZipFile(chemin) as archive:
            for nom in archive.namelist():
                octets = archive.read(nom)
                assert not nom.startswith("xl/worksheets/") or not re.search(rb"<f[ >/]", octets)
                assert not nom.startswith("xl/externalLinks")


def test_chaque_libelle_est_lu_dans_le_classeur(produit: Produit) -> None:
    """Every code of indicateurs.csv is written by its label, which begins with whatever it begins with."""
    classeur = openpyxl.load_workbook(produit.projet.rapports / str(ANNEE) / "bilan.xlsx")
    textes = {str(c.value) for feuille in classeur for ligne in feuille.iter_rows() for c in ligne}
    for nature in ("bailleurs", "reservataires", "communes", "typologies", "familles_motifs", "motifs_radiation"):
        absents = [x for x in produit.libelles[nature] if x not in textes]
        assert not absents, nature
    assert produit.libelles["territoire"][0] in textes


def test_ce_que_les_extraits_contenaient_est_cite_en_texte(produit: Produit) -> None:
    cites = [
        str(valeur)
        for chemin in produit.classeurs[1:]
        for feuille in openpyxl.load_workbook(chemin)
        for ligne in feuille.iter_rows(values_only=True)
        for valeur in ligne
    ]
    # An address that a person has typed has an « @ »: it is never quoted.
    assert {"<script>alert(1)</script>", "=cmd()|' /C calc'!A0", "+1", "${x}", "{{y}}"} <= set(cites)
    assert any(FICHIER in cite for cite in cites)


def test_le_csv_n_a_que_des_codes_et_des_nombres(produit: Produit) -> None:
    with (produit.projet.rapports / str(ANNEE) / "indicateurs.csv").open(encoding="utf-8", newline="") as flux:
        cellules = {cellule for ligne in csv.reader(flux) for cellule in ligne}
    assert not [c for c in cellules if commence_une_formule(c) and not re.fullmatch(r"-\d+(\.\d+)?", c)]
    assert not [c for c in cellules if not re.fullmatch(r"[\w.=+-]*", c)]


def test_les_donnees_ouvertes_n_ont_pas_de_libelle_qu_un_tableur_calcule(
    produit: Produit, capsys: pytest.CaptureFixture[str]
) -> None:
    """A csv is read by programs: its cells stay as they are, so that the label has to be corrected first."""
    assert main(["--projet", str(produit.projet.racine), "opendata", "--annee", str(ANNEE)]) == 1
    exiger_un_remede(capsys.readouterr().err)
    assert not (produit.projet.rapports / str(ANNEE) / "opendata").exists()
