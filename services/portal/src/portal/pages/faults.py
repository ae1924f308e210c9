"""What people read when a page cannot be made: what is the matter, and what they can do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.casefile import CasefileAway, CaseUnknown, CursorUnknown, NothingToSee, NotWelcome
from portal.pages.rendering import Rendering
from portal.token_file import NoToken

RETRY_AFTER_SECONDS = "5"
Handler = Callable[[Request, Any], Awaitable[Response]]
TO_THE_LIST = ("/zaken", "Naar de zaken")


class Message(NamedTuple):
    """A page that only tells something."""

    status: int
    heading: str
    lines: tuple[str, ...]
    go: tuple[str, str] = TO_THE_LIST
    retry: bool = False


CASE_UNKNOWN = Message(
    404,
    "Deze zaak is hier niet te vinden",
    (
        "Er is geen zaak met dit nummer, of u mag deze zaak niet inzien.",
        "Kijk het nummer nog eens na. Een nummer heeft acht cijfers, zoals 2741-9063.",
    ),
)
PAGE_UNKNOWN = Message(
    404,
    "Deze pagina bestaat niet",
    ("Misschien is het adres verkeerd overgenomen, of is de pagina verhuisd.",),
)
NOT_LIKE_THIS = Message(405, "Dat kan hier niet", ("Op deze pagina kunt u alleen kijken.",))
MALFORMED = Message(400, "Dit adres klopt niet", ("Ga naar de zaken en begin daar opnieuw.",))
NO_SIGN_IN_YET = Message(
    403,
    "Aanmelden kan nog niet",
    (
        "Aanmelden met een eigen account komt later. Tot dan laat deze pagina geen zaken zien.",
        "Beheerders: geef het portaal een bestand met een toegangsbewijs (PORTAL_TOKEN_FILE). "
        "De demo doet dat zelf.",
    ),
    ("/zaken", "Opnieuw kijken"),
)
TOKEN_REFUSED = Message(
    403,
    "Het toegangsbewijs geldt niet meer",
    (
        "Het zaakdossier neemt het toegangsbewijs van dit portaal niet aan. Misschien is het verlopen.",
        "Beheerders: zet een nieuw toegangsbewijs in het bestand. Het portaal leest het vanzelf.",
    ),
    ("/zaken", "Opnieuw kijken"),
)
NOTHING_TO_SEE = Message(
    403,
    "Met dit toegangsbewijs zijn hier geen zaken te zien",
    (
        "Wie is aangemeld heeft geen rol die zaken mag inzien, of heeft er meer dan één.",
        "Beheerders: geef het portaal een toegangsbewijs met één rol die zaken mag inzien.",
    ),
    ("/zaken", "Opnieuw kijken"),
)
CASEFILE_AWAY = Message(
    503,
    "De zaken zijn even niet bereikbaar",
    ("Het zaakdossier geeft geen antwoord. Er gaat niets verloren: wat was vastgelegd, blijft bewaard.",),
    ("", "Opnieuw proberen"),
    retry=True,
)
BROKEN = Message(
    500, "Er ging iets mis", ("Dat ligt aan ons, niet aan u. Probeer het nog eens, of bel de beheerder.",)
)


def message_page(rendering: Rendering, message: Message) -> Response:
    """The page of a message."""
    answer = rendering.page("message.html", message._asdict(), message.status)
    if message.retry:
        answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return answer


def tell_faults(app: FastAPI, rendering: Rendering) -> None:
    """Registers a page for each kind of fault."""

    def telling(message: Message) -> Handler:
        async def tell(_: Request, __: Exception) -> Response:
            return message_page(rendering, message)

        return tell

    async def by_status(_: Request, error: HTTPException) -> Response:
        message = {404: PAGE_UNKNOWN, 405: NOT_LIKE_THIS}.get(error.status_code, MALFORMED)
        answer = message_page(rendering, message._replace(status=error.status_code))
        answer.headers.update(error.headers or {})
        return answer

    for kind, handler in {
        HTTPException: by_status,
        RequestValidationError: telling(MALFORMED),
        CaseUnknown: telling(CASE_UNKNOWN),
        CursorUnknown: telling(MALFORMED),
        NoToken: telling(NO_SIGN_IN_YET),
        NothingToSee: telling(NOTHING_TO_SEE),
        NotWelcome: telling(TOKEN_REFUSED),
        CasefileAway: telling(CASEFILE_AWAY),
    }.items():
        app.add_exception_handler(kind, handler)
