"""How closely the pictures of a question are looked at."""
