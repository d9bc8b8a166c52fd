import aiohttp
import httpx
from fastapi import APIRouter, FastAPI, HTTPException, Response, status
from http import HTTPStatus
from starlette.responses import JSONResponse, RedirectResponse
from starlette.status import HTTP_422_UNPROCESSABLE_ENTITY

app = FastAPI()


@app.get("/x", status_code=201, responses={404: {"model": Error}, 409: {}})  #= 201 declared fastapi; 404 declared fastapi; 409 declared fastapi
def read(response: Response):
    response.status_code = 202  #= 202 sent fastapi
    raise HTTPException(status_code=404, detail="x")  #= 404 raised fastapi


@app.post("/y", status_code=status.HTTP_204_NO_CONTENT)  #= 204 declared fastapi
def write():
    if moved:
        return RedirectResponse("/x")  #= 307 redirected starlette
    if bad:
        return JSONResponse({"a": 1}, HTTP_422_UNPROCESSABLE_ENTITY)  #= 422 sent starlette
    return Response(status_code=HTTPStatus.ACCEPTED)  #= 202 sent starlette


def call():
    r = httpx.get("https://example.org")
    if r.status_code == httpx.codes.NOT_FOUND:  #= 404 observed httpx
        pass
    if r.status_code in (200, 204):  #= 200 observed -; 204 observed -
        pass
