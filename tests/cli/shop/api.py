import requests
from flask import Flask, abort

app = Flask(__name__)


@app.route("/orders")
def orders():
    answer = requests.get("https://stock.example.org")
    if answer.status_code == 200 or 201:
        return answer.text, 200
    abort(404)
