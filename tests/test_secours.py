"""No user sees a traceback: a fault of the software, a closed stream, a reader that has gone, Ctrl+C at any moment."""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cil_analysis.commandes import main, terminal
from cil_analysis.commandes.terminal import _Sortie, dire_le_systeme
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import remplacer
from cil_analysis.typographie import typographie
from messages import exiger_un_remede

RACINE = Path(__file__).resolve().parents[1]
SECRET = "DUPONT Jeanne 0181234567"
CIL = [sys.executable, "-m", "cil_analysis"]


def planter(monkeypatch: pytest.MonkeyPatch, quoi: BaseException) -> None:
    """Make « cil seuils » raise as a defect would, the cause of which quotes a row."""

    def fausse(*_: object, **__: object) -> None:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise quoi from cause

    monkeypatch.setattr("cil_analysis.commandes.ouvrir_projet", fausse)


def test_un_defaut_se_dit_en_francais_et_s_ecrit_sans_donnee(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    planter(monkeypatch, ValueError(SECRET))
    assert main(["seuils", "--projet", "/dossier/de/MARTIN"]) == 1
    sortie = capsys.readouterr()
    assert sortie.out == ""
    (trace,) = tmp_path.rglob("cil-defaut-*.txt")
    exiger_un_remede(sortie.err, trace)
    assert "DUPONT" not in sortie.err
    assert stat.S_IMODE(trace.stat().st_mode) == 0o600
    ecrit = trace.read_text(encoding="utf-8")
    for voulu in ("commande : cil seuils\n", "builtins.ValueError", "builtins.KeyError", "test_secours.py:", "fausse",
                  "cil_analysis/commandes/terminal.py:", "pandas "):  # fmt: skip
        assert voulu in ecrit, voulu
    for interdit in ("DUPONT", "0181234567", "MARTIN", str(RACINE), str(Path.home())):
        assert interdit not in ecrit, interdit


def test_un_defaut_sans_dossier_personnel_s_ecrit_parmi_les_fichiers_temporaires(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def sans_dossier(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(terminal.platformdirs, "user_state_path", sans_dossier)
    monkeypatch.setattr(terminal.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.chdir(tmp_path)
    planter(monkeypatch, RuntimeError(SECRET))
    assert main(["seuils"]) == 1
    assert [c.parent for c in tmp_path.rglob("cil-defaut-*")] == [tmp_path]
    assert str(tmp_path) in capsys.readouterr().err


def test_un_disque_plein_ne_nomme_pas_le_dossier_ou_l_on_est() -> None:
    """The system says of no write which file it was of; the current folder is none of it."""
    message = dire_le_systeme(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert str(Path.cwd()) not in message and "plus de place" in message


def test_un_dossier_qui_ne_se_copie_pas_se_dit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As choices are read back in a copy of the reference data, where there may be no room: no defect of ours."""
    planter(monkeypatch, shutil.Error([("/d/reference/f.csv", str(tmp_path / "f.csv"), "[Errno 28] No space left")]))
    assert main(["seuils"]) == 1
    exiger_un_remede(capsys.readouterr().err, "/d/reference/f.csv", tmp_path / "f.csv")


@pytest.mark.parametrize("numero", [errno.ENOSPC, errno.EACCES, errno.ENAMETOOLONG, errno.EROFS, 9999])
def test_le_systeme_parle_francais(numero: int) -> None:
    message = dire_le_systeme(OSError(numero, os.strerror(numero), "/d/f.csv"))
    exiger_un_remede(message, "/d/f.csv")
    assert os.strerror(numero) not in message


def test_un_en_tete_ne_commande_pas_le_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planter(monkeypatch, ErreurCIL("Colonne « \x1b]0;titre\x07\x1b[2JNom\r\x9b31m\u202e » inconnue : retirez-la."))
    assert main(["seuils"]) == 1
    assert capsys.readouterr().err == typographie("Erreur : Colonne « ]0;titre[2JNom31m » inconnue : retirez-la.\n")


def lancer(arguments: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        arguments, cwd=RACINE, capture_output=True, encoding="utf-8", timeout=120, check=False, **options
    )


@pytest.mark.skipif(os.name == "nt", reason="le shell d’Unix")
@pytest.mark.parametrize(
    ("suite", "code"),
    [("| true", 0), (">&-", 0), (">&- 2>&- <&-", 0), ("> /dev/full", 1), ("2>&1 | true", 0)],
)
def test_une_sortie_fermee_ou_pleine(suite: str, code: int) -> None:
    if "full" in suite and not Path("/dev/full").exists():
        pytest.skip("sans /dev/full")
    commande = f'set -o pipefail; "{sys.executable}" -m cil_analysis seuils {suite}'
    fait = lancer(["bash", "-c", commande])
    assert fait.returncode == code, fait.stderr
    assert "Traceback" not in fait.stderr
    assert "Exception" not in fait.stderr
    assert ("Erreur\u202f: Le résultat n’a pas pu être écrit" in fait.stderr) == (code == 1)


def test_une_sortie_que_personne_ne_lit_plus_sous_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """« cil seuils | more », quitted: the name of the error is another, and elsewhere this one is told."""

    class Fermee(io.StringIO):
        def write(self, texte: str) -> int:
            raise OSError(errno.EINVAL, "Invalid argument")

    sortie = _Sortie(Fermee())
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(ErreurCIL):
        sortie.write("seuils")
    monkeypatch.setattr(sys, "platform", "win32")
    assert sortie.write("seuils") == len("seuils")


def test_ce_qui_prend_la_place_d_un_fichier_tenu_ouvert_nomme_ce_fichier() -> None:
    refus = PermissionError(errno.EACCES, "Access is denied", "/d/.seuils.csv.12.tmp", None, "/d/seuils.csv")
    message = dire_le_systeme(refus)
    exiger_un_remede(message, "/d/seuils.csv")
    assert ".tmp" not in message


def test_ce_qui_ne_peut_s_ecrire_est_nomme_comme_l_utilisateur_l_a_nomme(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as refus:
        remplacer(tmp_path / "absent" / "modele.csv", b"")
    exiger_un_remede(dire_le_systeme(refus.value), tmp_path / "absent" / "modele.csv")


@pytest.mark.skipif(os.name == "nt", reason="les signaux d’Unix")
@pytest.mark.parametrize("delai", [0.05, 0.3, 1.0])
def test_ctrl_c_pendant_le_chargement(delai: float) -> None:
    """At any moment once our first module runs; before it, Python itself answers."""
    programme = (
        "import os, signal, sys, threading, time\n"
        "import cil_analysis.__main__ as commande\n"
        f"arreter = lambda: (time.sleep({delai}), os.kill(os.getpid(), signal.SIGINT))\n"
        "threading.Thread(target=arreter, daemon=True).start()\n"
        "sys.argv = ['cil', 'seuils']\n"
        "sys.exit(commande.main())\n"
    )
    fait = lancer([sys.executable, "-c", programme])
    if fait.returncode == 0:
        pytest.skip("la commande avait fini avant")
    assert fait.returncode == terminal.INTERROMPU, fait.stderr
    assert fait.stderr == "\nInterrompu.\n"


@pytest.mark.skipif(os.name == "nt", reason="le dossier d’Unix")
def test_sans_dossier_personnel_la_cle_ne_va_pas_dans_le_projet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No HOME and an account that the system does not know: « ~ » stays as it is, and would be a folder of its own."""
    monkeypatch.delenv("CIL_DOSSIER_CLES", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda chemin: chemin)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("Commune;N° unique\n", encoding="utf-8")
    assert main(["importer", "a.csv", "--annee", "2022", "--projet", str(RACINE)]) == 1
    assert "CIL_DOSSIER_CLES" in capsys.readouterr().err
    assert [c.name for c in tmp_path.iterdir()] == ["a.csv"]
