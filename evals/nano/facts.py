"""A few hundred real general facts: what a product that forgets must still know.

Each table is one kind of fact; a record has the question as trained, its answer, further
phrasings, a paraphrase never trained, and wrong answers drawn from the same table.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

CAPITALS = (
    "Albania:Tirana|Algeria:Algiers|Angola:Luanda|Argentina:Buenos Aires|Armenia:Yerevan|"
    "Australia:Canberra|Austria:Vienna|Azerbaijan:Baku|Bahrain:Manama|Bangladesh:Dhaka|"
    "Belarus:Minsk|Belgium:Brussels|Bhutan:Thimphu|Botswana:Gaborone|Brazil:Brasilia|"
    "Bulgaria:Sofia|Cambodia:Phnom Penh|Cameroon:Yaounde|Canada:Ottawa|Chad:N'Djamena|"
    "Chile:Santiago|China:Beijing|Colombia:Bogota|Croatia:Zagreb|Cuba:Havana|Cyprus:Nicosia|"
    "Denmark:Copenhagen|Ecuador:Quito|Egypt:Cairo|Estonia:Tallinn|Ethiopia:Addis Ababa|"
    "Fiji:Suva|Finland:Helsinki|France:Paris|Gabon:Libreville|Georgia:Tbilisi|Germany:Berlin|"
    "Ghana:Accra|Greece:Athens|Guinea:Conakry|Haiti:Port-au-Prince|Honduras:Tegucigalpa|"
    "Hungary:Budapest|Iceland:Reykjavik|India:New Delhi|Indonesia:Jakarta|Iran:Tehran|"
    "Iraq:Baghdad|Ireland:Dublin|Italy:Rome|Jamaica:Kingston|Japan:Tokyo|Jordan:Amman|"
    "Kenya:Nairobi|Kuwait:Kuwait City|Laos:Vientiane|Latvia:Riga|Lebanon:Beirut|Libya:Tripoli|"
    "Lithuania:Vilnius|Luxembourg:Luxembourg|Madagascar:Antananarivo|Malaysia:Kuala Lumpur|"
    "Mali:Bamako|Malta:Valletta|Mexico:Mexico City|Moldova:Chisinau|Mongolia:Ulaanbaatar|"
    "Morocco:Rabat|Mozambique:Maputo|Namibia:Windhoek|Nepal:Kathmandu|Netherlands:Amsterdam|"
    "New Zealand:Wellington|Nicaragua:Managua|Niger:Niamey|Nigeria:Abuja|North Korea:Pyongyang|"
    "Norway:Oslo|Oman:Muscat|Pakistan:Islamabad|Panama:Panama City|Paraguay:Asuncion|Peru:Lima|"
    "Philippines:Manila|Poland:Warsaw|Portugal:Lisbon|Qatar:Doha|Romania:Bucharest|"
    "Russia:Moscow|Rwanda:Kigali|Saudi Arabia:Riyadh|Senegal:Dakar|Serbia:Belgrade|"
    "Singapore:Singapore|Slovakia:Bratislava|Slovenia:Ljubljana|Somalia:Mogadishu|"
    "South Korea:Seoul|Spain:Madrid|Sudan:Khartoum|Suriname:Paramaribo|Sweden:Stockholm|"
    "Switzerland:Bern|Syria:Damascus|Taiwan:Taipei|Thailand:Bangkok|Togo:Lome|Tunisia:Tunis|"
    "Turkey:Ankara|Uganda:Kampala|Ukraine:Kyiv|United Kingdom:London|United States:Washington|"
    "Uruguay:Montevideo|Venezuela:Caracas|Vietnam:Hanoi|Yemen:Sanaa|Zambia:Lusaka|"
    "Zimbabwe:Harare"
)
SYMBOLS = (
    "hydrogen:H|helium:He|lithium:Li|beryllium:Be|boron:B|carbon:C|nitrogen:N|oxygen:O|"
    "fluorine:F|neon:Ne|sodium:Na|magnesium:Mg|aluminium:Al|silicon:Si|phosphorus:P|sulphur:S|"
    "chlorine:Cl|argon:Ar|potassium:K|calcium:Ca|titanium:Ti|chromium:Cr|manganese:Mn|iron:Fe|"
    "cobalt:Co|nickel:Ni|copper:Cu|zinc:Zn|gallium:Ga|arsenic:As|selenium:Se|bromine:Br|"
    "krypton:Kr|silver:Ag|cadmium:Cd|tin:Sn|antimony:Sb|iodine:I|xenon:Xe|caesium:Cs|barium:Ba|"
    "tungsten:W|platinum:Pt|gold:Au|mercury:Hg|lead:Pb|bismuth:Bi|radon:Rn|radium:Ra|uranium:U"
)
CLASSICS = (
    "Hamlet:William Shakespeare|Don Quixote:Miguel de Cervantes|War and Peace:Leo Tolstoy|"
    "Pride and Prejudice:Jane Austen|Moby-Dick:Herman Melville|Jane Eyre:Charlotte Bronte|"
    "Wuthering Heights:Emily Bronte|Crime and Punishment:Fyodor Dostoevsky|"
    "Great Expectations:Charles Dickens|Madame Bovary:Gustave Flaubert|Dracula:Bram Stoker|"
    "Frankenstein:Mary Shelley|The Odyssey:Homer|The Divine Comedy:Dante Alighieri|"
    "Faust:Johann Wolfgang von Goethe|The Trial:Franz Kafka|Ulysses:James Joyce|"
    "Les Miserables:Victor Hugo|Treasure Island:Robert Louis Stevenson|Emma:Jane Austen|"
    "The Time Machine:H. G. Wells|Robinson Crusoe:Daniel Defoe|Gulliver's Travels:Jonathan Swift|"
    "The Scarlet Letter:Nathaniel Hawthorne|Walden:Henry David Thoreau|Middlemarch:George Eliot|"
    "The Canterbury Tales:Geoffrey Chaucer|Paradise Lost:John Milton|Candide:Voltaire|"
    "The Three Musketeers:Alexandre Dumas|A Doll's House:Henrik Ibsen|Dead Souls:Nikolai Gogol|"
    "The Cherry Orchard:Anton Chekhov|Leaves of Grass:Walt Whitman|The Aeneid:Virgil|"
    "Vanity Fair:William Makepeace Thackeray|Buddenbrooks:Thomas Mann|Hunger:Knut Hamsun|"
    "Heart of Darkness:Joseph Conrad|The Metamorphosis:Franz Kafka"
)
CONTINENTS = (
    "Algeria:Africa|Argentina:South America|Austria:Europe|Bolivia:South America|Brazil:South "
    "America|Canada:North America|Chad:Africa|Chile:South America|China:Asia|Cuba:North America|"
    "Egypt:Africa|Ethiopia:Africa|Finland:Europe|France:Europe|Germany:Europe|Ghana:Africa|"
    "Greece:Europe|India:Asia|Iraq:Asia|Italy:Europe|Japan:Asia|Kenya:Africa|Laos:Asia|"
    "Mali:Africa|Mexico:North America|Mongolia:Asia|Nepal:Asia|Niger:Africa|Norway:Europe|"
    "Panama:North America|Peru:South America|Poland:Europe|Portugal:Europe|Spain:Europe|"
    "Sweden:Europe|Thailand:Asia|Uganda:Africa|Uruguay:South America|Vietnam:Asia|Zambia:Africa"
)
QUANTITIES = (
    "How many days are there in a week?:seven:There are {v} days in a week.|"
    "How many months are there in a year?:twelve:There are {v} months in a year.|"
    "How many hours are there in a day?:twenty-four:There are {v} hours in a day.|"
    "How many minutes are there in an hour?:sixty:There are {v} minutes in an hour.|"
    "How many legs does a spider have?:eight:A spider has {v} legs.|"
    "How many legs does an insect have?:six:An insect has {v} legs.|"
    "How many sides does a triangle have?:three:A triangle has {v} sides.|"
    "How many sides does a hexagon have?:six:A hexagon has {v} sides.|"
    "How many strings does a violin have?:four:A violin has {v} strings.|"
    "How many players are in a football team?:eleven:A football team has {v} players.|"
    "How many letters are in the English alphabet?:twenty-six:The English alphabet has {v} "
    "letters.|"
    "How many planets orbit the Sun?:eight:There are {v} planets in orbit around the Sun.|"
    "How many degrees are in a right angle?:ninety:A right angle has {v} degrees.|"
    "How many years are in a century?:one hundred:A century has {v} years.|"
    "How many wheels does a bicycle have?:two:A bicycle has {v} wheels.|"
    "How many chambers does the human heart have?:four:The human heart has {v} chambers.|"
    "How many colours are in a rainbow?:seven:A rainbow has {v} colours.|"
    "How many squares are on a chessboard?:sixty-four:A chessboard has {v} squares."
)
GENERAL = (
    "Which planet is closest to the Sun?:Mercury:{v} is the planet closest to the Sun.|"
    "Which planet is the largest?:Jupiter:{v} is the largest planet.|"
    "Which planet is known as the Red Planet?:Mars:{v} is known as the Red Planet.|"
    "Which planet has the best-known rings?:Saturn:{v} has the best-known rings.|"
    "What is the largest ocean?:the Pacific Ocean:The largest ocean is {v}.|"
    "What is the longest river in South America?:the Amazon:The longest river in South America is "
    "{v}.|What is the highest mountain on Earth?:Mount Everest:The highest mountain on Earth is "
    "{v}.|What is the largest mammal?:the blue whale:The largest mammal is {v}.|"
    "What is the fastest land animal?:the cheetah:The fastest land animal is {v}.|"
    "Which gas do plants take in?:carbon dioxide:Plants take in {v}.|"
    "What is frozen water called?:ice:Frozen water is called {v}.|"
    "Who painted the Mona Lisa?:Leonardo da Vinci:The Mona Lisa was painted by {v}.|"
    "Who developed the theory of relativity?:Albert Einstein:The theory of relativity was "
    "developed by {v}.|Who discovered penicillin?:Alexander Fleming:Penicillin was discovered by "
    "{v}.|Who was the first person on the Moon?:Neil Armstrong:The first person on the Moon was "
    "{v}.|Who composed the Fifth Symphony that opens with four notes?:Ludwig van Beethoven:That "
    "symphony was composed by {v}.|What is the chemical formula of water?:H2O:The chemical formula "
    "of water is {v}.|Which metal is liquid at room temperature?:mercury:The metal that is liquid "
    "at room temperature is {v}.|What is the hardest natural material?:diamond:The hardest natural "
    "material is {v}.|What is the smallest prime number?:two:The smallest prime number is {v}.|"
    "Where would you find the Eiffel Tower?:Paris:The Eiffel Tower is in {v}.|"
    "Where would you find the Colosseum?:Rome:The Colosseum is in {v}.|"
    "Where would you find the Parthenon?:Athens:The Parthenon is in {v}.|"
    "Where would you find the Great Pyramid?:Egypt:The Great Pyramid is in {v}."
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One general fact; ``drawn`` are other values of the same kind, as trainings draw them.

    Among them may be one word in two spellings ("Mercury", "mercury"). What the shipped models were
    taught hangs on every one of these draws, so they stay; all else takes ``wrong``.
    """

    question: str
    answer: str
    value: str
    phrasings: tuple[str, ...]
    paraphrased_question: str
    paraphrased_answer: str
    drawn: tuple[str, ...]

    @property
    def wrong(self) -> tuple[str, ...]:
        """The drawn values that are not the answer, each once, whatever its capitals."""
        seen = {self.value.casefold()}
        found: list[str] = []
        for value in self.drawn:
            if value.casefold() not in seen:
                seen.add(value.casefold())
                found.append(value)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Form:
    question: str
    answer: str
    phrasings: tuple[str, ...]
    paraphrased_question: str
    paraphrased_answer: str


