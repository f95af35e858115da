"""Small words of six languages, as they are written in posts: they give a language away.

Only words that carry no meaning of their own, so that no subject sways the vote. A word of several languages counts for
each of them by its share.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from sentinel.folding import folded as fold

WORDS: Final[dict[str, str]] = {
    "en": """
        the and to of is it for you that this with not but was be at are so just your from get they all as like out if
        up very an we what when do would had about there has been only how more than these because did any were my our
        don didn have can will now on he she his her them their its by or no why who which some could should then
        too also even after before over us im dont cant ve ll re does doesn isn wasn through into off
        here where being am me in my lol thanks please never again really still u ur
    """,
    "es": """
        el la los las un una unos unas de del al y o que en es se con para por lo como más pero sus le ya este esta esto
        sí porque muy sin sobre también me hasta hay donde quien desde todo nos durante todos uno les ni contra otros ese
        eso ante ellos ella él yo tú te ti mi mis tu su fue era son está están estoy ser tiene tengo tienen hace hacer
        ha he han había nada mucho muchos cuando qué cómo así aunque bien solo sólo siempre ahora aquí hoy no si a
        gracias nuestro nuestra entre estaba estaban estas estos tan tanto después antes cada q pq vamos va voy
        les era eran fueron algo alguien nadie nunca usted ustedes cual cuál ahí allí jaja jajaja
    """,
    "pt": """
        o a os as um uma uns umas de do da dos das no na nos nas em e que é não com para por se mais mas como eu tu
        ele ela nós eles elas você vocês vc meu minha meus minhas seu sua seus suas isso isto esse essa este esta aquele
        foi são está estão tá tô ser ter tem tenho muito muita já também só até sem quando quem onde porque pq pra pro
        pelo pela ao aos às à nem ou hoje agora aqui depois sempre ainda nada tudo mesmo vai vou fazer bem bom mim me te
        lhe num numa dele dela aí lá então assim né gente nunca ainda qual era foram sou estou q aos obrigado obrigada
    """,
    "fr": """
        le la les un une des du de et à au aux en est sont que qui quoi dont où ne pas plus mais ou donc car ce cette ces
        cet il elle on nous vous ils elles je j tu me te se lui leur leurs mon ma mes ton ta tes son sa ses notre nos
        votre vos pour par sur dans avec sans sous chez entre vers être avoir fait faire c d l s n qu y a ai as ont
        était été suis es êtes va vais tout tous toute toutes très bien aussi même si comme quand comment pourquoi ça
        cela rien jamais toujours encore déjà après avant moins trop peu alors merci ici là non oui contre depuis
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine ist sind war waren bin
        bist hat haben habe hab hatte wird werden wurde würde kann können muss soll will ich du er sie es wir ihr mich mir
        dich dir uns euch sich mein meine dein deine sein seine unser von zu zum zur mit bei aus auf für an am im in um
        nach vor über unter durch gegen ohne bis seit wenn dann als wie was wer wo warum dass daß weil auch noch nur schon
        mal ja doch sehr mehr immer wieder jetzt hier da so heute man nichts alles viel ganz wohl einfach nie bitte danke
    """,
    "it": """
        il lo la i gli le un uno una di del dello della dei degli delle da dal dalla dai in nel nella nei nelle con su sul
        sulla per tra fra e ed o ma che chi cui non è sono sei siamo siete era ha ho hai hanno abbiamo si ci vi ne mi ti
        se come più anche già solo tutto tutti tutta questo questa questi queste quello quella quando dove perché poi ora
        sempre ancora mai molto bene così fare fatto essere stato sta sto io tu lui lei noi voi loro mio mia tuo tua suo
        sua al alla allo ai agli alle a cosa cose niente grazie oggi cioè però senza prima dopo ogni fa proprio
    """,
}

LANGUAGES: Final[tuple[str, ...]] = tuple(WORDS)


@lru_cache(maxsize=64)
def votes(allowed: tuple[str, ...], *, folded: bool = False) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each small word, its share for each of the `allowed` languages (empty: all) it belongs to.

    With `folded` the words stand without their accents, and belong to whoever then writes them so.
    """
    whose: dict[str, list[str]] = {}
    for code in LANGUAGES:
        words = fold(WORDS[code]) if folded else WORDS[code]
        for word in dict.fromkeys(words.split()) if not allowed or code in allowed else ():
            whose.setdefault(word, []).append(code)
    return {word: tuple((code, 1 / len(codes)) for code in codes) for word, codes in whose.items()}
