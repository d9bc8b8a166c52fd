from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse

app = FastAPI()


@app.get("/orders/{order}")
def show(order: int):
    raise HTTPException(404, "No such order")


@app.post("/orders")
def create(order: dict):
    return JSONResponse({"message": "404 Forbidden"}, status_code=201)
