"""The rows that one system alone prepares: scores, waits, balances, surveys, tables of the life of the CIL."""
