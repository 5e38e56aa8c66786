"""The web application: routers over one platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from server_stub.http import acts, answers, feed, files, log, opening, releases, sessions, timestamps, uploads
from server_stub.http.entrance import Entrance
from server_stub.platform import Platform


def create_app(platform: Platform) -> FastAPI:
    """The application over an open platform; closing it closes the platform."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        platform.heart.start()
        yield
        platform.close()

    app = FastAPI(title=platform.settings.name, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.platform = platform
    routers = (sessions, acts, feed, files, uploads, log, opening, timestamps, releases)
    for router in (module.router for module in routers):
        app.include_router(router)
    answers.install(app)
    app.add_middleware(Entrance, platform=platform)
    return app
