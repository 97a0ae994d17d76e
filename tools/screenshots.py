"""Takes pictures of every page of a running demo: phone and desktop, Chinese and English.

`python -m tools.screenshots` looks at http://127.0.0.1:8000 and writes to var/screenshots; `--base` and `--out` say
otherwise, `--only WORD` takes just the pages whose name contains the word. First come some states that want preparing,
then every view that anybody of the demo reaches by links (tools/walk.py). `--who factory,shop` looks at
everything that those people see, even what others were shown already; `--size` and `--language` narrow the rest down.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from hanse.config import places
from tools import browser
from tools.walk import walk

SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
DEEP = 3  # steps from the first seller to the maker
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
PEOPLE = ("factory", "province", "shop", "buyer", "leader", "operator", "chensi", "")
"""Who is followed through the mall, a stranger last; the first part of their sign-in."""
HOME = "console"
"""The one view that is another page for every role."""
Open = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Shot:
    """One page to look at: its name, who looks (the sign-in's first part, "" for a stranger), how to get there."""

    name: str
    who: str
    open: Open


def at(path: str) -> Open:
    """Open a page by its address."""

    def go(page: Page) -> None:
        page.goto(path)

    return go


def first(path: str, link: str) -> Open:
    """Open a page and follow the first link of that kind."""

    def go(page: Page) -> None:
        page.goto(path)
        page.goto(page.locator(link).first.get_attribute("href") or path)

    return go


def with_basket(path: str) -> Open:
    """Put two things into the basket, then open the page."""

    def go(page: Page) -> None:
        for name in ("navel-oranges", "iron-pan"):
            page.goto(f"/?q={'橙' if name == 'navel-oranges' else '煎锅'}")
            page.goto(page.locator(".offer h3 a").first.get_attribute("href") or "/")
            page.locator("form[action='/basket/put/'] button:not([type=button])").click()
            page.wait_for_url("**/basket/")
        page.goto(path)

    return go


def deep_chain(status: str) -> Open:
    """Open the chain of an order that went through four tiers."""

    def go(page: Page) -> None:
        for number in range(8, 0, -1):  # old ones have been paid out
            page.goto(f"/console/platform/orders/?status={status}&page={number}")
            for row in page.locator("tbody tr").all():
                cell = row.locator("td").nth(2).text_content() or ""
                if cell.count("›") == DEEP and row.locator(".badge").count() == 1:
                    page.goto(row.locator("a.code").get_attribute("href") or "/")
                    return

    return go


def placed(page: Page) -> None:
    """Order something, up to the page on which one chooses how to pay."""
    with_basket("/checkout/")(page)
    given = {"name": "Anna", "phone": "138 0000 0000", "place": "上海", "street": "延安西路 900 号"}
    for field, value in given.items():
        page.fill(f"[name={field}]", value)
    page.locator("aside button").click()
    page.wait_for_url("**/pay/**")


def at_gateway(page: Page) -> None:
    """Go on to the provider's page."""
    page.locator("form[action$='/start/'] button").click()
    page.wait_for_load_state()


def paid(page: Page) -> None:
    """Pay there, come back and see that it has arrived."""
    page.locator("button[value=pay]").click()
    page.locator("a.key").click()
    page.wait_for_url("**/orders/**")
    page.locator(".badge-go").first.wait_for()


SHOTS = (
    Shot("home", "", at("/")),
    Shot("category", "", at("/c/clothing/")),
    Shot("search-nothing", "", at("/?q=zzz")),
    Shot("product", "", first("/c/clothing/", ".offer h3 a")),
    Shot("product-sold-out", "", first("/?q=相机", ".offer h3 a")),
    Shot("sign-in", "", at("/sign-in/")),
    Shot("not-found", "", at("/p/G-00000-00000/")),
    Shot("basket-empty", "", at("/basket/")),
    Shot("basket", "chensi", with_basket("/basket/")),
    Shot("checkout", "chensi", with_basket("/checkout/")),
    Shot("pay", "anna", placed),
    Shot("pay-gateway", "anna", at_gateway),
    Shot("pay-order", "anna", paid),
    Shot("orders", "chensi", at("/orders/")),
    Shot("order", "chensi", first("/orders/", "article a.btn")),
    Shot("product-business", "buyer", first("/c/office/", ".offer h3 a")),
    Shot("console-sales", "foods", at("/console/orders/")),
    Shot("console-sales-all", "shop", at("/console/orders/?status=all")),
    Shot("console-order", "foods", first("/console/orders/?status=all", "tbody a.open")),
    Shot("console-offers", "shop", at("/console/offers/")),
    Shot("console-money", "factory", at("/console/money/")),
    Shot("console-forbidden", "chensi", at("/console/platform/orders/")),
    Shot("platform-orders", "operator", at("/console/platform/orders/")),
    Shot("chain-closed", "operator", deep_chain("closed")),
    Shot("chain-open", "operator", deep_chain("shipped")),
)


def main() -> int:
    """Take all pictures and return the exit code."""
    options = _options()
    executable = browser.find()
    if executable is None:
        print("There is no browser: run `python -m tools.browser`.", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(browser.ARGUMENTS))
        camera = Camera(chromium, options)
        shots = [shot for shot in (*SHOTS, *camera.reached()) if options.only in shot.name]
        for size in options.size:
            for language in options.language:
                for who in dict.fromkeys(shot.who for shot in shots):
                    camera.take(who, [shot for shot in shots if shot.who == who], size, language)
        chromium.close()
    return camera.wide


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=places.var() / "screenshots")
    parser.add_argument("--password-file", type=Path, default=places.var() / "demo-password-hanse")
    parser.add_argument("--only", default="")
    parser.add_argument("--who", type=lambda said: said.split(","), default=[])
    parser.add_argument("--size", nargs="*", choices=SIZES, default=list(SIZES))
    parser.add_argument("--language", nargs="*", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--jpeg", action="store_true", help="smaller files, for pages about the project")
    return parser.parse_args()


class Camera:
    """A browser that goes where it is sent, as whom it is told, and keeps what it sees."""

    def __init__(self, chromium: Browser, options: argparse.Namespace) -> None:
        self.chromium, self.options = chromium, options
        self.secret = options.password_file.read_text(encoding="utf-8").strip()
        self.wide = 0
        """1 if a page was wider than its window."""

    def enter(self, who: str, size: str, language: str) -> Page:
        """Open a window and sign in."""
        width, height = SIZES[size]
        context = self.chromium.new_context(
            base_url=self.options.base, locale=LANGUAGES[language], viewport={"width": width, "height": height},
            timezone_id="Asia/Shanghai",
        )  # fmt: skip
        page = context.new_page()
        page.on("console", _tell)
        if who:
            page.goto("/sign-in/")
            page.fill("[name=sign_in]", f"{who}@hanse.example")
            page.fill("[name=password]", self.secret)
            page.locator("main button").first.click()
            page.wait_for_url("**/")
        return page

    def reached(self) -> Iterator[Shot]:
        """Yield a shot of every view that somebody reaches."""
        known: set[str] = set()
        for who in self.options.who or PEOPLE:
            page = self.enter(who, "desktop", "en")
            for found in walk(page, self.options.base, known=[] if self.options.who else known - {HOME}):
                known.add(found.name)
                yield Shot(f"{who or 'stranger'}-{found.name}", who, at(found.path))
            page.context.close()

    def take(self, who: str, shots: list[Shot], size: str, language: str) -> None:
        """Take these shots in one window."""
        page = self.enter(who, size, language)
        for shot in shots:
            shot.open(page)
            page.wait_for_load_state("networkidle")
            name = f"{shot.name}-{size}-{language}.{'jpg' if self.options.jpeg else 'png'}"
            wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            self.wide |= wide
            _whole(page, self.options.out / name)
            print(name, "(wider than the window)" if wide else "", flush=True)
        page.context.close()


def _tell(message: ConsoleMessage) -> None:
    if message.type == "error":
        print(f"{message.location.get('url')}: {message.text}")


def _whole(page: Page, target: Path) -> None:
    """Keep the whole page as one high window: what is fixed to its foot stays there, and every picture is loaded."""
    size = page.viewport_size or {"width": 0, "height": 0}
    whole = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], whole)})
    page.wait_for_load_state("networkidle")
    page.screenshot(path=target, quality=80 if target.suffix == ".jpg" else None)
    page.set_viewport_size(size)


if __name__ == "__main__":
    sys.exit(main())
