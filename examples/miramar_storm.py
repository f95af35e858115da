"""The storm of the example: room 312, a photo, a newspaper, and then everybody.

`NOW_IS` is the moment that sentinel.yaml maps onto the present. Before it a handful of people complain, slowly; posts
published in the minutes before it are first seen just after it, as a poller sees them; then it grows for some eight
minutes, and slows down.
"""
# ruff: noqa: INP001  # a script beside its data, not a package

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from miramar_people import HANDLES, SITES, Person, Post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from miramar_people import Dice, Guests, Speech

NOW_IS = datetime(2026, 11, 19, 18, 40, tzinfo=UTC)

REVIEW = (
    "Habitación 312 del Hotel Miramar: cucarachas en el baño la primera noche y chinches la segunda. Pedimos cambio y"
    " la devolución de las dos noches. Respuesta: «es lo que hay». Vergonzoso. Nunca más."
)
PHOTO = (
    "Habitación 312 del Hotel Miramar, 140 € la noche. Esto es lo que había detrás de la almohada 👇 Cucarachas y"
    " chinches. Pido que me devuelvan el dinero y se niegan. Qué asco y qué vergüenza"
)
PHOTO_EDITED = f"{PHOTO}\n\nEDITO: me acaban de ofrecer un vale de desayuno. Un vale. De desayuno."
PRESS = (
    "Clientes del Hotel Miramar de Puerto Alba denuncian cucarachas y chinches en la tercera planta; el hotel se niega"
    " a devolver el dinero. Estamos en la puerta"
)
TRAVELLER = (
    "He dormido en doscientos hoteles y nunca vi una respuesta así. Hotel Miramar, Puerto Alba: chinches, cucarachas y"
    " «es lo que hay». Indignante. No vayáis"
)
INSULT = "Los del Miramar son unos cerdos y unos sinvergüenzas, así os hundáis, asquerosos"
STATEMENT = (
    "Lamentamos lo ocurrido en la tercera planta. Hemos cerrado las habitaciones afectadas y devolveremos el importe"
    " íntegro a todos los huéspedes. Escríbannos por privado con su número de reserva."
)
PRESS_LATER = (
    "Sanidad confirma una inspección en el Hotel Miramar tras la denuncia de varios clientes por chinches. El hotel"
    " anuncia devoluciones"
)

FIRST_SEEN = (8, 15, 21, 25, 28, 30, 32, 33, 35, 36, 38, 39)
"""Seconds after NOW_IS at which the first live posts are seen."""

PACE = (5, 7, 8, 8, 9, 8, 7, 6, 5, 4, 4, 3, 2, 2, 1)
"""Posts seen in each minute after NOW_IS; the first minute's come on top of FIRST_SEEN."""

REPOSTS = (2, 2, 3, 4, 4, 4, 4, 3, 3, 2, 2, 1, 1, 1, 0)
"""Plain reposts in each of these minutes."""

DECKS = (
    ("storm.es", 0.56),
    ("storm.en", 0.2),
    ("storm.quote.es", 0.12),
    ("storm.quote.en", 0.05),
    ("storm.calm.es", 0.03),
    ("storm.calm.en", 0.02),
)


def after(minutes: float) -> datetime:
    """A moment, in minutes after NOW_IS (before it if negative)."""
    return NOW_IS + timedelta(seconds=round(60 * minutes))


def storm(dice: Dice, guests: Guests, speech: Speech) -> list[Post]:
    """All of it."""
    opening, photo = beginning()
    cast = named(photo)
    crowd = list(everybody(dice, guests, speech, photo))
    shared = list(reposts(dice, guests, [photo, *cast[:2]]))
    return [*opening, *cast, *crowd, *shared]


def beginning() -> tuple[list[Post], Post]:
    """The three slow hours: a review nobody reads, a photo, the first who say "me too"."""
    noelia = Person("u1312", "@noelia_y_su_maleta_verde", 640)
    review = Post(
        "tripadvisor", REVIEW, after(-171), after(-150), Person("t1312", "Noelia V."), "es", stars=1
    )
    photo = Post("x", PHOTO, after(-74), after(-72), noelia, "es")
    photo.look(0, likes=2, shares=0, replies=1, views=61)
    for minute in (-55, -40, -28, -19, -12, -6, -2, 0.4, 1.5, 3, 4.5, 6, 8, 10, 12, 14):
        photo.look(minute + 72, **loudness(minute))
    photo.edit(72 + 3.6, PHOTO_EDITED)
    me_too = "Me pasó en el Miramar en septiembre, mismas chinches y misma respuesta"
    sister = (
        "En la 315 del Miramar estuvo mi hermana hace un mes. Cucarachas también. Nadie contesta los correos"
    )
    coach = "We are at the Hotel Miramar with a coach party, room 318. Bed bugs. Reception says it is mosquitos. Awful"
    replies = [
        Post("x", me_too, after(-47), after(-45), Person("u2207", "@aitor_busca_la_sombra_ya", 212), "es"),
        Post("x", sister, after(-26), after(-24), Person("u2310", "@marisa_entre_dos_mares", 388), "es"),
        Post("x", coach, after(-11), after(-8), Person("u2411", "@gareth_on_the_slow_bus_home", 95), "en"),
    ]
    for reply in replies[:2]:
        reply.thread = photo
    return [review, photo, *replies], photo


