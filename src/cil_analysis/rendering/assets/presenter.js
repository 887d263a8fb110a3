// Present mode. Everything else works without this script; no dollar sign here, the template engine would read it.
