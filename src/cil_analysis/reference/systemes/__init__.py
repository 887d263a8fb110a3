"""The tables that one system alone has: cotation, gestion en flux, gouvernance."""
