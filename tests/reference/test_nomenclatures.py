from datetime import date

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.nomenclatures import Nomenclature, charger_nomenclatures
from messages import refuser

ENTETE = "code,libelle,groupe,alias,valide_du,valide_au,source,confiance,siren\n"


def charger(tmp_path, *lignes: str, entete: str = ENTETE) -> Nomenclature:
    (tmp_path / "bailleurs.csv").write_text(entete + "\n".join(lignes) + "\n", encoding="utf-8")
    return charger_nomenclatures(tmp_path)["bailleurs"]


def test_lecture(tmp_path):
    bailleurs = charger(
        tmp_path,
        "SH,Sarthe Habitat,OPH,OPH Sarthe|  S.H.  ,,,Fiche,C,",
        "AA,Ancien Bailleur,ESH,,2010-01-01,2020-12-31,Fiche,C,123 456 782",
    )
    assert bailleurs.codes() == ["SH", "AA"]
    assert bailleurs.codes(date(2020, 12, 31)) == ["SH", "AA"]
    assert bailleurs.codes(date(2021, 1, 1)) == ["SH"]
    assert bailleurs.codes(date(2009, 12, 31)) == ["SH"]
    assert bailleurs.libelles() == {"SH": "Sarthe Habitat", "AA": "Ancien Bailleur"}
    assert (bailleurs.libelle("SH"), bailleurs.groupe("AA")) == ("Sarthe Habitat", "ESH")
    assert bailleurs.vers_code == {
        "sh": "SH", "sarthe habitat": "SH", "oph sarthe": "SH", "s h": "SH", "aa": "AA", "ancien bailleur": "AA",
        "123456782": "AA", "123 456 782": "AA", "123456782 0": "AA",
    }  # fmt: skip
    assert bailleurs.table["siren"].tolist() == ["", "123 456 782"]


def test_libelle_qui_change(tmp_path):
    bailleurs = charger(tmp_path, "SH,Ancien nom,,,,2020-12-31,Fiche,C,", "SH,Nouveau nom,,,2021-01-01,,Fiche,C,")
    assert bailleurs.codes() == ["SH"]
    assert bailleurs.libelle("SH") == "Nouveau nom"
    assert bailleurs.vers_code["ancien nom"] == "SH"


def test_code_inconnu(tmp_path):
    bailleurs = charger(tmp_path, "SH,Sarthe Habitat,,,,,F,C,")
    with pytest.raises(ErreurCIL) as erreur:
        bailleurs.libelle("ZZ")
    assert "ZZ" in str(erreur.value) and "nomenclatures/bailleurs.csv" in str(erreur.value)


def test_fichier_reecrit_par_un_tableur_francais(tmp_path):
    contenu = (ENTETE + "SH,Société d’Évreux,,,01/02/2010,,F,C,\n").replace(",", ";")
    (tmp_path / "bailleurs.csv").write_bytes(contenu.replace("\n", "\r\n").encode("cp1252"))
    bailleurs = charger_nomenclatures(tmp_path)["bailleurs"]
    assert bailleurs.libelle("SH") == "Société d’Évreux"
    assert bailleurs.codes(date(2010, 2, 1)) == ["SH"]
    assert bailleurs.codes(date(2010, 1, 31)) == []


@pytest.mark.parametrize("nom", ["mois", "motifs_demande"])
def test_un_tableur_ote_le_zero_des_codes(reference, tmp_path, nom):
    sain = charger_nomenclatures(reference / "nomenclatures")[nom]
    texte = (reference / "nomenclatures" / f"{nom}.csv").read_text("utf-8")
    (tmp_path / f"{nom}.csv").write_text(texte.replace("\n0", "\n"), "utf-8")
    assert charger_nomenclatures(tmp_path)[nom].libelles() == sain.libelles()


def test_dossier_vide(tmp_path):
    with refuser():
        charger_nomenclatures(tmp_path)
