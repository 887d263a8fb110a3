"""The kernel's own folder: its sockets have names that the system admits."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import EPCI_VOULU, PUBLICATION
from cil_analysis.rendu import notebooks
from cil_analysis.rendu.atelier import Atelier, Choix
from cil_analysis.rendu.interne import noyau
from cil_analysis.rendu.page import Commande

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sans sockets de fichiers")


def test_un_long_dossier_temporaire(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beyond 75 characters the path of a socket was refused by the system."""
    long = tmp_path / ("d" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    carnet = notebooks.analyser("```{python}\nopen('fait', 'w').write('oui')\n```")
    with noyau(tmp_path) as pret:
        pret.executer(carnet, "essai", lambda _: None)
    assert (tmp_path / "fait").read_text() == "oui"


def test_aucun_dossier_temporaire_assez_court(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("d" * 90)))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ErreurCIL, match="TMPDIR"), noyau(tmp_path):
        pass


@pytest.mark.parametrize("nom", [PUBLICATION, EPCI_VOULU])
def test_un_noyau_recoit_ce_qui_est_pret_apres_lui(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nom: str) -> None:
    """It starts while the report is counted, and serves one EPCI after another: it is told with each notebook."""
    lire = f"import os\nopen('lu', 'w').write(os.environ.get({nom!r}, 'rien'))"
    carnet = notebooks.analyser(f"```{{python}}\n{lire}\n```")
    monkeypatch.delenv(nom, raising=False)
    with noyau(tmp_path) as pret:
        for dit in ("les premiers", "les suivants"):
            monkeypatch.setenv(nom, dit)
            pret.executer(carnet, "essai", lambda _: None)
            assert (tmp_path / "lu").read_text() == dit
        monkeypatch.delenv(nom)
        pret.executer(carnet, "essai", lambda _: None)
        assert (tmp_path / "lu").read_text() == "rien"


def test_des_moteurs_qui_chauffent_pour_rien_s_arretent(tmp_path: Path) -> None:
    """What comes first may fail: there is then no page to make."""
    with pytest.raises(ErreurCIL, match="avant les pages"), Atelier(tmp_path, Choix("interne")) as atelier:
        atelier.chauffer(1)
        raise ErreurCIL("avant les pages")


def test_les_moteurs_d_un_bilan_font_ensuite_ses_fiches_et_une_page_qui_echoue_arrete_les_autres(
    tmp_path: Path,
) -> None:
    """Of several runs of pages, each engine has one process."""
    source = "import os\nopen('faits', 'a').write(f'{os.getpid()}\\n')"
    for nom, cellule in (("bon", source), ("faux", "1 / 0")):
        (tmp_path / f"{nom}.qmd").write_text(f"```{{python}}\n{cellule}\n```\n", encoding="utf-8")
    bonne = Commande(tmp_path / "bon.qmd", {}, "Essai")
    faux = Commande(tmp_path / "faux.qmd", {}, "Essai", sinon="La fiche Essai n’a pas pu être produite.")
    message = r"^La fiche Essai n’a pas pu être produite\. Le carnet faux\.qmd .* ZeroDivisionError"
    with pytest.raises(ErreurCIL, match=message), Atelier(tmp_path, Choix("interne")) as atelier:
        assert [rang for rang, _ in sorted(atelier.fabriquer([bonne] * 4))] == [0, 1, 2, 3]
        assert [rang for rang, _ in sorted(atelier.fabriquer([bonne] * 6))] == [0, 1, 2, 3, 4, 5]
        list(atelier.fabriquer([faux, *[bonne] * 50]))
    faits = (tmp_path / "faits").read_text().split()
    assert 10 <= len(faits) < 60 and len(set(faits)) <= 2
