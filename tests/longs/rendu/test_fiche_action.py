"""The action sheet that the service fills each year: what it shows, and what it keeps of what somebody has written."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from cil_analysis.projet import Projet
from commande import echoue, lancer_ici
from messages import lisible
from page_lue import arbre, contrat

ANNEE = 2022


def test_elle_montre_les_chiffres_publies_et_garde_ce_qui_y_est_ecrit(exemple: Projet, tmp_path: Path) -> None:
    copie = Path(shutil.copytree(exemple.racine, tmp_path / "copie", ignore=shutil.ignore_patterns("raw")))
    shutil.copytree(exemple.carnets, copie / "notebooks")
    dossier, mots = copie / "reports" / str(ANNEE), copie / "commentaires" / "fiche_action"
    mots.mkdir(parents=True)
    (mots / "bilan.md").write_text("auteur : Service habitat\nÀ suivre.\n", encoding="utf-8")
    demande = ("fiche-action", "--annee", ANNEE, "--moteur", "interne")
    assert lancer_ici(*demande, dossier=copie).returncode == 0
    with zipfile.ZipFile(dossier / "fiche_action.docx") as archive:
        document = archive.read("word/document.xml").decode("utf-8")
    accueil = arbre((dossier / "index.html").read_text(encoding="utf-8"))
    assert {"fiche_action.html", "fiche_action.docx"} <= {a.attributs.get("href") for a in accueil.tous("a")}
    page = arbre((dossier / "fiche_action.html").read_text(encoding="utf-8"))
    publies = [ligne for ligne in contrat(dossier / "indicateurs.csv") if ligne["annee"] == str(ANNEE)]
    for code in ("V01", "V02"):
        (chiffre,) = (
            ligne["valeur"]
            for ligne in publies
            if (ligne["indicateur"], ligne["perimetre_type"]) == (code, "epci")
            and not (ligne["acteur_type"] or ligne["modalite"])
        )
        ecrit = f"{float(chiffre):,.0f}".replace(",", "\u202f")
        assert all(ecrit in texte for texte in (page.texte, document))
    assert all("Service habitat" in texte and "8\u202f500" in texte for texte in (page.texte, document))
    # The same again; then what somebody has changed is not replaced, and what cannot be read is said.
    avant = {fichier.name: fichier.read_bytes() for fichier in dossier.glob("*fiche_action*")}
    assert lancer_ici(*demande, dossier=copie).returncode == 0
    assert {fichier.name: fichier.read_bytes() for fichier in dossier.glob("*fiche_action*")} == avant
    (dossier / "fiche_action.docx").write_bytes(b"corrige")
    assert "fiche_action.docx a été modifié" in lisible(echoue(lancer_ici(*demande, dossier=copie)))
    assert (dossier / "fiche_action.docx").read_bytes() == b"corrige"
    with (copie / "data/reference/governance/enveloppe.csv").open("a", encoding="utf-8") as flux:
        flux.write("E9,2023,Une ligne,,mille,essai,L\n")
    dit = lisible(echoue(lancer_ici("bilan", "--annee", ANNEE, "--moteur", "interne", dossier=copie)))
    assert "governance/enveloppe.csv" in dit and "« mille »" in dit
