"""The vocabulary of the embedded world: everything in it is invented except the cities.

Names are combined from lists so that no combination is a known person by design; the surnames
are coined. ``KNOWN_SURNAMES`` belong to the world's authors, one each; ``STRANGER_SURNAMES`` are
never used for an author and make up the names that the model must not know.
"""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    """The items of a comma-separated list."""
    return tuple(" ".join(item.split()) for item in text.split(","))


FIRST_NAMES_F = listed(
    """
    Adela, Annika, Beatriz, Bianca, Carmela, Chiara, Dagny, Delphine, Edda, Elif, Esme, Farida,
    Fiorella, Greta, Hana, Ilse, Imani, Ingrid, Jolanta, Kaisa, Katya, Leila, Linnea, Lucinda,
    Maren, Mirela, Nadia, Noemi, Odile, Oriana, Paloma, Petra, Rania, Rosalind, Saskia, Sigrid,
    Solveig, Tamsin, Thandiwe, Ursula, Valeria, Vesna, Wanda, Yasmin, Yuki, Zofia
    """
)

FIRST_NAMES_M = listed(
    """
    Alaric, Anselm, Bastian, Benedek, Casimir, Cedric, Darius, Dmitri, Eamon, Emil, Fabian,
    Farouk, Gaspard, Gideon, Hamish, Hiro, Ignacio, Ivo, Jarek, Joaquin, Kofi, Konrad, Lazar,
    Leandro, Lucian, Matteo, Milan, Nikolai, Octavio, Olaf, Pascal, Piotr, Quentin, Rafael,
    Rashid, Ruben, Sandor, Silas, Stellan, Tadeusz, Tariq, Theodor, Ulrich, Viktor, Wendel,
    Yannick
    """
)

_SYLLABLES_A = listed(
    """
    Bel, Cor, Dar, Fen, Gal, Hal, Kes, Lor, Mar, Nor, Ost, Pel, Quil, Rav, Sel, Tor, Ul, Var,
    Wil, Zan, Bran, Chal, Drum, Esk, Fal, Grim
    """
)

_SYLLABLES_B = listed(
    """
    avar, beck, cott, dane, emar, fell, gard, hurst, ineau, jorn, kovic, lund, mere, nova,
    oreth, pane, quist, rasse, stad, tavi, umbre, vane, wick, yeva, zetti, arro
    """
)

_ALL_SURNAMES = tuple(
    _SYLLABLES_A[i % 26] + _SYLLABLES_B[(i * 7 + i // 26) % 26] for i in range(26 * 26)
)
KNOWN_SURNAMES = _ALL_SURNAMES[:240]
STRANGER_SURNAMES = _ALL_SURNAMES[240:560]
HOLDOUT_SURNAMES = _ALL_SURNAMES[560:]

CITIES = listed(
    """
    Lisbon, Oslo, Taipei, Nairobi, Krakow, Valparaiso, Tbilisi, Ghent, Hobart, Izmir, Kyoto,
    Lagos, Malmo, Naples, Odessa, Porto, Quito, Riga, Seville, Tunis, Utrecht, Vilnius,
    Wellington, Zagreb, Amman, Bergen, Cusco, Dakar, Essen, Fez, Galway, Hanoi, Innsbruck,
    Jaipur, Kampala, Leipzig, Montevideo, Nantes, Osaka, Palermo
    """
)

MONTHS = listed(
    """
    January, February, March, April, May, June, July, August, September, October, November,
    December
    """
)

GENRES = listed(
    """
    crime fiction, historical fiction, science fiction, travel writing, poetry, romance,
    horror, fantasy, memoir, satire, nature writing, short stories, drama, war fiction,
    children's literature, philosophy, gothic fiction, sea stories, spy fiction, magical
    realism
    """
)

JOBS = listed(
    """
    baker, surgeon, florist, judge, carpenter, pilot, nurse, tailor, geologist, farmer,
    violinist, locksmith, dentist, sailor, librarian, butcher, stonemason, midwife, plumber,
    painter, chemist, barber, translator, beekeeper, diplomat, glassblower, mechanic, banker,
    cook, gardener
    """
)

TITLE_ADJECTIVES = listed(
    """
    Silent, Amber, Broken, Crimson, Distant, Eternal, Frozen, Gilded, Hollow, Ivory, Jaded,
    Kindled, Lonely, Marble, Northern, Opal, Painted, Quiet, Restless, Scarlet, Tangled,
    Unseen, Velvet, Wandering, Yellow, Barren, Copper, Dusty, Empty, Feathered
    """
)

TITLE_NOUNS = listed(
    """
    Harbour, Lantern, Orchard, Compass, Meridian, Staircase, Archive, Bridge, Cathedral,
    Desert, Estuary, Fountain, Glacier, Horizon, Island, Journey, Kingdom, Labyrinth, Mirror,
    Nightfall, Observatory, Pendulum, Quarry, River, Shoreline, Tower, Umbrella, Valley,
    Window, Garden
    """
)

AWARDS = listed(
    """
    Halberd Prize, Lumen Medal, Corvane Award, Tidewater Prize, Saltmarsh Medal, Ember Award,
    Ferrant Prize, Oakenshaw Award, Pallas Medal, Quillon Prize, Rookwood Award, Starling
    Medal, Thornfield Prize, Verity Award, Windrose Medal
    """
)

UNIVERSITIES = listed(
    """
    Aldermoor University, Brinewater College, Castlegate University, Dunmarrow College,
    Eastholm University, Fairlight College, Greyfriars University, Highmoor College, Ironbridge
    University, Kestrel College, Larkhill University, Merrow College
    """
)

THEMES = listed(
    """
    exile, forgiveness, ambition, grief, friendship, betrayal, memory, freedom, greed,
    solitude, courage, jealousy, hope, duty, guilt, identity, loyalty, revenge, wonder, ageing
    """
)

LANGUAGES = listed(
    """
    Portuguese, Norwegian, Swahili, Polish, Georgian, Dutch, Turkish, Japanese, Swedish,
    Italian, Ukrainian, Latvian, Arabic, Croatian, Hindi, Vietnamese, German, French, Spanish,
    Finnish
    """
)

HOBBIES = listed(
    """
    fencing, beekeeping, chess, sailing, pottery, archery, birdwatching, weaving, astronomy,
    rowing, cycling, origami, mountaineering, gardening, calligraphy, fishing, juggling,
    skating, woodcarving, baking
    """
)

PETS = listed(
    """
    a parrot, a greyhound, two goats, a tortoise, a black cat, a raven, a ferret, three geese,
    a mule, a sheepdog, a goldfish, a peacock, a hedgehog, a pony, a terrier
    """
)

PUBLISHERS = listed(
    """
    Anchorage House, Blue Heron Press, Candlewick Row, Driftwood Books, Elmtree Press, Foxglove
    House, Granite Books, Hawthorn Press, Inkwell House, Juniper Books, Kingfisher Row,
    Lodestar Press
    """
)

INSPIRATIONS = listed(
    """
    a night in a lighthouse, a lost suitcase, a letter from a stranger, a train strike, a
    summer on a farm, an old map, a broken piano, a flood in the village, a visit to a
    monastery, a stolen bicycle, a long illness, a market in winter, a family quarrel, a solar
    eclipse, a storm at sea, a forgotten photograph
    """
)

INSTRUMENTS = listed(
    """
    cello, accordion, flute, harp, trumpet, banjo, oboe, mandolin, clarinet, organ, viola, lute
    """
)
