from flask import abort


def login():
    abort(401)
