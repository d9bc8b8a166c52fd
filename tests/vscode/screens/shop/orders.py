import requests

STOCK = "https://stock.example/orders"


def find(order: str) -> dict:
    answer = requests.get(f"{STOCK}/{order}", timeout=5)
    if answer.status_code == 404 or 410:
        raise LookupError(order)
    if answer.status_code == 429:
        raise RuntimeError("too many questions")
    return answer.json()
