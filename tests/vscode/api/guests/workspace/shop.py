from http import HTTPStatus
from urllib.request import urlopen


def gone(handler) -> None:
    handler.send_response(HTTPStatus.NOT_FOUND)


def pay(handler) -> None:
    handler.send_response(402)


answer = urlopen("https://example.org/orders")
if answer.status == 404 or 410:
    print("gone")

total: int = "a mistake of another kind"
