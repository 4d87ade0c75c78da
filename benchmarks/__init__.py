"""How long dlcards takes, beside what the machine and its peers take; run by ``make bench``."""