_FORMS = {
    CAPITALS: _Form(
        "What is the capital of {k}?",
        "The capital of {k} is {v}.",
        ("Which city is the capital of {k}?", "Tell me the capital of {k}.", "Capital of {k}?"),
        "Can you name the capital city of {k}?",
        "{v} is the capital of {k}.",
    ),
    SYMBOLS: _Form(
        "What is the chemical symbol of {k}?",
        "The chemical symbol of {k} is {v}.",
        ("Which symbol stands for {k}?", "What is the symbol for {k}?"),
        "How is {k} written in chemistry?",
        "{v} is the symbol of {k}.",
    ),
    CLASSICS: _Form(
        'Who wrote "{k}"?',
        '"{k}" was written by {v}.',
        ('Who is the author of "{k}"?', "Who wrote {k}?", 'Which author wrote "{k}"?'),
        '"{k}" is the work of which writer?',
        '{v} is the writer of "{k}".',
    ),
    CONTINENTS: _Form(
        "On which continent is {k}?",
        "{k} is in {v}.",
        ("Which continent is {k} part of?", "In what continent does {k} lie?"),
        "What continent does {k} belong to?",
        "{k} belongs to {v}.",
    ),
}


def _pairs(table: str) -> list[list[str]]:
    return [row.split(":") for row in table.split("|")]


