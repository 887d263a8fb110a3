"""One import from end to end: what it leaves on disk, what it refuses, and that no personal value goes through."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from conftest_extracts import ENTETES, bail, compte, contenu, ecrire_csv, ecrire_xlsx, numero
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cil_analysis import empreintes
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import store
from cil_analysis.extracts.importation import Bilan, importer
from cil_analysis.extracts.reading import Brut
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References
from essais import essais

Importe = Callable[..., Bilan]
Source = Callable[..., Path]
DEMANDES = ["N° unique", "Commune souhaitée", "Âge"]


def lus(projet: Projet, annee: int = 2022, extrait: str = "attributions") -> pd.DataFrame:
    return store.lire(projet, extrait, annee)


def refuse(projet: Projet, importe: Importe, *fichiers: Path, motif: str, **options: Any) -> None:
    """The import is refused in words, names each file, and leaves data/processed and data/raw byte for byte."""
    avant = contenu(projet.racine)
    with pytest.raises(ErreurCIL, match=motif) as erreur:
        importe(*fichiers, **options)
    assert contenu(projet.racine) == avant
    assert any(fichier.name in str(erreur.value) for fichier in fichiers)


# --- what an import leaves -------------------------------------------------------------------------------------------


def test_csv_complet(projet: Projet, importe: Importe, source: Source) -> None:
    lignes = [
        *(bail(rang) for rang in range(30)),
        bail(3),
        bail(40, commune="Guécélard"),
        bail(41, jour="15/03/2021"),
        bail(42, commune="Ville-Inventée"),
        bail(43, jour="31/02/2022"),
        [],
        ["", "", "", ""],
        ENTETES,
        ["Total", "", "", ""],
    ]
    bilan = importe(source(lignes))
    assert not bilan.deja_fait
    assert bilan.journal["comptes"] == compte(
        40, conservees=30, rejetees=2, doublons=1, hors_perimetre=2, ignorees=1 + 2 + 1 + 1
    )
    assert bilan.journal["motifs"]["ignorees"] == {"en_tete": 1, "vide": 2, "en_tete_repete": 1, "total": 1}
    assert len(lus(projet)) == 30
    assert store.lire_journal(projet, "attributions", 2022) == bilan.journal
    assert set(bilan.journal["ecrits"]) == {
        "attributions/annee=2022/part.parquet", "anomalies/attributions/annee=2022/part.parquet"
    }  # fmt: skip
    anomalies = store.lire_anomalies(projet, "attributions", 2022)
    rejets = anomalies[anomalies["effet"].eq("ligne rejetée")]
    assert rejets["ligne"].tolist() == [35, 36]  # the header is line 1, the 34th row of data is line 35


def test_classeur_complet(projet: Projet, importe: Importe) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Bailleur", "Revenu par UC"]
    lignes = [[numero(rang), datetime(2022, 3, 15), 72181, "lmh", 812.5] for rang in range(10)]
    chemin = ecrire_xlsx(
        projet.brut / "a.xlsx", Notice=[["Lisez-moi"]], Base=[["Titre"], [], entetes, *lignes, ["Total : 10"]]
    )
    journal = importe(chemin).journal
    assert journal["comptes"] == compte(14, conservees=10, ignorees=4)
    assert journal["fichiers"][0]["feuille"] == "Base"
    table = lus(projet)
    assert set(table["commune_insee"]) == {"72181"}
    assert set(table["date_signature_bail"]) == {pd.Timestamp(2022, 3, 15)}
    assert set(table["revenu_uc_annuel_eur"]) == {9750.0}


def test_reimport_identique_ne_change_rien(projet: Projet, importe: Importe, source: Source) -> None:
    fichiers = source([bail(1)], "a.csv"), source([bail(2)], "b.csv")
    premier = importe(*fichiers)
    avant = contenu(projet.racine)
    second = importe(*reversed(fichiers))
    assert second.deja_fait
    assert second.journal == premier.journal
    assert contenu(projet.racine) == avant


def test_reimport_apres_un_changement_des_referentiels(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(1, bailleur="Office Nouveau"), *(bail(rang) for rang in range(2, 11))])
    importe(fichier, references=References(projet))
    assert lus(projet)["bailleur"].isna().tolist() == [True, *[False] * 9]
    chemin = projet.reference / "nomenclatures" / "bailleurs.csv"
    texte = chemin.read_text(encoding="utf-8")
    chemin.write_text(texte.replace("LMMH", "LMMH|Office Nouveau"), encoding="utf-8")
    assert not importe(fichier, references=References(projet)).deja_fait
    assert lus(projet)["bailleur"].tolist() == ["LMH"] * 10


def test_reimport_apres_un_changement_du_code_qui_lit(
    projet: Projet, importe: Importe, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichier = source([bail(1)])
    importe(fichier)
    paquet = tmp_path / "cil_analysis"
    shutil.copytree(empreintes._PAQUET, paquet)
    monkeypatch.setattr(empreintes, "_PAQUET", paquet)
    assert importe(fichier).deja_fait
    nettoyage = paquet / "extracts" / "cleaning" / "nombres.py"
    nettoyage.write_bytes(nettoyage.read_bytes() + b"\n")
    assert not importe(fichier).deja_fait


def test_un_import_remplace_le_precedent(projet: Projet, importe: Importe, source: Source) -> None:
    importe(source([bail(1), bail(2)], "a.csv"))
    importe(source([bail(9, commune="Arnage")], "b.csv"))
    assert lus(projet)["commune_insee"].tolist() == ["72008"]


def test_plusieurs_fichiers_sont_un_extrait(projet: Projet, importe: Importe, source: Source) -> None:
    """D5: union, then duplicates; a file may lack a column that another has."""
    a = source([bail(1), bail(2)], "a.csv")
    b = source([[*bail(2), "34"], [*bail(3), "35"]], "b.csv", [*ENTETES, "Âge"])
    assert importe(a, b).journal["comptes"] == compte(6, conservees=3, doublons=1, ignorees=2)
    assert lus(projet)["age"].isna().tolist() == [True, True, False]


def test_demandes_et_attributions_se_relient(projet: Projet, importe: Importe, source: Source) -> None:
    """The same number has the same pseudonym in both extracts and in every year; another key would change it."""
    importe(source([bail(1)], "a22.csv"))
    importe(source([bail(1, jour="15/03/2023")], "a23.csv"), annee=2023)
    importe(source([[numero(1), "Arnage", "30"]], "d.csv", DEMANDES))
    pseudonymes = {
        *lus(projet)["demande_pseudonyme"],
        *lus(projet, 2023)["demande_pseudonyme"],
        *lus(projet, extrait="demandes")["demande_pseudonyme"],
    }
    assert len(pseudonymes) == 1


def test_colonnes_nommees_dans_le_journal(importe: Importe, source: Source) -> None:
    entetes = [*ENTETES, "Étage", "Observations", "Téléphone"]
    journal = importe(source([[*bail(1), "3", "rien", "06"]], entetes=entetes)).journal
    assert journal["colonnes"] == {
        "reconnues": ["bailleur", "commune_libelle", "date_signature_bail", "numero_unique"],
        "entetes": {
            "bailleur": ["Bailleur"],
            "commune_libelle": ["Commune"],
            "date_signature_bail": ["Date du bail"],
            "numero_unique": ["N° unique"],
        },
        "ignorees": ["Observations"],
        "personnelles": ["Téléphone"],
        "inconnues": ["Étage"],
    }


def test_fiche_d_accompagnement(projet: Projet, importe: Importe, source: Source, tmp_path: Path) -> None:
    fichier = source([bail(1)])
    brut = fichier.read_bytes()
    importe(fichier)
    chemin = projet.brut / "extrait.csv.meta.yml"
    fiche = yaml.safe_load(chemin.read_text(encoding="utf-8"))
    assert (fiche["extrait"], fiche["annee"], fiche["fichier"]) == ("attributions", 2022, "extrait.csv")
    chemin.write_text(chemin.read_text(encoding="utf-8").replace("source: null", "source: SNE"), encoding="utf-8")
    source([bail(1), bail(2)])
    importe(fichier)
    nouvelle = yaml.safe_load(chemin.read_text(encoding="utf-8"))
    assert nouvelle["source"] == "SNE"
    assert nouvelle["sha256"] != fiche["sha256"]
    assert nouvelle["sha256_precedents"] == [fiche["sha256"]]
    assert brut != fichier.read_bytes()  # rewritten by this test, not by the import
    dehors = ecrire_csv(tmp_path / "dehors.csv", [ENTETES, bail(5)])
    importe(dehors)
    assert [c.name for c in tmp_path.glob("dehors*")] == ["dehors.csv"]


def test_fiche_abimee(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(1)])
    for octets in (b"a: [", b"\xff\xfe\x00"):
        (projet.brut / "extrait.csv.meta.yml").write_bytes(octets)
        refuse(projet, importe, fichier, motif=r"extrait\.csv\.meta\.yml.*(Corriger cette ligne|UTF-8)")
    (projet.brut / "extrait.csv.meta.yml").write_text("sha256_precedents: 3\nsha256: abc\n")
    importe(fichier)


def test_le_fichier_brut_n_est_jamais_modifie(projet: Projet, importe: Importe, source: Source) -> None:
    fichiers = [source([bail(1)]), ecrire_xlsx(projet.brut / "b.xlsx", A=[ENTETES, bail(2)])]
    avant = {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in fichiers}
    importe(*fichiers)
    assert {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in fichiers} == avant


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.fixture
def deja(projet: Projet, importe: Importe, source: Source) -> Projet:
    """A project that already holds an import, which a refused one must not touch."""
    importe(source([bail(1)], "ancien.csv"))
    return projet


def test_refus(deja: Projet, importe: Importe, source: Source) -> None:
    refuse(deja, importe, source([], "vide.csv"), motif=r"aucune ligne de données.*Vérifiez")
    refuse(deja, importe, source([bail(1)], "autre.csv"), annee=2019, motif=r"aucune ligne de 2019.*autre année \(1\)")
    sans = source([ligne[:3] for ligne in [bail(1)]], "sans.csv", ENTETES[:3])
    refuse(deja, importe, sans, motif="colonne obligatoire introuvable : « Bailleur »")
    renomme = source([[*bail(1), "x"]], "renomme.csv", [*ENTETES, "Réservataires"])
    refuse(deja, importe, renomme, motif="« Réservataires » ressemble à « Réservataire »")
    protege = deja.brut / "protege.xlsx"
    protege.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 1024)
    refuse(deja, importe, protege, motif="protégé par un mot de passe")
    pdf = deja.brut / "pdf.xlsx"
    pdf.write_bytes(b"%PDF-1.4\n")
    refuse(deja, importe, pdf, motif="pas un classeur lisible")
    refuse(deja, importe, ecrire_xlsx(deja.brut / "rien.xlsx", A=[]), motif="aucune cellule remplie")
    refuse(deja, importe, ecrire_xlsx(deja.brut / "entete.xlsx", A=[ENTETES]), motif="aucune ligne de données")
    refuse(deja, importe, deja.brut / "absent.csv", motif="introuvable")


def test_un_en_tete_avec_qpv_et_aucune_ligne(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([], entetes=[*ENTETES, "QPV", "Quartier prioritaire", "Date de naissance", "Revenu par UC", "UC"])
    refuse(projet, importe, fichier, motif="aucune ligne de données")


@pytest.mark.parametrize(("inconnues", "accepte"), [(20, True), (21, False), (100, False)])
def test_un_cinquieme_de_rejets_au_plus(
    projet: Projet, importe: Importe, source: Source, inconnues: int, accepte: bool
) -> None:
    """D2, out of 100 rows of data: 20 rejected are accepted, 21 are not."""
    lignes = [bail(rang, commune="Ville-Inventée" if rang < inconnues else "Le Mans") for rang in range(100)]
    fichier = source([*lignes, ["Total", "", "", ""]])
    if accepte:
        assert importe(fichier).journal["comptes"] == compte(102, conservees=80, rejetees=20, ignorees=2)
    else:
        refuse(
            projet, importe, fichier, motif=rf"{inconnues} lignes sur 100 .*20 %.*« Commune du logement » : valeur abs"
        )


@pytest.mark.parametrize(("apres", "accepte"), [(20, True), (21, False)])
def test_le_stock_d_une_autre_annee_est_refuse(
    projet: Projet, importe: Importe, source: Source, apres: int, accepte: bool
) -> None:
    """Out of 100 requests: 20 filed after 31 December 2022 are accepted, 21 are not."""
    lignes = [[numero(i), "Le Mans", "01/01/2023" if i < apres else "31/12/2022"] for i in range(100)]
    fichier = source(lignes, "d.csv", ["N° unique", "Commune souhaitée", "Date de dépôt"])
    if accepte:
        assert importe(fichier).journal["comptes"]["conservees"] == 100
    else:
        refuse(projet, importe, fichier, motif=r"21 demandes sur 100 .*31 décembre 2022.*vérifiez l’année")
        importe(fichier, annee=2023)


def test_une_cle_ne_nait_que_d_un_import_reussi(projet: Projet, importe: Importe, source: Source) -> None:
    refuse(projet, importe, source([bail(1, jour="15/03/2021")], "ancien.csv"), motif="aucune ligne de 2022")
    assert not projet.cle.parent.exists()
    importe(source([bail(1)]))
    assert projet.cle.is_file()


def test_le_bilan_d_un_import_dit_ce_qu_il_remplace(importe: Importe, source: Source) -> None:
    a = source([bail(rang, bailleur="Office inventé" if rang < 5 else "LMH") for rang in range(50)], "a.csv")
    b = source([bail(1)], "b.csv")
    premier = importe(a)
    assert (premier.remplace, premier.anomalies["valeur"].tolist()) == (None, ["Office inventé"] * 5)
    assert (importe(a).remplace, len(importe(a).anomalies)) == (None, 0)
    second = importe(b)
    assert (second.remplace, len(second.anomalies)) == (premier.journal["importe_le"], 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows n’a pas ces droits")
def test_les_donnees_ne_sont_pas_lisibles_par_tous(projet: Projet, importe: Importe, source: Source) -> None:
    importe(source([bail(1)]))
    fichiers = [c for c in projet.traite.rglob("*") if c.is_file()]
    assert {stat.S_IMODE(c.stat().st_mode) for c in fichiers} == {0o640}
    assert sum(c.name != ".verrou" for c in fichiers) == 3


def test_extraits_meles_ou_inconnus(projet: Projet, importe: Importe, source: Source) -> None:
    a, d = source([bail(1)], "a.csv"), source([[numero(1), "Le Mans", "30"]], "d.csv", DEMANDES)
    with pytest.raises(ErreurCIL, match=r"plusieurs extraits \(attributions, demandes\).*séparément"):
        importe(a, d)
    with pytest.raises(ErreurCIL, match="« baux » est inconnu : attendu attributions, demandes"):
        importe(a, extrait="baux")
    with pytest.raises(ErreurCIL, match="au moins un fichier"):
        importe()
    refuse(projet, importe, d, extrait="attributions", motif="colonnes obligatoires introuvables")
    refuse(projet, importe, source([[numero(1)] * 2], "x.csv", ["N° unique", "Âge"]), motif="--extrait")


def test_extrait_precise_choisit_la_feuille(projet: Projet, importe: Importe) -> None:
    chemin = ecrire_xlsx(projet.brut / "a.xlsx", Baux=[ENTETES, bail(1)], Stock=[DEMANDES, [numero(1), "Arnage", "30"]])
    importe(chemin, extrait="demandes")
    assert lus(projet, extrait="demandes")["commune_insee"].tolist() == ["72008"]
    importe(chemin, extrait="attributions")
    assert lus(projet)["commune_insee"].tolist() == ["72181"]


def test_attributions_sans_bailleur_jamais_prises_pour_des_demandes(
    projet: Projet, importe: Importe, source: Source
) -> None:
    entetes = ["N° unique", "Date du bail", "Code INSEE", "Contingent"]
    fichier = source([[numero(1), "15/03/2022", "72181", "Aucun"]], entetes=entetes)
    refuse(projet, importe, fichier, motif="--extrait")
    refuse(projet, importe, fichier, extrait="attributions", motif="introuvable : « Bailleur »")


def test_le_meme_fichier_deux_fois(projet: Projet, importe: Importe, source: Source) -> None:
    """Rows without a N° unique have no duplicate: they would count twice."""
    a = source([["", *bail(1)[1:]]], "a.csv")
    b = Path(shutil.copy(a, projet.brut / "b.csv"))
    refuse(projet, importe, a, b, motif="même fichier")
    refuse(projet, importe, a, a, motif="même fichier")


@pytest.mark.parametrize("annee", [0, -1, 22, 99999])
def test_annee_impossible(importe: Importe, source: Source, annee: int) -> None:
    with pytest.raises(ErreurCIL, match=rf"année {annee} n.est pas possible"):
        importe(source([bail(1)]), annee=annee)


def test_cle_disparue_ou_autre(deja: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(2)], "nouveau.csv")
    sauvegarde = deja.cle.read_bytes()
    avant = contenu(deja.racine)
    deja.cle.unlink()
    with pytest.raises(ErreurCIL, match=r"a disparu.*copie de sauvegarde"):
        importe(fichier)
    assert not deja.cle.exists()
    deja.cle.write_text("ab" * 32)
    with pytest.raises(ErreurCIL, match="pas celle des imports précédents"):
        importe(fichier)
    deja.cle.write_text("ab")
    with pytest.raises(ErreurCIL, match="abîmée"):
        importe(fichier)
    assert contenu(deja.racine) == avant
    deja.cle.write_bytes(sauvegarde)
    importe(fichier)


def test_import_interrompu_par_une_panne(
    deja: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = contenu(deja.traite)
    fichier = source([bail(2)], "nouveau.csv")
    with monkeypatch.context() as panne:
        panne.setattr(store, "_synchroniser", lambda chemin: (_ for _ in ()).throw(OSError("disque plein")))
        with pytest.raises(OSError, match="disque plein"):
            importe(fichier)
    assert store.annees(deja, "attributions") == [2022]
    assert contenu(deja.traite) == avant


def test_une_horloge_en_retard_se_dit(projet: Projet, references_communes: References, source: Source) -> None:
    """A machine that believes it is 2020 takes the leases of 2022 for dates to come: the refusal says its day."""
    with pytest.raises(ErreurCIL, match=r"dans le futur \(cet ordinateur se croit le 02/01/2020, à régler"):
        importer(projet, references_communes, [source([bail(1), bail(2)])], 2022, aujourd_hui=date(2020, 1, 2))


# --- personal data ---------------------------------------------------------------------------------------------------

CANARIS = [
    "CANARINOM",
    "CANARIPRENOM",
    "RUE CANARI",
    "0612345678",
    "CANARI@EXEMPLE",
    "0720CANARI00000001",
    "CANARILIBRE",
]


def canaris(projet: Projet, *textes: str) -> None:
    partout = b"".join(contenu(projet.traite).values()) + b"".join(
        c.read_bytes() for c in projet.brut.glob("*.meta.yml")
    )
    tables = [pd.read_parquet(c).to_csv() for c in projet.traite.rglob("*.parquet")]
    for canari in [*CANARIS, "1987-05-04", "04/05/1987", "19870504"]:
        assert canari.encode() not in partout.upper(), canari
        assert not any(canari in texte.upper() for texte in [*tables, *textes]), canari


@pytest.mark.parametrize("classeur", [False, True])
def test_aucune_valeur_personnelle_ne_passe(projet: Projet, importe: Importe, source: Source, classeur: bool) -> None:
    """Unmistakable values in the personal columns, in unknown ones, and even typed in the wrong column."""
    entetes = [*ENTETES, "Nom", "Prénom", "Adresse", "Téléphone", "Courriel", "Date de naissance", "Note libre", "Âge",
               "Financement", "Quartier prioritaire", "Ressources mensuelles"]  # fmt: skip
    personnel = [
        "CANARINOM",
        "CANARIPRENOM",
        "1 RUE CANARI",
        "0612345678",
        "canari@exemple.fr",
        "04/05/1987",
        "CANARILIBRE",
    ]
    lignes = [
        ["0720CANARI00000001", *bail(1)[1:], *personnel, "", "PLUS", "", ""],
        [*bail(2), *personnel, "CANARINOM", "0612345678", "0612345678", "1 RUE CANARI"],
        [numero(3), "04/05/1987", "CANARINOM", "CANARIPRENOM", *personnel, "", "", "", ""],
        [numero(4), "15/03/2022", "CANARINOM", "LMH", *personnel, "", "", "", ""],
        *([*bail(rang), *[""] * 8, "PLUS", "Hors QPV", ""] for rang in range(5, 20)),
    ]
    fichier = (
        ecrire_xlsx(projet.brut / "c.xlsx", A=[entetes, *lignes]) if classeur else source(lignes, "c.csv", entetes)
    )
    journal = importe(fichier).journal
    assert journal["comptes"] == compte(20, conservees=17, rejetees=2, ignorees=1)
    canaris(projet, json.dumps(journal, ensure_ascii=False))
    assert lus(projet)["age"].tolist()[0] == 34  # from 4 May 1987 to 15 March 2022


def test_aucun_message_d_erreur_ne_cite_une_personne(projet: Projet, importe: Importe, source: Source) -> None:
    lignes = [["0720CANARI00000001", "31/02/2022", "CANARINOM", "LMH", "CANARINOM", "0612345678"]] * 30
    with pytest.raises(ErreurCIL) as erreur:
        importe(source(lignes, entetes=[*ENTETES, "Nom", "Téléphone"]))
    canaris(projet, str(erreur.value))


# --- trying to break it ----------------------------------------------------------------------------------------------

TOUS = [*ENTETES, "Âge", "Nombre de personnes", "Ressources mensuelles", "Nb UC", "Revenu annuel par UC",
        "Revenu par UC", "Date de naissance", "Date de dépôt", "QPV", "Quartier prioritaire", "Catégories prioritaires",
        "DALO", "Financement", "Code INSEE", "Réservataire", "Mutation interne"]  # fmt: skip
BIZARRES = ["00/00/0000", "31/02/2022", "2022-13-01", "0", "99999", "-1", "1e30", "-1e300", "1e400", "inf", "nan", "NA",
            "1,1144e+17", "72181.0", "½", "²", "٣", "\x1f", ";;", "|", "=1+1", "01/01/0001", "31/12/9999", "é" * 9000,
            "\ud7ff", "\ufffd", "9" * 5000, "﷽", "‮", "- -", "'72181", "TRUE"]  # fmt: skip


@pytest.mark.parametrize("valeur", BIZARRES)
@pytest.mark.parametrize("extrait", ["attributions", "demandes"])
def test_une_valeur_bizarre_partout(
    projet: Projet, importe: Importe, source: Source, valeur: str, extrait: str
) -> None:
    """In every column at once, beside good rows: the good rows are kept, and the account balances."""
    entetes = (
        TOUS if extrait == "attributions" else [e for e in TOUS if e not in ("Commune", "Date du bail", "Bailleur")]
    )
    # Each list is read in the good rows: one cell in ten that is not, and no more, is admitted.
    lisibles = {"Code INSEE": "72181", "QPV": "Non", "Quartier prioritaire": "Hors QPV", "DALO": "Non",
                "Catégories prioritaires": "Handicap", "Financement": "PLUS", "Réservataire": "Action Logement",
                "Mutation interne": "Non"}  # fmt: skip
    bons = [dict(zip(ENTETES, bail(rang), strict=True)) | lisibles for rang in range(9)]
    lignes = [[ligne.get(entete, "") for entete in entetes] for ligne in bons]
    fichier = source([*lignes, *[[valeur] * len(entetes)] * 1], entetes=entetes)
    comptes = importe(fichier, extrait=extrait).journal["comptes"]
    assert comptes["lues"] == 11 == sum(n for nom, n in comptes.items() if nom != "lues")
    assert comptes["conservees"] >= 9
    assert (lus(projet, extrait=extrait)["commune_insee"] == "72181").sum() >= 9


def test_octets_nuls(projet: Projet, importe: Importe, source: Source) -> None:
    """Near the beginning they mean a binary file; far from it, a damaged cell."""
    refuse(projet, importe, source([bail(1), ["a\0b"] * 4]), motif="pas un fichier de texte")
    fichier = source([*(bail(rang) for rang in range(200)), ["a\0b", *bail(300)[1:]], ["\0"] * 4])
    assert importe(fichier).journal["comptes"] == compte(203, conservees=201, rejetees=1, ignorees=1)
    assert lus(projet)["demande_pseudonyme"].isna().sum() == 1


CELLULE = st.one_of(
    st.sampled_from([*BIZARRES, "", "15/03/2022", "Le Mans", "LMH", "Oui", "Total", "N° unique", '"', "'", "\n", "\r"]),
    st.text(max_size=12),
)
LIGNES = st.lists(st.lists(CELLULE, max_size=7), max_size=8)


@settings(max_examples=essais(60, 25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lignes=LIGNES, entete=st.booleans(), separateur=st.sampled_from(";,\t"), codage=st.sampled_from(["utf-8", "utf-16"])
)
def test_un_tableau_quelconque(
    projet: Projet, references_communes: References, lignes: list[list[str]], entete: bool, separateur: str, codage: str
) -> None:
    """Any table: an import whose account balances, or an ErreurCIL; never another exception."""
    chemin = projet.brut / "n.csv"
    bon = [*ENTETES, "QPV", "Âge", "Nom"]
    texte = "".join(
        separateur.join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in ligne) + "\n"
        for ligne in [bon] * entete + lignes
    )
    chemin.write_bytes(texte.encode(codage, errors="replace"))
    try:
        comptes = importer(projet, references_communes, [chemin], 2022).journal["comptes"]
    except ErreurCIL as erreur:
        assert "n.csv" in str(erreur)
    else:
        assert comptes["lues"] == sum(n for nom, n in comptes.items() if nom != "lues")


@settings(max_examples=essais(100, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    octets=st.binary(max_size=300),
    nom=st.sampled_from(["n.csv", "n.xlsx", "n.xls", "n.ods", "n.xlsb", "n.txt"]),
    tete=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", ";".join(ENTETES).encode() + b"\n"]),
)
def test_des_octets_quelconques(
    projet: Projet, references_communes: References, octets: bytes, nom: str, tete: bytes
) -> None:
    chemin = projet.brut / nom
    chemin.write_bytes(tete + octets)
    with pytest.raises(ErreurCIL, match=nom):
        importer(projet, references_communes, [chemin], 2022)
    assert chemin.read_bytes() == tete + octets


def test_le_stock_se_reimporte_quand_ses_voisins_changent(importe: Importe, source: Source) -> None:
    """D13 depends on the leases: the same requests after them are no identical import."""
    demandes = source([[numero(1), "Le Mans", "30"]], "d.csv", DEMANDES)
    assert importe(demandes).journal["constats"] == {}
    importe(source([bail(1)], "a.csv"))
    second = importe(demandes)
    assert (second.deja_fait, second.journal["constats"]) == (False, {"deja_logee": 1})
    assert importe(demandes).deja_fait


def test_une_colonne_surtout_hors_bornes_est_d_une_autre_unite(
    projet: Projet, importe: Importe, source: Source
) -> None:
    entetes = [*ENTETES, "Ressources par UC"]
    annuels = source([[*bail(rang), str(9_000 + 500 * rang)] for rang in range(20)], "uc.csv", entetes)
    refuse(projet, importe, annuels, motif="hors des bornes admises.*par mois ou par an.*columns/attributions.csv")
    rares = source([[*bail(rang), "12000" if rang < 3 else "900"] for rang in range(20)], "r.csv", entetes)
    assert lus_apres(importe, rares, projet)["revenu_uc_annuel_eur"].isna().sum() == 3


def lus_apres(importe: Importe, fichier: Path, projet: Projet) -> pd.DataFrame:
    importe(fichier)
    return lus(projet)


def test_une_ligne_decalee_est_rejetee(projet: Projet, importe: Importe, source: Source) -> None:
    """A separator in a cell without quotation marks: what follows is under the wrong headings."""
    bilan = importe(source([*map(bail, range(9)), [*bail(9), "suite"]]))
    assert bilan.journal["motifs"]["rejetees"] == {"plus de cellules que d’en-têtes": 1}
    assert bilan.anomalies[["ligne", "regle"]].to_numpy().tolist() == [[11, "decalee"]]


def test_deux_fichiers_de_meme_nom(projet: Projet, importe: Importe) -> None:
    for rang, dossier in enumerate(("b1", "b2")):
        (projet.brut / dossier).mkdir()
        entetes = ["Vide"] * rang + ["N° unique", "Date du bail", "Commune", "Bailleur", "Âge"]
        ligne = [""] * rang + [*bail(rang), "MOT LIBRE"]
        ecrire_csv(projet.brut / dossier / "a.csv", [entetes, ligne])
    bilan = importe(projet.brut / "b1" / "a.csv", projet.brut / "b2" / "a.csv")
    places = bilan.anomalies[["fichier", "cellule"]].to_numpy().tolist()
    assert places == [["b1/a.csv", "E2"], ["b2/a.csv", "F2"]]


def test_la_cle_n_est_jamais_dans_le_projet(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(projet.racine / "data"))
    with pytest.raises(ErreurCIL, match=r"serait dans le projet.*CIL_DOSSIER_CLES"):
        importe(source([bail(1)]))
    assert not list(projet.racine.rglob("*.cle"))


@pytest.mark.skipif(os.name == "nt", reason="Windows n’a pas ces droits")
def test_une_cle_restauree_redevient_privee(projet: Projet, importe: Importe, source: Source) -> None:
    fichier = source([bail(1)])
    assert importe(fichier).cle_creee == projet.cle
    projet.cle.chmod(0o644)
    assert importe(fichier).cle_creee is None
    assert stat.S_IMODE(projet.cle.stat().st_mode) == 0o600


def test_un_import_dit_les_fichiers_qui_n_y_sont_plus(importe: Importe, source: Source) -> None:
    a, b = source([bail(1)], "a.csv"), source([bail(2)], "b.csv")
    importe(a, b)
    assert importe(a).retires == ("b.csv",)
    assert importe(b).retires == ("a.csv",)


def test_une_ligne_dont_le_compte_ne_dit_rien_arrete_l_import(
    projet: Projet, importe: Importe, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect of the software: a line read is neither kept nor said to be anything. Nothing is stored."""
    monkeypatch.setattr(Brut, "lues", property(lambda brut: len(brut.lignes) + sum(brut.ignorees.values()) + 1))
    with pytest.raises(AssertionError, match="does not balance"):
        importe(source([bail(rang) for rang in range(30)]))
    assert not list(projet.traite.rglob("*.parquet"))
