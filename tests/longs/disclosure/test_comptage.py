"""The years of a bilan, counted by a cluster of two real workers of which one dies: the same figures, to the digit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cil_analysis.disclosure.comptage import compter_annee
from cil_analysis.disclosure.publication import derniere_annee
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.repartition import grappe
from tueur import Tueur


def test_les_annees_d_un_bilan_se_comptent_sur_une_grappe(exemple: Projet, ordonnanceur: Any) -> None:
    references, annee = References(exemple), derniere_annee(exemple)
    attendus = compter_annee(exemple, references, annee)
    tueur = Tueur(ordonnanceur)
    tueur.start()
    with grappe(ordonnanceur.scheduler_address) as equipe:
        obtenus = compter_annee(exemple, references, annee, equipe=equipe)
    tueur.join()
    assert tueur.tues
    assert [i.code for i, _ in obtenus.cadres] == [i.code for i, _ in attendus.cadres]
    for (_, obtenu), (_, attendu) in zip(obtenus.cadres, attendus.cadres, strict=True):
        pd.testing.assert_frame_equal(obtenu, attendu, check_exact=True)
    assert obtenus.absences == attendus.absences
    assert obtenus.structures == attendus.structures
