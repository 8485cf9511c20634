"""The lifespan of the app, with the ledger's around it: started before the app starts, closed after it has stopped.

Apps that know no lifespan are served all the same (ASGI lifespan specification: such an app raises).
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Lifespan:
    """Runs one lifespan. `on_startup` and `on_shutdown` never raise."""

    def __init__(self, on_startup: Callable[[], None], on_shutdown: Callable[[], None]) -> None:
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown
        self._app_answered = self._app_asked = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the place of `app` for one lifespan scope."""

        async def receive_and_open() -> Message:
            self._app_asked = True
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._on_startup()
            return message

        async def close_and_send(message: Message) -> None:
            self._app_answered = True
            if message["type"].startswith(("lifespan.shutdown.", "lifespan.startup.failed")):
                self._on_shutdown()
            await send(message)

        try:
            await app(scope, receive_and_open, close_and_send)
        except Exception:
            # Before it asked for a message it only said that it knows no lifespan; afterwards something is wrong.
            if self._app_asked:
                raise
        finally:
            # Closing twice costs nothing; an app may end its lifespan in any way, or be cancelled in it.
            if self._app_answered or self._app_asked:
                self._on_shutdown()
        if not self._app_answered:
            await self._answer_alone(receive, send)

    async def _answer_alone(self, receive: Receive, send: Send) -> None:
        """For an app without a lifespan, whether it said so by raising or by returning."""
        if not self._app_asked:
            await receive()
        self._on_startup()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._on_shutdown()
        await send({"type": "lifespan.shutdown.complete"})
