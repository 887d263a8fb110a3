"""Le rapport d’une année : des tables publiées qui se dessinent, se tabulent et se disent."""
