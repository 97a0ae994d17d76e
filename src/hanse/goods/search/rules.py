"""What somebody looks for, in the form in which it is compared: pure."""

from dataclasses import dataclass

from hanse.goods.catalogue.rules import normal, spelled

SORTS = ("relevance", "cheap", "dear", "new", "sold")
LONGEST = 80
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: words, and within which bounds; prices are minor units for one piece."""

    words: str = ""
    category: int | None = None
    brand: int | None = None
    seller: int | None = None
    least: int | None = None
    most: int | None = None
    in_stock: bool = False
    sort: str = "relevance"

    @property
    def terms(self) -> list[str]:
        """Return the words in the form in which goods are found by them."""
        return terms(self.words)


def terms(words: str) -> list[str]:
    """Return the words of a search, each once, in the form of `Product.sought`."""
    return list(dict.fromkeys(normal(words[:LONGEST]).split()))[:MOST_WORDS]


def sounds(term: str) -> str:
    """Return how a word is typed by ear: for Chinese its pinyin, else the word itself."""
    return term if term.isascii() else spelled(term)[0]
