from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/orders/{order}")
def show(order: int):
    raise HTTPException(404, "No such order")
