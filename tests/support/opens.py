"""What the card opens in Port-Sable, in the stories about agreements: one service of each kind."""

from __future__ import annotations

SERVICES = """
format = 1

[[service]]
id = "library"
category = "library"
names = { fr = "Médiathèque du Phare", en = "Lighthouse Library" }
benefit = { fr = "Douze livres." }
needs = ["name"]
level = "identity"
visitors = "by-agreement"

[[service]]
id = "pool"
category = "swimming-pool"
names = { fr = "Piscine", en = "Pool" }
benefit = { fr = "L’entrée à 2 €." }
needs = ["age-band"]
level = "discount"
visitors = "by-agreement"
age = { from = 6 }
bands = [{ to = 11, gives = { fr = "gratuit", en = "free" } }, { from = 30, to = 40, gives = { fr = "1 €" } }]

[[service]]
id = "museum"
category = "museum"
names = { fr = "Musée des Tempêtes", en = "Museum of Storms" }
benefit = { fr = "Entrée libre." }
needs = []
level = "discount"
visitors = "yes"

[[service]]
id = "registry"
category = "civil-registry"
names = { fr = "Guichet", en = "Registry" }
benefit = { fr = "Vos actes." }
needs = ["name", "portrait", "resident"]
level = "residence"
visitors = "no"

[[service]]
id = "market"
category = "event"
names = { fr = "Marché", en = "Market" }
benefit = { fr = "Un panier." }
needs = []
level = "discount"
visitors = "yes"
dates = [{ day = 2026-11-22 }, { day = 2026-11-29 }]

[[service]]
id = "youth-club"
category = "courses"
names = { fr = "Club", en = "Youth club" }
benefit = { fr = "Le mercredi." }
needs = ["age-band"]
level = "discount"
visitors = "yes"
age = { to = 25 }
"""