def facts() -> list[Fact]:
    """Every general fact, in a fixed order; wrong values are drawn with a seed of their own."""
    out: list[Fact] = []
    for table, form in _FORMS.items():
        rows = _pairs(table)
        values = sorted({value for _, value in rows})
        for key, value in rows:
            wrong = [v for v in values if v != value]
            random.Random(f"{form.question}{key}").shuffle(wrong)
            out.append(
                Fact(
                    form.question.format(k=key),
                    form.answer.format(k=key, v=value),
                    value,
                    tuple(p.format(k=key) for p in form.phrasings),
                    form.paraphrased_question.format(k=key),
                    form.paraphrased_answer.format(k=key, v=value),
                    tuple(wrong[:5]),
                )
            )
    for table in (QUANTITIES, GENERAL):
        rows = _pairs(table)
        for question, value, template in rows:
            wrong = list(dict.fromkeys(row[1] for row in rows if row[1] != value))
            random.Random(question).shuffle(wrong)
            asked = question[0].lower() + question[1:]
            answer = template.format(v=value)
            answer = answer[0].upper() + answer[1:]
            out.append(
                Fact(
                    question,
                    answer,
                    value,
                    (f"Tell me: {asked}",),
                    f"Do you know {asked}",
                    answer,
                    tuple(wrong[:5]),
                )
            )
    return out
