# Set-up of the Python environment, called by the Makefile: `PYTHON=… VENV=… VERROU=… TEMOINS=… sh scripts/installer.sh`.
# Creates $VENV if need be, installs what $VERROU locks (hashes checked), then the project itself, and writes the files
# $TEMOINS last: a set-up that was interrupted or has failed is redone, one that is done is not.
set -eu

PYTHON=${PYTHON:-python3}
VENV=${VENV:-.venv}
VERROU=${VERROU:-requirements.lock}
TEMOINS=${TEMOINS:-$VENV/.installation-terminee}
EN_COURS=$VENV/.installation-en-cours
JOURNAL=$VENV/installation.log

arreter() {
    printf '%s\n' "$@" >&2
    exit 1
}

est_recent() { # Python 3.11 or later, and able to start
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

est_complet() { # can make an environment with its own pip; Debian splits ensurepip off into python3-venv
    est_recent "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

commencer() { # an empty folder, marked as unfinished
    rm -rf "$VENV"
    mkdir -p "$VENV"
    : >"$EN_COURS"
}

creer_environnement() {
    base=
    for candidat in "$PYTHON" python3 python3.13 python3.12 python3.11 python3.14; do
        if est_complet "$candidat"; then
            commencer
            "$candidat" -m venv "$VENV" >>"$JOURNAL" 2>&1 && return 0
        fi
        if [ -z "$base" ] && est_recent "$candidat"; then base=$candidat; fi
    done

    if [ -z "$base" ]; then
        version=$("$PYTHON" -c 'import sys; print(sys.version.split()[0])' 2>/dev/null) || version=
        if [ -n "$version" ]; then
            arreter "Python 3.11 ou plus récent est nécessaire ; « $PYTHON » est ici la version $version." \
                "Installez une version plus récente, ou indiquez-la : make PYTHON=/chemin/vers/python3.12"
        fi
        arreter "Python 3.11 ou plus récent est nécessaire ; la commande « $PYTHON » ne répond pas." \
            "Installez-le (Debian, Ubuntu : sudo apt install python3 python3-venv), puis relancez la même commande."
    fi

    if command -v uv >/dev/null 2>&1; then
        commencer
        uv venv --quiet --allow-existing --python "$base" "$VENV" >>"$JOURNAL" 2>&1 && return 0
    fi
    if "$base" -m pip --version >/dev/null 2>&1; then
        commencer
        "$base" -m venv --without-pip "$VENV" >>"$JOURNAL" 2>&1 && return 0
    fi
    rm -rf "$VENV"
    arreter "« $base » ne sait pas créer d’environnement : il lui manque le module ensurepip." \
        "Installez-le (Debian, Ubuntu : sudo apt install python3-venv), puis relancez la même commande."
}

installer() { # with the environment's own pip, else with the installer that made it; nothing is compiled yet
    if "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
        "$VENV/bin/python" -m pip --quiet --disable-pip-version-check --no-input install --no-compile "$@"
    elif command -v uv >/dev/null 2>&1; then
        uv pip install --quiet --python "$VENV/bin/python" "$@"
    else
        "${base:-$PYTHON}" -m pip --quiet --disable-pip-version-check --no-input --python "$VENV/bin/python" install \
            --no-compile "$@"
    fi
}

echo "Préparation de l’environnement Python dans $VENV (une à trois minutes la première fois)…"

if [ -e "$EN_COURS" ] || ! est_recent "$VENV/bin/python"; then
    if [ -e "$EN_COURS" ]; then echo "La préparation précédente n’est pas allée au bout : elle est reprise du début."; fi
    creer_environnement
fi
rm -f "$VENV"/.installation-*terminee
: >"$EN_COURS"
: >"$JOURNAL"

if ! installer --require-hashes --requirement "$VERROU" >>"$JOURNAL" 2>&1; then
    cat "$JOURNAL" >&2
    arreter "" "L’installation des bibliothèques a échoué : le message de l’outil d’installation est ci-dessus." \
        "Vérifiez l’accès au réseau (ou au miroir de paquets de votre organisme), puis relancez la même commande."
fi
if ! installer --no-deps --no-build-isolation --editable . >>"$JOURNAL" 2>&1; then
    cat "$JOURNAL" >&2
    arreter "" "L’installation du logiciel lui-même a échoué : le message de l’outil d’installation est ci-dessus."
fi

# What is imported, and not the tests of libraries, on every core: pip would take three times as long, one file after
# the other. A file that does not compile is no fault: it is not imported either.
"$VENV/bin/python" -m compileall -q -j 0 -x '/tests?/' "$VENV"/lib src >>"$JOURNAL" 2>&1 || :

rm -f "$EN_COURS"
for temoin in $TEMOINS; do : >"$temoin"; done
echo "Environnement prêt."
