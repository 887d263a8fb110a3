"""What an import says of its files: in which one a line is, what is nearly empty; and never a number of somebody."""

from __future__ import annotations

import json

import pytest
from conftest_extraits import ENTETES, bail, ecrire_xlsx, ecrire_zip
from openpyxl import load_workbook

from cil_analysis.commandes import main
from cil_analysis.commandes.importer import dire_l_envoi
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.importation import importer
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from messages import exiger_un_remede, lisible


def test_les_lignes_citees_nomment_leur_fichier(projet: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two files, even when one alone has anomalies."""
    for nom, gens in {"sain": [bail(rang) for rang in range(1, 9)], "fautif": [bail(9), ["", *bail(10)[1:]]]}.items():
        ecrire_xlsx(projet.racine / f"{nom}.xlsx", Baux=[ENTETES, *gens])
    noms = [str(projet.racine / f"{nom}.xlsx") for nom in ("sain", "fautif")]
    assert main(["importer", *noms, "--annee", "2022", "--projet", str(projet.racine)]) == 0
    assert "fautif.xlsx 3)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "nombre",
    (
        *("0612345678", "02 43 12 34 56", "+33 6 12 34 56 78"),
        *("072052212345678901", "072_0522_123456_78901", "0721180169821G1104", "3 bis rue", "12_Av."),
    ),
)
def test_un_nombre_personnel_dans_un_nom_n_est_pas_garde(
    projet: Projet, references_communes: References, nombre: str
) -> None:
    chemin = ecrire_xlsx(projet.racine / f"01-02-2022-10h_{nombre}.xlsx", **{nombre: [ENTETES, bail(1)]})
    (fichier,) = importer(projet, references_communes, Demande([chemin], 2022)).journal["fichiers"]
    assert (fichier["nom"], fichier["feuille"]) == ("01-02-2022-10h_(masqué).xlsx", "(masqué)")


def test_une_colonne_exigee_presque_vide_est_dite(projet: Projet, references_communes: References) -> None:
    """Two of five landlords are named, then three."""
    for nommes, dites in ((2, 1), (3, 0)):
        gens = [bail(rang, bailleur="LMH" if rang <= nommes else "") for rang in range(1, 6)]
        chemin = ecrire_xlsx(projet.racine / "a.xlsx", Baux=[ENTETES, *gens])
        fait = importer(projet, references_communes, Demande([chemin], 2022))
        phrases = dire_l_envoi(fait.journal, fait.anomalies, [chemin], references_communes)["a_noter"]
        assert len(phrases) == dites
        for phrase in phrases:
            exiger_un_remede(phrase, "Bailleur", "2 lignes sur 5", "40")


def test_les_lignes_masquees_d_un_classeur_sont_dites(projet: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    chemin = ecrire_xlsx(projet.racine / "baux.xlsx", Baux=[["Baux"], ENTETES, *(bail(rang) for rang in range(1, 5))])
    classeur = load_workbook(chemin)
    for rang in (1, 4, 5):  # The title is hidden too: it is no row.
        classeur["Baux"].row_dimensions[rang].hidden = True
    classeur.save(chemin)
    assert main(["importer", str(chemin), "--annee", "2022", "--projet", str(projet.racine)]) == 0
    (phrase,) = (ligne for ligne in lisible(capsys.readouterr().err).splitlines() if "masquées" in ligne)
    exiger_un_remede(phrase, "baux.xlsx", "2 lignes")


def test_un_journal_dont_la_date_a_ete_changee_est_refuse(projet: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    chemin = ecrire_xlsx(projet.racine / "baux.xlsx", Baux=[ENTETES, *(bail(rang) for rang in range(3))])
    importer_les_baux = ["importer", str(chemin), "--annee", "2022", "--projet", str(projet.racine)]
    assert main(importer_les_baux) == 0
    (journal,) = (projet.traite / "journal").glob("*.json")
    compte = json.loads(journal.read_text(encoding="utf-8")) | {"importe_le": "avant-hier"}
    journal.write_text(json.dumps(compte), encoding="utf-8")
    capsys.readouterr()
    assert main(["qualite", "--annee", "2022", "--projet", str(projet.racine)]) == 1
    exiger_un_remede(lisible(capsys.readouterr().err), journal.name, "cil importer")
    journal.unlink()
    assert main(importer_les_baux) == 0


def test_un_nombre_personnel_dans_une_archive_refusee_n_est_pas_dit(projet: Projet) -> None:
    """The papers of households come with a table, and an archive in another one."""
    for nom in ("0721180169821G1104.pdf", "pièces/dossier 06 12 34 56 78.zip", "jean@exemple.fr.msg"):
        with pytest.raises(ErreurCIL) as refus:
            ouvrir(ecrire_zip(projet.racine / "envoi.zip", {nom: b"%PDF"}))
        dit = exiger_un_remede(refus.value, "envoi.zip", "(masqué)")
        assert not any(personnel in dit for personnel in ("0721180169821G1104", "06 12", "jean"))
