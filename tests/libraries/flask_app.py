from flask import Flask, Response, abort, jsonify, make_response, redirect
from werkzeug.exceptions import NotFound

app = Flask(__name__)
PORT = 443


@app.route("/orders", methods=["POST"])
def orders():
    if missing:
        abort(404)  #= 404 raised flask
    if moved:
        return redirect("/y", code=303)  #= 303 redirected flask
    if elsewhere:
        return redirect("/z")  #= 302 redirected flask
    if gone:
        raise NotFound("gone")  #= 404 raised werkzeug
    if done:
        return jsonify(items=200), 201  #= 201 sent flask
    answer = make_response("hi", 202)  #= 202 sent flask
    response = Response("short", status=418)  #= 418 sent flask
    response.status_code = 409  #= 409 sent flask
    return answer


@app.errorhandler(500)  #= 500 observed flask
def broken(error):
    return "sorry", 503  #= 503 sent flask
