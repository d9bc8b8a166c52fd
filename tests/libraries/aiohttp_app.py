from aiohttp import ClientSession, web


async def handle(request):
    if moved:
        raise web.HTTPFound("/x")  #= 302 redirected aiohttp
    if taken:
        return web.json_response({}, status=409)  #= 409 sent aiohttp
    if missing:
        raise web.HTTPNotFound()  #= 404 raised aiohttp
    return web.Response(status=202)  #= 202 sent aiohttp


async def fetch(session: ClientSession):
    async with session.get("https://example.org") as resp:
        return resp.status == 200  #= 200 observed -
