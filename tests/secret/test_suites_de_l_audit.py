"""What filling in a column would show, and what a landlord deduces once it has subtracted its own leases."""

from __future__ import annotations

import pandas as pd

from cil_analysis.secret.preuve.audit import Lecteur, lire_annee
from cil_analysis.secret.preuve.protection import Annee, Examen, proteger
from cil_analysis.secret.preuve.suppositions import deduites_par, liberations
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.structure import Structure
from cil_analysis.secret.table_publiee import publier_ensemble
from fabrique import attributions, bail, chiffres, exercice
from registres import PAR_CODE

REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)


def test_un_age_manquant_masque_une_autre_classe_et_l_audit_le_dit() -> None:
    """Three leases without an age: « not given » is masked, and one class with it, or the total would give it back."""
    ex = exercice(attributions(bail(30, age=25), bail(20, age=70), bail(3, age=None)))
    lignes = pd.concat([chiffres(code, ex) for code in ("V01", "P01")], ignore_index=True)
    lignes = lignes[lignes["perimetre_type"].isin(["epci"])].reset_index(drop=True)
    examen = Examen(lignes, PAR_CODE, Structure())
    motif = proteger({2022: examen}, {2022: REGLES}).motifs
    assert motif.value_counts().to_dict() == {"": len(lignes) - 2, "effectif": 1, "secondaire": 1}
    [trouvee] = liberations(Annee(examen, REGLES), motif)
    assert (trouvee.extrait, trouvee.colonne, trouvee.effectif, trouvee.chiffres) == ("attributions", "age", 3, 1)


def test_un_bailleur_retranche_ses_baux() -> None:
    """Of two masked publics that make 9 of 40, the landlord B1 holds 6 and 1: the two others are 0 to 2 of each."""
    baux = attributions(
        bail(24), bail(6, statut_dalo="ACTIF"), bail(1, categories_prioritaires="PDALHPD"),
        bail(7, bailleur="B2"), bail(2, bailleur="B2", categories_prioritaires="PDALHPD"),
    )  # fmt: skip
    ex = exercice(baux)
    cadres = [(PAR_CODE[code], chiffres(code, ex)) for code in ("V01", "O04", "O05")]
    publics = ("public_DALO", "public_PDALHPD")
    structure = Structure(inclusions=frozenset(((public, "oui"), ("prioritaire", "oui")) for public in publics))
    tables = publier_ensemble(cadres, {2022: REGLES}, {2022: structure})
    publiee = pd.concat([table.donnees for table in tables.values()], ignore_index=True)
    lecture = lire_annee({2022: publiee}, 2022, Lecteur(2022, PAR_CODE, REGLES, structure))
    par_b1 = list(deduites_par(lecture, ex, ("bailleur", "B1")))
    assert par_b1, "nine priority households are published: three are not B1's"
    for trouvee in par_b1:
        vrai, de_b1 = (ex.seul.compter(c).get((0,), 0) for c in (trouvee.case, trouvee.case.avec(("bailleur", "B1"))))
        assert trouvee.bas <= vrai - de_b1 <= trouvee.haut < trouvee.bas + REGLES.largeur
    assert list(deduites_par(lecture, ex, ("bailleur", "B3"))) == [], "who has no lease learns nothing more"


def test_un_bailleur_lit_un_autre_dans_le_total() -> None:
    """O04 of all is 26, that of B3 is 20: B1, which has 3, knows that B2 has 3."""
    prioritaires = {"B1": 3, "B2": 3, "B3": 20}
    baux = [bail(n, bailleur=code, categories_prioritaires="a") for code, n in prioritaires.items()]
    ex = exercice(attributions(*baux, *(bail(30, bailleur=code) for code in prioritaires)))
    cadres = [(PAR_CODE[code], chiffres(code, ex)) for code in ("V01", "A01", "O04")]
    tables = publier_ensemble(cadres, {2022: REGLES})
    publiee = pd.concat([table.donnees for table in tables.values()], ignore_index=True)
    lecture = lire_annee({2022: publiee}, 2022, Lecteur(2022, PAR_CODE, REGLES, Structure()))
    trouvees = deduites_par(lecture, ex, ("bailleur", "B1"))
    assert {t.case.classe("bailleur"): (t.bas, t.haut) for t in trouvees}["B2"] == (3, 3)