def loudness(minute: float) -> dict[str, int]:
    """How far the photo has travelled: slow, then doubling every three minutes, then tired."""
    shares = 3 + int(2100 / (1 + math.exp(-(minute - 6) / 4)))
    return {
        "likes": shares * 3 + 9,
        "shares": shares,
        "replies": shares // 3 + 2,
        "views": shares * 140 + 800,
    }


def named(photo: Post) -> list[Post]:
    """The newspaper, the traveller with many followers, the hotel, and one who went too far."""
    paper = Person("u88", "@diario_de_puerto_alba", 88_400)
    press = Post("x", PRESS, after(-2.5), after(0.34), paper, "es", thread=photo)
    press.look(0, likes=41, shares=19, replies=12, views=5200)
    traveller = Post(
        "x", TRAVELLER, after(0.6), after(2.1), Person("u71", "@berta_duerme_en_hoteles", 241_000), "es"
    )
    traveller.look(0, likes=96, shares=44, replies=20, views=9800)
    for minute in (4, 6, 8, 11, 14):
        press.look(
            minute - 0.3, likes=60 * minute, shares=24 * minute, replies=9 * minute, views=6100 * minute
        )
        traveller.look(
            minute - 2.1, likes=210 * minute, shares=71 * minute, replies=30 * minute, views=21_000 * minute
        )
    insult = Post("x", INSULT, after(-0.4), after(1.2), Person("u4040", "@tomas_y_punto_final_ya", 31), "es")
    insult.delete(3.4)
    hotel = Person("u1", HANDLES["miramar"], 5210)
    statement = Post("x", f"{STATEMENT} Hotel Miramar", after(8.6), after(9.1), hotel, "es", thread=photo)
    follow_up = Post("x", PRESS_LATER, after(11), after(11.7), paper, "es")
    return [press, traveller, insult, statement, follow_up]


def everybody(dice: Dice, guests: Guests, speech: Speech, photo: Post) -> Iterator[Post]:
    """Posts and reviews of the crowd, each by somebody else."""
    crowd = {(site, lang): guests.newcomers(site, lang) for site, _ in SITES for lang in ("es", "en")}
    reviews = iter(dice.shuffled(["storm.review.es"] * 5 + ["storm.review.en"] * 3))
    for seen, lag in arrivals(dice):
        if dice.chance(0.09) and (section := next(reviews, "")):
            site = dice.pick(("tripadvisor", "google"))
            stars = 2 if dice.chance(0.2) else 1
        else:
            section, stars = dice.weighed(DECKS), None
            site = "mastodon" if dice.chance(0.13) else "x"
        lang = "en" if section.endswith(".en") else "es"
        text = speech.line(section)
        post = Post(site, text, seen - lag, seen, next(crowd[site, lang]), lang, stars)
        if stars is None:
            likes = int(dice.skewed(9))
            post.look(0, likes=likes, shares=likes // 3, replies=likes // 5)
            if dice.chance(0.2):
                post.look(dice.between(2, 4), likes=likes * 4 + 5, shares=likes * 2, replies=likes)
            post.thread = photo if "quote" in section and site == "x" else None
        yield post


def arrivals(dice: Dice) -> Iterator[tuple[datetime, timedelta]]:
    """When each post is first seen, and how long it had been out by then."""
    for second in FIRST_SEEN:
        yield NOW_IS + timedelta(seconds=second), timedelta(seconds=int(dice.between(65, 230)))
    for minute, posts in enumerate(PACE):
        for _ in range(posts):
            second = dice.between(41 if minute == 0 else 0, 60)
            yield after(minute + second / 60), timedelta(seconds=int(dice.between(25, 130)))


def reposts(dice: Dice, guests: Guests, loud: list[Post]) -> Iterator[Post]:
    """People who only pass it on: the photo first, then the newspaper, then the traveller."""
    crowd = guests.newcomers("x", "es")
    yield passed_on(loud[0], next(crowd), after(-33), after(-31))
    for minute, number in enumerate(REPOSTS):
        for _ in range(number):
            source = dice.pick(loud if minute > 2 else loud[:1])  # noqa: PLR2004  # by then all three are out
            published = max(after(minute) + timedelta(seconds=dice.between(-40, 10)), source.published_at)
            yield passed_on(
                source, next(crowd), published, after(minute) + timedelta(seconds=dice.between(12, 58))
            )


def passed_on(source: Post, person: Person, published: datetime, seen: datetime) -> Post:
    """A repost carries the words of what it repeats."""
    return Post("x", source.text, published, seen, person, "es", repost_of=source, thread=source)
