"""The query of an indicator: what is counted, in SQL that anyone may run beside the stored rows."""
