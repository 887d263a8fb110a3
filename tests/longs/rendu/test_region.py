"""Every EPCI of a project gets its publication by one command; one that fails stops no other."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from benchmarks.pays import creer_pays, ecrire_extrait

from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.rendu import region
from cil_analysis.rendu.region import Issue, produire_les_epci
from cil_analysis.rendu.suivi import Production
from cil_analysis.repartition import processus
from commande import RACINE, lancer, lancer_ici
from messages import exiger_du_francais
from page_lue import arbre

ANNEE = 2022


def test_chacun_a_ce_qu_il_aurait_seul_et_un_refus_n_arrete_personne(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path / "cles"))
    racine = creer_pays(RACINE / "data" / "reference", tmp_path / "region", ANNEE, 2, 3, bailleurs=2)
    (racine / "notebooks").mkdir()
    for carnet in ("bilan_annuel", "fiche_commune", "fiche_bailleur"):  # The other pages are made in no other way.
        shutil.copy(RACINE / "notebooks" / f"{carnet}.qmd", racine / "notebooks")
    bilan = racine / "notebooks" / "bilan_annuel.qmd"
    bilan.write_text(bilan.read_text(encoding="utf-8").partition("## Le cadre")[0], encoding="utf-8")
    _dessiner(racine / "data" / "reference" / "territory")
    for extrait, lignes in (("attributions", 300), ("demandes", 600)):
        fini = lancer_ici("importer", ecrire_extrait(racine, extrait, ANNEE, lignes), "--annee", ANNEE, dossier=racine)
        assert fini.returncode == 0, fini.stderr
    un, autre = (ligne["siren"] for ligne in _lire(racine / "data/reference/territory/epci.csv"))
    faute = racine / "commentaires" / autre / str(ANNEE) / "nulle-part.md"
    faute.parent.mkdir(parents=True)
    faute.write_text("auteur : Service habitat\nUne section qui n’existe pas.\n", encoding="utf-8")
    demande = ("bilan", "--tous", "--annee", ANNEE, "--sans-pdf", "--moteur", "interne")
    fini = lancer(*demande, dossier=racine)
    assert fini.returncode == 1 and "nulle-part" in exiger_du_francais(fini.stderr)
    sommaire = racine / "reports" / f"{ANNEE}.html"
    assert Path(fini.stdout.strip()) == sommaire
    page = arbre(sommaire.read_text(encoding="utf-8"))
    liens = {a.attributs.get("href") for a in page.tous("a")}
    assert f"{un}/{ANNEE}/index.html" in liens and not any(autre in (lien or "") for lien in liens)
    assert "nulle-part" in page.texte and page.un("td").attributs["class"] == "texte", "a reason wraps"
    assert ouvrir_projet(racine, plusieurs_epci=True).epci_nom in page.texte
    faits = racine / "reports" / un / str(ANNEE)
    seuls = lancer_ici("indicateurs", "--annee", ANNEE, "--epci", un, dossier=racine)
    assert (faits / "indicateurs.csv").read_text(encoding="utf-8") == seuls.stdout
    assert un in (faits / "bilan.html").read_text(encoding="utf-8") and list((faits / "communes").glob("*.html"))
    # Again: what was up to date stands as it was.
    avant = {f: f.stat().st_mtime_ns for f in faits.rglob("*.html")}
    assert lancer(*demande, dossier=racine).returncode == 1
    assert {f: f.stat().st_mtime_ns for f in faits.rglob("*.html")} == avant
    # Another bilan shows another count of the same year: who makes all is told so too.
    publies = [x for x in _lire(faits / "indicateurs.csv") if x["indicateur"] == "V02" and x["statut"] == "publie"]
    montre = max(publies, key=lambda x: float(x["numerateur"]))
    faits.with_name(str(ANNEE - 1)).mkdir()
    with (faits.with_name(str(ANNEE - 1)) / "indicateurs.csv").open("w", newline="", encoding="utf-8") as flux:
        ecrivain = csv.DictWriter(flux, list(montre))
        ecrivain.writeheader()
        ecrivain.writerow(montre | {"numerateur": float(montre["numerateur"]) + 1})
    assert f"cil bilan --annee {ANNEE - 1} --tous" in lancer(*demande, dossier=racine).stderr


def _mourir_pour_un(partage: object, production: Production, siren: str) -> Issue:
    if siren == production.moteur:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(1)  # Still at work when another one dies: it is not the one to blame.
    return Issue(siren, siren, "")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows n’arrête pas ainsi un processus")
def test_un_epci_qui_emporte_son_processus_n_arrete_personne(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For want of memory, say: it is told with its reason, the others are made."""
    monkeypatch.setattr(region, "_produire", _mourir_pour_un)
    racine = creer_pays(RACINE / "data" / "reference", tmp_path / "region", ANNEE, 3, 1)
    references = References(ouvrir_projet(racine, plusieurs_epci=True))
    sirens = list(references.epci["siren"])
    fatal = sirens[1]
    production = Production(ANNEE, fatal)  # type: ignore[arg-type]
    issues = list(produire_les_epci(references, production, sirens, processus))
    assert [issue.siren for issue in issues] == sirens
    assert {issue.siren: bool(issue.refus) for issue in issues} == {siren: siren == fatal for siren in sirens}
    assert "mémoire" in exiger_du_francais("".join(issue.refus for issue in issues))


def _lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux))


def _dessiner(territoire: Path) -> None:
    """A square for each commune, side by side."""
    traits = []
    for rang, commune in enumerate(_lire(territoire / "communes.csv")):
        ouest, est = 0.1 * rang, 0.1 * rang + 0.1
        tour = [[ouest, 48.0], [est, 48.0], [est, 48.1], [ouest, 48.1], [ouest, 48.0]]
        carre = {"type": "Polygon", "coordinates": [tour]}
        traits.append({"type": "Feature", "properties": {"code_insee": commune["code_insee"]}, "geometry": carre})
    contours = {"type": "FeatureCollection", "features": traits}
    (territoire / "communes.geojson").write_text(json.dumps(contours), encoding="utf-8")
