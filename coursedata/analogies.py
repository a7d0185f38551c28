"""Word pairs for analogies, all of them in the table of GloVe vectors.

Each is a tuple of pairs `(a, b)` that stand in one relation; any two pairs make a question `a : b = c : ?`. The pairs
were written down before any question was asked, and none was taken out because it fails.
"""

from __future__ import annotations

from typing import TypeAlias

Pairs: TypeAlias = tuple[tuple[str, str], ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pairs(text: str) -> Pairs:
    words = _words(text)
    return tuple(zip(words[::2], words[1::2], strict=True))


#: Country and capital, spelt as in the corpus of 2014. Those with a name of two words are left out, as are namesakes.
CAPITALS = _pairs("""
afghanistan kabul
australia canberra
austria vienna
belgium brussels
bulgaria sofia
canada ottawa
chile santiago
china beijing
croatia zagreb
cuba havana
denmark copenhagen
egypt cairo
england london
finland helsinki
france paris
germany berlin
greece athens
hungary budapest
indonesia jakarta
iran tehran
iraq baghdad
ireland dublin
italy rome
japan tokyo
jordan amman
kenya nairobi
lebanon beirut
libya tripoli
norway oslo
pakistan islamabad
peru lima
philippines manila
poland warsaw
portugal lisbon
romania bucharest
russia moscow
serbia belgrade
spain madrid
sweden stockholm
switzerland bern
syria damascus
thailand bangkok
turkey ankara
ukraine kiev
venezuela caracas
vietnam hanoi
""")

#: Male and female.
FAMILY = _pairs("""
man woman
king queen
prince princess
boy girl
brother sister
father mother
son daughter
husband wife
uncle aunt
nephew niece
grandfather grandmother
grandson granddaughter
he she
his her
actor actress
""")

#: Singular and plural, regular and not.
PLURALS = _pairs("""
bank banks
bird birds
boat boats
book books
car cars
cat cats
child children
city cities
country countries
cow cows
dog dogs
eye eyes
foot feet
hand hands
horse horses
house houses
machine machines
man men
mouse mice
river rivers
road roads
ship ships
student students
tooth teeth
tree trees
wolf wolves
woman women
word words
""")

#: Adjective and comparative, regular and not.
COMPARATIVES = _pairs("""
bad worse
big bigger
bright brighter
cheap cheaper
cold colder
deep deeper
fast faster
good better
great greater
hard harder
high higher
hot hotter
large larger
long longer
low lower
new newer
old older
quick quicker
short shorter
simple simpler
small smaller
strong stronger
tall taller
weak weaker
young younger
""")

#: Verb and past tense, regular and not.
PAST_TENSES = _pairs("""
begin began
break broke
buy bought
come came
find found
give gave
go went
know knew
look looked
make made
play played
run ran
say said
see saw
sell sold
swim swam
take took
walk walked
work worked
write wrote
""")

RELATIONS = {
    "capitals": CAPITALS,
    "family": FAMILY,
    "plurals": PLURALS,
    "comparatives": COMPARATIVES,
    "past tenses": PAST_TENSES,
}

#: Words that the chapters use by name, beside those of the pairs.
EXAMPLES = _words("""
bank river money loan water shore boat deposit mortgage credit cash stream lake sea ocean bridge fish ship flow
coast shoreline sand
apple banana orange pear fruit bread cheese coffee tea wine
computer keyboard software apple microsoft phone
spring summer autumn winter bat ball crane plant bark bass rock match jaguar
red green blue yellow black white
one two three four five six seven eight nine ten
doctor nurse teacher engineer lawyer scientist
happy sad angry love hate joy fear
monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
piano guitar violin music song dance
lion tiger elephant monkey mouse snake frog
emperor empress duke duchess lord lady monarch throne crown royal
biggest best worst fastest strongest largest smallest
""")
